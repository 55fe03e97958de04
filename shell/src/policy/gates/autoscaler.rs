//! Who else scales the target: what somebody has made and manages is scaled by whoever scales that one, and what an autoscaler scales
//! would be given one count by it and another one by us, again and again. At none some stand still: beside those none is written, and
//! from none the next count.

use super::Hold;
use crate::api::Value;
use crate::policy::conditions::{Because, Said, Type};
use crate::policy::facts::Beside;
use crate::policy::look::Look;
use crate::policy::plan::Reason;
use crate::policy::words;

pub(super) fn gate(look: &Look<'_>) -> Option<Hold> {
    let owner = look.target()?.owner.as_deref();
    let words = match (owner, look.facts.autoscaler.filter(|beside| is_disputed(look, *beside))) {
        (Some(owner), _) => words::owned(look, owner),
        (None, Some(beside)) => words::autoscaled(look, beside),
        (None, None) => return None,
    };
    let said = Said::new(Because::AutoscalerPresent, look.say(&words));
    let since = words::stamp(look.before.seen(Type::Ready).map(|seen| seen.since));
    let mark = format!("{}/{since}", look.facts.policy.identity.generation);
    Some(Hold::stalled(look, said, Reason::AutoscalerPresent, mark))
}

/// Whether an autoscaler would have its say, too: not where the target has none or is to have none and it stands still at that, nor
/// where what the target has is fine whatever it is.
fn is_disputed(look: &Look<'_>, beside: Beside<'_>) -> bool {
    let (Some(target), Some(goal), Some(wanted)) = (look.target(), look.goal(), &look.wanted) else { return false };
    let holds = match wanted.want.value {
        Value::Count(_) | Value::PerCent(_) => true,
        Value::Original | Value::Bounds { .. } => look.due.is_some(),
    };
    let is_still = beside.stands_still && (target.replicas == 0 || goal.replicas == 0);
    holds && !is_still
}
