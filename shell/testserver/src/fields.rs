//! Who owns which field: `metadata.managedFields`, as far as one can tell the owners of a count by it.
//!
//! Lists are owned as a whole here, whatever their merge keys are.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::value::{map_mut, metadata_mut, text};

/// Between the parts of a path; no name of a field has it.
const BETWEEN: char = '\u{1}';

/// The path of the count in an object that can be scaled, and in its scale.
#[cfg(test)]
pub(crate) const REPLICAS: &str = "f:spec\u{1}f:replicas";

/// Of these fields of metadata nobody is the owner.
const SYSTEM: [&str; 10] = [
    "name",
    "namespace",
    "generateName",
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "managedFields",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
];

pub(crate) type Set = BTreeSet<String>;

/// An entry of `managedFields`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) manager: String,
    pub(crate) apply: bool,
    pub(crate) api_version: String,
    /// Empty for the object itself.
    pub(crate) subresource: String,
    pub(crate) time: Option<String>,
    pub(crate) set: Set,
}

impl Entry {
    /// Whether both are what one manager does in one way.
    pub(crate) fn is_of(&self, other: &Self) -> bool {
        self.manager == other.manager
            && self.apply == other.apply
            && self.subresource == other.subresource
            && self.api_version == other.api_version
    }
}

/// All entries of an object.
pub(crate) fn read(object: &Value) -> Vec<Entry> {
    let entries = object.pointer("/metadata/managedFields").and_then(Value::as_array);
    entries
        .into_iter()
        .flatten()
        .map(|entry| {
            let mut set = Set::new();
            if let Some(fields) = entry.get("fieldsV1").and_then(Value::as_object) {
                flatten(fields, &mut String::new(), &mut set);
            }
            Entry {
                manager: text(entry, "/manager").to_owned(),
                apply: text(entry, "/operation") == "Apply",
                api_version: text(entry, "/apiVersion").to_owned(),
                subresource: text(entry, "/subresource").to_owned(),
                time: entry.get("time").and_then(Value::as_str).map(str::to_owned),
                set,
            }
        })
        .collect()
}

/// Writes the entries into an object, those that own nothing left out, in the API server's order.
pub(crate) fn write(object: &mut Value, mut entries: Vec<Entry>) {
    entries.retain(|entry| !entry.set.is_empty());
    entries.sort_by(|a, b| {
        let order =
            |entry: &Entry| (!entry.apply, entry.time.clone(), entry.manager.clone(), entry.subresource.clone());
        order(a).cmp(&order(b))
    });
    let list: Vec<Value> = entries.iter().map(Entry::json).collect();
    let metadata = metadata_mut(object);
    if list.is_empty() {
        metadata.remove("managedFields");
    } else {
        metadata.insert("managedFields".to_owned(), Value::Array(list));
    }
}

impl Entry {
    fn json(&self) -> Value {
        let mut tree = Value::Object(Map::new());
        for path in &self.set {
            let mut at = &mut tree;
            for part in path.split(BETWEEN) {
                at = map_mut(at).entry(part).or_insert_with(|| json!({}));
            }
        }
        let mut entry = json!({
            "manager": self.manager,
            "operation": if self.apply { "Apply" } else { "Update" },
            "apiVersion": self.api_version,
            "fieldsType": "FieldsV1",
            "fieldsV1": tree,
        });
        let map = map_mut(&mut entry);
        if let Some(time) = &self.time {
            map.insert("time".to_owned(), time.as_str().into());
        }
        if !self.subresource.is_empty() {
            map.insert("subresource".to_owned(), self.subresource.as_str().into());
        }
        entry
    }
}

fn flatten(fields: &Map<String, Value>, path: &mut String, set: &mut Set) {
    for (name, below) in fields {
        // Stands for the parent itself in what the real one writes.
        if name == "." {
            continue;
        }
        let length = path.len();
        if length > 0 {
            path.push(BETWEEN);
        }
        path.push_str(name);
        match below.as_object() {
            Some(below) if !below.is_empty() => flatten(below, path, set),
            _ => {
                set.insert(path.clone());
            }
        }
        path.truncate(length);
    }
}

/// The fields that an object has, with their values.
pub(crate) fn leaves(object: &Value) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    for (name, value) in object.as_object().into_iter().flatten() {
        match name.as_str() {
            "apiVersion" | "kind" => {}
            "metadata" => {
                for (name, value) in value.as_object().into_iter().flatten() {
                    if !SYSTEM.contains(&name.as_str()) {
                        leaves_below(&mut format!("f:metadata{BETWEEN}f:{name}"), value, &mut found);
                    }
                }
            }
            _ => leaves_below(&mut format!("f:{name}"), value, &mut found),
        }
    }
    found
}

fn leaves_below<'a>(path: &mut String, value: &'a Value, found: &mut Vec<(String, &'a Value)>) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (name, value) in map {
                let length = path.len();
                path.push(BETWEEN);
                path.push_str("f:");
                path.push_str(name);
                leaves_below(path, value, found);
                path.truncate(length);
            }
        }
        Value::Null => {}
        _ => found.push((path.clone(), value)),
    }
}

/// The value at a path.
pub(crate) fn at<'a>(object: &'a Value, path: &str) -> Option<&'a Value> {
    path.split(BETWEEN).try_fold(object, |at, part| at.get(part.strip_prefix("f:").unwrap_or(part)))
}

