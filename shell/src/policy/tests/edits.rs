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
}
