//! `delete`: deletes one image before its time.

use anyhow::{Context, Result, bail};
use clap::Args;
use jiff::Timestamp;

use super::keeper::{Answer, KeeperArgs};
use super::output::Format;
use crate::prune::retention::{self, Occasion};
use crate::registry::{Reference, Registry};

/// Deletes one image before its time, with its parts and what speaks of it
///
/// Registries delete by digest, and with it every tag that it has. So an image that is named by a tag goes only if that is
/// its only one; and a stable release, a rolling tag, or what a kept image needs doesn't go at all.
#[derive(Debug, Args)]
pub(super) struct Delete {
    /// What goes, `registry/namespace/repository:tag` or `..@digest`
    image: Reference,
    #[command(flatten)]
    keeper: KeeperArgs,
}

impl Delete {
    pub(super) fn run(&self, format: Format, dry_run: bool) -> Result<()> {
        let Reference { repository, tag, digest } = &self.image;
        let registry = Registry::open(repository.clone())?;
        let found = match tag {
            Some(tag) => registry.digest_of(tag)?,
            None => None,
        };
        let digest = match (digest, &found) {
            (Some(digest), Some(found)) if *digest != found.to_string() => {
                bail!(
                    "{} is {found}, and not {digest}; nothing was deleted",
                    repository.with(tag.as_deref().unwrap_or_default())
                )
            }
            (Some(digest), _) => digest.parse()?,
            (None, Some(found)) => found.clone(),
            (None, None) => match tag {
                Some(tag) => bail!("there is no {}", repository.with(tag)),
                None => bail!("say which image: `{repository}:TAG` or `{repository}@DIGEST`"),
            },
        };
        let mut keeper = self.keeper.keeper(repository)?;
        let mut inventory = keeper.inventory(&registry)?;
        if inventory.get(&digest).is_none() {
            // A registry that lists tags alone doesn't lead to what has none.
            inventory.look_for(&registry, &digest)?.with_context(|| format!("there is no {repository}@{digest}"))?;
        }
        let occasion = Occasion::Asked { digest: digest.clone(), tag: tag.clone() };
        let plan = retention::plan(&inventory, &occasion, Timestamp::now());
        let mut answer = Answer::of(repository, &plan, dry_run);
        let kept = plan.lines.iter().find(|line| line.digest == digest && !line.delete);
        if dry_run || kept.is_some() {
            answer.print(format)?;
            return match kept {
                Some(line) => bail!("{repository}@{digest} isn't deleted: {}", line.reason),
                None => Ok(()),
            };
        }
        let done = answer.carry_out(&keeper, &registry, &inventory, &plan, 1);
        answer.print(format)?;
        match done?.refused {
            0 if answer.is_gone(&digest) => Ok(()),
            0 => bail!("{repository}@{digest} isn't deleted: it has got a new tag meanwhile"),
            refused => bail!("{refused} digests can't be deleted, as their lines say"),
        }
    }
}
