//! `decide` by tables: a day in the life of an object, look by look.

use super::*;
use crate::calendar::NO_HOLIDAYS;
use crate::api::problems::Problems;
use crate::api::{ShellSchedule, TimeWindowScalerSpec, compile, spec};
use serde_json::{Value, json};

/// An object and its target, as looks find them one after the other.
struct Day {
    value: Value,
    generation: i64,
    target: Target,
    holidays: HolidaySource,
    rival: Option<String>,
    annotation: Option<String>,
    clock: ClockState,
    status: TimeWindowScalerStatus,
}

/// What a look comes to: effective and target replicas, the three reasons, and the events.
type Look = (Option<i32>, Option<i32>, [&'static str; 3], Vec<&'static str>);

impl Day {
    /// Ten from 09:00 to 17:00 in New York, else two; five minutes of grace.
    fn new() -> Self {
        Self {
            value: json!({
                "targetRef": { "name": "web" },
                "timezone": "America/New_York",
                "defaultReplicas": 2,
                "windows": [{ "name": "office", "start": "09:00", "end": "17:00", "replicas": 10 }],
            }),
            generation: 1,
            target: Target::Deployment { replicas: 1, settled: true },
            holidays: HolidaySource::None,
            rival: None,
            annotation: None,
            clock: ClockState::Right,
            status: TimeWindowScalerStatus::default(),
        }
    }

    fn edit(&mut self, field: &str, value: Value) {
        self.value[field] = value;
        self.generation += 1;
    }

    fn compiled(&self) -> Result<(TimeWindowScalerSpec, Box<ShellSchedule>), Problems> {
        let mut problems = Problems::default();
        let spec = spec(&self.value, &mut problems);
        match (compile(spec.as_ref().unwrap(), "shop", &mut problems), spec) {
            (Some(schedule), Some(spec)) => Ok((spec, schedule)),
            _ => Err(problems),
        }
    }

    fn plan(&self, at: &str) -> Plan {
        let compiled = self.compiled();
        let observed = Observed {
            generation: self.generation,
            spec: compiled.as_ref().map(|(spec, schedule)| Valid { spec, schedule, holidays: &NO_HOLIDAYS }),
            override_annotation: self.annotation.as_deref(),
            holidays: self.holidays.clone(),
            target: self.target,
            rival: self.rival.clone(),
            clock: self.clock,
            previous: &self.status,
            rehearsal: None,
        };
        decide(&observed, format!("2026-11-23T{at}-05:00").parse().unwrap())
    }

    /// Looks, and carries out what was decided.
    fn look(&mut self, at: &str) -> Look {
        let plan = self.plan(at);
        if let Some(scale) = plan.scale {
            self.target = Target::Deployment { replicas: scale.to, settled: true };
        }
        let reasons = [conditions::READY, conditions::RECONCILING, conditions::DEGRADED]
            .map(|type_| leak(conditions::reason_of(&plan.status, type_).unwrap_or("-")));
        let events = plan.happenings.iter().map(|happening| happening.reason.as_str()).collect();
        self.status = plan.status;
        let target = match self.target {
            Target::Missing => None,
            Target::Deployment { replicas, .. } => Some(replicas),
        };
        assert_eq!(self.plan(at).happenings, [], "a second look at the same must say nothing new");
        assert_eq!(self.plan(at).scale, None, "a second look at the same must write nothing");
        (self.status.effective_replicas, target, reasons, events)
    }
}

fn leak(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

const FINE: [&str; 3] = ["Reconciled", "Stable", "OperationalNormal"];
const MOVING: [&str; 3] = ["Reconciled", "WindowTransition", "OperationalNormal"];
const GRACE: [&str; 3] = ["GracePeriodActive", "GracePeriodWaiting", "OperationalNormal"];

#[test]
fn an_office_day() {
    let mut day = Day::new();
    assert_eq!(day.look("08:00:00"), (Some(2), Some(2), MOVING, vec!["ScaledUp"]));
    assert_eq!(day.look("08:30:00"), (Some(2), Some(2), FINE, vec![]));
    assert_eq!(day.look("08:59:59"), (Some(2), Some(2), FINE, vec![]));
    assert_eq!(day.look("09:00:00"), (Some(10), Some(10), MOVING, vec!["ScaledUp"]));
    assert_eq!(day.look("09:00:01"), (Some(10), Some(10), FINE, vec![]));
    assert_eq!(day.look("17:00:00"), (Some(10), Some(10), GRACE, vec!["GracePeriodStarted"]));
    assert_eq!(day.look("17:04:59"), (Some(10), Some(10), GRACE, vec![]));
    assert_eq!(day.look("17:05:00"), (Some(2), Some(2), MOVING, vec!["ScaledDown"]));
    assert_eq!(day.look("17:05:01"), (Some(2), Some(2), FINE, vec![]));
}

#[test]
fn it_wakes_at_the_boundary_and_at_the_end_of_the_grace() {
    let mut day = Day::new();
    let wake = |day: &Day, at| day.plan(at).wake.map(|wake| wake.to_rfc3339());
    assert_eq!(wake(&day, "08:00:00").as_deref(), Some("2026-11-23T14:00:00+00:00"));
    day.look("09:00:00");
    assert_eq!(wake(&day, "17:00:00").as_deref(), Some("2026-11-23T22:05:00+00:00"));
    day.edit("windows", json!([]));
    assert_eq!(wake(&day, "18:00:00"), None);
}

#[test]
fn the_status_says_what_comes() {
    let mut day = Day::new();
    day.look("10:00:00");
    let status = &day.status;
    assert_eq!(status.current_window.as_deref(), Some("office"));
    assert_eq!(status.next_boundary.as_ref().map(|t| to_instant(t).to_rfc3339()).unwrap(), "2026-11-23T22:00:00+00:00");
    assert_eq!(status.next_replicas, Some(2));
    assert_eq!(
        conditions::message_of(status, conditions::READY).unwrap(),
        "10 replicas: office until 2026-11-23T17:00:00-05:00, then 2 (OffHours)"
    );
}

#[test]
fn a_rise_cancels_the_grace() {
    let mut day = Day::new();
    day.edit(
        "windows",
        json!([
            { "start": "09:00", "end": "17:00", "replicas": 10 },
            { "start": "17:02", "end": "18:00", "replicas": 12 },
        ]),
    );
    day.look("12:00:00");
    assert_eq!(day.look("17:00:00"), (Some(10), Some(10), GRACE, vec!["GracePeriodStarted"]));
    assert_eq!(day.look("17:02:00"), (Some(12), Some(12), MOVING, vec!["GracePeriodCancelled", "ScaledUp"]));
}

#[test]
fn a_manual_change_is_put_back_once() {
    let mut day = Day::new();
    day.look("10:00:00");
    day.target = Target::Deployment { replicas: 4, settled: true };
    let found = day.look("10:10:00");
    assert_eq!(
        found,
        (Some(10), Some(10), ["Reconciled", "ScaleInProgress", "OperationalNormal"], vec!["DriftCorrected"])
    );
}

#[test]
fn a_paused_object_reports_and_writes_nothing() {
    let mut day = Day::new();
    day.look("10:00:00");
    day.edit("pause", json!(true));
    assert_eq!(day.look("10:01:00"), (Some(10), Some(10), FINE, vec![]));
    day.edit("gracePeriodSeconds", json!(0));
    let paused = ["TargetMismatch", "Stable", "OperationalNormal"];
    assert_eq!(day.look("17:00:00"), (Some(2), Some(10), paused, vec!["ScalingSkipped"]));
    assert_eq!(day.look("20:00:00"), (Some(2), Some(10), paused, vec![]));
    day.edit("pause", json!(false));
    let change = ["Reconciled", "ConfigurationChange", "OperationalNormal"];
    assert_eq!(day.look("20:01:00"), (Some(2), Some(2), change, vec!["ScaledDown"]));
}

#[test]
fn a_missing_target_is_told_about_once_and_scaled_when_it_is_there() {
    let mut day = Day::new();
    day.target = Target::Missing;
    let missing = ["TargetNotFound", "Stable", "OperationalNormal"];
    assert_eq!(day.look("10:00:00"), (Some(10), None, missing, vec!["MissingTarget"]));
    assert_eq!(day.look("10:05:00"), (Some(10), None, missing, vec![]));
    day.target = Target::Deployment { replicas: 1, settled: true };
    let found = day.look("10:06:00");
    assert_eq!(found, (Some(10), Some(10), ["Reconciled", "ScaleInProgress", "OperationalNormal"], vec!["ScaledUp"]));
}

#[test]
fn an_invalid_object_scales_nothing_until_it_is_changed() {
    let mut day = Day::new();
    day.look("10:00:00");
    day.edit("timezone", json!("America/New_Yrok"));
    let wrong_zone = ["ConfigurationInvalid", "Stable", "InvalidTimezone"];
    assert_eq!(day.look("17:00:00"), (None, Some(10), wrong_zone, vec!["InvalidSchedule"]));
    let message = conditions::message_of(&day.status, conditions::DEGRADED).unwrap();
    assert!(message.contains("did you mean America/New_York"), "{message}");
    day.edit("timezone", json!("America/New_York"));
    day.edit("windows", json!([{ "start": "9:00", "end": "17:00", "replicas": -1 }]));
    let wrong = ["ConfigurationInvalid", "Stable", "InvalidConfiguration"];
    assert_eq!(day.look("17:01:00"), (None, Some(10), wrong, vec!["InvalidSchedule"]));
    let message = conditions::message_of(&day.status, conditions::READY).unwrap();
    assert!(message.contains("spec.windows[0].start") && message.contains("spec.windows[0].replicas"), "{message}");
    day.edit("windows", json!([]));
    // Nothing was in effect, so there is nothing to keep either.
    assert_eq!(day.look("17:02:00").1, Some(2));
}

#[test]
fn nothing_is_written_by_a_wrong_clock() {
    let mut day = Day::new();
    day.look("10:00:00");
    day.clock = ClockState::Skewed { seconds: -1_000_000 };
    let skewed = ["Reconciled", "WindowTransition", "ClockSkew"];
    assert_eq!(day.look("20:00:00"), (Some(10), Some(10), skewed, vec![]));
    day.clock = ClockState::Right;
    assert_eq!(day.look("10:30:00"), (Some(10), Some(10), FINE, vec![]));
}

#[test]
fn the_younger_of_two_objects_with_one_target_leaves_it_alone() {
    let mut day = Day::new();
    day.rival = Some("elder".to_owned());
    let conflict = ["TargetMismatch", "Stable", "ScaleConflict"];
    assert_eq!(day.look("10:00:00"), (Some(10), Some(1), conflict, vec!["ScaleConflict"]));
    day.rival = None;
    assert_eq!(day.look("10:01:00").3, vec!["ScaledUp"]);
}

#[test]
fn holiday_sources_and_overrides_are_reported() {
    let mut day = Day::new();
    day.edit("holidayConfigMap", json!("days"));
    day.holidays = HolidaySource::Missing;
    assert_eq!(day.look("10:00:00").2[2], "HolidaySourceMissing");
    let mut problems = Problems::default();
    problems.push("data[xmas]", "\"xmas\" is no date");
    day.holidays = HolidaySource::Found { problems };
    assert_eq!(day.look("10:01:00").2[2], "HolidaySourceInvalid");
    let said = conditions::message_of(&day.status, conditions::DEGRADED).unwrap();
    assert!(said.ends_with("\"xmas\" is no date; the other keys count"), "{said}");
    let mut problems = Problems::default();
    problems.push("data", "more than 1000 holidays, dates in a row counted once: write at most 1000");
    day.holidays = HolidaySource::Found { problems };
    day.look("10:01:30");
    let said = conditions::message_of(&day.status, conditions::DEGRADED).unwrap();
    assert!(
        said.ends_with("data: more than 1000 holidays, dates in a row counted once: write at most 1000; so no day counts as a holiday"),
        "{said}"
    );
    day.holidays = HolidaySource::None;
    day.annotation = Some("replicas=20 until=2026-12-01T18:00:00Z".to_owned());
    let found = day.look("10:02:00");
    assert_eq!((found.1, found.2[2], found.3), (Some(10), "InvalidConfiguration", vec!["InvalidSchedule"]));
    let message = conditions::message_of(&day.status, conditions::DEGRADED).unwrap();
    assert!(message.contains("acts on no overrides"), "{message}");
}

#[test]
fn a_refused_write_is_told_about_and_is_not_a_change() {
    let mut day = Day::new();
    day.look("08:00:00");
    let plan = day.plan("09:00:00");
    let now = "2026-11-23T14:00:00Z".parse().unwrap();
    let plan = failed(plan.clone(), plan.scale.unwrap(), &day.status, "forbidden", now);
    assert_eq!(plan.happenings, []);
    assert_eq!(plan.status.target_observed_replicas, Some(2));
    assert_eq!(plan.status.last_scale_time, day.status.last_scale_time);
    assert_eq!(conditions::reason_of(&plan.status, conditions::DEGRADED), Some("TargetUpdateFailed"));
    day.status = plan.status;
    assert_eq!(day.look("09:00:01").3, vec!["ScaledUp"]);
}
