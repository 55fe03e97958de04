//! The ScaleRecords: which there are, what they say, and what is about to be written into them.
//!
//! An entry is written before its target is, and of one record one request is under way at a time: what is decided in one round goes
//! together, and whoever comes while a request is under way decides anew when that has ended.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::feed::{Asked, Asker};
use super::ids::{AssignmentId, NamespaceId, TargetId};
use super::state::Engine;
use crate::api::text::plain;
use crate::api::{API_VERSION, Entry, RECORD_KIND, RECORD_MAX};
use crate::cluster::requests::{Answer, Failure, Request};
use crate::cluster::seen::{Record as Seen, Seen as _};
use crate::policy::Remember;
use crate::target::TargetKey;

/// The name of a namespace's first record; the others have a number behind it.
const NAME: &str = "kyklos";
/// Of so many entries that can't be read the log has the names.
const SAID: usize = 5;
/// The watch is given so long to bring what the API server knows already.
const CATCH_UP: Duration = Duration::from_secs(1);

/// The name of a record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordKey {
    /// Its namespace.
    pub namespace: Arc<str>,
    /// Its name.
    pub name: Box<str>,
}

impl RecordKey {
    pub(super) fn path(&self) -> String {
        format!("{}/{}", self.folder(), self.name)
    }

    fn folder(&self) -> String {
        format!("/apis/{API_VERSION}/namespaces/{}/scalerecords", self.namespace)
    }
}

/// A record.
#[derive(Debug, Default)]
pub struct Record {
    /// Its identity; empty where it isn't there.
    pub(super) uid: Box<str>,
    version: u64,
    epoch: u32,
    /// Those of which it has an entry.
    targets: BTreeSet<TargetId>,
    /// How many entries it has that can't be read. They are left as they are.
    strange: usize,
    /// What is to be written into it.
    batch: Option<Batch>,
    /// Whether a request is under way.
    sending: bool,
    /// Those that look again once that has ended.
    waiting: BTreeSet<AssignmentId>,
}

/// What is written into a record together.
#[derive(Debug)]
pub struct Batch {
    /// In whose namespace.
    pub(super) namespace: NamespaceId,
    /// When its turn began.
    pub(super) begun: Duration,
    /// What becomes of which target's entry, by the target's name in the record.
    changes: BTreeMap<TargetId, (String, Option<Entry>)>,
    /// Who has decided so, for which target and on account of which object.
    askers: Vec<(AssignmentId, TargetId, Box<str>)>,
}

impl Batch {
    /// Those for which nobody has asked in whose status it would be said that it comes to nothing.
    pub(super) fn apart(&self) -> impl Iterator<Item = TargetId> {
        let is_asked = |id: &TargetId| self.askers.iter().any(|(_, target, _)| target == id);
        self.changes.keys().copied().filter(move |id| !is_asked(id))
    }
}

/// All records.
pub type Records = BTreeMap<RecordKey, Record>;

impl Engine {
    /// A record as a watch has brought it.
    pub(super) fn note_record(&mut self, object: &Seen, listed: bool) {
        let namespace = self.namespaces.intern(object.in_namespace()).1;
        let key = RecordKey { namespace: Arc::clone(&namespace), name: object.named().into() };
        // What lies in no namespace is remembered where Kyklos is that looks at the whole cluster.
        let none = self.namespaces.intern("").1;
        let none = Some(&none).filter(|_| self.is_wide() && namespace == self.own_namespace);
        let epoch = self.recorded.epoch;
        let record = self.records.entry(key.clone()).or_default();
        record.epoch = epoch;
        let same = *record.uid == *object.uid_text();
        let is_older = !listed && record.version > object.version();
        if same && (record.version == object.version() || is_older) {
            return;
        }
        (record.uid, record.version) = (object.uid_text().into(), object.version());
        let before = mem::take(&mut record.targets);
        let mut now = BTreeSet::new();
        let mut strange: Vec<&str> = object.strange.iter().map(|called| &**called).collect();
        for (called, entry) in &object.entries {
            let Some(target) = TargetKey::of_record(&namespace, none, called) else {
                strange.push(called);
                continue;
            };
            self.watch_kind(&target.kind);
            let id = self.targets.intern(target);
            now.insert(id);
            self.set_entry(id, Some((entry.clone(), key.clone())));
        }
        for gone in before.difference(&now) {
            self.set_entry(*gone, None);
        }
        if !strange.is_empty() {
            let first: Vec<_> = strange.iter().take(SAID).copied().collect();
            let (record, of) = (key.path(), plain(&first.join(", ")).into_owned());
            let entries = strange.len();
            tracing::warn!(record, entries, of, "entries that can't be read are left as they are");
        }
        if let Some(record) = self.records.get_mut(&key) {
            (record.targets, record.strange) = (now, strange.len());
        }
    }

