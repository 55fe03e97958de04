//! What becomes of a target whose holder is gone, or holds another one now.
//!
//! It hangs on the record: what happened while nobody was there is found when somebody is. One thing is done at a time, and each
//! is decided anew by what the API has then.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::autoscalers::{Sent, View};
use super::feed::{Asked, Asker};
use super::heirs::Heir;
use super::ids::{NamespaceId, TargetId};
use super::inquiries::{Inquiries, Inquiry};
use super::now::Now;
use super::policies::PolicyKey;
use super::refusals::lasts;
use super::returns::Returns;
use super::rotation::Rotation;
use super::state::Engine;
use super::unwritten::Unwritten;
use crate::api::times::{to_instant, to_time};
use crate::api::{Entry, OnDelete, ScalerKind};
use crate::cluster::ClockState;
use crate::cluster::requests::{Failure, Request};
use crate::policy::{Known, Remember, restored, step};
use crate::target::Size;

/// What is kept is kept for so long, for an object of the same name that comes back.
const KEPT_FOR: TimeDelta = TimeDelta::days(7);
/// The first wait after something failed; it doubles.
pub(super) const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The doublings of it.
const DOUBLINGS: u32 = 6;

/// The targets whose entries have to be looked at.
#[derive(Debug, Default)]
pub struct Orphans {
    due: BTreeSet<TargetId>,
    /// What is known of those that get something back.
    progress: HashMap<TargetId, Progress>,
    rests: BTreeMap<TargetId, Duration>,
    ends: BTreeMap<TargetId, DateTime<Utc>>,
    /// Those for which no turn was left.
    line: Rotation<TargetId>,
    lined_up: BTreeSet<TargetId>,
    pub(super) inquiries: Inquiries,
    pub(super) unwritten: Unwritten,
    pub(super) returns: Returns,
}

/// How far one is.
#[derive(Debug, Default)]
struct Progress {
    /// Its write is under way.
    is_written: bool,
    failures: u32,
    /// Whether that is told.
    is_told: bool,
}

/// A write that gives a target back what it had, or brings it a step nearer to that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// What it has.
    pub(super) from: Size,
    /// What it gets.
    pub(super) to: Size,
    /// Which one is written: it, or what it scales.
    pub(super) written: TargetId,
    /// Whether another step has to follow.
    pub(super) prepares: bool,
}

/// What is to be done about an entry.
pub(super) enum Next {
    Nothing,
    Remember(Remember),
    /// There is nothing to give back, so that it goes.
    Over,
    /// What is remembered with it is another's, by that one's own name.
    HandOver(TargetId, Entry),
    Until(DateTime<Utc>),
    Inquire(Inquiry),
    Write(Step, Request),
}

impl Orphans {
    /// Has an entry looked at.
    pub(super) fn insert(&mut self, target: TargetId) {
        self.due.insert(target);
    }

    /// Has entries looked at again after a while.
    pub(super) fn retry(&mut self, targets: impl IntoIterator<Item = TargetId>, at: Duration) {
        self.rests.extend(targets.into_iter().map(|target| (target, at)));
    }

    /// When there is something to do by the time that passes.
    pub(super) fn next_rest(&self) -> Option<Duration> {
        self.rests.values().min().copied().into_iter().chain(self.returns.next_end()).min()
    }

    /// Whether any waits for a turn.
    pub(super) fn wait_for_turns(&self) -> bool {
        !self.line.is_empty()
    }

    /// Whether it is being given back what it had.
    pub(super) fn is_written(&self, target: TargetId) -> bool {
        self.progress.get(&target).is_some_and(|progress| progress.is_written)
    }

    /// What was under way has come to nothing. How long it rests.
    pub(super) fn note_failed(&mut self, target: TargetId) -> Duration {
        let progress = self.progress.entry(target).or_default();
        progress.is_written = false;
        progress.failures = (progress.failures + 1).min(DOUBLINGS);
        let wait = FIRST_WAIT * 2_u32.pow(progress.failures - 1);
        self.returns.leave(target);
        wait
    }

