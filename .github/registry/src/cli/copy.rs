//! `copy`: to the second registry.

use anyhow::Result;
use clap::Args;
use serde::Serialize;

use super::output::{Format, columns};
use crate::copy;
use crate::publish::Step;
use crate::registry::{Registry, Repository};

/// Copies a release to the second registry, digest for digest
///
/// With its signatures, SBOMs and attestations. Off as long as no second registry is configured.
#[derive(Debug, Args)]
pub(super) struct Copy {
    /// The release, `v0.1.0`
    tag: String,
    /// Where from
    #[arg(long, value_name = "REPOSITORY", default_value = super::REPOSITORY)]
    from: Repository,
    /// Where to, `docker.io/kyklos/kyklos` say; without it nothing is copied
    #[arg(long, value_name = "REPOSITORY", env = "KYKLOS_SECOND_REGISTRY")]
    to: Option<Repository>,
}

#[derive(Serialize)]
struct Answer {
    from: String,
    to: Option<String>,
    dry_run: bool,
    steps: Vec<Step>,
}

impl Copy {
    pub(super) fn run(&self, format: Format, dry_run: bool) -> Result<()> {
        let steps = match &self.to {
            Some(to) => {
                copy::copy(&Registry::open(self.from.clone())?, &Registry::open(to.clone())?, &self.tag, dry_run)?
            }
            None => Vec::new(),
        };
        let to = self.to.as_ref().map(ToString::to_string);
        let answer = Answer { from: self.from.with(&self.tag), to, dry_run, steps };
        format.print(&answer, || table(&answer))
    }
}

fn table(answer: &Answer) -> String {
    let Some(to) = &answer.to else {
        return "nothing is copied: no second registry is configured (--to, or KYKLOS_SECOND_REGISTRY)\n".to_owned();
    };
    let intent = if answer.dry_run { "would be " } else { "" };
    let rows = answer.steps.iter().map(|step| super::publish::row(step, answer.dry_run));
    format!("{} {intent}copied to {to}\n\n", answer.from) + &columns(["WHAT", "NAME", "DONE"], &[], rows)
}
