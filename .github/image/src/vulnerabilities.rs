//! What is known against the image: cargo-deny for what the lock file names, cargo-audit for what the binaries say they are made
//! of, and Grype for all of the image, its base included. What is no fault of Kyklos's is an exception, with an end.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use kyklos_registry::published;
use kyklos_registry::registry::{Registry, Repository};

use crate::exceptions::Exceptions;
use crate::grype::Grype;
use crate::layout::Built;
use crate::run::{exists, in_words, output, run};

/// Where the first two get what is known.
pub const DATABASE: &str = "https://github.com/RustSec/advisory-db";
/// From the top folder.
pub const RULES: &str = ".github/deny.toml";
/// What cargo-audit says where it had to guess what a binary is made of: it is no failure to it.
const GUESSED: &str = "not built with 'cargo auditable'";

/// The tools, and what they go by.
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
    /// What isn't failed for.
    pub exceptions: Exceptions,
}

impl Scanner {
    /// The tools of the PATH, with the rules and exceptions of the repository and the database of RustSec.
    pub fn of_the_path(root: &Path) -> Result<Self> {
        let (deny, audit) = (PathBuf::from("cargo-deny"), PathBuf::from("cargo-audit"));
        let exceptions = Exceptions::read(root)?;
        Ok(Self { deny, audit, rules: root.join(RULES), copy: None, git: Vec::new(), exceptions })
    }

    /// Checks licences, sources and bans, which needs no network; and advisories, which needs the database.
    pub fn check(&self, root: &Path, binaries: &[PathBuf]) -> Result<()> {
        run(self.deny(root)?.args(["licenses", "bans", "sources"]))?;
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
        said(self.deny(root)?.arg("advisories")).map(drop)
    }

    /// What the binaries are made of.
    pub fn built(&self, binaries: &[PathBuf]) -> Result<()> {
        let mut audit = Command::new(&self.audit);
        audit.arg("audit").envs(self.git.iter().cloned());
        if let Some(copy) = &self.copy {
            audit.arg("--db").arg(copy);
        }
        for name in self.exceptions.of_rustsec() {
            audit.args(["--ignore", name]);
        }
        let said = said(audit.arg("bin").args(binaries))?;
        ensure!(!said.contains(GUESSED), "cargo-audit had to guess what a binary is made of:\n{said}");
        Ok(())
    }

    fn deny(&self, root: &Path) -> Result<Command> {
        let mut command = Command::new(&self.deny);
        command.current_dir(root).args(["deny", "--locked", "--config"]).arg(self.rules(root)?).arg("check");
        command.envs(self.git.iter().cloned());
        Ok(command)
    }

    /// The rules, with the exceptions in them where there are any.
    fn rules(&self, root: &Path) -> Result<PathBuf> {
        let names: Vec<_> = self.exceptions.of_rustsec().map(|name| format!("\"{name}\"")).collect();
        if names.is_empty() {
            return Ok(self.rules.clone());
        }
        let text = fs::read_to_string(&self.rules).with_context(|| format!("reading {}", self.rules.display()))?;
        let heading = "[advisories]";
        ensure!(text.contains(heading), "{} has no {heading}", self.rules.display());
        let text = text.replacen(heading, &format!("{heading}\nignore = [{}]", names.join(", ")), 1);
        let file = root.join("target/image/deny.toml");
        fs::create_dir_all(file.parent().unwrap_or(root)).context("making a folder")?;
        fs::write(&file, text).with_context(|| format!("writing {}", file.display()))?;
        Ok(file)
    }
}

/// An image in a folder, before it is released: the checkout's lock file, its binaries, and all of it.
pub fn of_a_release(root: &Path, layout: &Path) -> Result<()> {
    wanted(&["cargo-deny", "cargo-audit"])?;
    let (scanner, built) = (Scanner::of_the_path(root)?, Built::read(layout)?);
    scanner.check(root, &built.extract(&root.join("target/image/bin"))?)?;
    let grype = Grype::built(root, &scanner.exceptions)?;
    let source = format!("oci-dir:{}", layout.display());
    built.programs.iter().try_for_each(|program| grype.check(&source, &program.platform))
}

/// What is published, against what has become known since: of each image the binaries, and all of it. One that fails doesn't
/// hide another.
pub fn of_what_is_published(root: &Path, repository: &Repository) -> Result<()> {
    wanted(&["cargo-audit"])?;
    let scanner = Scanner::of_the_path(root)?;
    let images = published::read(&Registry::as_anybody(repository.clone()))?;
    if images.is_empty() {
        println!("{repository} has nothing that anybody could run yet");
        return Ok(());
    }
    let grype = Grype::built(root, &scanner.exceptions)?;
    let mut wrong = Vec::new();
    for one in &images {
        let place = repository.with(&one.digest.to_string());
        println!("\n{}: {place}", one.tags.join(", "));
        let built = Built::pulled(Registry::as_anybody(repository.clone()), &one.digest)?;
        let binaries = built.extract(&root.join("target/image/published").join(one.digest.short()))?;
        let mut found = vec![scanner.built(&binaries)];
        for program in &built.programs {
            let source = format!("registry:{}", repository.with(&program.digest.to_string()));
            found.push(grype.check(&source, &program.platform));
        }
        wrong.extend(
            found.into_iter().filter_map(Result::err).map(|error| format!("{}: {error:#}", one.tags.join(", "))),
        );
    }
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

fn wanted(programs: &[&str]) -> Result<()> {
    for program in programs {
        if !exists(program) {
            bail!("there is no `{program}` on the PATH; cargo install --locked {program} makes it");
        }
    }
    Ok(())
}

/// Does it, shows what it says, and returns that; with a failure it comes as its reason.
fn said(command: &mut Command) -> Result<String> {
    let words = in_words(command);
    eprintln!("$ {words}");
    let found = command.output().with_context(|| format!("running `{words}`"))?;
    let said = String::from_utf8_lossy(&found.stdout).into_owned() + &String::from_utf8_lossy(&found.stderr);
    if !found.status.success() {
        bail!("`{words}` ended with {}:\n{said}", found.status);
    }
    eprint!("{said}");
    Ok(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What has no end there has none at all.
    #[test]
    fn exceptions_stand_nowhere_else() {
        let rules = fs::read_to_string(crate::root().unwrap().join(RULES)).unwrap();
        assert!(
            rules.contains("[advisories]\n") && !rules.contains("\nignore"),
            "{RULES} has exceptions without an end"
        );
    }
}
