//! `prune`: deletes what is kept no longer.

use anyhow::{Result, bail};
use clap::Args;
use jiff::Timestamp;

use super::keeper::{Answer, KeeperArgs};
use super::output::Format;
use super::setting::Setting;
use crate::prune::github::{self, Api, Project};
use crate::prune::inventory::Inventory;
use crate::prune::limits;
use crate::prune::retention::{self, Occasion};
use crate::registry::{Registry, Repository};

/// Deletes what the contract keeps no longer, with a reason a line
///
/// Stable releases and rolling tags are kept, and all that a kept image needs; so is every tag that no event of the
/// project makes, which is reported. With --closed-pr only that pull request's image goes; without it all are looked at, and
/// GitHub is asked which pull requests are closed.
///
/// At most the larger of 100 images and a quarter of all go at once, the oldest first. A plan for more than half of all needs
/// --yes. What can't be deleted is reported, and the rest goes on; then it ends with an error.
#[derive(Debug, Args)]
pub(super) struct Prune {
    /// What is pruned
    #[arg(long, value_name = "REPOSITORY", default_value = super::REPOSITORY)]
    repository: Repository,
    #[command(flatten)]
    keeper: KeeperArgs,
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
    /// The plan may be for more than half of all
    #[arg(long)]
    yes: bool,
}

impl Prune {
    pub(super) fn run(&self, format: Format, dry_run: bool) -> Result<()> {
        let registry = Registry::open(self.repository.clone())?;
        let mut keeper = self.keeper.keeper(&self.repository)?;
        let inventory = keeper.inventory(&registry)?;
        let occasion = self.occasion(&inventory)?;
        let plan = retention::plan(&inventory, &occasion, self.now.unwrap_or_else(Timestamp::now));
        let mut answer = Answer::of(&self.repository, &plan, dry_run);
        if dry_run {
            return answer.print(format);
        }
        // The plan is worth reading also where it isn't carried out, or not to its end.
        let done = limits::most(&plan, self.yes)
            .and_then(|most| answer.carry_out(&keeper, &registry, &inventory, &plan, most));
        answer.print(format)?;
        match done?.refused {
            0 => Ok(()),
            refused => bail!("{refused} digests can't be deleted, as their lines say; all else was done"),
        }
    }

    fn occasion(&self, inventory: &Inventory) -> Result<Occasion> {
        if !self.closed_pr.is_empty() {
            return Ok(Occasion::Closed(self.closed_pr.iter().copied().collect()));
        }
        let asked = Setting::value(&self.pull_requests_of)
            .map(|project| github::pull_requests(&Api::open(&self.keeper.github_api), project, inventory));
        Ok(Occasion::Weekly(asked.transpose()?.unwrap_or_default()))
    }
}
