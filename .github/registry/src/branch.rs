//! Whether a release's tag is where it may be: on `main`, or on the branch of its line.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::version::Version;

/// Refuses a release whose commit, the one that is checked out in this folder, is on neither.
pub fn check(folder: &Path, version: &Version) -> Result<()> {
    let line = format!("release/v{}.{}", version.major(), version.minor());
    let mut known = false;
    for branch in ["main", line.as_str()] {
        let reference = format!("refs/remotes/origin/{branch}");
        if !git(folder, &["rev-parse", "--quiet", "--verify", &reference])? {
            continue;
        }
        known = true;
        if git(folder, &["merge-base", "--is-ancestor", "HEAD", &reference])? {
            return Ok(());
        }
    }
    if !known {
        bail!("neither `main` nor `{line}` of `origin` is known here; `git fetch --unshallow origin` gets them");
    }
    bail!(
        "the commit of {version} is neither on `main` nor on `{line}`, and what isn't may be nobody's work; tag one that is, \
         or merge it first"
    )
}

/// Whether it says yes; an error where it says neither yes nor no.
fn git(folder: &Path, arguments: &[&str]) -> Result<bool> {
    let words = format!("git {}", arguments.join(" "));
    let done = Command::new("git").current_dir(folder).args(arguments).output();
    let done = done.with_context(|| format!("running `{words}`"))?;
    match done.status.code() {
        Some(0) => Ok(true),
        Some(1) => Ok(false),
        _ => bail!("`{words}`: {}", String::from_utf8_lossy(&done.stderr).trim()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(folder: &Path, line: &str) {
        let settings = ["-c", "user.name=test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false"];
        let done = Command::new("git").current_dir(folder).args(settings).args(line.split(' ')).output().unwrap();
        assert!(done.status.success(), "git {line}: {}", String::from_utf8_lossy(&done.stderr));
    }

    #[test]
    fn a_tag_is_on_main_or_on_the_branch_of_its_line() {
        let (origin, clone) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let there = origin.path();
        run(there, "init --quiet --initial-branch main");
        for (branch, after) in [("main", ""), ("release/v0.1", "main"), ("feature", "main")] {
            if !after.is_empty() {
                run(there, &format!("checkout --quiet -b {branch} {after}"));
            }
            run(there, &format!("commit --quiet --allow-empty --message {branch}"));
        }
        let here = clone.path();
        run(here, &format!("clone --quiet {} .", there.display()));
        let at = |branch: &str, version: &str| {
            run(here, &format!("checkout --quiet --detach origin/{branch}"));
            check(here, &version.parse().unwrap()).map_err(|error| error.to_string())
        };
        at("main", "v0.2.0").unwrap();
        at("main", "v0.1.0").unwrap();
        at("release/v0.1", "v0.1.1").unwrap();
        at("release/v0.1", "v0.1.2-rc.1").unwrap();
        for (branch, version) in [("feature", "v0.2.0"), ("release/v0.1", "v0.2.0"), ("feature", "v0.1.1")] {
            let error = at(branch, version).unwrap_err();
            assert!(error.contains("neither on `main` nor on `release/v0."), "{branch} {version}: {error}");
        }
        run(here, "remote rename origin elsewhere");
        let error = check(here, &"v0.1.0".parse().unwrap()).unwrap_err().to_string();
        assert!(error.contains("git fetch --unshallow origin"), "{error}");
        let error = check(Path::new("/"), &"v0.1.0".parse().unwrap()).unwrap_err().to_string();
        assert!(error.contains("not a git repository"), "{error}");
    }
}
