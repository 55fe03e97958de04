//! What a target gets that is left to others, and the way there.

use super::ranges::Bounded;
use crate::api::Entry;
use crate::target::{Size, TargetState};

/// What a target of at most `most` gets that has to have back what is remembered of it; `None` where it has that, or where somebody
/// has taken it away since, or owns what it was given. Of an autoscaler each part goes by itself. `is_apart` says that what it scales is
/// another's by now, by that one's own name: then its bounds are all that it gets back.
pub fn restored(target: &TargetState, entry: &Entry, most: u32, is_apart: bool) -> Option<Size> {
    let size = match Bounded::of(target, Some(entry)) {
        Some(bounded) => bounded.left(is_apart),
        None => {
            let is_as_given = match target.writer {
                Some(_) => target.is_ours(),
                None => u32::try_from(target.replicas).is_ok_and(|replicas| replicas == entry.held),
            };
            let original = target.original.unwrap_or(entry.original).min(most);
            i32::try_from(original).ok().filter(|_| is_as_given)?.into()
        }
    };
    (target.size() != size).then_some(size)
}

/// The next of the steps to a size.
pub fn step(target: &TargetState, to: Size) -> Size {
    match (&target.scaling, to.range) {
        (Some(scaling), Some(range)) => scaling.size(scaling.step(range)),
        _ => to,
    }
}
