//! A target is taken from others only once it is written down what it had.

use super::{Hold, Tells};
use crate::policy::conditions::{Because, Said};
use crate::policy::facts::Remembered;
use crate::policy::look::Look;
use crate::policy::words;

pub(super) fn gate(look: &Look<'_>) -> Option<Hold> {
    let remembers = look.wanted.as_ref().is_some_and(|wanted| wanted.memory.remembers());
    let why = match look.facts.memory {
        Remembered::Unknown if remembers => return Some(Hold::silent()),
        Remembered::Unreadable(why) if remembers => why,
        _ => look.facts.unwritten.filter(|_| look.remember.is_some())?,
    };
    let said = Said::new(Because::TargetUpdateFailed, look.say(&words::not_remembered(look, why)));
    Some(Hold {
        ready: Some(said.clone()),
        reconciling: look.due.map(|due| due.reconciling()),
        degraded: Some(said),
        ..Hold::new(Tells::All)
    })
}
