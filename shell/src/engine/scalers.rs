//! The schedules that there are, as the watches bring them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use kube::Resource as _;

use super::assignments::Assignment;
use super::brakes::Basis;
use super::histories::Missed;
use super::ids::PolicyId;
use super::policies::{PolicyKey, Slot};
use super::state::{Engine, Source};
use crate::api::times::to_instant;
use crate::api::{Identity, OVERRIDE_ANNOTATION, Policy, ScalerKind};
use crate::cluster::seen::{Scaler, Seen as _};
use crate::cluster::watch::Change;
use crate::policy::History;
use crate::policy::brake::CONFIRM_ANNOTATION;
use crate::report::status;

/// Those of an object that has none.
static NO_LABELS: BTreeMap<String, String> = BTreeMap::new();

/// A status that somebody else writes, too, is put right no oftener than this.
const FOREIGN_EVERY: Duration = Duration::from_secs(60);

impl Engine {
    /// What is known of the watch of a kind of schedules.
    pub(super) fn scalers_of(&self, kind: ScalerKind) -> &Source {
        match kind {
            ScalerKind::TimeWindowScaler => &self.scalers,
            ScalerKind::ClusterTimeWindowScaler => &self.cluster_scalers,
        }
    }

    fn scalers_of_mut(&mut self, kind: ScalerKind) -> &mut Source {
        match kind {
            ScalerKind::TimeWindowScaler => &mut self.scalers,
            ScalerKind::ClusterTimeWindowScaler => &mut self.cluster_scalers,
        }
    }

    /// Takes note of what the watch of a kind of schedules has brought.
    pub(super) fn fed_scaler(&mut self, kind: ScalerKind, change: Change<Scaler>, boot: Duration) {
        match change {
            Change::Listed(object) => self.note_scaler(&object, true, boot),
            Change::Applied(object) => self.note_scaler(&object, false, boot),
            Change::Deleted(object) => self.forget_scaler(&object),
            Change::Complete => self.scalers_complete(kind),
            change => {
                let source = self.scalers_of_mut(kind);
                source.note(change, boot);
                let is_gone = source.is_gone();
                if is_gone && self.policies.iter().any(|(_, slot)| slot.policy.identity.kind() == kind) {
                    tracing::warn!("the API server knows no {}s any more, so there are none", kind.as_str());
                    self.forget_scalers(kind, |_| true);
                }
            }
        }
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
        slot.basis = status.as_ref().map(Basis::of).unwrap_or_default();
        let targets = status.and_then(|status| status.targets);
        slot.missed = Missed::of_status(targets.as_ref(), &key.namespace);
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
        let epoch = self.epoch_of(object);
        let Some(slot) = self.policies.get_mut(id) else { return };
        let version = object.version();
        if listed && version < slot.version {
            // The API server has gone back (etcd was restored), so nothing that was written since counts.
            slot.reports.written = 0;
        } else if version <= slot.version {
            slot.epoch = epoch;
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
            self.note_before(id, object.meta().generation.unwrap_or_default(), confirmed(object));
            let Some(slot) = self.policies.get_mut(id) else { return };
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
        let epoch = self.epoch_of(object);
        if let Some(slot) = self.policies.get_mut(id) {
            (slot.version, slot.epoch) = (object.version(), epoch);
        }
    }

    fn epoch_of(&self, object: &Scaler) -> u32 {
        self.scalers_of(ScalerKind::in_namespace(object.in_namespace())).epoch
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
            slot.missed = Missed::of_status(status.targets.as_ref(), &slot.policy.identity.namespace);
            slot.basis = Basis::of(&status);
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
            self.mark_overrides_of_policy(&slot.policy, slot.namespace);
            // Its number may soon be another one's.
            if slot.reports.queued {
                self.reports.remove(slot.namespace, id);
            }
        }
        self.retells.set(id, None);
        self.note_left(key);
    }

    fn scalers_complete(&mut self, kind: ScalerKind) {
        let source = self.scalers_of_mut(kind);
        let first = !source.complete;
        let epoch = source.complete();
        self.forget_scalers(kind, |slot| slot.epoch != epoch);
        self.note_all_left();
        let objects = self.policies.iter().filter(|(_, slot)| slot.policy.identity.kind() == kind).count();
        tracing::info!(objects, "all {}s are known", kind.as_str());
        if first && kind == ScalerKind::ClusterTimeWindowScaler {
            // They have waited for each other.
            self.mark_all();
        }
    }

    fn forget_scalers(&mut self, kind: ScalerKind, is_gone: impl Fn(&Slot) -> bool) {
        let is_gone = |slot: &Slot| slot.policy.identity.kind() == kind && is_gone(slot);
        let gone: Vec<_> = self.policies.iter().filter(|(_, slot)| is_gone(slot)).map(|(id, _)| id).collect();
        for id in gone {
            if let Some(key) = self.policies.get(id).map(Slot::key) {
                self.drop_policy(id, &key);
            }
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
