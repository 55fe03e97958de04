//! What is remembered of a target, and what becomes of it.

use proptest::prelude::*;

use super::*;
use crate::api::{Entry, OnDelete, Value as Asked};

/// From 09:00 to 17:00 in New York this, else what the target had; no grace.
fn office(replicas: Value) -> Stage {
    let mut day = Stage::new();
    day.edit("defaultReplicas", json!("original"));
    day.edit("windows", json!([{ "name": "office", "start": "09:00", "end": "17:00", "replicas": replicas }]));
    day.edit("gracePeriodSeconds", json!(0));
    day.somebody(5, "kubectl");
    day
}

/// The original count and the held one of each entry that was written.
fn remembered(day: &Stage) -> Vec<Option<(u32, u32)>> {
    day.remembered.iter().map(|entry| entry.as_ref().map(|entry| (entry.original, entry.held))).collect()
}

fn annotate(day: &mut Stage, original: u32) {
    let Known::Known(target) = &mut day.target else { panic!("no target") };
    target.original = Some(original);
}

fn misread(day: &mut Stage) {
    let Known::Known(target) = &mut day.target else { panic!("no target") };
    target.misread = true;
}

#[test]
fn the_original_comes_back_once_and_is_then_left_to_others() {
    let mut day = office(json!(0));
    assert!(day.look("08:00:00").is_empty(), "it is nobody's to scale");
    assert_eq!(serde_json::to_value(&day.status).unwrap()["effectiveReplicas"], "original");
    day.somebody(6, "kubectl");
    assert!(day.look("08:30:00").is_empty());
    assert_eq!(day.look("09:00:00"), ["ScaledDown"]);
    assert_eq!((day.replicas(), remembered(&day)), (Some(0), vec![Some((6, 0))]));
    assert_eq!(day.look("17:00:00"), ["ScaledUp"]);
    assert_eq!((day.replicas(), remembered(&day)), (Some(6), vec![Some((6, 0)), None]));
    assert_eq!(day.writes.last().map(|write| (write.cause, write.due)), Some((WriteCause::Boundary, at("17:00:00"))));
    day.somebody(3, "kubectl");
    assert!(day.look("17:01:00").is_empty());
    day.restart();
    assert!(day.look("17:02:00").is_empty());
    assert_eq!((day.replicas(), day.count(Reason::DriftCorrected)), (Some(3), 0));
}

#[test]
fn neither_looks_nor_restarts_nor_others_change_the_original_while_it_is_held() {
    let mut day = office(json!(0));
    day.look("09:00:00");
    for minute in 1..4 {
        day.restart();
        day.look(&format!("09:{minute:02}:00"));
        day.somebody(9, "kubectl");
        assert_eq!(day.look(&format!("09:{minute:02}:30")), ["DriftCorrected"]);
    }
    assert_eq!(remembered(&day), [Some((5, 0))]);
    day.look("17:00:00");
    assert_eq!(day.replicas(), Some(5));
}

#[test]
fn a_process_that_is_killed_between_the_record_and_the_write_costs_no_original() {
    let mut day = office(json!(0));
    day.look("08:00:00");
    let plan = day.plan(at("09:00:00"));
    let Some(Remember::Keep(entry)) = plan.remember else { panic!("{plan:?}") };
    assert!(plan.write.is_none() && plan.report.is_none());
    assert_eq!((entry.original, entry.held, entry.holder.as_str(), entry.on_delete), (5, 0, "web", OnDelete::Keep));
    day.entry = Some(entry);
    day.restart();
    assert_eq!(day.look("09:00:05"), ["ScaledDown"]);
    assert!(day.remembered.is_empty(), "it was there already");
    day.look("17:00:00");
    assert_eq!(day.replicas(), Some(5));
}

#[test]
fn what_was_given_back_before_a_crash_is_told_and_forgotten_by_the_next_process() {
    let mut day = office(json!(0));
    day.look("09:00:00");
    let plan = day.plan(at("17:00:00"));
    assert_eq!(plan.write.map(|write| (write.from.replicas, write.to.replicas)), Some((0, 5)));
    day.somebody(5, FIELD_MANAGER);
    day.restart();
    assert_eq!(day.look("17:00:05"), ["ScaledUp"]);
    assert_eq!((day.entry.clone(), day.writes.len()), (None, 1));
}

