//! From the resource's types to the core's schedule, in one of two sizes.

use chrono::TimeDelta;
use kyklos_core::{
    AllZones, Evaluate, Evaluation, Problem, Reason, Schedule, Spans, Spec, State, TimeZone, WithCalendar,
};

use super::labels::Labels;
use super::overrides::Bounds;
use super::selection::{Scope, Selection};
use super::supported::unsupported_kinds;
use super::values::Values;
use super::{
    HolidayMode, MAX_EXCEPTIONS, MAX_HOLIDAYS, MAX_WINDOWS, OnDelete, Pause, Replicas, TimeWindowScalerSpec, Value,
};
use super::{checks, zones};
use crate::api::problems::{FieldProblem, Problems};
use crate::calendar::HolidayCalendar;

/// The windows that nearly every object does with.
const USUAL_WINDOWS: usize = 8;
/// The exceptions that nearly every object does with.
const USUAL_EXCEPTIONS: usize = 4;

/// A schedule and what its states give. Its holidays are in a [calendar](HolidayCalendar) beside it, which it shares with all that
/// take theirs from the same ConfigMap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnySchedule {
    sized: Sized,
    values: Values,
}

/// A schedule in the smaller of two sizes that holds it: a usual one is a tenth of one with all that the resource allows.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Sized {
    /// At most eight windows and four exceptions.
    Usual(Box<Schedule<USUAL_WINDOWS, USUAL_EXCEPTIONS, 0>>),
    /// As many as the resource allows.
    Large(Box<Schedule<MAX_WINDOWS, MAX_EXCEPTIONS, 0>>),
}

const _: () = assert!(size_of::<Schedule<USUAL_WINDOWS, USUAL_EXCEPTIONS, 0>>() <= 640);

impl AnySchedule {
    /// The schedule with the holidays of a calendar, as it is evaluated.
    pub fn with<'a>(&'a self, calendar: &'a HolidayCalendar) -> Timetable<'a> {
        match &self.sized {
            Sized::Usual(schedule) => Timetable::Usual(schedule.with(calendar)),
            Sized::Large(schedule) => Timetable::Large(schedule.with(calendar)),
        }
    }

    /// What one of its states gives the target.
    pub fn value(&self, state: State) -> Value {
        self.values.value(state)
    }

    /// Whether all that it gives are counts.
    pub fn gives_counts(&self) -> bool {
        self.values.are_counts()
    }

    /// Its time zone.
    pub fn zone(&self) -> &TimeZone {
        match &self.sized {
            Sized::Usual(schedule) => schedule.zone(),
            Sized::Large(schedule) => schedule.zone(),
        }
    }
}

/// A schedule with its holidays, as it is evaluated.
#[derive(Clone, Copy)]
pub enum Timetable<'a> {
    /// Of the usual size.
    Usual(WithCalendar<'a, USUAL_WINDOWS, USUAL_EXCEPTIONS, 0, MAX_HOLIDAYS>),
    /// Of the largest.
    Large(WithCalendar<'a, MAX_WINDOWS, MAX_EXCEPTIONS, 0, MAX_HOLIDAYS>),
}

impl Timetable<'_> {
    /// What applies at an instant in Unix seconds, and until when.
    pub fn evaluate(&self, unix_seconds: i64) -> Evaluation {
        match self {
            Self::Usual(schedule) => schedule.evaluate(unix_seconds),
            Self::Large(schedule) => schedule.evaluate(unix_seconds),
        }
    }

    /// Since when what applies at an instant does, in Unix seconds; `None` where it always did.
    pub fn since(&self, unix_seconds: i64) -> Option<i64> {
        match self {
            Self::Usual(schedule) => schedule.since(unix_seconds),
            Self::Large(schedule) => schedule.since(unix_seconds),
        }
    }

    /// The states of a stretch of time, one after the other.
    pub fn spans(&self, stretch: std::ops::Range<i64>) -> Spans<Self> {
        Spans::new(*self, stretch)
    }
}

impl Evaluate for Timetable<'_> {
    fn evaluate(&self, unix_seconds: i64) -> Evaluation {
        self.evaluate(unix_seconds)
    }

    fn since(&self, unix_seconds: i64) -> Option<i64> {
        self.since(unix_seconds)
    }
}

