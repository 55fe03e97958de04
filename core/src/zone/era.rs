//! Instants outside the years that the tables know.
//!
//! Such an instant is answered for another one, at the same place of a year with the same calendar, in which all that a
//! zone's rule does is the same too. What is left out there are the changes that a rule doesn't know,
//! exceptions and holidays: they belong to their own years.

use crate::civil::{DAY, FROM, SPAN};

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
pub(crate) struct Equivalent {
    /// Seconds from 2020 on, less than [`SPAN`].
    pub(crate) instant: u32,
    /// Where the instant itself is: outside the tables' years this one only stands in for it.
    pub(crate) era: Era,
}

/// Seconds of the 400 years after which the Gregorian calendar repeats, weekdays included.
const CYCLE: u64 = 146_097 * DAY as u64;
/// A unit of which there are so many in any span here that 32 bits hold them.
const UNIT: u32 = 128;
/// The units of a century whose last year is no leap year.
const CENTURY: u32 = 36_524 * (DAY / UNIT);
/// The units of the 28 years after which the calendar repeats as long as every fourth year is a leap year.
const GENERATION: u32 = 10_227 * (DAY / UNIT);

/// Where any Unix second is answered.
pub(crate) const fn stand_in(unix_seconds: i64) -> Equivalent {
    let since = unix_seconds.wrapping_sub(FROM) as u64;
    if since < SPAN as u64 {
        return Equivalent { instant: since as u32, era: Era::Within };
    }
    let era = if unix_seconds < FROM { Era::Before } else { Era::After };
    Equivalent { instant: same_calendar(unix_seconds), era }
}

/// The instant at the same place of a year with the same calendar from March to February, of the years 2028 to 2056.
///
/// Years that start with March have the leap day last. Where one lacks, the calendar goes on as it does four leap years
/// and a day later, which is a whole number of weeks: so a century more is that much more, and then 28 years are enough.
///
/// Such a year may have a 29 February that the real one lacks, and then what lies beyond is a day late. So nobody looks
/// further than a week from here, and no rule changes the clocks in the first week of March.
#[cold]
#[inline(never)]
pub(super) const fn same_calendar(unix_seconds: i64) -> u32 {
    // 1 March 2000 and 2028.
    const START: i64 = 951_868_800;
    const PLACE: u32 = 2_982 * DAY;
    const SHIFT: u32 = 5_845 * (DAY / UNIT);
    // So many cycles up that nothing is negative.
    let mut cycles = CYCLE << 30;
    let lift = if unix_seconds < FROM { cycles } else { 0 };
    let mut left = (unix_seconds.wrapping_sub(START) as u64).wrapping_add(lift);
    // What is left after whole cycles, without a division of 64 bits: small processors would bring it into the program.
    while cycles >= CYCLE {
        if left >= cycles {
            left -= cycles;
        }
        cycles >>= 1;
    }
    let (mut place, mut century) = ((left / UNIT as u64) as u32, CENTURY);
    let mut centuries = 0;
    while centuries < 3 {
        if place >= century {
            place += SHIFT;
            century += CENTURY + SHIFT;
        }
        centuries += 1;
    }
    // A cycle and three shifts are 16 generations.
    let mut generations = 0;
    while generations < 15 {
        if place >= GENERATION {
            place -= GENERATION;
        }
        generations += 1;
    }
    place * UNIT + left as u32 % UNIT + PLACE
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use jiff::civil::DateTime;
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    fn utc(unix: i64) -> Option<DateTime> {
        Some(TimeZone::UTC.to_datetime(Timestamp::from_second(unix).ok()?))
    }

    fn check(unix: i64) {
        let Equivalent { instant, era } = stand_in(unix);
        assert!(instant < SPAN);
        let found = utc(i64::from(instant) + FROM).unwrap();
        let Some(asked) = utc(unix) else {
            // jiff ends with the year 9999: the cycle brings the instant there.
            return check(unix.rem_euclid(CYCLE as i64));
        };
        assert_eq!((found.month(), found.day()), (asked.month(), asked.day()), "{asked}");
        assert_eq!((found.weekday(), found.time()), (asked.weekday(), asked.time()), "{asked}");
        assert_eq!(era != Era::Within, !(FROM..FROM + i64::from(SPAN)).contains(&unix), "{asked}");
        assert!(era != Era::Within || found == asked);
    }

    #[test]
    fn the_ends() {
        for unix in [i64::MIN, i64::MIN + 1, i64::MAX - 1, i64::MAX, 0, -1, FROM, FROM - 1, FROM + i64::from(SPAN)] {
            check(unix);
        }
        assert_eq!(stand_in(i64::MIN).instant, stand_in(i64::MIN + CYCLE as i64).instant);
        assert_eq!(stand_in(i64::MAX).instant, stand_in(i64::MAX - CYCLE as i64).instant);
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
