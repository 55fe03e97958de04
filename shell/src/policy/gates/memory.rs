//! A target is taken from others only once it is written down what it had, and given back once that can be read. An object of many says of
//! each what it is, but nothing before that is known.

use super::{Hold, Tells};
use crate::policy::conditions::{Because, Said};
use crate::policy::facts::{Remembered, Role};
use crate::policy::look::Look;
use crate::policy::words;

pub(super) fn gate(look: &Look<'_>) -> Option<Hold> {
    let remembers = look.wanted.as_ref().is_some_and(|wanted| wanted.memory.remembers());
    let words = match look.facts.memory {
        Remembered::Unknown if remembers => return Some(Hold::silent()),
        _ if matches!(look.facts.role, Role::Summary(_)) => return None,
        Remembered::Unreadable(why) if remembers => words::records_unread(look, why),
        _ => words::not_remembered(look, look.facts.unwritten.filter(|_| look.remember.is_some())?),
    };
    let said = Said::new(Because::TargetUpdateFailed, look.say(&words));
    Some(Hold {
        ready: Some(said.clone()),
        reconciling: look.due.map(|due| due.reconciling()),
        degraded: Some(said),
        ..Hold::new(Tells::All)
    })
}
