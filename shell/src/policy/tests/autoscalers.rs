//! Somebody else who scales the target.

use super::*;

/// C04: three by day, none from 20:00 to 08:00 in New York, no grace; an autoscaler wants seven.
fn autoscaled() -> Stage {
    let mut day = Stage::new();
    day.edit("defaultReplicas", json!(3));
    day.edit("windows", json!([{ "name": "night", "start": "20:00", "end": "08:00", "replicas": 0 }]));
    day.edit("gracePeriodSeconds", json!(0));
    day.autoscaler = Some(("HorizontalPodAutoscaler web", true));
    day.somebody(7, "horizontal-pod-autoscaler");
    day
}

#[test]
fn beside_an_autoscaler_none_is_written_and_from_none_the_next_count_alone() {
    let mut day = autoscaled();
    assert_eq!(day.look("12:00:00"), ["AutoscalerPresent"]);
    let present = ["AutoscalerPresent", "Stable", "AutoscalerPresent", "OperationalNormal"];
    assert_eq!(day.state(), (Some(3), Some(7), present));
    assert!(
        day.message(Type::Ready).contains("name HorizontalPodAutoscaler web in targetRef"),
        "{}",
        day.message(Type::Ready)
    );
    // Whatever it does it isn't answered, and told once.
    for count in [5, 9, 3, 7] {
        day.somebody(count, "horizontal-pod-autoscaler");
        assert!(day.look("13:00:00").is_empty());
        assert_eq!(day.state(), (Some(3), Some(count), present), "also where both happen to agree");
    }
    assert_eq!(day.look("20:00:00"), ["ScaledDown"]);
    assert_eq!(day.state(), (Some(0), Some(0), FINE));
    day.restart();
    assert!(day.look("23:00:00").is_empty());
    let morning = at("08:00:00") + chrono::TimeDelta::days(1);
    assert_eq!(day.look_at(morning), ["ScaledUp", "AutoscalerPresent"]);
    assert_eq!((day.replicas(), day.reason(Type::Ready)), (Some(3), "AutoscalerPresent"));
    day.somebody(7, "horizontal-pod-autoscaler");
    assert!(day.look_at(morning + chrono::TimeDelta::minutes(1)).is_empty());
    assert_eq!((day.replicas(), day.writes.len()), (Some(7), 2));
    let causes: Vec<_> = day.writes.iter().map(|write| (write.cause, write.due)).collect();
    assert_eq!(causes, [(WriteCause::Boundary, at("20:00:00")), (WriteCause::Boundary, morning)]);
    // It goes.
    day.autoscaler = None;
    assert_eq!(day.look_at(morning + chrono::TimeDelta::minutes(2)), ["ScaledDown"]);
    assert_eq!((day.replicas(), day.reason(Type::Ready)), (Some(3), "Reconciled"));
}

/// What most people want of a night beside an autoscaler: none, and in the morning what was there.
#[test]
fn beside_an_autoscaler_the_original_is_no_dispute() {
    let mut day = autoscaled();
    day.edit("defaultReplicas", json!("original"));
    assert!(day.look("12:00:00").is_empty());
    assert_eq!(day.reason(Type::Ready), "Reconciled");
    assert_eq!(day.look("20:00:00"), ["ScaledDown"]);
    let morning = at("08:00:00") + chrono::TimeDelta::days(1);
    assert_eq!(day.look_at(morning), ["ScaledUp"]);
    assert_eq!((day.replicas(), day.reason(Type::Ready)), (Some(7), "Reconciled"));
    day.somebody(4, "horizontal-pod-autoscaler");
    assert!(day.look_at(morning + chrono::TimeDelta::minutes(1)).is_empty());
    assert_eq!((day.replicas(), day.reason(Type::Ready), day.entry.is_none()), (Some(4), "Reconciled", true));
}

