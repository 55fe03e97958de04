//! Reads an object from JSON, as it came from a file or the API server, and finds all that is wrong with it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use kyklos_core::{Reason, VALUE_MAX};
use serde_json::Value;

use super::fields::{Fields, describe};
use super::names::{check_name, check_namespace};
use super::overrides::OverrideBounds;
use super::selection::{CLUSTER_KIND, Reach, Scope, TargetsSpec, read_targets};
use super::spec::{grace_period_seconds, target_api_version, target_kind};
use super::value::{NoValue, Replicas, asked};
use super::{
    API_VERSION, ExceptionSpec, HolidayMode, KIND, MAX_DAYS, MAX_EXCEPTIONS, MAX_WINDOWS, OnDelete, ScalerKind,
    TargetRef, TimeWindowScalerSpec, WindowSpec, instants,
};
use crate::api::problems::Problems;

/// The annotation that overrides a schedule for a while.
pub const OVERRIDE_ANNOTATION: &str = "kyklos.io/override";

/// A TimeWindowScaler or a ClusterTimeWindowScaler as a manifest has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// What its `metadata` says.
    pub metadata: Metadata,
    /// Its spec, with the right types but nothing else checked.
    pub spec: TimeWindowScalerSpec,
    /// What it is for, where nothing is wrong with that.
    pub reach: Option<Reach>,
}

impl Object {
    /// Where it is.
    pub fn scope(&self) -> Scope<'_> {
        Scope::of(&self.metadata.namespace)
    }

    /// Which kind it is.
    pub fn kind(&self) -> ScalerKind {
        ScalerKind::in_namespace(&self.metadata.namespace)
    }
}

/// What a manifest's `metadata` says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Metadata {
    /// `default` where the manifest names none; empty of what lies in none.
    pub namespace: String,
    /// The object's name.
    pub name: String,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// When it was made, in a manifest that comes from a cluster.
    pub created: Option<DateTime<Utc>>,
    /// The value of the override annotation.
    pub override_annotation: Option<String>,
}

/// Reads a manifest. What is wrong goes to `problems`; an object comes back when it is at least one of this kind.
pub fn object(value: &Value, problems: &mut Problems) -> Option<Object> {
    let mut fields = Fields::of(value, "", problems)?;
    let api_version = fields.required_text("apiVersion", API_VERSION, problems);
    let kind = fields.required_text("kind", KIND, problems);
    let known = ScalerKind::read(&kind);
    let (right, right_kind) = (api_version == API_VERSION, known.is_some());
    let both = format!("{KIND} or {CLUSTER_KIND}");
    for (field, found, is_right, right) in
        [("apiVersion", &api_version, right, API_VERSION), ("kind", &kind, right_kind, &*both)]
    {
        if !is_right && !problems.covers(field) {
            problems.push(field, format!("{found:?} is not what this command reads: write {right}"));
        }
    }
    // The fields of another kind say nothing about this one.
    let metadata = Metadata::read(fields.get("metadata"), known?.is_of_namespace(), problems);
    fields.get("status");
    let found = fields.get("spec");
    fields.finish(problems);
    let found = found.unwrap_or(&Value::Null);
    let scope = Scope::of(&metadata.namespace);
    let spec = spec(found, problems)?;
    // What is wrong with it is said already.
    let reach = Reach::read(found, scope, &mut Problems::at_most(1));
    Some(Object { metadata, spec, reach })
}

/// The rest of the fields that Kubernetes knows in `metadata`; they are its own business.
const METADATA: [&str; 10] = [
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "finalizers",
    "generateName",
    "generation",
    "managedFields",
    "ownerReferences",
    "resourceVersion",
    "selfLink",
    "uid",
];

impl Metadata {
    /// Reads a manifest's `metadata`.
    pub(crate) fn of(value: Option<&Value>, problems: &mut Problems) -> Self {
        Self::read(value, true, problems)
    }

    fn read(value: Option<&Value>, in_namespace: bool, problems: &mut Problems) -> Self {
        let usual = if in_namespace { "default" } else { "" };
        let nameless = Self { namespace: usual.to_owned(), ..Self::default() };
        let Some(value) = value else {
            problems.push("metadata.name", "missing: write the object's name");
            return nameless;
        };
        let Some(mut fields) = Fields::of(value, "metadata", problems) else { return nameless };
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
        let namespace = match namespace {
            Some(_) if !in_namespace => {
                problems.push("metadata.namespace", format!("a {CLUSTER_KIND} is in no namespace: leave it out"));
                String::new()
            }
            Some(namespace) => namespace,
            None => usual.to_owned(),
        };
        if in_namespace {
            check_namespace(&namespace, "metadata.namespace", problems);
        }
        let labels = read_labels(&mut fields, problems);
        let override_annotation = read_annotation(fields.get("annotations"), problems);
        let created = fields.get("creationTimestamp").and_then(Value::as_str);
        let created = created.and_then(|text| instants::read(text).ok());
        for field in METADATA {
            fields.get(field);
        }
        fields.finish(problems);
        Self { namespace, name, labels, created, override_annotation }
    }
}

