//! What is known against the crates in the image: cargo-deny for what the lock file names, cargo-audit for what the
//! binaries say they are made of.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::run::{exists, output, run};

/// Where both get what is known.
pub const DATABASE: &str = "https://github.com/RustSec/advisory-db";
/// From the top folder.
pub const RULES: &str = ".github/deny.toml";
/// What cargo-audit says where it had to guess what a binary is made of: it is no failure to it.
const GUESSED: &str = "not built with 'cargo auditable'";

/// The two tools, and what they go by.
pub struct Scanner {
    /// `cargo-deny`.
    pub deny: PathBuf,
    /// `cargo-audit`.
    pub audit: PathBuf,
    /// The rules of the first.
    pub rules: PathBuf,
    /// Where cargo-audit keeps its copy of the database, if not at its usual place.
    pub copy: Option<PathBuf>,
    /// For git, which gets the database.
    pub git: Vec<(String, String)>,
}

impl Scanner {
    /// The tools of the PATH, with the rules of the repository and the database of RustSec.
    pub fn installed(root: &Path) -> Result<Self> {
        for tool in ["cargo-deny", "cargo-audit"] {
            if !exists(tool) {
                bail!("there is no `{tool}` on the PATH; cargo install --locked {tool} makes it");
            }
        }
        let (deny, audit) = (PathBuf::from("cargo-deny"), PathBuf::from("cargo-audit"));
        Ok(Self { deny, audit, rules: root.join(RULES), copy: None, git: Vec::new() })
    }

    /// Checks licences, sources and bans, which needs no network; and advisories, which needs the database.
    pub fn check(&self, root: &Path, binaries: &[PathBuf]) -> Result<()> {
        run(self.deny(root).args(["licenses", "bans", "sources"]))?;
        let mut ask = Command::new("git");
        ask.args(["ls-remote", "--exit-code", DATABASE, "HEAD"]).env("GIT_TERMINAL_PROMPT", "0");
        output(ask.envs(self.git.iter().cloned())).with_context(|| {
            format!("{DATABASE} can't be reached from here, so nothing was checked for known vulnerabilities")
        })?;
        self.locked(root)?;
        self.built(binaries)
    }

    /// What the lock file names.
    pub fn locked(&self, root: &Path) -> Result<()> {
        said(self.deny(root).arg("advisories")).map(drop)
    }

    /// What the binaries are made of.
    pub fn built(&self, binaries: &[PathBuf]) -> Result<()> {
        let mut audit = Command::new(&self.audit);
        audit.arg("audit").envs(self.git.iter().cloned());
        if let Some(copy) = &self.copy {
            audit.arg("--db").arg(copy);
        }
        let said = said(audit.arg("bin").args(binaries))?;
        ensure!(!said.contains(GUESSED), "cargo-audit had to guess what a binary is made of:\n{said}");
        Ok(())
    }

    fn deny(&self, root: &Path) -> Command {
        let mut command = Command::new(&self.deny);
        command.current_dir(root).args(["deny", "--locked", "--config"]).arg(&self.rules).arg("check");
        command.envs(self.git.iter().cloned());
        command
    }
}

/// Does it, shows what it says, and returns that; with a failure it comes as its reason.
fn said(command: &mut Command) -> Result<String> {
    let words = crate::run::in_words(command);
    eprintln!("$ {words}");
    let found = command.output().with_context(|| format!("running `{words}`"))?;
    let said = String::from_utf8_lossy(&found.stdout).into_owned() + &String::from_utf8_lossy(&found.stderr);
    if !found.status.success() {
        bail!("`{words}` ended with {}:\n{said}", found.status);
    }
    eprint!("{said}");
    Ok(said)
}
