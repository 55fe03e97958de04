//! The time of a decision, and whether it may be made: the clocks, the guard and the leases.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::feed::Feed;
use super::ids::PolicyId;
use super::policies::Slot;
use super::state::Engine;
use crate::api::text::plain;
use crate::cluster::watch::Recovered;
use crate::cluster::{ClockState, Comparison, Moment, compare};

/// Between two looks at the clock of a process that only waits for what it has sent.
const STOPPING: Duration = Duration::from_secs(1);

/// The time of a decision.
#[derive(Debug, Clone, Copy)]
pub(super) struct Now {
    /// What the machine's clocks read.
    pub(super) moment: Moment,
    /// What the schedule's clock reads.
    pub(super) schedule: DateTime<Utc>,
    /// Whether the machine's can be trusted.
    pub(super) state: ClockState,
}

impl Now {
    /// Whether anything can be said: before a comparison there is no telling what time it is.
    pub(super) fn may_speak(&self) -> bool {
        !matches!(self.state, ClockState::Unknown | ClockState::Comparing)
    }
}

impl Engine {
    /// Reads the clocks, by the guard's leave.
    pub(super) fn read_clock(&mut self, moment: Moment) -> Now {
        let reading = self.guard.read(moment);
        if reading.compare_due && !self.stopping {
            self.guard.asking(moment.boot);
            let (client, time, feeds) = (self.watching.clone(), Arc::clone(&self.time), self.feeds.clone());
            tokio::spawn(async move {
                let result = compare::ask(&client, &*time).await.map_err(|error| error.to_string());
                // Without a receiver the engine is gone.
                let _ = feeds.send(Feed::Compared(result)).await;
            });
        }
        if reading.stepped {
            tracing::warn!(now = %moment.wall, "the clock was set");
            // Timers go by the time that passes, boundaries by the clock.
            self.mark_all();
            self.rechoose_timed();
        }
        Now { moment, schedule: self.clock.at(reading.now), state: reading.state }
    }

    /// The API server's clock was asked for.
    pub(super) fn compared(&mut self, result: Result<Comparison, String>, boot: Duration) {
        let before = self.guard.read(self.time.moment()).state;
        match result {
            Ok(comparison) => {
                self.guard.compared(&comparison);
                self.server.answered = Some(boot);
                self.server.trouble = None;
                if self.server.outage.note(false, boot) {
                    self.recovered.send_modify(|told| {
                        told.note_answers();
                        told.note_reachable();
                    });
                }
            }
            Err(error) => {
                self.guard.failed(boot);
                tracing::debug!(error, "can't compare the clock with the API server's");
                self.server.trouble = Some(plain(&error).into_owned());
                self.server.outage.note(true, boot);
            }
        }
        let after = self.guard.read(self.time.moment()).state;
        if before == after {
            return;
        }
        match after.trouble() {
            Some(trouble) => tracing::error!("{trouble}"),
            None if before.trouble().is_some() => tracing::info!("the clock agrees with the API server's again"),
            None => {}
        }
        self.mark_all();
        self.rechoose_timed();
    }

    /// Has looked at whose time has come.
    pub(super) fn fire_timers(&mut self, now: DateTime<Utc>, boot: Duration) {
        while let Some(id) = self.wakes.due(now) {
            self.mark(id);
        }
        while let Some(id) = self.retries.due(boot) {
            if let Some(task) = self.assignments.get_mut(id) {
                // The watch had its time; the API server will say so again if it still knows more.
                task.stale = None;
            }
            self.mark(id);
        }
        self.rechoose(now, boot);
        while let Some(id) = self.retells.due(boot) {
            self.queue_report(id, boot);
        }
        while let Some(id) = self.override_wakes.due(now) {
            self.mark_override(id);
        }
        while let Some(id) = self.override_rests.due(boot) {
            self.mark_override(id);
        }
        // Also where nobody may look at them yet: a time that has come is none to wait for.
        self.orphans.wake(now, boot);
        for id in self.calendars.tick(boot) {
            self.mark_with_overrides(id);
        }
    }

