//! Edits that change the count, before a grace period, in one, and unseen.

use chrono::TimeDelta;
use proptest::prelude::*;

use super::orders::{Morning, STEP, seconds, start};
use super::*;
use crate::api::Value as Asked;

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Edits that change the count, with and without a grace period under way, seen at once or not; and what ends one besides: a
    /// claim of another's, and another clock.
    #[test]
    fn an_edit_of_the_count_ends_no_grace_and_begins_none(
        before in (1..8_u32, 1..8_u32),
        after in (1..8_u32, 1..8_u32),
        grace in 60..=3_600_i64,
        edit in 0..1_800_i64,
        late in 0..1_800_i64,
        seen in prop_oneof![Just(None), (any::<bool>(), any::<bool>()).prop_map(Some)],
    ) {
        const FALL: i64 = 10 * STEP;
        let morning = |counts: (u32, u32)| Morning { counts: vec![(10, counts.0), (120, counts.1)], grace };
        let instant = |seconds| start() + TimeDelta::seconds(seconds);
        let mut stage = Stage::new();
        stage.spec = morning(before).spec();
        stage.look_at(start());
        let (edited, now, end) = (FALL + edit, FALL + edit + late, FALL + grace);
        if let Some((claimed, _)) = seen {
            stage.look_at(instant(FALL));
            if claimed {
                stage.rival = Some("shop/elder".to_owned());
                stage.look_at(instant(edited));
                stage.rival = None;
            }
        }
        stage.edit("windows", morning(after).spec()["windows"].clone());
        if let Some((_, restarted)) = seen {
            stage.look_at(instant(edited));
            if restarted {
                stage.restart();
            }
        }
        stage.look_at(instant(now));
        let high = match seen {
            // It was kept when the edit came, which changes nothing about that.
            Some((false, _)) => (before.1 < before.0 && edited < end).then_some(before.0),
            Some((true, _)) => None,
            // The edit counts as made before the fall: what it took away itself isn't kept.
            None => Some(before.0.min(after.0)),
        };
        let kept = high.filter(|&high| after.1 < high && now < end);
        let found = stage.status.effective_replicas.and_then(Asked::count);
        prop_assert_eq!(found, Some(kept.unwrap_or(after.1)));
        let expiry = stage.status.grace_period_expiry.as_ref().map(seconds);
        prop_assert_eq!(expiry, kept.map(|_| end));
        // To another clock it is a first sight.
        stage.status.clock = Some("a rehearsed one".to_owned());
        stage.restart();
        stage.look_at(instant(now));
        prop_assert_eq!(stage.status.effective_replicas, Some(Asked::Count(after.1)));
        prop_assert_eq!(&stage.status.grace_period_expiry, &None);
    }

    /// Edits that are seen while nothing can be told of them, as their writes are on their way.
    #[test]
    fn a_write_on_its_way_hides_no_edit(
        before in (1..8_u32, 1..8_u32),
        edits in prop::collection::vec((0..3_600_i64, 1..60_i64, 1..8_u32, 1..8_u32), 1..5),
        grace in 60..=3_600_i64,
        late in 0..7_200_i64,
    ) {
        let morning = |minutes, counts: (u32, u32)| Morning { counts: vec![(minutes, counts.0), (120, counts.1)], grace };
        let instant = |seconds| start() + TimeDelta::seconds(seconds);
        let (mut told, mut untold) = (Stage::new(), Stage::new());
        for stage in [&mut told, &mut untold] {
            stage.spec = morning(10, before).spec();
            stage.look_at(start());
        }
        let mut edits = edits;
        edits.sort_unstable();
        let mut now = 0;
        for (at, minutes, first, second) in edits {
            now = at;
            for stage in [&mut told, &mut untold] {
                stage.edit("windows", morning(minutes, (first, second)).spec()["windows"].clone());
            }
            told.look_at(instant(at));
            let seen = untold.plan(instant(at)).seen;
            untold.history.note_untold(seen);
        }
        for stage in [&mut told, &mut untold] {
            stage.look_at(instant(now + late));
        }
        let stands = |stage: &Stage| (stage.status.effective_replicas, stage.status.grace_period_expiry.clone(), stage.replicas());
        prop_assert_eq!(stands(&untold), stands(&told));
        prop_assert_eq!(untold.count(Reason::GracePeriodStarted), usize::from(untold.status.grace_period_expiry.is_some()));
        prop_assert_eq!(untold.count(Reason::GracePeriodCancelled), 0);
    }
}

#[test]
fn an_edit_whose_write_hangs_over_the_next_boundary_is_none_at_it() {
    let mut stage = Stage::new();
    stage.look("12:00:00");
    let morning = |count: u32| json!([{ "name": "office", "start": "09:00", "end": "13:00", "replicas": count }]);
    for count in [6, 15] {
        let mut stage = Stage {
            spec: stage.spec.clone(),
            history: stage.history.clone(),
            status: stage.status.clone(),
            ..Stage::new()
        };
        stage.target = target("1", 10, Some(FIELD_MANAGER));
        stage.edit("windows", morning(count));
        assert!(stage.step(at("12:30:00")), "it is sent, and its answer comes after the boundary");
        let change = if count < 10 { "ScaledDown" } else { "ScaledUp" };
        assert_eq!(stage.look("13:01:00"), ["GracePeriodStarted", change]);
        let count = i32::try_from(count).unwrap();
        assert_eq!(stage.state(), (Some(count), Some(count), GRACE));
        assert_eq!(stage.wake, Some(at("13:05:00")));
        assert_eq!((stage.look("13:05:00").as_slice(), stage.replicas()), (&["ScaledDown"][..], Some(2)));
    }
}

/// Nothing could be done about the edit before it: its write was on its way, and that is no edit's fault any more.
#[test]
fn what_a_boundary_after_an_edit_asks_for_is_due_by_that_boundary() {
    for looks_in_between in [0, 1, 2] {
        let mut stage = Stage::new();
        stage.look("08:50:00");
        stage.edit("defaultReplicas", json!(3));
        let plan = stage.plan(at("08:59:50"));
        let write = plan.write.unwrap();
        assert_eq!((write.to.replicas, write.cause, write.due), (3, WriteCause::Edit, at("08:59:50")));
        stage.history = plan.history;
        for second in 0..looks_in_between {
            let seen = stage.plan(at(&format!("09:00:0{second}"))).seen;
            stage.history.note_untold(seen);
        }
        let write = stage.plan(at("09:00:10")).write.unwrap();
        assert_eq!((write.to.replicas, write.cause, write.due), (10, WriteCause::Boundary, at("09:00:00")));
        // Another edit is one.
        stage.edit("windows", json!([{ "name": "office", "start": "09:00", "end": "17:00", "replicas": 12 }]));
        let write = stage.plan(at("09:00:20")).write.unwrap();
        assert_eq!((write.to.replicas, write.cause, write.due), (12, WriteCause::Edit, at("09:00:20")));
    }
}