    /// Whether it is to be told that it has come to nothing, which is so once.
    pub(super) fn is_to_tell(&mut self, target: TargetId, failure: &Failure) -> bool {
        let Some(progress) = self.progress.get_mut(&target) else { return false };
        lasts(failure, progress.failures) && !std::mem::replace(&mut progress.is_told, true)
    }

    /// What was under way has come to its end.
    pub(super) fn note_done(&mut self, target: TargetId) {
        self.progress.remove(&target);
    }

    fn line_up(&mut self, namespace: NamespaceId, target: TargetId) {
        if self.lined_up.insert(target) {
            self.line.push(namespace, target);
        }
    }

    /// When there is something to do by the schedule's clock.
    pub(super) fn next_end(&self) -> Option<DateTime<Utc>> {
        self.ends.values().min().copied()
    }

    /// Has those looked at whose time has come.
    pub(super) fn wake(&mut self, now: DateTime<Utc>, boot: Duration) {
        let rested = self.rests.iter().filter(|(_, at)| **at <= boot).map(|(target, _)| *target);
        let ended = self.ends.iter().filter(|(_, at)| **at <= now).map(|(target, _)| *target);
        let due: Vec<_> = rested.chain(ended).collect();
        for target in due {
            self.rests.remove(&target);
            self.ends.remove(&target);
            self.due.insert(target);
        }
        self.returns.wake(boot);
    }
}

impl Engine {
    /// Has the entries looked at that name an object.
    pub(super) fn note_left(&mut self, key: &PolicyKey) {
        let kind = ScalerKind::in_namespace(&key.namespace);
        let names = |target: &TargetId| {
            let entry = self.targets.get(*target).and_then(|target| target.entry.as_ref());
            entry.is_some_and(|entry| *entry.0.holder == *key.name && entry.0.holder_kind == kind)
        };
        let place = Some(&key.namespace).filter(|namespace| !namespace.is_empty());
        let of_it: Vec<_> = self.remembered_in(place).into_iter().filter(names).collect();
        self.orphans.due.extend(of_it);
        let it = Inquiry::Holder(key.clone());
        self.orphans.inquiries.distrust(|inquiry| *inquiry == it);
    }

    /// Has every entry looked at, with nothing taken for granted that was found out before.
    pub(super) fn note_all_left(&mut self) {
        self.orphans.inquiries.distrust(|_| true);
        self.orphans.returns.begin_anew();
        let all = self.remembered_in(None);
        self.orphans.due.extend(all);
    }

    /// Does what can be done now about those whose holder is gone.
    pub(super) fn mind_orphans(&mut self, now: &Now) {
        if now.state != ClockState::Right || !self.recorded.complete || !self.kinds.are_known() {
            return;
        }
        for id in std::mem::take(&mut self.orphans.due) {
            if !self.lead.holds(now.moment.boot) {
                self.orphans.due.insert(id);
                continue;
            }
            self.mind(id, now);
        }
        let boot = now.moment.boot;
        while self.lead.holds(boot)
            && let Some(id) = self.orphans.line.next(|namespace| self.turns.may_scale(namespace, boot))
        {
            self.orphans.lined_up.remove(&id);
            self.mind(id, now);
        }
        self.end_returns(now);
    }

