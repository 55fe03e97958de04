//! Creating, changing and deleting objects: what the registry of the API server does between a request and etcd.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::check;
use crate::fields::{self, Entry, Set};
use crate::kind::{Generation, Kind};
use crate::refusal::Refusal;
use crate::request::Subresource;
use crate::store::{Key, Store, Stored};
use crate::value::{map_mut, metadata_mut, set_text, text};

/// Who writes, and how.
#[derive(Clone, Debug)]
pub(crate) struct Author {
    pub(crate) manager: String,
    /// The instant, as it is written into objects.
    pub(crate) stamp: String,
    pub(crate) subresource: Option<Subresource>,
    /// Server-side apply, and whether it takes fields from others.
    pub(crate) apply: bool,
    pub(crate) force: bool,
    /// The whole object is replaced.
    pub(crate) put: bool,
    /// Everything is done but storing it.
    pub(crate) dry: bool,
    /// An admission webhook that lets no more replicas through than these.
    pub(crate) cap: Option<i64>,
}

impl Author {
    pub(crate) fn new(manager: &str, stamp: String) -> Self {
        Self {
            manager: manager.to_owned(),
            stamp,
            subresource: None,
            apply: false,
            force: false,
            put: false,
            dry: false,
            cap: None,
        }
    }

    pub(crate) fn entry(&self, kind: Kind) -> Entry {
        Entry {
            manager: self.manager.clone(),
            apply: self.apply,
            api_version: kind.api_version(),
            subresource: match self.subresource {
                Some(Subresource::Scale) => "scale".to_owned(),
                Some(Subresource::Status) => "status".to_owned(),
                Some(Subresource::Other) | None => String::new(),
            },
            time: Some(self.stamp.clone()),
            set: Set::new(),
        }
    }
}

impl Store {
    /// Creates an object in a namespace that has been looked at already.
    pub(crate) fn create(
        &mut self,
        kind: Kind,
        namespace: &str,
        mut value: Value,
        author: &Author,
    ) -> Result<Arc<Stored>, Refusal> {
        check::type_of(kind, &value)?;
        let about = kind.about();
        let name = match text(&value, "/metadata/name") {
            "" => check::generated(kind, text(&value, "/metadata/generateName"), self.version)?,
            name => name.to_owned(),
        };
        check::name(kind, &name)?;
        check::namespace(kind, namespace, &value)?;
        let key = (namespace.to_owned(), name);
        self.open(kind, namespace, &key.1)?;
        if self.shelf(kind).objects.contains_key(&key) {
            return Err(Refusal::already_exists(kind, &key.1));
        }
        let uid = self.uid();
        if about.status && kind != Kind::Namespace {
            map_mut(&mut value).remove("status");
        }
        set_text(map_mut(&mut value), "apiVersion", &kind.api_version());
        set_text(map_mut(&mut value), "kind", about.name);
        let metadata = metadata_mut(&mut value);
        for given in ["resourceVersion", "deletionTimestamp", "managedFields", "generateName"] {
            metadata.remove(given);
        }
        set_text(metadata, "name", &key.1);
        if about.namespaced {
            set_text(metadata, "namespace", namespace);
        }
        set_text(metadata, "uid", &uid);
        set_text(metadata, "creationTimestamp", &author.stamp);
        if about.generation != Generation::None {
            metadata.insert("generation".to_owned(), 1.into());
        }
        crate::defaults::fill(kind, &mut value);
        crate::scale::cap(kind, &mut value, author.cap);
        check::content(kind, &key, &value, None)?;
        let mut entries = Vec::new();
        fields::update(&mut entries, None, &value, author.entry(kind));
        fields::write(&mut value, entries);
        Ok(self.settle(kind, key, value, author))
    }

    /// Changes an object: `change` gets the present one and returns what is wanted instead.
    pub(crate) fn change(
        &mut self,
        kind: Kind,
        key: &Key,
        author: &Author,
        wanted: impl FnOnce(&Value) -> Result<Value, Refusal>,
    ) -> Result<Arc<Stored>, Refusal> {
        let old = self.get(kind, key).ok_or_else(|| Refusal::not_found(kind, &key.1))?;
        let mut new = wanted(&old.value)?;
        check::type_of(kind, &new)?;
        check::preconditions(kind, author, &key.1, &old, &new)?;
        keep_system(&old.value, &mut new);
        keep_other_half(kind, author.subresource, &old.value, &mut new);
        crate::defaults::fill(kind, &mut new);
        crate::scale::cap(kind, &mut new, author.cap);
        check::content(kind, key, &new, Some(&old.value))?;
        if !author.apply {
            // An apply has found out about its owners itself.
            let mut entries = fields::read(&old.value);
            fields::update(&mut entries, Some(&old.value), &new, author.entry(kind));
            fields::write(&mut new, entries);
        }
        if same(&old.value, &new) {
            return Ok(old);
        }
        raise_generation(kind, &old.value, &mut new);
        if is_through(&new) {
            if author.dry {
                return Ok(Arc::new(Stored::new(old.version, new)));
            }
            self.put(kind, key.clone(), new);
            return self.remove(kind, key).ok_or_else(|| Refusal::not_found(kind, &key.1));
        }
        Ok(self.settle(kind, key.clone(), new, author))
    }