/// A spec that can be followed: what is kept of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compiled {
    /// When which count applies.
    pub schedule: AnySchedule,
    /// The delay of a scale-down, at most [`GRACE_PERIOD_MAX`](super::GRACE_PERIOD_MAX) seconds.
    pub grace: TimeDelta,
    /// When to compute and report, but not to write to the target.
    pub pause: Pause,
    /// What becomes of the target when the object is deleted.
    pub on_delete: OnDelete,
    /// The ConfigMap with the holidays, when they matter.
    pub holidays: Option<Box<str>>,
    /// What the windows and exceptions are called.
    pub labels: Labels,
    /// What overrides may ask for.
    pub bounds: Bounds,
    /// The largest count of all.
    pub largest: u32,
    /// With `targets` all that its windows, exceptions, holidays and the default give; else nothing.
    pub gives: Box<[Value]>,
}

impl Compiled {
    /// Whether it has to be remembered what a target had before: one of plain counts that keeps on deletion remembers nothing. Of an
    /// autoscaler it always has to be.
    pub fn remembers(&self) -> bool {
        self.on_delete == OnDelete::Restore || !self.schedule.gives_counts()
    }

    /// What is kept of a spec once its schedule is compiled.
    pub(super) fn of(spec: &TimeWindowScalerSpec, schedule: AnySchedule) -> Self {
        Self {
            schedule,
            grace: TimeDelta::seconds(spec.grace_period_seconds),
            pause: Pause::of(spec),
            on_delete: spec.becomes(),
            holidays: spec
                .holiday_config_map
                .as_deref()
                .filter(|_| spec.holiday_mode != HolidayMode::Ignore)
                .map(Into::into),
            labels: Labels::of(spec),
            bounds: spec.overrides.as_ref().map(Bounds::of).unwrap_or_default(),
            largest: spec.values().filter_map(Value::most).max().unwrap_or_default(),
            gives: gives(spec),
        }
    }
}

/// What a spec of many targets gives, each value once.
fn gives(spec: &TimeWindowScalerSpec) -> Box<[Value]> {
    let mut all = Vec::new();
    for value in spec.values().filter(|_| spec.targets.is_some()) {
        if !all.contains(&value) {
            all.push(value);
        }
    }
    all.into()
}

/// Checks a spec, what is the core's by the core's one validation, and compiles it. What `problems` has already is not said again.
///
/// `None` when anything is wrong, now or before.
pub fn compile(spec: &TimeWindowScalerSpec, scope: Scope<'_>, problems: &mut Problems) -> Option<AnySchedule> {
    let days: Vec<Option<Vec<&str>>> = spec
        .windows
        .iter()
        .map(|window| window.days.as_ref().map(|days| days.iter().map(String::as_str).collect()))
        .collect();
    let windows: Vec<_> = spec
        .windows
        .iter()
        .zip(&days)
        .map(|(window, days)| kyklos_core::WindowSpec {
            name: window.name.as_deref(),
            days: days.as_deref(),
            start: &window.start,
            end: &window.end,
            end_day: window.end_day.as_deref(),
            value: number(window.replicas.as_ref()),
        })
        .collect();
    let exceptions: Vec<_> = spec
        .exceptions
        .iter()
        .map(|exception| kyklos_core::ExceptionSpec {
            name: exception.name.as_deref(),
            start: &exception.start,
            end: &exception.end,
            value: number(exception.replicas.as_ref()),
        })
        .collect();
    let core = Spec {
        timezone: &spec.timezone,
        default_value: match &spec.default_replicas {
            None => Spec::DEFAULT_VALUE,
            replicas => number(replicas.as_ref()),
        },
        windows: &windows,
        exceptions: &exceptions,
        holiday_mode: spec.holiday_mode.into(),
        holiday_value: spec.holiday_replicas.as_ref().map(|replicas| number(Some(replicas))),
        ..Spec::default()
    };
    // What the reader has said of a field is not said again in other words.
    let known = problems.clone();
    let mut say = |field: String, message: String| {
        if !known.covers(&field) {
            problems.push(field, message);
        }
    };
    if let Some(target) = &spec.target_ref {
        checks::target(target, scope, &mut say);
    }
    let mut tell = |problem: Problem<'_>| say(format!("spec.{}", problem.field), words(problem));
    let is_usual = spec.windows.len() <= USUAL_WINDOWS && spec.exceptions.len() <= USUAL_EXCEPTIONS;
    let schedule = if is_usual {
        Schedule::from_spec(&core, AllZones, &mut tell).map(|schedule| Sized::Usual(Box::new(schedule)))
    } else {
        Schedule::from_spec(&core, AllZones, &mut tell).map(|schedule| Sized::Large(Box::new(schedule)))
    };
    checks::largest(spec, &mut say);
    checks::holiday_config_map(spec.holiday_config_map.as_deref(), &mut say);
    checks::grace_period(spec.grace_period_seconds, &mut say);
    checks::new_targets(spec.max_new_targets, &mut say);
    checks::pause(spec, &mut say);
    if let Some(bounds) = &spec.overrides {
        checks::bounds(bounds, &mut say);
    }
    if let Some(targets) = &spec.targets {
        Selection::of(targets, scope, "spec.targets", problems);
        for FieldProblem { field, message } in unsupported_kinds(targets, "spec.targets") {
            if !problems.covers(&field) {
                problems.push(field, message);
            }
        }
    }
    let sized = schedule.ok()?;
    problems.is_empty().then(|| AnySchedule { sized, values: Values::of(spec) })
}