fn read_labels(fields: &mut Fields<'_>, problems: &mut Problems) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::new();
    let Some(Value::Object(all)) = fields.get("labels") else { return labels };
    for (key, value) in all {
        match value {
            Value::String(text) => drop(labels.insert(key.clone(), text.clone())),
            other => {
                let message = format!("{} where a text is expected: put it in quotes", describe(other));
                problems.push(format!("metadata.labels[{key}]"), message);
            }
        }
    }
    labels
}

fn read_annotation(annotations: Option<&Value>, problems: &mut Problems) -> Option<String> {
    match annotations?.get(OVERRIDE_ANNOTATION)? {
        Value::String(text) => Some(text.clone()),
        other => {
            let field = format!("metadata.annotations[{OVERRIDE_ANNOTATION}]");
            problems.push(field, format!("{} where a text is expected: put it in quotes", describe(other)));
            None
        }
    }
}

/// Reads a `spec`. What is wrong goes to `problems`, with something harmless in its place.
pub fn spec(value: &Value, problems: &mut Problems) -> Option<TimeWindowScalerSpec> {
    if value.is_null() {
        problems.push("spec", "missing: write the schedule, at least targetRef or targets, and timezone");
        return None;
    }
    let mut fields = Fields::of(value, "spec", problems)?;
    let aim = read_aim(&mut fields, problems);
    let timezone = fields.required_text("timezone", "an IANA name such as Europe/Zurich", problems);
    let default = read_given(&mut fields, DEFAULT, problems);
    let windows = fields.entries("windows", MAX_WINDOWS, problems, read_window).unwrap_or_default();
    let exceptions = fields.entries("exceptions", MAX_EXCEPTIONS, problems, read_exception).unwrap_or_default();
    let holiday_mode = read_holiday_mode(&mut fields, problems);
    let holiday_replicas = read_replicas(&mut fields, "holidayReplicas", problems);
    let holiday_config_map = fields.text("holidayConfigMap", problems);
    check_name(holiday_config_map.as_deref().unwrap_or_default(), "spec.holidayConfigMap", problems);
    let grace_period_seconds = fields.number("gracePeriodSeconds", problems).unwrap_or_else(grace_period_seconds);
    let pause = fields.flag("pause", problems).unwrap_or_default();
    let pause_until = fields.text("pauseUntil", problems);
    let on_delete = read_on_delete(&mut fields, problems);
    let overrides = fields.get("overrides").and_then(|value| read_bounds(value, problems));
    fields.belongs("namespaces", "spec.targets.namespaces, in a ClusterTimeWindowScaler");
    fields.finish(problems);
    Some(TimeWindowScalerSpec {
        target_ref: aim.target_ref,
        targets: aim.targets,
        allow_exclusion: aim.allow_exclusion,
        max_new_targets: aim.max_new_targets,
        timezone,
        default_replicas: default.replicas,
        default_min_replicas: default.min,
        default_max_replicas: default.max,
        windows,
        exceptions,
        holiday_mode,
        holiday_replicas,
        holiday_config_map,
        grace_period_seconds,
        pause,
        pause_until,
        on_delete,
        overrides,
    })
}

/// What a schedule is for.
struct AimSpec {
    target_ref: Option<TargetRef>,
    targets: Option<TargetsSpec>,
    allow_exclusion: Option<bool>,
    max_new_targets: Option<i64>,
}

