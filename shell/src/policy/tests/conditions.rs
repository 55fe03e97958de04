//! What is wrong although the schedule is followed, and the contract's table.

use super::*;

#[test]
fn holiday_sources_and_overrides_are_reported() {
    let mut day = Stage::new();
    day.edit("holidayMode", json!("treat-as-closed"));
    day.edit("holidayConfigMap", json!("days"));
    let cases = [
        (Source::Missing, "HolidaySourceMissing", "there is no ConfigMap \"days\" in this namespace, so no day counts"),
        (
            Source::Unreadable("forbidden"),
            "HolidaySourceMissing",
            "can't be read, so no day counts as a holiday: forbidden",
        ),
        (Source::Capped("16 are"), "HolidaySourceMissing", "isn't watched, so no day counts as a holiday: 16 are"),
        (Source::Found(Box::new(Dates::of(["xmas"]))), "HolidaySourceInvalid", "12-24..01-02; the other keys count"),
    ];
    for (source, reason, words) in cases {
        day.holidays = source;
        day.look("10:00:00");
        assert_eq!(day.state(), (Some(10), Some(10), ["Reconciled", "Stable", "Progressing", reason]));
        assert!(day.message(Type::Degraded).contains(words), "{}", day.message(Type::Degraded));
    }
    let days = |index: i32| kyklos_core::Date::from_days_since_1970(18_262 + 2 * index).unwrap().to_string();
    let days: Vec<_> = (0..1_001).map(days).collect();
    day.holidays = Source::Found(Box::new(Dates::of(days.iter().map(String::as_str))));
    day.look("10:00:00");
    assert!(day.message(Type::Degraded).ends_with("so no day counts as a holiday"));
    day.holidays = Source::Found(Box::new(Dates::of([])));
    day.overrule = Some("replicas=20".to_owned());
    assert_eq!(day.look("10:02:00"), ["InvalidSchedule"]);
    assert_eq!((day.replicas(), day.reason(Type::Degraded)), (Some(10), "OverrideInvalid"));
    day.restart();
    assert!(day.look("10:03:00").is_empty());
}

/// A target that is gone has left what it scaled at none.
#[test]
fn what_is_left_at_none_is_said_with_what_it_had() {
    let mut day = Stage::new();
    let key = TargetKey { kind: Kind::DEPLOYMENT, namespace: "shop".into(), name: "api".into() };
    (day.target, day.left) = (Known::Missing, Some((key, 7)));
    assert_eq!(day.look("10:00:00"), ["MissingTarget"]);
    let said = day.message(Type::Ready);
    assert!(said.contains("Deployment api, which it scaled, stays at 0") && said.contains("had 7 before"), "{said}");
}

#[test]
fn the_transition_time_moves_with_the_status_alone() {
    let mut day = Stage::new();
    day.look("10:00:00");
    day.look("17:00:00");
    let since = |day: &Stage, kind| day.history.seen(kind).unwrap().since;
    assert_eq!((day.reason(Type::Ready), since(&day, Type::Ready)), ("GracePeriodActive", at("10:00:00")));
    day.target = Known::Missing;
    day.look("17:01:00");
    assert_eq!(since(&day, Type::Ready), at("17:01:00"));
}

/// The contract's table: each reason on its side of its condition, and nowhere else.
#[test]
fn reasons_are_those_of_the_table() {
    let table = [
        (
            "Ready",
            "Reconciled GracePeriodActive Paused",
            "TargetNotFound TargetUpdateFailed ScaleConflict AutoscalerPresent ConfigurationInvalid ConfirmationNeeded",
        ),
        ("Reconciling", "WindowTransition ConfigurationChange DriftCorrection", "Stable"),
        (
            "Stalled",
            "ConfigurationInvalid InvalidTimezone AutoscalerPresent ScaleConflict ConfirmationNeeded",
            "Progressing",
        ),
        (
            "Degraded",
            "HolidaySourceMissing HolidaySourceInvalid OverrideInvalid OriginalUnknown TargetUpdateFailed ClockSkew ScaleConflict CountReverted",
            "OperationalNormal",
        ),
    ];
    for (kind, (name, holding, failing)) in Type::ALL.into_iter().zip(table) {
        let words = |reasons: &[Because]| reasons.iter().map(|reason| reason.as_str()).collect::<Vec<_>>().join(" ");
        let (yes, no) = kind.reasons();
        assert_eq!((kind.as_str(), words(yes).as_str(), words(no).as_str()), (name, holding, failing));
    }
}
