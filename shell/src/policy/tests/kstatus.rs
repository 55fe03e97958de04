//! What Flux, Argo CD and Helm make of a status: the rules of kstatus (sigs.k8s.io/cli-utils, pkg/kstatus/status), written down.

use super::*;
use crate::cluster::ClockState;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kstatus {
    Terminating,
    InProgress,
    Failed,
    Current,
}

/// The generic properties in their order, then `Ready`; an object that says nothing is current.
fn kstatus(generation: i64, deleting: bool, status: &TimeWindowScalerStatus) -> Kstatus {
    if deleting {
        return Kstatus::Terminating;
    }
    if status.observed_generation.is_some_and(|observed| observed != generation) {
        return Kstatus::InProgress;
    }
    for condition in &status.conditions {
        match (condition.type_.as_str(), condition.status.as_str()) {
            ("Reconciling", "True") => return Kstatus::InProgress,
            ("Stalled", "True") => return Kstatus::Failed,
            _ => {}
        }
    }
    match status.conditions.iter().find(|condition| condition.type_ == "Ready").map(|ready| ready.status.as_str()) {
        Some("True") | None => Kstatus::Current,
        Some(_) => Kstatus::InProgress,
    }
}

impl Stage {
    pub(super) fn kstatus(&self) -> Kstatus {
        let holds =
            |kind: &str| self.status.conditions.iter().any(|found| found.type_ == kind && found.status == "True");
        assert!(!(holds("Stalled") && holds("Reconciling")), "nothing is both");
        kstatus(self.generation, self.deleting, &self.status)
    }
}

#[test]
fn what_waits_for_its_time_is_current() {
    let mut day = Stage::new();
    day.look("10:00:00");
    assert_eq!(day.kstatus(), Kstatus::Current);
    day.look("17:00:00");
    assert_eq!((day.reason(Type::Ready), day.kstatus()), ("GracePeriodActive", Kstatus::Current));
    day.edit("pause", json!(true));
    assert_eq!(day.kstatus(), Kstatus::InProgress, "nobody has looked at the edit yet");
    day.look("17:10:00");
    assert_eq!((day.reason(Type::Ready), day.kstatus()), ("Paused", Kstatus::Current));
    let mut degraded = Stage::new();
    degraded.overrule = Some("x".to_owned());
    degraded.look("10:00:00");
    assert_eq!(degraded.kstatus(), Kstatus::Current);
}

#[test]
fn what_nobody_has_looked_at_is_in_progress() {
    let mut day = Stage::new();
    day.status.observed_generation = Some(-1);
    assert_eq!(day.kstatus(), Kstatus::InProgress);
    day.fence.clock = ClockState::Skewed { seconds: 100 };
    day.look("10:00:00");
    assert_eq!((day.reason(Type::Degraded), day.status.observed_generation), ("ClockSkew", Some(-1)));
    assert_eq!(day.kstatus(), Kstatus::InProgress);
}

#[test]
fn a_clock_that_is_wrong_later_changes_nothing_about_it() {
    let mut day = Stage::new();
    day.look("10:00:00");
    day.fence.clock = ClockState::Skewed { seconds: 100 };
    day.look("18:00:00");
    assert_eq!(day.kstatus(), Kstatus::Current);
}

#[test]
fn what_wants_somebody_to_change_something_has_failed() {
    let mut day = Stage::new();
    day.look("10:00:00");
    day.edit("timezone", json!("x"));
    day.look("10:01:00");
    assert_eq!((day.reason(Type::Stalled), day.kstatus()), ("InvalidTimezone", Kstatus::Failed));
    day.edit("timezone", json!("UTC"));
    day.edit("gracePeriodSeconds", json!(-1));
    day.look("10:02:00");
    assert_eq!((day.reason(Type::Stalled), day.kstatus()), ("ConfigurationInvalid", Kstatus::Failed));
    day.edit("gracePeriodSeconds", json!(1));
    day.rival = Some("shop/elder".to_owned());
    day.look("10:03:00");
    assert_eq!((day.reason(Type::Stalled), day.kstatus()), ("ScaleConflict", Kstatus::Failed));
}

#[test]
fn what_comes_by_itself_is_in_progress() {
    let mut day = Stage::new();
    day.target = Known::Missing;
    day.look("10:00:00");
    assert_eq!((day.reason(Type::Ready), day.kstatus()), ("TargetNotFound", Kstatus::InProgress));
    day.target = target("1", 1, None);
    day.server = refuses;
    day.look("10:01:00");
    assert_eq!((day.reason(Type::Ready), day.kstatus()), ("TargetUpdateFailed", Kstatus::InProgress));
    day.deleting = true;
    assert_eq!(day.kstatus(), Kstatus::Terminating);
}
