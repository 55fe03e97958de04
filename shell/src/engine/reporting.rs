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
        let status = reports.due && reports.sending.is_none();
        let series = reports.told.as_ref().and_then(|told| told.next_write());
        let event = !reports.sending_event && (!reports.events.is_empty() || series.is_some_and(|at| at <= now));
        let rests = [
            reports.status_failures.until().filter(|_| status),
            reports.not_before.filter(|_| status),
            reports.event_failures.until().filter(|_| event),
            series.filter(|_| !event).map(|at| boot + self.clock.real_time_until(at, wall)),
        ];
        let ready = (status && reports.may_write_status(boot)) || (event && !reports.event_failures.rests(boot));
        self.retells.set(id, rests.into_iter().flatten().filter(|until| *until > boot).min());
        if ready && !reports.queued {
            reports.queued = true;
            self.reports.push(slot.namespace, id);
        }
    }

    /// Tells what can be told now.
    pub(super) fn tell_around(&mut self) {
        while !self.reports.is_empty() {
            let moment = self.time.moment();
            if self.stopping || !self.lead.holds(moment.boot) {
                return;
            }
            let now = self.read_clock(moment);
            let scales_wait = !self.looks.is_empty() && self.turns.has_scales();
            let may = |namespace| self.turns.may_report(namespace, moment.boot, scales_wait);
            let Some(id) = self.reports.next(may) else { return };
            self.tell(id, &now);
        }
    }

    fn tell(&mut self, id: PolicyId, now: &Now) {
        let boot = now.moment.boot;
        let Some(slot) = self.policies.get_mut(id) else { return };
        slot.reports.queued = false;
        if slot.policy.identity.deleting || self.lead.leaves_alone(&slot.policy.identity.namespace) {
            return;
        }
        let asker = Asker { policy: id, namespace: slot.namespace, uid: slot.policy.identity.uid.clone() };
        if slot.reports.due && slot.reports.sending.is_none() && slot.reports.may_write_status(boot) {
            // It is made anew: what was decided may have been a while ago.
            let report = self.decide(id, now).and_then(|(plan, _)| plan.report);
            let status = report.map(|report| (status::hash(&report.status), report.status));
            let Some(slot) = self.policies.get_mut(id) else { return };
            // Without one, a write is on its way, after which there is more to tell.
            let status = status.filter(|(hash, _)| *hash != slot.reports.known);
            slot.reports.due = false;
            if let Some((hash, status)) = status {
                let request = status::write(&slot.policy, slot.version.max(slot.reports.written), &status);
                slot.reports.sending = Some(hash);
                if std::mem::take(&mut slot.reports.foreign) {
                    slot.reports.righted = Some(boot);
                }
                self.turns.begin_report(asker.namespace);
                self.spawn(request, asker, Asked::Status { hash });
                // The event follows with the next turn, so that no object has two at a time.
                return;
            }
        }
        let wall = now.moment.wall;
        let Some(slot) = self.policies.get_mut(id) else { return };
        if slot.reports.sending_event || slot.reports.event_failures.rests(boot) {
            return;
        }
        let reports = &mut slot.reports;
        let told = reports.told.get_or_insert_default();
        if let Some((request, happening)) =
            told.next(&mut reports.events, &slot.policy, &self.instance, now.schedule, wall)
        {
            reports.sending_event = true;
            self.turns.begin_report(asker.namespace);
            self.spawn(request, asker, Asked::Event(happening));
        } else {
            self.queue_report(id, boot);
        }
    }
}
