//! The transitions of a zone by halves of years, for processors that have room for two kilobytes.
//!
//! Every rule of the release has one transition in the first half of each year and one in the second half. So the half of an instant
//! and one comparison say between which two transitions it is, and in which of them the offset is which: stretches of even numbers
//! have the one of New Year, those of odd numbers the other one.
//!
//! ```text
//!             2026, first half        2026, second half       2027, first half
//!          |----------|-----------|-----------|-----------|-----------|-----------|
//!                   split                   split                   split
//! stretch      12     |        13             |         14            |        15
//! offset    outside   |     between           |      outside          |     between
//! ```

use super::clock::Clock;
use super::rules::{FOLD_GUARD, Rules};
use crate::civil::{FROM, SPAN, place_in_years};

/// Half mean years from 2019-12-30 on that 32 bits of seconds have.
const HALVES: usize = (place_in_years(u32::MAX) >> 7) as usize + 1;
/// The tables' end in Unix seconds.
const END: u32 = FROM as u32 + SPAN;

/// In Unix seconds of 32 bits, and mean years of what the clocks would read outside a year's two transitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Halves {
    /// What is added to an instant to get local seconds, in stretches of even and of odd numbers.
    to_local: [u32; 2],
    /// For each half the instant at which one stretch ends and the next one begins: three hours after its transition.
    splits: [u32; HALVES],
    /// For each stretch up to where its offset is sure, three hours before its end. 0 where it isn't: where the clocks don't go by the
    /// rule yet, and outside the tables' years. The first stretch is one of these, as it begins before 2020.
    sure_until: [u32; HALVES + 1],
}

impl Halves {
    /// Of rules that aren't like that nothing is sure.
    #[expect(clippy::indexing_slicing, reason = "evaluated when compiling, where it stops the build")]
    pub(super) const fn of(rules: &Rules<'_>) -> Self {
        let (outside, from) = (rules.outside, rules.by_rule.start());
        let mut halves = Self {
            to_local: [outside.wrapping_sub(FROM as u32), rules.between.wrapping_sub(FROM as u32)],
            splits: [u32::MAX; HALVES],
            sure_until: [0; HALVES + 1],
        };
        let last = half_of(SPAN - 1 + outside);
        if outside == rules.between {
            // One offset from then on, whatever the number.
            let first = half_of(from + outside);
            halves.splits[first] = FROM as u32 + from;
            let mut stretch = first + 1;
            while stretch <= last {
                halves.sure_until[stretch] = END;
                stretch += 1;
            }
            return halves;
        }
        let mut half = 0;
        let mut before = 0;
        while half <= last {
            let (first, length) = rules.transitions_of(half as u32 / 2);
            let split = if half % 2 == 0 { first } else { first + length };
            if half_of(split + outside) != half {
                halves.sure_until = [0; HALVES + 1];
                return halves;
            }
            halves.splits[half] = FROM as u32 + split;
            if half > 0 && before >= from {
                let end = FROM as u32 + split - 2 * FOLD_GUARD;
                halves.sure_until[half] = if end < END { end } else { END };
            }
            before = split;
            half += 1;
        }
        halves
    }

    /// As [`Rules::clock_at`]; from the first transition of 2020 on where the rule has any.
    #[inline(always)]
    pub(super) fn clock_at(&self, unix_seconds: i64) -> Option<Clock> {
        let instant = u32::try_from(unix_seconds).ok()?;
        let place = place_in_years(instant.wrapping_add(self.to_local[0]));
        // 32 bits have no more halves, so nothing stands in for one, and the compiler knows.
        let half = (place >> 7) as usize;
        let stretch = half + usize::from(instant >= self.splits.get(half).copied().unwrap_or(0));
        let sure = i64::from(self.sure_until.get(stretch).copied().unwrap_or(0)) - unix_seconds;
        let local = instant.wrapping_add(self.to_local.get(stretch & 1).copied().unwrap_or(0));
        Some(Clock::sure_for(local, place, sure))
    }
}

const fn half_of(local: u32) -> usize {
    (place_in_years(local) >> 7) as usize
}

#[cfg(all(test, feature = "tzdb"))]
mod tests {
    use super::*;
    use crate::TimeZone;
    use crate::civil::DAY;
    use crate::zone::{OVER_NEW_YEAR, Zone as _};

    #[test]
    fn says_what_the_rules_say_and_is_sure_where_they_are() {
        let step = if cfg!(miri) { 3_000_017 } else { 20_011 };
        let mut zones = 0;
        for name in TimeZone::names().step_by(if cfg!(miri) { 97 } else { 1 }) {
            let zone = TimeZone::get(name.as_str()).unwrap();
            let rules = zone.rules();
            // From the first transition after the last single change on.
            let from = rules.by_rule.start();
            let begin = if rules.outside == rules.between { from } else { from.max(1) + 366 * DAY };
            for instant in (begin..SPAN - 31 * DAY).step_by(step) {
                let unix = FROM + i64::from(instant);
                let by_halves = zone.clock_at(unix).unwrap();
                let by_rules = rules.clock_at(unix).unwrap();
                if by_halves.is_sure_for(1) {
                    assert_eq!((by_halves.local, by_halves.place), (by_rules.local, by_rules.place), "{name}, {unix}");
                }
                assert_eq!(by_halves.is_sure_for(1), by_rules.is_sure_for(1), "{name}, {unix}");
                let [by_halves, by_rules] = [by_halves, by_rules].map(|clock| clock.sure().min(OVER_NEW_YEAR));
                assert_eq!(by_halves, by_rules, "{name}, {unix}");
            }
            zones += 1;
        }
        assert!(zones > if cfg!(miri) { 5 } else { 500 }, "{zones}");
    }

    #[test]
    fn nothing_is_sure_outside_the_tables_years() {
        for name in ["America/New_York", "Pacific/Auckland", "Asia/Kathmandu", "America/Sao_Paulo", "Etc/UTC"] {
            let zone = TimeZone::get(name).unwrap();
            let ends = [i64::MIN, -1, 0, 1, FROM - 100 * 86_400, FROM - 3 * 86_400, FROM - 1];
            let behind =
                [i64::from(END), i64::from(END) + 86_400, i64::from(u32::MAX), i64::from(u32::MAX) + 1, i64::MAX];
            for unix in ends.into_iter().chain(behind) {
                assert!(
                    zone.clock_at(unix).is_none_or(|clock| !clock.is_sure_for(1) && clock.sure() == 0),
                    "{name}, {unix}"
                );
            }
        }
    }
}