/// The core's number for what may be no count: then nobody asks for it.
fn number(replicas: Option<&Replicas>) -> i64 {
    match replicas {
        Some(Replicas::Count(count)) => *count,
        Some(Replicas::Text(_)) | None => 0,
    }
}

fn words(problem: Problem<'_>) -> String {
    let mut message = problem.reason.to_string();
    if let Reason::UnknownZone(name) = problem.reason {
        let near = zones::meant(name);
        if !near.is_empty() {
            message.push_str(&format!("; did you mean {}?", near.join(", ")));
        }
    }
    message
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::api::spec;
    use crate::calendar::NO_HOLIDAYS;

    const SHOP: Scope<'_> = Scope::Namespace("shop");

    /// What a spec with these fields gives from 09:00 on, at 12:00, at 20:00, and on the day after, in UTC.
    fn given(fields: serde_json::Value) -> Result<[String; 4], String> {
        let mut value = json!({ "targetRef": { "name": "web" }, "timezone": "UTC" });
        value.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let mut problems = Problems::default();
        let schedule = spec(&value, &mut problems).and_then(|spec| compile(&spec, SHOP, &mut problems));
        let schedule = schedule.ok_or_else(|| problems.to_string())?;
        let mut holidays = HolidayCalendar::new();
        holidays.push("2026-11-24".parse().unwrap()).unwrap();
        let calendar = if fields.get("holidayMode").is_some() { &holidays } else { &NO_HOLIDAYS };
        let at = |text: &str| text.parse::<chrono::DateTime<chrono::Utc>>().unwrap().timestamp();
        let times = ["2026-11-23T09:00:00Z", "2026-11-23T12:00:00Z", "2026-11-23T20:00:00Z", "2026-11-24T12:00:00Z"];
        Ok(times.map(|time| {
            let state = schedule.with(calendar).evaluate(at(time)).state();
            schedule.value(state).to_string()
        }))
    }

    fn with(fields: serde_json::Value) -> serde_json::Value {
        let mut all = json!({
            "defaultReplicas": "original",
            "windows": [
                { "start": "09:00", "end": "17:00", "minReplicas": 10, "maxReplicas": 50 },
                { "start": "19:00", "end": "21:00", "replicas": "50%" },
            ],
            "exceptions": [{ "start": "2026-11-23T11:00", "end": "2026-11-23T13:00", "maxReplicas": 3 }],
        });
        all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        all
    }

    #[test]
    fn each_state_gives_its_value() {
        let of = |fields| given(with(fields)).unwrap();
        assert_eq!(of(json!({})), ["10..50", "..3", "50%", "10..50"]);
        assert_eq!(of(json!({ "windows": [] })), ["original", "..3", "original", "original"]);
        assert_eq!(of(json!({ "holidayMode": "treat-as-closed" }))[3], "original");
        assert_eq!(of(json!({ "holidayMode": "treat-as-closed", "holidayReplicas": 7 }))[3], "7");
        assert_eq!(of(json!({ "holidayMode": "treat-as-open", "holidayReplicas": "20%" }))[3], "20%");
        let bounds = json!({ "defaultReplicas": null, "defaultMinReplicas": 2, "windows": [], "exceptions": [] });
        assert_eq!(of(bounds), ["2.."; 4]);
        let counts = json!([{ "start": "09:00", "end": "17:00", "replicas": 4 }, { "start": "19:00", "end": "21:00", "replicas": 6 }]);
        assert_eq!(
            of(json!({ "windows": counts, "holidayMode": "treat-as-open" })),
            ["4", "..3", "6", "6"],
            "the largest of the windows"
        );
        assert_eq!(of(json!({ "windows": [], "holidayMode": "treat-as-open" }))[3], "original");
    }

    #[test]
    fn a_value_is_one_thing() {
        let office = |fields: serde_json::Value| {
            let mut window = json!({ "start": "09:00", "end": "17:00" });
            window.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            json!({ "windows": [window] })
        };
        for (wrong, said) in [
            (
                office(json!({})),
                "spec.windows[0].replicas: missing: write a count, a share of the original count such as \"50%\", or original; or minReplicas, maxReplicas or both",
            ),
            (
                office(json!({ "replicas": "1001%" })),
                "spec.windows[0].replicas: the text \"1001%\" is no number of replicas: write a count, a share of the original count from \"0%\" to \"1000%\", or original",
            ),
            (
                office(json!({ "replicas": "3" })),
                "spec.windows[0].replicas: the text \"3\" is no number of replicas: write a count, a share of the original count from \"0%\" to \"1000%\", or original",
            ),
            (
                office(json!({ "replicas": 1, "maxReplicas": 2 })),
                "spec.windows[0].replicas: stands beside bounds: write either replicas, or minReplicas, maxReplicas or both",
            ),
            (
                office(json!({ "minReplicas": 5, "maxReplicas": 2 })),
                "spec.windows[0].maxReplicas: 2 is below minReplicas: write at least 5, or a lower minReplicas",
            ),
            (
                office(json!({ "minReplicas": -1 })),
                "spec.windows[0].minReplicas: -1 is out of range: write a whole number from 0 to 2147483647",
            ),
            (
                json!({ "defaultReplicas": 1, "defaultMinReplicas": 1 }),
                "spec.defaultReplicas: stands beside bounds: write either defaultReplicas, or defaultMinReplicas, defaultMaxReplicas or both",
            ),
            (
                json!({ "holidayReplicas": 1 }),
                "spec.holidayReplicas: holidays are ignored: write a holidayMode beside it, or leave it out",
            ),
            (
                with(json!({ "holidayMode": "treat-as-open" })),
                "spec.holidayReplicas: missing: treat-as-open gives the largest count of the windows, and spec.windows[0] has none: write what a holiday gives",
            ),
        ] {
            assert_eq!(given(wrong), Err(said.to_owned()));
        }
    }

    #[test]
    fn says_what_is_wrong_in_the_order_of_the_fields_whoever_checks_them() {
        let value = serde_json::json!({
            "targetRef": { "apiVersion": "", "kind": "", "name": "", "namespace": "other" },
            "timezone": "Mars/Olympus",
            "defaultReplicas": -1,
            "windows": [{ "start": "9:00", "end": "17:00", "replicas": 1 }],
            "exceptions": [{ "start": "2026-12-24T18:00", "end": "2026-12-24T18:00", "replicas": 1 }],
            "holidayConfigMap": "",
            "gracePeriodSeconds": 3_601,
        });
        let mut problems = Problems::default();
        let spec = spec(&value, &mut problems).unwrap();
        assert!(problems.is_empty(), "{problems}");
        assert!(compile(&spec, SHOP, &mut problems).is_none());
        let said: Vec<_> = problems.iter().map(ToString::to_string).collect();
        let starts = [
            "spec.targetRef.apiVersion: the text is empty: write a name",
            "spec.targetRef.kind: the text is empty: write a name",
            "spec.targetRef.name: the text is empty: write a name",
            "spec.targetRef.namespace: \"other\" is another namespace than the object's own: write \"shop\" or leave the field out",
            "spec.timezone: \"Mars/Olympus\" is no time zone",
            "spec.defaultReplicas: -1 is out of range: write a whole number from 0 to 2147483647",
            "spec.windows[0].start: \"9:00\" is no time of day",
            "spec.exceptions[0].end: 2026-12-24T18:00 is not after the start 2026-12-24T18:00: write a later end",
            "spec.holidayConfigMap: the text is empty: write a name",
            "spec.gracePeriodSeconds: 3601 is out of range: write a whole number from 0 to 3600",
        ];
        assert_eq!(said.len(), starts.len(), "{problems}");
        for (said, start) in said.iter().zip(starts) {
            assert!(said.starts_with(start), "{said}");
        }
    }

    #[test]
    fn what_the_reader_has_said_is_not_said_again() {
        for (field, wrong) in [("gracePeriodSeconds", serde_json::json!("long")), ("timezone", serde_json::json!(7))] {
            let mut value = serde_json::json!({ "targetRef": { "name": "web" }, "timezone": "UTC" });
            value[field] = wrong;
            let mut problems = Problems::default();
            let spec = spec(&value, &mut problems).unwrap();
            assert!(compile(&spec, SHOP, &mut problems).is_none());
            assert_eq!(problems.iter().len(), 1, "{problems}");
        }
    }
}
