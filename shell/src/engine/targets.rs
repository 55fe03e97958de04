//! What can be scaled, and who claims it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::ids::{PolicyId, Shelf, TargetId};
use super::records::RecordKey;
use crate::api::Entry;
use crate::target::{Kind, TargetKey, TargetState};

/// A claim: the older one first, and of those of one second the first by name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Claimant {
    /// When the object was made.
    pub created: DateTime<Utc>,
    /// Its name.
    pub name: Box<str>,
    /// Its number.
    pub policy: PolicyId,
}

/// A target: what is known of it, and who names it.
#[derive(Debug, Default)]
pub struct Target {
    /// As it was last seen; none where it isn't there.
    pub state: Option<TargetState>,
    /// What is remembered of it, and where.
    pub entry: Option<Box<(Entry, RecordKey)>>,
    /// Of which list it is.
    pub epoch: u32,
    /// Those that claim it: valid ones, not on their way out.
    claims: BTreeSet<Claimant>,
    /// What it scales, or who scales it, of autoscalers.
    links: Option<Box<Links>>,
}

/// What an autoscaler scales, and the autoscalers of what is scaled.
#[derive(Debug, Default)]
struct Links {
    scales: Option<TargetId>,
    scaled_by: BTreeSet<TargetId>,
}

impl Target {
    /// Whether anybody claims it, or something is remembered of it.
    pub fn is_wanted(&self) -> bool {
        !self.claims.is_empty() || self.entry.is_some()
    }

    fn is_unused(&self) -> bool {
        self.state.is_none() && !self.is_wanted() && self.links.is_none()
    }
}

/// All targets.
#[derive(Debug, Default)]
pub struct Targets(Shelf<TargetKey, TargetId, (TargetKey, Target)>);

impl Targets {
    /// A target.
    pub fn get(&self, id: TargetId) -> Option<&Target> {
        self.0.get(id).map(|(_, target)| target)
    }

    /// A target, to change it.
    pub fn get_mut(&mut self, id: TargetId) -> Option<&mut Target> {
        self.0.get_mut(id).map(|(_, target)| target)
    }

    /// The name of a target.
    pub fn key(&self, id: TargetId) -> Option<&TargetKey> {
        self.0.get(id).map(|(key, _)| key)
    }

    /// The number of a target by its name, if it is known.
    pub fn find(&self, key: &TargetKey) -> Option<TargetId> {
        self.0.find(key)
    }

    /// The number of a target that is seen or named.
    pub fn intern(&mut self, key: TargetKey) -> TargetId {
        self.0.find_or_insert(key.clone(), |_| (key, Target::default()))
    }

    /// Forgets a target that is neither there nor named.
    pub fn tidy(&mut self, id: TargetId) {
        if self.get(id).is_some_and(Target::is_unused)
            && let Some(key) = self.0.get(id).map(|(key, _)| key.clone())
        {
            self.0.remove(&key);
        }
    }

    /// Those of a kind whose list is an older one.
    pub fn of_older_lists(&self, kind: &Kind, epoch: u32) -> Vec<TargetId> {
        let is_old =
            |key: &TargetKey, target: &Target| key.kind == *kind && target.state.is_some() && target.epoch != epoch;
        let old = self.0.iter().filter(|(_, (key, target))| is_old(key, target));
        old.map(|(id, _)| id).collect()
    }

    /// Those of a kind, whether they are there or only named.
    pub fn of(&self, kind: &Kind) -> Vec<TargetId> {
        self.0.iter().filter(|(_, (key, _))| key.kind == *kind).map(|(id, _)| id).collect()
    }

    /// Whether any of a kind is there, or named.
    pub fn are_any_of(&self, kind: &Kind) -> bool {
        self.0.iter().any(|(_, (key, _))| key.kind == *kind)
    }

    /// A policy claims a target. Says whether another one acts on it now.
    pub fn claim(&mut self, id: TargetId, claimant: Claimant) -> bool {
        let before = self.holder(id);
        if let Some(target) = self.get_mut(id) {
            target.claims.insert(claimant);
        }
        self.holder(id) != before
    }

    /// It no longer does. Says whether another one acts on it now.
    pub fn release(&mut self, id: TargetId, claimant: &Claimant) -> bool {
        let before = self.holder(id);
        if let Some(target) = self.get_mut(id) {
            target.claims.remove(claimant);
        }
        self.holder(id) != before
    }

    /// Who acts on a target: a claim on an autoscaler is one on what it scales, and on whatever else scales that.
    pub fn holder(&self, id: TargetId) -> Option<PolicyId> {
        let first = |id: TargetId| self.get(id)?.claims.first();
        self.together_with(id).filter_map(first).min().map(|claim| claim.policy)
    }

