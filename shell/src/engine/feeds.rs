//! What the watches bring.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use kube::{Api, Resource as _};

use super::assignments::Assignment;
use super::feed::Feed;
use super::ids::{PolicyId, TargetId};
use super::policies::{PolicyKey, Slot};
use super::state::Engine;
use crate::api::selection::Exclusion;
use crate::api::times::to_instant;
use crate::api::{Identity, OVERRIDE_ANNOTATION, Policy};
use crate::cluster::seen::{Scaler, Seen as _};
use crate::cluster::watch::{Change, watch};
use crate::policy::History;
use crate::policy::brake::CONFIRM_ANNOTATION;
use crate::report::status;
use crate::target::{Kind, OWN, Seen, TargetKey, TargetState};

/// Those of an object that has none.
static NO_LABELS: BTreeMap<String, String> = BTreeMap::new();

/// A status that somebody else writes, too, is put right no oftener than this.
const FOREIGN_EVERY: Duration = Duration::from_secs(60);

impl Engine {
    /// Begins to watch.
    pub(super) fn start_watches(&mut self) {
        let feeds = self.feeds.clone();
        let scalers =
            watch(self.api(), None, "TimeWindowScalers".to_owned(), feeds, self.recovered.subscribe(), |change| {
                Some(Feed::Scaler(change))
            });
        self.watches.spawn(scalers);
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
            Feed::Scaler(Change::Listed(object)) => self.note_scaler(&object, true, boot),
            Feed::Scaler(Change::Applied(object)) => self.note_scaler(&object, false, boot),
            Feed::Scaler(Change::Deleted(object)) => self.forget_scaler(&object),
            Feed::Scaler(Change::Complete) => self.scalers_complete(),
            Feed::Scaler(change) => {
                self.scalers.note(change, boot);
                if self.scalers.is_gone() && self.policies.len() > 0 {
                    tracing::warn!("the API server knows no TimeWindowScalers any more, so there are none");
                    self.forget_scalers(|_| true);
                }
            }
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
        namespace.starts_with("kube-") && !self.kube_namespaces && self.namespace.is_none()
    }

    fn note_scaler(&mut self, object: &Scaler, listed: bool, boot: Duration) {
        let namespace = object.in_namespace();
        if self.passes_over(namespace) {
            return;
        }
        if let Some(created) = object.created() {
            self.guard.seen_creation(to_instant(created));
        }
        let namespace = self.namespaces.intern(namespace);
        let key = PolicyKey { namespace: Arc::clone(&namespace.1), name: object.named().into() };
        let uid = object.uid_text();
        let known = self.policies.find(&key).and_then(|id| Some((id, self.policies.get(id)?)));
        if let Some((id, slot)) = known
            && *slot.policy.identity.uid == *uid
        {
            self.note_change(id, object, listed, boot);
            return;
        }
        if let Some((id, _)) = known {
            self.drop_policy(id, &key);
        }
        let status = status::read(&object.status);
        let history = status.as_ref().map(History::from_status).unwrap_or_default();
        let mut slot = Slot::new(read(object, &key.namespace), namespace.0, status::hash_of(&object.status));
        slot.unconfirmed = status.and_then(|status| status.targets?.unconfirmed);
        let id = self.policies.find_or_insert(key, |_| slot);
        let head = self.assignments.find_or_insert((id, None), |_| Assignment::new(id, namespace.0, None, history));
        if let Some(slot) = self.policies.get_mut(id) {
            slot.head = head;
        }
        self.members.entry(namespace.0).or_default().insert(id);
        self.note_version(id, object);
        self.refer(id);
        self.mark_with_overrides(id);
    }

    /// A newer version of an object that is known.
    fn note_change(&mut self, id: PolicyId, object: &Scaler, listed: bool, boot: Duration) {
        let Some(slot) = self.policies.get_mut(id) else { return };
        let version = object.version();
        if listed && version < slot.version {
            // The API server has gone back (etcd was restored), so nothing that was written since counts.
            slot.reports.written = 0;
        } else if version <= slot.version {
            slot.epoch = self.scalers.epoch;
            return;
        }
        if !slot.reports.foreign {
            // What the API server called stale is stale no more.
            slot.reports.not_before = None;
        }
        let annotation = object.meta().annotations.as_ref().and_then(|all| all.get(OVERRIDE_ANNOTATION));
        let changed = object.meta().generation.unwrap_or_default() != slot.policy.identity.generation
            || confirmed(object) != slot.policy.confirm.as_deref()
            || annotation.map(String::as_str) != slot.policy.overrule.as_ref().map(|kept| &*kept.text)
            || object.meta().labels.as_ref().unwrap_or(&NO_LABELS) != &slot.policy.labels
            || object.is_deleting() != slot.policy.identity.deleting;
        if version > slot.reports.written {
            let acts = self.lead.acts_in(self.leading, &slot.policy.identity.namespace);
            if let Some(head) = self.assignments.get_mut(slot.head) {
                Self::note_status(slot, &mut head.history, object, acts, boot);
            }
        }
        if changed {
            let namespace = Arc::clone(&slot.policy.identity.namespace);
            slot.policy = read(object, &namespace);
        }
        self.note_version(id, object);
        if changed {
            self.refer(id);
            self.mark_with_overrides(id);
        }
        self.queue_report(id, boot);
    }

