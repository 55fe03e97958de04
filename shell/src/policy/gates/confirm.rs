//! An edit that would lower more workloads at once than anybody meant waits until somebody says that it is meant. Meanwhile nothing is
//! lowered and nothing taken anew; what is held is still raised.

use super::{Hold, Tells};
use crate::policy::conditions::{Because, Said};
use crate::policy::facts::Role;
use crate::policy::look::Look;
use crate::policy::memory::Remember;
use crate::policy::plan::Reason;

pub(super) fn gate(look: &Look<'_>) -> Option<Hold> {
    let said = Said::new(Because::ConfirmationNeeded, look.say(look.facts.brake?));
    if look.facts.role == Role::Member {
        let raises = look.due.is_none_or(|due| due.to.is_more_than(due.from));
        let is_held = look.wanted.as_ref().is_some_and(|wanted| wanted.memory.is_held());
        let is_idle = look.due.is_none() && !matches!(look.remember, Some(Remember::Keep(_)));
        let may = is_idle || raises && is_held;
        return (!may).then(|| Hold { ready: Some(said), ..Hold::new(Tells::All) });
    }
    let mark = look.facts.policy.identity.generation.to_string();
    Some(Hold::stalled(look, said, Reason::ConfirmationNeeded, mark))
}
