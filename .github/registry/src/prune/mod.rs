//! Deletes what the contract doesn't keep, and nothing that it can't account for.

pub mod github;
pub mod inventory;
pub mod retention;

use std::collections::BTreeSet;

use anyhow::{Result, bail};

use crate::digest::Digest;
use crate::registry::Registry;
use crate::source::Source;
use github::Packages;
use inventory::{Inventory, References};
use retention::Line;

/// Who is asked to list and to delete.
pub enum Keeper {
    /// The registry itself, by the OCI's API.
    Registry,
    /// GitHub's packages API, since its registry deletes nothing.
    GitHub(Packages),
}

impl Keeper {
    /// Looks at all there is.
    pub fn inventory(&mut self, registry: &Registry) -> Result<Inventory> {
        match self {
            Self::Registry => inventory::of_registry(registry),
            Self::GitHub(packages) => packages.inventory(registry),
        }
    }

    /// Deletes a digest; whether it was still there.
    fn delete(&self, registry: &Registry, digest: &Digest) -> Result<bool> {
        match self {
            Self::Registry => registry.delete(digest),
            Self::GitHub(packages) => packages.delete(digest),
        }
    }
}

/// Refuses a plan that deletes more than was expected.
pub fn check_number(plan: &[Line], most: usize, yes: bool) -> Result<()> {
    let number = plan.iter().filter(|line| line.delete).count();
    if number > most && !yes {
        bail!(
            "that would delete {number} digests, more than the {most} of --most; if that is right, say --yes. Nothing was deleted"
        );
    }
    Ok(())
}

/// What became of a digest that was to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// It is gone.
    Deleted,
    /// Somebody else has deleted it.
    AlreadyGone,
    /// It has got a new tag since the plan was made, and stays.
    Tagged,
}

/// Does what the plan says, and tells what became of each digest.
pub fn execute(
    keeper: &Keeper,
    registry: &Registry,
    inventory: &Inventory,
    plan: &[Line],
    mut tell: impl FnMut(&Line, Done),
) -> Result<()> {
    let known = inventory.tags();
    for line in plan.iter().filter(|line| line.delete) {
        let done = if newly_needed(registry, inventory, &known)?.contains(&line.digest) {
            Done::Tagged
        } else if keeper.delete(registry, &line.digest)? {
            Done::Deleted
        } else {
            Done::AlreadyGone
        };
        tell(line, done);
    }
    Ok(())
}

/// The digests of tags that have come since, with all that these need.
fn newly_needed(registry: &Registry, inventory: &Inventory, known: &BTreeSet<&str>) -> Result<BTreeSet<Digest>> {
    let tags = registry.tags()?;
    let new = tags.iter().map(String::as_str).filter(|tag| !known.contains(tag));
    let mut needed = BTreeSet::new();
    for digest in registry.digests_of(new)?.into_values() {
        if inventory.get(&digest).is_some() {
            needed.extend(retention::needed_by(inventory, &digest));
        } else if let Some(manifest) = registry.manifest(&digest)? {
            // An index of its own, maybe of parts that are known.
            for part in References::of(&manifest)?.children()? {
                needed.extend(retention::needed_by(inventory, &part));
            }
        }
    }
    Ok(needed)
}