/// KEDA scales from none, too.
#[test]
fn beside_a_scaled_object_nothing_is_written_not_even_none() {
    let mut day = autoscaled();
    day.autoscaler = Some(("ScaledObject web", false));
    assert_eq!(day.look("12:00:00"), ["AutoscalerPresent"]);
    assert!(
        day.message(Type::Ready).contains("ScaledObject web, which would undo any count,"),
        "{}",
        day.message(Type::Ready)
    );
    assert!(day.look("20:00:00").is_empty());
    day.somebody(0, "keda");
    let morning = at("08:00:00") + chrono::TimeDelta::days(1);
    assert!(day.look_at(morning).is_empty());
    assert_eq!((day.replicas(), day.writes.len(), day.reason(Type::Ready)), (Some(0), 0, "AutoscalerPresent"));
    // Where it is as it was, there is nothing to dispute.
    day.edit("defaultReplicas", json!("original"));
    assert!(day.look_at(morning + chrono::TimeDelta::minutes(1)).is_empty());
    assert_eq!(day.reason(Type::Ready), "Reconciled");
}

#[test]
fn what_somebody_else_manages_gets_not_even_none() {
    let mut day = autoscaled();
    day.autoscaler = None;
    let Known::Known(target) = &mut day.target else { panic!("it is there") };
    target.owner = Some("Deployment web".into());
    assert_eq!(day.look("12:00:00"), ["AutoscalerPresent"]);
    assert!(day.look("20:00:00").is_empty());
    assert_eq!((day.replicas(), day.writes.len()), (Some(7), 0));
}

/// A kind that the API server doesn't serve is missed, in its words.
#[test]
fn a_kind_that_is_not_served_is_missing() {
    let mut day = autoscaled();
    day.target = Known::Unserved("the API server serves no Fleet of example.com/v1");
    assert_eq!(day.look("12:00:00"), ["MissingTarget"]);
    assert_eq!(day.reason(Type::Ready), "TargetNotFound");
    assert!(day.message(Type::Ready).contains("serves no Fleet"), "{}", day.message(Type::Ready));
}

/// A CronJob has one or none: no count above one is another one, and no fall among them has grace.
#[test]
fn what_has_one_or_none_is_held_at_one_by_any_count() {
    let mut day = Stage::new();
    day.edit("targetRef", json!({ "apiVersion": "batch/v1", "kind": "CronJob", "name": "web" }));
    day.edit(
        "windows",
        json!([
            { "name": "office", "start": "09:00", "end": "17:00", "replicas": 10 },
            { "name": "night", "start": "22:00", "end": "06:00", "replicas": 0 },
        ]),
    );
    assert!(day.look("10:00:00").is_empty());
    assert_eq!(day.state(), (Some(10), Some(1), FINE));
    assert!(day.look("17:00:00").is_empty(), "two are one, too");
    assert_eq!(day.state(), (Some(2), Some(1), FINE));
    assert_eq!(day.look("22:00:00"), ["GracePeriodStarted"]);
    assert_eq!(day.look("22:05:00"), ["ScaledDown"]);
    assert_eq!((day.effective(), day.replicas()), (Some(0), Some(0)));
    day.somebody(1, "kubectl-edit");
    assert_eq!(day.look("22:06:00"), ["DriftCorrected"]);
}

/// Without it nothing would be scaled, itself included.
#[test]
fn what_the_controller_runs_in_is_never_scaled() {
    let mut day = Stage::new();
    day.is_own = true;
    day.edit("defaultReplicas", json!(0));
    assert_eq!(day.look("10:00:00"), ["InvalidSchedule"]);
    let refused = ["ConfigurationInvalid", "Stable", "ConfigurationInvalid", "OperationalNormal"];
    assert_eq!(day.state(), (Some(10), Some(1), refused));
    assert!(day.message(Type::Ready).starts_with("spec.targetRef: Deployment web is what Kyklos itself runs in"));
    for local in ["17:00:00", "17:10:00"] {
        assert!(day.look(local).is_empty(), "{local}");
    }
    day.restart();
    assert!(day.look("18:00:00").is_empty());
    assert_eq!((day.replicas(), day.writes.len()), (Some(1), 0));
    // It names another one now.
    day.is_own = false;
    day.edit("targetRef", json!({ "name": "api" }));
    assert_eq!(day.look("18:01:00"), ["ScaledDown"]);
    assert_eq!(day.replicas(), Some(0));
}
