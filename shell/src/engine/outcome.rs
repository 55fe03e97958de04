//! What becomes of a request is a fact of the next look.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::assignments::Assignment;
use super::autoscalers::as_target_has;
use super::feed::{Asked, Done, Whose};
use super::ids::{AssignmentId, Id as _, TargetId};
use super::policies::Slot;
use super::state::Engine;
use crate::cluster::requests::{Answer, Failure};
use crate::policy::{History, Outcome};
use crate::report::events::Telling;
use crate::target::Kind;

/// The watch is given so long to bring what the API server knows already.
const CATCH_UP: Duration = Duration::from_secs(1);

/// What takes so long takes a turn from others, whatever the answer is: an admission webhook that hangs is an answer, too.
const SLOW: Duration = Duration::from_secs(5);

impl Engine {
    /// A request has come to its end.
    pub(super) fn ended(&mut self, done: Done) {
        let boot = self.time.boot();
        let Done { asker, what, took, result } = done;
        let in_time = took < SLOW && !matches!(result, Err(Failure::Unanswered { .. }));
        let begun = match &what {
            Asked::Scale { begun, .. } | Asked::Return { begun, .. } | Asked::Inquiry { begun, .. } => Some(*begun),
            Asked::Record { batch, .. } => Some(batch.begun),
            _ => None,
        };
        if let Some(begun) = begun {
            self.turns.end_scale(asker.namespace, begun, in_time, boot);
        } else {
            self.turns.end_report(asker.namespace, in_time, boot);
        }
        let what = match what {
            Asked::Record { key, batch } => return self.written_down(&key, batch, result, boot),
            Asked::Return { target, step, .. } => return self.returned(target, step, result, boot),
            Asked::Inquiry { inquiry, .. } => return self.inquired(inquiry, result, boot),
            Asked::Aside => return,
            what => what,
        };
        let id = match asker.whose {
            Whose::Policy(id) => id,
            Whose::Assignment(id) => return self.scale_ended(id, &asker.uid, what, took, result),
            Whose::Override(id) => return self.override_told(id, &asker.uid, what, result, boot),
        };
        // Another object of the same name may be there by now.
        let known = self.policies.get_mut(id).filter(|slot| slot.policy.identity.uid == asker.uid);
        let Some(slot) = known else { return };
        let acts = self.lead.acts_in(self.leading, &slot.policy.identity.namespace);
        match what {
            // Of one that has lost the lease meanwhile the watch says what has become of it.
            Asked::Status { hash } if slot.reports.sending == Some(hash) => {
                slot.reports.sending = None;
                if is_failure(&result, &[404, 409]) {
                    self.metrics.failed();
                }
                Self::status_written(slot, hash, result, boot);
                let (head, target) = (slot.head, slot.claim.as_ref().map(|claim| claim.0));
                let target = target.and_then(|target| self.targets.get(target));
                if target.is_some_and(|target| target.entry.is_some()) {
                    // What is to be forgotten waits for it.
                    self.mark(head);
                }
                self.forget_rest(id);
                self.queue_report(id, boot);
            }
            Asked::Event(telling) => {
                slot.reports.sending_event = false;
                if acts {
                    slot.reports.goes_on = true;
                    if is_failure(&result, &[409]) {
                        self.metrics.failed();
                    }
                    let wall = self.time.wall();
                    Self::event_written(slot, telling, result, boot, (self.clock.at(wall), wall));
                }
                self.queue_report(id, boot);
            }
            Asked::Status { .. } => {}
            // Those have come to their ends above.
            Asked::Scale { .. } | Asked::Record { .. } | Asked::Aside => {}
            Asked::Return { .. } | Asked::Inquiry { .. } => {}
            Asked::OverrideStatus(_) | Asked::OverrideDeletion => {}
        }
    }