    /// A record is gone.
    pub(super) fn forget_record(&mut self, object: &Seen) {
        let key = RecordKey { namespace: object.in_namespace().into(), name: object.named().into() };
        if self.records.get(&key).is_some_and(|record| *record.uid == *object.uid_text()) {
            self.lose_record(&key);
        }
    }

    /// All records are known.
    pub(super) fn records_complete(&mut self) {
        let first = !self.recorded.complete;
        let epoch = self.recorded.complete();
        let old = self.records.iter().filter(|(_, record)| record.epoch != epoch && !record.uid.is_empty());
        let old: Vec<_> = old.map(|(key, _)| key.clone()).collect();
        old.iter().for_each(|key| self.lose_record(key));
        if first {
            tracing::info!("all ScaleRecords are known");
            self.mark_all();
        }
    }

    fn lose_record(&mut self, key: &RecordKey) {
        let Some(record) = self.records.get_mut(key) else { return };
        (record.uid, record.version, record.strange) = ("".into(), 0, 0);
        let targets = mem::take(&mut record.targets);
        if !record.sending && record.batch.is_none() {
            self.records.remove(key);
        }
        targets.into_iter().for_each(|target| self.set_entry(target, None));
    }

    /// What is remembered of a target is this now.
    fn set_entry(&mut self, id: TargetId, entry: Option<(Entry, RecordKey)>) {
        let Some(target) = self.targets.get(id) else { return };
        if target.entry.as_deref() == entry.as_ref() {
            return;
        }
        self.note_heir(id, entry.as_ref());
        self.orphans.returns.note_forgotten(id);
        if let Some(target) = self.targets.get_mut(id) {
            target.entry = entry.map(Box::new);
        }
        self.watch_scaled(id);
        self.orphans.insert(id);
        if let Some(beneath) = self.targets.scales(id) {
            // What was remembered of that one by its own name is remembered with this one from now on.
            self.orphans.insert(beneath);
        }
        // What it was handed over from says the same before this is worked off.
        let handed_over: Vec<_> = self.targets.bequeathed_by(id).collect();
        handed_over.into_iter().for_each(|autoscaler| self.orphans.insert(autoscaler));
        self.mark_holder(id);
        self.targets.tidy(id);
    }

    /// Has something written down of a target when this round is over. `asker` looks again then.
    pub(super) fn remember(&mut self, target: TargetId, change: Remember, asker: Option<AssignmentId>, boot: Duration) {
        let Some(name) = self.targets.key(target).cloned() else { return };
        let Some(key) = self.record_of(target) else { return };
        let (namespace, _) = self.namespaces.intern(&name.namespace);
        let may_begin = self.turns.may_scale(namespace, boot);
        let record = self.records.entry(key).or_default();
        if record.sending {
            record.waiting.extend(asker);
            return;
        }
        if record.batch.is_none() && !may_begin {
            asker.into_iter().for_each(|asker| self.mark(asker));
            return;
        }
        let batch = record.batch.get_or_insert_with(|| {
            let begun = self.time.boot();
            self.turns.begin_scale(namespace, begun);
            Batch { namespace, begun, changes: BTreeMap::new(), askers: Vec::new() }
        });
        let change = match change {
            Remember::Keep(entry) => Some(entry),
            Remember::Forget => None,
        };
        if let Some(target) = self.targets.get_mut(target) {
            target.forgets = change.is_none();
        }
        batch.changes.insert(target, (name.recorded_as(), change));
        let Some((asker, task)) = asker.and_then(|asker| Some((asker, self.assignments.get_mut(asker)?))) else {
            return;
        };
        if let Some(slot) = self.policies.get(task.policy) {
            task.recording = true;
            batch.askers.push((asker, target, slot.policy.identity.uid.clone()));
        }
    }

