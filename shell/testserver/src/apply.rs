//! Server-side apply.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::fields;
use crate::kind::Kind;
use crate::refusal::Refusal;
use crate::store::{Key, Store, Stored};
use crate::value::{map_mut, merge, metadata_mut};
use crate::write::Author;

/// 409: others own fields with other values.
pub(crate) fn conflict(clashes: &[(String, String)]) -> Refusal {
    let causes: Vec<Value> = clashes
        .iter()
        .map(|(who, path)| json!({ "reason": "FieldManagerConflict", "message": who, "field": fields::spoken(path) }))
        .collect();
    let first = clashes.first().map_or_else(String::new, |(who, path)| format!("{who}: {}", fields::spoken(path)));
    let message = match clashes.len() {
        1 => format!("Apply failed with 1 conflict: {first}"),
        many => format!("Apply failed with {many} conflicts: {first}"),
    };
    Refusal { details: Some(json!({ "causes": causes })), ..Refusal::new(409, "Conflict", &message) }
}

impl Store {
    /// Applies a configuration to an object, which is created where there is none.
    pub(crate) fn apply(
        &mut self,
        kind: Kind,
        key: &Key,
        configuration: &Value,
        author: &Author,
    ) -> Result<Arc<Stored>, Refusal> {
        let Some(old) = self.get(kind, key) else {
            if author.subresource.is_some() {
                return Err(Refusal::not_found(kind, &key.1));
            }
            if configuration.pointer("/metadata/uid").is_some() {
                let why = "uid mismatch: the provided object specified uid that doesn't exist";
                return Err(Refusal::conflict(kind, &key.1, why));
            }
            let mut value = configuration.clone();
            metadata_mut(&mut value).insert("name".to_owned(), key.1.as_str().into());
            return self.create(kind, &key.0, value, author);
        };
        let by = author.entry(kind);
        let mut entries = fields::read(&old.value);
        let applied = fields::leaves(configuration);
        let clashes = fields::conflicts(&entries, &old.value, &applied, &by);
        if !clashes.is_empty() && !author.force {
            return Err(conflict(&clashes));
        }
        let mut new = old.value.clone();
        let names: fields::Set = applied.iter().map(|(path, _)| path.clone()).collect();
        // What was applied before and isn't any more goes, unless somebody else wants it.
        let dropped: Vec<String> = entries
            .iter()
            .filter(|entry| entry.is_of(&by))
            .flat_map(|entry| entry.set.difference(&names).cloned())
            .collect();
        for path in dropped {
            let wanted = entries.iter().any(|entry| !entry.is_of(&by) && entry.set.contains(&path));
            if !wanted {
                fields::take_away(&mut new, &path);
            }
        }
        for (_, path) in &clashes {
            for entry in entries.iter_mut().filter(|entry| !entry.is_of(&by)) {
                entry.set.remove(path);
            }
        }
        entries.retain(|entry| !entry.is_of(&by));
        entries.push(fields::Entry { set: names, ..by });
        merge(&mut new, configuration);
        fields::write(&mut new, entries);
        for field in ["apiVersion", "kind"] {
            if let Some(value) = configuration.get(field) {
                map_mut(&mut new).insert(field.to_owned(), value.clone());
            }
        }
        self.change(kind, key, author, |_| Ok(new))
    }
}
