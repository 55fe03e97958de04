//! `prune`: deletes what is kept no longer.

use anyhow::Result;
use clap::{Args, ValueEnum};
use jiff::Timestamp;
use serde::Serialize;

use super::output::{Format, columns};
use super::setting::Setting;
use crate::prune::github::{self, Api, Packages, Project};
use crate::prune::inventory::Inventory;
use crate::prune::retention::{self, Line, Occasion};
use crate::prune::{self, Done, Keeper};
use crate::registry::{Registry, Repository};

/// Deletes what the contract keeps no longer, with a reason a line
///
/// Stable releases and rolling tags are kept, and all that a kept image needs; so is every tag that no event of the
/// project makes, which is reported. With --closed-pr only that pull request's image goes; without it all are looked at, and
/// GitHub is asked which pull requests are closed.
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
    /// The project on GitHub that is asked which pull requests are closed, as kyklos/kyklos; where it is empty or not set,
    /// nobody is asked, and their images are kept
    #[arg(long, value_name = "OWNER/NAME", env = "GITHUB_REPOSITORY")]
    pull_requests_of: Option<Setting<Project>>,
    /// A pull request that is closed: only its image goes; may be repeated
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..))]
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
        let occasion = self.occasion(&inventory)?;
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

    fn occasion(&self, inventory: &Inventory) -> Result<Occasion> {
        if !self.closed_pr.is_empty() {
            return Ok(Occasion::Closed(self.closed_pr.iter().copied().collect()));
        }
        let asked = Setting::value(&self.pull_requests_of)
            .map(|project| github::pull_requests(&Api::open(&self.github_api), project, inventory));
        Ok(Occasion::Weekly(asked.transpose()?.unwrap_or_default()))
    }

    fn keeper(&self) -> Result<Keeper> {
        let by = self.by.unwrap_or(if self.repository.host() == "ghcr.io" { By::Github } else { By::Registry });
        match by {
            By::Registry => Ok(Keeper::Registry),
            By::Github => Packages::of(&self.repository, Api::open(&self.github_api)).map(Keeper::GitHub),
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