    /// A write of a target has come to its end.
    fn scale_ended(
        &mut self,
        id: AssignmentId,
        owner: &str,
        what: Asked,
        took: Duration,
        result: Result<Answer, Failure>,
    ) {
        let Asked::Scale { before, claimed, target, kind, uid, version, to, .. } = what else { return };
        if let Some(found) = self.targets.get_mut(target) {
            found.writing = false;
            if found.entry.is_some() {
                self.orphans.insert(target);
            }
            let state = found.state.as_mut().filter(|state| *state.uid == *uid);
            if let (Ok(answer), Some(state)) = (&result, state)
                && state.version < answer.version()
            {
                state.note_written(answer.version(), (kind.how().answered)(answer, to));
            }
        }
        self.mind_above(target);
        let Some(task) = self.still(id, claimed, owner) else { return };
        (task.scaling, task.recall) = (false, None);
        let namespace = task.namespace;
        let acts = self.namespaces.name(namespace).is_some_and(|namespace| self.lead.acts_in(self.leading, namespace));
        self.scaled(id, acts.then_some(*before), (target, &kind, version), took, result);
        if let Some(task) = self.assignments.get_mut(id).filter(|_| !acts) {
            // It is told of by whoever acts, from what is different.
            task.attempt = None;
        }
    }

    /// `before` is what was known before the decision, where this process still acts.
    fn scaled(
        &mut self,
        id: AssignmentId,
        before: Option<History>,
        (target, kind, version): (TargetId, &Kind, u64),
        took: Duration,
        result: Result<Answer, Failure>,
    ) {
        let boot = self.time.boot();
        let took = self.clock.passes(took);
        let Some(task) = self.assignments.get_mut(id) else { return };
        let Some(slot) = self.policies.get(task.policy) else { return };
        let Some(attempt) = task.attempt.as_deref_mut() else { return };
        let salt = salt(slot) ^ u64::try_from(target.place()).unwrap_or_default();
        let (is_accepted, is_member) = (result.is_ok(), task.is_member);
        match result {
            Ok(answer) => {
                let is_beneath = task.target.is_some_and(|claimed| claimed != target);
                let size = as_target_has(attempt.to, is_beneath, (kind.how().answered)(&answer, attempt.to));
                attempt.outcome = Outcome::Accepted { size };
                if size == attempt.to {
                    if !attempt.prepares {
                        // The clock may have been set since it was sent.
                        self.metrics.accepted(attempt, attempt.at + took);
                    }
                    task.scales.clear();
                } else {
                    self.metrics.failed();
                    task.scales.fail(boot, None, salt);
                }
            }
            Err(Failure::NotSent) => Self::undecide(task, before),
            Err(Failure::Refused { code: 409, .. }) if task.is_refuted(version) => {
                // The target is another than the decision saw.
                Self::undecide(task, before);
                let seen = self.targets.get(target).and_then(|target| target.state.as_ref());
                if seen.is_some_and(|state| state.version <= version) {
                    task.stale = Some(version);
                    self.retries.set(id, Some(boot + CATCH_UP));
                }
            }
            Err(failure) => {
                self.metrics.scaling_failed();
                self.metrics.failed();
                let wait = failure.wait();
                let until = task.scales.fail(boot, wait, salt);
                let (object, error, wait_for) =
                    (slot.policy.to_string(), failure.message(), until.saturating_sub(boot));
                tracing::warn!(object, error, wait = ?wait_for, "the target could not be scaled");
                if let Some(attempt) = task.attempt.as_deref_mut() {
                    attempt.told_to_wait = wait.is_some();
                    attempt.outcome = match failure {
                        Failure::Refused { message, code, .. } => Outcome::Refused { message, code },
                        failure => Outcome::Unknown { message: failure.message().to_owned() },
                    };
                }
            }
        }
        // One of many has nothing to send then; what an object tells of its one target waits behind the targets of others.
        if is_accepted && is_member {
            self.mark_next(id);
        } else {
            self.mark(id);
        }
    }

