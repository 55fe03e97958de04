//! The calendar as plain integers, in 32 bits wherever an instant of 2020 to 2099 is meant.
//!
//! chrono stands at the crate's edge. Inside, whole numbers are all that evaluating needs: they keep chrono's tables and
//! their bounds checks out of it, and no step needs a division, which the smallest processors don't have.

/// Seconds of a day.
pub(crate) const DAY: u32 = 86_400;
/// Seconds of a week.
pub(crate) const WEEK: u32 = 7 * DAY;
/// Minutes of a day.
pub(crate) const MINUTES_PER_DAY: u16 = 1_440;
/// Minutes of a week.
pub(crate) const MINUTES_PER_WEEK: u16 = 10_080;

/// The Unix second at which the instants start that the tables know: 2020-01-01T00:00:00Z.
pub(crate) const FROM: i64 = 1_577_836_800;
/// How many of them there are, up to 2100-01-03T00:00:00Z: all of the years 2020 to 2099 and, for zones behind UTC, what
/// a holiday or an exception of the last day still covers.
pub(crate) const SPAN: u32 = 29_222 * DAY;
/// Local seconds count from 2019-12-30T00:00:00, a Monday, two days before [`FROM`]: so they are never negative.
pub(crate) const BIAS: u32 = 2 * DAY;
/// The day number, from 1970-01-01, of that Monday.
pub(crate) const FIRST_MONDAY: i32 = 18_260;
/// Later than any transition and any boundary: there is none.
pub(crate) const NEVER: u32 = u32::MAX;

/// Whether the processor multiplies two numbers of 32 bits to one of 64. Only RISC-V has a feature to ask that by; of the
/// others those that can't are among those without an atomic exchange of 32 bits. (A Cortex-M23 has that and no such
/// product, and nothing to tell it by but its name: it calls a function for it.) `kyklos_narrow` is for the tests: this
/// computer as one of them.
pub(crate) const WIDE: bool = cfg!(all(
    not(kyklos_narrow),
    any(
        target_pointer_width = "64",
        all(target_arch = "riscv32", target_feature = "m"),
        all(not(target_arch = "riscv32"), target_has_atomic = "32")
    )
));

/// The second of the week of local seconds, and which part of the week has passed, as a fraction of `2^32`: of the latter all
/// that matters is that it never falls within a week, and that it is the same every week but for [`FRACTION_SLACK`].
///
/// Wide: the multiplier is `2^50 / WEEK` and 104,576 / WEEK too large, so the product is the week, below `2^50` its
/// fraction, and less than a second too much below `2^50 / 104,576`, which is more than 32 bits hold. Else the quotient by
/// 65,536 is multiplied by `2^32 / WEEK` rounded down, and is exact or one too small: the bits shifted out lose
/// `65,535 / WEEK`, the rounding `38,563 * 0.57 / 65,536`, less than a half together.
#[inline]
pub(crate) const fn in_week(local: u32) -> (u32, u32) {
    if WIDE {
        let weeks = local as u64 * 1_861_606_989;
        return (local.wrapping_sub((weeks >> 50) as u32 * WEEK), (weeks >> 18) as u32);
    }
    let week = ((local >> 16) * 7_101) >> 16;
    let second = local.wrapping_sub(week * WEEK);
    let second = if second >= WEEK { second - WEEK } else { second };
    (second, second * 7_101)
}

/// By how much a [fraction](in_week) may be larger than that of the same second of the first week: in 4,176 weeks the product
/// grows by 4,176 times 104,576 too much, less than 2,048 of the bits that are kept.
pub(crate) const FRACTION_SLACK: u32 = 2_048;

/// Which of so many parts of the week, at most 1,016, a [fraction](in_week) is in.
#[inline]
pub(crate) const fn bucket_of(fraction: u32, buckets: usize) -> usize {
    if WIDE {
        ((fraction as u64 * buckets as u64) >> 32) as usize
    } else {
        (((fraction >> 16) * buckets as u32) >> 16) as usize
    }
}

/// How far seconds from 2020 on are in mean years of 365 days and a quarter, in 256ths of them. The 256th of it is the year,
/// 0 for 2020, and within a day of a New Year maybe the other year.
#[inline]
pub(crate) const fn place_in_years(seconds: u32) -> u32 {
    if WIDE { ((seconds as u64 * 1_141_683_683) >> 47) as u32 } else { ((seconds >> 16) * 69_682) >> 17 }
}

/// The year of an instant, 0 for 2020. Within a day of a New Year it may be the other year.
#[inline]
pub(crate) const fn year_near(instant: u32) -> u32 {
    place_in_years(instant) >> 8
}

/// A year, counted from 59 days before its 1 March, that is from 1 January or, in a leap year, from the day after: so its
/// days from March on have the same numbers in every year. Years that start on the same weekday have one calendar from March on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Year {
    /// The week in which it starts, 0 for the one from Thursday 2020-01-02 on.
    pub(crate) week: u32,
    /// Its kind: the day of that week, 0 to 6, on which it starts.
    pub(crate) kind: u32,
}

