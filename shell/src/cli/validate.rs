//! `kyklos validate`: whether manifests are right.

use std::io::{self, BufWriter, Write};

use chrono::Utc;
use clap::Args;

use super::Failure;
use super::input::Input;
use crate::api::manifest::printable;

/// Check manifests and say everything that is wrong with them
#[derive(Debug, Args)]
pub(super) struct Validate {
    #[command(flatten)]
    input: Input,
}

impl Validate {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let loaded = self.input.load_as_made(Utc::now());
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
