//! Which objects pick a target. What changes about a target is asked of those objects that pick in its namespace, and of no other
//! target.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::governed::Why;
use super::ids::{NamespaceId, PolicyId, TargetId};
use super::many::Many;
use super::policies::Slot;
use super::state::Engine;
use super::targets::{Claimant, Target};
use crate::api::selection::{Candidate, Exclusion, Left, Selecting};
use crate::policy::claims::Standing as Outcome;
use crate::policy::summary::{Standing, Stands};
use crate::target::{Kind, TargetKey};

/// The objects that pick in a namespace; in that without a name, those of the cluster, which pick in many.
pub type Selections = BTreeMap<NamespaceId, BTreeSet<PolicyId>>;

/// What an object has to do with a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Picked,
    Excluded { until: Option<DateTime<Utc>> },
    Owned,
    Nothing,
}

impl Engine {
    /// Takes note of what an object picks now, if anything. Nothing of what it goes on picking is given up.
    pub(super) fn select(&mut self, id: PolicyId, selecting: Option<(Arc<Selecting>, Claimant)>) {
        let Some(slot) = self.policies.get_mut(id) else { return };
        let namespace = slot.namespace;
        let Some((selecting, claimant)) = selecting else {
            let picked = slot.many.as_ref().map(|many| many.picked.clone()).unwrap_or_default();
            picked.into_iter().for_each(|target| self.unpick(id, target));
            let many = self.policies.get_mut(id).and_then(|slot| slot.many.take());
            if let Some(all) = self.selections.get_mut(&namespace) {
                all.remove(&id);
                if all.is_empty() {
                    self.selections.remove(&namespace);
                }
            }
            many.into_iter().for_each(|many| many.selecting.kinds.iter().for_each(|kind| self.tidy_kind(kind)));
            return;
        };
        let before = match &mut slot.many {
            Some(many) => {
                let before = std::mem::replace(&mut many.claimant, claimant.clone());
                let selecting = std::mem::replace(&mut many.selecting, Arc::clone(&selecting));
                Some((before, selecting, many.picked.clone()))
            }
            None => {
                slot.many = Some(Box::new(Many::new(Arc::clone(&selecting), claimant.clone())));
                None
            }
        };
        self.selections.entry(namespace).or_default().insert(id);
        if !claimant.invalid {
            selecting.kinds.iter().for_each(|kind| self.watch_kind(kind));
        }
        if let Some((before, selecting, picked)) = before {
            for target in picked.into_iter().filter(|_| before != claimant) {
                self.targets.claim(target, claimant.clone());
                self.targets.release(target, &before);
                self.divide(target);
            }
            selecting.kinds.iter().for_each(|kind| self.tidy_kind(kind));
        }
        let all = if selecting.selection.namespaces().is_some() {
            self.watch_spaces();
            self.targets.all()
        } else {
            let name = self.namespaces.name(namespace).cloned();
            name.map(|name| self.targets.in_namespace(&name)).unwrap_or_default()
        };
        self.autoscalers_first(all).into_iter().for_each(|target| self.weigh(id, target));
    }

    /// Autoscalers first, so that nothing is picked that is left to one of them.
    pub(super) fn autoscalers_first(&self, mut all: Vec<TargetId>) -> Vec<TargetId> {
        all.sort_by_key(|id| self.targets.scales(*id).is_none());
        all
    }

    /// Has a target weighed by all that pick in its namespace. What lies in none is picked by nobody.
    pub(super) fn choose(&mut self, target: TargetId) {
        let Some(name) = self.targets.key(target).map(|key| Arc::clone(&key.namespace)) else { return };
        if name.is_empty() {
            return;
        }
        let own = self.namespaces.find(&name).and_then(|namespace| self.selections.get(&namespace));
        let own: Vec<_> = own.into_iter().flatten().copied().collect();
        own.into_iter().chain(self.wide()).for_each(|policy| self.weigh(policy, target));
    }

    /// Has the autoscalers of a target weighed, which are left out with it; where there are many and it changes again and again, not at
    /// once each time.
    pub(super) fn choose_above(&mut self, target: TargetId) {
        match self.targets.stir(target, self.time.boot()) {
            Ok(above) => above.into_iter().for_each(|above| self.choose(above)),
            Err(free) => self.rechecks.set(target, Some(free)),
        }
    }

