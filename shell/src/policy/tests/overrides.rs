//! Overrides: what counts, when it begins and ends, and what is told of it.

use super::*;
use crate::api::Value as Asked;

/// An object's override of 23 November 2026, by local times in New York.
fn asks(name: &str, replicas: u32, from: Option<&str>, until: &str) -> Arc<Override> {
    gives(name, Asked::Count(replicas), from, until)
}

/// The same with any value.
fn gives(name: &str, value: Asked, from: Option<&str>, until: &str) -> Arc<Override> {
    Arc::new(Override {
        name: name.into(),
        created: Some(at("08:00:00")),
        from: from.map(at),
        until: at(until),
        value,
        reason: Some("test".into()),
    })
}

/// Of ten in the office and two else, on a target that is as it should be.
fn office(local: &str) -> Stage {
    let mut day = Stage::new();
    day.look(local);
    day
}

/// C13: at once, and its end is a boundary of the state, over which grace applies, restart or not.
#[test]
fn it_begins_at_once_and_its_end_has_grace() {
    let mut day = office("18:00:00");
    day.edit("defaultReplicas", json!(0));
    day.look("18:01:00");
    day.overrule = Some("replicas=2 until=2026-11-24T03:00:00Z reason=test".to_owned());
    assert_eq!(day.look("18:02:00"), ["WindowOverride", "ScaledUp"]);
    assert_eq!((day.status.current_window.as_deref(), day.replicas()), (Some("Override"), Some(2)));
    assert_eq!(day.status.current_override.as_deref(), Some("kyklos.io/override"));
    assert_eq!((day.wake, day.status.next_replicas), (Some(at("22:00:00")), Some(Asked::Count(0))));
    day.restart();
    assert!(day.look("21:00:00").is_empty());
    assert_eq!(day.look("22:00:00"), ["OverrideEnded", "GracePeriodStarted"]);
    assert_eq!((day.replicas(), day.state().2), (Some(2), GRACE));
    day.restart();
    // What is over may be taken away in the meantime.
    day.overrule = None;
    assert!(day.look("22:02:00").is_empty());
    assert_eq!((day.replicas(), day.wake), (Some(2), Some(at("22:05:00"))));
    assert_eq!(day.look("22:05:00"), ["ScaledDown"]);
    assert_eq!((day.replicas(), day.status.current_override.as_deref()), (Some(0), None));
}

/// However low it is, and whatever a grace period keeps.
#[test]
fn a_lower_one_is_not_delayed() {
    // Made while ten are wanted.
    let mut day = office("10:00:00");
    day.overrides = vec![asks("low", 1, None, "12:00:00")];
    assert_eq!(day.look("10:01:00"), ["WindowOverride", "ScaledDown"]);
    assert_eq!(day.replicas(), Some(1));
    // Known beforehand.
    let mut day = office("10:00:00");
    day.overrides = vec![asks("low", 1, Some("11:00:00"), "12:00:00")];
    assert!(day.look("10:01:00").is_empty());
    assert_eq!(day.wake, Some(at("11:00:00")));
    assert_eq!(day.look("11:00:00"), ["WindowOverride", "ScaledDown"]);
    let write = day.writes.last().unwrap();
    assert_eq!((write.cause, write.due), (WriteCause::Boundary, at("11:00:00")));
    // Made, or begun, in a grace period that keeps ten.
    for from in [None, Some("17:02:00")] {
        let mut day = office("16:00:00");
        day.overrides = from.map(|from| asks("low", 5, Some(from), "19:00:00")).into_iter().collect();
        day.look("17:00:00");
        assert_eq!(day.replicas(), Some(10));
        day.overrides = vec![asks("low", 5, from, "19:00:00")];
        assert_eq!(day.look("17:02:00"), ["WindowOverride", "GracePeriodCancelled", "ScaledDown"], "{from:?}");
        assert_eq!((day.replicas(), day.status.grace_period_expiry.clone()), (Some(5), None), "{from:?}");
        day.restart();
        assert!(day.look("17:03:00").is_empty());
    }
}

/// One that is ended early is an edit, as one that is taken away is.
#[test]
fn ended_early_it_is_an_edit() {
    for sooner in [None, Some("11:30:00")] {
        let mut day = office("10:00:00");
        day.overrides = vec![asks("high", 20, None, "12:00:00")];
        assert_eq!(day.look("10:01:00"), ["WindowOverride", "ScaledUp"]);
        day.overrides = sooner.map(|until| asks("high", 20, None, until)).into_iter().collect();
        assert_eq!(day.look("11:30:00"), ["OverrideEnded", "ScaledDown"], "{sooner:?}");
        assert_eq!((day.replicas(), day.status.grace_period_expiry.clone()), (Some(10), None));
    }
}