/// Takes away the value at a path.
pub(crate) fn take_away(object: &mut Value, path: &str) {
    let mut at = object;
    let mut parts = path.split(BETWEEN).map(|part| part.strip_prefix("f:").unwrap_or(part)).peekable();
    while let Some(part) = parts.next() {
        let Some(map) = at.as_object_mut() else { return };
        if parts.peek().is_none() {
            map.remove(part);
            return;
        }
        let Some(next) = map.get_mut(part) else { return };
        at = next;
    }
}

/// A path as people are told it: `.spec.replicas`.
pub(crate) fn spoken(path: &str) -> String {
    path.split(BETWEEN).map(|part| format!(".{}", part.strip_prefix("f:").unwrap_or(part))).collect()
}

/// An update: what changed is the manager's now, and nobody else's.
pub(crate) fn update(entries: &mut Vec<Entry>, before: Option<&Value>, after: &Value, by: Entry) {
    let now = leaves(after);
    let names: BTreeSet<&str> = now.iter().map(|(path, _)| path.as_str()).collect();
    let changed: Set = now
        .iter()
        .filter(|(path, value)| before.and_then(|before| at(before, path)) != Some(value))
        .map(|(path, _)| path.clone())
        .collect();
    let gone: Set = before
        .map(leaves)
        .into_iter()
        .flatten()
        .map(|(path, _)| path)
        .filter(|path| !names.contains(path.as_str()))
        .collect();
    if changed.is_empty() && gone.is_empty() {
        return;
    }
    for entry in entries.iter_mut() {
        let own = entry.is_of(&by);
        entry.set.retain(|path| !gone.contains(path) && (own || !changed.contains(path)));
    }
    if changed.is_empty() {
        return;
    }
    match entries.iter_mut().find(|entry| entry.is_of(&by)) {
        Some(entry) => {
            entry.set.extend(changed);
            entry.time = by.time;
        }
        None => entries.push(Entry { set: changed, ..by }),
    }
}

/// The managers other than the applier that own one of these fields with another value: manager and path.
pub(crate) fn conflicts(
    entries: &[Entry],
    live: &Value,
    applied: &[(String, &Value)],
    by: &Entry,
) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (path, value) in applied {
        if at(live, path) == Some(value) {
            continue;
        }
        for entry in entries.iter().filter(|entry| !entry.is_of(by) && entry.set.contains(path)) {
            found.push((describe(entry), path.clone()));
        }
    }
    found
}

fn describe(entry: &Entry) -> String {
    let with = if entry.subresource.is_empty() {
        String::new()
    } else {
        format!(" with subresource \"{}\"", entry.subresource)
    };
    if entry.apply {
        format!("conflict with \"{}\"{with}", entry.manager)
    } else {
        format!("conflict with \"{}\"{with} using {}", entry.manager, entry.api_version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(manager: &str, apply: bool) -> Entry {
        Entry {
            manager: manager.to_owned(),
            apply,
            api_version: "apps/v1".to_owned(),
            subresource: String::new(),
            time: Some("2026-01-01T00:00:00Z".to_owned()),
            set: Set::new(),
        }
    }

    #[test]
    fn entries_survive_writing_and_reading() {
        let mut object = json!({ "metadata": { "name": "x", "labels": { "a.b/c": "d" } }, "spec": { "replicas": 2 } });
        let mut entries = Vec::new();
        update(&mut entries, None, &object.clone(), by("kubectl", false));
        write(&mut object, entries.clone());
        assert_eq!(read(&object), entries);
        let fields = object.pointer("/metadata/managedFields/0/fieldsV1").unwrap();
        assert_eq!(fields, &json!({ "f:metadata": { "f:labels": { "f:a.b/c": {} } }, "f:spec": { "f:replicas": {} } }));
    }

    #[test]
    fn a_change_makes_its_writer_the_only_owner() {
        let before = json!({ "spec": { "replicas": 2, "paused": true } });
        let after = json!({ "spec": { "replicas": 3 } });
        let mut entries = Vec::new();
        update(&mut entries, None, &before, by("first", false));
        update(&mut entries, Some(&before), &after, by("second", false));
        entries.retain(|entry| !entry.set.is_empty());
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].manager, "second");
        assert!(entries[0].set.contains(REPLICAS));
    }

    #[test]
    fn only_another_value_of_another_manager_is_a_conflict() {
        let live = json!({ "spec": { "replicas": 2, "paused": true } });
        let mut entries = Vec::new();
        update(&mut entries, None, &live, by("kubectl", false));
        let same = json!({ "spec": { "replicas": 2 } });
        assert!(conflicts(&entries, &live, &leaves(&same), &by("kyklos", true)).is_empty());
        let other = json!({ "spec": { "replicas": 4 } });
        let found = conflicts(&entries, &live, &leaves(&other), &by("kyklos", true));
        assert_eq!(found, [("conflict with \"kubectl\" using apps/v1".to_owned(), REPLICAS.to_owned())]);
        assert!(conflicts(&entries, &live, &leaves(&other), &by("kubectl", false)).is_empty());
        assert_eq!(spoken(REPLICAS), ".spec.replicas");
    }
}
