//! One look: the facts, the decision and the request, with no wait between them.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::autoscalers::{Rival, Sent, View};
use super::calendars::Known as Calendar;
use super::feed::{Asked, Asker, Done, Recall};
use super::ids::PolicyId;
use super::now::Now;
use super::policies::{EVENTS_MAX, Slot};
use super::state::Engine;
use crate::api::Compiled;
use crate::policy::{
    Attempt, Claim, Facts, Fence, Happening, Holidays, Known, Outcome, Plan, Remember, Remembered, Write, decide,
};
use crate::report::status;
use crate::target;

impl Engine {
    /// Has an object looked at when its turn comes. What was decided before and hasn't left yet isn't sent any more.
    pub(super) fn mark(&mut self, id: PolicyId) {
        let Some(slot) = self.policies.get_mut(id) else { return };
        if let Some(recall) = &slot.recall {
            recall.call_back();
        }
        if !slot.dirty {
            slot.dirty = true;
            self.looks.push(slot.namespace, id);
        }
    }

    /// The same, and the overrides of its namespace, which speak of it.
    pub(super) fn mark_with_overrides(&mut self, id: PolicyId) {
        self.mark(id);
        if let Some(namespace) = self.policies.get(id).map(|slot| slot.namespace) {
            self.mark_overrides(namespace);
        }
    }

    /// Has every object looked at.
    pub(super) fn mark_all(&mut self) {
        let all: Vec<_> = self.policies.iter().map(|(id, _)| id).collect();
        all.into_iter().for_each(|id| self.mark(id));
        for id in self.standings.all() {
            self.mark_override(id);
        }
    }

    /// Everything that can be done now.
    pub(super) fn work(&mut self) {
        let moment = self.time.moment();
        let now = self.read_clock(moment);
        self.fire_timers(now.schedule, moment.boot);
        self.note_lead(moment.boot);
        if self.may_look() && now.may_speak() {
            self.look_around();
            self.mind_orphans(&now);
        }
        self.write_down();
        self.note_scales_wait();
        self.oversee_around();
        self.tell_around();
    }

    /// Whether there is any sense in looking: nothing is decided before everything is known.
    fn may_look(&self) -> bool {
        self.leading
            && !self.stopping
            && self.scalers.complete
            && self.knows_overrides()
            && self.knows_targets()
            && self.knows_records()
    }

    /// Whether the overrides are known, or known to stay unknown for a while: without them a restart would undo what they ask for.
    fn knows_overrides(&self) -> bool {
        self.overrides.complete || self.overrides.refusal().is_some()
    }

    /// Whether the targets are known, or known to stay unknown for a while.
    fn knows_targets(&self) -> bool {
        self.kinds.are_known()
    }

    /// The same of what is remembered of them.
    fn knows_records(&self) -> bool {
        self.recorded.complete || self.recorded.trouble.is_some()
    }

    fn look_around(&mut self) {
        while !self.looks.is_empty() && self.turns.scales_left(self.time.boot()) {
            let moment = self.time.moment();
            // Whether it may act is asked again for each.
            if !self.lead.holds(moment.boot) {
                return;
            }
            let now = self.read_clock(moment);
            if !now.may_speak() {
                return;
            }
            let Some(id) = self.looks.next(|namespace| self.turns.may_scale(namespace, moment.boot)) else { return };
            self.look(id, &now);
        }
    }

