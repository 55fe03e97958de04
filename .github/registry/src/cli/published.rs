//! `published`: what is there for others to run.

use anyhow::Result;
use clap::Args;

use super::output::{Format, columns};
use crate::published;
use crate::registry::Repository;

/// Says what is published: what the rolling tags lead to and a newer pre-release, or before the first release the newest commit of
/// `main`
///
/// Of each the digest, the tags, and the commit that it is built from. What becomes known is looked for in these, and the first
/// is built again each week.
#[derive(Debug, Args)]
pub(super) struct Published {
    /// The repository that is looked at
    #[arg(long, value_name = "REPOSITORY", default_value = super::REPOSITORY)]
    repository: Repository,
    /// Asks without a login, as anybody does who pulls it
    #[arg(long)]
    as_anybody: bool,
}

impl Published {
    pub(super) fn run(&self, format: Format) -> Result<()> {
        let registry = super::asks(&self.repository, self.as_anybody)?;
        let found = published::read(&registry)?;
        format.print(&found, || {
            let rows = found.iter().map(|one| {
                [one.tags.join(", "), one.digest.to_string(), one.revision.clone(), one.created.to_string()]
            });
            columns(["TAGS", "DIGEST", "COMMIT", "CREATED"], &[], rows)
        })
    }
}