/// One target, or many, and what goes with those alone.
fn read_aim(fields: &mut Fields<'_>, problems: &mut Problems) -> AimSpec {
    let (target, targets) = (fields.get("targetRef"), fields.get("targets"));
    match (target, targets) {
        (Some(_), Some(_)) => problems.push("spec.targets", "it stands beside targetRef: keep one of the two"),
        (None, None) => {
            let message =
                "missing: write targetRef with the target's name, or targets for all of some kinds and labels";
            problems.push("spec.targetRef", message);
        }
        (Some(_), None) | (None, Some(_)) => {}
    }
    let allow_exclusion = fields.flag("allowExclusion", problems);
    let max_new_targets = fields.number("maxNewTargets", problems);
    for (field, is_there) in
        [("allowExclusion", allow_exclusion.is_some()), ("maxNewTargets", max_new_targets.is_some())]
    {
        if is_there && targets.is_none() {
            let message = "it goes with targets and has no effect beside targetRef: leave it out";
            problems.push(format!("spec.{field}"), message);
        }
    }
    AimSpec {
        target_ref: target.and_then(|value| read_target(value, problems)),
        targets: targets.and_then(|value| read_targets(value, "spec.targets", problems)),
        allow_exclusion,
        max_new_targets,
    }
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

fn read_bounds(value: &Value, problems: &mut Problems) -> Option<OverrideBounds> {
    let mut fields = Fields::of(value, "spec.overrides", problems)?;
    let bounds = OverrideBounds {
        min_replicas: fields.number("minReplicas", problems),
        max_replicas: fields.number("maxReplicas", problems),
        max_seconds: fields.number("maxSeconds", problems),
    };
    fields.finish(problems);
    Some(bounds)
}

fn read_window(value: &Value, path: &str, problems: &mut Problems) -> WindowSpec {
    let Some(mut fields) = Fields::of(value, path, problems) else {
        return WindowSpec {
            name: None,
            days: None,
            start: String::new(),
            end: String::new(),
            end_day: None,
            replicas: None,
            min_replicas: None,
            max_replicas: None,
        };
    };
    let mut window = WindowSpec {
        name: read_label(&mut fields, problems),
        days: read_days(&mut fields, problems),
        start: fields.required_text("start", "HH:MM, such as 09:00", problems),
        end: fields.required_text("end", "HH:MM, such as 17:00", problems),
        end_day: fields.text("endDay", problems),
        replicas: None,
        min_replicas: None,
        max_replicas: None,
    };
    let given = read_required(&mut fields, problems);
    (window.replicas, window.min_replicas, window.max_replicas) = (given.replicas, given.min, given.max);
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
        return ExceptionSpec {
            name: None,
            start: String::new(),
            end: String::new(),
            replicas: None,
            min_replicas: None,
            max_replicas: None,
        };
    };
    let mut exception = ExceptionSpec {
        name: read_label(&mut fields, problems),
        start: fields.required_text("start", "YYYY-MM-DDTHH:MM, such as 2026-12-24T18:00", problems),
        end: fields.required_text("end", "YYYY-MM-DDTHH:MM, such as 2026-12-27T06:00", problems),
        replicas: None,
        min_replicas: None,
        max_replicas: None,
    };
    let given = read_required(&mut fields, problems);
    (exception.replicas, exception.min_replicas, exception.max_replicas) = (given.replicas, given.min, given.max);
    fields.finish(problems);
    exception
}

/// What gives a value: replicas, or bounds.
#[derive(Debug, Default)]
pub(super) struct Given {
    pub(super) replicas: Option<Replicas>,
    pub(super) min: Option<i64>,
    pub(super) max: Option<i64>,
}

/// The fields of a value: replicas, the least and the most.
type Names = [&'static str; 3];

const DEFAULT: Names = ["defaultReplicas", "defaultMinReplicas", "defaultMaxReplicas"];
const OWN: Names = ["replicas", "minReplicas", "maxReplicas"];

/// A value that has to be there.
pub(super) fn read_required(fields: &mut Fields<'_>, problems: &mut Problems) -> Given {
    let given = read_given(fields, OWN, problems);
    let [replicas, min, max] = OWN;
    if OWN.iter().all(|field| fields.get(field).is_none()) {
        let message = format!(
            "missing: write a count, a share of the original count such as \"50%\", or original; or {min}, {max} or both"
        );
        problems.push(fields.path(replicas), message);
    }
    given
}

/// A value: replicas or bounds, but not both, and the least not above the most. The range of a count is the core's to check.
fn read_given(fields: &mut Fields<'_>, [replicas, min, max]: Names, problems: &mut Problems) -> Given {
    let given = Given {
        replicas: read_replicas(fields, replicas, problems),
        min: read_bound(fields, min, problems),
        max: read_bound(fields, max, problems),
    };
    if fields.get(replicas).is_some() && (fields.get(min).is_some() || fields.get(max).is_some()) {
        let message = format!("stands beside bounds: write either {replicas}, or {min}, {max} or both");
        problems.push(fields.path(replicas), message);
    }
    if let (Some(least), Some(most)) = (given.min, given.max)
        && least > most
    {
        problems.push(fields.path(max), format!("{most} is below {min}: write at least {least}, or a lower {min}"));
    }
    given
}

fn read_replicas(fields: &mut Fields<'_>, field: &'static str, problems: &mut Problems) -> Option<Replicas> {
    let value = fields.get(field)?;
    match value {
        Value::Number(number) if number.is_i64() => return number.as_i64().map(Replicas::Count),
        Value::String(text) if asked(text).is_ok() => return Some(Replicas::Text(text.clone())),
        _ => {}
    }
    problems.push(fields.path(field), format!("{} is no number of replicas: {NoValue}", describe(value)));
    None
}

fn read_bound(fields: &mut Fields<'_>, field: &'static str, problems: &mut Problems) -> Option<i64> {
    let found = fields.number(field, problems)?;
    let most = i64::from(VALUE_MAX);
    if (0..=most).contains(&found) {
        return Some(found);
    }
    problems.push(fields.path(field), Reason::OutOfRange { found, most }.to_string());
    None
}

fn read_on_delete(fields: &mut Fields<'_>, problems: &mut Problems) -> Option<OnDelete> {
    let text = fields.text("onDelete", problems)?;
    match text.as_str() {
        "keep" => Some(OnDelete::Keep),
        "restore" => Some(OnDelete::Restore),
        _ => {
            problems.push(fields.path("onDelete"), format!("{text:?} is none of these: write keep or restore"));
            None
        }
    }
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
