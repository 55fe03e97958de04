//! What targets get back: of each namespace it is written down and told together, once nothing of it is on its way any more.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::time::Duration;

use super::autoscalers::as_target_has;
use super::ids::{NamespaceId, TargetId};
use super::inquiries::Inquiry;
use super::now::Now;
use super::orphans::{FIRST_WAIT, Next, Step};
use super::refusals::{Refused, Tried};
use super::state::Engine;
use super::wait::Wait;
use crate::api::ScalerKind;
use crate::cluster::requests::{Answer, Failure, Request};
use crate::policy::Remember;
use crate::policy::changes::Sum;
use crate::report::events::{self, About};
use crate::target::Size;

/// What is under way, by namespaces.
#[derive(Debug, Default)]
pub struct Returns {
    rounds: BTreeMap<NamespaceId, Round>,
    /// Those that have what they had, as long as that is remembered.
    back: BTreeSet<TargetId>,
}

/// What is under way in a namespace.
#[derive(Debug)]
struct Round {
    /// Those of which something is on its way.
    open: BTreeSet<TargetId>,
    /// Those of which there is nothing more to remember.
    over: BTreeSet<TargetId>,
    /// What there is to tell, by whoever held them.
    told: BTreeMap<Holder, Group>,
    wait: Wait,
    /// When it ends although something is on its way.
    ends: Option<Duration>,
    /// Whether it ends now.
    is_ripe: bool,
}

/// Who held targets in a namespace.
pub(super) type Holder = (ScalerKind, Box<str>);

/// Targets that one schedule held.
#[derive(Debug, Default)]
pub(super) struct Group {
    sum: Sum,
    /// The event of the first, which is told where it stays the only one.
    first: Option<Request>,
    /// Those that can't be given back what they had.
    pub(super) refused: Refused,
}

impl Round {
    fn new(boot: Duration) -> Self {
        let (open, over) = (BTreeSet::new(), BTreeSet::new());
        Self { open, over, told: BTreeMap::new(), wait: Wait::from(boot), ends: None, is_ripe: false }
    }
}

impl Returns {
    fn round(&mut self, namespace: NamespaceId, boot: Duration) -> &mut Round {
        self.rounds.entry(namespace).or_insert_with(|| Round::new(boot))
    }

    /// Something is on its way for a target.
    pub fn note_open(&mut self, namespace: NamespaceId, target: TargetId, boot: Duration) {
        let round = self.round(namespace, boot);
        round.open.insert(target);
        round.over.remove(&target);
    }

    /// There is nothing more to remember of a target. Where somebody waits for that it is forgotten at once.
    pub fn note_over(&mut self, namespace: NamespaceId, target: TargetId, is_awaited: bool, boot: Duration) {
        let round = self.round(namespace, boot);
        round.open.remove(&target);
        if round.over.insert(target) {
            round.wait.note_move(boot);
            round.ends = Some(round.wait.end());
        }
        round.is_ripe |= is_awaited;
    }

    /// What there is to tell of those that a schedule held in a namespace: soon, although more is on its way.
    pub(super) fn group(&mut self, namespace: NamespaceId, holder: Holder, boot: Duration) -> &mut Group {
        let round = self.round(namespace, boot);
        round.wait.note_move(boot);
        round.ends = Some(round.wait.end());
        round.told.entry(holder).or_default()
    }

    /// A target has no part in any of it, or none for a while.
    pub fn leave(&mut self, target: TargetId) {
        for round in self.rounds.values_mut() {
            round.open.remove(&target);
            round.over.remove(&target);
        }
        self.rounds.retain(|_, round| !round.open.is_empty() || !round.over.is_empty() || !round.told.is_empty());
    }

    /// Whether a target has what it had, and that is still remembered.
    pub fn is_back(&self, target: TargetId) -> bool {
        self.back.contains(&target)
    }

    /// Something else, or nothing, is remembered of a target, or what is can't be forgotten. Says whether somebody may wait for that.
    pub fn note_forgotten(&mut self, target: TargetId) -> bool {
        self.back.remove(&target)
    }