    /// The record in which it is remembered what a target had, or would be.
    pub(super) fn record_of(&self, target: TargetId) -> Option<RecordKey> {
        let name = self.targets.key(target)?;
        let present = self.targets.get(target)?.entry.as_ref();
        Some(match present {
            Some(entry) => entry.1.clone(),
            None if name.namespace.is_empty() => self.room_in(&self.own_namespace),
            None => self.room_in(&name.namespace),
        })
    }

    /// The first record of a namespace that has room.
    fn room_in(&self, namespace: &Arc<str>) -> RecordKey {
        let mut number = 1_usize;
        loop {
            let name = if number == 1 { NAME.into() } else { format!("{NAME}-{number}").into() };
            let key = RecordKey { namespace: Arc::clone(namespace), name };
            let taken = self.records.get(&key).map_or(0, |record| {
                record.targets.len() + record.strange + record.batch.as_ref().map_or(0, |batch| batch.changes.len())
            });
            if taken < RECORD_MAX {
                return key;
            }
            number += 1;
        }
    }

    /// The namespaces of those into whose records this round has something written.
    pub(super) fn written_in(&self) -> Vec<NamespaceId> {
        self.records.values().filter_map(|record| Some(record.batch.as_ref()?.namespace)).collect()
    }

    /// Sends what this round has to be written down.
    pub(super) fn write_down(&mut self) {
        let due: Vec<_> =
            self.records.iter().filter(|(_, record)| record.batch.is_some()).map(|(key, _)| key.clone()).collect();
        for key in due {
            let Some(record) = self.records.get_mut(&key) else { continue };
            let Some(batch) = record.batch.take() else { continue };
            record.sending = true;
            let request = record.request(&key, &batch);
            self.spawn(Asker::nobody(batch.namespace), request, Asked::Record { key, batch });
        }
    }

    /// What became of it.
    pub(super) fn written_down(
        &mut self,
        key: &RecordKey,
        batch: Batch,
        result: Result<Answer, Failure>,
        boot: Duration,
    ) {
        for id in batch.changes.keys() {
            if self.targets.get_mut(*id).is_some_and(|target| mem::take(&mut target.forgets)) {
                self.mark_holder(*id);
            }
        }
        let rests = self.note_tried(key, &batch, result.as_ref().err(), boot);
        let Some(record) = self.records.get_mut(key) else { return };
        record.sending = false;
        let mut askers: BTreeSet<_> = mem::take(&mut record.waiting);
        match result {
            Ok(answer) => {
                let is_gone = answer.version() == 0;
                if is_gone {
                    (record.uid, record.version) = ("".into(), 0);
                } else if answer.version() > record.version {
                    (record.uid, record.version) = (answer.uid().into(), answer.version());
                }
                for (target, (_, entry)) in batch.changes {
                    if let Some(record) = self.records.get_mut(key) {
                        if entry.is_some() {
                            record.targets.insert(target)
                        } else {
                            record.targets.remove(&target)
                        };
                    }
                    self.set_entry(target, entry.map(|entry| (entry, key.clone())));
                }
                for (asker, target, uid) in batch.askers {
                    self.recorded_for((asker, target, &uid), None, boot);
                    askers.insert(asker);
                }
            }
            Err(failure) => {
                if failure.code() == Some(404) {
                    // Made anew with the next try.
                    (record.uid, record.version) = ("".into(), 0);
                }
                for (asker, target, uid) in batch.askers {
                    self.recorded_for((asker, target, &uid), Some(&failure), boot);
                    askers.insert(asker);
                }
                for target in batch.changes.into_keys() {
                    self.orphans.retry([target], rests.max(boot + CATCH_UP));
                    if self.orphans.returns.note_forgotten(target) {
                        self.mark_holder(target);
                    }
                }
            }
        }
        if self.records.get(key).is_some_and(|record| record.uid.is_empty() && record.targets.is_empty()) {
            self.records.remove(key);
        }
        askers.into_iter().for_each(|asker| self.mark(asker));
    }