    /// How long there is nothing to do, unless something happens.
    pub(super) fn next_wait(&self) -> Duration {
        let moment = self.time.moment();
        let wakes = [
            self.wakes.earliest(),
            self.exclusions.earliest(),
            self.override_wakes.earliest(),
            self.orphans.next_end(),
        ];
        let wake = wakes.into_iter().flatten().min().map(|at| self.clock.real_time_until(at, moment.wall));
        let others = [
            self.retries.earliest(),
            self.retells.earliest(),
            self.rechecks.earliest(),
            self.calendars.next_tick(),
            self.override_rests.earliest(),
            self.orphans.next_rest(),
            self.turns.next_hangs(moment.boot).filter(|_| !self.looks.is_empty() || self.orphans.wait_for_turns()),
        ];
        let others = others.into_iter().flatten().map(|at| at.saturating_sub(moment.boot));
        let opens = self.lead.opens_at().filter(|at| *at > moment.boot).map(|at| at - moment.boot);
        // Who is about to end asks the API server for no time any more, so a comparison that is due stays so.
        let guard = if self.stopping { STOPPING } else { self.guard.next_reading(moment.boot) };
        wake.into_iter().chain(others).chain(opens).min().map_or(guard, |wait| wait.min(guard))
    }

    /// Waits until anything is new about the leases.
    pub(super) async fn lead_changed(&mut self) {
        self.lead.changed().await;
    }

    /// Takes note of the leases.
    pub(super) fn note_lead(&mut self, boot: Duration) {
        let fails = self.lead.has_trouble();
        if self.unled.note(fails, boot) {
            self.recovered.send_modify(Recovered::note_answers);
        }
        if self.lead.gone_back() != self.gone_back {
            self.gone_back = self.lead.gone_back();
            tracing::warn!("the API server has gone back to an older state, so everything is listed anew");
            self.recovered.send_modify(Recovered::note_reachable);
        }
        let stands_back = self.lead.stands_back();
        if stands_back != self.stands_back {
            match &stands_back {
                Some(before) => tracing::warn!("stands back before the lease {before}"),
                None => tracing::info!("no other lease for the whole cluster is alive that was made before this one"),
            }
            self.stands_back = stands_back;
        }
        let leads = self.lead.holds(boot);
        if leads != self.leading {
            self.leading = leads;
            if leads {
                tracing::info!("this process acts");
                let all: Vec<_> = self.policies.iter().map(|(id, _)| id).collect();
                all.into_iter().for_each(|id| self.renew_members(id));
                self.mark_all();
                self.note_all_left();
            } else {
                tracing::warn!("this process no longer acts");
                let all: Vec<_> = self.policies.iter().map(|(id, _)| id).collect();
                all.into_iter().for_each(|id| self.stand_by(id));
            }
        }
        let Some(others) = self.lead.others_now(&self.others) else { return };
        let before = std::mem::replace(&mut self.others, others);
        let turned = |slot: &Slot| {
            let namespace = &slot.policy.identity.namespace;
            before.leaves(namespace) != self.others.leaves(namespace)
        };
        let turned: Vec<_> = self.policies.iter().filter(|(_, slot)| turned(slot)).map(|(id, _)| id).collect();
        for id in turned {
            self.stand_by(id);
            self.mark_with_overrides(id);
        }
        let now = self.others.clone();
        self.choose_turned(|namespace| before.leaves(namespace) != now.leaves(namespace));
        self.note_all_left();
    }

    /// What was to be done and told of an object is the next one's to do and tell that acts: another process, or this one
    /// again, which then knows no more than what the API has, like any other.
    fn stand_by(&mut self, id: PolicyId) {
        let boot = self.time.boot();
        self.retells.set(id, None);
        let Some(slot) = self.policies.get_mut(id) else { return };
        slot.reports.sending = None;
        slot.reports.due = false;
        slot.reports.events.clear();
        slot.reports.told = None;
        let told = slot.reports.untold.take();
        if let Some(head) = self.assignments.get_mut(slot.head) {
            if let Some(told) = told {
                head.history = *told;
            }
            head.stand_by(boot);
        }
        self.renew_members(id);
    }

    /// No new write begins any more.
    pub(super) fn stop(&mut self) {
        self.stopping = true;
        self.ends.call_back();
    }

    /// Whether nothing is under way.
    pub(super) fn is_idle(&self) -> bool {
        self.turns.is_idle()
    }
}
