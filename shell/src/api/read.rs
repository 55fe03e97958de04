//! Reads an object from JSON, as it came from a file or the API server, and finds all that is wrong with it.

use std::collections::BTreeMap;

use kyklos_core::Reason;
use serde_json::Value;

use super::fields::{Fields, describe};
use super::names::{check_name, check_namespace};
use super::spec::{grace_period_seconds, target_api_version, target_kind};
use super::{
    API_VERSION, ExceptionSpec, HolidayMode, KIND, MAX_DAYS, MAX_EXCEPTIONS, MAX_WINDOWS, TargetRef,
    TimeWindowScalerSpec, WindowSpec,
};
use crate::api::problems::Problems;

/// The annotation that overrides a schedule for a while.
pub const OVERRIDE_ANNOTATION: &str = "kyklos.io/override";

/// A TimeWindowScaler as a manifest has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// `default` where the manifest names none.
    pub namespace: String,
    /// The object's name.
    pub name: String,
    /// The value of the override annotation.
    pub override_annotation: Option<String>,
    /// Its spec, with the right types but nothing else checked.
    pub spec: TimeWindowScalerSpec,
}

/// Reads a manifest. What is wrong goes to `problems`; an object comes back when it is at least one of this kind.
pub fn object(value: &Value, problems: &mut Problems) -> Option<Object> {
    let mut fields = Fields::of(value, "", problems)?;
    let api_version = fields.required_text("apiVersion", API_VERSION, problems);
    let kind = fields.required_text("kind", KIND, problems);
    for (field, found, right) in [("apiVersion", &api_version, API_VERSION), ("kind", &kind, KIND)] {
        if found != right && !problems.covers(field) {
            problems.push(field, format!("{found:?} is not what this command reads: write {right}"));
        }
    }
    if kind != KIND {
        // The fields of another kind say nothing about this one.
        return None;
    }
    let (namespace, name, override_annotation) = match fields.get("metadata") {
        Some(metadata) => read_metadata(metadata, problems),
        None => {
            problems.push("metadata.name", "missing: write the object's name");
            ("default".to_owned(), String::new(), None)
        }
    };
    fields.get("status");
    let found = fields.get("spec");
    fields.finish(problems);
    let spec = spec(found.unwrap_or(&Value::Null), problems)?;
    Some(Object { namespace, name, override_annotation, spec })
}

/// The rest of the fields that Kubernetes knows in `metadata`; they are its own business.
const METADATA: [&str; 12] = [
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "finalizers",
    "generateName",
    "generation",
    "labels",
    "managedFields",
    "ownerReferences",
    "resourceVersion",
    "selfLink",
    "uid",
];

/// The namespace, the name and the override annotation of a manifest's `metadata`.
pub(crate) fn read_metadata(value: &Value, problems: &mut Problems) -> (String, String, Option<String>) {
    let Some(mut fields) = Fields::of(value, "metadata", problems) else {
        return ("default".to_owned(), String::new(), None);
    };
    let name = if fields.get("name").is_none() && fields.get("generateName").is_some() {
        problems.push("metadata.name", "only an API server makes a name of generateName: write the object's name");
        String::new()
    } else {
        fields.required_text("name", "the object's name", problems)
    };
    if name.is_empty() && !problems.covers("metadata.name") {
        problems.push("metadata.name", "the text is empty: write the object's name");
    }
    check_name(&name, "metadata.name", problems);
    // An empty namespace is none, as for the API server.
    let namespace = fields.text("namespace", problems).filter(|namespace| !namespace.is_empty());
    let namespace = namespace.unwrap_or_else(|| "default".to_owned());
    check_namespace(&namespace, "metadata.namespace", problems);
    let annotations = fields.get("annotations");
    let annotation = annotations.and_then(|all| all.get(OVERRIDE_ANNOTATION)).and_then(|text| match text {
        Value::String(text) => Some(text.clone()),
        other => {
            let field = format!("metadata.annotations[{OVERRIDE_ANNOTATION}]");
            problems.push(field, format!("{} where a text is expected: put it in quotes", describe(other)));
            None
        }
    });
    for field in METADATA {
        fields.get(field);
    }
    fields.finish(problems);
    (namespace, name, annotation)
}

/// Reads a `spec`. What is wrong goes to `problems`, with something harmless in its place.
pub fn spec(value: &Value, problems: &mut Problems) -> Option<TimeWindowScalerSpec> {
    if value.is_null() {
        problems.push("spec", "missing: write the schedule, at least targetRef and timezone");
        return None;
    }
    let mut fields = Fields::of(value, "spec", problems)?;
    let target_ref = match fields.get("targetRef") {
        Some(target) => read_target(target, problems),
        None => {
            problems.push("spec.targetRef", "missing: write at least the target's name");
            None
        }
    };
    let timezone = fields.required_text("timezone", "an IANA name such as Europe/Zurich", problems);
    let default_replicas = fields.number("defaultReplicas", problems);
    let windows = read_list(&mut fields, "windows", MAX_WINDOWS, problems, read_window);
    let exceptions = read_list(&mut fields, "exceptions", MAX_EXCEPTIONS, problems, read_exception);
    let holiday_mode = read_holiday_mode(&mut fields, problems);
    let holiday_config_map = fields.text("holidayConfigMap", problems);
    check_name(holiday_config_map.as_deref().unwrap_or_default(), "spec.holidayConfigMap", problems);
    let grace_period_seconds = fields.number("gracePeriodSeconds", problems).unwrap_or_else(grace_period_seconds);
    let pause = fields.flag("pause", problems).unwrap_or_default();
    fields.finish(problems);
    Some(TimeWindowScalerSpec {
        target_ref: target_ref.unwrap_or_else(|| TargetRef {
            api_version: target_api_version(),
            kind: target_kind(),
            name: String::new(),
            namespace: None,
        }),
        timezone,
        default_replicas,
        windows,
        exceptions,
        holiday_mode,
        holiday_config_map,
        grace_period_seconds,
        pause,
    })
}

