//! What values that are no counts make of a target: bounds.

use proptest::prelude::*;

use super::*;
use crate::api::Value as Asked;

/// Any value that a spec or a status can have.
pub(super) fn any_value() -> impl Strategy<Value = Asked> {
    let bound = || prop::option::of(0..60_u32);
    prop_oneof![
        (0..60_u32).prop_map(Asked::Count),
        (0..=1_000_u16).prop_map(Asked::PerCent),
        Just(Asked::Original),
        (bound(), bound()).prop_filter_map("bounds", |(min, max)| {
            let fits = min.zip(max).is_none_or(|(min, max)| min <= max);
            Asked::within(min, max).filter(|_| fits)
        }),
    ]
}

/// W03: at night 2 to 5, from 09:00 to 17:00 in New York 10 to 50; no grace.
fn floor_and_ceiling() -> Stage {
    let mut day = Stage::new();
    day.edit("defaultReplicas", Value::Null);
    day.edit("defaultMinReplicas", json!(2));
    day.edit("defaultMaxReplicas", json!(5));
    day.edit(
        "windows",
        json!([{ "name": "office", "start": "09:00", "end": "17:00", "minReplicas": 10, "maxReplicas": 50 }]),
    );
    day.edit("gracePeriodSeconds", json!(0));
    day
}

#[test]
fn a_floor_and_a_ceiling_by_time() {
    let mut day = floor_and_ceiling();
    day.somebody(3, "autoscaler");
    assert!(day.look("08:00:00").is_empty(), "it is inside");
    assert_eq!(serde_json::to_value(&day.status).unwrap()["effectiveReplicas"], "2..5");
    assert_eq!(serde_json::to_value(&day.status).unwrap()["nextReplicas"], "10..50");
    assert_eq!(
        day.message(Type::Ready),
        "2 to 5 replicas: OffHours until 2026-11-23T09:00:00-05:00, then 10..50 (office)"
    );
    assert_eq!(day.look("09:00:00"), ["ScaledUp"]);
    assert_eq!(day.replicas(), Some(10));
    for count in [11, 50, 30] {
        day.somebody(count, "autoscaler");
        assert!(day.look("12:00:00").is_empty());
        assert_eq!((day.replicas(), day.reason(Type::Ready)), (Some(count), "Reconciled"));
    }
    day.restart();
    assert!(day.look("12:30:00").is_empty());
    assert_eq!(day.look("17:00:00"), ["ScaledDown"]);
    assert_eq!((day.replicas(), day.writes.len()), (Some(5), 2));
    let causes: Vec<_> = day.writes.iter().map(|write| (write.cause, write.due)).collect();
    assert_eq!(causes, [(WriteCause::Boundary, at("09:00:00")), (WriteCause::Boundary, at("17:00:00"))]);
}

#[test]
fn what_leaves_the_bounds_is_put_back_and_what_moves_inside_is_not() {
    let mut day = floor_and_ceiling();
    day.look("12:00:00");
    day.somebody(60, "kubectl");
    assert_eq!(day.look("12:01:00"), ["DriftCorrected"]);
    assert_eq!(day.replicas(), Some(50));
    day.somebody(9, "kubectl");
    assert_eq!(day.look("12:02:00"), ["DriftCorrected"]);
    assert_eq!(day.replicas(), Some(10));
    day.somebody(20, "kubectl");
    assert!(day.look("12:03:00").is_empty());
    assert_eq!(day.count(Reason::DriftCorrected), 2);
}

/// W02: in the evening at most one; a team's own 0 is no more than that.
#[test]
fn a_maximum_lowers_and_never_raises() {
    let mut day = floor_and_ceiling();
    day.edit("defaultMinReplicas", Value::Null);
    day.edit("defaultMaxReplicas", json!(1));
    day.somebody(0, "team");
    assert!(day.look("20:00:00").is_empty());
    day.somebody(4, "team");
    assert_eq!(day.look("20:01:00"), ["DriftCorrected"]);
    assert_eq!(day.replicas(), Some(1));
    day.somebody(0, "team");
    day.restart();
    assert!(day.look("20:02:00").is_empty());
    assert_eq!(day.replicas(), Some(0));
}

#[test]
fn a_maximum_of_0_is_the_count_0() {
    let mut day = floor_and_ceiling();
    day.edit("defaultMinReplicas", Value::Null);
    day.edit("defaultMaxReplicas", json!(0));
    assert_eq!(day.look("20:00:00"), ["ScaledDown"]);
    assert_eq!(day.state(), (Some(0), Some(0), FINE));
}

#[test]
fn bounds_that_fall_at_a_boundary_wait_for_the_grace() {
    let mut day = floor_and_ceiling();
    day.edit("gracePeriodSeconds", json!(300));
    day.somebody(30, "autoscaler");
    day.look("12:00:00");
    assert_eq!(day.look("17:00:00"), ["GracePeriodStarted"]);
    let told = day.events.last().unwrap().message.clone();
    assert_eq!(told, "OffHours asks for 2 to 5 replicas; 10 to 50 replicas are kept until 2026-11-23T17:05:00-05:00");
    // Inside of what is kept nobody minds, and a restart changes nothing.
    day.somebody(20, "autoscaler");
    day.restart();
    assert!(day.look("17:02:00").is_empty());
    assert_eq!(serde_json::to_value(&day.status).unwrap()["effectiveReplicas"], "10..50");
    assert_eq!(day.look("17:05:00"), ["ScaledDown"]);
    assert_eq!(day.writes.last().map(|write| (write.to.replicas, write.cause)), Some((5, WriteCause::GraceOver)));
    // Those that rise don't.
    day.somebody(2, "autoscaler");
    assert_eq!(day.look_at("2026-11-24T09:00:00-05:00".parse().unwrap()), ["ScaledUp"]);
}

