//! Days in the life of an object.

use super::*;
use crate::cluster::ClockState;

#[test]
fn an_office_day() {
    let mut day = Stage::new();
    assert_eq!(day.look("08:00:00"), ["ScaledUp"]);
    assert_eq!(day.state(), (Some(2), Some(2), FINE));
    assert!(day.look("08:59:59").is_empty());
    assert_eq!(day.look("09:00:00"), ["ScaledUp"]);
    assert_eq!(day.state(), (Some(10), Some(10), FINE));
    assert_eq!(day.look("17:00:00"), ["GracePeriodStarted"]);
    assert_eq!(day.state(), (Some(10), Some(10), GRACE));
    assert!(day.look("17:04:59.900").is_empty());
    assert_eq!(day.look("17:05:00"), ["ScaledDown"]);
    assert_eq!(day.state(), (Some(2), Some(2), FINE));
    let causes: Vec<_> = day.writes.iter().map(|write| (write.cause, write.due)).collect();
    assert_eq!(
        causes,
        [
            (WriteCause::FirstSight, at("08:00:00")),
            (WriteCause::Boundary, at("09:00:00")),
            (WriteCause::GraceOver, at("17:05:00")),
        ]
    );
}

#[test]
fn a_write_that_comes_late_was_due_at_its_boundary() {
    let mut day = Stage::new();
    day.look("08:05:00");
    day.look("09:03:00.500");
    assert_eq!(day.writes.last().map(|write| (write.cause, write.due)), Some((WriteCause::Boundary, at("09:00:00"))));
    day.restart();
    day.look("17:30:00");
    assert_eq!(day.writes.last().map(|write| (write.cause, write.due)), Some((WriteCause::Boundary, at("17:00:00"))));
}

#[test]
fn it_wakes_at_the_boundary_and_at_the_end_of_the_grace() {
    let mut day = Stage::new();
    day.look("08:00:00");
    assert_eq!(day.wake, Some(at("09:00:00")));
    day.look("17:00:00");
    assert_eq!(day.wake, Some(at("17:05:00")));
    day.edit("windows", json!([]));
    day.look("18:00:00");
    assert_eq!(day.wake, None);
}

#[test]
fn the_status_says_what_applies_and_what_comes() {
    let mut day = Stage::new();
    day.look("10:00:00");
    let status = &day.status;
    assert_eq!(status.current_window.as_deref(), Some("office"));
    assert_eq!(status.next_boundary.as_ref().map(crate::api::times::to_instant), Some(at("17:00:00")));
    assert_eq!((status.next_replicas, status.observed_generation), (Some(crate::api::Value::Count(2)), Some(1)));
    assert_eq!(day.message(Type::Ready), "10 replicas: office until 2026-11-23T17:00:00-05:00, then 2 (OffHours)");
}

#[test]
fn a_rise_cancels_the_grace() {
    let mut day = Stage::new();
    day.edit(
        "windows",
        json!([
            { "start": "09:00", "end": "17:00", "replicas": 10 },
            { "start": "17:02", "end": "18:00", "replicas": 12 },
        ]),
    );
    day.look("12:00:00");
    assert_eq!(day.look("17:00:00"), ["GracePeriodStarted"]);
    assert_eq!(day.look("17:02:00"), ["GracePeriodCancelled", "ScaledUp"]);
}

#[test]
fn a_paused_object_reports_and_writes_nothing() {
    let mut day = Stage::new();
    day.look("10:00:00");
    day.edit("pause", json!(true));
    day.edit("gracePeriodSeconds", json!(0));
    assert!(day.look("10:01:00").is_empty());
    let paused = ["Paused", "Stable", "Progressing", "OperationalNormal"];
    assert_eq!(day.state(), (Some(10), Some(10), paused));
    assert_eq!(day.look("17:00:00"), ["ScalingSkipped"]);
    day.restart();
    assert!(day.look("20:00:00").is_empty());
    assert_eq!(day.state(), (Some(2), Some(10), paused));
    day.edit("pause", json!(false));
    assert_eq!(day.look("20:01:00"), ["ScaledDown"]);
    assert_eq!(day.writes.last().map(|write| write.cause), Some(WriteCause::Resume));
}

