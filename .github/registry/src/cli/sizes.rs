//! `sizes`: how large the versions were.

use anyhow::Result;
use clap::Args;

use super::output::Format;
use crate::history;
use crate::registry::Repository;

/// Reads the sizes of all versions that the registry keeps, and shows them as a table and a chart in Markdown
///
/// Every version is pulled for it, since registries say nothing of what is in a layer: five megabytes for each platform.
#[derive(Debug, Args)]
pub(super) struct Sizes {
    /// The repository whose versions are looked at
    #[arg(long, value_name = "REPOSITORY", default_value = super::REPOSITORY)]
    repository: Repository,
    /// Asks without a login, as anybody does who pulls it
    #[arg(long)]
    as_anybody: bool,
}

impl Sizes {
    pub(super) fn run(&self, format: Format) -> Result<()> {
        let registry = super::asks(&self.repository, self.as_anybody)?;
        let rows = history::read(&registry)?;
        format.print(&rows, || history::markdown(&rows))
    }
}
