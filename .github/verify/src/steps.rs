//! The steps, in the order in which they run: what is quick and likely to fail comes first.

use std::path::Path;

use anyhow::Result;

use crate::command::{cargo, run};
use crate::{boards, tools};

pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) what: &'static str,
    /// Gets the top folder of the repository.
    pub(crate) run: fn(&Path) -> Result<()>,
}

pub(crate) const STEPS: [Step; 9] = [
    Step { name: "tools", what: "what the other steps need is there, or gets installed", run: tools::set_up },
    Step { name: "fmt", what: "all code is formatted", run: fmt },
    Step { name: "clippy", what: "no warning from the compiler or clippy", run: clippy },
    Step { name: "doc", what: "the documentation builds without a warning", run: doc },
    Step {
        name: "devcluster",
        what: "the control plane's programs are built: minutes, once per machine",
        run: devcluster,
    },
    Step { name: "test", what: "every test that needs no control plane", run: test },
    Step { name: "no_std", what: "the core builds where there is no std", run: no_std },
    Step { name: "boards", what: "the boards build, and print what they should on QEMU", run: boards::check },
    Step { name: "e2e", what: "every test against a real control plane", run: e2e },
];

fn fmt(root: &Path) -> Result<()> {
    run(&mut cargo(root, &["fmt", "--all", "--check"]))?;
    boards::each(root, |board| run(&mut cargo(board, &["fmt", "--check"])))
}

fn clippy(root: &Path) -> Result<()> {
    run(&mut cargo(root, &["clippy", "--workspace", "--all-targets", "--locked", "--", "-Dwarnings"]))?;
    // "All" leaves out what a plain `cargo test` does.
    let tests = ["--test", "e2e", "--test", "signals"];
    run(cargo(root, &["clippy", "--workspace", "--locked"]).args(tests).args(["--", "-Dwarnings"]))?;
    boards::each(root, |board| {
        let mut command = cargo(board, &["clippy", "--locked", "--target-dir"]);
        run(command.arg(boards::target_folder(root)).args(["--", "-Dwarnings"]))
    })
}

fn doc(root: &Path) -> Result<()> {
    run(cargo(root, &["doc", "--workspace", "--no-deps", "--locked"]).env("RUSTDOCFLAGS", "-Dwarnings"))
}

fn devcluster(root: &Path) -> Result<()> {
    run(&mut cargo(root, &["run", "--locked", "--package", "kyklos-devcluster", "--", "build"]))
}

/// The end-to-end tests stay out by themselves: their targets say `test = false`, so that a plain `cargo test` is quick for
/// everybody.
fn test(root: &Path) -> Result<()> {
    run(&mut cargo(root, &["test", "--workspace", "--locked", "--exclude", "kyklos-devcluster"]))
}

fn no_std(root: &Path) -> Result<()> {
    for target in tools::targets(root)?.iter().filter(|target| tools::is_bare_metal(target)) {
        for features in [&[][..], &["--no-default-features"]] {
            let mut command = cargo(root, &["build", "--locked", "--package", "kyklos-core", "--target", target]);
            run(command.args(features))?;
        }
    }
    Ok(())
}

fn e2e(root: &Path) -> Result<()> {
    run(&mut cargo(root, &["test", "--locked", "--package", "kyklos-devcluster"]))?;
    run(&mut cargo(root, &["test", "--locked", "--package", "kyklos-demo", "--test", "signals"]))?;
    run(&mut cargo(root, &["test", "--locked", "--package", "kyklos", "--test", "e2e"]))
}