#[test]
fn a_pause_with_an_end_is_over_by_itself() {
    let mut day = Stage::new();
    day.look("10:00:00");
    day.edit("pauseUntil", json!("2026-11-23T20:30:00.5-05:00"));
    day.edit("gracePeriodSeconds", json!(0));
    assert!(day.look("10:01:00").is_empty());
    assert!(
        day.message(Type::Ready).starts_with("Paused until 2026-11-23T20:30:00-05:00: "),
        "{}",
        day.message(Type::Ready)
    );
    assert_eq!(day.look("17:00:00"), ["ScalingSkipped"]);
    assert_eq!(day.wake, Some(at("20:30:00")));
    day.restart();
    assert!(day.look("20:29:59").is_empty());
    assert_eq!(day.state(), (Some(2), Some(10), ["Paused", "Stable", "Progressing", "OperationalNormal"]));
    assert_eq!(day.look("20:30:00"), ["ScaledDown"]);
    assert_eq!(day.state(), (Some(2), Some(2), FINE));
    let write = day.writes.last().unwrap();
    assert_eq!((write.cause, write.due), (WriteCause::Resume, at("20:30:00")));
    // Nobody was there when it ended, and it was due then.
    day.edit("pauseUntil", json!("2026-11-23T21:00:00-05:00"));
    day.somebody(7, "kubectl");
    day.look("20:40:00");
    day.restart();
    assert_eq!(day.look("21:30:00"), ["ScaledDown"]);
    assert_eq!(day.writes.last().map(|write| write.due), Some(at("21:00:00")));
    // One that is over already holds nothing back.
    day.edit("pauseUntil", json!("2026-11-23T21:00:00-05:00"));
    day.somebody(7, "kubectl");
    day.look("21:40:00");
    assert_eq!(day.replicas(), Some(2));
}

#[test]
fn a_missing_target_is_told_about_once_and_scaled_when_it_is_there() {
    let mut day = Stage::new();
    day.target = Known::Missing;
    assert_eq!(day.look("10:00:00"), ["MissingTarget"]);
    assert_eq!(day.state(), (Some(10), None, ["TargetNotFound", "Stable", "Progressing", "OperationalNormal"]));
    day.restart();
    // Over a boundary: there is no target whose scale-down could be delayed, so nothing is told of it.
    assert!(day.look("17:00:01").is_empty());
    day.target = target("2", 1, None);
    assert_eq!(day.look("17:10:00"), ["ScaledUp"]);
    assert_eq!(day.writes.last().map(|write| write.to.replicas), Some(2));
    day.target = Known::Missing;
    assert_eq!(day.look("17:11:00"), ["MissingTarget"]);
    let marks: std::collections::BTreeSet<_> = day.events.iter().map(|event| (event.reason, &event.mark)).collect();
    assert_eq!(marks.len(), day.events.len(), "two happenings must not be one event");
}

#[test]
fn a_target_on_its_way_out_is_left_alone() {
    let mut day = Stage::new();
    day.look("10:00:00");
    if let Known::Known(target) = &mut day.target {
        target.deleting = true;
        target.replicas = 3;
    }
    assert_eq!(day.look("10:01:00"), ["MissingTarget"]);
    assert_eq!(day.replicas(), Some(3));
}

#[test]
fn a_recreated_target_is_no_drift() {
    let mut day = Stage::new();
    day.look("10:00:00");
    day.target = target("2", 1, Some("kubectl"));
    assert_eq!(day.look("10:01:00"), ["ScaledUp"]);
    assert_eq!(day.writes.last().map(|write| write.cause), Some(WriteCause::TargetNew));
}

#[test]
fn a_manual_change_is_put_back_once_and_again_as_a_series() {
    let mut day = Stage::new();
    day.look("10:00:00");
    for minute in ["10:10:00", "10:40:00"] {
        day.somebody(4, "kubectl-scale");
        assert_eq!(day.look(minute), ["DriftCorrected"]);
        assert_eq!(day.replicas(), Some(10));
    }
    let drifts: Vec<_> = day.events.iter().filter(|event| event.reason == Reason::DriftCorrected).collect();
    assert!(drifts.iter().all(|event| event.series.is_some() && event.mark == drifts[0].mark), "{drifts:?}");
}

