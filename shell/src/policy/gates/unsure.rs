//! Where it isn't known which autoscalers there are, nothing that a selection picks is written: each count would be undone by one.

use super::{Hold, Tells};
use crate::policy::conditions::{Because, Said};
use crate::policy::look::Look;
use crate::policy::words;

pub(super) fn gate(look: &Look<'_>) -> Option<Hold> {
    let why = look.facts.unsure.filter(|_| look.due.is_some())?;
    let said = Said::new(Because::TargetUpdateFailed, look.say(&words::unsure(look, why)));
    Some(Hold { ready: Some(said.clone()), degraded: Some(said), ..Hold::new(Tells::All) })
}