    fn note_version(&mut self, id: PolicyId, object: &Scaler) {
        if let Some(slot) = self.policies.get_mut(id) {
            slot.version = object.version();
            slot.epoch = self.scalers.epoch;
        }
    }

    /// The status is another than we have written. Where another acts it is what is known; whoever acts takes over what it
    /// can't know better, and puts the rest right, but not over and over again.
    fn note_status(slot: &mut Slot, history: &mut History, object: &Scaler, acts: bool, boot: Duration) {
        let hash = status::hash_of(&object.status);
        if hash == slot.reports.known {
            return;
        }
        slot.reports.known = hash;
        if slot.reports.sending == Some(hash) {
            return;
        }
        let status = status::read(&object.status).unwrap_or_default();
        let theirs = History::from_status(&status);
        if !acts {
            slot.unconfirmed = status.targets.and_then(|targets| targets.unconfirmed);
            *history = theirs;
            return;
        }
        history.adopt(&theirs);
        // Should another act from now on, that is what the API has.
        slot.reports.untold = Some(Box::new(theirs));
        slot.reports.due = true;
        slot.reports.foreign = true;
        slot.reports.not_before = slot.reports.righted.map(|last| last + FOREIGN_EVERY).filter(|at| *at > boot);
    }

    fn forget_scaler(&mut self, object: &Scaler) {
        let key = PolicyKey { namespace: object.in_namespace().into(), name: object.named().into() };
        let Some(id) = self.policies.find(&key) else { return };
        if self.policies.get(id).is_some_and(|slot| *slot.policy.identity.uid == *object.uid_text()) {
            self.drop_policy(id, &key);
        }
    }

    fn drop_policy(&mut self, id: PolicyId, key: &PolicyKey) {
        self.select(id, None);
        self.unrefer(id, None, None);
        self.drop_assignment((id, None));
        if let Some(slot) = self.policies.remove(key) {
            if let Some(all) = self.members.get_mut(&slot.namespace) {
                all.remove(&id);
                if all.is_empty() {
                    self.members.remove(&slot.namespace);
                }
            }
            self.mark_overrides(slot.namespace);
            // Its number may soon be another one's.
            if slot.reports.queued {
                self.reports.remove(slot.namespace, id);
            }
        }
        self.retells.set(id, None);
        self.note_left(key);
    }

    fn scalers_complete(&mut self) {
        let epoch = self.scalers.complete();
        self.forget_scalers(|slot| slot.epoch != epoch);
        self.note_all_left();
        tracing::info!(objects = self.policies.len(), "all TimeWindowScalers are known");
    }

    fn forget_scalers(&mut self, is_gone: impl Fn(&Slot) -> bool) {
        let gone: Vec<_> = self.policies.iter().filter(|(_, slot)| is_gone(slot)).map(|(id, _)| id).collect();
        for id in gone {
            if let Some(key) = self.policies.get(id).map(Slot::key) {
                self.drop_policy(id, &key);
            }
        }
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

/// What somebody confirms.
fn confirmed(object: &Scaler) -> Option<&str> {
    Some(object.meta().annotations.as_ref()?.get(CONFIRM_ANNOTATION)?)
}

fn read(object: &Scaler, namespace: &Arc<str>) -> Policy {
    let meta = object.meta();
    let identity = Identity {
        namespace: Arc::clone(namespace),
        name: object.named().into(),
        uid: object.uid_text().into(),
        generation: meta.generation.unwrap_or_default(),
        created: object.created().map(to_instant).unwrap_or_default(),
        deleting: object.is_deleting(),
    };
    let overrule = meta.annotations.as_ref().and_then(|all| all.get(OVERRIDE_ANNOTATION));
    let policy = Policy::read(identity, &object.spec, overrule.map(String::as_str)).labelled(meta.labels.as_ref());
    Policy { confirm: confirmed(object).map(Into::into), ..policy }
}
