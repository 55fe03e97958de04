//! What the controller itself runs in is never scaled.

use super::{Hold, Tells};
use crate::policy::conditions::{Because, Said, Type};
use crate::policy::look::Look;
use crate::policy::plan::{Happening, Reason};
use crate::policy::words;

pub(super) fn gate(look: &Look<'_>) -> Option<Hold> {
    if !look.facts.is_own {
        return None;
    }
    let said = Said::new(Because::ConfigurationInvalid, look.say(&words::own(look)));
    let told = look.was(Type::Ready, Because::ConfigurationInvalid);
    let happening = Happening {
        reason: Reason::InvalidSchedule,
        message: said.message.clone(),
        mark: look.facts.policy.identity.generation.to_string(),
        series: None,
    };
    Some(Hold {
        stalled: Some(said.clone()),
        ready: Some(said),
        happening: (!told).then_some(happening),
        ..Hold::new(Tells::All)
    })
}
