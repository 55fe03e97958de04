//! What the gate compares with: figures of a run that somebody accepted.

use std::collections::BTreeMap;
use std::path::PathBuf;

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

pub(crate) fn write(baseline: &Baseline) -> Result<()> {
    let file = file();
    std::fs::write(&file, format!("{}\n", serde_json::to_string_pretty(baseline)?))
        .with_context(|| format!("writing {}", file.display()))
}
