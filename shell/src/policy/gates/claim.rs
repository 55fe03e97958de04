//! One object scales a target; the others say which.

use super::{Hold, Tells};
use crate::policy::conditions::{Because, Said, Type};
use crate::policy::facts::Claim;
use crate::policy::look::Look;
use crate::policy::plan::{Happening, Reason};
use crate::policy::words;

pub(super) fn gate(look: &Look<'_>) -> Option<Hold> {
    let Claim::Lost { to, by } = look.facts.claim else { return None };
    let said = Said::new(Because::ScaleConflict, look.say(&words::rival(look, to, by)));
    let told = look.was(Type::Ready, Because::ScaleConflict);
    let happening = Happening {
        reason: Reason::ScaleConflict,
        message: said.message.clone(),
        mark: format!("{}/{to}", words::stamp(look.before.seen(Type::Ready).map(|seen| seen.since))),
        series: None,
    };
    Some(Hold {
        stalled: Some(said.clone()),
        degraded: Some(said.clone()),
        ready: Some(said),
        happening: (!told).then_some(happening),
        ..Hold::new(Tells::All)
    })
}