    /// Those of which anything is remembered in a namespace, or anywhere.
    pub(super) fn remembered_in(&self, namespace: Option<&Arc<str>>) -> Vec<TargetId> {
        let of = self.records.iter().filter(|(key, _)| namespace.is_none_or(|namespace| key.namespace == *namespace));
        of.flat_map(|(_, record)| record.targets.iter().copied()).collect()
    }

    /// Whoever waits for what was written down goes on, or waits longer.
    fn recorded_for(
        &mut self,
        (asker, target, uid): (AssignmentId, TargetId, &str),
        failure: Option<&Failure>,
        boot: Duration,
    ) {
        let Some(task) = self.still(asker, target, uid) else { return };
        task.recording = false;
        // What wasn't sent is another's to write, or the next process'.
        let failure = failure.filter(|failure| **failure != Failure::NotSent);
        task.unwritten = failure.map(|failure| failure.message().into());
        let Some(failure) = failure else { return };
        // It was made or written by somebody since: as it is now comes with the watch.
        let is_late = matches!(failure.code(), Some(404 | 409));
        if is_late {
            task.unwritten = None;
            task.stale = Some(u64::MAX);
            self.retries.set(asker, Some(boot + CATCH_UP));
            return;
        }
        let policy = task.policy;
        if let (Some(slot), Some(task)) = (self.policies.get(policy), self.assignments.get_mut(asker)) {
            task.scales.fail(boot, failure.wait(), super::outcome::salt(slot));
        }
    }
}

impl Record {
    /// The one request that does all of it: a record that isn't there is made, one of which nothing is left goes.
    fn request(&self, key: &RecordKey, batch: &Batch) -> Request {
        if self.uid.is_empty() {
            let entries = batch.changes.values().filter_map(|(called, entry)| Some((called.clone(), entry.as_ref()?)));
            let entries: Map<String, Value> = entries.map(|(called, entry)| (called, json!(entry))).collect();
            let object = json!({
                "apiVersion": API_VERSION, "kind": RECORD_KIND,
                "metadata": { "name": key.name, "namespace": &*key.namespace },
                "spec": { "entries": entries },
            });
            return Request::create(&key.folder(), object);
        }
        let entries: Map<String, Value> =
            batch.changes.values().map(|(called, entry)| (called.clone(), written(entry.as_ref()))).collect();
        let adds = batch.changes.values().any(|(_, entry)| entry.is_some());
        let is_left = self.strange > 0 || self.targets.iter().any(|target| !batch.changes.contains_key(target));
        if !adds && !is_left {
            return Request::delete(&key.path(), &self.uid, self.version);
        }
        let patch = json!({ "apiVersion": API_VERSION, "kind": RECORD_KIND, "spec": { "entries": entries } });
        Request::merge(&key.path(), patch)
    }
}

/// An entry as a merge patch has it, which leaves alone what it doesn't name.
fn written(entry: Option<&Entry>) -> Value {
    let mut value = serde_json::to_value(entry).unwrap_or_default();
    if let (Some(fields), Some(entry)) = (value.as_object_mut(), entry) {
        let is_awake = entry.ranges.is_some() && entry.beneath.is_none();
        for (field, goes) in [("left", entry.left.is_none()), ("beneath", is_awake)] {
            if goes {
                fields.insert(field.to_owned(), Value::Null);
            }
        }
    }
    if let (Some(fields), Some(true)) = (value.as_object_mut(), entry.map(|entry| entry.holder_kind.is_of_namespace()))
    {
        fields.insert("holderKind".to_owned(), Value::Null);
    }
    value
}
