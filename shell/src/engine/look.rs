//! One look: the facts, the decision and the request, with no wait between them.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::autoscalers::Sent;
use super::feed::{Asked, Asker, Done, Recall};
use super::ids::{AssignmentId, PolicyId};
use super::now::Now;
use super::policies::Slot;
use super::state::Engine;
use crate::api::Compiled;
use crate::policy::{Attempt, History, Outcome, Remember, Report, Write};
use crate::report::events::Due;
use crate::report::status;
use crate::target::TargetState;

impl Engine {
    /// Has all of an object looked at, and the overrides that speak of it.
    pub(super) fn mark_with_overrides(&mut self, id: PolicyId) {
        self.mark_policy(id);
        self.mark_overrides_of(id);
    }

    /// Everything that can be done now.
    pub(super) fn work(&mut self) {
        let moment = self.time.moment();
        let now = self.read_clock(moment);
        self.fire_timers(now.schedule, moment.boot);
        self.note_lead(moment.boot);
        if self.may_look() && now.may_speak() {
            self.look_around();
            self.look_along();
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

    /// Looks at those that need no turn: whatever hangs in their namespace keeps none of them in the dark.
    fn look_over(&mut self) {
        while !self.edited.is_empty() || !self.summaries.is_empty() {
            let Some(now) = self.now_to_look() else { return };
            for id in std::mem::take(&mut self.edited) {
                if self.assignments.get(id).is_some_and(|task| task.scaling) {
                    self.look_at(id, &now);
                }
            }
            let Some(id) = self.summaries.pop_front() else { continue };
            let Some(task) = self.assignments.get(id) else { continue };
            if self.policies.get(task.policy).is_some_and(|slot| slot.many.is_some()) {
                self.look(id, &now);
            } else {
                // It names a target by now.
                self.looks.push(task.namespace, id);
            }
        }
    }

    /// The time, where anything may be decided: that is asked again for each look.
    fn now_to_look(&mut self) -> Option<Now> {
        let moment = self.time.moment();
        let now = if self.lead.holds(moment.boot) { self.read_clock(moment) } else { return None };
        now.may_speak().then_some(now)
    }

    fn look_around(&mut self) {
        loop {
            // The last look may have been the one that was waited for.
            self.look_over();
            if self.looks.is_empty() || !self.turns.scales_left(self.time.boot()) {
                return;
            }
            let Some(now) = self.now_to_look() else { return };
            let boot = now.moment.boot;
            let Some(id) = self.looks.next(|namespace| self.turns.may_scale(namespace, boot)) else { return };
            self.look(id, &now);
        }
    }

    /// Looks at those for which no turn is left, but of which something is written down by a request that is made anyway: of a boundary in
    /// more namespaces than there are turns each has one record write, and not one for each target.
    fn look_along(&mut self) {
        for namespace in self.written_in() {
            for id in self.looks.lane(namespace).collect::<Vec<_>>() {
                let Some(now) = self.now_to_look() else { return };
                let plan = self.decide(id, &now).map(|(plan, _)| plan);
                if plan.is_some_and(|plan| plan.remember.is_some() && plan.write.is_none()) {
                    self.looks.remove(namespace, id);
                    self.look(id, &now);
                }
            }
        }
    }

    /// One look, and what it means for the object that has many targets.
    fn look(&mut self, id: AssignmentId, now: &Now) {
        let Some(task) = self.assignments.get_mut(id) else { return };
        task.dirty = false;
        let (policy, is_member) = (task.policy, task.is_member);
        if !self.may_follow(policy) {
            // All are looked at again once it is known what this one waits for.
            let many = self.policies.get_mut(policy).and_then(|slot| slot.many.as_mut());
            many.into_iter().for_each(|many| many.waiting = many.waiting.saturating_sub(usize::from(is_member)));
            return;
        }
        self.check_brake(policy, now);
        let Some(slot) = self.policies.get_mut(policy) else { return };
        let Some(many) = &mut slot.many else {
            slot.followed = true;
            return self.look_at(id, now);
        };
        if is_member {
            many.waiting = many.waiting.saturating_sub(1);
            self.look_at(id, now);
            self.note_calm(policy);
        } else if many.is_unsettled(now.moment.boot) {
            self.see(id, now);
            self.settle(policy);
        } else {
            many.note_look();
            slot.followed = true;
            self.look_at(id, now);
            self.note_told(policy);
            self.wait_to_count(policy);
        }
    }

    /// Takes note of what applies now although nothing can be done about it yet, so that an edit counts as made by now, and not at the
    /// boundary that comes before its write.
    fn see(&mut self, id: AssignmentId, now: &Now) {
        let seen = self.decide(id, now).and_then(|(plan, _)| plan.seen);
        if let Some(task) = self.assignments.get_mut(id) {
            task.history.note_untold(seen);
        }
    }

    /// What it comes to is sent before anything else can happen.
    fn look_at(&mut self, id: AssignmentId, now: &Now) {
        let Some(task) = self.assignments.get(id) else { return };
        let (policy, is_member) = (task.policy, task.is_member);
        let Some(slot) = self.policies.get(policy) else { return };
        let is_elsewhere = self.namespaces.name(task.namespace).is_none_or(|name| self.lead.leaves_alone(name));
        if slot.policy.identity.deleting || is_elsewhere {
            // It is looked at again when that has changed.
            return;
        }
        if task.waits() {
            // It is looked at again when the request has come to its end, or the watch has caught up.
            return self.see(id, now);
        }
        let began = self.time.boot();
        let Some((plan, target)) = self.decide(id, now) else { return };
        self.note_saved(id, target.as_ref(), now);
        let Some(task) = self.assignments.get_mut(id) else { return };
        let before = std::mem::replace(&mut task.history, plan.history);
        if !is_member && before.window.is_some() && before.window != task.history.window {
            self.metrics.changed(plan.report.as_ref().is_some_and(|report| report.holiday));
        }
        if plan.attempt_done {
            // Its answer was lost, and what it asked for is there.
            let lost = |attempt: &&Attempt| !matches!(attempt.outcome, Outcome::Accepted { .. });
            let unheard = task.attempt.as_deref().filter(lost);
            if let Some(attempt) = unheard.filter(|_| before.last_scale != task.history.last_scale) {
                self.metrics.accepted(attempt, now.schedule);
            }
            task.attempt = None;
            task.scales.clear();
        }
        let rest = task.scales.until().filter(|until| *until > now.moment.boot);
        self.wakes.set(id, plan.wake);
        self.retries.set(id, rest);
        match (plan.report, plan.member) {
            (report, Some(member)) => {
                self.note_member(id, member, report.map(|report| report.happenings).unwrap_or_default());
            }
            (Some(report), None) if !is_member => {
                let changes = self.changes_of(policy, now);
                self.note_report(policy, report, changes, &before);
            }
            _ => {}
        }
        if !is_member {
            self.queue_report(policy, now.moment.boot);
        }
        if let Some(change) = plan.remember {
            self.remember_for(id, change, now.moment.boot);
        }
        if let (Some(write), Some(target)) = (plan.write, target) {
            self.send(id, write, &target, before, now.schedule);
        }
        self.metrics.looked(self.time.boot().saturating_sub(began));
    }

    /// Takes note of what is saved by what is there, against what it had before, where that is remembered.
    fn note_saved(&mut self, id: AssignmentId, seen: Option<&TargetState>, now: &Now) {
        let Some(task) = self.assignments.get_mut(id) else { return };
        let holds = task.target.is_some_and(|target| self.targets.holder(target) == Some(task.policy));
        let entry = task.target.and_then(|target| self.targets.get(target)?.entry.as_deref());
        let original = entry.map(|(entry, _)| entry.original);
        let compiled = self.policies.get(task.policy).and_then(|slot| slot.policy.compiled());
        let compiled = compiled.filter(|compiled| !compiled.pause.holds_at(now.schedule));
        let most = task.target.and_then(|target| self.targets.key(target)).map(|key| key.kind.how().most);
        let of = |compiled: &Compiled| Some(original.unwrap_or(compiled.largest).min(most?));
        let largest = compiled.filter(|_| holds).and_then(of);
        let has = seen.and_then(|target| u32::try_from(target.replicas).ok());
        let fewer = largest.zip(has).map_or(0, |(largest, has)| largest.saturating_sub(has));
        task.saved.note(fewer, now.moment.boot);
    }

    /// Takes note of what is to be told of an object, and of its targets in their namespaces; `before` is what was known before this look.
    fn note_report(&mut self, id: PolicyId, report: Report, changes: Vec<Due>, before: &History) {
        let Some(slot) = self.policies.get_mut(id) else { return };
        // What is on its way counts as what the API has: if it doesn't arrive, that makes it due again.
        let sent = slot.reports.sending;
        slot.basis.note(&report.status);
        slot.reports.due = status::hash(&report.status) != sent.unwrap_or(slot.reports.known);
        if slot.reports.due || sent.is_some() {
            slot.reports.untold.get_or_insert_with(|| Box::new(before.clone()));
        } else {
            slot.reports.untold = None;
        }
        let place = Arc::clone(&slot.policy.identity.namespace);
        let own = report.happenings.into_iter().map(|happening| Due { happening, place: Arc::clone(&place) });
        own.chain(changes).for_each(|due| Self::note(slot, due));
    }

    /// Has something written down of a target. What is forgotten is so only once the status says that the target is left to others;
    /// its write has the object looked at again.
    fn remember_for(&mut self, id: AssignmentId, change: Remember, boot: Duration) {
        let may = change != Remember::Forget || self.may_forget(id);
        if let Some(target) = self.assignments.get(id).and_then(|task| task.target).filter(|_| may) {
            self.remember(target, change, Some(id), boot);
        }
    }

    fn send(&mut self, id: AssignmentId, write: Write, seen: &TargetState, before: History, now: DateTime<Utc>) {
        let Some(claimed) = self.assignments.get(id).and_then(|task| task.target) else { return };
        let Some(sent) = self.step_of(claimed, seen, write.to) else { return };
        let Some(task) = self.assignments.get_mut(id) else { return };
        let Some(slot) = self.policies.get(task.policy) else { return };
        let Write { from, to, prepares, value, cause, due } = write;
        task.attempt = Some(Box::new(Attempt {
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
        task.scaling = true;
        let recall = Recall::default();
        task.recall = Some(recall.clone());
        let Sent { target, kind, uid, version, request } = sent;
        if let Some(found) = self.targets.get_mut(target) {
            found.writing = true;
        }
        let begun = self.time.boot();
        self.turns.begin_scale(task.namespace, begun);
        let before = Box::new(before);
        let what = Asked::Scale { before, claimed, target, kind, uid, version, to, begun, recall };
        let asker = Asker::assignment(id, task, slot);
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
    fn note(slot: &mut Slot, due: Due) {
        let (object, reason) = (slot.policy.to_string(), due.happening.reason.as_str());
        let message = due.happening.message.as_str();
        // Where it isn't the object's own it says more than that.
        let namespace = Some(&*due.place).filter(|place| **place != *slot.policy.identity.namespace);
        if due.happening.reason.is_warning() {
            tracing::warn!(object, namespace, reason, message);
        } else {
            tracing::info!(object, namespace, reason, message);
        }
        slot.reports.push(due);
    }

    /// Whether a schedule may be followed: one of the cluster not before all of them are known.
    fn may_follow(&self, id: PolicyId) -> bool {
        let policy = self.policies.get(id).map(|slot| &slot.policy);
        policy.is_none_or(|policy| !policy.identity.is_of_cluster()) || self.knows_cluster()
    }
}
