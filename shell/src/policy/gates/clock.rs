//! By a wrong clock every answer would be wrong.

use super::{Hold, Tells};
use crate::policy::conditions::{Because, Said, Type};
use crate::policy::look::Look;

pub(super) fn gate(look: &Look<'_>) -> Option<Hold> {
    let words = look.say(&look.facts.fence.clock.trouble()?);
    // What was said of the object before stays: nobody knows better.
    let as_before = |kind| {
        let seen = look.before.seen(kind)?;
        let because = seen.because.filter(|because| !of_the_spec(*because))?;
        Some(Said::new(because, words.clone()))
    };
    Some(Hold {
        ready: as_before(Type::Ready),
        stalled: as_before(Type::Stalled).filter(|said| said.because != Because::Progressing),
        degraded: Some(Said::new(Because::ClockSkew, words.clone())),
        ..Hold::new(Tells::WhatWasKnown)
    })
}

/// Whether a reason speaks of a spec that has been mended meanwhile, or the gate in front of this one would hold.
fn of_the_spec(because: Because) -> bool {
    matches!(because, Because::ConfigurationInvalid | Because::InvalidTimezone)
}
