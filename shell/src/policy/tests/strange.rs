//! A status that nobody of us has written.

use proptest::prelude::*;

use super::*;
use crate::api::times::to_time;

/// Any instant that the API can hold, those near the looks more often.
fn instant() -> impl Strategy<Value = Option<i64>> {
    let near = 1_773_000_000..1_774_000_000_i64;
    prop_oneof![
        Just(None),
        any::<i64>().prop_map(Some),
        near.prop_map(Some),
        (-62_135_596_800..253_402_300_800_i64).prop_map(Some)
    ]
}

fn utc(seconds: Option<i64>) -> Option<DateTime<Utc>> {
    let seconds = seconds?;
    DateTime::from_timestamp(seconds, 0).or(Some(if seconds < 0 {
        DateTime::<Utc>::MIN_UTC
    } else {
        DateTime::<Utc>::MAX_UTC
    }))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a status says and whatever the clock reads, a look comes to rest, with the target at a count of the schedule or
    /// as what the status says is kept has it.
    #[test]
    fn no_status_makes_it_stumble(
        counts in (prop::option::of(super::values::any_value()), any::<Option<i32>>(), any::<Option<i64>>()),
        times in (instant(), instant(), instant(), instant()),
        reason in 0..20_usize,
        at in 1_773_000_000..1_774_000_000_i64,
    ) {
        let mut stage = Stage::new();
        let (boundary, last, expiry, now) = times;
        let reasons = Type::ALL.map(Type::reasons);
        let all: Vec<_> = reasons.iter().flat_map(|(holding, failing)| holding.iter().chain(*failing)).collect();
        stage.status = TimeWindowScalerStatus {
            observed_generation: counts.2,
            effective_replicas: counts.0,
            target_observed_replicas: counts.1,
            next_boundary: utc(boundary).map(to_time),
            last_scale_time: utc(last).map(to_time),
            grace_period_expiry: utc(expiry).map(to_time),
            conditions: Type::ALL
                .iter()
                .map(|kind| k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition {
                    type_: kind.as_str().to_owned(),
                    status: "True".to_owned(),
                    reason: all[reason % all.len()].as_str().to_owned(),
                    last_transition_time: to_time(DateTime::UNIX_EPOCH),
                    message: String::new(),
                    observed_generation: None,
                })
                .collect(),
            ..TimeWindowScalerStatus::default()
        };
        stage.restart();
        // Any clock at all, which may not panic.
        let plan = stage.plan(utc(now).unwrap_or(DateTime::UNIX_EPOCH));
        prop_assert!(plan.write.is_none() || plan.report.is_none());
        let kept = counts.0;
        stage.look_at(DateTime::from_timestamp(at, 0).unwrap());
        let found = stage.replicas();
        let held_back = stage.reason(Type::Degraded) == "CountReverted" && found == Some(1);
        let as_kept = |found: Option<i32>| {
            kept.is_some_and(|value| found.is_some_and(|found| value.of(found, None).is_none_or(|count| count == found)))
        };
        let fits = |found| found == Some(2) || found == Some(10) || as_kept(found);
        prop_assert!(held_back || fits(found), "{:?} of {:?}", found, kept);
        // A correction is held back for ten minutes at the most, whenever the target is said to have been scaled.
        stage.look_at(DateTime::from_timestamp(at + 600, 0).unwrap());
        let found = stage.replicas();
        prop_assert!(fits(found), "{:?} of {:?}, later", found, kept);
    }
}
