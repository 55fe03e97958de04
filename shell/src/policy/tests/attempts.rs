//! What becomes of a write: accepted, made something else of, refused, or without an answer.

use super::*;

/// The engine's wait is over.
fn again(day: &mut Stage) {
    day.attempt.as_mut().unwrap().waits = false;
}

#[test]
fn a_refused_write_is_no_change_and_the_next_one_is_told() {
    let mut day = Stage::new();
    day.look("08:00:00");
    let before = day.status.last_scale_time.clone();
    day.server = refuses;
    assert!(day.look("09:00:00").is_empty());
    let failed = ["TargetUpdateFailed", "WindowTransition", "Progressing", "TargetUpdateFailed"];
    assert_eq!(day.state(), (Some(10), Some(2), failed));
    assert_eq!(day.status.last_scale_time, before);
    let said = day.message(Type::Ready);
    assert!(said.contains("refuses it (403): admission webhook \"no\" denied\\nit"), "{said}");
    assert!(said.contains("; where it is a right that is missing, `kyklos manifests --targets deployments "), "{said}");
    day.server = takes;
    again(&mut day);
    assert_eq!(day.look("09:00:05"), ["ScaledUp"]);
    assert_eq!(day.writes.last().map(|write| (write.cause, write.due)), Some((WriteCause::Boundary, at("09:00:00"))));
    assert_eq!(day.state(), (Some(10), Some(10), FINE));
}

#[test]
fn a_refused_write_is_no_drift_after_a_restart() {
    let mut day = Stage::new();
    day.look("08:00:00");
    day.server = refuses;
    day.look("09:00:00");
    day.restart();
    day.server = takes;
    assert_eq!(day.look("09:00:05"), ["ScaledUp"]);
    assert_eq!(day.writes.last().map(|write| write.cause), Some(WriteCause::Boundary));
}

#[test]
fn another_count_does_not_wait_for_a_failed_one_unless_the_api_server_says_so() {
    let mut day = Stage::new();
    day.edit("gracePeriodSeconds", json!(0));
    day.somebody(3, "kubectl");
    day.server = refuses;
    day.look("16:59:59");
    day.server = takes;
    day.attempt.as_mut().unwrap().told_to_wait = true;
    assert!(day.look("17:00:00").is_empty());
    day.attempt.as_mut().unwrap().told_to_wait = false;
    assert_eq!(day.look("17:00:01"), ["ScaledDown"]);
    assert_eq!(day.replicas(), Some(2));
}

#[test]
fn what_an_admission_makes_of_it_is_said_and_is_never_drift() {
    let mut day = Stage::new();
    day.look("08:00:00");
    day.server = caps;
    assert_eq!(day.look("09:00:00"), ["ScaledUp"]);
    let failed = ["TargetUpdateFailed", "WindowTransition", "Progressing", "TargetUpdateFailed"];
    assert_eq!(day.state(), (Some(10), Some(5), failed));
    assert!(day.message(Type::Ready).contains("the API server took 10 and made 5 of it"));
    again(&mut day);
    assert!(day.look("09:01:00").is_empty());
    day.restart();
    assert!(day.look("09:02:00").is_empty());
    assert_eq!(day.count(Reason::DriftCorrected), 0);
    day.server = takes;
    again(&mut day);
    assert_eq!(day.look("09:03:00"), ["ScaledUp"]);
    assert_eq!(day.state(), (Some(10), Some(10), FINE));
}

/// What an admission made of a count is past once somebody has made something else of it: told of before or never, and never again
/// and again instead of the next try.
#[test]
fn what_an_admission_made_and_somebody_took_back_keeps_no_try_waiting() {
    let mut day = Stage::new();
    day.look("08:00:00");
    day.server = caps;
    assert_eq!(day.look("09:00:00"), ["ScaledUp"]);
    day.somebody(25, "argocd-controller");
    assert!(day.look("09:00:01").is_empty());
    again(&mut day);
    assert_eq!(day.look("09:00:02"), ["ScaledDown"]);
    assert_eq!((day.writes.len(), day.replicas()), (3, Some(5)));
}

#[test]
fn a_lost_answer_is_told_once_with_its_time() {
    let mut day = Stage::new();
    day.look("08:00:00");
    day.server = |_| None;
    assert_eq!(day.look("09:00:00"), ["ScaledUp"]);
    assert_eq!(day.status.last_scale_time.as_ref().map(crate::api::times::to_instant), Some(at("09:00:00")));
    assert!(day.attempt.is_none());
}

