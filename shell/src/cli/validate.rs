//! `kyklos validate`: whether manifests are right.

use std::io::{self, BufWriter, Write};

use chrono::Utc;
use clap::Args;

use super::Failure;
use super::assigned::Assigned;
use super::input::{Input, note, warn};
use crate::api::manifest::{Origin, printable};

/// Check manifests and say everything that is wrong with them
#[derive(Debug, Args)]
pub(super) struct Validate {
    #[command(flatten)]
    input: Input,
    /// Take for wrong what the controller only warns of, too: two schedules with one target, a target that an autoscaler scales or that
    /// isn't in the files among others, names that leave out nothing or stand there twice, more workloads than may be lowered at once,
    /// an override for nothing, holidays that aren't given or are none, what lies where Kyklos doesn't look
    #[arg(long)]
    strict: bool,
}

impl Validate {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let mut loaded = self.input.read(Some(Utc::now()));
        let assigned = Assigned::of(&loaded.subjects, &loaded.workloads, &loaded.places);
        loaded.warnings.append(&mut assigned.warnings());
        note(&assigned.notes());
        if self.strict {
            loaded.complaints.extend(loaded.warnings.iter().map(ToString::to_string));
            let is_right = |origin: &Origin| loaded.warnings.iter().all(|warning| warning.origin != *origin);
            loaded.subjects.retain(|subject| is_right(&subject.origin));
            loaded.overrides.retain(|(origin, _)| is_right(origin));
        } else {
            warn(&loaded.warnings);
        }
        let mut out = BufWriter::new(io::stdout().lock());
        for subject in &loaded.subjects {
            let (file, name) = (printable(&subject.origin.file), printable(&subject.name()));
            writeln!(out, "{file}: {name}: valid")?;
        }
        for (origin, name) in &loaded.overrides {
            writeln!(out, "{}: {}: valid", printable(&origin.file), printable(name))?;
        }
        out.flush()?;
        loaded.all().map(drop)
    }
}
