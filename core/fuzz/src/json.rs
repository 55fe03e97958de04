//! Bytes as a JSON document: the core and serde_json agree on which are schedules, which schedule, and what is wrong.

use kyklos_core::{AllZones, ExceptionSpec, HolidayMode, Plan, Schedule, Spec, WindowSpec};
use serde::Deserialize;
use serde_json::Value;

use crate::find::find;

/// Small, so that capacities are met.
type Small = Schedule<3, 2, 4>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Document {
    timezone: String,
    default_replicas: Option<i64>,
    windows: Option<Vec<Window>>,
    exceptions: Option<Vec<Exception>>,
    holiday_mode: Option<String>,
    holiday_replicas: Option<i64>,
    holidays: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Window {
    name: Option<String>,
    days: Option<Vec<String>>,
    start: String,
    end: String,
    end_day: Option<String>,
    replicas: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Exception {
    name: Option<String>,
    start: String,
    end: String,
    replicas: i64,
}

/// Checks any bytes. A last line that begins with a slash is a pointer of its own.
pub fn json(bytes: &[u8]) {
    find(bytes);
    let mut found = Vec::new();
    let schedule = Small::from_json(bytes, AllZones, |problem| {
        assert!(problem.offset <= bytes.len(), "{problem} is not in the document");
        assert!(problem.to_string().contains(&format!(" (byte {}): ", problem.offset)));
        found.push((problem.path.to_string(), problem.offset));
    });
    match &schedule {
        Ok(_) => assert!(found.is_empty(), "valid, with problems: {found:?}"),
        Err(invalid) => assert!(invalid.problems == found.len() && !found.is_empty(), "{invalid}: {found:?}"),
    }
    by_serde(bytes, schedule.as_ref().ok(), &found);
    let Some(document) = reference(bytes) else {
        assert!(schedule.is_err(), "serde_json refuses this: {:?}", String::from_utf8_lossy(bytes));
        return;
    };
    let (expected, mut paths) = compile(&document);
    for (path, offset) in &found {
        same_value(bytes, path, *offset);
    }
    let mut found: Vec<_> = found.into_iter().map(|(path, _)| path).collect();
    found.sort();
    paths.sort();
    assert_eq!(found, paths, "{:?}", String::from_utf8_lossy(bytes));
    assert!(schedule.ok() == expected, "another schedule: {:?}", String::from_utf8_lossy(bytes));
}

/// The document as a plan: what is wrong with it beside the zone's name and the room for its dates is refused, what is right
/// makes the same schedule.
fn by_serde(bytes: &[u8], schedule: Option<&Small>, found: &[(String, usize)]) {
    let document = String::from_utf8_lossy(bytes);
    let plan: Plan<3, 2, 200> = match serde_json::from_slice(bytes) {
        Ok(plan) => plan,
        Err(error) => {
            assert!(schedule.is_none(), "{error}: {document:?}");
            return;
        }
    };
    let later = |path: &str| path == "timezone" || path == "holidays";
    assert!(found.iter().all(|(path, _)| later(path)), "a plan of {found:?}: {document:?}");
    let mut set = Small::default();
    let result = set.set_plan(&plan, AllZones);
    assert_eq!(result.is_ok(), schedule.is_some(), "{result:?}: {document:?}");
    assert!(schedule.is_none_or(|schedule| set == *schedule), "another schedule by a plan: {document:?}");
    let written = serde_json::to_string(&plan).expect("a plan can be written");
    assert_eq!(serde_json::from_str(&written).ok(), Some(plan), "{written}");
}

/// The document as serde_json reads it, where all types are right and nothing is missing, unknown or there twice.
fn reference(bytes: &[u8]) -> Option<Document> {
    let document: Document = serde_json::from_slice(bytes).ok()?;
    // serde also takes a list of its fields' values for an object.
    let value: Value = serde_json::from_slice(bytes).ok()?;
    let entries = |field: &str| value.get(field).and_then(Value::as_array).into_iter().flatten();
    let objects = value.is_object() && entries("windows").chain(entries("exceptions")).all(Value::is_object);
    objects.then_some(document)
}

/// The schedule by way of a spec, or the paths of what is wrong with it.
fn compile(document: &Document) -> (Option<Small>, Vec<String>) {
    let days: Vec<Option<Vec<&str>>> = document
        .windows
        .iter()
        .flatten()
        .map(|window| window.days.as_ref().map(|days| days.iter().map(String::as_str).collect()))
        .collect();
    let windows: Vec<_> = std::iter::zip(document.windows.iter().flatten(), &days)
        .map(|(window, days)| WindowSpec {
            name: window.name.as_deref(),
            days: days.as_deref(),
            start: &window.start,
            end: &window.end,
            end_day: window.end_day.as_deref(),
            value: window.replicas,
        })
        .collect();
    let exceptions: Vec<_> = document
        .exceptions
        .iter()
        .flatten()
        .map(|exception| ExceptionSpec {
            name: exception.name.as_deref(),
            start: &exception.start,
            end: &exception.end,
            value: exception.replicas,
        })
        .collect();
    let mode = document.holiday_mode.as_deref().map_or(Some(HolidayMode::Ignore), mode);
    let holidays: Vec<_> = document.holidays.iter().flatten().map(String::as_str).collect();
    let spec = Spec {
        timezone: &document.timezone,
        default_value: document.default_replicas.unwrap_or(1),
        windows: &windows,
        exceptions: &exceptions,
        // Where it is none, a value beside it is no mistake of its own.
        holiday_mode: mode.unwrap_or(HolidayMode::TreatAsClosed),
        holiday_value: document.holiday_replicas,
        holidays: &holidays,
    };
    let mut paths = Vec::new();
    let schedule = Small::from_spec(&spec, AllZones, |problem| paths.push(problem.field.to_string())).ok();
    if mode.is_none() {
        paths.push("holidayMode".to_owned());
    }
    (schedule.filter(|_| paths.is_empty()), paths)
}

fn mode(text: &str) -> Option<HolidayMode> {
    match text {
        "ignore" => Some(HolidayMode::Ignore),
        "treat-as-closed" => Some(HolidayMode::TreatAsClosed),
        "treat-as-open" => Some(HolidayMode::TreatAsOpen),
        _ => None,
    }
}

/// The value that a problem points at is the one that its path names.
fn same_value(bytes: &[u8], path: &str, offset: usize) {
    let value: Value = serde_json::from_slice(bytes).unwrap_or_default();
    let pointer = format!("/{}", path.replace(['.', '['], "/").replace(']', ""));
    let rest = bytes.get(offset..).unwrap_or_default();
    let there = serde_json::Deserializer::from_slice(rest).into_iter::<Value>().next().and_then(Result::ok);
    assert_eq!(value.pointer(&pointer), there.as_ref(), "{path} at byte {offset}");
}
