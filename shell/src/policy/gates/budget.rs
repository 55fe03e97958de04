//! A correction that somebody takes back again and again is tried more and more rarely.

use super::{Hold, Tells};
use crate::policy::look::Look;

pub(super) fn gate(look: &Look<'_>) -> Option<Hold> {
    look.due.filter(|due| due.is_correction())?;
    let until = look.budget.as_ref()?.held_until(look.now)?;
    Some(Hold { wake: Some(until), ..Hold::new(Tells::All) })
}