    /// As if a write hadn't been decided. Another leader knows better.
    fn undecide(task: &mut Assignment, before: Option<History>) {
        if let Some(before) = before {
            // What was seen is still so.
            let untold = task.history.untold.take();
            task.history = History { untold, ..before };
        }
        task.attempt = None;
    }

    fn status_written(slot: &mut Slot, hash: u64, result: Result<Answer, Failure>, boot: Duration) {
        let reports = &mut slot.reports;
        match result {
            Ok(answer) => {
                // What the watch has brought already may be somebody else's answer to it.
                if slot.version <= answer.version() {
                    reports.known = hash;
                }
                if !reports.due {
                    reports.untold = None;
                }
                reports.written = answer.version();
                reports.status_failures.clear();
            }
            // It is another's to write, or the next process'.
            Err(Failure::NotSent) => reports.due = true,
            // The object is gone.
            Err(Failure::Refused { code: 404, .. }) => reports.due = false,
            // It is another one than was seen: as it is now comes with the watch.
            Err(Failure::Refused { code: 409, .. }) => {
                reports.due = true;
                reports.not_before = Some(boot + CATCH_UP);
            }
            Err(failure) => {
                let wait = failure.wait();
                let salt = salt(slot);
                slot.reports.due = true;
                let until = slot.reports.status_failures.fail(boot, wait, salt);
                let (object, error, wait) = (slot.policy.to_string(), failure.message(), until.saturating_sub(boot));
                tracing::warn!(object, error, ?wait, "the status could not be written");
            }
        }
    }

    /// `now` is on the schedule's clock and on the machine's.
    fn event_written(
        slot: &mut Slot,
        telling: Telling,
        result: Result<Answer, Failure>,
        boot: Duration,
        now: (DateTime<Utc>, DateTime<Utc>),
    ) {
        let told = slot.reports.told.get_or_insert_default();
        let failure = match (result, &telling) {
            // The same happening, told about before.
            (Ok(_), _) | (Err(Failure::Refused { code: 409, .. }), Telling::New(_)) => {
                told.told(telling, &slot.policy, now.0, now.1);
                return slot.reports.event_failures.clear();
            }
            (Err(Failure::Refused { code: 404, .. }), Telling::Again(reason, place)) => {
                if let Some(first) = told.gone(*reason, place) {
                    slot.reports.events.push_front(first);
                }
                return slot.reports.event_failures.clear();
            }
            (Err(Failure::NotSent), _) => {
                let untold = told.failed(telling);
                return untold.into_iter().for_each(|happening| slot.reports.events.push_front(happening));
            }
            (Err(failure), _) => failure,
        };
        let (object, error) = (slot.policy.to_string(), failure.message());
        if failure.is_final() {
            tracing::warn!(object, error, "an event was refused");
            return;
        }
        let wait = failure.wait();
        tracing::debug!(object, error, "an event could not be written");
        let salt = salt(slot);
        slot.reports.event_failures.fail(boot, wait, salt);
        let is_of_cluster = slot.policy.identity.is_of_cluster();
        let Some(due) = slot.reports.told.as_mut().and_then(|told| told.failed(telling)) else { return };
        if is_of_cluster {
            // Those of other namespaces don't wait for it.
            slot.reports.events.push_back(due);
        } else {
            slot.reports.events.push_front(due);
        }
    }
}

/// Whether it has come to nothing: these refusals are what was to be, or say what the watch will.
fn is_failure(result: &Result<Answer, Failure>, but: &[u16]) -> bool {
    let counts =
        |failure: &Failure| *failure != Failure::NotSent && failure.code().is_none_or(|code| !but.contains(&code));
    result.as_ref().is_err_and(counts)
}

/// What tells one object's waits from another's.
pub(super) fn salt(slot: &Slot) -> u64 {
    salt_of(&slot.policy.identity.uid)
}

/// The same of what is told from others by a text.
pub(super) fn salt_of(text: &str) -> u64 {
    text.bytes().fold(0, |salt: u64, byte| salt.wrapping_mul(31).wrapping_add(u64::from(byte)))
}
