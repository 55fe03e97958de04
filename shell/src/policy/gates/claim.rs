//! One object scales a target; the others say which.

use super::Hold;
use crate::policy::conditions::{Because, Said, Type};
use crate::policy::facts::Claim;
use crate::policy::look::Look;
use crate::policy::plan::Reason;
use crate::policy::words;

pub(super) fn gate(look: &Look<'_>) -> Option<Hold> {
    let Claim::Lost { to, by } = look.facts.claim else { return None };
    let said = Said::new(Because::ScaleConflict, look.say(&words::rival(look, to, by)));
    let mark = format!("{}/{to}", words::stamp(look.before.seen(Type::Ready).map(|seen| seen.since)));
    Some(Hold { degraded: Some(said.clone()), ..Hold::stalled(look, said, Reason::ScaleConflict, mark) })
}
