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
}

impl Target {
    /// Who acts on it.
    pub fn holder(&self) -> Option<PolicyId> {
        self.claims.first().map(|claim| claim.policy)
    }

    /// All that claim it, the holder first.
    pub fn claimants(&self) -> impl Iterator<Item = PolicyId> {
        self.claims.iter().map(|claim| claim.policy)
    }

    fn is_unused(&self) -> bool {
        self.state.is_none() && self.claims.is_empty() && self.entry.is_none()
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
    pub fn of_older_lists(&self, kind: Kind, epoch: u32) -> Vec<TargetId> {
        let is_old =
            |key: &TargetKey, target: &Target| key.kind == kind && target.state.is_some() && target.epoch != epoch;
        let old = self.0.iter().filter(|(_, (key, target))| is_old(key, target));
        old.map(|(id, _)| id).collect()
    }

    /// A policy claims a target. Says whether another one acts on it now.
    pub fn claim(&mut self, id: TargetId, claimant: Claimant) -> bool {
        let Some(target) = self.get_mut(id) else { return false };
        let before = target.holder();
        target.claims.insert(claimant);
        target.holder() != before
    }

    /// It no longer does. Says whether another one acts on it now.
    pub fn release(&mut self, id: TargetId, claimant: &Claimant) -> bool {
        let Some(target) = self.get_mut(id) else { return false };
        let before = target.holder();
        target.claims.remove(claimant);
        target.holder() != before
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
        let key = TargetKey { kind: Kind::Deployment, namespace: "shop".into(), name: "web".into() };
        let web = targets.intern(key.clone());
        let (young, old, twin) = (claimant(1, 20, "a"), claimant(2, 10, "c"), claimant(3, 10, "b"));
        assert!(targets.claim(web, young.clone()));
        assert!(targets.claim(web, old.clone()), "an older one takes it");
        assert!(!targets.claim(web, claimant(4, 30, "late")), "a younger one changes nothing");
        assert!(targets.claim(web, twin.clone()));
        assert_eq!(targets.get(web).unwrap().holder(), Some(twin.policy));
        assert!(targets.release(web, &twin));
        assert_eq!(targets.get(web).unwrap().holder(), Some(old.policy));
        assert!(!targets.release(web, &young));
        assert_eq!(targets.get(web).unwrap().claimants().map(PolicyId::place).collect::<Vec<_>>(), [2, 4]);
        targets.tidy(web);
        assert_eq!(targets.find(&key), Some(web), "it is claimed");
        targets.release(web, &old);
        targets.release(web, &claimant(4, 30, "late"));
        targets.tidy(web);
        assert_eq!(targets.find(&key), None);
    }
}