#[test]
fn one_that_was_made_anew_has_an_original_of_its_own_unless_it_is_as_it_was_held() {
    let mut day = office(json!(0));
    day.look("09:00:00");
    day.target = Known::Missing;
    day.look("10:00:00");
    day.target = target("2", 7, None);
    assert_eq!(day.look("10:01:00"), ["ScaledDown"]);
    assert_eq!(remembered(&day), [Some((5, 0)), Some((7, 0))]);
    // From a backup that was made while it was held.
    day.target = target("3", 0, None);
    day.restart();
    assert!(day.look("10:02:00").is_empty());
    assert_eq!(remembered(&day).last(), Some(&Some((7, 0))));
    day.look("17:00:00");
    assert_eq!(day.replicas(), Some(7));
}

#[test]
fn somebody_who_scales_just_before_it_would_be_given_back_keeps_what_he_did() {
    let mut day = office(json!(0));
    day.look("09:00:00");
    day.somebody(2, "kubectl");
    assert!(day.look("17:00:00").is_empty());
    assert_eq!((day.replicas(), day.entry.is_none()), (Some(2), true));
}

#[test]
fn a_share_is_of_what_it_had_and_never_of_what_it_was_given() {
    let mut day = office(json!("50%"));
    assert!(day.look("08:00:00").is_empty());
    assert_eq!(day.look("09:00:00"), ["ScaledDown"]);
    assert_eq!((day.replicas(), remembered(&day)), (Some(3), vec![Some((5, 3))]));
    assert_eq!(serde_json::to_value(&day.status).unwrap()["effectiveReplicas"], "50%");
    day.restart();
    assert!(day.look("10:00:00").is_empty());
    day.somebody(4, "kubectl");
    assert_eq!(day.look("10:01:00"), ["DriftCorrected"]);
    assert_eq!(day.replicas(), Some(3));
    day.look("17:00:00");
    assert_eq!(day.replicas(), Some(5));
    // A team's own 0 stays 0.
    let mut day = office(json!("200%"));
    day.somebody(0, "kubectl");
    day.look("09:00:00");
    assert_eq!((day.replicas(), day.writes.len()), (Some(0), 0));
}

#[test]
fn an_annotation_outranks_what_is_remembered() {
    let mut day = office(json!("50%"));
    day.look("09:00:00");
    annotate(&mut day, 8);
    assert_eq!(day.look("10:00:00"), ["ScaledUp"]);
    assert_eq!(day.replicas(), Some(4));
    day.look("17:00:00");
    assert_eq!(day.replicas(), Some(8));
}

#[test]
fn an_annotation_that_is_no_count_is_said_and_counts_for_nothing() {
    let mut day = office(json!("50%"));
    misread(&mut day);
    assert!(day.look("08:00:00").is_empty());
    assert_eq!(day.reason(Type::Degraded), "OperationalNormal", "nobody holds it");
    assert_eq!(day.look("09:00:00"), ["ScaledDown"]);
    assert_eq!((day.replicas(), day.reason(Type::Degraded)), (Some(3), "OriginalUnknown"));
    assert_eq!(
        day.message(Type::Degraded),
        "the annotation kyklos.io/original-replicas of Deployment web is no count, so it counts for nothing: write a whole number \
         from 0 to 2147483647, such as \"3\", or take it away"
    );
    day.restart();
    assert!(day.look("10:00:00").is_empty());
    assert_eq!(day.look("17:00:00"), ["ScaledUp"]);
    assert_eq!((day.replicas(), day.entry.is_none(), day.reason(Type::Degraded)), (Some(5), true, "OperationalNormal"));
    assert!(day.look("18:00:00").is_empty());
    assert_eq!(day.look_at("2026-11-24T09:00:00-05:00".parse().unwrap()), ["ScaledDown"]);
    assert_eq!((day.replicas(), remembered(&day).last()), (Some(3), Some(&Some((5, 3)))));
    // Where nobody knows what it had, it is no answer.
    let mut day = office(json!(3));
    day.edit("defaultReplicas", json!(2));
    day.look("10:00:00");
    day.edit("defaultReplicas", json!("original"));
    misread(&mut day);
    day.look("10:01:00");
    let said = day.message(Type::Degraded);
    assert!(said.starts_with("nobody knows what Deployment web had") && said.contains("is no count"), "{said}");
}

