//! Instants outside the years that the tables know.
//!
//! Such an instant is answered for another one, at the same place of a year with the same calendar, in which all that a
//! zone's rule does is the same too. What is left out there are the changes that a rule doesn't know,
//! exceptions and holidays: they belong to their own years.

use crate::civil::{DAY, FROM, SPAN, Year, year_start};

/// Which years an instant belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Era {
    /// Before 2020.
    Before,
    /// The tables' years.
    Within,
    /// From 2100-01-03 on.
    After,
}

/// Where an instant is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// Seconds from 2020 on, less than [`SPAN`].
    pub(crate) instant: u32,
    /// Where the instant itself is: outside the tables' years this one only stands in for it.
    pub(crate) era: Era,
}

/// Seconds of the 400 years after which the Gregorian calendar repeats, weekdays included.
const CYCLE: u64 = 146_097 * DAY as u64;

/// Places any Unix second.
#[inline]
pub(crate) fn place(unix_seconds: i64) -> Place {
    let since = unix_seconds.wrapping_sub(FROM) as u64;
    if since < SPAN as u64 {
        return Place { instant: since as u32, era: Era::Within };
    }
    let era = if unix_seconds < FROM { Era::Before } else { Era::After };
    Place { instant: stand_in(unix_seconds), era }
}

/// The instant at the same place of a year with the same calendar, of the years 2072 to 2099, which have all of them.
#[cold]
#[inline(never)]
fn stand_in(unix_seconds: i64) -> u32 {
    // From a beginning of a cycle before all instants, so that nothing is negative.
    const SHIFT: u64 = (CYCLE - (FROM.wrapping_sub(i64::MIN) as u64) % CYCLE) % CYCLE;
    let mut left = remainder(remainder(unix_seconds.wrapping_sub(i64::MIN) as u64) + SHIFT);
    // The years of the cycle from 2020 on: 1 January 2020 was a Wednesday.
    let (mut year, mut kind) = (0u32, 2);
    loop {
        let leap = year & 3 == 0 && !matches!(year, 80 | 180 | 280);
        let days = if leap { 366 } else { 365 };
        kind += if leap { 1 } else { 0 };
        kind = if kind >= 7 { kind - 7 } else { kind };
        if left < days * DAY as u64 {
            let alike = |&year: &u32| (year & 3 == 0) == leap && Year::of(year).is_some_and(|it| it.kind() == kind);
            return (52..80).find(alike).map_or(0, year_start) + left as u32;
        }
        left -= days * DAY as u64;
        kind += 1;
        year += 1;
    }
}

/// What is left after whole cycles, without a division of 64 bits: small processors would bring it into the program.
fn remainder(mut value: u64) -> u64 {
    // 2^64 / CYCLE is less than 2^31.
    for shift in (0..31).rev() {
        let part = CYCLE << shift;
        if value >= part {
            value -= part;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, Datelike, Timelike};
    use proptest::prelude::*;

    fn check(unix: i64) {
        let place = place(unix);
        assert!(place.instant < SPAN);
        let stand_in = DateTime::from_timestamp(i64::from(place.instant) + FROM, 0).unwrap();
        let Some(instant) = DateTime::from_timestamp(unix, 0) else {
            // chrono ends at about 262,000 years: the cycle brings the instant there.
            return check(unix.rem_euclid(CYCLE as i64));
        };
        assert_eq!(stand_in.date_naive().leap_year(), instant.date_naive().leap_year(), "{instant}");
        assert_eq!(stand_in.ordinal(), instant.ordinal(), "{instant}");
        assert_eq!(stand_in.weekday(), instant.weekday(), "{instant}");
        assert_eq!(stand_in.num_seconds_from_midnight(), instant.num_seconds_from_midnight(), "{instant}");
        assert_eq!(place.era != Era::Within, !(FROM..FROM + i64::from(SPAN)).contains(&unix), "{instant}");
        assert!(place.era != Era::Within || stand_in == instant);
    }

    #[test]
    fn the_ends() {
        for unix in [i64::MIN, i64::MIN + 1, i64::MAX - 1, i64::MAX, 0, -1, FROM, FROM - 1, FROM + i64::from(SPAN)] {
            check(unix);
        }
        assert_eq!(place(i64::MIN).instant, place(i64::MIN + CYCLE as i64).instant);
        assert_eq!(place(i64::MAX).instant, place(i64::MAX - CYCLE as i64).instant);
    }

    proptest! {
        #[test]
        fn any_instant(unix in any::<i64>()) {
            check(unix);
        }

        #[test]
        fn instants_of_some_thousand_years(unix in -100_000_000_000i64..400_000_000_000) {
            check(unix);
        }
    }
}
