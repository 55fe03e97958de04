//! The steps, in the order in which they run: what is quick and likely to fail comes first.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::command::{cargo, run, target_folder};
use crate::{api, boards, miri, msrv, no_panic, platforms, tools, workflows};

pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) what: &'static str,
    /// Gets the top folder of the repository.
    pub(crate) run: fn(&Path) -> Result<()>,
}

pub(crate) const STEPS: [Step; 18] = [
    Step { name: "tools", what: "what the other steps need is there, or gets installed", run: tools::set_up },
    Step { name: "fmt", what: "all code is formatted", run: fmt },
    Step { name: "workflows", what: "workflows and Dockerfile pass their linters", run: workflows::lint },
    Step { name: "clippy", what: "no warning from the compiler or clippy", run: clippy },
    Step { name: "doc", what: "the documentation builds without a warning", run: doc },
    Step { name: "api", what: "the core's public items are those that were accepted", run: api::check },
    Step { name: "msrv", what: "the core builds with the oldest Rust that it promises", run: msrv::check },
    Step { name: "package", what: "the core can be published: it builds from its package alone", run: package },
    Step {
        name: "devcluster",
        what: "the control plane's programs are built: minutes, once per machine",
        run: devcluster,
    },
    Step { name: "test", what: "every test that needs no control plane", run: test },
    Step { name: "no_std", what: "the core builds where there is no std", run: no_std },
    Step { name: "no_panic", what: "no panic can be reached from the core where it may not", run: no_panic::check },
    Step { name: "miri", what: "Miri finds nothing undefined where the core indexes by hand", run: miri::quick },
    Step {
        name: "boards",
        what: "boards and rigs build, print what they should on QEMU, and take packs there",
        run: boards::check,
    },
    Step {
        name: "chips",
        what: "a Pico's and an ESP32-C3's programs build, of the size that is said",
        run: boards::chips,
    },
    Step { name: "gate", what: "instructions and bytes of the core have not grown", run: gate },
    Step { name: "e2e", what: "every test against a real control plane", run: e2e },
    Step { name: "image", what: "the image is built, measured, published, signed, verified", run: image },
];

/// What takes too long for each change: these run where they are named, and every night.
pub(crate) const NIGHTLY: [Step; 5] = [
    Step { name: "miri_all", what: "Miri finds nothing undefined in all of the core's tests", run: miri::all },
    Step {
        name: "chips_all",
        what: "the programs of all chips build, of the size that is said",
        run: boards::all_chips,
    },
    Step {
        name: "platforms",
        what: "Kyklos builds for the platforms that are planned, and answers all vectors there",
        run: platforms::planned,
    },
    Step { name: "s390x", what: "the core's tests pass where bytes come the other way round", run: platforms::s390x },
    Step { name: "i686", what: "the tests of core and shell pass with 32 bits", run: platforms::i686 },
];

/// Crates that are workspaces of their own, besides the boards and the rigs.
const APART: [&str; 3] = [boards::FRAMES, ".github/verify/no-panic", "core/fuzz/targets"];

fn fmt(root: &Path) -> Result<()> {
    run(&mut cargo(root, &["fmt", "--all", "--check"]))?;
    for apart in APART {
        run(&mut cargo(&root.join(apart), &["fmt", "--check"]))?;
    }
    boards::each(root, |board| run(&mut cargo(board, &["fmt", "--check"])))
}

fn clippy(root: &Path) -> Result<()> {
    run(&mut cargo(root, &["clippy", "--workspace", "--all-targets", "--locked", "--", "-Dwarnings"]))?;
    // "All" leaves out what a plain `cargo test` does.
    let tests = ["--test", "e2e", "--test", "signals", "--test", "same_as_real"];
    run(cargo(root, &["clippy", "--workspace", "--locked"]).args(tests).args(["--", "-Dwarnings"]))?;
    run(&mut cargo(&root.join(boards::FRAMES), &["clippy", "--locked", "--", "-Dwarnings"]))?;
    boards::each(root, |board| {
        // That would build all that they stand on a second time.
        if boards::is_chip(board) {
            return Ok(());
        }
        let mut command = cargo(board, &["clippy", "--locked", "--target-dir"]);
        run(command.arg(boards::built(root)).args(["--", "-Dwarnings"]))
    })
}

fn doc(root: &Path) -> Result<()> {
    run(cargo(root, &["doc", "--workspace", "--no-deps", "--locked"]).env("RUSTDOCFLAGS", "-Dwarnings"))?;
    let core = ["doc", "--package", "kyklos-core", "--all-features", "--no-deps", "--locked"];
    run(cargo(root, &core).env("RUSTDOCFLAGS", "-Dwarnings"))
}

fn package(root: &Path) -> Result<()> {
    // What isn't committed yet may be packaged too, as everything here is checked as it is.
    run(&mut cargo(root, &["package", "--locked", "--package", "kyklos-core", "--allow-dirty", "--quiet"]))
}

fn devcluster(root: &Path) -> Result<()> {
    run(&mut cargo(root, &["run", "--locked", "--package", "kyklos-devcluster", "--", "build"]))
}

/// The end-to-end tests stay out by themselves: their targets say `test = false`, so that a plain `cargo test` is quick for
/// everybody.
fn test(root: &Path) -> Result<()> {
    let all = [
        "test",
        "--workspace",
        "--locked",
        "--exclude",
        "kyklos-devcluster",
        "--features",
        "kyklos-core/json,kyklos-core/pack,kyklos-core/serde",
    ];
    run(side_by_side(&mut cargo(root, &all)))?;
    // With the arithmetic of a processor that doesn't multiply to 64 bits, in a folder of its own, as its flags are others.
    let core =
        ["test", "--package", "kyklos-core", "--locked", "--lib", "--tests", "--features", "json", "--target-dir"];
    run(cargo(root, &core).arg(target_folder(root).join("narrow")).env("RUSTFLAGS", "--cfg=kyklos_narrow"))
}

fn no_std(root: &Path) -> Result<()> {
    for target in tools::targets(root)?.iter().filter(|target| tools::is_bare_metal(target)) {
        for features in [&[][..], &["--no-default-features"], &["--features", "json,pack,serde,defmt"]] {
            let mut command = cargo(root, &["build", "--locked", "--package", "kyklos-core", "--target", target]);
            run(command.args(features))?;
        }
    }
    Ok(())
}

/// After the boards, whose target folder it shares.
fn gate(root: &Path) -> Result<()> {
    run(&mut cargo(root, &["run", "--quiet", "--locked", "--package", "kyklos-bench", "--", "gate"]))
}

fn e2e(root: &Path) -> Result<()> {
    run(&mut cargo(root, &["test", "--locked", "--package", "kyklos-devcluster"]))?;
    run(&mut cargo(root, &["test", "--locked", "--package", "kyklos-testserver", "--test", "same_as_real"]))?;
    run(&mut cargo(root, &["test", "--locked", "--package", "kyklos-demo", "--test", "signals"]))?;
    run(side_by_side(&mut cargo(root, &["test", "--locked", "--package", "kyklos", "--test", "e2e"])))
}

/// The tests of the controller and of the registry wait for other programs most of their time, so three to a processor
/// take about half as long as one.
fn side_by_side(command: &mut Command) -> &mut Command {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    command.env("RUST_TEST_THREADS", (3 * processors).to_string())
}

/// The first time on a machine this compiles everything for both platforms: minutes.
fn image(root: &Path) -> Result<()> {
    run(&mut cargo(root, &["run", "--locked", "--package", "kyklos-image-check", "--", "all"]))
}
