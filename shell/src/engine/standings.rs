//! The overrides that there are, and which schedules they are for.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use super::ids::{NamespaceId, OverrideId, Shelf};
use super::policies::{Backoff, Pace};
use crate::api::overrides::{Asked, Override, TimeWindowOverrideStatus};
use crate::api::problems::Problems;
use crate::api::{Identity, Policy};
use crate::policy::end_of;

/// The name of an override.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OverrideKey {
    /// Its namespace.
    pub namespace: Arc<str>,
    /// Its name.
    pub name: Box<str>,
}

/// An override.
#[derive(Debug)]
pub struct Standing {
    /// Which object it is.
    pub identity: Identity,
    /// Its namespace.
    pub namespace: NamespaceId,
    /// The resource version that it was read from.
    pub version: u64,
    /// Of which list it is.
    pub epoch: u32,
    /// What it asks for, or what is wrong with that.
    pub asked: Result<Asked, Arc<Problems>>,
    /// What is said of it, as the API server has it.
    pub status: TimeWindowOverrideStatus,
    /// As schedules have it: not before its end is known, and kept in its status.
    pub given: Option<Arc<Override>>,
    /// Whether a request about it is under way.
    pub sending: bool,
    /// Whether it waits for a look.
    pub dirty: bool,
    /// How often in a row a request has failed.
    pub failures: Backoff,
    /// How often its status is written.
    pub pace: Pace,
}

impl Standing {
    /// Finds out anew what schedules have of it. Says whether that is another thing now.
    pub fn give(&mut self, rehearsal: Option<&str>) -> bool {
        let given = self.found(rehearsal);
        let changed = given != self.given;
        self.given = given;
        changed
    }

    fn found(&self, rehearsal: Option<&str>) -> Option<Arc<Override>> {
        let asked = self.asked.as_ref().ok().filter(|_| !self.identity.deleting)?;
        let until = end_of(asked, &self.status, rehearsal)?;
        // One that was over before it was made never applied. Under a rehearsal the two go by different clocks.
        let created = self.identity.created;
        let is_late = rehearsal.is_none() && asked.late(until, created).is_some();
        (!is_late).then(|| asked.with_end(&self.identity.name, created, until))
    }

    /// Whether it is for a schedule of its namespace, or for one of the cluster.
    pub fn takes(&self, policy: &Policy) -> bool {
        self.asked
            .as_ref()
            .is_ok_and(|asked| asked.whom.takes(policy.identity.kind(), &policy.identity.name, &policy.labels))
    }
}

/// All overrides.
#[derive(Debug, Default)]
pub struct Standings {
    shelf: Shelf<OverrideKey, OverrideId, Standing>,
    in_namespace: HashMap<NamespaceId, BTreeSet<OverrideId>>,
}

impl Standings {
    /// An override.
    pub fn get(&self, id: OverrideId) -> Option<&Standing> {
        self.shelf.get(id)
    }

    /// An override, to change it.
    pub fn get_mut(&mut self, id: OverrideId) -> Option<&mut Standing> {
        self.shelf.get_mut(id)
    }

    /// The number of an override by its name, if it is known.
    pub fn find(&self, key: &OverrideKey) -> Option<OverrideId> {
        self.shelf.find(key)
    }

    /// Takes one in.
    pub fn insert(&mut self, key: OverrideKey, standing: Standing) -> OverrideId {
        let namespace = standing.namespace;
        let id = self.shelf.find_or_insert(key, |_| standing);
        self.in_namespace.entry(namespace).or_default().insert(id);
        id
    }

    /// Takes one out.
    pub fn remove(&mut self, key: &OverrideKey) -> Option<(OverrideId, Standing)> {
        let id = self.shelf.find(key)?;
        let standing = self.shelf.remove(key)?;
        if let Some(all) = self.in_namespace.get_mut(&standing.namespace) {
            all.remove(&id);
            if all.is_empty() {
                self.in_namespace.remove(&standing.namespace);
            }
        }
        Some((id, standing))
    }

    /// All of them.
    pub fn all(&self) -> Vec<OverrideId> {
        self.shelf.iter().map(|(id, _)| id).collect()
    }

    /// Those of a namespace.
    pub fn of_namespace(&self, namespace: NamespaceId) -> impl Iterator<Item = OverrideId> {
        self.in_namespace.get(&namespace).into_iter().flatten().copied()
    }

    /// Those whose list is an older one.
    pub fn of_older_lists(&self, epoch: u32) -> Vec<OverrideKey> {
        let old = self.shelf.iter().filter(|(_, standing)| standing.epoch != epoch);
        old.map(|(_, standing)| standing.key()).collect()
    }

    /// What a schedule has of those that are for it.
    pub fn given_to(&self, namespace: NamespaceId, policy: &Policy) -> Vec<Arc<Override>> {
        let all = self.of_namespace(namespace).filter_map(|id| self.get(id));
        all.filter(|standing| standing.takes(policy)).filter_map(|standing| standing.given.clone()).collect()
    }
}

impl Standing {
    /// Its name.
    pub fn key(&self) -> OverrideKey {
        OverrideKey { namespace: Arc::clone(&self.identity.namespace), name: self.identity.name.clone() }
    }

    /// When it may be written again.
    pub fn rests_until(&self) -> Duration {
        self.failures.until().unwrap_or_default().max(self.pace.free_at())
    }
}
