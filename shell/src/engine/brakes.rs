//! Whether an object of many targets may go on after an edit, or waits for somebody's word.

use std::collections::BTreeSet;

use super::ids::{PolicyId, TargetId};
use super::now::Now;
use super::state::Engine;
use crate::policy::brake::{Brake, Braking};

/// What the brake was last asked about: a generation, and what the annotation said then.
pub type Checked = (i64, Option<Box<str>>);

impl Engine {
    /// Asks the brake before anything of a new generation is done, or of namespaces whose labels have changed, and again when somebody has
    /// said something. The count of those that
    /// would be lowered is made once, with nothing sent.
    pub(super) fn check_brake(&mut self, id: PolicyId, now: &Now) {
        let Some(slot) = self.policies.get(id) else { return };
        let Some(many) = slot.many.as_ref() else { return };
        let (generation, confirm) = (slot.policy.identity.generation, slot.policy.confirm.clone());
        let is_checked = many.checked.as_ref().is_some_and(|checked| checked.0 == generation && checked.1 == confirm);
        if is_checked && many.unweighed.is_empty() || slot.policy.spec.is_err() {
            return;
        }
        let was_counted = many.checked.as_ref().is_some_and(|checked| checked.0 == generation);
        // Where the status speaks of this generation, another process has counted, or this one before it stood by.
        let most = many.selecting.max_new_targets;
        let is_known = self.head(slot).is_some_and(|head| head.history.generation == Some(generation));
        let lowered = if !was_counted && !is_known {
            Some(self.would_lower(id, &many.picked, now))
        } else {
            // A namespace whose labels have changed is as good as an edit, as far as that goes.
            Some(&many.unweighed).filter(|new| !new.is_empty()).map(|new| self.would_lower(id, new, now))
        };
        let Some(slot) = self.policies.get_mut(id) else { return };
        let unconfirmed = slot.unconfirmed;
        let facts = Braking { generation, confirm: confirm.as_deref(), unconfirmed, lowered, most };
        let brake = Brake::of(&facts);
        slot.unconfirmed = brake.unconfirmed(generation);
        if let Some(many) = &mut slot.many {
            many.brake = brake.in_words(&facts).map(Into::into);
            many.checked = Some((generation, confirm));
            many.unweighed.clear();
        }
    }

    /// How many of these targets of an object would be lowered now.
    fn would_lower(&self, id: PolicyId, targets: &BTreeSet<TargetId>, now: &Now) -> u32 {
        let members = targets.iter().filter_map(|target| self.assignments.find(&(id, Some(*target))));
        let lowers = members.filter_map(|member| self.decide(member, now)?.0.member).filter(|member| member.lowers);
        u32::try_from(lowers.count()).unwrap_or(u32::MAX)
    }
}
