//! The namespaces, which are watched from the first object of the cluster on that picks workloads, and what changes with their labels.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use kube::Api;

use super::feed::Feed;
use super::ids::PolicyId;
use super::policies::Slot;
use super::state::{Engine, Source};
use crate::api::selection::{Namespaces, Selecting};
use crate::cluster::seen::{Seen as _, Space as Seen};
use crate::cluster::watch::{Change, watch};
use crate::target::LabelSet;

/// What is known of the namespaces; nothing before somebody asks.
#[derive(Debug, Default)]
pub struct Spaces {
    pub(super) source: Source,
    all: HashMap<Arc<str>, Space>,
    is_watched: bool,
}

/// A namespace.
#[derive(Debug)]
struct Space {
    labels: LabelSet,
    epoch: u32,
}

impl Spaces {
    /// Whether a namespace is there, as far as is known.
    pub(super) fn has(&self, name: &str) -> bool {
        self.all.contains_key(name)
    }

    /// Whether somebody asks for them.
    pub(super) fn are_watched(&self) -> bool {
        self.is_watched
    }
}

impl Engine {
    /// Whether objects of the cluster are followed: only where Kyklos looks at all of it.
    pub(super) fn is_wide(&self) -> bool {
        self.namespace.is_none()
    }

    /// Whether everything is known that an object of the cluster is looked at by: all of those that may have its targets instead, and the
    /// namespaces, unless nobody may see them.
    pub(super) fn knows_cluster(&self) -> bool {
        let spaces = &self.spaces;
        let knows_spaces = !spaces.is_watched || spaces.source.complete || spaces.source.refusal().is_some();
        self.cluster_scalers.complete && knows_spaces
    }

    /// Has the namespaces watched, if they aren't yet.
    pub(super) fn watch_spaces(&mut self) {
        if self.spaces.is_watched {
            return;
        }
        self.spaces.is_watched = true;
        let (api, feeds) = (Api::<Seen>::all(self.watching.clone()), self.feeds.clone());
        let watch = watch(api, None, "namespaces".to_owned(), feeds, self.recovered.subscribe(), |change| {
            Some(Feed::Space(change))
        });
        self.watches.spawn(watch);
    }

    /// Takes note of what the watch of namespaces has brought.
    pub(super) fn fed_space(&mut self, change: Change<Seen>) {
        match change {
            Change::Listed(object) | Change::Applied(object) => self.note_space(&object),
            Change::Deleted(object) => self.lose_space(object.named()),
            Change::Complete => self.spaces_complete(),
            change => {
                let boot = self.time.boot();
                if self.spaces.source.note_news(change, boot) {
                    self.mark_all();
                }
            }
        }
    }

    fn note_space(&mut self, object: &Seen) {
        let (_, name) = self.namespaces.intern(object.named());
        let epoch = self.spaces.source.epoch;
        let labels = object.labels.clone();
        let before = self.spaces.all.insert(Arc::clone(&name), Space { labels: labels.clone(), epoch });
        match before {
            Some(before) if before.labels == labels => {}
            Some(before) => self.relabelled(&name, &before.labels),
            None => {
                if self.spaces.source.complete {
                    self.note_made(&name);
                }
                self.choose_all(&name);
            }
        }
    }

    fn lose_space(&mut self, name: &str) {
        if let Some((name, space)) = self.spaces.all.remove_entry(name) {
            self.relabelled(&name, &space.labels);
        }
    }

    fn spaces_complete(&mut self) {
        let first = !self.spaces.source.complete;
        let epoch = self.spaces.source.complete();
        let gone = self.spaces.all.iter().filter(|(_, space)| space.epoch != epoch);
        let gone: Vec<_> = gone.map(|(name, _)| Arc::clone(name)).collect();
        gone.iter().for_each(|name| self.lose_space(name));
        if first {
            tracing::info!("all namespaces are known");
            self.count_anew();
            // What was held in one may be given back now.
            self.note_all_left();
            self.mark_all();
        }
    }

    /// Has the targets of a namespace weighed by the objects of the cluster, and what is said of it looked at.
    fn choose_all(&mut self, name: &str) {
        let all = self.autoscalers_first(self.targets.in_namespace(name));
        all.into_iter().for_each(|target| self.choose(target));
        self.wide().into_iter().for_each(|policy| self.settle(policy));
        if let Some(namespace) = self.namespaces.find(name) {
            self.mark_overrides(namespace);
        }
    }

