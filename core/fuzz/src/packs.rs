//! Bytes as a pack: as they are, and with a check that is right. Whatever they say, nothing panics and nothing goes on for ever; what
//! is refused leaves a schedule as it was, and what a small schedule takes, a large one takes and answers alike.

use kyklos_core::pack::{Crc32, Pack, PackReason};
use kyklos_core::{Evaluate, Schedule, TimeZone, ZoneRules};

/// Around the years that count, and the ends.
const INSTANTS: [i64; 6] = [i64::MIN, 1_577_836_799, 1_767_225_600, 1_793_512_800, 4_102_444_800, i64::MAX];

/// Checks any bytes.
pub fn packs(bytes: &[u8]) {
    check(bytes);
    // The check finds damage, not what is meant to deceive: that has to be found by what it says.
    if let Some(end) = bytes.len().checked_sub(4) {
        let mut sealed = bytes.to_vec();
        if let Some(length) = sealed.get_mut(8..12) {
            length.copy_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes());
        }
        let value = Crc32::new().add(sealed.get(..end).unwrap_or_default()).value();
        if let Some(check) = sealed.get_mut(end..) {
            check.copy_from_slice(&value.to_le_bytes());
        }
        check(&sealed);
    }
}

fn check(bytes: &[u8]) {
    let pack = match Pack::open(bytes) {
        Ok(pack) => pack,
        Err(problem) => {
            assert!(problem.offset <= bytes.len().max(8), "{problem}");
            return assert!(!problem.to_string().is_empty());
        }
    };
    assert!(pack.zone_known_until() >= 0);
    let mut small = Schedule::<3, 2, 4, ZoneRules<2>>::new(ZoneRules::of(TimeZone::UTC).expect("no changes"));
    small.set_default_value(7).expect("a small value");
    let mut large = Schedule::<16, 8, 32, ZoneRules<200>>::new(ZoneRules::of(TimeZone::UTC).expect("no changes"));
    let before = (small.clone(), large.clone());
    let (of_small, of_large) = (small.set_pack(&pack), large.set_pack(&pack));
    if let Err(problem) = of_small {
        assert!(problem.offset < bytes.len(), "{problem}");
        assert!(small == before.0, "{problem} has changed the schedule");
    }
    match of_large {
        Ok(()) => {
            assert_eq!(large.zone().name(), pack.zone_name());
            ask(&large);
        }
        Err(problem) => {
            assert!(problem.offset < bytes.len(), "{problem}");
            assert!(large == before.1, "{problem} has changed the schedule");
            // Only what there is no room for may be told in another order.
            assert!(of_small.is_err(), "{problem} in a large schedule alone");
            assert!(!matches!(problem.reason, PackReason::NotAPack | PackReason::Cut { .. }), "{problem}");
        }
    }
    if of_small.is_ok() {
        for at in INSTANTS {
            assert_eq!(small.evaluate(at), large.evaluate(at));
        }
    }
}

fn ask(schedule: &dyn Evaluate) {
    for at in INSTANTS {
        let answer = schedule.evaluate(at);
        assert!(answer.until().is_none_or(|until| until > at), "{answer:?} at {at}");
        if let Some(until) = answer.until() {
            assert_ne!(schedule.evaluate(until).state(), answer.state());
        }
    }
}
