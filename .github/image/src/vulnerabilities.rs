//! What is known against the crates in the image: cargo-deny for what the lock file names, cargo-audit for what the
//! binaries say they are made of.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::run::{exists, output, run};

/// Where both get what is known.
const DATABASE: &str = "https://github.com/RustSec/advisory-db";
/// From the top folder.
const RULES: &str = ".github/deny.toml";

/// Checks licences, sources and bans, which needs no network; and advisories, which needs the database.
pub(crate) fn check(root: &Path, binaries: &[PathBuf]) -> Result<()> {
    for tool in ["cargo-deny", "cargo-audit"] {
        if !exists(tool) {
            bail!("there is no `{tool}` on the PATH; cargo install --locked {tool} makes it");
        }
    }
    run(deny(root).args(["licenses", "bans", "sources"]))?;
    let mut ask = Command::new("git");
    ask.args(["ls-remote", "--exit-code", DATABASE, "HEAD"]).env("GIT_TERMINAL_PROMPT", "0");
    output(&mut ask).with_context(|| {
        format!("{DATABASE} can't be reached from here, so nothing was checked for known vulnerabilities")
    })?;
    run(deny(root).arg("advisories"))?;
    run(Command::new("cargo").current_dir(root).args(["audit", "bin"]).args(binaries))
}

fn deny(root: &Path) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(root).args(["deny", "--locked", "--config", RULES, "check"]);
    command
}
