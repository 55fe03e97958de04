//! `tags`: which tags an event makes.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;
use clap::Args;
use serde::Serialize;

use super::event_args::EventArgs;
use super::output::{Format, columns};
use crate::branch;
use crate::event::Event;
use crate::plan::{self, Kind, TagPlan};
use crate::publish::rolling;
use crate::registry::{Registry, Repository};
use crate::tag::Tag;
use crate::version::{self, Version};

/// Says which tags an event makes, and why
///
/// A rolling tag is moved by the highest stable release of its range, so that depends on the releases there are: those
/// of --repository, or those given with --existing.
#[derive(Debug, Args)]
pub(super) struct Tags {
    /// The repository whose releases count
    #[arg(long, value_name = "REPOSITORY")]
    repository: Option<Repository>,
    /// A release that is there already; may be repeated
    #[arg(long, value_name = "VERSION")]
    existing: Vec<Version>,
    /// Refuse a release whose version isn't that of this checkout's Cargo.toml
    #[arg(long)]
    checked_out: bool,
    /// Refuse a release whose commit, which is checked out here, is neither on `main` nor on the branch of its line
    #[arg(long)]
    on_its_branch: bool,
    // Last: its heading in the help holds for all that follows.
    #[command(flatten)]
    event: EventArgs,
}

#[derive(Serialize)]
struct Answer<'a> {
    event: String,
    tags: &'a [TagPlan],
}

impl Tags {
    pub(super) fn run(&self, format: Format) -> Result<()> {
        let event = self.event.event()?;
        if let (true, Event::Release(version)) = (self.checked_out, &event) {
            version::check_checked_out(&version.to_string())?;
        }
        if let (true, Event::Release(version)) = (self.on_its_branch, &event) {
            branch::check(Path::new("."), version)?;
        }
        let mut existing: BTreeSet<Version> = self.existing.iter().cloned().collect();
        if let Some(repository) = &self.repository {
            let registry = Registry::open(repository.clone())?;
            let tags = registry.tags()?;
            let listed = plan::releases(&tags.iter().filter_map(|tag| Tag::parse(tag)).collect::<Vec<_>>());
            // What the list doesn't have yet, and a rolling tag points to: by this, one release is GitHub's "Latest".
            existing.extend(plan::releases(rolling::beside(&registry, &event.rolling(), listed.clone())?.keys()));
            existing.extend(listed);
        }
        let tags = plan::tags(&event, &existing);
        format.print(&Answer { event: event.to_string(), tags: &tags }, || {
            columns(["TAG", "KIND", "GIVEN", "BECAUSE"], &[], tags.iter().map(row))
        })
    }
}

fn row(plan: &TagPlan) -> [String; 4] {
    let kind = match plan.kind {
        Kind::Immutable => "immutable",
        Kind::Rolling => "rolling",
        Kind::Replaced => "replaced",
    };
    [plan.tag.clone(), kind.to_owned(), if plan.given { "yes" } else { "no" }.to_owned(), plan.reason.clone()]
}
