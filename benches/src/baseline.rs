//! What the gate compares with: figures of a run that somebody accepted.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use crate::tools;

/// Sorted by name, so that a new baseline differs only where a figure does.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Baseline {
    /// Instructions of a call, by processor and call.
    pub(crate) instructions: BTreeMap<String, BTreeMap<String, f64>>,
    /// Flash, memory and stack.
    pub(crate) bytes: BTreeMap<String, u64>,
}

fn file() -> PathBuf {
    tools::root().join("benches/baseline.json")
}

pub(crate) fn read() -> Result<Baseline> {
    let file = file();
    let text = std::fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is no baseline", file.display()))
}

fn git(repository: &Path, words: &[&str]) -> Result<String> {
    tools::output(Command::new("git").current_dir(repository).args(words))
}

/// Whether a repository has a part of its history alone, and so perhaps not the tag of the last release.
pub(crate) fn is_shallow(repository: &Path) -> Result<bool> {
    Ok(git(repository, &["rev-parse", "--is-shallow-repository"])?.trim() == "true")
}

/// The baseline of the last release of a repository, by its tag; none before the first.
pub(crate) fn of_last_release(repository: &Path) -> Result<Option<(String, Baseline)>> {
    let tags = git(repository, &["tag", "--list", "v*", "--sort=-version:refname", "--merged"])?;
    let Some(tag) = tags.lines().next() else { return Ok(None) };
    let text = git(repository, &["show", &format!("{tag}:benches/baseline.json")])?;
    let baseline = serde_json::from_str(&text).with_context(|| format!("{tag} has no baseline"))?;
    Ok(Some((tag.to_owned(), baseline)))
}

pub(crate) fn write(baseline: &Baseline) -> Result<()> {
    let file = file();
    std::fs::write(&file, format!("{}\n", serde_json::to_string_pretty(baseline)?))
        .with_context(|| format!("writing {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(calls: f64) -> Baseline {
        let instructions = BTreeMap::from([("x86-64".to_owned(), BTreeMap::from([("evaluate".to_owned(), calls)]))]);
        Baseline { instructions, bytes: BTreeMap::from([("flash of all".to_owned(), 100)]) }
    }

    #[test]
    fn the_last_release_is_that_of_the_highest_version_behind_this_commit() {
        let repository = tempfile::tempdir().unwrap();
        let git = |words: &[&str]| {
            let mut command = Command::new("git");
            command
                .current_dir(repository.path())
                .args(["-c", "user.name=made up", "-c", "user.email=made@up"])
                .args(words);
            tools::run(command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null")).unwrap();
        };
        git(&["init", "--quiet", "--initial-branch", "main"]);
        let commit = |baseline: &Baseline, tag: &str| {
            std::fs::create_dir_all(repository.path().join("benches")).unwrap();
            let text = serde_json::to_string_pretty(baseline).unwrap();
            std::fs::write(repository.path().join("benches/baseline.json"), text).unwrap();
            git(&["add", "."]);
            git(&["commit", "--quiet", "--message", tag]);
            git(&["tag", tag]);
        };
        commit(&of(90.0), "first");
        assert_eq!(of_last_release(repository.path()).unwrap(), None);
        commit(&of(80.0), "v0.9.0");
        commit(&of(70.0), "v0.10.0");
        // A later release of another line, and what isn't released yet.
        git(&["checkout", "--quiet", "-b", "other", "first"]);
        commit(&of(60.0), "v0.11.0");
        git(&["checkout", "--quiet", "main"]);
        commit(&of(50.0), "later");
        assert_eq!(of_last_release(repository.path()).unwrap(), Some(("v0.10.0".to_owned(), of(70.0))));
        assert!(!is_shallow(repository.path()).unwrap());
        // As a workflow checks it out that doesn't say otherwise.
        let url = format!("file://{}", repository.path().display());
        git(&["clone", "--quiet", "--depth", "1", "--no-tags", &url, "part"]);
        let part = repository.path().join("part");
        assert!(of_last_release(&part).unwrap().is_none() && is_shallow(&part).unwrap());
    }
}
