//! Another process has the lease, this one is about to end, the clock hasn't been compared, or the object is on its way out: then
//! nothing is written, to nobody.

use super::Hold;
use crate::cluster::ClockState;
use crate::policy::facts::Fence;
use crate::policy::look::Look;

pub(super) fn gate(look: &Look<'_>) -> Option<Hold> {
    let Fence { leader, clock, stopping } = look.facts.fence;
    let unsure = matches!(clock, ClockState::Unknown | ClockState::Comparing);
    (!leader || stopping || unsure || look.facts.policy.identity.deleting).then(Hold::silent)
}
