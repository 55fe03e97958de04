//! The objects, their versions, and what has happened to them: what etcd and the watch cache are to the real one.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use serde_json::Value;

use crate::hub::Hub;
use crate::kind::Kind;
use crate::value::{metadata_mut, set_text};

/// Namespace (empty for kinds of the cluster) and name.
pub(crate) type Key = (String, String);

/// Changes kept for each kind before the oldest are compacted away.
pub(crate) const HISTORY: usize = 10_000;

/// Where versions begin: not at 0, which means something else in requests.
const FIRST_VERSION: u64 = 1_000;

/// One version of an object. Never changed, so that lists, watches and history share it.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) version: u64,
    pub(crate) value: Value,
    json: OnceLock<Bytes>,
}

impl Stored {
    pub(crate) fn new(version: u64, value: Value) -> Self {
        Self { version, value, json: OnceLock::new() }
    }

    /// As it is sent; written out once, however many watch it.
    pub(crate) fn json(&self) -> &Bytes {
        self.json.get_or_init(|| Bytes::from(self.value.to_string()))
    }
}

/// What a change was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Happened {
    Added,
    Modified,
    Deleted,
}

impl Happened {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Added => "ADDED",
            Self::Modified => "MODIFIED",
            Self::Deleted => "DELETED",
        }
    }
}

/// A change as watches tell it.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) what: Happened,
    pub(crate) key: Key,
    pub(crate) before: Option<Arc<Stored>>,
    pub(crate) object: Arc<Stored>,
}

/// The objects of a kind.
#[derive(Debug)]
pub(crate) struct Shelf {
    /// Whether the kind is served: not while its CRD is gone.
    pub(crate) served: bool,
    pub(crate) objects: BTreeMap<Key, Arc<Stored>>,
    pub(crate) history: VecDeque<Arc<Change>>,
    /// Changes up to this version are no longer known.
    pub(crate) compacted: u64,
    pub(crate) hub: Hub,
}

impl Default for Shelf {
    fn default() -> Self {
        Self {
            served: true,
            objects: BTreeMap::new(),
            history: VecDeque::new(),
            compacted: FIRST_VERSION,
            hub: Hub::default(),
        }
    }
}

impl Shelf {
    /// The objects of a namespace, or all, in order.
    pub(crate) fn range<'a>(&'a self, namespace: &'a str) -> impl Iterator<Item = (&'a Key, &'a Arc<Stored>)> {
        self.objects
            .range((namespace.to_owned(), String::new())..)
            .take_while(move |((of, _), _)| namespace.is_empty() || of == namespace)
    }

    fn note(&mut self, change: Change) {
        let change = Arc::new(change);
        self.hub.tell(&change);
        self.history.push_back(change);
        if self.history.len() > HISTORY
            && let Some(oldest) = self.history.pop_front()
        {
            self.compacted = oldest.object.version;
        }
    }
}

/// Everything that is stored.
#[derive(Debug)]
pub(crate) struct Store {
    pub(crate) version: u64,
    uids: u64,
    shelves: BTreeMap<Kind, Shelf>,
}

impl Default for Store {
    fn default() -> Self {
        Self { version: FIRST_VERSION, uids: 0, shelves: BTreeMap::new() }
    }
}

impl Store {
    pub(crate) fn shelf(&mut self, kind: Kind) -> &mut Shelf {
        self.shelves.entry(kind).or_default()
    }

    pub(crate) fn get(&mut self, kind: Kind, key: &Key) -> Option<Arc<Stored>> {
        self.shelf(kind).objects.get(key).cloned()
    }

    /// A uid that no object had, the same ones in each run.
    pub(crate) fn uid(&mut self) -> String {
        self.uids += 1;
        format!("00000000-0000-4000-8000-{:012x}", self.uids)
    }

    /// Stores a version of an object and tells the watches.
    pub(crate) fn put(&mut self, kind: Kind, key: Key, mut value: Value) -> Arc<Stored> {
        self.version += 1;
        set_text(metadata_mut(&mut value), "resourceVersion", &self.version.to_string());
        let object = Arc::new(Stored::new(self.version, value));
        let shelf = self.shelf(kind);
        let before = shelf.objects.insert(key.clone(), Arc::clone(&object));
        let what = if before.is_some() { Happened::Modified } else { Happened::Added };
        shelf.note(Change { what, key, before, object: Arc::clone(&object) });
        object
    }

    /// Takes an object away and tells the watches: with a version of its own, as etcd does.
    pub(crate) fn remove(&mut self, kind: Kind, key: &Key) -> Option<Arc<Stored>> {
        let before = self.shelf(kind).objects.remove(key)?;
        self.version += 1;
        let mut value = before.value.clone();
        set_text(metadata_mut(&mut value), "resourceVersion", &self.version.to_string());
        let object = Arc::new(Stored::new(self.version, value));
        let change =
            Change { what: Happened::Deleted, key: key.clone(), before: Some(before), object: Arc::clone(&object) };
        self.shelf(kind).note(change);
        Some(object)
    }
}