#[test]
fn an_object_outranks_the_annotation_and_a_later_one_an_earlier_one() {
    let made = |name: &str, created: &str, replicas: u32, until: &str| {
        Arc::new(Override { created: Some(at(created)), ..Override::clone(&asks(name, replicas, None, until)) })
    };
    let mut day = office("10:00:00");
    day.overrule = Some("replicas=3 until=2026-11-23T21:00:00Z".to_owned());
    day.overrides = vec![
        made("b", "09:00:00", 5, "13:00:00"),
        made("early", "08:00:00", 4, "14:00:00"),
        made("a", "09:00:00", 6, "12:00:00"),
    ];
    let mut applied = Vec::new();
    for local in ["11:00:00", "12:10:00", "13:10:00", "14:10:00", "16:10:00"] {
        day.look(local);
        applied.push((day.status.current_override.clone().unwrap_or_default(), day.replicas().unwrap()));
    }
    let wanted = [("a", 6), ("b", 5), ("early", 4), ("kyklos.io/override", 3), ("", 10)];
    assert_eq!(applied, wanted.map(|(name, replicas)| (name.to_owned(), replicas)));
    // Each was told of, and each end.
    assert_eq!((day.count(Reason::WindowOverride), day.count(Reason::OverrideEnded)), (4, 4));
}

/// One that another outranks for a while is not over, and is told of once.
#[test]
fn what_is_outranked_goes_on_afterwards() {
    let mut day = office("10:00:00");
    day.edit("gracePeriodSeconds", json!(0));
    let long = asks("long", 4, None, "15:00:00");
    let late =
        Arc::new(Override { created: Some(at("11:00:00")), ..Override::clone(&asks("late", 7, None, "13:00:00")) });
    day.overrides = vec![long.clone()];
    assert_eq!(day.look("10:30:00"), ["WindowOverride", "ScaledDown"]);
    day.overrides = vec![long, late];
    assert_eq!(day.look("11:00:00"), ["WindowOverride", "ScaledUp"]);
    assert_eq!(day.wake, Some(at("13:00:00")));
    assert_eq!(day.look("13:00:00"), ["OverrideEnded", "WindowOverride", "ScaledDown"]);
    let marks: Vec<_> = day
        .events
        .iter()
        .filter(|event| event.reason == Reason::WindowOverride)
        .map(|event| event.mark.as_str())
        .collect();
    assert_eq!((marks[0], marks.len()), (marks[2], 3), "the same happening has the same name");
    assert_eq!(day.look("15:00:00"), ["OverrideEnded", "ScaledUp"]);
}

#[test]
fn a_pause_outranks_it() {
    let mut day = office("10:00:00");
    day.edit("pause", json!(true));
    day.overrides = vec![asks("high", 20, None, "12:00:00")];
    assert_eq!(day.look("10:01:00"), ["WindowOverride", "ScalingSkipped"]);
    assert_eq!((day.replicas(), day.status.effective_replicas), (Some(10), Some(Asked::Count(20))));
    day.edit("pause", json!(false));
    assert_eq!(day.look("10:02:00"), ["ScaledUp"]);
}

/// Neither is the schedule's answer to it delayed by a fight that goes on.
#[test]
fn a_fight_does_not_delay_it() {
    let mut day = office("10:00:00");
    for minute in 1..8 {
        day.somebody(3, "argocd");
        day.look(&format!("10:0{minute}:00"));
    }
    day.somebody(3, "argocd");
    day.look("10:08:00");
    assert_eq!((day.reason(Type::Degraded), day.replicas()), ("CountReverted", Some(3)));
    day.overrides = vec![asks("high", 20, None, "12:00:00")];
    day.look("10:08:01");
    assert_eq!(day.replicas(), Some(20));
}

