//! The queue behind the targets: statuses and events.

use std::time::Duration;

use super::feed::{Asked, Asker};
use super::ids::PolicyId;
use super::now::Now;
use super::state::Engine;
use crate::report::status;

impl Engine {
    /// Has something told about an object when its turn comes, if anything is due.
    pub(super) fn queue_report(&mut self, id: PolicyId, boot: Duration) {
        let wall = self.time.wall();
        let now = self.clock.at(wall);
        let Some(slot) = self.policies.get_mut(id) else { return };
        let reports = &mut slot.reports;
        let status = reports.due && reports.sending.is_none() && !reports.sending_event;
        let series = reports.told.as_mut().and_then(|told| told.next_write(now));
        let event = !reports.sending_event && (!reports.events.is_empty() || series.is_some_and(|at| at <= now));
        let rests = [
            reports.status_failures.until().filter(|_| status),
            reports.not_before.filter(|_| status),
            Some(reports.pace.free_at()).filter(|_| status),
            reports.event_failures.until().filter(|_| event),
            series.filter(|_| !event).map(|at| boot + self.clock.real_time_until(at, wall)),
        ];
        let ready = (status && reports.may_write_status(boot)) || (event && !reports.event_failures.rests(boot));
        self.retells.set(id, rests.into_iter().flatten().filter(|until| *until > boot).min());
        let goes_on = std::mem::take(&mut reports.goes_on);
        if ready && !reports.queued {
            reports.queued = true;
            if goes_on {
                self.reports.push_first(slot.namespace, id);
            } else {
                self.reports.push(slot.namespace, id);
            }
        }
    }

    /// Takes note of whether targets wait for a turn, which come before all that is told.
    pub(super) fn note_scales_wait(&mut self) {
        let boot = self.time.boot();
        // Those of a namespace whose writes hang wait for it and not for a turn.
        let in_time = |namespace| !self.turns.is_slow(namespace, boot);
        let wait = self.turns.has_scales() && self.looks.waits_in(in_time);
        self.turns.note_scales_wait(wait, boot);
    }

    /// Tells what can be told now.
    pub(super) fn tell_around(&mut self) {
        while !self.reports.is_empty() {
            let moment = self.time.moment();
            if self.stopping || !self.lead.holds(moment.boot) {
                return;
            }
            let now = self.read_clock(moment);
            let may = |namespace| self.turns.may_report(namespace, moment.boot);
            let Some(id) = self.reports.next(may) else { return };
            self.tell(id, &now);
        }
    }

    /// The event first, then the status: of a process that is killed between the two the next one finds the old status, and
    /// the event by its name. One at a time, so that no object has two turns.
    fn tell(&mut self, id: PolicyId, now: &Now) {
        let boot = now.moment.boot;
        let Some(slot) = self.policies.get_mut(id) else { return };
        slot.reports.queued = false;
        if slot.policy.identity.deleting || self.lead.leaves_alone(&slot.policy.identity.namespace) {
            return;
        }
        if !self.tell_event(id, now) && !self.tell_status(id, now) {
            self.queue_report(id, boot);
        }
    }

    /// Whether the write of an event has begun.
    fn tell_event(&mut self, id: PolicyId, now: &Now) -> bool {
        let Some(slot) = self.policies.get_mut(id) else { return false };
        let reports = &mut slot.reports;
        if reports.sending_event || reports.event_failures.rests(now.moment.boot) {
            return false;
        }
        let told = reports.told.get_or_insert_default();
        let next = told.next(&mut reports.events, &slot.policy, &self.instance, now.schedule, now.moment.wall);
        let Some((request, telling)) = next else { return false };
        reports.sending_event = true;
        self.begin_report(id, request, Asked::Event(telling));
        true
    }

    /// Whether the write of the status has begun.
    fn tell_status(&mut self, id: PolicyId, now: &Now) -> bool {
        let boot = now.moment.boot;
        let Some(slot) = self.policies.get(id) else { return false };
        let reports = &slot.reports;
        if !reports.due || reports.sending.is_some() || reports.sending_event || !reports.may_write_status(boot) {
            return false;
        }
        if slot.many.as_ref().is_some_and(|many| many.is_stale(boot)) {
            // More is about to be told, which is made due by the look that then comes.
            if let Some(slot) = self.policies.get_mut(id) {
                slot.reports.due = false;
            }
            self.settle(id);
            return false;
        }
        // It is made anew: what was decided may have been a while ago.
        let report = self.decide(slot.head, now).and_then(|(plan, _)| plan.report);
        let Some(slot) = self.policies.get_mut(id) else { return false };
        slot.reports.due = false;
        // Without one, a write is on its way, after which there is more to tell.
        let Some(status) = report.map(|report| report.status) else { return false };
        let hash = status::hash(&status);
        if hash == slot.reports.known {
            slot.reports.untold = None;
            return false;
        }
        let request = status::write(&slot.policy, slot.version.max(slot.reports.written), &status);
        slot.reports.sending = Some(hash);
        slot.reports.pace.note(boot);
        if std::mem::take(&mut slot.reports.foreign) {
            slot.reports.righted = Some(boot);
        }
        self.begin_report(id, request, Asked::Status { hash });
        true
    }

    fn begin_report(&mut self, id: PolicyId, request: crate::cluster::requests::Request, what: Asked) {
        let Some(slot) = self.policies.get(id) else { return };
        self.turns.begin_report(slot.namespace);
        self.spawn(Asker::policy(id, slot), request, what);
    }
}