#[test]
fn no_maximum_is_more_than_any_count() {
    let mut day = floor_and_ceiling();
    day.edit("gracePeriodSeconds", json!(300));
    day.edit("windows", json!([{ "start": "09:00", "end": "17:00", "minReplicas": 10 }]));
    day.somebody(30, "autoscaler");
    day.look("12:00:00");
    assert_eq!(day.look("17:00:00"), ["GracePeriodStarted"]);
    assert_eq!(serde_json::to_value(&day.status).unwrap()["effectiveReplicas"], "10..");
}

#[test]
fn a_crash_after_the_write_of_a_bound_is_told_by_the_next_process_once() {
    let mut day = floor_and_ceiling();
    day.somebody(3, "autoscaler");
    day.look("08:00:00");
    assert!(day.step(at("09:00:00")), "it is written down what it had");
    let plan = day.plan(at("09:00:00"));
    assert_eq!(plan.write.map(|write| (write.from.replicas, write.to.replicas)), Some((3, 10)));
    // It is carried out, and nobody is left to hear of it.
    day.somebody(10, FIELD_MANAGER);
    day.restart();
    assert_eq!(day.look("09:00:05"), ["ScaledUp"]);
    day.restart();
    assert!(day.look("09:01:00").is_empty());
}

#[test]
fn a_pause_tells_once_of_what_is_outside_of_the_bounds() {
    let mut day = floor_and_ceiling();
    day.edit("pause", json!(true));
    day.somebody(7, "autoscaler");
    assert_eq!(day.look("12:00:00"), ["ScalingSkipped"]);
    day.somebody(8, "autoscaler");
    day.restart();
    assert!(day.look("12:01:00").is_empty());
    day.somebody(12, "autoscaler");
    assert!(day.look("12:02:00").is_empty());
    assert!(
        day.message(Type::Ready).starts_with("Paused: Deployment web is left alone"),
        "{}",
        day.message(Type::Ready)
    );
}

/// What the schedule's fields say of a value.
fn written(value: Asked) -> Value {
    let of = |min: Option<u32>, max: Option<u32>| json!({ "minReplicas": min, "maxReplicas": max });
    match value {
        Asked::Bounds { min, max } => of(min, max),
        count => json!({ "replicas": count }),
    }
}

/// A count or bounds: what needs no memory.
fn remembers_nothing() -> impl Strategy<Value = Asked> {
    any_value().prop_filter("it needs the original", |value| !value.needs_original())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever others do to the target and whoever looks: after a look it is where the value of that time has it, by one write where
    /// it was elsewhere and by none where it was there.
    #[test]
    fn a_target_is_where_the_value_has_it_after_one_write_or_none(
        windows in prop::collection::vec(remembers_nothing(), 1..8),
        looks in prop::collection::vec((0..30_i64, prop::option::of(0..70_i32), any::<bool>()), 1..20),
    ) {
        let hour = |index: usize| format!("{:02}:00", 8 + index);
        let mut stage = Stage::new();
        stage.edit("timezone", json!("UTC"));
        stage.edit("gracePeriodSeconds", json!(0));
        let all: Vec<_> = windows
            .iter()
            .enumerate()
            .map(|(index, value)| {
                let mut window = written(*value);
                window["start"] = json!(hour(index));
                window["end"] = json!(hour(index + 1));
                window
            })
            .collect();
        stage.edit("windows", json!(all));
        let mut now: DateTime<Utc> = "2026-11-23T08:00:00Z".parse().unwrap();
        let end = now + chrono::TimeDelta::hours(i64::try_from(windows.len()).unwrap());
        for (minutes, somebody, restart) in looks {
            now = (now + chrono::TimeDelta::minutes(minutes)).min(end - chrono::TimeDelta::seconds(1));
            if let Some(count) = somebody {
                stage.somebody(count, "somebody");
            }
            if restart {
                stage.restart();
            }
            let (before, writes) = (stage.replicas().unwrap(), stage.writes.len());
            stage.look_at(now);
            let place = usize::try_from((now - "2026-11-23T08:00:00Z".parse::<DateTime<Utc>>().unwrap()).num_hours()).unwrap();
            let wanted = windows[place].of(before, None).unwrap();
            // Who puts it back again and again makes tries rare.
            let held_back = stage.reason(Type::Degraded) == "CountReverted" && stage.writes.len() == writes;
            prop_assert!(held_back || stage.replicas() == Some(wanted), "{:?} of {}", stage.replicas(), windows[place]);
            prop_assert!(held_back || stage.writes.len() - writes == usize::from(wanted != before));
            prop_assert_eq!(stage.status.effective_replicas, Some(windows[place]));
        }
    }
}