    /// Whether any object picks targets of a kind.
    pub(super) fn selects_any_of(&self, kind: &Kind) -> bool {
        let all = self.selections.values().flatten().filter_map(|id| self.policies.get(*id)?.many.as_ref());
        all.into_iter().any(|many| many.selecting.kinds.contains(kind))
    }

    /// Has those told of that pick targets of a kind: there is something else to say of that.
    pub(super) fn settle_selecting(&mut self, kind: &Kind) {
        let picks = |id: &PolicyId| {
            let many = self.policies.get(*id).and_then(|slot| slot.many.as_ref());
            many.is_some_and(|many| many.selecting.kinds.contains(kind))
        };
        let all: Vec<_> = self.selections.values().flatten().copied().filter(picks).collect();
        for id in all {
            self.settle(id);
            self.count_on(id);
        }
    }

    /// Has a target weighed by an object, and with it all whose autoscaler thereby is another one.
    fn weigh(&mut self, policy: PolicyId, target: TargetId) {
        let (mut due, mut verdicts) = (BTreeSet::from([target]), BTreeMap::new());
        while let Some(target) = due.pop_first() {
            let Some(verdict) = self.verdict(policy, target) else { continue };
            let place = if verdict == Verdict::Picked { self.place(target) } else { None };
            let Some(many) = self.policies.get_mut(policy).and_then(|slot| slot.many.as_mut()) else { return };
            verdicts.insert(target, verdict);
            due.extend(many.governing.set(target, place).into_iter().filter(|other| !verdicts.contains_key(other)));
        }
        let mut picked = Vec::new();
        for (target, verdict) in verdicts {
            if self.leave(policy, target, verdict) {
                self.unpick(policy, target);
            } else {
                picked.push(target);
            }
        }
        // What one leaves another one has at once, and never two.
        picked.into_iter().for_each(|target| self.pick(policy, target));
    }

    /// Takes note of why an object leaves a target, or doesn't. Says whether it does.
    fn leave(&mut self, policy: PolicyId, target: TargetId, verdict: Verdict) -> bool {
        if let Verdict::Excluded { until: Some(until) } = verdict {
            self.exclusions.set(target, Some(until));
        }
        let Some(many) = self.policies.get_mut(policy).and_then(|slot| slot.many.as_mut()) else { return true };
        let why = match verdict {
            Verdict::Excluded { .. } => Some(Why::Excluded),
            Verdict::Owned => Some(Why::Owned),
            Verdict::Picked => many.governing.by(target).map(|_| Why::Governed),
            Verdict::Nothing => None,
        };
        // What an annotation says that can't be read may be another thing than before.
        if many.left.set(target, why) || why == Some(Why::Excluded) {
            self.settle(policy);
        }
        verdict != Verdict::Picked || why.is_some()
    }

    fn verdict(&self, policy: PolicyId, target: TargetId) -> Option<Verdict> {
        let slot = self.policies.get(policy)?;
        let many = slot.many.as_ref()?;
        let key = self.targets.key(target)?;
        let namespaces = many.selecting.selection.namespaces();
        if namespaces.is_some_and(|namespaces| !self.takes_namespace(namespaces, &key.namespace)) {
            return Some(Verdict::Nothing);
        }
        let Some(state) = self.targets.get(target).and_then(|target| target.state.as_ref()) else {
            return Some(Verdict::Nothing);
        };
        let said = |exclusion| if many.selecting.allow_exclusion { exclusion } else { Exclusion::None };
        let candidate = Candidate {
            group: key.kind.group(),
            kind: key.kind.as_str(),
            name: &key.name,
            label: |key: &str| state.labels.get(key),
            exclusion: said(state.exclusion),
            owner: state.owner.as_deref(),
            is_kyklos: self.is_own(target),
        };
        let (selection, now) = (&many.selecting.selection, self.clock.at(self.time.wall()));
        // Who claims an autoscaler claims what that scales.
        let beneath = self.targets.scales(target).and_then(|id| Some((self.targets.key(id)?, self.targets.get(id)?)));
        let stays = |(key, target): (&TargetKey, &Target)| {
            let exclusion = target.state.as_ref().map_or(Exclusion::None, |state| state.exclusion);
            selection.leaves_in(key.kind.as_str(), &key.name, said(exclusion), now)
        };
        Some(match selection.takes(&candidate, now).and_then(|()| beneath.map_or(Ok(()), stays)) {
            Ok(()) => Verdict::Picked,
            Err(Left::Owned(_)) => Verdict::Owned,
            Err(Left::ExcludedUntil(until)) => Verdict::Excluded { until: Some(until) },
            Err(Left::Listed | Left::Excluded | Left::Unreadable(_) | Left::Kyklos) => {
                Verdict::Excluded { until: None }
            }
            Err(Left::Unasked | Left::Governed(_) | Left::Unlabelled) => Verdict::Nothing,
        })
    }