    /// One look. What it comes to is sent before anything else can happen.
    fn look(&mut self, id: PolicyId, now: &Now) {
        let Some(slot) = self.policies.get_mut(id) else { return };
        slot.dirty = false;
        if slot.scaling
            || slot.recording
            || slot.stale.is_some()
            || slot.policy.identity.deleting
            || self.lead.leaves_alone(&slot.policy.identity.namespace)
        {
            // It is looked at again when the request has come to its end, the watch has caught up, or that has changed.
            return;
        }
        let began = self.time.boot();
        let Some((plan, target)) = self.decide(id, now) else { return };
        let holds = self.holder_of(id) == Some(id);
        let Some(slot) = self.policies.get_mut(id) else { return };
        let before = std::mem::replace(&mut slot.history, plan.history);
        if before.window.is_some() && before.window != slot.history.window {
            self.metrics.changed(plan.report.as_ref().is_some_and(|report| report.holiday));
        }
        // By what is there, against what it had before, where that is remembered.
        let entry = slot.claim.as_ref().and_then(|(target, _)| self.targets.get(*target)?.entry.as_deref());
        let original = entry.map(|(entry, _)| entry.original);
        let compiled = slot.policy.compiled().filter(|compiled| !compiled.pause.holds_at(now.schedule));
        let most = |compiled: &Compiled| original.unwrap_or(compiled.largest).min(compiled.target.kind.how().most);
        let largest = compiled.filter(|_| holds).map(most);
        let has = target.as_ref().and_then(|target| u32::try_from(target.replicas).ok());
        let fewer = largest.zip(has).map_or(0, |(largest, has)| largest.saturating_sub(has));
        slot.saved.note(fewer, now.moment.boot);
        if plan.attempt_done {
            // Its answer was lost, and what it asked for is there.
            let lost = |attempt: &&Attempt| !matches!(attempt.outcome, Outcome::Accepted { .. });
            let unheard = slot.attempt.as_deref().filter(lost);
            if let Some(attempt) = unheard.filter(|_| before.last_scale != slot.history.last_scale) {
                self.metrics.accepted(attempt, now.schedule);
            }
            slot.attempt = None;
            slot.scales.clear();
        }
        let rest = slot.scales.until().filter(|until| *until > now.moment.boot);
        if let Some(report) = plan.report {
            // What is on its way counts as what the API has: if it doesn't arrive, that makes it due again.
            let sent = slot.reports.sending;
            slot.reports.due = status::hash(&report.status) != sent.unwrap_or(slot.reports.known);
            if slot.reports.due || sent.is_some() {
                slot.reports.untold.get_or_insert_with(|| Box::new(before.clone()));
            } else {
                slot.reports.untold = None;
            }
            Self::note(slot, report.happenings);
        }
        self.wakes.set(id, plan.wake);
        self.retries.set(id, rest);
        self.queue_report(id, now.moment.boot);
        if let Some(change) = plan.remember {
            self.remember_for(id, change, now.moment.boot);
        }
        if let (Some(write), Some(target)) = (plan.write, target) {
            self.send(id, write, target, before, now.schedule);
        }
        self.metrics.looked(self.time.boot().saturating_sub(began));
    }

    /// Has something written down of an object's target. What is forgotten is so only once the status says that the target is
    /// left to others; its write has the object looked at again.
    fn remember_for(&mut self, id: PolicyId, change: Remember, boot: Duration) {
        let Some(slot) = self.policies.get(id) else { return };
        let is_untold = slot.reports.due || slot.reports.sending.is_some();
        if let Some((target, _)) = slot.claim.clone().filter(|_| change != Remember::Forget || !is_untold) {
            self.remember(target, change, Some(id), boot);
        }
    }

    /// Whose target an object's one is.
    fn holder_of(&self, id: PolicyId) -> Option<PolicyId> {
        let (target, _) = self.policies.get(id)?.claim.as_ref()?;
        self.targets.holder(*target)
    }

