//! Why a target has to be written, and since when.

use chrono::{DateTime, Utc};

use super::conditions::{Because, Type};
use super::facts::Braked;
use super::look::{Look, Wanted, boundary_since};
use super::plan::{Write, WriteCause};
use super::restore::step;
use crate::api::Value;
use crate::target::Size;

/// A write that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Due {
    pub(super) from: Size,
    pub(super) to: Size,
    pub(super) prepares: bool,
    pub(super) value: Value,
    pub(super) cause: WriteCause,
    pub(super) since: DateTime<Utc>,
}

impl Due {
    /// Whether it puts back what somebody else has changed, so that it may be held back.
    pub(super) fn is_correction(&self) -> bool {
        self.cause == WriteCause::Drift
    }

    /// What is sent.
    pub(super) fn write(self) -> Write {
        let Self { from, to, prepares, value, cause, since } = self;
        Write { from, to, prepares, value, cause, due: since }
    }

    /// The reason of `Reconciling` until it is accepted.
    pub(super) fn reconciling(&self) -> Because {
        match self.cause {
            WriteCause::Boundary | WriteCause::GraceOver => Because::WindowTransition,
            WriteCause::FirstSight | WriteCause::Edit | WriteCause::Resume | WriteCause::ClaimWon => {
                Because::ConfigurationChange
            }
            WriteCause::Drift | WriteCause::TargetNew => Because::DriftCorrection,
        }
    }
}

/// The write that the target needs as far as counts go: a gate may still hold it.
pub(super) fn due(look: &Look<'_>) -> Option<Due> {
    let (target, wanted) = (look.target()?, look.wanted.as_ref()?);
    let (goal, value) = (look.goal()?, wanted.want.value);
    if target.size() == goal {
        return None;
    }
    let to = step(target, goal);
    let (cause, since) = why(look, wanted, to);
    Some(Due { from: target.size(), to, prepares: to != goal, value, cause, since })
}

fn why(look: &Look<'_>, wanted: &Wanted<'_>, to: Size) -> (WriteCause, DateTime<Utc>) {
    let (before, now, value) = (&look.before, look.now, wanted.want.value);
    let boundary = || boundary_since(look, &wanted.layers, before.boundary);
    // A write that failed is the same one when it is tried again.
    if let Some(failed) = look.facts.attempt.filter(|failed| !look.settled.done && failed.to == to) {
        return (failed.cause, failed.due);
    }
    // A word was given, or isn't needed any more: nobody has touched anything.
    if look.was(Type::Ready, Because::ConfirmationNeeded) && look.facts.brake == Braked::No {
        return (WriteCause::Edit, now);
    }
    // What was asked for was done, and somebody else has changed it before this look, whatever it was asked for.
    if look.settled.effective == Some(value) && !look.is_other_target() {
        return (WriteCause::Drift, now);
    }
    let Some(effective) = look.settled.effective.or(before.effective) else { return (WriteCause::FirstSight, now) };
    let edited = before.generation != Some(look.facts.policy.identity.generation);
    if effective == value
        && !edited
        && let Some(cause) = pending(look)
    {
        return (cause, before.due.or_else(boundary).unwrap_or(now));
    }
    if edited {
        if let Some(due) = after_edit(look, wanted) {
            return due;
        }
        let resumed = look.was(Type::Ready, Because::Paused);
        return (if resumed { WriteCause::Resume } else { WriteCause::Edit }, now);
    }
    if look.was(Type::Ready, Because::Paused) {
        // It has come to its end by itself, as nobody has edited it.
        return (WriteCause::Resume, wanted.compiled.pause.end().map_or(now, |end| end.min(now)));
    }
    if effective != value {
        // Without a boundary it is the calendar that was edited, or an override that came or went.
        return passed(look, wanted, before.boundary, before.expiry).unwrap_or((WriteCause::Edit, now));
    }
    if look.was(Type::Ready, Because::ScaleConflict) || look.was(Type::Ready, Because::AutoscalerPresent) {
        return (WriteCause::ClaimWon, now);
    }
    if look.was(Type::Ready, Because::TargetNotFound) || look.is_other_target() {
        return (WriteCause::TargetNew, now);
    }
    // Nobody has touched it: it is its annotation that was edited.
    let untouched = look.target().is_some_and(|target| before.observed == Some(target.replicas));
    if value.needs_original() && untouched && before.budget.is_none() {
        return (WriteCause::Edit, now);
    }
    (WriteCause::Drift, now)
}

/// What has come since of a boundary and of the end of a grace period that were ahead.
fn passed(
    look: &Look<'_>,
    wanted: &Wanted<'_>,
    boundary: Option<DateTime<Utc>>,
    expiry: Option<DateTime<Utc>>,
) -> Option<(WriteCause, DateTime<Utc>)> {
    let boundary = boundary_since(look, &wanted.layers, boundary);
    if let Some(over) = expiry.filter(|&end| end <= look.now && wanted.want.expiry.is_none()) {
        return Some((WriteCause::GraceOver, boundary.filter(|&boundary| boundary > over).unwrap_or(over)));
    }
    boundary.map(|boundary| (WriteCause::Boundary, boundary))
}

/// What has come since an edit was seen about which nothing could be done then, as a write was on its way: what is due by that isn't due by
/// the edit.
pub(super) fn after_edit(look: &Look<'_>, wanted: &Wanted<'_>) -> Option<(WriteCause, DateTime<Utc>)> {
    let generation = look.facts.policy.identity.generation;
    let seen = look.before.untold.as_deref().filter(|seen| seen.generation == generation)?;
    if seen.effective == wanted.want.value {
        return seen.due;
    }
    passed(look, wanted, seen.boundary, seen.expiry).or(seen.due)
}

/// The cause of a write that was due at the last look and wasn't accepted then, which is in the status.
fn pending(look: &Look<'_>) -> Option<WriteCause> {
    let causes = [
        (Because::WindowTransition, WriteCause::Boundary),
        (Because::ConfigurationChange, WriteCause::Edit),
        (Because::DriftCorrection, WriteCause::Drift),
    ];
    causes.into_iter().find(|(because, _)| look.was(Type::Reconciling, *because)).map(|(_, cause)| cause)
}