/// The first entries of a list, as many as there may be: whoever is told that there are too many needs no word on each.
fn read_list<T>(
    fields: &mut Fields<'_>,
    field: &'static str,
    most: usize,
    problems: &mut Problems,
    read: fn(&Value, &str, &mut Problems) -> T,
) -> Vec<T> {
    let path = fields.path(field);
    let list = fields.list(field, problems).unwrap_or_default();
    if list.len() > most {
        problems.push_of_itself(&path, Reason::TooMany { found: list.len(), most }.to_string());
    }
    let mut all = Vec::with_capacity(list.len().min(most));
    for (index, entry) in list.iter().take(most).enumerate() {
        // Something stands in for an entry that is wrong, so that those after it keep their index.
        all.push(read(entry, &format!("{path}[{index}]"), problems));
    }
    all
}

fn read_target(value: &Value, problems: &mut Problems) -> Option<TargetRef> {
    let mut fields = Fields::of(value, "spec.targetRef", problems)?;
    let target = TargetRef {
        api_version: fields.text("apiVersion", problems).unwrap_or_else(target_api_version),
        kind: fields.text("kind", problems).unwrap_or_else(target_kind),
        name: fields.required_text("name", "the target's name", problems),
        namespace: fields.text("namespace", problems),
    };
    check_name(&target.name, "spec.targetRef.name", problems);
    fields.finish(problems);
    Some(target)
}

fn read_window(value: &Value, path: &str, problems: &mut Problems) -> WindowSpec {
    let Some(mut fields) = Fields::of(value, path, problems) else {
        return WindowSpec {
            name: None,
            days: None,
            start: String::new(),
            end: String::new(),
            end_day: None,
            replicas: 0,
        };
    };
    let window = WindowSpec {
        name: read_label(&mut fields, problems),
        days: read_days(&mut fields, problems),
        start: fields.required_text("start", "HH:MM, such as 09:00", problems),
        end: fields.required_text("end", "HH:MM, such as 17:00", problems),
        end_day: fields.text("endDay", problems),
        replicas: fields.required_number("replicas", problems),
    };
    fields.finish(problems);
    window
}

/// The name of a window or an exception, which gets into lines of logs and tables.
fn read_label(fields: &mut Fields<'_>, problems: &mut Problems) -> Option<String> {
    let name = fields.text("name", problems)?;
    if name.contains(char::is_control) {
        let message = format!("{name:?} has control characters: write a name on one line");
        problems.push(fields.path("name"), message);
    }
    Some(name)
}

fn read_days(fields: &mut Fields<'_>, problems: &mut Problems) -> Option<Vec<String>> {
    let path = fields.path("days");
    let mut days = Vec::new();
    let list = fields.list("days", problems)?;
    if list.len() > MAX_DAYS {
        problems.push_of_itself(&path, Reason::TooMany { found: list.len(), most: MAX_DAYS }.to_string());
    }
    for (index, day) in list.iter().take(MAX_DAYS).enumerate() {
        match day {
            Value::String(day) => days.push(day.clone()),
            other => {
                let message =
                    format!("{} where a day is expected: write such as Monday, Mon or Mon-Fri", describe(other));
                problems.push(format!("{path}[{index}]"), message);
                days.push(String::new());
            }
        }
    }
    Some(days)
}

fn read_exception(value: &Value, path: &str, problems: &mut Problems) -> ExceptionSpec {
    let Some(mut fields) = Fields::of(value, path, problems) else {
        return ExceptionSpec { name: None, start: String::new(), end: String::new(), replicas: 0 };
    };
    let exception = ExceptionSpec {
        name: read_label(&mut fields, problems),
        start: fields.required_text("start", "YYYY-MM-DDTHH:MM, such as 2026-12-24T18:00", problems),
        end: fields.required_text("end", "YYYY-MM-DDTHH:MM, such as 2026-12-27T06:00", problems),
        replicas: fields.required_number("replicas", problems),
    };
    fields.finish(problems);
    exception
}

fn read_holiday_mode(fields: &mut Fields<'_>, problems: &mut Problems) -> HolidayMode {
    let modes = BTreeMap::from([
        ("ignore", HolidayMode::Ignore),
        ("treat-as-closed", HolidayMode::TreatAsClosed),
        ("treat-as-open", HolidayMode::TreatAsOpen),
    ]);
    let Some(text) = fields.text("holidayMode", problems) else { return HolidayMode::default() };
    modes.get(text.as_str()).copied().unwrap_or_else(|| {
        let message = format!("{text:?} is no holiday mode: write ignore, treat-as-closed or treat-as-open");
        problems.push(fields.path("holidayMode"), message);
        HolidayMode::default()
    })
}