#[test]
fn an_invalid_object_scales_nothing_until_it_is_changed_and_keeps_what_was_in_effect() {
    let mut day = Stage::new();
    day.look("10:00:00");
    day.edit("timezone", json!("America/New_Yrok"));
    assert_eq!(day.look("17:00:00"), ["InvalidSchedule"]);
    let wrong_zone = ["ConfigurationInvalid", "Stable", "InvalidTimezone", "OperationalNormal"];
    assert_eq!(day.state(), (Some(10), Some(10), wrong_zone));
    assert_eq!(day.status.next_boundary.as_ref().map(crate::api::times::to_instant), Some(at("17:00:00")));
    assert!(day.message(Type::Ready).contains("did you mean America/New_York"));
    day.restart();
    assert!(day.look("17:00:30").is_empty());
    day.edit("windows", json!([{ "start": "9:00", "end": "17:00", "replicas": -1 }]));
    day.edit("timezone", json!("America/New_York"));
    assert_eq!(day.look("17:01:00"), ["InvalidSchedule"]);
    let wrong = ["ConfigurationInvalid", "Stable", "ConfigurationInvalid", "OperationalNormal"];
    assert_eq!(day.state(), (Some(10), Some(10), wrong));
    day.edit("windows", json!([{ "name": "office", "start": "09:00", "end": "17:00", "replicas": 10 }]));
    assert_eq!(day.look("17:02:00"), ["GracePeriodStarted"]);
    assert_eq!(day.look("17:05:00"), ["ScaledDown"]);
}

#[test]
fn words_too_long_for_a_condition_are_told_once() {
    let mut day = Stage::new();
    let windows: Vec<_> =
        (0..64).map(|_| json!({ "name": "x".repeat(5_000), "start": "", "end": "", "replicas": -1 })).collect();
    day.edit("windows", windows.into());
    assert_eq!(day.look("10:00:00"), ["InvalidSchedule"]);
    day.restart();
    assert!(day.look("10:01:00").is_empty());
}

#[test]
fn nothing_is_written_by_a_wrong_clock_and_what_was_known_stays() {
    let mut day = Stage::new();
    day.look("10:00:00");
    let known = day.status.clone();
    for clock in [ClockState::Skewed { seconds: -1_000_000 }, ClockState::BeforeFloor { floor: at("23:59:00") }] {
        day.fence.clock = clock;
        assert!(day.look("20:00:00").is_empty());
        assert_eq!(day.state(), (Some(10), Some(10), ["Reconciled", "Stable", "Progressing", "ClockSkew"]));
        assert_eq!(
            (&day.status.current_window, &day.status.next_boundary),
            (&known.current_window, &known.next_boundary)
        );
        assert_eq!(day.wake, None);
    }
    day.fence.clock = ClockState::Right;
    assert!(day.look("10:30:00").is_empty());
    assert_eq!(day.state(), (Some(10), Some(10), FINE));
}

#[test]
fn a_fence_holds_without_a_word() {
    let mut day = Stage::new();
    day.look("10:00:00");
    let closed = [
        Fence { leader: false, ..OPEN },
        Fence { stopping: true, ..OPEN },
        Fence { clock: ClockState::Unknown, ..OPEN },
        Fence { clock: ClockState::Comparing, ..OPEN },
    ];
    for fence in closed {
        day.fence = fence;
        let plan = day.plan(at("20:00:00"));
        assert_eq!((plan.write, plan.report, plan.history), (None, None, day.history.clone()), "{fence:?}");
    }
    day.fence = OPEN;
    day.deleting = true;
    assert_eq!(day.plan(at("20:00:00")).write, None);
    assert_eq!(day.plan(at("20:00:00")).report, None);
}

