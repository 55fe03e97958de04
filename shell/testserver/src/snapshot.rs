//! What happens to a cluster as a whole: kinds that come and go, compaction, and an older etcd that is put back.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::hub::News;
use crate::kind::Kind;
use crate::server::TestServer;
use crate::store::{Key, Stored};

/// The objects and the version of an instant.
#[derive(Clone, Debug)]
pub struct Snapshot {
    version: u64,
    objects: Vec<(Kind, BTreeMap<Key, Arc<Stored>>)>,
}

impl TestServer {
    /// Takes a copy of all objects.
    pub fn snapshot(&self) -> Snapshot {
        let mut state = self.shared.lock();
        let objects = Kind::ALL.map(|kind| (kind, state.store.shelf(kind).objects.clone())).to_vec();
        Snapshot { version: state.store.version, objects }
    }

    /// Puts the objects of an earlier instant back, and the version as well: versions go on from there, so that those
    /// given out since are given out again. All watches end.
    pub fn restore(&self, snapshot: &Snapshot) {
        let mut state = self.shared.lock();
        state.store.version = snapshot.version;
        state.pages.clear();
        for (kind, objects) in &snapshot.objects {
            let shelf = state.store.shelf(*kind);
            shelf.objects.clone_from(objects);
            shelf.history.clear();
            shelf.compacted = snapshot.version;
            shelf.hub.end(|_| true, || Some(News::End { torn: false }));
        }
    }

    /// Forgets the history: a watch from a version before this instant is answered with 410, and so is a list that was
    /// begun page by page.
    pub fn compact(&self) {
        let mut state = self.shared.lock();
        let version = state.store.version;
        state.pages.clear();
        for kind in Kind::ALL {
            let shelf = state.store.shelf(kind);
            shelf.history.clear();
            shelf.compacted = version;
        }
    }

    /// Ends a kind, as deleting its CRD does: its objects are deleted, its watches end, its paths are not found.
    pub fn uninstall(&self, kind: Kind) {
        let mut state = self.shared.lock();
        let keys: Vec<Key> = state.store.shelf(kind).objects.keys().cloned().collect();
        for key in keys {
            state.store.remove(kind, &key);
        }
        let shelf = state.store.shelf(kind);
        shelf.served = false;
        shelf.hub.end(|_| true, || Some(News::End { torn: false }));
    }

    /// Serves a kind again, with no objects of it.
    pub fn install(&self, kind: Kind) {
        self.shared.lock().store.shelf(kind).served = true;
    }
}
