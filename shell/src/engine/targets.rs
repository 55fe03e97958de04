//! What can be scaled, and who claims it.

use super::ids::{PolicyId, Shelf, TargetId};
use super::policies::Pace;
use super::records::RecordKey;
use crate::api::Entry;
use crate::policy::claims::{self, Claims};
use crate::target::{Kind, TargetKey, TargetState};

/// A claim of an object.
pub type Claimant = claims::Claimant<PolicyId>;

/// A target: what is known of it, and who names it.
#[derive(Debug, Default)]
pub struct Target {
    /// As it was last seen; none where it isn't there.
    pub state: Option<TargetState>,
    /// What is remembered of it, and where.
    pub entry: Option<Box<(Entry, RecordKey)>>,
    /// Of which list it is.
    pub epoch: u32,
    /// Whether a write of it is under way.
    pub writing: bool,
    /// How often it is taken.
    pub takes: Pace,
    /// Those that claim it and aren't on their way out.
    pub claims: Claims<PolicyId>,
}

impl Target {
    /// Who acts on it.
    pub fn holder(&self) -> Option<PolicyId> {
        self.claims.holder().map(|claim| claim.policy)
    }

    /// All that claim it, the first one first.
    pub fn claimants(&self) -> impl Iterator<Item = PolicyId> {
        self.claims.iter().map(|claim| claim.policy)
    }

    fn is_unused(&self) -> bool {
        self.state.is_none() && self.claims.is_empty() && self.entry.is_none() && !self.writing
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

    /// Those of a namespace.
    pub fn in_namespace(&self, namespace: &str) -> Vec<TargetId> {
        self.0.iter().filter(|(_, (key, _))| *key.namespace == *namespace).map(|(id, _)| id).collect()
    }

    /// Those of a kind, whether they are there or only named.
    pub fn of(&self, kind: &Kind) -> Vec<TargetId> {
        self.0.iter().filter(|(_, (key, _))| key.kind == *kind).map(|(id, _)| id).collect()
    }

    /// Whether any of a kind is there, or named.
    pub fn are_any_of(&self, kind: &Kind) -> bool {
        self.0.iter().any(|(_, (key, _))| key.kind == *kind)
    }

    /// A policy claims a target. Says whether another one comes first now.
    pub fn claim(&mut self, id: TargetId, claimant: Claimant) -> bool {
        self.get_mut(id).is_some_and(|target| target.claims.insert(claimant))
    }

    /// It no longer does. Says whether another one comes first now.
    pub fn release(&mut self, id: TargetId, claimant: &Claimant) -> bool {
        self.get_mut(id).is_some_and(|target| target.claims.remove(claimant))
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::engine::ids::Id as _;
    use crate::policy::claims::Breadth;

    fn claimant(place: u32, second: i64, name: &str) -> Claimant {
        let created = DateTime::from_timestamp(second, 0).unwrap();
        Claimant { breadth: Breadth::Named, invalid: false, created, name: name.into(), policy: PolicyId::new(place) }
    }

    #[test]
    fn whoever_comes_first_acts_and_one_that_is_claimed_is_kept() {
        let mut targets = Targets::default();
        let key = TargetKey { kind: Kind::DEPLOYMENT, namespace: "shop".into(), name: "web".into() };
        let web = targets.intern(key.clone());
        let (young, old) = (claimant(1, 20, "a"), claimant(2, 10, "c"));
        let broken = Claimant { invalid: true, ..claimant(3, 5, "b") };
        assert!(targets.claim(web, broken.clone()));
        assert_eq!(targets.get(web).unwrap().holder(), None, "it can't be followed");
        assert!(targets.claim(web, young.clone()), "it can");
        assert!(targets.claim(web, old.clone()), "an older one takes it");
        assert!(!targets.claim(web, claimant(4, 30, "late")), "a younger one changes nothing");
        assert!(!targets.release(web, &young));
        assert_eq!(targets.get(web).unwrap().claimants().map(PolicyId::place).collect::<Vec<_>>(), [2, 4, 3]);
        assert!(targets.release(web, &old));
        assert_eq!(targets.get(web).unwrap().holder(), Some(PolicyId::new(4)));
        targets.release(web, &claimant(4, 30, "late"));
        targets.tidy(web);
        assert_eq!(targets.find(&key), Some(web), "it is claimed");
        targets.release(web, &broken);
        targets.tidy(web);
        assert_eq!(targets.find(&key), None);
    }
}
