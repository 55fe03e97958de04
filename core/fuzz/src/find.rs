//! A document and JSON Pointers: the core finds what serde_json does, in the document's own bytes.

use kyklos_core::json;
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// How many levels the core follows.
const MOST_LEVELS: usize = 8;
/// So many of a document's values are looked for.
const MOST_VALUES: usize = 40;

pub(crate) fn find(bytes: &[u8]) {
    let line = bytes.windows(2).rposition(|pair| pair == b"\n/");
    let (document, pointer) = line.and_then(|line| bytes.split_at_checked(line)).unwrap_or((bytes, b""));
    let pointer = std::str::from_utf8(pointer).map_or("", str::trim_start);
    let value: Value = match serde_json::from_slice(document) {
        Ok(value) => value,
        Err(error) => {
            // A number that is too large for a float is one all the same.
            let is_json = error.to_string().starts_with("number out of range");
            assert!(is_json || json::find(document, pointer).is_none(), "{error}: {}", text(document));
            return;
        }
    };
    if levels(&value) > MOST_LEVELS {
        assert_eq!(json::find(document, ""), None, "too deep: {}", text(document));
        return;
    }
    // Of a key that is there twice serde_json keeps the last one.
    let unique = serde_json::from_slice::<Unique>(document).is_ok();
    let mut pointers = vec![String::new(), pointer.to_owned()];
    all(&value, "", &mut pointers);
    for pointer in pointers.iter().take(MOST_VALUES) {
        same(document, &value, pointer, unique);
        // And those that aren't there, or are no pointers.
        for more in ["/", "/0", "/00", "/-", "/~", "~0", "/name", "0"] {
            same(document, &value, &format!("{pointer}{more}"), unique);
        }
    }
}

/// Both find nothing, or the same.
fn same(document: &[u8], value: &Value, pointer: &str, unique: bool) {
    let found = json::find(document, pointer);
    let parsed: Option<Value> = found.map(|found| {
        let inside = document.as_ptr_range();
        let found_range = found.as_ptr_range();
        assert!(inside.start <= found_range.start && found_range.end <= inside.end, "{pointer}: bytes of its own");
        serde_json::from_slice(found).expect("what is found is JSON")
    });
    let valid = !pointer.split('~').skip(1).any(|rest| !rest.starts_with(['0', '1']));
    // RFC 6901: what follows a tilde is 0 or 1; serde_json takes others for themselves.
    let expected = value.pointer(pointer).filter(|_| valid);
    if unique {
        assert_eq!(parsed.as_ref(), expected, "{pointer:?} in {}", text(document));
    }
}

/// The pointers of all values within one.
fn all(value: &Value, pointer: &str, pointers: &mut Vec<String>) {
    let mut inner = |step: String, value: &Value| {
        let pointer = format!("{pointer}/{step}");
        pointers.push(pointer.clone());
        all(value, &pointer, pointers);
    };
    match value {
        Value::Array(entries) => {
            (0..).zip(entries).for_each(|(index, entry): (usize, _)| inner(index.to_string(), entry))
        }
        Value::Object(members) => {
            for (key, value) in members {
                inner(key.replace('~', "~0").replace('/', "~1"), value);
            }
        }
        _ => {}
    }
}

/// How many lists and objects are within each other.
fn levels(value: &Value) -> usize {
    match value {
        Value::Array(entries) => 1 + entries.iter().map(levels).max().unwrap_or_default(),
        Value::Object(members) => 1 + members.values().map(levels).max().unwrap_or_default(),
        _ => 0,
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A document in which no object has a key twice.
struct Unique;

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Unique {
    type Value = Self;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON without a key that is there twice")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E: Error>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Self, A::Error> {
        while entries.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self, A::Error> {
        let mut seen = std::collections::HashSet::new();
        while let Some((key, _)) = members.next_entry::<String, Self>()? {
            if !seen.insert(key) {
                return Err(A::Error::custom("a key that is there twice"));
            }
        }
        Ok(self)
    }
}
