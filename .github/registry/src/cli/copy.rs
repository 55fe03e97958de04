//! `copy`: to the second registry.

use anyhow::Result;
use clap::Args;
use serde::Serialize;

use super::output::{Format, columns};
use super::setting::Setting;
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
    /// Where to, `docker.io/kyklos/kyklos` say; where it is empty or not set, nothing is copied
    #[arg(long, value_name = "REPOSITORY", env = "KYKLOS_SECOND_REGISTRY")]
    to: Option<Setting<Repository>>,
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
        let to = Setting::value(&self.to);
        let steps = match to {
            Some(to) => {
                let (from, to) = (Registry::open(self.from.clone())?, Registry::open(to.clone())?);
                copy::copy(&from, &if dry_run { to } else { to.to_write() }, &self.tag, dry_run)?
            }
            None => Vec::new(),
        };
        let to = to.map(ToString::to_string);
        let answer = Answer { from: self.from.with(&self.tag), to, dry_run, steps };
        format.print(&answer, || table(&answer))
    }
}

fn table(answer: &Answer) -> String {
    let Some(to) = &answer.to else {
        return "nothing is copied: no second registry is configured; KYKLOS_SECOND_REGISTRY and --to are empty or not set\n".to_owned();
    };
    let intent = if answer.dry_run { "would be " } else { "" };
    let rows = answer.steps.iter().map(|step| super::publish::row(step, answer.dry_run));
    format!("{} {intent}copied to {to}\n\n", answer.from) + &columns(["WHAT", "NAME", "DONE"], &[], rows)
}
