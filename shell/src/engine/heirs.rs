//! What a workload had that its autoscaler holds at none is remembered with the autoscaler. Where that goes, or isn't whose claim holds
//! the workload any more, it is handed over to the workload itself, or nobody would know in the morning what to give back. Where nobody
//! has the workload and nothing is to be given back, it stays where it is, for the next autoscaler of that name.

use super::ids::TargetId;
use super::policies::PolicyKey;
use super::records::RecordKey;
use super::state::Engine;
use crate::api::{Entry, OnDelete};
use crate::policy::Left;
use crate::target::{TargetRefKey, TargetState};

/// What becomes of what is remembered of a workload with its autoscaler.
pub enum Heir {
    /// It stays there.
    None,
    /// Whether it has to be handed over isn't known yet.
    Unknown,
    /// It is the workload's own from now on.
    Takes(TargetId, Entry),
    /// It is, or the workload has something else by now: it goes, and the rest of what is remembered with the autoscaler stays.
    Has(Entry),
}

impl Engine {
    /// Takes note of the workload of which something is remembered with its autoscaler.
    pub(super) fn note_heir(&mut self, id: TargetId, entry: Option<&(Entry, RecordKey)>) {
        let named =
            entry.and_then(|(entry, key)| Some((TargetRefKey::of_record(&entry.beneath.as_ref()?.target)?, key)));
        let heir = named.map(|(heir, key)| {
            // Whether it is there is asked of its watch.
            self.watch_kind(&heir.kind);
            self.targets.intern(heir.within(std::sync::Arc::clone(&key.namespace)))
        });
        if let Some(before) = self.targets.bequeath(id, heir) {
            self.mark_holder(before);
            self.targets.tidy(before);
        }
    }

    /// Whether it is still to be handed over to a workload what it had: until then nobody decides about it.
    pub(super) fn is_owed(&self, id: TargetId) -> bool {
        self.targets.bequeathed_by(id).any(|autoscaler| self.owes(autoscaler, id))
    }

    /// What becomes of what is remembered with an autoscaler of what it scales, or did.
    pub(super) fn heir(&self, id: TargetId) -> Heir {
        let Some(heir) = self.targets.heir(id) else { return Heir::None };
        let Some((entry, _)) = self.targets.get(id).and_then(|target| target.entry.as_deref()) else {
            return Heir::None;
        };
        let Some(target) = self.targets.get(heir) else { return Heir::None };
        let is_apart = self.is_apart(id, heir);
        if !is_apart {
            return Heir::None;
        }
        let is_seen = |id: TargetId| {
            let is_there = self.targets.get(id).is_some_and(|target| target.state.is_some());
            let kind = self.targets.key(id).map(|key| &key.kind);
            is_there || kind.is_some_and(|kind| self.kinds.is_complete(kind) || self.kinds.unserved(kind).is_some())
        };
        if !is_seen(id) || !is_seen(heir) || target.writing {
            return Heir::Unknown;
        }
        if self.leaves(id, heir) {
            return Heir::None;
        }
        let Some(state) = target.state.as_ref().filter(|_| self.owes(id, heir)) else {
            return Heir::Has(Entry { beneath: None, ..entry.clone() });
        };
        let original = entry.beneath.as_ref().map_or(0, |beneath| beneath.original);
        let on_delete = if self.gives_back(id, heir) { OnDelete::Restore } else { entry.on_delete };
        let uid = (*state.uid).to_owned();
        let entry = Entry { uid, original, held: 0, ranges: None, beneath: None, on_delete, ..entry.clone() };
        Heir::Takes(heir, entry)
    }

    /// Whether an autoscaler owes a workload what that had: it has none, and nothing is remembered of it by its own name.
    fn owes(&self, autoscaler: TargetId, heir: TargetId) -> bool {
        let Some(target) = self.targets.get(heir).filter(|target| target.entry.is_none()) else { return false };
        let sleeps = target.state.as_ref().is_some_and(|state| state.replicas == 0 && !state.deleting);
        sleeps && self.is_apart(autoscaler, heir)
    }

    /// The workload that an autoscaler has left at none when it went.
    pub(super) fn left_by(&self, id: TargetId) -> Option<Left<'_>> {
        let heir = self.targets.heir(id).filter(|heir| self.leaves(id, *heir))?;
        let annotated = self.targets.get(heir)?.state.as_ref()?.original;
        let beneath = self.targets.get(id)?.entry.as_ref()?.0.beneath.as_ref()?;
        Some(Left { key: self.targets.key(heir)?, original: annotated.unwrap_or(beneath.original) })
    }

    /// Whether an autoscaler that is gone has left a workload at none that nobody has, and to which nothing is to be given back.
    fn leaves(&self, autoscaler: TargetId, heir: TargetId) -> bool {
        let is_gone = self.targets.get(autoscaler).is_some_and(|target| target.state.is_none());
        let is_nobodys = self.targets.first(heir).is_none();
        is_gone && is_nobodys && self.owes(autoscaler, heir) && !self.gives_back(autoscaler, heir)
    }

    /// Whether what is remembered with an autoscaler is given back to a workload where nobody has that: not what somebody else owns.
    fn gives_back(&self, autoscaler: TargetId, heir: TargetId) -> bool {
        let (Some(target), Some(key)) = (self.targets.get(autoscaler), self.targets.key(autoscaler)) else {
            return false;
        };
        let Some(entry) = target.entry.as_deref().map(|(entry, _)| entry) else { return false };
        let namespace = if entry.holder_kind.is_of_namespace() { &*key.namespace } else { "" };
        let holder = self.policies.find(&PolicyKey { namespace: namespace.into(), name: entry.holder.as_str().into() });
        // It may have been edited since that was written.
        let compiled = holder.and_then(|holder| self.policies.get(holder)?.policy.compiled());
        let on_delete = compiled.map_or(entry.on_delete, |compiled| compiled.on_delete);
        let state = self.targets.get(heir).and_then(|target| target.state.as_ref());
        on_delete == OnDelete::Restore && state.is_some_and(TargetState::may_be_ours)
    }

    /// Whether an autoscaler doesn't scale a workload any more, or whoever acts on that does so by its own name.
    fn is_apart(&self, autoscaler: TargetId, heir: TargetId) -> bool {
        self.targets.scales(autoscaler) != Some(heir) || self.targets.held_by(heir).is_some_and(|(_, by)| by == heir)
    }
}