impl Year {
    /// The year of this number, 0 for 2020, up to 81.
    #[inline]
    pub(crate) const fn of(number: u32) -> Self {
        let days = days_before(number);
        // 2^18 / 7 rounded up: exact up to 43,000 days.
        let week = (days * 37_450) >> 18;
        Self { week, kind: days - week * 7 }
    }

    /// The start of the year of a number, in seconds from 2020 on.
    #[inline]
    pub(crate) const fn start(number: u32) -> u32 {
        (days_before(number) + 1) * DAY
    }
}

/// The days from 2020-01-02, the start of the first [`Year`], to that of another one: a leap year starts a day later, so all of them are
/// as long as the mean one.
#[inline]
const fn days_before(number: u32) -> u32 {
    (number * 1_461) >> 2
}

/// Days from 1970-01-01 to a date of the years 0 to 9999.
///
/// The year is taken to start on 1 March, which puts the leap day last; then the days before a month are
/// `(153 * month + 2) / 5`, as 153 is the length of any five months in a row from March on.
pub(crate) const fn days_from_civil(year: u16, month: u8, day: u8) -> i32 {
    // A cycle of 400 years ahead, so that the year before the year 0 is none below it.
    let year = year as u32 + 400;
    let (y, m) = if month > 2 { (year, month as u32 - 3) } else { (year - 1, month as u32 + 9) };
    let day_of_year = (153 * m + 2) / 5 + day as u32 - 1;
    // 719,468 days lie between 1 March of the year 0 and 1970-01-01, and 146,097 in 400 years.
    (365 * y + y / 4 - y / 100 + y / 400 + day_of_year) as i32 - 719_468 - 146_097
}

/// The number of days of a month.
pub(crate) const fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan as _;
    use jiff::civil::{Date, date};

    fn days(date: Date) -> i32 {
        date.duration_since(Date::constant(1970, 1, 1)).as_hours() as i32 / 24
    }

    #[test]
    #[cfg_attr(miri, ignore = "millions of days are hours for Miri")]
    fn agrees_with_jiff_on_every_day_of_ten_thousand_years() {
        let mut day = days(date(0, 1, 1));
        for year in 0..10_000 {
            for month in 1..=12 {
                let length = days_in_month(year, month);
                let first = date(year as i16, month as i8, 1);
                assert_eq!(length, first.days_in_month() as u8);
                assert_eq!(days(first), day);
                for in_month in 1..=length {
                    assert_eq!(days_from_civil(year, month, in_month), day);
                    day += 1;
                }
            }
        }
    }

    fn check(local: u32) {
        let (second, fraction) = in_week(local);
        assert_eq!(second, local % WEEK);
        let first = in_week(second).1;
        assert!(first <= fraction && fraction - first < FRACTION_SLACK);
        assert!(second == 0 || in_week(second - 1).1 <= first);
        for buckets in [4, 12, 1_016] {
            assert!(bucket_of(fraction, buckets) < buckets);
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "hundreds of thousands of moments are minutes for Miri")]
    fn splits_both_ends_of_every_day_and_of_what_the_quotient_sees() {
        let most = 2 * BIAS + SPAN;
        for day in 0..=most / DAY {
            [0, 1, 43_199, 43_200, DAY - 2, DAY - 1].into_iter().for_each(|second| check(day * DAY + second));
        }
        // Without a wide product the quotient depends on the upper half alone, so the ends of the lower half are the
        // worst cases.
        for upper in 0..=most >> 16 {
            [0, 1, 32_767, 32_768, 65_534, 65_535].into_iter().for_each(|lower| check((upper << 16) + lower));
        }
    }

    #[test]
    fn knows_every_year() {
        let from = date(2020, 1, 1);
        assert_eq!(FROM, i64::from(days(from)) * i64::from(DAY));
        assert_eq!(days(from), FIRST_MONDAY + 2);
        for number in 0..80 {
            let of_month = |month| date(2020 + number as i16, month, 1);
            let since_2020 = |date: Date| (i64::from(days(date)) * 86_400 - FROM) as u32;
            let start = of_month(3) - 59.days();
            let Year { week, kind } = Year::of(number);
            assert_eq!(Year::start(number), since_2020(start));
            assert_eq!(DAY + week * WEEK + kind * DAY, since_2020(start));
            // Thursday is the fourth day from Monday on.
            assert_eq!(kind, (start.weekday().to_monday_zero_offset() as u32 + 4) % 7);
            let (first, last) = (since_2020(of_month(1)), since_2020(of_month(12)) + 31 * DAY);
            assert_eq!((year_near(first + DAY), year_near(last - DAY)), (number, number));
        }
        assert_eq!((year_near(SPAN - 1), year_near(SPAN + 3 * DAY)), (80, 80));
    }
}