#[test]
fn what_nobody_knows_is_said_and_the_annotation_answers_it() {
    let mut day = office(json!(3));
    day.edit("defaultReplicas", json!(2));
    assert_eq!(day.look("10:00:00"), ["ScaledDown"]);
    assert!(day.remembered.is_empty(), "plain counts remember nothing");
    day.edit("defaultReplicas", json!("original"));
    day.look("10:01:00");
    assert_eq!(day.state(), (Some(3), Some(3), ["Reconciled", "Stable", "Progressing", "OriginalUnknown"]));
    for (number, local) in ["17:00:00", "17:01:00", "17:02:00"].into_iter().enumerate() {
        if number == 2 {
            day.restart();
        }
        assert!(day.look(local).is_empty(), "{local}");
        assert_eq!((day.replicas(), day.reason(Type::Degraded)), (Some(3), "OriginalUnknown"));
    }
    assert_eq!(
        day.message(Type::Degraded),
        "nobody knows what Deployment web had before this object held it, so it is left as it is: annotate it with \
         kyklos.io/original-replicas: \"COUNT\", the count that it had"
    );
    annotate(&mut day, 6);
    assert_eq!(day.look("17:03:00"), ["ScaledUp"]);
    assert_eq!((day.replicas(), day.entry.is_none(), day.reason(Type::Degraded)), (Some(6), true, "OperationalNormal"));
}

#[test]
fn a_count_that_somebody_sets_ends_what_nobody_knows() {
    let mut day = office(json!(3));
    day.edit("defaultReplicas", json!(2));
    day.look("10:00:00");
    day.edit("defaultReplicas", json!("original"));
    day.look("17:00:00");
    day.somebody(4, "kubectl");
    assert!(day.look("17:01:00").is_empty());
    assert_eq!((day.replicas(), day.reason(Type::Degraded)), (Some(4), "OperationalNormal"));
}

#[test]
fn another_holder_is_one_update_and_changes_no_original() {
    let mut day = office(json!(0));
    day.look("09:00:00");
    let other = day.entry.clone().map(|entry| Entry { holder: "other".to_owned(), ..entry });
    day.entry = other;
    assert!(day.look("09:01:00").is_empty());
    let entry = day.entry.clone().unwrap();
    assert_eq!((entry.holder.as_str(), entry.original, day.remembered.len()), ("web", 5, 2));
    // Also where the new one remembers nothing by itself: it stays, and costs nothing more.
    day.edit("defaultReplicas", json!(1));
    day.look("17:00:00");
    assert_eq!((day.replicas(), day.remembered.len()), (Some(1), 2));
    day.edit("defaultReplicas", json!("original"));
    day.look("17:01:00");
    assert_eq!((day.replicas(), day.entry.clone()), (Some(5), None));
}

#[test]
fn what_is_remembered_of_another_object_goes_where_nothing_has_to_be() {
    let mut day = office(json!(0));
    day.look("09:00:00");
    day.edit("defaultReplicas", json!(1));
    day.target = target("2", 7, None);
    assert_eq!(day.look("10:00:00"), ["ScaledDown"]);
    assert_eq!((day.replicas(), day.entry.clone()), (Some(0), None));
    day.look("17:00:00");
    assert_eq!((day.replicas(), day.remembered.len()), (Some(1), 2));
}

#[test]
fn what_restores_on_deletion_is_remembered_though_all_are_counts() {
    let mut day = office(json!(0));
    day.edit("defaultReplicas", json!(2));
    day.edit("onDelete", json!("restore"));
    day.look("10:00:00");
    let entry = day.entry.clone().unwrap();
    assert_eq!((entry.original, entry.held, entry.on_delete), (5, 0, OnDelete::Restore));
    day.edit("onDelete", json!("keep"));
    day.look("10:01:00");
    assert_eq!(day.entry.clone().map(|entry| (entry.original, entry.on_delete)), Some((5, OnDelete::Keep)));
}

#[test]
fn inside_of_bounds_others_scale_and_what_they_set_is_the_next_original() {
    let mut day = office(json!(0));
    day.edit("defaultReplicas", Value::Null);
    day.edit("defaultMinReplicas", json!(2));
    day.look("09:00:00");
    assert_eq!(day.look("17:00:00"), ["ScaledUp"]);
    assert_eq!((day.replicas(), remembered(&day)), (Some(2), vec![Some((5, 0)), Some((5, 2))]));
    day.somebody(7, "kubectl");
    assert!(day.look("18:00:00").is_empty());
    assert!(day.entry.is_none());
    day.look_at("2026-11-24T09:00:00-05:00".parse().unwrap());
    assert_eq!(remembered(&day).last(), Some(&Some((7, 0))));
}