    /// Of no target anything is known for certain any more; what has happened is told all the same.
    pub fn begin_anew(&mut self) {
        self.back.clear();
        for round in self.rounds.values_mut() {
            round.open.clear();
            round.over.clear();
        }
        self.rounds.retain(|_, round| !round.told.is_empty());
    }

    /// When something ends although more is on its way.
    pub fn next_end(&self) -> Option<Duration> {
        self.rounds.values().filter_map(|round| round.ends).min()
    }

    /// Takes note of what ends by now.
    pub fn wake(&mut self, boot: Duration) {
        for round in self.rounds.values_mut().filter(|round| round.ends.is_some_and(|at| at <= boot)) {
            (round.ends, round.is_ripe) = (None, true);
        }
    }

    /// The namespaces in which it ends now.
    fn ripe(&self) -> Vec<NamespaceId> {
        let is_ripe = |round: &Round| round.is_ripe || round.open.is_empty();
        self.rounds.iter().filter(|(_, round)| is_ripe(round)).map(|(namespace, _)| *namespace).collect()
    }

    fn put_off(&mut self, namespace: NamespaceId, until: Duration) {
        if let Some(round) = self.rounds.get_mut(&namespace) {
            (round.ends, round.is_ripe) = (Some(until), false);
        }
    }

    /// What is over in a namespace, and what there is to tell. What is still on its way has a round of its own.
    fn take(&mut self, namespace: NamespaceId, boot: Duration) -> (BTreeSet<TargetId>, BTreeMap<Holder, Group>) {
        let Some(mut round) = self.rounds.remove(&namespace) else { return (BTreeSet::new(), BTreeMap::new()) };
        let open = mem::take(&mut round.open);
        if !open.is_empty() {
            self.rounds.insert(namespace, Round { open, ..Round::new(boot) });
        }
        (round.over, round.told)
    }
}

impl Engine {
    /// Writes down and tells what is over.
    pub(super) fn end_returns(&mut self, now: &Now) {
        let boot = now.moment.boot;
        for namespace in self.orphans.returns.ripe() {
            if !self.turns.may_scale(namespace, boot) {
                self.orphans.returns.put_off(namespace, boot + FIRST_WAIT);
                continue;
            }
            let (over, told) = self.orphans.returns.take(namespace, boot);
            for id in over {
                if self.orphans.returns.is_back(id) || matches!(self.next_of(id, now), Next::Over) {
                    self.remember_apart(id, id, Remember::Forget, boot);
                } else {
                    // Somebody has claimed it since, or scaled it.
                    self.orphans.retry([id], boot);
                }
            }
            told.into_iter().for_each(|(holder, group)| self.tell_returned(namespace, &holder, group));
        }
    }

    /// What became of a write that gives a target back what it had.
    pub(super) fn returned(&mut self, id: TargetId, step: Step, result: Result<Answer, Failure>, boot: Duration) {
        let answer = match result {
            Ok(answer) => answer,
            Err(failure) => return self.put_off([id].into(), &Tried::Write(step), Some(&failure), boot),
        };
        self.orphans.note_done(id);
        // Whoever has taken it meanwhile has waited for this.
        self.mark_holder(id);
        let got = self.note_given_back(id, step, &answer);
        let namespace = self.targets.key(id).map(|key| key.namespace.clone());
        let Some((namespace, _)) = namespace.filter(|_| !step.prepares).map(|name| self.namespaces.intern(&name))
        else {
            self.orphans.insert(id);
            return;
        };
        // With what the API server makes of it, as an admission webhook does, it is left to others all the same. What it had may have
        // been taken from the records meanwhile.
        if self.targets.get(id).is_some_and(|target| target.entry.is_some()) {
            self.orphans.returns.back.insert(id);
        }
        self.orphans.returns.note_over(namespace, id, false, boot);
        self.note_returned(id, namespace, step, got, boot);
    }

