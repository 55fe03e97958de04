//! Reaching into objects without panics.

use serde_json::{Map, Value};

/// The map that a value is; it becomes an empty one where it is something else.
pub(crate) fn map_mut(value: &mut Value) -> &mut Map<String, Value> {
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    match value {
        Value::Object(map) => map,
        // Made so above.
        _ => unreachable!("a value that was made a map is one"),
    }
}

/// The map under a key; made where there is none.
pub(crate) fn child_mut<'a>(value: &'a mut Value, key: &str) -> &'a mut Map<String, Value> {
    map_mut(map_mut(value).entry(key).or_insert(Value::Null))
}

pub(crate) fn metadata_mut(value: &mut Value) -> &mut Map<String, Value> {
    child_mut(value, "metadata")
}

pub(crate) fn set_text(map: &mut Map<String, Value>, key: &str, text: &str) {
    map.insert(key.to_owned(), Value::String(text.to_owned()));
}

/// The text at a pointer; empty where there is none.
pub(crate) fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// The whole number at a pointer.
pub(crate) fn number(value: &Value, pointer: &str) -> Option<i64> {
    value.pointer(pointer).and_then(Value::as_i64)
}

/// Puts a value into one as RFC 7386 says.
pub(crate) fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    let map = map_mut(target);
    for (key, value) in patch {
        if value.is_null() {
            map.remove(key);
        } else {
            merge(map.entry(key.as_str()).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn merging_sets_nests_and_removes() {
        let mut value = json!({ "a": 1, "b": { "c": 2, "d": 3 }, "e": [1, 2] });
        merge(&mut value, &json!({ "a": null, "b": { "c": 5 }, "e": [3], "f": { "g": null, "h": 1 } }));
        assert_eq!(value, json!({ "b": { "c": 5, "d": 3 }, "e": [3], "f": { "h": 1 } }));
    }
}
