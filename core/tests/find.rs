//! Values inside larger documents: what a JSON Pointer finds, beside what serde_json finds.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that panics is a test that fails")]

use kyklos_core::{Schedule, TimeZone, json};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Map, Value};

fn found<'d>(document: &'d str, pointer: &str) -> Option<&'d str> {
    json::find(document.as_bytes(), pointer).map(|found| core::str::from_utf8(found).expect("a part of a text"))
}

/// The document and the pointers of RFC 6901, section 5.
#[test]
fn the_examples_of_the_rfc() {
    let document = r#" {"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, "k\"l": 6, " ": 7, "m~n": 8} "#;
    for (pointer, value) in [
        ("", document.trim()),
        ("/foo", r#"["bar", "baz"]"#),
        ("/foo/0", r#""bar""#),
        ("/", "0"),
        ("/a~1b", "1"),
        ("/c%d", "2"),
        ("/e^f", "3"),
        ("/g|h", "4"),
        ("/i\\j", "5"),
        ("/k\"l", "6"),
        ("/ ", "7"),
        ("/m~0n", "8"),
    ] {
        assert_eq!(found(document, pointer), Some(value), "{pointer}");
    }
}

#[test]
fn what_is_no_pointer_finds_nothing() {
    let document = r#"{"a": [1, 2, [3]], "~": 4, "~2": 5, "b": "text", "0": 6}"#;
    for pointer in [
        "a",
        " /a",
        "/a/",
        "/a/00",
        "/a/02",
        "/a/+1",
        "/a/-",
        "/a/-1",
        "/a/1e0",
        "/a/3",
        "/a/2/1",
        "/a/١",
        "/a/99999999999999999999999",
        "/~",
        "/~2",
        "/a/0/0",
        "/b/0",
        "/b/",
        "/c",
        "/A",
        "/a//0",
        "//a",
        "/0/",
    ] {
        assert_eq!(found(document, pointer), None, "{pointer}");
    }
    assert_eq!(
        (found(document, "/~0"), found(document, "/~02"), found(document, "/0")),
        (Some("4"), Some("5"), Some("6"))
    );
}

#[test]
fn keys_are_compared_without_their_escapes() {
    let key = "é\u{1F600}/~\"\\ and more than the forty bytes that a text of a schedule may have";
    let document = r#"{"x": 0, "\u00e9\ud83d\ude00\/~\"\\\u0020and more than the forty bytes that a text of a schedule may have": 1}"#;
    let pointer = format!("/{}", key.replace('~', "~0").replace('/', "~1"));
    assert_eq!(found(document, &pointer), Some("1"));
    assert_eq!(found(document, &pointer[..pointer.len() - 1]), None);
    assert_eq!(found(document, &format!("{pointer}s")), None);
}

#[test]
fn the_first_of_two_counts() {
    assert_eq!(found(r#"{"a": 1, "\u0061": 2}"#, "/a"), Some("1"));
}

/// Wherever the fault is: before what is looked for, in it, or behind it.
#[test]
fn nothing_is_found_in_what_is_no_json() {
    for document in [
        "",
        "{",
        r#"{"a": 1"#,
        r#"{"a": 1,}"#,
        r#"{"a": 1 "b": 2}"#,
        r#"{"a": 1} {"#,
        r#"{"b": tru, "a": 1}"#,
        r#"{"a": 1, "b": "\ud800"}"#,
        r#"{"a": 1, "b": [[[[[[[[0]]]]]]]]}"#,
    ] {
        assert_eq!((found(document, "/a"), found(document, "")), (None, None), "{document}");
    }
    assert_eq!(json::find(b"{\"a\": 1, \"b\": \"\xff\"}", "/a"), None);
    assert_eq!(found(r#"{"a": 1, "b": [[[[[[[0]]]]]]]}"#, "/b/0/0/0/0/0/0/0"), Some("0"));
}

#[test]
fn a_schedule_four_steps_down() {
    let schedule =
        r#"{"timezone": "Etc/UTC", "windows": [{"days": ["Mon"], "start": "09:00", "end": "17:00", "replicas": 3}]}"#;
    let document = format!(r#"{{"state": {{"desired": {{"valves": [0, {schedule}]}}}}}}"#);
    let inner = json::find(document.as_bytes(), "/state/desired/valves/1").expect("a schedule");
    let read = |json: &[u8]| Schedule::<2, 0, 0>::from_json(json, TimeZone::UTC, |problem| panic!("{problem}"));
    assert_eq!(read(inner), read(schedule.as_bytes()));
}

/// Documents that are no deeper than the scanner goes, with keys that need escapes in JSON, in pointers or in both.
fn documents() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        r#"[a-c~/"\\\né{}\[\],:]{0,6}"#.prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((r#"[a-c0-1~/"\\\né]{0,3}"#, inner), 0..5)
                .prop_map(|members| Value::from(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// A pointer to some value of a document, which may be all of it.
fn pointer_into(mut value: &Value, choices: &[Index]) -> String {
    let mut pointer = String::new();
    for choice in choices {
        let token = match value {
            Value::Array(list) if !list.is_empty() => choice.index(list.len()).to_string(),
            Value::Object(map) if !map.is_empty() => map.keys().nth(choice.index(map.len())).expect("a key").clone(),
            _ => break,
        };
        pointer = format!("{pointer}/{}", token.replace('~', "~0").replace('/', "~1"));
        value = value.pointer(&pointer[pointer.rfind('/').expect("a slash")..]).expect("what was chosen");
    }
    pointer
}

proptest! {
    #[test]
    fn finds_what_serde_json_finds(
        document in documents(),
        choices in prop::collection::vec(any::<Index>(), 0..7),
        pretty in any::<bool>(),
        tail in r#"(/(~[01]|[a-c0-3-]){0,3}){0,2}"#,
    ) {
        let text = if pretty { serde_json::to_string_pretty(&document) } else { serde_json::to_string(&document) };
        let text = text.expect("a text");
        let inside = pointer_into(&document, &choices);
        // One that surely leads somewhere, and one that may not.
        prop_assert!(found(&text, &inside).is_some(), "{}", inside);
        for pointer in [inside.clone(), format!("{inside}{tail}"), tail] {
            let ours = found(&text, &pointer).map(|found| serde_json::from_str::<Value>(found).expect("a value"));
            prop_assert_eq!(ours.as_ref(), document.pointer(&pointer), "{}", pointer);
        }
    }

    /// Nothing is found where serde_json finds no document, and nothing panics.
    #[test]
    fn bad_input(document in documents(), cut in any::<Index>(), byte in any::<u8>(), pointer in r#"[~01/a-c"é-]{0,8}"#) {
        let mut bytes = serde_json::to_vec(&document).expect("a text");
        let cut = cut.index(bytes.len());
        bytes[cut] = byte;
        for bytes in [&bytes[..], &bytes[..cut]] {
            let found = json::find(bytes, &pointer);
            match serde_json::from_slice::<Value>(bytes) {
                // The grammar has no largest number.
                Err(error) if !error.to_string().starts_with("number out of range") => prop_assert_eq!(found, None),
                _ => {}
            }
        }
    }
}
