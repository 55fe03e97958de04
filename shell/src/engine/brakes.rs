//! Whether an object of many targets may go on after an edit, or waits for somebody's word.

use super::ids::PolicyId;
use super::now::Now;
use super::state::Engine;
use crate::policy::brake::{Brake, Braking};

/// What the brake was last asked about: a generation, and what the annotation said then.
pub type Checked = (i64, Option<Box<str>>);

impl Engine {
    /// Asks the brake before anything of a new generation is done, and again when somebody has said something. The count of those that
    /// would be lowered is made once, with nothing sent.
    pub(super) fn check_brake(&mut self, id: PolicyId, now: &Now) {
        let Some(slot) = self.policies.get(id) else { return };
        let Some(many) = slot.many.as_ref() else { return };
        let (generation, confirm) = (slot.policy.identity.generation, slot.policy.confirm.clone());
        let is_checked = many.checked.as_ref().is_some_and(|checked| checked.0 == generation && checked.1 == confirm);
        if is_checked || slot.policy.spec.is_err() {
            return;
        }
        let was_counted = many.checked.as_ref().is_some_and(|checked| checked.0 == generation);
        // Where the status speaks of this generation, another process has counted, or this one before it stood by.
        let most = many.selecting.max_new_targets;
        let is_known = self.head(slot).is_some_and(|head| head.history.generation == Some(generation));
        let lowered = (!was_counted && !is_known).then(|| self.would_lower(id, now));
        let Some(slot) = self.policies.get_mut(id) else { return };
        let unconfirmed = slot.unconfirmed;
        let facts = Braking { generation, confirm: confirm.as_deref(), unconfirmed, lowered, most };
        let brake = Brake::of(&facts);
        slot.unconfirmed = brake.unconfirmed(generation);
        if let Some(many) = &mut slot.many {
            many.brake = brake.in_words(&facts).map(Into::into);
            many.checked = Some((generation, confirm));
        }
    }

    /// How many of an object's targets would be lowered now.
    fn would_lower(&self, id: PolicyId, now: &Now) -> u32 {
        let picked = self.policies.get(id).and_then(|slot| slot.many.as_ref()).map(|many| &many.picked);
        let members = picked.into_iter().flatten().filter_map(|target| self.assignments.find(&(id, Some(*target))));
        let lowers = members.filter_map(|member| self.decide(member, now)?.0.member).filter(|member| member.lowers);
        u32::try_from(lowers.count()).unwrap_or(u32::MAX)
    }
}