    /// The decision about an object, and the target that a write of it is for.
    pub(super) fn decide(&self, id: PolicyId, now: &Now) -> Option<(Plan, Option<target::TargetState>)> {
        let slot = self.policies.get(id)?;
        let target = slot.claim.as_ref().map(|(target, _)| *target);
        let holder = target.and_then(|target| self.targets.holder(target));
        let rival = holder.filter(|holder| *holder != id).and_then(|holder| self.policies.get(holder));
        let by = rival.and_then(|rival| {
            self.targets.key(rival.claim.as_ref().map(|(by, _)| *by).filter(|by| Some(*by) != target)?)
        });
        let by = by.map(|by| format!("{} {}", by.kind.as_str(), by.name));
        let rival = rival.map(|rival| rival.policy.to_string());
        let View { state, beneath } = target.map(|target| self.view(target)).unwrap_or_default();
        let known = match &state {
            Some(state) => Known::Known(state),
            None => self.unseen(target, beneath.as_ref()),
        };
        let beside = target.and_then(|target| self.beside(target));
        let attempt = slot
            .attempt
            .as_ref()
            .map(|attempt| Attempt { waits: slot.scales.rests(now.moment.boot), ..Attempt::clone(attempt) });
        let overrides = self.standings.given_to(slot.namespace, &slot.policy);
        let facts = Facts {
            policy: &slot.policy,
            holidays: self.holidays(slot),
            target: known,
            memory: self.remembered(target.and_then(|target| self.targets.get(target))),
            unwritten: slot.unwritten.as_deref().filter(|_| slot.scales.rests(now.moment.boot)),
            beneath: beneath.as_ref(),
            is_own: target.is_some_and(|target| self.is_own(target)),
            autoscaler: beside.as_ref().map(Rival::seen),
            claim: rival.as_deref().map_or(Claim::Held, |to| Claim::Lost { to, by: by.as_deref() }),
            fence: Fence { leader: self.lead.holds(now.moment.boot), clock: now.state, stopping: self.stopping },
            overrides: &overrides,
            history: &slot.history,
            attempt: attempt.as_ref(),
            now: now.schedule,
            rehearsal: self.rehearsal.as_deref(),
        };
        let plan = decide(&facts);
        Some((plan, state))
    }

    fn remembered<'a>(&'a self, target: Option<&'a super::targets::Target>) -> Remembered<'a> {
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

    fn send(
        &mut self,
        id: PolicyId,
        write: Write,
        target: target::TargetState,
        before: crate::policy::History,
        now: DateTime<Utc>,
    ) {
        let claimed = self.policies.get(id).and_then(|slot| slot.claim.as_ref()).map(|(target, _)| *target);
        let Some(sent) = claimed.and_then(|claimed| self.step_of(claimed, &target, write.to)) else { return };
        let Some(slot) = self.policies.get_mut(id) else { return };
        let Write { from, to, prepares, value, cause, due } = write;
        slot.attempt = Some(Box::new(Attempt {
            from,
            to,
            prepares,
            value,
            cause,
            due,
            at: now,
            outcome: Outcome::Unknown { message: String::new() },
            waits: false,
            told_to_wait: false,
        }));
        slot.scaling = true;
        let recall = Recall::default();
        slot.recall = Some(recall.clone());
        let begun = self.time.boot();
        self.turns.begin_scale(slot.namespace, begun);
        let Sent { target, kind, uid, version, request } = sent;
        let what = Asked::Scale { before: Box::new(before), target, kind, uid, version, begun, recall };
        let asker = Asker::policy(id, slot);
        self.spawn(asker, request, what);
    }

    /// Sends a request. Its end comes back as a message.
    pub(super) fn spawn(&self, asker: Asker, request: crate::cluster::requests::Request, what: Asked) {
        let namespace = self.namespaces.name(asker.namespace).cloned();
        let (client, end) = (self.writing.clone(), self.done.clone());
        let (lead, time) = (self.lead.clone(), Arc::clone(&self.time));
        let recalls: Vec<_> = [Some(&self.ends), what.recall()].into_iter().flatten().cloned().collect();
        tokio::spawn(async move {
            let begun = tokio::time::Instant::now();
            let stays = || recalls.iter().any(Recall::is_called_back);
            let acts = |namespace: &str| lead.acts_in(lead.holds(time.boot()), namespace);
            let may = || !stays() && namespace.as_deref().is_some_and(acts);
            let result = request.send(client, may).await;
            // Without a receiver the engine is gone.
            let _ = end.send(Done { asker, what, took: begun.elapsed(), result });
        });
    }

    /// Takes note of what has happened: in the log at once, as an event when its turn comes.
    fn note(slot: &mut Slot, happenings: Vec<Happening>) {
        for happening in happenings {
            let (object, reason) = (slot.policy.to_string(), happening.reason.as_str());
            let message = happening.message.as_str();
            if happening.reason.is_warning() {
                tracing::warn!(object, reason, message);
            } else {
                tracing::info!(object, reason, message);
            }
            if slot.reports.events.len() == EVENTS_MAX {
                slot.reports.events.pop_front();
            }
            slot.reports.events.push_back(happening);
        }
    }
}
