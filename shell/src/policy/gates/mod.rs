//! What may keep a target from being written: one list, of which the first gate that holds gives conditions, events and log their
//! reason and words.

mod autoscaler;
mod backoff;
mod budget;
mod claim;
mod clock;
mod confirm;
mod fence;
mod held;
mod holidays;
mod invalid;
mod memory;
mod missing;
mod own;
mod paused;
mod targets;
mod unlisted;
mod unsure;

use chrono::{DateTime, Utc};

use super::conditions::{Because, Said, Type};
use super::look::Look;
use super::plan::{Happening, Reason};

/// A gate: `None` lets the write through.
type Gate = fn(&Look<'_>) -> Option<Hold>;

/// In the order in which they are asked.
const GATES: [Gate; 17] = [
    fence::gate,
    invalid::gate,
    clock::gate,
    holidays::gate,
    claim::gate,
    own::gate,
    missing::gate,
    unsure::gate,
    autoscaler::gate,
    held::gate,
    paused::gate,
    unlisted::gate,
    confirm::gate,
    memory::gate,
    targets::gate,
    backoff::gate,
    budget::gate,
];

/// Why nothing is written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Hold {
    /// What is said while it holds.
    pub(super) tells: Tells,
    /// Of `Ready`, where it isn't what the schedule comes to.
    pub(super) ready: Option<Said>,
    /// Why a write is due that isn't accepted yet; else it is `Stable`.
    pub(super) reconciling: Option<Because>,
    /// Of `Stalled`, where nothing will happen until somebody changes something.
    pub(super) stalled: Option<Said>,
    /// Of `Degraded`, in front of everything else that is wrong.
    pub(super) degraded: Option<Said>,
    /// What is new.
    pub(super) happening: Option<Happening>,
    /// When it ends by itself.
    pub(super) wake: Option<DateTime<Utc>>,
}

/// What is said while a gate holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tells {
    /// Nothing: the status stays as it is.
    Nothing,
    /// That it holds; of the schedule what was known before.
    WhatWasKnown,
    /// Everything.
    All,
}

/// Reasons of `Ready` with which the target is none of the object's.
const ELSEWHERE: [Because; 4] =
    [Because::ScaleConflict, Because::TargetNotFound, Because::AutoscalerPresent, Because::ConfigurationInvalid];

impl Hold {
    fn new(tells: Tells) -> Self {
        Self { tells, ready: None, reconciling: None, stalled: None, degraded: None, happening: None, wake: None }
    }

    /// Nothing happens until somebody changes something: that is an event, too, unless `Ready` has said it before.
    fn stalled(look: &Look<'_>, said: Said, reason: Reason, mark: String) -> Self {
        let told = look.was(Type::Ready, said.because);
        let happening = Happening { reason, message: said.message.clone(), mark, series: None };
        Self {
            stalled: Some(said.clone()),
            ready: Some(said),
            happening: (!told).then_some(happening),
            ..Self::new(Tells::All)
        }
    }

    /// Whether there is no target for this object to keep anything of.
    pub(super) fn is_elsewhere(&self) -> bool {
        let because = self.ready.as_ref().map(|said| said.because);
        because.is_some_and(|because| ELSEWHERE.contains(&because))
    }

    fn silent() -> Self {
        Self::new(Tells::Nothing)
    }
}

/// The first gate that holds, and whether all in front of the last one, the budget's, are open.
pub(super) fn first(look: &Look<'_>) -> (Option<Hold>, bool) {
    let held = GATES.iter().enumerate().find_map(|(place, gate)| gate(look).map(|hold| (place, hold)));
    match held {
        Some((place, hold)) => (Some(hold), place + 1 == GATES.len()),
        None => (None, true),
    }
}
