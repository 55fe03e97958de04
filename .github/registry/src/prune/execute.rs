//! Does what a plan says: the oldest image first, and with each what only it needs, until a run has done enough.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use jiff::Timestamp;

use super::inventory::Inventory;
use super::retention::{Graph, Line, Plan};
use crate::digest::Digest;

/// What deletes, and tells what has come since the plan was made.
pub trait Hand {
    /// The digests that are needed now and weren't when the inventory was made.
    fn newly_needed(&self, inventory: &Inventory) -> Result<BTreeSet<Digest>>;

    /// Deletes a digest, and with it every tag that it has. An error ends the run.
    fn delete(&self, digest: &Digest) -> Result<Deleted>;
}

/// What came of a deletion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deleted {
    /// It is gone.
    Now,
    /// It was gone already: another cleanup runs beside.
    Before,
    /// It can't be deleted, for this reason.
    Refused(String),
}

/// What became of a digest that was to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// It is gone.
    Deleted,
    /// Somebody else has deleted it.
    AlreadyGone,
    /// It has got a new tag since the plan was made, and stays.
    Tagged,
    /// It can't be deleted, for this reason.
    Refused(String),
    /// It is left for the next run, or stays with what needs it and couldn't go.
    Left,
}

/// The sums of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    /// Images that were deleted.
    pub deleted: usize,
    /// Digests that couldn't be.
    pub refused: usize,
    /// Images that are left for the next run.
    pub left: usize,
}

/// Deletes at most so many images, the oldest first, and tells what became of each digest that was to go.
///
/// An index goes before its parts, so that nobody pulls half an image by its tag; then what speaks of them, whose tags lead
/// the next run there if this one is cut short. A part goes with the last that lists it.
pub fn execute(
    hand: &dyn Hand,
    inventory: &Inventory,
    plan: &Plan,
    most: usize,
    tell: impl FnMut(&Digest, Done),
) -> Result<Sums> {
    let mut run = Run {
        hand,
        inventory,
        graph: Graph::of(inventory),
        to_go: plan.lines.iter().filter(|line| line.delete).map(|line| (&line.digest, line)).collect(),
        gone: BTreeSet::new(),
        sums: Sums::default(),
        tell,
    };
    let mut images: Vec<&Line> = plan.lines.iter().filter(|line| line.delete && line.image).collect();
    images.sort_by_key(|line| (line.date.unwrap_or(Timestamp::MAX), &line.digest));
    for line in images {
        if run.sums.deleted >= most {
            run.sums.left += 1;
            continue;
        }
        run.image(line)?;
    }
    let left: Vec<_> = run.to_go.keys().map(|digest| (*digest).clone()).collect();
    left.iter().for_each(|digest| (run.tell)(digest, Done::Left));
    Ok(run.sums)
}

struct Run<'a, T> {
    hand: &'a dyn Hand,
    inventory: &'a Inventory,
    graph: Graph<'a>,
    /// What is still to go, and wasn't tried.
    to_go: BTreeMap<&'a Digest, &'a Line>,
    gone: BTreeSet<&'a Digest>,
    sums: Sums,
    tell: T,
}

impl<'a, T: FnMut(&Digest, Done)> Run<'a, T> {
    /// Deletes an image, then its parts, then what speaks of any of them.
    fn image(&mut self, line: &'a Line) -> Result<()> {
        // Asked for each image: what is tagged now may be an image that was to go, or one of its parts.
        let needed = self.hand.newly_needed(self.inventory)?;
        if !self.delete(&line.digest, &needed)? {
            return Ok(());
        }
        let mut whole = vec![&line.digest];
        let mut next = 0;
        while let Some(digest) = whole.get(next).copied() {
            next += 1;
            for part in self.graph.parts(digest) {
                if self.is_free(part) && self.delete(part, &needed)? {
                    whole.push(part);
                }
            }
        }
        next = 0;
        while let Some(digest) = whole.get(next).copied() {
            next += 1;
            let speaking: Vec<_> = self.graph.parts(digest).chain(self.graph.speaking_of(digest)).collect();
            for other in speaking {
                if self.is_free(other) && self.delete(other, &needed)? {
                    whole.push(other);
                }
            }
        }
        Ok(())
    }

    /// Whether it is to go and wasn't tried, and all that lists it or that it speaks of is gone.
    fn is_free(&self, digest: &Digest) -> bool {
        let line = self.to_go.get(digest);
        line.is_some_and(|line| !line.image) && self.graph.holders(digest).all(|holder| self.gone.contains(holder))
    }

    /// Deletes one digest; whether it is gone.
    fn delete(&mut self, digest: &'a Digest, needed: &BTreeSet<Digest>) -> Result<bool> {
        let Some(line) = self.to_go.get(digest).copied() else { return Ok(false) };
        let done = if needed.contains(digest) {
            Done::Tagged
        } else {
            match self.hand.delete(digest)? {
                Deleted::Now => Done::Deleted,
                Deleted::Before => Done::AlreadyGone,
                Deleted::Refused(why) => Done::Refused(why),
            }
        };
        // Only what was tried, so that an error leaves it among what is left.
        self.to_go.remove(digest);
        let is_gone = matches!(done, Done::Deleted | Done::AlreadyGone);
        if is_gone {
            self.gone.insert(digest);
        }
        match &done {
            Done::Deleted if line.image => self.sums.deleted += 1,
            Done::Refused(_) => self.sums.refused += 1,
            _ => {}
        }
        (self.tell)(digest, done);
        Ok(is_gone)
    }
}
