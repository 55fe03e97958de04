//! What the gate compares with: figures of a run that somebody accepted.

use std::collections::BTreeMap;
use std::path::PathBuf;
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

/// The baseline of the last release, by its tag; none before the first.
pub(crate) fn of_last_release() -> Result<Option<(String, Baseline)>> {
    let git = |words: &[&str]| tools::output(Command::new("git").current_dir(tools::root()).args(words));
    let tags = git(&["tag", "--list", "v*", "--sort=-version:refname", "--merged"])?;
    let Some(tag) = tags.lines().next() else { return Ok(None) };
    let text = git(&["show", &format!("{tag}:benches/baseline.json")])?;
    let baseline = serde_json::from_str(&text).with_context(|| format!("{tag} has no baseline"))?;
    Ok(Some((tag.to_owned(), baseline)))
}

pub(crate) fn write(baseline: &Baseline) -> Result<()> {
    let file = file();
    std::fs::write(&file, format!("{}\n", serde_json::to_string_pretty(baseline)?))
        .with_context(|| format!("writing {}", file.display()))
}
