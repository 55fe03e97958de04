//! Deletes what the contract doesn't keep, and nothing that it can't account for.

pub mod execute;
pub mod github;
pub mod inventory;
pub mod limits;
pub mod retention;
#[cfg(test)]
mod simulation;

use std::collections::BTreeSet;

use anyhow::Result;

use crate::digest::Digest;
use crate::registry::Registry;
use crate::source::Source;
use execute::{Deleted, Hand};
use github::Packages;
use inventory::{Inventory, References};

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
}

/// Deletes from a real registry.
pub struct Shelf<'a> {
    /// Who deletes.
    pub keeper: &'a Keeper,
    /// What from.
    pub registry: &'a Registry,
}

impl Hand for Shelf<'_> {
    /// The digests of tags that have come since, with all that these need.
    fn newly_needed(&self, inventory: &Inventory) -> Result<BTreeSet<Digest>> {
        let (known, tags) = (inventory.tags(), self.registry.tags()?);
        let new = tags.iter().map(String::as_str).filter(|tag| !known.contains(tag));
        let mut needed = BTreeSet::new();
        for digest in self.registry.digests_of(new)?.into_values() {
            if inventory.get(&digest).is_some() {
                needed.extend(retention::needed_by(inventory, &digest));
            } else if let Some(manifest) = self.registry.manifest(&digest)? {
                // An index of its own, maybe of parts that are known.
                for part in References::of(&manifest)?.children()? {
                    needed.extend(retention::needed_by(inventory, &part));
                }
            }
        }
        Ok(needed)
    }

    fn delete(&self, digest: &Digest) -> Result<Deleted> {
        match self.keeper {
            Keeper::Registry => self.registry.delete(digest),
            Keeper::GitHub(packages) => packages.delete(digest),
        }
    }
}
