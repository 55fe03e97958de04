//! What the watches bring.

use std::time::Duration;

use kube::Api;

use super::feed::Feed;
use super::ids::TargetId;
use super::state::Engine;
use crate::api::ScalerKind;
use crate::api::selection::{Exclusion, is_systems};
use crate::cluster::seen::ClusterScaler;
use crate::cluster::watch::{Change, watch};
use crate::target::{Kind, OWN, Seen, TargetKey, TargetState};

impl Engine {
    /// Begins to watch.
    pub(super) fn start_watches(&mut self) {
        let feeds = self.feeds.clone();
        let scalers =
            watch(self.api(), None, "TimeWindowScalers".to_owned(), feeds, self.recovered.subscribe(), |change| {
                Some(Feed::Scaler(change))
            });
        self.watches.spawn(scalers);
        if self.is_wide() {
            let (api, feeds) = (Api::<ClusterScaler>::all(self.watching.clone()), self.feeds.clone());
            let what = "ClusterTimeWindowScalers".to_owned();
            let scalers = watch(api, None, what, feeds, self.recovered.subscribe(), |change| {
                Some(Feed::ClusterScaler(change.map(|ClusterScaler { scaler }| scaler)))
            });
            self.watches.spawn(scalers);
        }
        // Nearly everybody names these.
        self.watch_kind(&Kind::DEPLOYMENT);
        // What an autoscaler scales, too, is left to it, whoever names either.
        for own in OWN.into_iter().filter(|own| own.how.ranges) {
            self.watch_kind(&Kind::Own(own));
        }
        let feeds = self.feeds.clone();
        let overrides =
            watch(self.api(), None, "TimeWindowOverrides".to_owned(), feeds, self.recovered.subscribe(), |change| {
                Some(Feed::Override(change))
            });
        self.watches.spawn(overrides);
        let feeds = self.feeds.clone();
        let records = watch(self.api(), None, "ScaleRecords".to_owned(), feeds, self.recovered.subscribe(), |change| {
            Some(Feed::Record(change))
        });
        self.watches.spawn(records);
    }

    fn api<K>(&self) -> Api<K>
    where
        K: kube::Resource<DynamicType = (), Scope = kube::core::NamespaceResourceScope>,
    {
        match &self.namespace {
            Some(namespace) => Api::namespaced(self.watching.clone(), namespace),
            None => Api::all(self.watching.clone()),
        }
    }

    /// Takes note of something that a watch has brought.
    pub(super) fn fed(&mut self, feed: Feed) {
        let boot = self.time.boot();
        self.tidy_namespaces(boot);
        match feed {
            Feed::Scaler(change) => self.fed_scaler(ScalerKind::TimeWindowScaler, change, boot),
            Feed::ClusterScaler(change) => self.fed_scaler(ScalerKind::ClusterTimeWindowScaler, change, boot),
            Feed::Space(change) => self.fed_space(change),
            Feed::Override(Change::Listed(object)) => self.note_override(&object, true),
            Feed::Override(Change::Applied(object)) => self.note_override(&object, false),
            Feed::Override(Change::Deleted(object)) => self.forget_override(&object),
            Feed::Override(Change::Complete) => self.overrides_complete(),
            Feed::Override(change) => {
                self.overrides.note(change, boot);
                if self.overrides.is_gone() {
                    self.forget_overrides();
                }
            }
            Feed::Served(kind, served) => self.note_served(&kind, served),
            Feed::Target(kind, Change::Listed(object)) => self.note_target(kind, object, true),
            Feed::Target(kind, Change::Applied(object)) => self.note_target(kind, object, false),
            Feed::Target(kind, Change::Deleted(object)) => self.forget_target(kind, &object),
            Feed::Target(kind, Change::Complete) => self.kind_complete(&kind),
            Feed::Target(kind, change) => {
                if self.kinds.get_mut(&kind).is_some_and(|source| source.note_news(change, boot)) {
                    self.mark_all();
                }
            }
            Feed::Record(Change::Listed(object)) => self.note_record(&object, true),
            Feed::Record(Change::Applied(object)) => self.note_record(&object, false),
            Feed::Record(Change::Deleted(object)) => self.forget_record(&object),
            Feed::Record(Change::Complete) => self.records_complete(),
            Feed::Record(change) => {
                if self.recorded.note_news(change, boot) {
                    self.mark_all();
                }
            }
            Feed::Compared(result) => self.compared(result, boot),
            Feed::Dates(key, Ok(dates)) => {
                let users = self.calendars.found(&key, dates, boot);
                users.into_iter().for_each(|user| self.mark_with_overrides(user));
            }
            Feed::Dates(key, Err(trouble)) => {
                let users = self.calendars.interrupted(&key, &trouble, boot);
                users.into_iter().for_each(|user| self.mark_with_overrides(user));
            }
        }
    }