    /// An object claims a target, but one that goes and comes again and again not at once.
    fn pick(&mut self, policy: PolicyId, target: TargetId) {
        let boot = self.time.boot();
        let Some(many) = self.policies.get_mut(policy).and_then(|slot| slot.many.as_mut()) else { return };
        let Some(found) = self.targets.get_mut(target).filter(|_| !many.picked.contains(&target)) else { return };
        if found.claims.is_empty() {
            let free = found.takes.free_at();
            if free > boot {
                many.brakes.note_put_off(target);
                self.rechecks.set(target, Some(free));
                return;
            }
            found.takes.note(boot);
        }
        many.picked.insert(target);
        many.brakes.note_picked(target);
        let claimant = many.claimant.clone();
        self.targets.claim(target, claimant);
        self.watch_scaled(target);
        self.divide(target);
    }

    /// It doesn't any more.
    fn unpick(&mut self, policy: PolicyId, target: TargetId) {
        let Some(many) = self.policies.get_mut(policy).and_then(|slot| slot.many.as_mut()) else { return };
        many.brakes.note_left(target);
        if !many.picked.remove(&target) {
            return;
        }
        many.tally.set(&target, None);
        let claimant = many.claimant.clone();
        self.orphans.insert(target);
        self.targets.release(target, &claimant);
        self.drop_member(policy, target);
        self.divide(target);
        self.settle(policy);
        self.targets.tidy(target);
    }

    /// Who of those that claim a target, what it scales or what scales it has it: of those that pick it one alone has an assignment, so
    /// that claims cost no looks.
    pub(super) fn divide(&mut self, target: TargetId) {
        let (holder, all) = (self.targets.held_by(target), self.targets.claimants(target).collect::<Vec<_>>());
        let kept = Standing { stands: Stands::Different, ..Standing::LOST };
        let first = self.targets.first(target).map(|(first, _)| first.policy);
        for (policy, claimed) in all {
            let Some(many) = self.policies.get_mut(policy).and_then(|slot| slot.many.as_mut()) else { continue };
            if holder == Some((policy, claimed)) {
                self.take_member(policy, claimed);
                continue;
            }
            let keeps = many.claimant.invalid && first == Some(policy);
            if many.tally.set(&claimed, Some(if keeps { kept } else { Standing::LOST })) {
                self.drop_member(policy, claimed);
                self.settle(policy);
            }
        }
        self.mark_claimants(target);
        // What was left at none by an autoscaler may be somebody's now.
        let left: Vec<_> = self.targets.bequeathed_by(target).collect();
        left.into_iter().for_each(|autoscaler| self.orphans.insert(autoscaler));
    }

    /// Who has a target that an object has lost, and why, in words.
    pub(super) fn lost(&self, slot: &Slot, target: TargetId) -> Option<String> {
        let claimant = &slot.many.as_ref()?.claimant;
        let (first, claimed) = self.targets.first(target)?;
        let Outcome::Lost { to, why } = Outcome::of(claimant, Some(first)) else { return None };
        let by = self.targets.key(claimed).filter(|_| claimed != target);
        let what = by.map_or_else(|| "it".to_owned(), |by| format!("it by {} {}", by.kind.as_str(), by.name));
        Some(format!("{} {} has {what}: {}", to.breadth.kind().as_str(), to.name, why.in_words()))
    }

    /// Has all weighed again that say until when they are left out: it is another time than it was.
    pub(super) fn rechoose_timed(&mut self) {
        for target in self.targets.excluded_for_a_while() {
            self.choose(target);
            self.choose_above(target);
        }
    }

    /// Has weighed whose time has come.
    pub(super) fn rechoose(&mut self, now: DateTime<Utc>, boot: Duration) {
        while let Some(target) = self.exclusions.due(now) {
            self.choose(target);
        }
        while let Some(target) = self.rechecks.due(boot) {
            self.choose(target);
            self.choose_above(target);
        }
    }
}
