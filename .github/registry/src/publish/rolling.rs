//! Moves the rolling tags until what the registry says is right.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::digest::Digest;
use crate::plan::{Move, astray, releases};
use crate::registry::{Gone, Registry};
use crate::tag::{Rolling, Tag};

/// What the registry says: the rolling tags, and the releases that they belong to.
pub type State = BTreeMap<Tag, Digest>;

/// How often the tags are read. Each round but the last ends with other jobs having moved them meanwhile, or with a
/// registry that is slow to tell.
const ROUNDS: u32 = 20;

/// Reads these rolling tags, and the highest releases that they may point to.
pub fn read(registry: &Registry, rolling: &[Rolling]) -> Result<State> {
    let known: Vec<Tag> = registry.tags()?.iter().filter_map(|tag| Tag::parse(tag)).collect();
    let versions = releases(&known);
    let highest = rolling.iter().filter_map(|tag| tag.highest(&versions)).cloned().map(Tag::Release);
    let wanted: BTreeSet<Tag> = highest.chain(rolling.iter().copied().map(Tag::Rolling)).collect();
    let mut state = State::new();
    for tag in wanted {
        if let Some(digest) = registry.digest_of(&tag.to_string())? {
            state.insert(tag, digest);
        }
    }
    Ok(state)
}

/// Moves them where they belong, and returns what was moved.
///
/// Registries have no conditional write, so another job may write between our reading and our writing. Whoever writes
/// last reads afterwards, and so puts right what the two have done.
pub fn settle(registry: &Registry, rolling: &[Rolling]) -> Result<Vec<Move>> {
    let mut moved = Vec::new();
    for round in 0..ROUNDS {
        let moves = astray(rolling, &read(registry, rolling)?);
        if moves.is_empty() {
            return Ok(moved);
        }
        // Not at once the second time: the one that we race with is given a chance to finish.
        thread::sleep(Duration::from_millis(50) * round);
        for step in moves {
            let manifest = registry
                .manifest_at(&step.digest.to_string())?
                .ok_or_else(|| Gone(format!("{}@{}, which was {}", registry.repository(), step.digest, step.to)))?;
            registry.put_manifest(&step.tag.to_string(), &manifest)?;
            moved.push(step);
        }
    }
    let names: Vec<_> = rolling.iter().map(ToString::to_string).collect();
    bail!(
        "{} of {} don't settle after {ROUNDS} readings; start this again once no other job releases",
        names.join(", "),
        registry.repository()
    )
}
