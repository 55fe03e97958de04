//! The kinds of targets that are watched: one watch each, from when the first object or record names one.

use kube::Api;

use super::feed::Feed;
use super::state::{Engine, Source};
use crate::cluster::seen::Workload;
use crate::cluster::watch::watch;
use crate::target::Kind;

/// What is known of the objects of each kind; nothing of one that nobody has named.
#[derive(Debug, Default)]
pub struct Kinds([Option<Source>; Kind::ALL.len()]);

impl Kinds {
    fn place(kind: Kind) -> usize {
        Kind::ALL.iter().position(|known| *known == kind).unwrap_or_default()
    }

    /// What is known of a kind's objects.
    pub(super) fn get(&self, kind: Kind) -> Option<&Source> {
        self.0.get(Self::place(kind))?.as_ref()
    }

    /// The same, to change it.
    pub(super) fn get_mut(&mut self, kind: Kind) -> Option<&mut Source> {
        self.0.get_mut(Self::place(kind))?.as_mut()
    }

    /// Those that are watched.
    pub(super) fn watched(&self) -> impl Iterator<Item = (Kind, &Source)> {
        Kind::ALL.into_iter().zip(&self.0).filter_map(|(kind, source)| Some((kind, source.as_ref()?)))
    }

    /// Whether of each that is watched all are known, or known to stay unknown for a while.
    pub(super) fn are_known(&self) -> bool {
        self.watched().all(|(_, source)| source.complete || source.trouble.is_some())
    }

    /// Whether all of a kind are known.
    pub(super) fn is_complete(&self, kind: Kind) -> bool {
        self.get(kind).is_some_and(|source| source.complete)
    }

    /// A kind is named. Whether it is the first time.
    fn begin(&mut self, kind: Kind) -> bool {
        let Some(place) = self.0.get_mut(Self::place(kind)) else { return false };
        let first = place.is_none();
        place.get_or_insert_default();
        first
    }
}

impl Engine {
    /// Has a kind watched, if it isn't yet.
    pub(super) fn watch_kind(&mut self, kind: Kind) {
        if !self.kinds.begin(kind) {
            return;
        }
        let api: Api<Workload> = match &self.namespace {
            Some(namespace) => Api::namespaced_with(self.watching.clone(), namespace, &kind),
            None => Api::all_with(self.watching.clone(), &kind),
        };
        let (what, feeds) = (format!("{}s", kind.as_str()), self.feeds.clone());
        let task =
            watch(api, None, what, feeds, self.recovered.subscribe(), move |change| Some(Feed::Workload(kind, change)));
        self.watches.spawn(task);
    }
}
