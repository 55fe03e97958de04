//! The subresource `scale`, whose owners of the count are kept in the object that is scaled.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::check;
use crate::fields::{self, Entry, Set};
use crate::kind::Kind;
use crate::refusal::Refusal;
use crate::request::Subresource;
use crate::store::{Key, Store, Stored};
use crate::value::{child_mut, merge, metadata_mut, number, text};
use crate::write::Author;

const API_VERSION: &str = "autoscaling/v1";

/// As an admission webhook does that lets no more through.
pub(crate) fn cap(kind: Kind, value: &mut Value, most: Option<i64>) {
    if let Some(most) = most
        && kind.about().scale
        && count_of(kind, value).is_some_and(|replicas| replicas > most)
    {
        child_mut(value, "spec").insert(kind.about().count.to_owned(), most.into());
    }
}

fn count_of(kind: Kind, object: &Value) -> Option<i64> {
    number(object, &format!("/spec/{}", kind.about().count))
}

/// The field of the count, as managedFields has it.
fn field(kind: Kind) -> String {
    format!("f:spec\u{1}f:{}", kind.about().count)
}

/// What the real one says to a GET of a custom resource's scale whose count is absent.
pub(crate) fn absent(kind: Kind, object: &Value) -> Option<Refusal> {
    let is_absent = kind.is_custom() && count_of(kind, object).is_none();
    is_absent
        .then(|| Refusal::internal(&format!("the spec replicas field \".spec.{}\" does not exist", kind.about().count)))
}

/// The scale of an object.
pub(crate) fn of(kind: Kind, object: &Value) -> Value {
    let replicas = count_of(kind, object).unwrap_or_default();
    let mut labels: Vec<String> = object
        .pointer("/spec/selector/matchLabels")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()))
        .collect();
    labels.sort();
    let mut scale = json!({
        "kind": "Scale",
        "apiVersion": API_VERSION,
        "metadata": {},
        "spec": {},
        "status": { "replicas": number(object, "/status/replicas").unwrap_or_default() },
    });
    for field in ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"] {
        if let Some(value) = object.pointer("/metadata").and_then(|metadata| metadata.get(field)) {
            metadata_mut(&mut scale).insert(field.to_owned(), value.clone());
        }
    }
    // The real one leaves 0 out.
    if replicas != 0 {
        child_mut(&mut scale, "spec").insert("replicas".to_owned(), replicas.into());
    }
    if !labels.is_empty() {
        child_mut(&mut scale, "status").insert("selector".to_owned(), labels.join(",").into());
    }
    scale
}

impl Store {
    /// A write to a scale: PUT, merge patch or apply.
    pub(crate) fn scale(
        &mut self,
        kind: Kind,
        key: &Key,
        author: &Author,
        wanted: &ScaleWrite<'_>,
    ) -> Result<Arc<Stored>, Refusal> {
        let old = self.get(kind, key).ok_or_else(|| Refusal::not_found(kind, &key.1))?;
        if kind.is_custom() && matches!(wanted, ScaleWrite::Apply(_)) {
            return Err(Refusal::internal("no corresponding type for autoscaling/v1, Kind=Scale"));
        }
        let before = of(kind, &old.value);
        let mut after = before.clone();
        match wanted {
            ScaleWrite::Put(scale) => after = (*scale).clone(),
            ScaleWrite::Merge(patch) | ScaleWrite::Apply(patch) => merge(&mut after, patch),
        }
        let (given, named) = (text(&after, "/apiVersion"), text(&after, "/kind"));
        if !(given.is_empty() || given == API_VERSION) || !(named.is_empty() || named == "Scale") {
            return Err(Refusal::bad_request(&format!("{given} {named} is not a Scale of {API_VERSION}")));
        }
        check::preconditions(kind, author, &key.1, &old, &after)?;
        check::replicas(("autoscaling", "Scale"), &key.1, &after)?;
        let replicas = number(&after, "/spec/replicas").unwrap_or_default();
        let mut entries = fields::read(&old.value);
        let by = Author { subresource: Some(Subresource::Scale), ..author.clone() }.entry(kind);
        own(kind, &mut entries, &old.value, replicas, &by, author.force)?;
        let direct = Author { apply: true, subresource: None, ..author.clone() };
        self.change(kind, key, &direct, |old| {
            let mut new = old.clone();
            child_mut(&mut new, "spec").insert(kind.about().count.to_owned(), replicas.into());
            fields::write(&mut new, entries);
            Ok(new)
        })
    }
}

/// What is written to a scale.
#[derive(Debug)]
pub(crate) enum ScaleWrite<'a> {
    Put(&'a Value),
    Merge(&'a Value),
    Apply(&'a Value),
}

/// Who owns the count after the write.
fn own(
    kind: Kind,
    entries: &mut Vec<Entry>,
    old: &Value,
    replicas: i64,
    by: &Entry,
    force: bool,
) -> Result<(), Refusal> {
    let (field, present) = (field(kind), count_of(kind, old).unwrap_or_default());
    let count = || Set::from([field.clone()]);
    if by.apply {
        let wanted = Value::from(replicas);
        // In the scale's own terms, in which the refusal is told.
        let seen = |entry: &Entry| Entry { api_version: API_VERSION.to_owned(), ..entry.clone() };
        let owners: Vec<Entry> = entries.iter().map(seen).collect();
        let clashes = fields::conflicts(&owners, old, &[(field.clone(), &wanted)], &seen(by));
        if !clashes.is_empty() && !force {
            return Err(crate::apply::conflict(&clashes));
        }
        if replicas != present {
            take_count(entries, &field, |entry| !entry.is_of(by));
        }
        entries.retain(|entry| !entry.is_of(by));
        entries.push(Entry { set: count(), time: None, ..by.clone() });
        return Ok(());
    }
    if replicas == present {
        return Ok(());
    }
    // A count of 0 is absent in the scale, and of what is absent nobody is the owner, as in the real one; which keeps
    // no write to a scale with its time, either.
    if replicas == 0 {
        take_count(entries, &field, |_| true);
        return Ok(());
    }
    take_count(entries, &field, |entry| !entry.is_of(by));
    entries.retain(|entry| !entry.is_of(by));
    entries.push(Entry { set: count(), time: None, ..by.clone() });
    Ok(())
}

fn take_count(entries: &mut [Entry], field: &str, from: impl Fn(&Entry) -> bool) {
    for entry in entries.iter_mut().filter(|entry| from(entry)) {
        entry.set.remove(field);
    }
}