    /// Deletes an object, or marks it where finalizers hold it.
    pub(crate) fn delete(
        &mut self,
        kind: Kind,
        key: &Key,
        options: &Value,
        author: &Author,
    ) -> Result<Arc<Stored>, Refusal> {
        let old = self.get(kind, key).ok_or_else(|| Refusal::not_found(kind, &key.1))?;
        check::deletion(kind, &key.1, &old, options)?;
        if author.dry {
            return Ok(old);
        }
        let held =
            old.value.pointer("/metadata/finalizers").and_then(Value::as_array).is_some_and(|all| !all.is_empty());
        if held {
            if !text(&old.value, "/metadata/deletionTimestamp").is_empty() {
                return Ok(old);
            }
            let mut new = old.value.clone();
            let metadata = metadata_mut(&mut new);
            set_text(metadata, "deletionTimestamp", &author.stamp);
            metadata.insert("deletionGracePeriodSeconds".to_owned(), 0.into());
            if let Some(generation) = metadata.get("generation").and_then(Value::as_i64) {
                metadata.insert("generation".to_owned(), (generation + 1).into());
            }
            return Ok(self.put(kind, key.clone(), new));
        }
        self.remove(kind, key).ok_or_else(|| Refusal::not_found(kind, &key.1))
    }

    /// Whether something can be created in a namespace.
    pub(crate) fn open(&mut self, kind: Kind, namespace: &str, name: &str) -> Result<(), Refusal> {
        if !kind.about().namespaced {
            return Ok(());
        }
        let space = self
            .get(Kind::Namespace, &(String::new(), namespace.to_owned()))
            .ok_or_else(|| Refusal::not_found(Kind::Namespace, namespace))?;
        if text(&space.value, "/status/phase") == "Terminating" {
            return Err(check::terminating(kind, namespace, name));
        }
        Ok(())
    }

    fn settle(&mut self, kind: Kind, key: Key, value: Value, author: &Author) -> Arc<Stored> {
        if author.dry { Arc::new(Stored::new(self.version, value)) } else { self.put(kind, key, value) }
    }
}

/// What nobody can change.
fn keep_system(old: &Value, new: &mut Value) {
    let kept = ["name", "namespace", "uid", "creationTimestamp", "generation", "deletionTimestamp", "resourceVersion"];
    let metadata = metadata_mut(new);
    for field in kept {
        match old.pointer("/metadata").and_then(|metadata| metadata.get(field)) {
            Some(value) => metadata.insert(field.to_owned(), value.clone()),
            None => metadata.remove(field),
        };
    }
    // What is empty is left out.
    for field in ["annotations", "labels"] {
        if metadata.get(field).and_then(Value::as_object).is_some_and(Map::is_empty) {
            metadata.remove(field);
        }
    }
    for field in ["apiVersion", "kind"] {
        if let Some(value) = old.get(field) {
            map_mut(new).insert(field.to_owned(), value.clone());
        }
    }
    if metadata_mut(new).get("managedFields").is_none()
        && let Some(entries) = old.pointer("/metadata/managedFields")
    {
        metadata_mut(new).insert("managedFields".to_owned(), entries.clone());
    }
}

/// A write of the status changes nothing else, and another write doesn't change the status.
fn keep_other_half(kind: Kind, part: Option<Subresource>, old: &Value, new: &mut Value) {
    if !kind.about().status {
        return;
    }
    if part == Some(Subresource::Status) {
        let status = new.get("status").cloned();
        let entries = new.pointer("/metadata/managedFields").cloned();
        *new = old.clone();
        set_or_remove(new, "status", status);
        if let Some(entries) = entries {
            metadata_mut(new).insert("managedFields".to_owned(), entries);
        }
    } else {
        set_or_remove(new, "status", old.get("status").cloned());
    }
}

fn set_or_remove(object: &mut Value, field: &str, value: Option<Value>) {
    match value {
        Some(value) => map_mut(object).insert(field.to_owned(), value),
        None => map_mut(object).remove(field),
    };
}

/// Whether nothing has changed but the times at which somebody became an owner.
fn same(old: &Value, new: &Value) -> bool {
    if !same_but(old, new, &["metadata"]) {
        return false;
    }
    let (Some(before), Some(after)) = (old.get("metadata"), new.get("metadata")) else { return false };
    let timeless = |value: &Value| {
        let mut entries = fields::read(value);
        entries.iter_mut().for_each(|entry| entry.time = None);
        entries
    };
    same_but(before, after, &["managedFields"]) && timeless(old) == timeless(new)
}

/// Whether two maps are the same but for some fields.
fn same_but(one: &Value, other: &Value, fields: &[&str]) -> bool {
    let (Some(one), Some(other)) = (one.as_object(), other.as_object()) else { return one == other };
    let counted = |map: &Map<String, Value>| map.keys().filter(|key| !fields.contains(&key.as_str())).count();
    counted(one) == counted(other)
        && one.iter().all(|(key, value)| fields.contains(&key.as_str()) || other.get(key) == Some(value))
}

fn raise_generation(kind: Kind, old: &Value, new: &mut Value) {
    let differs = |pointer: &str| old.pointer(pointer) != new.pointer(pointer);
    let raised = match kind.about().generation {
        Generation::None => false,
        Generation::Spec => differs("/spec"),
        Generation::SpecOrAnnotations => differs("/spec") || differs("/metadata/annotations"),
        Generation::AllButStatus => !same_but(old, new, &["metadata", "status"]),
    };
    if raised {
        let generation = crate::value::number(old, "/metadata/generation").unwrap_or_default() + 1;
        metadata_mut(new).insert("generation".to_owned(), generation.into());
    }
}

/// Whether an object that is being deleted has lost its last finalizer.
fn is_through(object: &Value) -> bool {
    let finalizers = object.pointer("/metadata/finalizers").and_then(Value::as_array);
    !text(object, "/metadata/deletionTimestamp").is_empty() && finalizers.is_none_or(Vec::is_empty)
}