    fn mind(&mut self, id: TargetId, now: &Now) {
        self.orphans.ends.remove(&id);
        self.orphans.rests.remove(&id);
        let boot = now.moment.boot;
        if self.orphans.is_written(id) {
            return;
        }
        let Some(key) = self.targets.key(id) else {
            // Its number may be another one's soon.
            self.orphans.note_done(id);
            return self.orphans.returns.leave(id);
        };
        let (namespace, _) = self.namespaces.intern(&Arc::clone(&key.namespace));
        if self.orphans.returns.is_back(id) {
            // Who claims it waits until it is forgotten what it had.
            let is_awaited = self.targets.held_by(id).is_some();
            return self.orphans.returns.note_over(namespace, id, is_awaited, boot);
        }
        let next = self.next_of(id, now);
        match &next {
            Next::Inquire(_) | Next::Write(..) => self.orphans.returns.note_open(namespace, id, boot),
            Next::Over => self.orphans.returns.note_over(namespace, id, false, boot),
            Next::Nothing | Next::Remember(_) | Next::HandOver(..) | Next::Until(_) => self.orphans.returns.leave(id),
        }
        match next {
            Next::Nothing => self.orphans.note_done(id),
            Next::Over => {}
            Next::Until(at) => {
                self.orphans.ends.insert(id, at);
            }
            // The answer has it looked at again; a record that is being written comes back to it, too.
            Next::Remember(change) => self.remember_apart(id, id, change, boot),
            // Once that is written down, there may be more to do here.
            Next::HandOver(heir, entry) => self.remember_apart(id, heir, Remember::Keep(entry), boot),
            Next::Inquire(inquiry) => {
                if self.orphans.inquiries.join(&inquiry, id) {
                    return;
                }
                let Some(begun) = self.turn_for(id, namespace, boot) else { return };
                let request = inquiry.request();
                self.orphans.inquiries.begin(inquiry.clone(), id, boot);
                self.spawn(Asker::nobody(namespace), request, Asked::Inquiry { inquiry, begun });
            }
            Next::Write(step, request) => {
                let Some(begun) = self.turn_for(id, namespace, boot) else { return };
                self.orphans.progress.entry(id).or_default().is_written = true;
                self.spawn(Asker::nobody(namespace), request, Asked::Return { target: id, step, begun });
            }
        }
    }

    /// When a turn begins for a target; it waits for one where none is left.
    fn turn_for(&mut self, id: TargetId, namespace: NamespaceId, boot: Duration) -> Option<Duration> {
        if !self.turns.may_scale(namespace, boot) {
            self.orphans.line_up(namespace, id);
            return None;
        }
        let begun = self.time.boot();
        self.turns.begin_scale(namespace, begun);
        Some(begun)
    }

