//! What is known of an assignment at one moment, and what it comes to.

use super::assignments::Assignment;
use super::calendars::Known as Calendar;
use super::ids::AssignmentId;
use super::now::Now;
use super::policies::Slot;
use super::state::{Engine, Source};
use super::targets::Target;
use crate::policy::{Attempt, Claim, Facts, Fence, Holidays, Known, Plan, Remembered, Role, decide};
use crate::target::TargetState;

impl Engine {
    /// The decision about an assignment, and the target that a write of it is for.
    pub(super) fn decide(&self, id: AssignmentId, now: &Now) -> Option<(Plan, Option<TargetState>)> {
        let task = self.assignments.get(id)?;
        let slot = self.policies.get(task.policy)?;
        let target = task.target.and_then(|target| self.targets.get(target));
        let rival = target.and_then(Target::holder).filter(|holder| *holder != task.policy);
        let rival = rival.and_then(|rival| self.policies.get(rival)).map(|rival| rival.policy.to_string());
        let state = target.and_then(|target| target.state.as_ref());
        let boot = now.moment.boot;
        let attempt = task.attempt.as_ref();
        let attempt = attempt.map(|attempt| Attempt { waits: task.scales.rests(boot), ..Attempt::clone(attempt) });
        let overrides = self.standings.given_to(slot.namespace, &slot.policy);
        let summary = if task.is_member { None } else { self.summary(slot, now) };
        let role = match &summary {
            Some(summary) => Role::Summary(summary),
            None if task.is_member => Role::Member,
            None => Role::Sole,
        };
        let facts = Facts {
            policy: &slot.policy,
            holidays: self.holidays(slot),
            role,
            key: task.target.and_then(|target| self.targets.key(target)),
            target: state.map_or_else(|| self.unseen(task), Known::Known),
            memory: self.remembered(target),
            unwritten: task.unwritten.as_deref().filter(|_| task.scales.rests(boot)),
            autoscaler: task.target.and_then(|target| self.autoscalers.of(self.targets.key(target)?)),
            brake: slot.many.as_ref().and_then(|many| many.brake.as_deref()),
            unsure: self.unsure().filter(|_| task.is_member),
            claim: rival.as_deref().map_or(Claim::Held, |to| Claim::Lost { to }),
            fence: Fence { leader: self.lead.holds(boot), clock: now.state, stopping: self.stopping },
            overrides: &overrides,
            history: &task.history,
            attempt: attempt.as_ref(),
            now: now.schedule,
            rehearsal: self.rehearsal.as_deref(),
        };
        Some((decide(&facts), state.cloned()))
    }

    /// Why it isn't known which autoscalers there are.
    fn unsure(&self) -> Option<&str> {
        let trouble = self.hpas.trouble.as_ref().filter(|_| !self.hpas.complete);
        trouble.map(|trouble| trouble.what.as_str())
    }

    /// What there is to say of a target that hasn't been seen.
    fn unseen(&self, task: &Assignment) -> Known<'_, &'static TargetState> {
        let key = task.target.and_then(|target| self.targets.key(target));
        if let Some(why) = key.and_then(|key| self.kinds.unserved(&key.kind)) {
            return Known::Unserved(why);
        }
        match key.and_then(|key| self.kinds.get(&key.kind)) {
            Some(source) if source.complete => Known::Missing,
            source => source.and_then(Source::refusal).map_or(Known::Unknown, Known::Unreadable),
        }
    }

    fn remembered<'a>(&'a self, target: Option<&'a Target>) -> Remembered<'a> {
        if self.recorded.complete {
            let entry = target.and_then(|target| target.entry.as_deref());
            return Remembered::Known(entry.map(|(entry, _)| entry));
        }
        self.recorded.refusal().map_or(Remembered::Unknown, Remembered::Unreadable)
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
