//! Bytes as a JSON document: the core and serde_json agree on which are schedules, which schedule, and what is wrong.

use kyklos_core::{ExceptionSpec, HolidayMode, Schedule, Spec, TargetRef, WindowSpec, parse_date};
use serde::Deserialize;
use serde_json::Value;

/// Small, so that capacities are met.
type Small = Schedule<3, 2, 4>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Document {
    target_ref: Option<Target>,
    timezone: String,
    default_replicas: Option<i64>,
    windows: Option<Vec<Window>>,
    exceptions: Option<Vec<Exception>>,
    holiday_mode: Option<String>,
    holiday_config_map: Option<String>,
    grace_period_seconds: Option<i64>,
    pause: Option<bool>,
    holidays: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Target {
    api_version: Option<String>,
    kind: Option<String>,
    name: String,
    namespace: Option<String>,
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

/// Checks any bytes.
pub fn json(bytes: &[u8]) {
    let mut found = Vec::new();
    let schedule = Small::from_json(bytes, |problem| {
        assert!(problem.offset <= bytes.len(), "{problem} is not in the document");
        assert!(problem.to_string().contains(&format!(" (byte {}): ", problem.offset)));
        found.push((problem.path.to_string(), problem.offset));
    });
    match &schedule {
        Ok(_) => assert!(found.is_empty(), "valid, with problems: {found:?}"),
        Err(invalid) => assert!(invalid.problems == found.len() && !found.is_empty(), "{invalid}: {found:?}"),
    }
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

/// The document as serde_json reads it, where all types are right and nothing is missing, unknown or there twice.
fn reference(bytes: &[u8]) -> Option<Document> {
    let document: Document = serde_json::from_slice(bytes).ok()?;
    // serde also takes a list of its fields' values for an object.
    let value: Value = serde_json::from_slice(bytes).ok()?;
    let entries = |field: &str| value.get(field).and_then(Value::as_array).into_iter().flatten();
    let objects = value.is_object()
        && value.get("targetRef").is_none_or(|target| target.is_object() || target.is_null())
        && entries("windows").chain(entries("exceptions")).all(Value::is_object);
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
            replicas: window.replicas,
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
            replicas: exception.replicas,
        })
        .collect();
    let mode = document.holiday_mode.as_deref().map_or(Some(HolidayMode::Ignore), HolidayMode::parse);
    let spec = Spec {
        target: document.target_ref.as_ref().map(target),
        timezone: &document.timezone,
        default_replicas: document.default_replicas.unwrap_or(Spec::DEFAULT_REPLICAS),
        windows: &windows,
        exceptions: &exceptions,
        holiday_mode: mode.unwrap_or_default(),
        holiday_config_map: document.holiday_config_map.as_deref(),
        grace_period_seconds: document.grace_period_seconds.unwrap_or(Spec::GRACE_PERIOD_SECONDS),
        pause: document.pause.unwrap_or_default(),
    };
    let mut paths = Vec::new();
    let schedule = Small::new(&spec, |problem| paths.push(problem.field.to_string())).ok();
    if mode.is_none() {
        paths.push("holidayMode".to_owned());
    }
    let dates = holidays(document, &mut paths);
    let schedule = schedule.filter(|_| paths.is_empty()).and_then(|mut schedule| {
        schedule.set_holidays(dates).ok()?;
        Some(schedule)
    });
    (schedule, paths)
}

fn target(target: &Target) -> TargetRef<'_> {
    let namespace = target.namespace.as_deref();
    TargetRef {
        api_version: target.api_version.as_deref().unwrap_or("apps/v1"),
        kind: target.kind.as_deref().unwrap_or("Deployment"),
        name: &target.name,
        namespace,
        // Without a namespace to compare with, only an empty one is wrong.
        own_namespace: namespace.filter(|namespace| !namespace.is_empty()).unwrap_or("own"),
    }
}

fn holidays(document: &Document, paths: &mut Vec<String>) -> Vec<chrono::NaiveDate> {
    let mut dates = Vec::new();
    let all = document.holidays.as_deref().unwrap_or_default();
    if all.len() > 4 {
        paths.push("holidays".to_owned());
    }
    for (index, text) in all.iter().enumerate() {
        match parse_date(text) {
            Some(date) => dates.push(date),
            None => paths.push(format!("holidays[{index}]")),
        }
    }
    dates
}

/// The value that a problem points at is the one that its path names.
fn same_value(bytes: &[u8], path: &str, offset: usize) {
    let value: Value = serde_json::from_slice(bytes).unwrap_or_default();
    let pointer = format!("/{}", path.replace(['.', '['], "/").replace(']', ""));
    let rest = bytes.get(offset..).unwrap_or_default();
    let there = serde_json::Deserializer::from_slice(rest).into_iter::<Value>().next().and_then(Result::ok);
    assert_eq!(value.pointer(&pointer), there.as_ref(), "{path} at byte {offset}");
}