    /// What is to be done next about an entry.
    pub(super) fn next_of(&self, id: TargetId, now: &Now) -> Next {
        let (Some(target), Some(key)) = (self.targets.get(id), self.targets.key(id)) else { return Next::Nothing };
        let Some(entry) = target.entry.as_deref().map(|(entry, _)| entry) else { return Next::Nothing };
        let is_of_namespace = entry.holder_kind.is_of_namespace();
        if !is_of_namespace && !self.knows_holders() {
            // Whether its holder is there is somebody else's to know, or isn't known yet.
            return Next::Nothing;
        }
        let namespace = if is_of_namespace { Arc::clone(&key.namespace) } else { "".into() };
        let name = PolicyKey { namespace, name: entry.holder.as_str().into() };
        let named = self.policies.find(&name);
        let holder = named.and_then(|holder| self.policies.get(holder));
        let is_there = holder.is_some();
        // One that can't be read may still mean this one, and one on its way out isn't gone.
        let claims = target.claims.iter().any(|claim| Some(claim.policy) == named);
        let holds = holder.is_some_and(|slot| {
            claims
                || slot.policy.identity.deleting
                || slot.policy.compiled().is_none()
                || self.may_be_in(slot, &key.namespace)
        });
        let beneath = self.targets.scales(id).and_then(|beneath| self.targets.get(beneath));
        let is_written = target.writing || beneath.is_some_and(|beneath| beneath.writing);
        // What is being written isn't known yet.
        if is_written || self.lead.leaves_alone(&key.namespace) {
            return Next::Nothing;
        }
        match self.heir(id) {
            Heir::None => {}
            Heir::Unknown => return Next::Nothing,
            Heir::Takes(heir, entry) => return Next::HandOver(heir, entry),
            Heir::Has(entry) => return Next::Remember(Remember::Keep(entry)),
        }
        let held_by = self.targets.held_by(id).map(|(_, by)| by);
        if let Some(next) = self.taken_over(id, held_by, holds) {
            return next;
        }
        let is_apart = held_by.is_some();
        if entry.on_delete == OnDelete::Keep {
            return keep(entry, now.schedule);
        }
        let Some(state) = target.state.as_ref() else {
            // Whether it is there isn't known where nobody may look.
            let is_gone = self.kinds.is_complete(&key.kind);
            return if is_gone { Next::Remember(Remember::Forget) } else { Next::Nothing };
        };
        // What it scales comes with a watch, or is gone, and with it what there was to give back.
        let View { state: view, beneath } = self.view(id);
        let Some(view) = view else {
            let is_gone = matches!(self.unseen(Some(id), beneath.as_ref()), Known::Missing);
            return if is_gone { Next::Remember(Remember::Forget) } else { Next::Nothing };
        };
        let wanted = restored(&view, entry, key.kind.how().most, is_apart).filter(|_| !state.deleting);
        let Some(wanted) = wanted else { return Next::Over };
        // What lies in none is in none that could be on its way out.
        let inquiries = [
            Some(Inquiry::Holder(name)).filter(|_| !is_there),
            Some(Inquiry::Namespace(Arc::clone(&key.namespace))).filter(|_| !key.namespace.is_empty()),
        ];
        let boot = now.moment.boot;
        let open = inquiries.into_iter().flatten().find(|inquiry| !self.orphans.inquiries.holds(inquiry, boot));
        if let Some(inquiry) = open {
            return Next::Inquire(inquiry);
        }
        let to = step(&view, wanted);
        let Some(Sent { target: written, request, .. }) = self.step_of(id, &view, to) else { return Next::Nothing };
        Next::Write(Step { from: view.size(), to, written, prepares: to != wanted }, request)
    }

    /// Whether it is known which schedules of the cluster there are, or that there is no such kind any more.
    fn knows_holders(&self) -> bool {
        self.is_wide() && (self.cluster_scalers.complete || self.cluster_scalers.is_gone())
    }

    /// What is to be done about an entry where somebody may have its target. `held_by` is the claim by which: on the target itself, on
    /// its autoscaler, or on what it scales. `None` where nobody has it, or what he has isn't written down with this one.
    fn taken_over(&self, id: TargetId, held_by: Option<TargetId>, holds: bool) -> Option<Next> {
        if holds {
            return Some(Next::Nothing);
        }
        let by = held_by?;
        if by == id {
            // He takes over what is remembered.
            return Some(Next::Nothing);
        }
        if self.targets.scales(by) != Some(id) {
            // What it scales, or another autoscaler of that: of this one nobody takes over anything.
            return None;
        }
        let target = self.targets.get(id)?;
        let had_none = target.entry.as_ref().is_some_and(|entry| entry.0.original == 0);
        let is_awake = target.state.as_ref().is_some_and(|state| state.replicas > 0);
        // It goes once the autoscaler's says the same.
        let is_remembered = self.targets.heir(by) == Some(id);
        Some(if is_remembered || is_awake || had_none { Next::Remember(Remember::Forget) } else { Next::Nothing })
    }
}

/// For seven days from when it was seen that the holder is gone.
fn keep(entry: &Entry, now: DateTime<Utc>) -> Next {
    match entry.left.as_ref().map(to_instant) {
        None => Next::Remember(Remember::Keep(Entry { left: Some(to_time(now)), ..entry.clone() })),
        Some(left) if left + KEPT_FOR <= now => Next::Remember(Remember::Forget),
        Some(left) => Next::Until(left + KEPT_FOR),
    }
}