#[test]
fn a_lost_answer_of_a_correction_is_told_as_one() {
    let mut day = Stage::new();
    day.look("10:00:00");
    day.somebody(3, "kubectl");
    day.server = |_| None;
    assert_eq!(day.look("10:01:00"), ["DriftCorrected"]);
}

#[test]
fn a_write_without_an_answer_that_was_not_done_is_tried_again() {
    let mut day = Stage::new();
    day.look("08:00:00");
    day.server = |_| Some(Outcome::Unknown { message: "timed out".to_owned() });
    assert!(day.look("09:00:00").is_empty());
    assert!(day.message(Type::Ready).contains("there was no answer to it: timed out"));
    day.server = takes;
    again(&mut day);
    assert_eq!(day.look("09:00:15"), ["ScaledUp"]);
}

#[test]
fn a_crash_after_the_write_is_told_by_the_next_process_once() {
    let mut day = Stage::new();
    day.look("08:00:00");
    assert!(day.step(at("09:00:00")), "the write goes out");
    day.restart();
    assert_eq!(day.look("09:00:09"), ["ScaledUp"]);
    assert_eq!(day.status.last_scale_time.as_ref().map(crate::api::times::to_instant), Some(at("09:00:09")));
    day.restart();
    assert!(day.look("09:00:10").is_empty());
}

#[test]
fn a_crash_after_the_event_makes_no_second_one() {
    let mut day = Stage::new();
    day.look("08:00:00");
    let before = day.status.clone();
    assert_eq!(day.look("09:00:00"), ["ScaledUp"]);
    let mark = day.events.last().unwrap().mark.clone();
    // The event was written, the status wasn't.
    day.status = before;
    day.restart();
    assert_eq!(day.look("09:00:09"), ["ScaledUp"]);
    assert_eq!(day.events.last().unwrap().mark, mark);
}

/// Of a correction the status says the same before and after it. Of an object without a status nobody knows what was there
/// before, nor that it wasn't an earlier object of its name that wrote it: to tell of it would be to tell of each object that is
/// made anew that it has scaled.
#[test]
fn what_leaves_no_difference_is_told_by_nobody() {
    let mut day = Stage::new();
    day.look("10:00:00");
    day.somebody(3, "kubectl");
    let before = day.status.last_scale_time.clone();
    assert!(day.step(at("10:01:00")), "the correction goes out");
    day.restart();
    assert!(day.look("10:01:09").is_empty());
    assert_eq!((day.state(), &day.status.last_scale_time), ((Some(10), Some(10), FINE), &before));
    let mut anew = Stage::new();
    assert!(anew.step(at("10:00:00")), "the first write goes out");
    anew.restart();
    assert!(anew.look("10:00:09").is_empty());
    assert_eq!((anew.state(), anew.status.last_scale_time.is_none()), ((Some(10), Some(10), FINE), true));
}

#[test]
fn what_somebody_else_has_written_is_not_ours() {
    let mut day = Stage::new();
    day.look("08:00:00");
    day.somebody(10, "kubectl");
    assert!(day.look("09:00:00").is_empty());
    assert_eq!(day.state(), (Some(10), Some(10), FINE));
}

/// An invalid object claims nothing, and the younger one that acts meanwhile wants the same of the target.
#[test]
fn what_another_object_has_written_while_this_one_was_invalid_is_not_told_again() {
    for restarts in [false, true] {
        let mut day = Stage::new();
        day.look("08:00:00");
        let before = day.status.last_scale_time.clone();
        day.edit("timezone", json!("America/New_Yrok"));
        day.look("08:59:00");
        day.somebody(10, FIELD_MANAGER);
        day.edit("timezone", json!("America/New_York"));
        if restarts {
            day.restart();
        }
        assert!(day.look("09:30:00").is_empty());
        assert_eq!((day.state(), &day.status.last_scale_time), ((Some(10), Some(10), FINE), &before));
    }
}

#[test]
fn a_boundary_between_a_write_and_its_answer_is_no_drift() {
    let mut day = Stage::new();
    day.edit("gracePeriodSeconds", json!(0));
    day.look("08:00:00");
    assert!(day.step(at("16:59:59")));
    assert_eq!(day.look("17:00:00"), ["ScaledUp", "ScaledDown"]);
    assert_eq!(day.writes.last().map(|write| (write.cause, write.due)), Some((WriteCause::Boundary, at("17:00:00"))));
    assert_eq!(day.state(), (Some(2), Some(2), FINE));
}
