//! What is known of an assignment at one moment, and what it comes to.

use super::autoscalers::{Rival, View};
use super::calendars::Known as Calendar;
use super::ids::{AssignmentId, TargetId};
use super::now::Now;
use super::policies::Slot;
use super::state::Engine;
use crate::policy::{Attempt, Braked, Claim, Facts, Fence, Holidays, Known, Plan, Remembered, Role, decide};
use crate::target::{Kind, OWN, TargetState};

impl Engine {
    /// The decision about an assignment, and the target that a write of it is for.
    pub(super) fn decide(&self, id: AssignmentId, now: &Now) -> Option<(Plan, Option<TargetState>)> {
        self.with_facts(id, now, decide)
    }

    /// What something comes to that goes by all that is known of an assignment, and the target.
    pub(super) fn with_facts<R>(
        &self,
        id: AssignmentId,
        now: &Now,
        of: impl FnOnce(&Facts<'_>) -> R,
    ) -> Option<(R, Option<TargetState>)> {
        #[cfg(test)]
        super::tests::effort::note_decision();
        let task = self.assignments.get(id)?;
        let slot = self.policies.get(task.policy)?;
        let target = task.target;
        let first = target.and_then(|target| self.targets.held_by(target));
        let rival = first.filter(|(holder, _)| *holder != task.policy);
        let by = rival.map(|(_, by)| by).filter(|by| Some(*by) != target).and_then(|by| self.targets.key(by));
        let by = by.map(|by| format!("{} {}", by.kind.as_str(), by.name));
        let rival = rival.and_then(|(rival, _)| self.policies.get(rival)).map(|rival| rival.policy.to_string());
        let View { state, beneath } = target.map(|target| self.view(target)).unwrap_or_default();
        let known = match &state {
            Some(state) => Known::Known(state),
            None => self.unseen(target, beneath.as_ref()),
        };
        let beside = target.and_then(|target| self.beside(target));
        let boot = now.moment.boot;
        let attempt = task.attempt.as_ref();
        let attempt = attempt.map(|attempt| Attempt { waits: task.scales.rests(boot), ..Attempt::clone(attempt) });
        let overrides = self.standings.given_to(task.namespace, &slot.policy);
        let summary = if task.is_member { None } else { self.summary(slot, now) };
        let place = target.filter(|_| task.is_member).and_then(|target| Some((target, self.targets.key(target)?)));
        let member = place.map(|(target, key)| (target, &*key.namespace));
        let generation = slot.policy.identity.generation;
        let role = match &summary {
            Some(summary) => Role::Summary(summary),
            None if task.is_member => Role::Member,
            None => Role::Sole,
        };
        let facts = Facts {
            policy: &slot.policy,
            holidays: self.holidays(slot),
            role,
            key: target.and_then(|target| self.targets.key(target)),
            target: known,
            memory: self.remembered(target),
            unwritten: task.unwritten.as_deref().filter(|_| task.scales.rests(boot)),
            beneath: beneath.as_ref(),
            left: target.and_then(|target| self.left_by(target)),
            is_own: target.is_some_and(|target| self.is_own(target)),
            autoscaler: beside.as_ref().map(Rival::seen),
            brake: slot.many.as_ref().map_or(Braked::No, |many| many.brakes.braked(generation, member)),
            unsure: self.unsure().filter(|_| task.is_member),
            claim: rival.as_deref().map_or(Claim::Held, |to| Claim::Lost { to, by: by.as_deref() }),
            fence: Fence { leader: self.lead.holds(boot), clock: now.state, stopping: self.stopping },
            overrides: &overrides,
            unlisted: self.unlisted(),
            history: &task.history,
            attempt: attempt.as_ref(),
            now: now.schedule,
            rehearsal: self.rehearsal.as_deref(),
            installed: &self.installed,
        };
        let found = of(&facts);
        Some((found, state))
    }

    /// Why it isn't known which autoscalers there are.
    fn unsure(&self) -> Option<&str> {
        let mut kinds = OWN.into_iter().filter(|own| own.how.ranges).map(Kind::Own);
        let trouble = kinds.find_map(|kind| {
            let source = self.kinds.get(&kind).filter(|source| !source.complete)?;
            source.trouble.as_ref().filter(|_| self.kinds.unserved(&kind).is_none())
        });
        trouble.map(|trouble| trouble.what.as_str())
    }

    /// Why overrides can't be listed that may be there.
    fn unlisted(&self) -> Option<&str> {
        self.overrides.refusal().filter(|_| !self.overrides.is_gone())
    }

    fn remembered(&self, target: Option<TargetId>) -> Remembered<'_> {
        // What is about to be forgotten is no part of anything any more.
        let is_forgotten = |target| self.targets.get(target).is_some_and(|target| target.forgets);
        // Nor is what is being given back: whoever takes it before the answer is there has it as it is after that.
        let is_back = |target| self.orphans.is_written(target) || self.orphans.returns.is_back(target);
        let is_over = |target| self.is_owed(target) || is_back(target) || is_forgotten(target);
        if target.is_some_and(is_over) {
            return Remembered::Unknown;
        }
        if self.recorded.complete {
            let entry = target.and_then(|target| self.targets.get(target)?.entry.as_deref());
            return Remembered::Known(entry.map(|(entry, _)| entry));
        }
        let trouble = self.recorded.refusal().or_else(|| self.recorded.outage());
        trouble.map_or(Remembered::Unknown, Remembered::Unreadable)
    }

    pub(super) fn holidays(&self, slot: &Slot) -> Holidays<'_> {
        let Some(id) = slot.calendar else { return Holidays::NotAsked };
        match self.calendars.get(id).map(|calendar| &calendar.known) {
            None | Some(Calendar::Unknown) => Holidays::Unknown,
            Some(Calendar::Missing) => Holidays::Missing,
            Some(Calendar::Unreadable(why)) => Holidays::Unreadable(why),
            Some(Calendar::Capped(why)) => Holidays::Capped(why),
            Some(Calendar::Found(dates)) => Holidays::Found(dates),
        }
    }
}
