//! The two readers of a spec agree: what this room's own takes, which says everything that is wrong at once, serde takes as the same.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value, json};

use super::problems::Problems;
use super::{TimeWindowScalerSpec, spec};

fn whole() -> Value {
    json!({
        "targetRef": { "apiVersion": "apps/v1", "kind": "Deployment", "name": "web" },
        "timezone": "Europe/Zurich", "defaultReplicas": 2,
        "windows": [
            { "name": "office", "days": ["Mon-Fri"], "start": "09:00", "end": "17:00", "replicas": 10 },
            { "start": "22:00", "end": "06:00", "endDay": "Sat", "replicas": 0 },
            { "days": ["Sun"], "start": "10:00", "end": "12:00", "minReplicas": 2, "maxReplicas": 5 },
            { "days": ["Sun"], "start": "12:00", "end": "14:00", "replicas": "50%" },
            { "days": ["Sun"], "start": "14:00", "end": "16:00", "replicas": "original" },
        ],
        "exceptions": [{ "name": "launch", "start": "2026-12-01T08:00", "end": "2026-12-02T08:00", "replicas": 20 }],
        "holidayMode": "treat-as-closed", "holidayConfigMap": "days", "holidayReplicas": 1, "gracePeriodSeconds": 60,
        "pause": false, "pauseUntil": "2026-12-01T06:00:00Z", "onDelete": "restore",
        "overrides": { "minReplicas": 1, "maxReplicas": 30, "maxSeconds": 86_400 },
    })
}

/// What is done to some place of a spec.
#[derive(Debug, Clone)]
enum Change {
    Remove,
    Replace(Value),
    Add(&'static str, Value),
}

fn anything() -> impl Strategy<Value = Value> {
    let texts = ["", "UTC", "web", "09:00", "24:00", "Mon", "ignore", "treat-as-open", "2026-12-24T18:00", "1", "a b"];
    let values = ["50%", "050%", "1001%", "original", "2..5", "keep", "2026-12-24T18:00:00+01:00", "2026-12-24"];
    prop_oneof![
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        2 => (-2_i64..4_000).prop_map(Value::from),
        1 => select(vec![json!(1.5), json!(2.0), json!(u64::MAX), json!(1e300)]),
        3 => select(texts.to_vec()).prop_map(Value::from),
        2 => select(values.to_vec()).prop_map(Value::from),
        1 => select(vec![json!([]), json!({}), json!(["Mon"]), json!([1]), json!([null]), json!({ "name": "x" })]),
    ]
}

fn change() -> impl Strategy<Value = Change> {
    let fields = "name days endDay replicas minReplicas maxReplicas defaultMinReplicas timezone pause pauseUntil onDelete \
                  overrides namespace kind start unknown";
    prop_oneof![
        Just(Change::Remove),
        anything().prop_map(Change::Replace),
        (select(fields.split_whitespace().collect::<Vec<_>>()), anything())
            .prop_map(|(field, value)| Change::Add(field, value)),
    ]
}

/// All places of a value, as JSON pointers (RFC 6901).
fn places(value: &Value, at: &str, all: &mut Vec<String>) {
    all.push(at.to_owned());
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| places(value, &format!("{at}/{key}"), all)),
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(index, value)| places(value, &format!("{at}/{index}"), all));
        }
        _ => {}
    }
}

fn changed(value: &mut Value, place: &str, change: Change) {
    match change {
        Change::Replace(new) => *value.pointer_mut(place).unwrap() = new,
        Change::Add(field, new) => {
            if let Some(map) = value.pointer_mut(place).and_then(Value::as_object_mut) {
                map.insert(field.to_owned(), new);
            }
        }
        Change::Remove => {
            let Some((parent, last)) = place.rsplit_once('/') else { return };
            match value.pointer_mut(parent) {
                Some(Value::Object(map)) => drop(map.remove(last)),
                Some(Value::Array(list)) => drop(list.remove(last.parse().unwrap())),
                _ => {}
            }
        }
    }
}

/// As the API server stores it: it takes a field that is null for one that isn't there.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.into_iter().filter(|(_, value)| !value.is_null());
            kept.map(|(key, value)| (key, without_nulls(value))).collect::<Map<_, _>>().into()
        }
        Value::Array(list) => list.into_iter().map(without_nulls).collect(),
        other => other,
    }
}

/// What both make of it, if ours finds nothing wrong.
fn both(value: Value) -> Option<(Option<TimeWindowScalerSpec>, serde_json::Result<TimeWindowScalerSpec>)> {
    let mut problems = Problems::default();
    let ours = spec(&value, &mut problems);
    problems.is_empty().then(|| (ours, serde_json::from_value(without_nulls(value))))
}

#[test]
fn a_whole_spec_is_the_same_to_both() {
    for value in [whole(), json!({ "targetRef": { "name": "web" }, "timezone": "UTC" })] {
        let (ours, theirs) = both(value).unwrap();
        assert_eq!(ours, Some(theirs.unwrap()));
    }
}

proptest! {
    #[test]
    fn what_ours_takes_serde_takes_as_the_same(changes in prop::collection::vec((any::<Index>(), change()), 1..4)) {
        let mut value = whole();
        for (index, change) in changes {
            let mut all = Vec::new();
            places(&value, "", &mut all);
            let place = index.get(&all).clone();
            changed(&mut value, &place, change);
        }
        if let Some((ours, theirs)) = both(value.clone()) {
            match theirs {
                Ok(theirs) => prop_assert_eq!(ours, Some(theirs), "{}", value),
                Err(error) => prop_assert!(false, "{}: {}", error, value),
            }
        }
    }
}
