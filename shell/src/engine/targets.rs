//! What can be scaled, and who claims it.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use super::ids::{PolicyId, Shelf, TargetId};
use super::policies::Pace;
use super::records::RecordKey;
use crate::api::Entry;
use crate::api::selection::Exclusion;
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
    /// Whether that is being taken away: who comes meanwhile finds nothing, and waits until it is gone.
    pub forgets: bool,
    /// Of which list it is.
    pub epoch: u32,
    /// Whether a write of it is under way.
    pub writing: bool,
    /// How often it is taken.
    pub takes: Pace,
    /// Those that claim it and aren't on their way out.
    pub claims: Claims<PolicyId>,
    /// What it has to do with others, of autoscalers and of what they scale.
    links: Option<Box<Links>>,
}

/// What an autoscaler scales, and the autoscalers of what is scaled.
#[derive(Debug, Default)]
struct Links {
    scales: Option<TargetId>,
    scaled_by: BTreeSet<TargetId>,
    /// Those of them that somebody claims: whoever makes thousands makes nobody look through them.
    claimed_above: BTreeSet<TargetId>,
    /// How often they are weighed on account of this one.
    stirs: Pace,
    /// That of which it is remembered with this one what it had.
    heir: Option<TargetId>,
    /// Those with which it is remembered what this one had.
    bequeathed_by: BTreeSet<TargetId>,
}

impl Links {
    fn are_none(&self) -> bool {
        self.scales.is_none() && self.scaled_by.is_empty() && self.heir.is_none() && self.bequeathed_by.is_empty()
    }
}

impl Target {
    /// Whether anybody claims it, or something is remembered of it.
    pub fn is_wanted(&self) -> bool {
        !self.claims.is_empty() || self.entry.is_some()
    }

    /// What is remembered of it, and stays.
    pub fn kept(&self) -> Option<&Entry> {
        self.entry.as_deref().map(|(entry, _)| entry).filter(|_| !self.forgets)
    }

    /// What it had before it was given what it has, by its own name.
    pub fn before(&self) -> Option<u32> {
        let (entry, state) = (&self.entry.as_ref()?.0, self.state.as_ref()?);
        let is_as_given = u32::try_from(state.replicas).is_ok_and(|replicas| replicas == entry.held);
        is_as_given.then(|| state.original.unwrap_or(entry.original))
    }

    fn is_unused(&self) -> bool {
        self.state.is_none() && !self.is_wanted() && self.links.is_none() && !self.writing
    }
}

/// All targets.
#[derive(Debug, Default)]
pub struct Targets {
    shelf: Shelf<TargetKey, TargetId, (TargetKey, Target)>,
    in_namespace: HashMap<Arc<str>, BTreeSet<TargetId>>,
}

impl Targets {
    /// A target.
    pub fn get(&self, id: TargetId) -> Option<&Target> {
        self.shelf.get(id).map(|(_, target)| target)
    }

    /// A target, to change it.
    pub fn get_mut(&mut self, id: TargetId) -> Option<&mut Target> {
        self.shelf.get_mut(id).map(|(_, target)| target)
    }

    /// The name of a target.
    pub fn key(&self, id: TargetId) -> Option<&TargetKey> {
        self.shelf.get(id).map(|(key, _)| key)
    }

    /// The number of a target by its name, if it is known.
    pub fn find(&self, key: &TargetKey) -> Option<TargetId> {
        self.shelf.find(key)
    }

    /// The number of a target that is seen or named.
    pub fn intern(&mut self, key: TargetKey) -> TargetId {
        if let Some(id) = self.shelf.find(&key) {
            return id;
        }
        let namespace = Arc::clone(&key.namespace);
        let id = self.shelf.find_or_insert(key.clone(), |_| (key, Target::default()));
        self.in_namespace.entry(namespace).or_default().insert(id);
        id
    }

    /// Forgets a target that is neither there nor named.
    pub fn tidy(&mut self, id: TargetId) {
        if self.get(id).is_some_and(Target::is_unused)
            && let Some(key) = self.shelf.get(id).map(|(key, _)| key.clone())
        {
            self.shelf.remove(&key);
            if let Some(all) = self.in_namespace.get_mut(&key.namespace) {
                all.remove(&id);
                if all.is_empty() {
                    self.in_namespace.remove(&key.namespace);
                }
            }
        }
    }

