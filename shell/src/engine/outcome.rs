//! What becomes of a request is a fact of the next look.

use std::time::Duration;

use super::feed::{Asked, Done};
use super::ids::{PolicyId, TargetId};
use super::policies::Slot;
use super::state::Engine;
use crate::cluster::FIELD_MANAGER;
use crate::cluster::requests::{Answer, Failure};
use crate::policy::{Happening, History, Outcome, WriteCause};

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
        let is_scale = matches!(what, Asked::Scale { .. });
        if is_scale {
            self.turns.end_scale(asker.namespace, in_time, boot);
        } else {
            self.turns.end_report(asker.namespace, in_time, boot);
        }
        // Another object of the same name may be there by now.
        let known = self.policies.get_mut(asker.policy).filter(|slot| slot.policy.identity.uid == asker.uid);
        let Some(slot) = known else { return };
        match what {
            Asked::Scale { before, target, uid, version } => {
                slot.scaling = false;
                self.scaled(asker.policy, *before, (target, &uid, version), took, result);
                if !self.leading
                    && let Some(slot) = self.policies.get_mut(asker.policy)
                {
                    // It is told of by whoever acts, from what is different.
                    slot.attempt = None;
                }
            }
            Asked::Status { hash } => {
                slot.reports.sending = None;
                Self::status_written(slot, hash, result, boot);
                self.queue_report(asker.policy, boot);
            }
            Asked::Event(happening) => {
                slot.reports.sending_event = false;
                slot.reports.goes_on = true;
                Self::event_written(slot, happening, result, boot);
                self.queue_report(asker.policy, boot);
            }
        }
    }

    fn scaled(
        &mut self,
        id: PolicyId,
        before: History,
        (target, uid, version): (TargetId, &str, u64),
        took: Duration,
        result: Result<Answer, Failure>,
    ) {
        let boot = self.time.boot();
        let took = self.clock.passes(took);
        let Some(slot) = self.policies.get_mut(id) else { return };
        let Some(attempt) = slot.attempt.as_deref_mut() else { return };
        match result {
            Ok(answer) => {
                let replicas = answer.replicas();
                attempt.outcome = Outcome::Accepted { replicas };
                if replicas == attempt.to {
                    self.metrics.scaled(attempt.from, attempt.to);
                    if attempt.cause == WriteCause::Drift {
                        self.metrics.put_back();
                    }
                    if matches!(attempt.cause, WriteCause::Boundary | WriteCause::GraceOver) {
                        // The clock may have been set since it was sent.
                        self.metrics.was_late_by((attempt.at - attempt.due + took).to_std().unwrap_or_default());
                    }
                    slot.scales.clear();
                } else {
                    let salt = salt(slot);
                    slot.scales.fail(boot, None, salt);
                }
                let state = self.targets.get_mut(target).and_then(|target| target.state.as_mut());
                if let Some(state) = state.filter(|state| *state.uid == *uid && state.version < answer.version()) {
                    state.version = answer.version();
                    state.replicas = replicas;
                    state.writer = Some(FIELD_MANAGER.into());
                }
            }
            Err(Failure::Refused { code: 409, .. }) => {
                // The target is another than the decision saw: as if it hadn't been made. Another leader knows better.
                if self.leading {
                    slot.history = before;
                }
                slot.attempt = None;
                let seen = self.targets.get(target).and_then(|target| target.state.as_ref());
                if seen.is_some_and(|state| state.version <= version) {
                    slot.stale = Some(version);
                    self.retries.set(id, Some(boot + CATCH_UP));
                }
            }
            Err(failure) => {
                self.metrics.scaling_failed();
                self.metrics.failed();
                let salt = salt(slot);
                let wait = failure.wait();
                let until = slot.scales.fail(boot, wait, salt);
                let (object, error, wait_for) =
                    (slot.policy.to_string(), failure.message(), until.saturating_sub(boot));
                tracing::warn!(object, error, wait = ?wait_for, "the target could not be scaled");
                if let Some(attempt) = slot.attempt.as_deref_mut() {
                    attempt.told_to_wait = wait.is_some();
                    attempt.outcome = match failure {
                        Failure::Refused { message, code, .. } => Outcome::Refused { message, code },
                        Failure::Unanswered { message } => Outcome::Unknown { message },
                    };
                }
            }
        }
        self.mark(id);
    }

    fn status_written(slot: &mut Slot, hash: u64, result: Result<Answer, Failure>, boot: Duration) {
        let reports = &mut slot.reports;
        match result {
            Ok(answer) => {
                reports.known = hash;
                if !reports.due {
                    reports.untold = None;
                }
                reports.written = answer.version();
                reports.status_failures.clear();
            }
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

    fn event_written(slot: &mut Slot, happening: Option<Happening>, result: Result<Answer, Failure>, boot: Duration) {
        let failure = match result {
            // The same happening, told about before.
            Ok(_) | Err(Failure::Refused { code: 409, .. }) => return slot.reports.event_failures.clear(),
            Err(failure) => failure,
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
        match happening {
            Some(happening) => slot.reports.events.push_front(happening),
            None => slot.reports.told.iter_mut().for_each(|told| told.series_failed()),
        }
    }
}

/// What tells one object's waits from another's.
fn salt(slot: &Slot) -> u64 {
    slot.policy.identity.uid.bytes().fold(0, |salt: u64, byte| salt.wrapping_mul(31).wrapping_add(u64::from(byte)))
}