    /// All that claim it, what it scales or what scales it.
    pub fn claimants(&self, id: TargetId) -> impl Iterator<Item = PolicyId> {
        let claims = move |id: TargetId| self.get(id).into_iter().flat_map(|target| &target.claims);
        self.together_with(id).flat_map(claims).map(|claim| claim.policy)
    }

    /// What an autoscaler scales.
    pub fn scales(&self, id: TargetId) -> Option<TargetId> {
        self.get(id)?.links.as_ref()?.scales
    }

    /// The autoscalers of a target.
    pub fn scaled_by(&self, id: TargetId) -> impl Iterator<Item = TargetId> {
        self.get(id).and_then(|target| target.links.as_ref()).into_iter().flat_map(|links| &links.scaled_by).copied()
    }

    /// Takes note of what an autoscaler scales now.
    pub fn link(&mut self, autoscaler: TargetId, to: Option<TargetId>) {
        let before = self.scales(autoscaler);
        self.change_links(autoscaler, |links| links.scales = to);
        if let Some(before) = before {
            self.change_links(before, |links| {
                links.scaled_by.remove(&autoscaler);
            });
        }
        if let Some(to) = to {
            self.change_links(to, |links| {
                links.scaled_by.insert(autoscaler);
            });
        }
    }

    fn change_links(&mut self, id: TargetId, change: impl FnOnce(&mut Links)) {
        let Some(target) = self.get_mut(id) else { return };
        let links = target.links.get_or_insert_default();
        change(links);
        if links.scales.is_none() && links.scaled_by.is_empty() {
            target.links = None;
        }
    }

    /// A target, or what it scales, with all that scale that.
    fn together_with(&self, id: TargetId) -> impl Iterator<Item = TargetId> {
        let root = self.scales(id).unwrap_or(id);
        std::iter::once(root).chain(self.scaled_by(root))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::ids::Id as _;

    fn claimant(place: u32, second: i64, name: &str) -> Claimant {
        let created = DateTime::from_timestamp(second, 0).unwrap();
        Claimant { created, name: name.into(), policy: PolicyId::new(place) }
    }

    #[test]
    fn the_older_one_acts_and_names_decide_within_a_second() {
        let mut targets = Targets::default();
        let key = TargetKey { kind: Kind::DEPLOYMENT, namespace: "shop".into(), name: "web".into() };
        let web = targets.intern(key.clone());
        let (young, old, twin) = (claimant(1, 20, "a"), claimant(2, 10, "c"), claimant(3, 10, "b"));
        assert!(targets.claim(web, young.clone()));
        assert!(targets.claim(web, old.clone()), "an older one takes it");
        assert!(!targets.claim(web, claimant(4, 30, "late")), "a younger one changes nothing");
        assert!(targets.claim(web, twin.clone()));
        assert_eq!(targets.holder(web), Some(twin.policy));
        assert!(targets.release(web, &twin));
        assert_eq!(targets.holder(web), Some(old.policy));
        assert!(!targets.release(web, &young));
        assert_eq!(targets.claimants(web).map(PolicyId::place).collect::<Vec<_>>(), [2, 4]);
        targets.tidy(web);
        assert_eq!(targets.find(&key), Some(web), "it is claimed");
        targets.release(web, &old);
        targets.release(web, &claimant(4, 30, "late"));
        targets.tidy(web);
        assert_eq!(targets.find(&key), None);
    }

    #[test]
    fn a_claim_on_an_autoscaler_is_one_on_what_it_scales() {
        let mut targets = Targets::default();
        let mut named =
            |kind, name: &str| targets.intern(TargetKey { kind, namespace: "shop".into(), name: name.into() });
        let (web, api) = (named(Kind::DEPLOYMENT, "web"), named(Kind::DEPLOYMENT, "api"));
        let (first, second) = (named(Kind::HPA, "first"), named(Kind::SCALED_OBJECT, "second"));
        for autoscaler in [first, second, second] {
            targets.link(autoscaler, Some(web));
        }
        assert_eq!(targets.scaled_by(web).collect::<Vec<_>>(), [first, second]);
        let (young, old) = (claimant(1, 20, "a"), claimant(2, 10, "b"));
        assert!(targets.claim(first, young.clone()));
        for id in [web, first, second] {
            assert_eq!(targets.holder(id), Some(young.policy));
        }
        assert!(targets.claim(second, old.clone()), "an older one takes it, by whichever of the three");
        assert_eq!((targets.holder(web), targets.claimants(web).count()), (Some(old.policy), 2));
        // It scales another one now.
        targets.link(second, Some(api));
        assert_eq!((targets.holder(web), targets.holder(api)), (Some(young.policy), Some(old.policy)));
        targets.link(second, None);
        assert_eq!((targets.holder(api), targets.holder(second)), (None, Some(old.policy)));
        targets.tidy(api);
        assert_eq!(targets.key(api), None);
        targets.tidy(web);
        assert!(targets.key(web).is_some(), "an autoscaler scales it");
    }
}
