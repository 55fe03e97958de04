//! Looks for what the other steps need, and installs what it may. Where all of it is there, nothing is downloaded.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::command::{output, run};

/// Programs of Debian's packages: what is looked for on the PATH, the package that has it, and the step that needs it.
const PROGRAMS: [Program; 12] = [
    Program { name: "buildah", package: "buildah", step: "image" },
    Program { name: "docker-registry", package: "docker-registry", step: "test" },
    Program { name: "jq", package: "jq", step: "test" },
    Program { name: "mmdebstrap", package: "mmdebstrap", step: "image" },
    Program { name: "pip3", package: "python3-pip", step: "workflows" },
    Program { name: "python3", package: "python3", step: "workflows" },
    Program { name: "qemu-aarch64-static", package: "qemu-user-static", step: "image" },
    // qemu-system-aarch64 is in it as well.
    Program { name: "qemu-system-arm", package: "qemu-system-arm", step: "boards" },
    Program { name: "qemu-system-riscv32", package: "qemu-system-misc", step: "boards" },
    Program { name: "shellcheck", package: "shellcheck", step: "workflows" },
    Program { name: "skopeo", package: "skopeo", step: "image" },
    Program { name: "valgrind", package: "valgrind", step: "gate" },
];

struct Program {
    name: &'static str,
    package: &'static str,
    step: &'static str,
}

pub(crate) fn set_up(root: &Path) -> Result<()> {
    rust(root)?;
    go(root)?;
    programs()
}

/// Debian's packages that some step needs.
pub(crate) fn packages() -> Vec<&'static str> {
    distinct(PROGRAMS.iter().map(|program| program.package))
}

/// The targets of `rust-toolchain.toml`.
pub(crate) fn targets(root: &Path) -> Result<Vec<String>> {
    let file = root.join("rust-toolchain.toml");
    let text = fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
    list(&text, "targets").with_context(|| format!("{} has no list of targets", file.display()))
}

/// Whether a target has no operating system, and so no std.
pub(crate) fn is_bare_metal(target: &str) -> bool {
    target.split('-').any(|part| part == "none")
}

/// rustup does this by itself when it installs the toolchain; it doesn't when that was there, or with
/// `RUSTUP_AUTO_INSTALL=0`.
fn rust(root: &Path) -> Result<()> {
    let rustup = |words: &[&str]| {
        let mut command = Command::new("rustup");
        command.current_dir(root).args(words);
        command
    };
    let Some(components) = output(&mut rustup(&["component", "list", "--installed"]))? else {
        bail!("there is no `rustup` on the PATH; install it from https://rustup.rs");
    };
    let missing = ["clippy", "rustfmt"].into_iter().filter(|name| !components.contains(&format!("{name}-")));
    add(rustup(&["component", "add"]), missing)?;
    let installed = output(&mut rustup(&["target", "list", "--installed"]))?.unwrap_or_default();
    let wanted = targets(root)?;
    let missing = wanted.iter().map(String::as_str).filter(|target| !installed.lines().any(|line| line == *target));
    add(rustup(&["target", "add"]), missing)?;
    println!("Rust has clippy, rustfmt and {}", wanted.join(", "));
    Ok(())
}

fn add<'a>(mut command: Command, missing: impl Iterator<Item = &'a str>) -> Result<()> {
    let mut missing = missing.peekable();
    if missing.peek().is_none() { Ok(()) } else { run(command.args(missing)) }
}

/// Asked where `go.mod` is: a Go that may download the toolchain which that names does, and counts.
fn go(root: &Path) -> Result<()> {
    let folder = root.join("shell/devcluster/tools");
    if std::env::var_os("KUBEBUILDER_ASSETS").is_some_and(|folder| !folder.is_empty()) {
        println!("Go fetches the CRDs of the admission policies and no more: KUBEBUILDER_ASSETS has the control plane");
        return Ok(());
    }
    let file = folder.join("go.mod");
    let text = fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
    let needed = text.lines().find_map(|line| line.strip_prefix("go ")).context("go.mod names no version of Go")?;
    let advice = format!("install Go {needed} or newer from https://go.dev/dl");
    let found = output(Command::new("go").current_dir(&folder).args(["env", "GOVERSION"])).context(advice.clone())?;
    let Some(found) = found else { bail!("there is no `go` on the PATH; {advice}") };
    if version(found.trim()) < version(needed) {
        bail!("this is {}; {advice}", found.trim());
    }
    println!("Go is {}", found.trim());
    Ok(())
}

