//! An object that can't be followed scales nothing until it is changed. What was in effect is kept, so that a repair changes nothing
//! about a grace period under way.

use super::{Hold, Tells};
use crate::policy::conditions::{Because, Said, Type, short};
use crate::policy::look::Look;
use crate::policy::plan::{Happening, Reason};

pub(super) fn gate(look: &Look<'_>) -> Option<Hold> {
    let problems = look.facts.policy.spec.as_ref().err()?;
    let zone = problems.iter().any(|problem| problem.field == "spec.timezone");
    let ready = Said::new(Because::ConfigurationInvalid, look.say(&problems.to_string()));
    let stalled = if zone { Because::InvalidTimezone } else { Because::ConfigurationInvalid };
    let told = look
        .before
        .seen(Type::Ready)
        .is_some_and(|seen| seen.because == Some(Because::ConfigurationInvalid) && seen.said == short(&ready.message));
    let happening = Happening {
        reason: Reason::InvalidSchedule,
        message: ready.message.clone(),
        mark: look.facts.policy.identity.generation.to_string(),
        series: None,
    };
    Some(Hold {
        stalled: Some(Said::new(stalled, ready.message.clone())),
        happening: (!told).then_some(happening),
        ready: Some(ready),
        ..Hold::new(Tells::WhatWasKnown)
    })
}
