//! Flash, memory and stack on a Cortex-M4, optimised for size.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use object::{Object as _, ObjectSection as _, SectionFlags, elf};
use serde::{Deserialize, Serialize};

use crate::tools::{self, cargo, firmware_target, rig};

/// The rig that is built and never run.
const RIG: &str = "size";
const TARGET: &str = "thumbv7em-none-eabihf";
/// The features of the rig, each with those before it in it, and what they are.
const PARTS: [(&str, &str); 7] = [
    ("", "a program that does nothing"),
    ("evaluate", "evaluator with one zone"),
    ("cursor", "cursor"),
    ("build", "building and validating from Rust values"),
    ("json", "parsing from JSON"),
    ("text", "problems in words"),
    ("zones", "all zones by name"),
];

/// The feature of a schedule that is in flash, beside the others, and what it is.
pub(crate) const FIXED: (&str, &str) = ("fixed", "a static Schedule<2, 1, 12> in use, with its data and zone");

/// What a part takes more than the one before it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Flash {
    pub(crate) part: String,
    pub(crate) bytes: u64,
}

/// Builds one program after the other.
pub(crate) fn flash() -> Result<Vec<Flash>> {
    let mut before = 0;
    let mut parts = Vec::new();
    for (feature, part) in PARTS {
        eprintln!("flash of {part}");
        let bytes = loaded(feature).with_context(|| format!("the flash of {part}"))?;
        parts.push(Flash { part: part.to_owned(), bytes: bytes.saturating_sub(before) });
        before = bytes;
    }
    let empty = parts.first().map_or(0, |empty| empty.bytes);
    let (feature, part) = FIXED;
    let bytes = loaded(feature).with_context(|| format!("the flash of {part}"))?;
    parts.push(Flash { part: part.to_owned(), bytes: bytes.saturating_sub(empty) });
    Ok(parts)
}

/// The bytes of a program that are in the flash: all sections that are loaded.
fn loaded(feature: &str) -> Result<u64> {
    let arguments = ["build", "--quiet", "--release", "--locked", "--no-default-features", "--features", feature];
    tools::build(cargo(&rig(RIG), arguments).arg("--target-dir").arg(firmware_target()))?;
    let file = firmware_target().join(TARGET).join("release").join(format!("kyklos-{RIG}"));
    let data = std::fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
    let program = object::File::parse(&*data).with_context(|| format!("reading {}", file.display()))?;
    let loaded = program.sections().filter(|section| {
        let allocated = match section.flags() {
            SectionFlags::Elf { sh_flags, .. } => sh_flags.contains(elf::SHF_ALLOC),
            _ => false,
        };
        allocated && !section.kind().is_bss()
    });
    Ok(loaded.map(|section| section.size()).sum())
}

/// Bytes of memory and of stack, by what they are of, as the rig measures them.
pub(crate) fn memory() -> Result<BTreeMap<String, u64>> {
    eprintln!("memory and stack");
    let line = |line: &str| {
        let (name, bytes) = line.split_once('\t').with_context(|| format!("`{line}` has no tab"))?;
        Ok((name.to_owned(), bytes.parse().with_context(|| format!("the bytes of `{line}`"))?))
    };
    tools::run_rig("stack", TARGET, "s")?.lines().map(line).collect()
}