#[test]
fn original_counts_as_the_count_in_a_grace_period() {
    let mut day = office(json!(2));
    day.edit("gracePeriodSeconds", json!(300));
    day.look("08:00:00");
    assert_eq!(day.look("09:00:00"), ["GracePeriodStarted"]);
    assert_eq!((day.replicas(), day.remembered.len()), (Some(5), 0));
    assert_eq!(day.look("09:05:00"), ["ScaledDown"]);
    // Up again there is no wait.
    assert_eq!(day.look("17:00:00"), ["ScaledUp"]);
}

#[test]
fn without_records_nothing_is_taken() {
    let mut day = office(json!(0));
    day.look("08:00:00");
    day.records = Records::Unknown;
    assert!(day.look("09:00:00").is_empty());
    day.records = Records::Unreadable("no");
    assert!(day.look("09:00:01").is_empty());
    assert_eq!((day.replicas(), day.reason(Type::Ready)), (Some(5), "TargetUpdateFailed"));
    day.records = Records::Unwritten("forbidden");
    assert!(day.look("09:00:02").is_empty());
    assert!(
        day.message(Type::Ready).ends_with("so it is left as it is for now: forbidden"),
        "{}",
        day.message(Type::Ready)
    );
    assert_eq!(day.replicas(), Some(5));
    day.records = Records::Known;
    assert_eq!(day.look("09:00:03"), ["ScaledDown"]);
    assert_eq!(remembered(&day), [Some((5, 0))], "what failed was no sight of a held target");
}

/// What happens between two looks.
#[derive(Debug, Clone, Copy)]
enum Happens {
    Nothing,
    Restart,
    /// The process is killed after the next thing that it writes.
    Killed,
    Somebody(i32),
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        2 => Just(Happens::Nothing),
        2 => Just(Happens::Restart),
        2 => Just(Happens::Killed),
        2 => (0..20_i32).prop_map(Happens::Somebody),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Counts, shares and `original` in turn, hour by hour: a target has what the value makes of the count that it had when it was
    /// last left to others, whatever happened since, and when it is given back it is that.
    #[test]
    fn the_original_is_the_count_that_it_had_when_it_was_last_left_to_others(
        hours in prop::collection::vec(
            (super::values::any_value().prop_filter("bounds move", |value| !matches!(value, Asked::Bounds { .. })), happens()),
            1..10,
        ),
    ) {
        let hour = |index: usize| format!("{:02}:00", 8 + index);
        let windows: Vec<_> = hours
            .iter()
            .enumerate()
            .map(|(index, (value, _))| json!({ "start": hour(index), "end": hour(index + 1), "replicas": value }))
            .collect();
        let mut stage = office(json!(0));
        stage.edit("timezone", json!("UTC"));
        stage.edit("windows", json!(windows));
        let (mut original, mut is_free) = (5_u32, true);
        let begin: DateTime<Utc> = "2026-11-23T08:00:00Z".parse().unwrap();
        for (index, (value, happens)) in hours.iter().enumerate() {
            let now = begin + chrono::TimeDelta::hours(i64::try_from(index).unwrap());
            match happens {
                Happens::Nothing => {}
                Happens::Restart => stage.restart(),
                Happens::Killed => {
                    stage.step(now);
                    stage.restart();
                }
                // In the middle of the hour before, so that it was seen; what is held is put back.
                Happens::Somebody(count) if index > 0 => {
                    stage.somebody(*count, "somebody");
                    stage.look_at(now - chrono::TimeDelta::minutes(30));
                    if is_free {
                        original = u32::try_from(*count).unwrap();
                    }
                }
                Happens::Somebody(_) => {}
            }
            stage.look_at(now);
            is_free = *value == Asked::Original;
            prop_assert_eq!(stage.replicas(), value.of(0, Some(original)), "{} of {} at {}", value, original, index);
            prop_assert_eq!(stage.entry.as_ref().map(|entry| entry.original), (!is_free).then_some(original));
        }
    }
}