#[test]
fn beyond_the_bounds_of_the_schedule_it_is_refused_and_said() {
    let mut day = office("10:00:00");
    day.edit("overrides", json!({ "minReplicas": 2, "maxReplicas": 20, "maxSeconds": 3600 }));
    day.look("10:01:00");
    for (asked, words) in [
        (asks("a", 1, Some("09:30:00"), "10:30:00"), "it asks for 1, and the schedule allows no less than 2"),
        (asks("a", 21, Some("09:30:00"), "10:30:00"), "it asks for 21, and the schedule allows no more than 20"),
        (asks("a", 3, Some("09:30:00"), "10:30:01"), "it lasts 3601 s, and the schedule allows 3600 s"),
    ] {
        let until = asked.until;
        day.overrides = vec![asked];
        assert_eq!(day.look("10:02:00"), ["InvalidSchedule"], "{words}");
        assert_eq!((day.reason(Type::Degraded), day.replicas()), ("OverrideInvalid", Some(10)));
        let said = day.message(Type::Degraded);
        assert!(said.contains(&format!("TimeWindowOverride a: {words}")), "{said}");
        // Its trouble ends with it.
        assert_eq!(day.wake, Some(until));
        assert!(day.look_at(until).is_empty());
        assert_eq!(day.state().2, FINE);
        day.restart();
    }
    // What has no beginning counts as long as it may, before its end.
    day.overrides = vec![asks("b", 4, None, "13:00:00")];
    assert_eq!(day.look("11:00:00"), ["InvalidSchedule"]);
    assert!(day.message(Type::Degraded).contains("so it counts from 2026-11-23T17:00:00Z on"));
    assert_eq!(day.wake, Some(at("12:00:00")));
    assert_eq!(day.look("12:00:00"), ["WindowOverride", "ScaledDown"]);
    assert_eq!(day.state().2, FINE);
}

#[test]
fn a_malformed_annotation_has_no_effect_and_one_that_is_over_is_none() {
    let mut day = office("10:00:00");
    day.overrule = Some("replicas=many until=2026-12-01T18:00:00Z".to_owned());
    assert_eq!(day.look("10:01:00"), ["InvalidSchedule"]);
    assert_eq!((day.reason(Type::Degraded), day.replicas()), ("OverrideInvalid", Some(10)));
    assert!(
        day.message(Type::Degraded)
            .contains("metadata.annotations[kyklos.io/override]: \"many\" is no number of replicas")
    );
    day.overrule = Some("replicas=3 until=2026-11-01T18:00:00Z".to_owned());
    assert!(day.look("10:02:00").is_empty());
    assert_eq!(day.state(), (Some(10), Some(10), FINE));
}

#[test]
fn of_too_many_the_first_count() {
    let mut day = office("10:00:00");
    day.overrides = (0..40).map(|number| asks(&format!("o-{number:02}"), number, None, "12:00:00")).collect();
    day.look("10:01:00");
    assert_eq!(day.status.current_override.as_deref(), Some("o-00"));
    let said = day.message(Type::Degraded);
    assert!(said.contains("TimeWindowOverride o-16: 16 others count more"), "{said}");
    assert!(!said.contains("o-15:"), "{said}");
}

const fn within(min: Option<u32>, max: Option<u32>) -> Asked {
    Asked::Bounds { min, max }
}

/// W02 and W03 for some time: inside of them others scale, and the end is a boundary with grace, for which they count as their maximum.
#[test]
fn bounds_lower_and_raise_and_leave_the_rest_to_others() {
    let mut day = office("10:00:00");
    day.overrides = vec![gives("cap", within(Some(4), Some(6)), None, "12:00:00")];
    assert_eq!(day.look("10:01:00"), ["WindowOverride", "ScaledDown"]);
    assert_eq!((day.replicas(), day.entry.clone()), (Some(6), None), "nothing has to be remembered for it");
    day.somebody(5, "autoscaler");
    assert!(day.look("10:30:00").is_empty());
    day.somebody(1, "kubectl");
    assert_eq!(day.look("10:40:00"), ["DriftCorrected"]);
    assert_eq!(day.replicas(), Some(4));
    assert_eq!(day.look("12:00:00"), ["OverrideEnded", "ScaledUp"]);
    assert_eq!(day.state(), (Some(10), Some(10), FINE));
    // What falls at the end is kept for the grace period: bounds without a maximum, as anything that it has.
    day.overrides = vec![gives("floor", within(Some(14), None), None, "13:00:00")];
    assert_eq!(day.look("12:30:00"), ["WindowOverride", "ScaledUp"]);
    day.somebody(30, "autoscaler");
    assert_eq!(day.look("13:00:00"), ["OverrideEnded", "GracePeriodStarted"]);
    assert_eq!(day.replicas(), Some(30));
    day.restart();
    assert_eq!(day.look("13:05:00"), ["ScaledDown"]);
    assert_eq!(day.replicas(), Some(10));
}

