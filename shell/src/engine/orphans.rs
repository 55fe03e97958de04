//! What becomes of a target whose holder is gone, or holds another one now.
//!
//! It hangs on the record: what happened while nobody was there is found when somebody is. One thing is done at a time, and each
//! is decided anew by what the API has then.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::autoscalers::{Sent, View, as_target_has};
use super::feed::{Asked, Asker};
use super::heirs::Heir;
use super::ids::TargetId;
use super::now::Now;
use super::policies::PolicyKey;
use super::state::Engine;
use crate::api::times::{to_instant, to_time};
use crate::api::{Entry, OnDelete, ScalerKind};
use crate::cluster::ClockState;
use crate::cluster::requests::{Answer, Failure, Request};
use crate::policy::{Known, Remember, restored, step};
use crate::report::events;
use crate::target::Size;

/// What is kept is kept for so long, for an object of the same name that comes back.
const KEPT_FOR: TimeDelta = TimeDelta::days(7);
/// The first wait after something failed; it doubles.
const FIRST_WAIT: Duration = Duration::from_secs(1);
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
}

/// How far one is.
#[derive(Debug, Default)]
struct Progress {
    /// The API server has said that the holder isn't there.
    is_gone: bool,
    /// Its namespace isn't on its way out.
    is_open: bool,
    /// A request is under way.
    asks: bool,
    failures: u32,
}

/// What is asked on behalf of an orphan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Whether its holder is there.
    Holder,
    /// Whether its namespace is on its way out.
    Namespace,
    /// To have what it had, or a step of the way there.
    Scale {
        /// What it has.
        from: Size,
        /// What it gets.
        to: Size,
        /// Which one is written: it, or what it scales.
        written: TargetId,
        /// Whether another step has to follow.
        prepares: bool,
    },
}

