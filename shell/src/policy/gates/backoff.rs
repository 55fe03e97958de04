//! A write that failed isn't tried again before its wait is over. Another count is, unless the API server has said when to come
//! again.

use super::{Hold, Tells};
use crate::policy::conditions::{Because, Said};
use crate::policy::look::Look;
use crate::policy::words;

pub(super) fn gate(look: &Look<'_>) -> Option<Hold> {
    let due = look.due?;
    let attempt = look.facts.attempt.filter(|attempt| attempt.waits && !look.settled.done)?;
    if attempt.to != due.to && !attempt.told_to_wait {
        return None;
    }
    let said = Said::new(Because::TargetUpdateFailed, look.say(&words::failed(look, attempt, due.to)));
    Some(Hold {
        ready: Some(said.clone()),
        reconciling: Some(due.reconciling()),
        degraded: Some(said),
        ..Hold::new(Tells::All)
    })
}
