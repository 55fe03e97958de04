//! What is deleted from, and who deletes: common to `prune` and `delete`.

use anyhow::Result;
use clap::{Args, ValueEnum};
use serde::Serialize;

use super::output::{Format, columns};
use crate::digest::Digest;
use crate::prune::execute::{Done, Sums, execute};
use crate::prune::github::{Api, Packages};
use crate::prune::inventory::Inventory;
use crate::prune::retention::{Line, Plan};
use crate::prune::{Keeper, Shelf};
use crate::registry::{Registry, Repository};

#[derive(Debug, Args)]
pub(super) struct KeeperArgs {
    /// Who lists and deletes [default: github for ghcr.io, which has no other way, else registry]
    #[arg(long, value_enum)]
    by: Option<By>,
    /// The address of GitHub's API
    #[arg(long, value_name = "URL", env = "GITHUB_API_URL", default_value = "https://api.github.com")]
    pub(super) github_api: String,
}

/// Who lists and deletes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// The registry, by the OCI's API
    Registry,
    /// GitHub's packages API
    Github,
}

impl KeeperArgs {
    pub(super) fn keeper(&self, repository: &Repository) -> Result<Keeper> {
        let by = self.by.unwrap_or(if repository.host() == "ghcr.io" { By::Github } else { By::Registry });
        match by {
            By::Registry => Ok(Keeper::Registry),
            By::Github => Packages::of(repository, Api::open(&self.github_api)).map(Keeper::GitHub),
        }
    }
}

/// What is answered: the plan, and what became of it.
#[derive(Serialize)]
pub(super) struct Answer {
    repository: String,
    dry_run: bool,
    images: usize,
    lines: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    line: Line,
    done: &'static str,
    /// Why it couldn't be deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
}

impl Answer {
    pub(super) fn of(repository: &Repository, plan: &Plan, dry_run: bool) -> Self {
        let row = |line: &Line| Row { line: line.clone(), done: intended(line), refused: None };
        let lines = plan.lines.iter().map(row).collect();
        Self { repository: repository.to_string(), dry_run, images: plan.images, lines }
    }

    /// Does what the plan says, and notes what became of each line.
    pub(super) fn carry_out(
        &mut self,
        keeper: &Keeper,
        registry: &Registry,
        inventory: &Inventory,
        plan: &Plan,
        most: usize,
    ) -> Result<Sums> {
        let rows = &mut self.lines;
        execute(&Shelf { keeper, registry }, inventory, plan, most, |digest, done| note(rows, digest, done))
    }

    /// Whether this one was deleted, or was gone already.
    pub(super) fn is_gone(&self, digest: &Digest) -> bool {
        self.lines.iter().any(|row| row.line.digest == *digest && ["deleted", "gone already"].contains(&row.done))
    }

    pub(super) fn print(&self, format: Format) -> Result<()> {
        format.print(self, || table(self))
    }
}

fn note(rows: &mut [Row], digest: &Digest, done: Done) {
    let Some(row) = rows.iter_mut().find(|row| row.line.digest == *digest) else { return };
    row.done = match &done {
        Done::Deleted => "deleted",
        Done::AlreadyGone => "gone already",
        Done::Tagged => "kept: it has got a new tag",
        Done::Refused(_) => "REFUSED",
        Done::Left => "left",
    };
    if let Done::Refused(why) = done {
        row.refused = Some(why);
    }
}

fn intended(line: &Line) -> &'static str {
    match (line.delete, line.unaccounted) {
        (true, _) => "would go",
        (false, true) => "kept (!)",
        (false, false) => "kept",
    }
}

fn table(answer: &Answer) -> String {
    let rows = answer.lines.iter().map(|row| {
        let tags = if row.line.tags.is_empty() { "-".to_owned() } else { row.line.tags.join(" ") };
        let reason = row.refused.as_ref().unwrap_or(&row.line.reason);
        [row.done.to_owned(), row.line.digest.short().to_owned(), tags, reason.clone()]
    });
    let count = |wanted: fn(&Row) -> bool| answer.lines.iter().filter(|row| wanted(row)).count();
    let (all, go, strange) = (answer.lines.len(), count(|row| row.line.delete), count(|row| row.line.unaccounted));
    let images = count(|row| row.line.delete && row.line.image);
    let intent = if answer.dry_run { "would go" } else { "to go" };
    let mut sum = format!(
        "\n{all} digests, {go} {intent}, {} kept, {strange} of them unaccounted for (!)\n{images} of {} images {intent}",
        all - go,
        answer.images
    );
    if !answer.dry_run {
        let (deleted, left, refused) = (
            count(|row| row.done == "deleted" && row.line.image),
            count(|row| row.done == "left" && row.line.image),
            count(|row| row.refused.is_some()),
        );
        sum += &format!(": {deleted} deleted, {left} left for the next run; {refused} digests can't be deleted");
    }
    columns(["IS", "DIGEST", "TAGS", "BECAUSE"], &[], rows) + &sum + "\n"
}