    /// Those of a kind whose list is an older one.
    pub fn of_older_lists(&self, kind: &Kind, epoch: u32) -> Vec<TargetId> {
        let is_old =
            |key: &TargetKey, target: &Target| key.kind == *kind && target.state.is_some() && target.epoch != epoch;
        let old = self.shelf.iter().filter(|(_, (key, target))| is_old(key, target));
        old.map(|(id, _)| id).collect()
    }

    /// Those of a namespace.
    pub fn in_namespace(&self, namespace: &str) -> Vec<TargetId> {
        self.in_namespace.get(namespace).into_iter().flatten().copied().collect()
    }

    /// The namespaces in which any are, and the one without a name where any lie in none.
    pub fn namespaces(&self) -> Vec<Arc<str>> {
        self.in_namespace.keys().cloned().collect()
    }

    /// All of them.
    pub fn all(&self) -> Vec<TargetId> {
        self.shelf.iter().map(|(id, _)| id).collect()
    }

    /// Those that say until when no selection is to take them, whether that is over or not.
    pub fn excluded_for_a_while(&self) -> Vec<TargetId> {
        let says =
            |target: &Target| target.state.as_ref().is_some_and(|state| matches!(state.exclusion, Exclusion::Until(_)));
        self.shelf.iter().filter(|(_, (_, target))| says(target)).map(|(id, _)| id).collect()
    }

    /// Those of a kind, whether they are there or only named.
    pub fn of(&self, kind: &Kind) -> Vec<TargetId> {
        self.shelf.iter().filter(|(_, (key, _))| key.kind == *kind).map(|(id, _)| id).collect()
    }

    /// Whether any of a kind is there, or named.
    pub fn are_any_of(&self, kind: &Kind) -> bool {
        self.shelf.iter().any(|(_, (key, _))| key.kind == *kind)
    }

    /// A policy claims a target. Says whether another one comes first now.
    pub fn claim(&mut self, id: TargetId, claimant: Claimant) -> bool {
        let before = self.first_of(id);
        if let Some(target) = self.get_mut(id) {
            target.claims.insert(claimant);
        }
        self.note_claimed(id);
        self.first_of(id) != before
    }

    /// It no longer does. Says whether another one comes first now.
    pub fn release(&mut self, id: TargetId, claimant: &Claimant) -> bool {
        let before = self.first_of(id);
        if let Some(target) = self.get_mut(id) {
            target.claims.remove(claimant);
        }
        self.note_claimed(id);
        self.first_of(id) != before
    }

    /// The first of all claims on a target, and on which one it is: a claim on an autoscaler is one on what it scales, and on whatever
    /// else scales that.
    pub fn first(&self, id: TargetId) -> Option<(&Claimant, TargetId)> {
        let first = |id: TargetId| Some((self.get(id)?.claims.first()?, id));
        self.together_with(id).filter_map(first).min_by(|one, other| one.0.cmp(other.0))
    }

    fn first_of(&self, id: TargetId) -> Option<(Claimant, TargetId)> {
        self.first(id).map(|(claimant, claimed)| (claimant.clone(), claimed))
    }

    /// Who acts on a target, and by a claim on which one; nobody where the first can't be followed.
    pub fn held_by(&self, id: TargetId) -> Option<(PolicyId, TargetId)> {
        self.first(id).filter(|(first, _)| !first.invalid).map(|(first, claimed)| (first.policy, claimed))
    }

    /// Who acts on a target.
    pub fn holder(&self, id: TargetId) -> Option<PolicyId> {
        self.held_by(id).map(|(holder, _)| holder)
    }