    /// What became of something that was asked on behalf of those whose holder is gone.
    pub(super) fn inquired(&mut self, inquiry: Inquiry, result: Result<Answer, Failure>, boot: Duration) {
        let is_gone = matches!(&result, Err(failure) if failure.code() == Some(404));
        let is_good = match (&inquiry, &result) {
            (Inquiry::Holder(_), _) => is_gone,
            (Inquiry::Namespace(_), Ok(answer)) => !answer.is_deleting(),
            (Inquiry::Namespace(_), Err(_)) => false,
        };
        let is_closed = matches!(inquiry, Inquiry::Namespace(_)) && (is_gone || result.is_ok()) && !is_good;
        let waiting = self.orphans.inquiries.end(inquiry.clone(), is_good.then_some(boot));
        if is_good {
            waiting.into_iter().for_each(|id| self.orphans.insert(id));
        } else if is_closed {
            for id in waiting {
                self.orphans.note_done(id);
                self.orphans.returns.leave(id);
                self.remember_apart(id, id, Remember::Forget, boot);
            }
        } else {
            self.put_off(waiting, &Tried::Inquiry(inquiry), result.as_ref().err(), boot);
        }
    }

    /// It is there after all, or was written by somebody: as it is now comes with the watch.
    fn put_off(&mut self, targets: BTreeSet<TargetId>, tried: &Tried, failure: Option<&Failure>, boot: Duration) {
        let failure = failure.filter(|failure| **failure != Failure::NotSent);
        let asked = failure.and_then(Failure::wait).unwrap_or_default();
        for id in targets {
            let wait = self.orphans.note_failed(id).max(asked);
            self.orphans.retry([id], boot + wait);
            self.mark_holder(id);
            if let Some(failure) = failure {
                self.note_refused(id, tried, failure, boot);
            }
        }
    }

    /// A target, or what it scales, has what it was given back, or what the API server makes of that, which is the answer.
    fn note_given_back(&mut self, id: TargetId, step: Step, answer: &Answer) -> Size {
        let Step { to, written, .. } = step;
        let said = self.targets.key(written).map_or(to, |key| (key.kind.how().answered)(answer, to));
        let state = self.targets.get_mut(written).and_then(|target| target.state.as_mut());
        if let Some(state) = state.filter(|state| state.version < answer.version()) {
            state.note_written(answer.version(), said);
        }
        as_target_has(to, written != id, said)
    }

    /// A target has what it had again: in the log at once, and told with the others.
    fn note_returned(&mut self, id: TargetId, namespace: NamespaceId, step: Step, got: Size, boot: Duration) {
        let Step { from, to: asked, .. } = step;
        self.metrics.scaled(from, got);
        let (Some(target), Some(key)) = (self.targets.get(id), self.targets.key(id)) else { return };
        let (Some(state), Some((entry, _))) = (target.state.as_ref(), target.entry.as_deref()) else { return };
        let instead = if got == asked { String::new() } else { format!(" instead of {asked}") };
        let called = format!("{} {}", key.kind.as_str(), key.name);
        let held = format!("{} {}", entry.holder_kind.as_str(), entry.holder);
        let words = format!("{called} from {from} to {got}{instead}, which it had before {held} held it");
        tracing::info!(
            object = format!("{}/{}", key.namespace, key.name).trim_start_matches('/'),
            reason = events::RESTORED,
            message = words.as_str()
        );
        let api_version = self.kinds.api_version(&key.kind).unwrap_or_default();
        let about = About::target(key, &api_version, &state.uid);
        let event = events::restored(&about, &self.instance, &words, self.time.wall());
        let holder = (entry.holder_kind, entry.holder.as_str().into());
        let group = self.orphans.returns.group(namespace, holder, boot);
        group.sum.note(&called, from, got);
        group.first.get_or_insert(event);
    }

    /// One event for all that a schedule held in a namespace.
    fn tell_returned(&mut self, namespace: NamespaceId, (kind, name): &Holder, group: Group) {
        let Group { sum, first, refused } = group;
        self.tell_refused(namespace, (*kind, name), refused);
        let Some(place) = self.namespaces.name(namespace).filter(|_| sum.count() > 0) else { return };
        let request = first.filter(|_| sum.count() == 1).unwrap_or_else(|| {
            let words = format!("{}: what they had before {} {name} held them", sum.in_words(), kind.as_str());
            events::restored(&About::holder(*kind, name, place), &self.instance, &words, self.time.wall())
        });
        self.tell_aside(namespace, request);
    }
}
