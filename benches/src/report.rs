//! Everything in one run.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};
use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use crate::counts::{self, Counts, How, MACHINES};
use crate::engines::{self, Engines};
use crate::figures::{Figure, figures};
use crate::plots::PLOTS;
use crate::sizes::{self, Flash};
use crate::{markdown, tools};

/// What can be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Other engines, and all times.
    Engines,
    /// Instructions on this processor, by callgrind.
    Callgrind,
    /// Instructions on emulated processors.
    Emulators,
    /// Flash, memory and stack.
    Sizes,
}

/// What was measured; what wasn't is absent.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Report {
    /// The compiler, the processor and the tools.
    pub(crate) made_with: BTreeMap<String, String>,
    pub(crate) figures: Vec<Figure>,
    pub(crate) engines: Option<Engines>,
    /// Instructions of a call by processor.
    pub(crate) instructions: BTreeMap<String, Counts>,
    /// What a programmer would write for a Cortex-M4 without the core.
    pub(crate) by_hand: Option<Counts>,
    pub(crate) flash: Option<Vec<Flash>>,
    pub(crate) memory: Option<BTreeMap<String, u64>>,
}

impl Report {
    /// The instructions of a call on a processor.
    pub(crate) fn instructions(&self, machine: &str, call: &str) -> Option<f64> {
        Some(self.instructions.get(machine)?.get(call)?.instructions)
    }

    /// The bytes of a part of the flash (`flash of ..`), or of memory or stack.
    pub(crate) fn bytes(&self, name: &str) -> Option<u64> {
        let flash = || {
            let part = name.strip_prefix("flash of ")?;
            self.flash.as_ref()?.iter().find(|flash| flash.part == part).map(|flash| flash.bytes)
        };
        self.memory.as_ref().and_then(|memory| memory.get(name).copied()).or_else(flash)
    }
}

/// Measures, and writes the report into a folder as Markdown, JSON and SVG.
pub(crate) fn write(out: &Path, skip: &[Part]) -> Result<Report> {
    let report = measure(skip)?;
    std::fs::create_dir_all(out).with_context(|| format!("making {}", out.display()))?;
    let file = |name: &str, text: String| {
        let file = out.join(name);
        std::fs::write(&file, text).with_context(|| format!("writing {}", file.display()))?;
        eprintln!("wrote {}", file.display());
        Ok::<_, anyhow::Error>(())
    };
    file("report.json", format!("{}\n", serde_json::to_string_pretty(&report)?))?;
    file("report.md", markdown::tables(&report) + &markdown::plots(&report))?;
    for (name, plot) in PLOTS {
        match plot(&report) {
            Some(text) => file(name, text)?,
            None => eprintln!("no {name}: it was not measured"),
        }
    }
    Ok(report)
}

/// Adds the tables to a file that may have something in it already. A summary can't show the plots.
pub(crate) fn append(file: &Path, report: &Report) -> Result<()> {
    let opened = OpenOptions::new().create(true).append(true).open(file);
    let written = opened.and_then(|mut opened| opened.write_all(markdown::tables(report).as_bytes()));
    written.with_context(|| format!("writing to {}", file.display()))
}

/// A report that was written before.
pub(crate) fn read(file: &Path) -> Result<Report> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("reading {}; `cargo run -p kyklos-bench -- report` writes one", file.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is no report", file.display()))
}

fn measure(skip: &[Part]) -> Result<Report> {
    let wanted = |part| !skip.contains(&part);
    let mut report = Report {
        made_with: made_with()?,
        figures: Vec::new(),
        engines: None,
        instructions: BTreeMap::new(),
        by_hand: None,
        flash: None,
        memory: None,
    };
    for machine in MACHINES {
        let part = if matches!(machine.how, How::Callgrind) { Part::Callgrind } else { Part::Emulators };
        if !machine.is_here() {
            eprintln!("instructions on {} can't be counted on this machine", machine.name);
        } else if wanted(part) {
            report.instructions.insert(machine.name.to_owned(), machine.count().with_context(|| advice(part))?);
        }
    }
    if wanted(Part::Emulators) {
        report.by_hand = Some(counts::by_hand().with_context(|| advice(Part::Emulators))?);
    }
    if wanted(Part::Sizes) {
        report.flash = Some(sizes::flash()?);
        report.memory = Some(sizes::memory().with_context(|| advice(Part::Sizes))?);
    }
    if wanted(Part::Engines) {
        let callgrind = wanted(Part::Callgrind) && cfg!(target_os = "linux");
        report.engines = Some(engines::measure(callgrind).with_context(|| advice(Part::Engines))?);
    }
    report.figures = figures(&report);
    Ok(report)
}

fn advice(part: Part) -> String {
    let name = part.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
    format!("a part of the report failed; `--skip {name}` leaves it out")
}

fn made_with() -> Result<BTreeMap<String, String>> {
    let rustc = tools::output(Command::new("rustc").arg("--version").current_dir(tools::root()))?;
    let mut made_with = BTreeMap::from([
        ("compiler".to_owned(), rustc.trim().to_owned()),
        ("processor".to_owned(), tools::processor()),
    ]);
    let emulator = |how| match how {
        How::Callgrind => tools::VALGRIND,
        How::Emulated(_, emulator, _) => emulator,
    };
    for program in MACHINES.map(|machine| emulator(machine.how)) {
        if let Ok(version) = program.version() {
            made_with.insert(program.name.to_owned(), version);
        }
    }
    Ok(made_with)
}
