//! From the resource's types to the core's schedule.

use kyklos_core::{AllZones, Problem, Reason, Schedule, Spec, WithCalendar};

use super::{MAX_EXCEPTIONS, MAX_HOLIDAYS, MAX_WINDOWS, TimeWindowScalerSpec};
use super::{checks, zones};
use crate::api::problems::Problems;

/// The core's schedule with the resource's limits. Its holidays are in a [calendar](crate::calendar::HolidayCalendar) beside it,
/// which it shares with all that take theirs from the same ConfigMap.
pub type ShellSchedule = Schedule<MAX_WINDOWS, MAX_EXCEPTIONS, 0>;

/// A schedule with its holidays, as it is evaluated.
pub type Timetable<'a> = WithCalendar<'a, MAX_WINDOWS, MAX_EXCEPTIONS, 0, MAX_HOLIDAYS>;

/// Checks a spec, what is the core's by the core's one validation, and compiles it. What `problems` has already is not said again.
///
/// `None` when anything is wrong, now or before.
pub fn compile(
    spec: &TimeWindowScalerSpec,
    own_namespace: &str,
    problems: &mut Problems,
) -> Option<Box<ShellSchedule>> {
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
            value: window.replicas,
        })
        .collect();
    let exceptions: Vec<_> = spec
        .exceptions
        .iter()
        .map(|exception| kyklos_core::ExceptionSpec {
            name: exception.name.as_deref(),
            start: &exception.start,
            end: &exception.end,
            value: exception.replicas,
        })
        .collect();
    let core = Spec {
        timezone: &spec.timezone,
        default_value: spec.default_replicas,
        windows: &windows,
        exceptions: &exceptions,
        holiday_mode: spec.holiday_mode.into(),
        ..Spec::default()
    };
    // What the reader has said of a field is not said again in other words.
    let known = problems.clone();
    let mut say = |field: String, message: String| {
        if !known.covers(&field) {
            problems.push(field, message);
        }
    };
    checks::target(&spec.target_ref, own_namespace, &mut say);
    let schedule = ShellSchedule::from_spec(&core, AllZones, |problem| {
        say(format!("spec.{}", problem.field), words(problem));
    });
    checks::holiday_config_map(spec.holiday_config_map.as_deref(), &mut say);
    checks::grace_period(spec.grace_period_seconds, &mut say);
    let schedule = schedule.ok()?;
    problems.is_empty().then(|| Box::new(schedule))
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
    use super::*;
    use crate::api::spec;

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
        assert!(compile(&spec, "shop", &mut problems).is_none());
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
            assert!(compile(&spec, "shop", &mut problems).is_none());
            assert_eq!(problems.iter().len(), 1, "{problems}");
        }
    }
}