    /// Whether nothing of a namespace is looked at.
    pub(super) fn passes_over(&self, namespace: &str) -> bool {
        is_systems(namespace) && !self.kube_namespaces && self.namespace.is_none()
    }

    fn note_target(&mut self, kind: Kind, object: Seen, listed: bool) {
        if let Some(created) = object.created {
            self.guard.seen_creation(created);
        }
        let Some(source) = self.kinds.get(&kind) else { return };
        let epoch = source.epoch;
        let namespace = self.namespaces.intern(&object.namespace);
        let id = self.targets.intern(TargetKey { kind, namespace: namespace.1, name: object.name });
        let Some(target) = self.targets.get_mut(id) else { return };
        target.epoch = epoch;
        let state = object.state;
        let before = target.state.as_ref();
        let same = before.filter(|before| before.uid == state.uid);
        if same.is_some_and(|same| !listed && same.version >= state.version) {
            return;
        }
        let new = same.is_none();
        let of = |state: &TargetState| {
            let annotated = (state.original, state.misread);
            (state.replicas, annotated, state.owner.clone(), state.deleting, state.scaling.clone())
        };
        let picked_by = |one: &TargetState, other: &TargetState| {
            let scaled = |state: &TargetState| state.scaling.as_ref().map(|scaling| scaling.what.clone());
            let says = one.labels == other.labels && one.exclusion == other.exclusion;
            says && one.owner == other.owner && scaled(one) == scaled(other)
        };
        let excluded = before.map(|before| before.exclusion).unwrap_or_default() != state.exclusion;
        let otherwise = same.is_none_or(|same| !picked_by(same, &state));
        let other = same.is_none_or(|same| of(same) != of(&state));
        let version = state.version;
        let scales = state.scaling.is_some();
        target.state = Some(state);
        if target.entry.is_some() {
            self.orphans.insert(id);
        }
        if scales {
            self.note_scaling(id);
        }
        if other {
            self.mind_above(id);
        }
        if otherwise {
            self.choose(id);
        }
        if excluded {
            self.choose_above(id);
        }
        if new {
            self.mark_claimants(id);
        }
        let Some(holder) = self.held_by(id) else { return };
        let Some(task) = self.assignments.get_mut(holder) else { return };
        let caught_up = task.stale.is_some_and(|stale| version > stale);
        if caught_up {
            task.stale = None;
        }
        if other || caught_up {
            self.mark(holder);
        }
    }

    fn forget_target(&mut self, kind: Kind, object: &Seen) {
        let key = TargetKey { kind, namespace: object.namespace.as_ref().into(), name: object.name.clone() };
        let Some(id) = self.targets.find(&key) else { return };
        let state = self.targets.get(id).and_then(|target| target.state.as_ref());
        if state.is_some_and(|state| state.uid == object.state.uid) {
            self.lose_target(id);
        }
    }

    /// Namespaces come and go, too.
    fn tidy_namespaces(&mut self, boot: Duration) {
        if self.namespaces.is_untidy() {
            self.turns.tidy(boot);
            self.namespaces.tidy(|id| self.turns.knows(id));
        }
    }

    pub(super) fn lose_target(&mut self, id: TargetId) {
        self.mark_claimants(id);
        let state = self.targets.get_mut(id).and_then(|target| target.state.take());
        self.note_scaling(id);
        self.orphans.insert(id);
        self.mind_above(id);
        self.choose(id);
        if state.is_some_and(|state| state.exclusion != Exclusion::None) {
            self.choose_above(id);
        }
        self.targets.tidy(id);
    }

    fn kind_complete(&mut self, kind: &Kind) {
        let Some(source) = self.kinds.get_mut(kind) else { return };
        let first = !source.complete;
        let epoch = source.complete();
        for id in self.targets.of_older_lists(kind, epoch) {
            self.lose_target(id);
        }
        if first {
            tracing::info!("all {}s are known", kind.as_str());
            self.mark_all();
            self.note_all_left();
        }
    }
}
