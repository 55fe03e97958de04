//! As long as overrides can't be listed, what one may ask for stays: what applied goes on to its end, and nothing is written that only the
//! absence of an override gives a reason for. Boundaries, edits and the annotation act as ever.

use super::{Hold, Tells};
use crate::api::OVERRIDE_ANNOTATION;
use crate::policy::conditions::{Because, Said};
use crate::policy::facts::Role;
use crate::policy::look::{Look, Wanted};
use crate::policy::plan::WriteCause;
use crate::policy::words;

pub(super) fn gate(look: &Look<'_>) -> Option<Hold> {
    let wanted = look.wanted.as_ref().filter(|_| look.facts.unlisted.is_some())?;
    if wanted.layers.in_force(look.now.timestamp()).is_some() || !(goes_on(look) || lacks_reason(look, wanted)) {
        return None;
    }
    let said = Said::new(Because::TargetUpdateFailed, look.say(&words::kept_unlisted(look)));
    let (reconciling, failed) = match look.facts.role {
        Role::Summary(summary) => (summary.due, words::failed_of_many(summary)),
        Role::Sole | Role::Member => (None, None),
    };
    Some(Hold {
        ready: Some(said),
        reconciling,
        degraded: failed.map(|words| Said::new(Because::TargetUpdateFailed, look.say(&words))),
        wake: look.before.boundary,
        ..Hold::new(Tells::WhatWasKnown)
    })
}

/// Whether an override applied when it was last known, and would until later.
fn goes_on(look: &Look<'_>) -> bool {
    let applied = look.before.overrule.as_deref().is_some_and(|name| name != OVERRIDE_ANNOTATION);
    applied && look.before.boundary.is_some_and(|end| end > look.now)
}

/// Whether an override that nobody sees may be why the target isn't as the schedule has it.
fn lacks_reason(look: &Look<'_>, wanted: &Wanted<'_>) -> bool {
    let is_edited = look.before.generation != Some(look.facts.policy.identity.generation);
    // One that the annotation asked for is over.
    let is_over =
        look.before.overrule.is_some() && wanted.want.value != look.before.effective.unwrap_or(wanted.want.value);
    look.due.filter(|_| look.facts.attempt.is_none()).is_some_and(|due| match due.cause {
        WriteCause::Drift => true,
        WriteCause::Edit => !is_edited && !is_over,
        _ => false,
    })
}
