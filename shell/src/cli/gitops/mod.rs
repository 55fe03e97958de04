//! `kyklos gitops`: what keeps Argo CD and Flux from putting back what Kyklos scales.

mod argo_cd;
mod flux;
mod owned;

use std::collections::BTreeSet;
use std::io::{self, Write};

use anyhow::Context;
use clap::{Args, ValueEnum};
use serde_json::Value;

use self::owned::Target;
use super::Failure;
use super::assigned::Assigned;
use super::failure::say;
use super::input::Input;

/// Print what Argo CD and Flux need to leave alone what is scaled
///
/// A tool that applies manifests from Git puts the count back that it finds there. These are the pieces that keep it from that, for
/// exactly the targets of the files; Kyklos sees a tool that goes on nevertheless, and says which (CountReverted).
#[derive(Debug, Args)]
pub(super) struct Gitops {
    #[command(flatten)]
    input: Input,
    /// What is for this tool alone
    #[arg(long = "for", value_enum, value_name = "TOOL")]
    tool: Option<Tool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Tool {
    ArgoCd,
    Flux,
}

/// A document of the answer: what it is for, in comments above it, and what it says.
struct Piece {
    comment: Vec<String>,
    value: Value,
}

impl Gitops {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let mut loaded = self.input.load();
        let (workloads, places) = (std::mem::take(&mut loaded.workloads), std::mem::take(&mut loaded.places));
        let subjects = loaded.all()?;
        let assigned = Assigned::of(&subjects, &workloads, &places);
        // Several schedules may have one target, of which one acts.
        let named = assigned.heard().filter_map(|(_, subject)| Target::of(&subject.object));
        let mut targets: BTreeSet<Target> = named.collect();
        for (policy, subject) in assigned.heard().filter(|(_, subject)| subject.object.spec.targets.is_some()) {
            let mut picked = assigned.places(policy).peekable();
            if picked.peek().is_none() {
                let words =
                    "no workload that it picks is in the files, so nothing is printed for it: give their files, too";
                say(format_args!("warning: {}", subject.origin.complain("spec.targets", words)));
            }
            // What another one has is that one's to tell of.
            let held = picked.filter(|(_, (name, claims))| claims.holder(name) == Some((policy, None)));
            targets.extend(held.map(|(workload, _)| {
                Target::new(&workload.namespace, &workload.kind.api_version, &workload.kind.kind, &workload.name)
            }));
        }
        let mut pieces = Vec::new();
        if self.tool != Some(Tool::Flux) {
            pieces.extend(argo_cd::pieces(&targets));
        }
        if self.tool != Some(Tool::ArgoCd) {
            pieces.extend(flux::pieces(&targets)?);
        }
        Ok(io::stdout().lock().write_all(text(&pieces)?.as_bytes())?)
    }
}

fn text(pieces: &[Piece]) -> Result<String, Failure> {
    let mut text = format!("# Printed by `kyklos gitops` of version {}.\n", env!("CARGO_PKG_VERSION"));
    for piece in pieces {
        text.push_str("---\n");
        for line in &piece.comment {
            text.push_str(&format!("# {line}\n"));
        }
        text.push_str(&serde_saphyr::to_string(&piece.value).context("the answer as YAML")?);
    }
    Ok(text)
}
