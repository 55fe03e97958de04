//! The queue behind the targets: statuses and events.

use std::time::Duration;

use super::feed::{Asked, Asker};
use super::ids::PolicyId;
use super::now::Now;
use super::policies::Slot;
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
        let status = status && reports.may_write_status(boot);
        // An object's event follows the answer to its status, so that no object has two at a time.
        let event = event && reports.sending.is_none() && !reports.event_failures.rests(boot);
        self.retells.set(id, rests.into_iter().flatten().filter(|until| *until > boot).min());
        if status && !reports.status_queued {
            reports.status_queued = true;
            self.statuses.push(slot.namespace, id);
        }
        if event && !reports.event_queued {
            reports.event_queued = true;
            self.events.push(slot.namespace, id);
        }
    }

    /// Tells what can be told now: what is, then what happened.
    pub(super) fn tell_around(&mut self) {
        while !(self.statuses.is_empty() && self.events.is_empty()) {
            let moment = self.time.moment();
            if self.stopping || !self.lead.holds(moment.boot) {
                return;
            }
            let now = self.read_clock(moment);
            let scales_wait = !self.looks.is_empty() && self.turns.has_scales();
            let may = |namespace| self.turns.may_tell_status(namespace, moment.boot, scales_wait);
            if let Some(id) = self.statuses.next(may) {
                self.tell_status(id, &now);
                continue;
            }
            let statuses_wait = !self.statuses.is_empty();
            let may = |namespace| self.turns.may_tell_event(namespace, moment.boot, scales_wait, statuses_wait);
            let Some(id) = self.events.next(may) else { return };
            self.tell_event(id, &now);
        }
    }

    /// Who is told of, if it still is somebody.
    fn told_of(&self, slot: &Slot, id: PolicyId) -> Option<Asker> {
        let identity = &slot.policy.identity;
        (!identity.deleting && !self.lead.leaves_alone(&identity.namespace)).then(|| Asker {
            policy: id,
            namespace: slot.namespace,
            uid: identity.uid.clone(),
        })
    }

    fn tell_status(&mut self, id: PolicyId, now: &Now) {
        let boot = now.moment.boot;
        let Some(slot) = self.policies.get_mut(id) else { return };
        slot.reports.status_queued = false;
        if !slot.reports.due || slot.reports.sending.is_some() || !slot.reports.may_write_status(boot) {
            return;
        }
        // It is made anew: what was decided may have been a while ago.
        let report = self.decide(id, now).and_then(|(plan, _)| plan.report);
        let status = report.map(|report| (status::hash(&report.status), report.status));
        let Some(asker) = self.policies.get(id).and_then(|slot| self.told_of(slot, id)) else { return };
        let Some(slot) = self.policies.get_mut(id) else { return };
        slot.reports.due = false;
        // Without one, a write is on its way, after which there is more to tell.
        let Some((hash, status)) = status.filter(|(hash, _)| *hash != slot.reports.known) else { return };
        let request = status::write(&slot.policy, slot.version.max(slot.reports.written), &status);
        slot.reports.sending = Some(hash);
        if std::mem::take(&mut slot.reports.foreign) {
            slot.reports.righted = Some(boot);
        }
        self.turns.begin_status(asker.namespace);
        self.spawn(request, asker, Asked::Status { hash });
    }

    fn tell_event(&mut self, id: PolicyId, now: &Now) {
        let (boot, wall) = (now.moment.boot, now.moment.wall);
        let Some(asker) = self.policies.get(id).and_then(|slot| self.told_of(slot, id)) else { return };
        let Some(slot) = self.policies.get_mut(id) else { return };
        let reports = &mut slot.reports;
        reports.event_queued = false;
        if reports.sending_event || reports.sending.is_some() || reports.event_failures.rests(boot) {
            return;
        }
        let told = reports.told.get_or_insert_default();
        match told.next(&mut reports.events, &slot.policy, &self.instance, now.schedule, wall) {
            Some((request, happening)) => {
                reports.sending_event = true;
                self.turns.begin_event(asker.namespace);
                self.spawn(request, asker, Asked::Event(happening));
            }
            None => self.queue_report(id, boot),
        }
    }
}