    /// All that claim it, what it scales or what scales it, and which of those.
    pub fn claimants(&self, id: TargetId) -> impl Iterator<Item = (PolicyId, TargetId)> {
        let claims = move |id: TargetId| {
            let claims = self.get(id).into_iter().flat_map(|target| target.claims.iter());
            claims.map(move |claim| (claim.policy, id))
        };
        self.together_with(id).flat_map(claims)
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
                links.claimed_above.remove(&autoscaler);
            });
        }
        if let Some(to) = to {
            self.change_links(to, |links| {
                links.scaled_by.insert(autoscaler);
            });
            self.note_claimed(autoscaler);
        }
    }

    /// Takes note of whether anybody claims an autoscaler.
    fn note_claimed(&mut self, autoscaler: TargetId) {
        let Some(root) = self.scales(autoscaler) else { return };
        let is_claimed = self.get(autoscaler).is_some_and(|target| !target.claims.is_empty());
        self.change_links(root, |links| {
            if is_claimed {
                links.claimed_above.insert(autoscaler)
            } else {
                links.claimed_above.remove(&autoscaler)
            };
        });
    }

    /// The autoscalers of a target are weighed on its account at `boot`, or not before when.
    pub fn stir(&mut self, id: TargetId, boot: Duration) -> Result<Vec<TargetId>, Duration> {
        let links = self.get_mut(id).and_then(|target| target.links.as_mut());
        let Some(links) = links.filter(|links| !links.scaled_by.is_empty()) else { return Ok(Vec::new()) };
        let free = links.stirs.free_at();
        if free > boot {
            return Err(free);
        }
        links.stirs.note(boot);
        Ok(links.scaled_by.iter().copied().collect())
    }

    fn change_links(&mut self, id: TargetId, change: impl FnOnce(&mut Links)) {
        let Some(target) = self.get_mut(id) else { return };
        let links = target.links.get_or_insert_default();
        change(links);
        if links.are_none() {
            target.links = None;
        }
    }

    /// That of which it is remembered with an autoscaler what it had.
    pub fn heir(&self, id: TargetId) -> Option<TargetId> {
        self.get(id)?.links.as_ref()?.heir
    }

    /// The autoscalers with which it is remembered what a target had.
    pub fn bequeathed_by(&self, id: TargetId) -> impl Iterator<Item = TargetId> {
        let links = self.get(id).and_then(|target| target.links.as_ref());
        links.into_iter().flat_map(|links| &links.bequeathed_by).copied()
    }

    /// Takes note of which target that is now. Says which it was, where that is another.
    pub fn bequeath(&mut self, autoscaler: TargetId, to: Option<TargetId>) -> Option<TargetId> {
        let before = self.heir(autoscaler);
        if before == to {
            return None;
        }
        self.change_links(autoscaler, |links| links.heir = to);
        if let Some(before) = before {
            self.change_links(before, |links| {
                links.bequeathed_by.remove(&autoscaler);
            });
        }
        if let Some(to) = to {
            self.change_links(to, |links| {
                links.bequeathed_by.insert(autoscaler);
            });
        }
        before
    }

    /// A target, or what it scales, with all that scale that and are claimed.
    fn together_with(&self, id: TargetId) -> impl Iterator<Item = TargetId> {
        let root = self.scales(id).unwrap_or(id);
        let links = self.get(root).and_then(|target| target.links.as_ref());
        std::iter::once(root).chain(links.into_iter().flat_map(|links| &links.claimed_above).copied())
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
        assert_eq!(targets.holder(web), None, "it can't be followed");
        assert!(targets.claim(web, young.clone()), "it can");
        assert!(targets.claim(web, old.clone()), "an older one takes it");
        assert!(!targets.claim(web, claimant(4, 30, "late")), "a younger one changes nothing");
        assert!(!targets.release(web, &young));
        assert_eq!(targets.claimants(web).map(|(policy, _)| policy.place()).collect::<Vec<_>>(), [2, 4, 3]);
        assert!(targets.release(web, &old));
        assert_eq!(targets.holder(web), Some(PolicyId::new(4)));
        targets.release(web, &claimant(4, 30, "late"));
        targets.tidy(web);
        assert_eq!(targets.find(&key), Some(web), "it is claimed");
        targets.release(web, &broken);
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

    #[test]
    fn what_is_remembered_with_an_autoscaler_keeps_its_number() {
        let mut targets = Targets::default();
        let mut named =
            |kind, name: &str| targets.intern(TargetKey { kind, namespace: "shop".into(), name: name.into() });
        let (web, api, hpa) = (named(Kind::DEPLOYMENT, "web"), named(Kind::DEPLOYMENT, "api"), named(Kind::HPA, "web"));
        assert_eq!((targets.bequeath(hpa, Some(web)), targets.heir(hpa)), (None, Some(web)));
        targets.tidy(web);
        assert_eq!(targets.bequeathed_by(web).collect::<Vec<_>>(), [hpa]);
        assert_eq!((targets.bequeath(hpa, Some(web)), targets.bequeath(hpa, Some(api))), (None, Some(web)));
        targets.tidy(web);
        assert_eq!(targets.key(web), None);
        assert_eq!(targets.bequeath(hpa, None), Some(api));
        for id in [api, hpa] {
            targets.tidy(id);
            assert_eq!(targets.key(id), None);
        }
    }
}