/// Installs what is missing where that may be done, and otherwise says what to type.
fn programs() -> Result<()> {
    let mut missing = Vec::new();
    for program in &PROGRAMS {
        match output(Command::new(program.name).arg("--version"))? {
            Some(version) => println!("{} is {}", program.name, version.lines().next().unwrap_or_default()),
            None => missing.push(program),
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let debian = output(Command::new("apt-get").arg("--version"))?.is_some();
    let root = output(Command::new("id").arg("-u"))?.is_some_and(|user| user.trim() == "0");
    let packages = distinct(missing.iter().map(|program| program.package));
    if !debian || !root {
        let needs: Vec<_> = missing
            .iter()
            .map(|program| format!("`{}`, which the step `{}` needs", program.name, program.step))
            .collect();
        let skips: String =
            distinct(missing.iter().map(|program| program.step)).iter().map(|step| format!(" --skip {step}")).collect();
        bail!(
            "there is no {} on the PATH; on Debian and Ubuntu: sudo apt-get install --no-install-recommends {}; \
             elsewhere they come under names of their own. To go without: cargo verify --skip tools{skips}",
            needs.join("; no "),
            packages.join(" "),
        );
    }
    println!("Installing Debian's packages {}", packages.join(", "));
    run(Command::new("apt-get").arg("update"))?;
    let mut install = Command::new("apt-get");
    install.args(["install", "-y", "--no-install-recommends"]).args(packages);
    run(install.env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null()))
}

/// Each once, in the order of their first coming.
fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    names.fold(Vec::new(), |mut all, name| {
        if !all.contains(&name) {
            all.push(name);
        }
        all
    })
}

/// The strings of a TOML list. A dependency for reading one would be most of this program.
fn list(text: &str, key: &str) -> Option<Vec<String>> {
    let from_key = text.split_once(&format!("\n{key} = ["))?.1;
    let inside = from_key.split_once(']')?.0;
    Some(inside.split('"').skip(1).step_by(2).map(String::from).collect())
}

/// `go1.26.8` and `1.26.0` as numbers that compare. A development build has none in front, and is new.
pub(crate) fn version(text: &str) -> Vec<u32> {
    let Some(text) = Some(text.trim_start_matches("go")).filter(|text| text.starts_with(|c: char| c.is_ascii_digit()))
    else {
        return vec![u32::MAX];
    };
    // The 27 of `1.27rc1`: digits as far as they go.
    text.split('.').map_while(|part| part.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        assert!(version("go1.26.8") > version("1.26.0"));
        assert!(version("go1.9") < version("1.26.0"));
        assert!(version("go1.27rc1") > version("1.26.0"));
        assert!(version("devel +abc") > version("1.26.0"));
        assert_eq!(version("go1.26.0"), version("1.26.0"));
    }

    #[test]
    fn a_list_on_one_line_or_more() {
        assert_eq!(list("[a]\nnames = [\"x\", \"y\"]\n", "names").unwrap(), ["x", "y"]);
        assert_eq!(list("[a]\nnames = [\n    \"x\",\n]\n", "names").unwrap(), ["x"]);
        assert_eq!(list("[a]\nother = []\n", "names"), None);
    }

    /// What is checked is checked with the oldest Rust that is promised, so the promise is kept as long as both are one.
    #[test]
    fn the_image_is_built_by_the_same_rust_and_no_older_one_is_promised() {
        let file = |name| fs::read_to_string(crate::root().unwrap().join(name)).unwrap();
        let toolchain = file("rust-toolchain.toml");
        let channel = toolchain.split('"').nth(1).unwrap();
        assert!(
            file("Dockerfile").contains(&format!("\nARG RUST=docker.io/library/rust:{channel}-")),
            "the Dockerfile doesn't build with {channel}"
        );
        let promised = channel.strip_suffix(".0").unwrap_or(channel);
        assert!(
            file("Cargo.toml").contains(&format!("\nrust-version = \"{promised}\"\n")),
            "Cargo.toml doesn't promise {promised}"
        );
    }

    /// The image's build has the manifests before it has the code, and never the tests.
    #[test]
    fn targets_that_a_manifest_names_have_paths() {
        let root = crate::root().unwrap();
        let members = list(&fs::read_to_string(root.join("Cargo.toml")).unwrap(), "members").unwrap();
        let mut seen = 0;
        for member in members {
            let text = fs::read_to_string(root.join(&member).join("Cargo.toml")).unwrap();
            for target in text.split("\n[[").skip(1) {
                let table = target.split("\n[").next().unwrap();
                assert!(table.contains("\npath = "), "{member}/Cargo.toml: [[{table}");
                seen += 1;
            }
        }
        assert!(seen >= 4, "{seen}");
    }

    #[test]
    fn the_toolchain_file_names_bare_metal_targets() {
        let targets = targets(&crate::root().unwrap()).unwrap();
        assert!(targets.iter().filter(|target| is_bare_metal(target)).count() >= 3, "{targets:?}");
        assert!(is_bare_metal("thumbv6m-none-eabi") && !is_bare_metal("x86_64-unknown-linux-musl"));
    }
}