/// What is to be done about an entry.
enum Next {
    Nothing,
    Remember(Remember),
    /// What is remembered with it is another's, by that one's own name.
    HandOver(TargetId, Entry),
    Until(DateTime<Utc>),
    Ask(Ask, Request),
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
        self.rests.values().min().copied()
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
    }

    /// Has every entry looked at, with nothing taken for granted that was found out before.
    pub(super) fn note_all_left(&mut self) {
        for progress in self.orphans.progress.values_mut() {
            (progress.is_gone, progress.is_open) = (false, false);
        }
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
    }

    fn mind(&mut self, id: TargetId, now: &Now) {
        self.orphans.ends.remove(&id);
        self.orphans.rests.remove(&id);
        let boot = now.moment.boot;
        if self.orphans.progress.get(&id).is_some_and(|progress| progress.asks) {
            return;
        }
        match self.next_of(id, now.schedule) {
            Next::Nothing => {
                self.orphans.progress.remove(&id);
            }
            Next::Until(at) => {
                self.orphans.ends.insert(id, at);
            }
            Next::Remember(change) => {
                // The answer has it looked at again; a record that is being written comes back to it, too.
                self.orphans.retry([id], boot + FIRST_WAIT);
                self.remember(id, change, None, boot);
            }
            Next::HandOver(heir, entry) => {
                // Once that is written down, there may be more to do here.
                self.orphans.retry([id], boot + FIRST_WAIT);
                self.remember(heir, Remember::Keep(entry), None, boot);
            }
            Next::Ask(ask, request) => {
                let Some(key) = self.targets.key(id) else { return };
                let (namespace, _) = self.namespaces.intern(&Arc::clone(&key.namespace));
                if !self.turns.may_scale(namespace, boot) {
                    self.orphans.retry([id], boot + FIRST_WAIT);
                    return;
                }
                let begun = self.time.boot();
                self.turns.begin_scale(namespace, begun);
                self.orphans.progress.entry(id).or_default().asks = true;
                self.spawn(Asker::nobody(namespace), request, Asked::Orphan { target: id, ask, begun });
            }
        }
    }

    /// What is to be done next about an entry.
    fn next_of(&self, id: TargetId, now: DateTime<Utc>) -> Next {
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
        let holds =
            holder.is_some_and(|slot| claims || slot.policy.identity.deleting || slot.policy.compiled().is_none());
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
            return keep(entry, now);
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
        let Some(wanted) = wanted else { return Next::Remember(Remember::Forget) };
        let progress = self.orphans.progress.get(&id);
        if !is_there && !progress.is_some_and(|progress| progress.is_gone) {
            return Next::Ask(Ask::Holder, Request::get(&entry.holder_kind.path(&key.namespace, &entry.holder)));
        }
        // What lies in none is in none that could be on its way out.
        if !key.namespace.is_empty() && !progress.is_some_and(|progress| progress.is_open) {
            let path = format!("/api/v1/namespaces/{}", key.namespace);
            return Next::Ask(Ask::Namespace, Request::get(&path));
        }
        let to = step(&view, wanted);
        let Some(Sent { target: written, request, .. }) = self.step_of(id, &view, to) else { return Next::Nothing };
        Next::Ask(Ask::Scale { from: view.size(), to, written, prepares: to != wanted }, request)
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

    /// What became of something that was asked on behalf of an orphan.
    pub(super) fn minded(&mut self, id: TargetId, ask: Ask, result: Result<Answer, Failure>, boot: Duration) {
        let progress = self.orphans.progress.entry(id).or_default();
        progress.asks = false;
        let is_gone = matches!(&result, Err(failure) if failure.code() == Some(404));
        match (ask, result) {
            (Ask::Holder, _) if is_gone => progress.is_gone = true,
            (Ask::Namespace, Ok(answer)) if !answer.is_deleting() => progress.is_open = true,
            (Ask::Namespace, result) if is_gone || result.is_ok() => {
                self.orphans.progress.remove(&id);
                self.remember(id, Remember::Forget, None, boot);
                return;
            }
            (Ask::Scale { from, to, written, prepares }, Ok(answer)) => {
                let got = self.note_given_back(id, written, to, &answer);
                if prepares {
                    self.orphans.insert(id);
                    return;
                }
                // With what the API server makes of it, as an admission webhook does, it is left to others all the same.
                self.orphans.retry([id], boot + FIRST_WAIT);
                self.remember(id, Remember::Forget, None, boot);
                self.tell_given_back(id, from, (to, got));
                return;
            }
            (_, result) => {
                // It is there after all, or was written by somebody: as it is now comes with the watch.
                *progress = Progress { failures: (progress.failures + 1).min(DOUBLINGS), ..Progress::default() };
                let mut wait = FIRST_WAIT * 2_u32.pow(progress.failures - 1);
                if let Err(failure) = result
                    && failure != Failure::NotSent
                {
                    wait = wait.max(failure.wait().unwrap_or_default());
                    let (what, error) = (format!("{ask:?}"), failure.message());
                    tracing::warn!(what, error, "a target could not be given back what it had");
                }
                self.orphans.retry([id], boot + wait);
                return;
            }
        }
        self.orphans.insert(id);
    }

    /// A target, or what it scales, has what it was given back, or what the API server makes of that, which is the answer.
    fn note_given_back(&mut self, id: TargetId, written: TargetId, to: Size, answer: &Answer) -> Size {
        self.orphans.progress.remove(&id);
        let said = self.targets.key(written).map_or(to, |key| (key.kind.how().answered)(answer, to));
        let state = self.targets.get_mut(written).and_then(|target| target.state.as_mut());
        if let Some(state) = state.filter(|state| state.version < answer.version()) {
            state.note_written(answer.version(), said);
        }
        as_target_has(to, written != id, said)
    }

    /// A target has what it had again.
    fn tell_given_back(&mut self, id: TargetId, from: Size, (asked, to): (Size, Size)) {
        self.metrics.scaled(from, to);
        let Some(target) = self.targets.get(id) else { return };
        let Some(state) = target.state.as_ref() else { return };
        let uid = state.uid.clone();
        let holder = target.entry.as_ref().map(|entry| format!("{} {}", entry.0.holder_kind.as_str(), entry.0.holder));
        let Some(key) = self.targets.key(id) else { return };
        let instead = if to == asked { String::new() } else { format!(" instead of {asked}") };
        let words = format!(
            "{} {} from {from} to {to}{instead}, which it had before {} held it",
            key.kind.as_str(),
            key.name,
            holder.as_deref().unwrap_or_default()
        );
        tracing::info!(
            object = format!("{}/{}", key.namespace, key.name).trim_start_matches('/'),
            reason = events::RESTORED,
            message = words.as_str()
        );
        let api_version = self.kinds.api_version(&key.kind).unwrap_or_default();
        let request = events::restored((key, &api_version, &uid), &self.instance, &words, self.time.wall());
        let (namespace, _) = self.namespaces.intern(&Arc::clone(&key.namespace));
        self.turns.begin_report(namespace);
        self.spawn(Asker::nobody(namespace), request, Asked::Aside);
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
