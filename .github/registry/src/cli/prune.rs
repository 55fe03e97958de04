//! `prune`: deletes what is kept no longer.

use std::collections::BTreeSet;

use anyhow::Result;
use clap::{Args, ValueEnum};
use jiff::Timestamp;
use serde::Serialize;

use super::output::{Format, columns};
use crate::prune::github::Packages;
use crate::prune::retention::{self, Line, Occasion};
use crate::prune::{self, Done, Keeper};
use crate::registry::{Registry, Repository};

/// Deletes what the contract keeps no longer, with a reason a line
///
/// Stable releases and rolling tags are kept, and all that a kept image needs; so is every tag that no event of the
/// project makes, which is reported. With --closed-pr only that pull request's image goes.
#[derive(Debug, Args)]
pub(super) struct Prune {
    /// What is pruned
    #[arg(long, value_name = "REPOSITORY", default_value = super::REPOSITORY)]
    repository: Repository,
    /// Who lists and deletes [default: github for ghcr.io, which has no other way, else registry]
    #[arg(long, value_enum)]
    by: Option<By>,
    /// The address of GitHub's API
    #[arg(long, value_name = "URL", env = "GITHUB_API_URL", default_value = "https://api.github.com")]
    github_api: String,
    /// The time that ages are counted to, as 2026-11-25T03:00:00Z [default: now]
    #[arg(long, value_name = "TIME")]
    now: Option<Timestamp>,
    /// A pull request that is closed: only its image goes; may be repeated
    #[arg(long, value_name = "NUMBER")]
    closed_pr: Vec<u64>,
    /// Delete no more digests than this without --yes
    #[arg(long, value_name = "NUMBER", default_value_t = 50)]
    most: usize,
    /// However many it is
    #[arg(long)]
    yes: bool,
}

/// Who lists and deletes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// The registry, by the OCI's API
    Registry,
    /// GitHub's packages API
    Github,
}

#[derive(Serialize)]
struct Answer<'a> {
    repository: String,
    now: String,
    dry_run: bool,
    lines: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    line: &'a Line,
    done: &'static str,
}

impl Prune {
    pub(super) fn run(&self, format: Format, dry_run: bool) -> Result<()> {
        let registry = Registry::open(self.repository.clone())?;
        let mut keeper = self.keeper()?;
        let inventory = keeper.inventory(&registry)?;
        let closed: BTreeSet<u64> = self.closed_pr.iter().copied().collect();
        let occasion = if closed.is_empty() { Occasion::Weekly } else { Occasion::Closed(closed) };
        let now = self.now.unwrap_or_else(Timestamp::now);
        let plan = retention::plan(&inventory, &occasion, now);
        let mut rows: Vec<Row<'_>> = plan.iter().map(|line| Row { line, done: intended(line) }).collect();
        let mut failed = Ok(());
        if !dry_run {
            // The plan is worth reading also where it isn't carried out, or not to its end.
            failed = prune::check_number(&plan, self.most, self.yes).and_then(|()| {
                prune::execute(&keeper, &registry, &inventory, &plan, |line, done| {
                    let row = rows.iter_mut().find(|row| row.line.digest == line.digest);
                    row.into_iter().for_each(|row| row.done = in_words(done));
                })
            });
        }
        let answer = Answer { repository: self.repository.to_string(), now: now.to_string(), dry_run, lines: rows };
        format.print(&answer, || table(&answer))?;
        failed
    }

    fn keeper(&self) -> Result<Keeper> {
        let by = self.by.unwrap_or(if self.repository.host() == "ghcr.io" { By::Github } else { By::Registry });
        match by {
            By::Registry => Ok(Keeper::Registry),
            By::Github => Packages::of(&self.repository, &self.github_api).map(Keeper::GitHub),
        }
    }
}

fn intended(line: &Line) -> &'static str {
    match (line.delete, line.unaccounted) {
        (true, _) => "would go",
        (false, true) => "kept (!)",
        (false, false) => "kept",
    }
}

fn in_words(done: Done) -> &'static str {
    match done {
        Done::Deleted => "deleted",
        Done::AlreadyGone => "gone already",
        Done::Tagged => "kept: it has got a new tag",
    }
}

fn table(answer: &Answer<'_>) -> String {
    let rows = answer.lines.iter().map(|row| {
        let tags = if row.line.tags.is_empty() { "-".to_owned() } else { row.line.tags.join(" ") };
        [row.done.to_owned(), row.line.digest.short().to_owned(), tags, row.line.reason.clone()]
    });
    let count = |wanted: fn(&Line) -> bool| answer.lines.iter().filter(|row| wanted(row.line)).count();
    let (all, go, strange) = (answer.lines.len(), count(|line| line.delete), count(|line| line.unaccounted));
    let intent = if answer.dry_run { "would go" } else { "to go" };
    let sum = format!("\n{all} digests, {go} {intent}, {} kept, {strange} of them unaccounted for (!)\n", all - go);
    columns(["IS", "DIGEST", "TAGS", "BECAUSE"], &[], rows) + &sum
}
