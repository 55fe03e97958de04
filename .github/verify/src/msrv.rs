//! The core with the oldest Rust that it promises: boards and distributions are slower than this workspace, whose Rust is newer.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::command::{output, run, rustup, target_folder};

/// The core's manifest, which has a promise of its own.
const MANIFEST: &str = "core/Cargo.toml";

pub(crate) fn check(root: &Path) -> Result<()> {
    let file = root.join(MANIFEST);
    let text = fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
    let version = promised(&text).with_context(|| format!("{MANIFEST} promises no Rust"))?;
    let installed = output(rustup(root).args(["toolchain", "list"]))?;
    let installed = installed.context("there is no `rustup` on the PATH; install it from https://rustup.rs")?;
    if !has(&installed, version) {
        println!("Installing Rust {version}");
        run(rustup(root).args(["toolchain", "install", version, "--profile", "minimal"]))?;
    }
    // In a folder of its own: another compiler would make cargo build everything again, here and then in the workspace's.
    let target = target_folder(root).join("msrv");
    for features in ["--all-features", "--no-default-features"] {
        let mut command = rustup(root);
        command.args(["run", version, "cargo", "check", "--locked", "--package", "kyklos-core", features]);
        run(command.arg("--target-dir").arg(&target))?;
    }
    Ok(())
}

/// The version in a manifest.
fn promised(manifest: &str) -> Option<&str> {
    let version = manifest.lines().find_map(|line| line.strip_prefix("rust-version = "))?;
    Some(version.trim().trim_matches('"'))
}

/// Whether a toolchain of this name is in rustup's list: `1.88-x86_64-unknown-linux-gnu (active)`.
fn has(list: &str, version: &str) -> bool {
    list.lines().any(|line| line.strip_prefix(version).is_some_and(|rest| rest.starts_with('-')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_core_promises_an_older_rust_than_the_workspace() {
        let file = |name| fs::read_to_string(crate::root().unwrap().join(name)).unwrap();
        let minor = |text: &str| -> u32 { promised(text).unwrap().strip_prefix("1.").unwrap().parse().unwrap() };
        assert!(minor(&file(MANIFEST)) < minor(&file("Cargo.toml")));
    }

    #[test]
    fn a_toolchain_is_known_by_its_whole_version() {
        let list = "stable-x86_64-unknown-linux-gnu (default)\n1.88-x86_64-unknown-linux-gnu\n1.95.0-x86_64-unknown-linux-gnu (active)\n";
        assert!(has(list, "1.88") && has(list, "1.95.0"));
        assert!(!has(list, "1.8") && !has(list, "1.95") && !has(list, "1.88.0"));
    }
}