    /// The same after its labels have changed, or it has gone with them. What that gives to an object is counted by its brake before anything is done.
    fn relabelled(&mut self, name: &Arc<str>, before: &LabelSet) {
        self.choose_all(name);
        for policy in self.wide() {
            let Some(many) = self.policies.get(policy).and_then(|slot| slot.many.as_ref()) else { continue };
            let Some(namespaces) = many.selecting.selection.namespaces() else { continue };
            let (took, takes) = (self.takes_labelled(namespaces, name, before), self.takes(namespaces, name));
            let targets = if takes && !took { self.targets.in_namespace(name) } else { Vec::new() };
            let Some(many) = self.policies.get_mut(policy).and_then(|slot| slot.many.as_mut()) else { continue };
            match (took, takes) {
                (false, true) => many.brakes.note_given(name, &targets),
                (true, false) => {
                    many.brakes.note_taken(name);
                    self.note_unlabelled(policy, name);
                }
                (true, true) | (false, false) => {}
            }
        }
    }

    /// The objects of the cluster that pick workloads.
    pub(super) fn wide(&self) -> Vec<PolicyId> {
        let all = self.namespaces.find("").and_then(|none| self.selections.get(&none));
        all.into_iter().flatten().copied().collect()
    }

    /// The namespaces that leases have turned over to another process, or back: their workloads are weighed anew.
    pub(super) fn choose_turned(&mut self, turned: impl Fn(&str) -> bool) {
        for name in self.targets.namespaces().into_iter().filter(|name| turned(name)) {
            self.choose_all(&name);
        }
    }

    /// Whether a namespace is one of an object of the cluster, and this process acts in it.
    pub(super) fn takes_namespace(&self, namespaces: &Namespaces, name: &str) -> bool {
        let takes = match self.spaces.all.get(name) {
            Some(space) => self.takes_labelled(namespaces, name, &space.labels),
            None => !name.is_empty() && namespaces.take(name, Some(&self.own_namespace), |_| None),
        };
        takes && !self.lead.leaves_alone(name)
    }

    /// Whether one that is there is one of an object of the cluster, whoever acts in it.
    pub(super) fn takes(&self, namespaces: &Namespaces, name: &str) -> bool {
        self.spaces.all.get(name).is_some_and(|space| self.takes_labelled(namespaces, name, &space.labels))
    }

    /// Whether one with these labels is one of an object of the cluster, whoever acts in it.
    fn takes_labelled(&self, namespaces: &Namespaces, name: &str, labels: &LabelSet) -> bool {
        !name.is_empty() && namespaces.take(name, Some(&self.own_namespace), |key| labels.get(key))
    }

    /// Whether it isn't known of a namespace if it is one of an object of the cluster: its labels would say so.
    pub(super) fn may_be_in(&self, slot: &Slot, name: &str) -> bool {
        let may = |namespaces: &Namespaces| namespaces.may_take(name, Some(&self.own_namespace));
        !self.spaces.source.complete && !self.spaces.has(name) && slot.labelled().is_some_and(may)
    }

    /// The namespaces that are there of an object of the cluster, whoever acts in them.
    pub(super) fn places(&self, namespaces: &Namespaces) -> BTreeSet<Arc<str>> {
        let takes = |(name, space): &(&Arc<str>, &Space)| self.takes_labelled(namespaces, name, &space.labels);
        self.spaces.all.iter().filter(takes).map(|(name, _)| Arc::clone(name)).collect()
    }

    /// What keeps namespaces from being looked at that an object names or asks for.
    pub(super) fn troubles_of_spaces(&self, selecting: &Selecting) -> Vec<String> {
        let Some(namespaces) = selecting.selection.namespaces() else { return Vec::new() };
        if let Some(why) = self.spaces.source.refusal() {
            return vec![format!(
                "namespaces can't be read, so none is found by its labels: {why}; where it is a right that is missing, `kyklos manifests` \
                 grants it"
            )];
        }
        let missing: Vec<_> = namespaces.names().filter(|name| !self.spaces.has(name)).collect();
        if missing.is_empty() || !self.spaces.source.complete {
            return Vec::new();
        }
        let names = missing.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
        let more = missing.len().checked_sub(NAMED).filter(|more| *more > 0);
        let more = more.map(|more| format!(" and {more} more")).unwrap_or_default();
        vec![format!("there is no namespace {names}{more}; what comes to be there will be scaled as soon as it is")]
    }
}

/// Of so many missing namespaces the names are said.
const NAMED: usize = 10;