#[test]
fn the_younger_of_two_objects_with_one_target_leaves_it_alone_and_acts_at_once_when_it_is_alone() {
    let mut day = Stage::new();
    day.rival = Some("shop/elder".to_owned());
    assert_eq!(day.look("16:00:00"), ["ScaleConflict"]);
    let conflict = ["ScaleConflict", "Stable", "ScaleConflict", "ScaleConflict"];
    assert_eq!(day.state(), (Some(10), Some(1), conflict));
    assert!(day.message(Type::Ready).contains("shop/elder"));
    assert_eq!(day.status.target_observed_replicas, None, "nobody looks when it changes");
    day.restart();
    // No grace for a target that is another's.
    assert!(day.look("17:00:00").is_empty());
    assert_eq!(day.state(), (Some(2), Some(1), conflict));
    day.somebody(9, "kyklos");
    day.rival = None;
    assert_eq!(day.look("17:01:00"), ["ScaledDown"]);
    assert_eq!((day.replicas(), day.writes.last().map(|write| write.cause)), (Some(2), Some(WriteCause::ClaimWon)));
}

#[test]
fn holidays_that_are_not_known_yet_change_nothing() {
    let mut day = Stage::new();
    day.edit("holidayMode", json!("treat-as-closed"));
    day.edit("holidayConfigMap", json!("days"));
    day.holidays = Source::Found(Box::new(Dates::of(["2026-11-23"])));
    day.look("08:00:00");
    assert_eq!((day.status.current_window.as_deref(), day.replicas()), (Some("Holiday-Closed"), Some(2)));
    // A restart while the API server answers with errors, over what would be a boundary without the holiday.
    day.restart();
    day.holidays = Source::Unknown;
    day.somebody(3, "kubectl");
    let plan = day.plan(at("10:00:00"));
    assert_eq!((plan.write, plan.report), (None, None));
    day.holidays = Source::Found(Box::new(Dates::of(["2026-11-23"])));
    assert_eq!(day.look("10:00:01"), ["DriftCorrected"]);
    assert_eq!(day.replicas(), Some(2));
}

#[test]
fn an_edit_of_the_calendar_is_not_delayed() {
    let mut day = Stage::new();
    day.edit("holidayMode", json!("treat-as-closed"));
    day.edit("holidayConfigMap", json!("days"));
    day.holidays = Source::Missing;
    day.look("12:00:00");
    assert_eq!((day.replicas(), day.reason(Type::Degraded)), (Some(10), "HolidaySourceMissing"));
    day.holidays = Source::Found(Box::new(Dates::of(["2026-11-23"])));
    assert_eq!(day.look("12:01:00"), ["ScaledDown"]);
    let write = day.writes.last().unwrap();
    assert_eq!((write.cause, write.due), (WriteCause::Edit, at("12:01:00")));
}

#[test]
fn a_status_of_another_clock_is_a_first_sight() {
    let mut day = Stage::new();
    day.rehearsal = Some("Rehearsal".to_owned());
    day.look("16:00:00");
    day.look("17:00:00");
    assert_eq!((day.status.clock.as_deref(), day.state().2), (Some("Rehearsal"), GRACE));
    assert!(day.message(Type::Ready).starts_with("Rehearsal: 10 replicas"));
    day.rehearsal = None;
    day.restart();
    assert_eq!(day.look("17:01:00"), ["ScaledDown"]);
    assert_eq!((day.status.clock.as_deref(), day.state()), (None, (Some(2), Some(2), FINE)));
    assert_eq!(day.writes.last().map(|write| write.cause), Some(WriteCause::FirstSight));
}

#[test]
fn nobody_forges_a_line() {
    let mut day = Stage::new();
    day.edit("targetRef", json!({ "name": "web" }));
    day.rival = Some("shop/x\n2026-11-26T00:00:00Z ERROR kyklos: forged\u{1b}[2J".to_owned());
    day.look("10:00:00");
    for condition in &day.status.conditions {
        assert!(!condition.message.contains(char::is_control), "{}", condition.message);
    }
    assert!(day.message(Type::Ready).contains("x\\n2026-11-26"));
}