/// A schedule of counts that keeps remembers nothing, but for an override that asks for what its target had.
#[test]
fn a_share_is_of_what_is_written_down_before_the_target_is_taken() {
    let mut day = Stage::new();
    day.edit("gracePeriodSeconds", json!(0));
    day.somebody(8, "kubectl");
    day.overrides = vec![gives("half", Asked::PerCent(50), Some("11:00:00"), "12:00:00")];
    assert_eq!(day.look("10:00:00"), ["ScaledUp"]);
    let written = |day: &Stage| day.entry.as_ref().map(|entry| (entry.original, entry.held));
    assert_eq!((day.replicas(), written(&day)), (Some(10), Some((8, 10))));
    assert_eq!(day.look("11:00:00"), ["WindowOverride", "ScaledDown"]);
    assert_eq!((day.replicas(), written(&day)), (Some(4), Some((8, 4))));
    day.restart();
    // What is written down stays as it is, and the next one goes by it.
    assert_eq!(day.look("12:00:00"), ["OverrideEnded", "ScaledUp"]);
    day.overrides.clear();
    assert_eq!(day.look("17:00:00"), ["ScaledDown"]);
    day.overrides = vec![gives("inside", within(Some(1), Some(9)), None, "17:45:00")];
    day.look("17:30:00");
    assert_eq!((day.replicas(), written(&day), day.remembered.len()), (Some(2), Some((8, 4)), 2));
    day.overrides = vec![gives("again", Asked::PerCent(100), None, "19:00:00")];
    assert_eq!(day.look("18:00:00"), ["OverrideEnded", "WindowOverride", "ScaledUp"]);
    assert_eq!((day.replicas(), written(&day)), (Some(8), Some((8, 8))));
    day.overrides = vec![gives("inside", within(Some(1), Some(9)), None, "19:00:00")];
    day.look("18:30:00");
    day.somebody(6, "kubectl");
    assert!(day.look("18:31:00").is_empty());
    assert_eq!((day.replicas(), written(&day)), (Some(6), None), "inside of bounds others scale");
}

#[test]
fn the_original_is_given_back_for_some_time_and_then_taken_again() {
    let mut day = Stage::new();
    day.edit("gracePeriodSeconds", json!(0));
    day.edit("onDelete", json!("restore"));
    day.somebody(3, "kubectl");
    assert_eq!(day.look("10:00:00"), ["ScaledUp"]);
    day.overrides = vec![gives("ours", Asked::Original, None, "12:00:00")];
    assert_eq!(day.look("10:01:00"), ["WindowOverride", "ScaledDown"]);
    assert_eq!((day.replicas(), day.entry.clone()), (Some(3), None), "it is left to others");
    day.somebody(7, "kubectl");
    assert!(day.look("11:00:00").is_empty());
    assert_eq!(day.look("12:00:00"), ["OverrideEnded", "ScaledUp"]);
    assert_eq!((day.replicas(), day.entry.as_ref().map(|entry| entry.original)), (Some(10), Some(7)));
}

/// What was held before anything was to be remembered is no original.
#[test]
fn an_original_that_nobody_knows_is_said_as_long_as_the_override_lasts() {
    for value in [Asked::Original, Asked::PerCent(50)] {
        let mut day = office("10:00:00");
        day.overrides = vec![gives("back", value, None, "12:00:00")];
        day.look("10:01:00");
        assert_eq!((day.replicas(), day.reason(Type::Degraded)), (Some(10), "OriginalUnknown"), "{value}");
        assert!(day.message(Type::Degraded).contains("kyklos.io/original-replicas"));
        day.look("12:00:00");
        assert_eq!(day.state(), (Some(10), Some(10), FINE), "{value}");
    }
}

#[test]
fn what_may_be_beyond_the_bounds_of_the_schedule_is_refused() {
    let mut day = office("10:00:00");
    day.edit("overrides", json!({ "minReplicas": 2, "maxReplicas": 20 }));
    day.look("10:01:00");
    for (value, words) in [
        (within(Some(1), Some(5)), "it asks for 1..5, and the schedule allows no less than 2"),
        (within(None, Some(5)), "it asks for ..5, and the schedule allows no less than 2"),
        (within(Some(2), Some(21)), "it asks for 2..21, and the schedule allows no more than 20"),
        (within(Some(2), None), "it asks for 2.., and the schedule allows no more than 20"),
        (
            Asked::PerCent(50),
            "it asks for 50%, which nobody can compare beforehand, and the schedule allows no less than 2",
        ),
        (
            Asked::Original,
            "it asks for original, which nobody can compare beforehand, and the schedule allows no less than 2",
        ),
    ] {
        day.overrides = vec![gives("a", value, None, "12:00:00")];
        day.look("10:02:00");
        assert_eq!((day.reason(Type::Degraded), day.replicas()), ("OverrideInvalid", Some(10)), "{value}");
        let said = day.message(Type::Degraded);
        assert!(said.contains(words), "{said}");
    }
    day.overrides = vec![gives("a", within(Some(12), Some(20)), None, "12:00:00")];
    day.look("10:03:00");
    assert_eq!((day.replicas(), day.state().2), (Some(12), FINE));
}
