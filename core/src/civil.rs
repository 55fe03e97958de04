//! The calendar as plain integers, in 32 bits wherever an instant of 2020 to 2099 is meant.
//!
//! chrono stands at the crate's edge. Inside, whole numbers are all that evaluating needs: they keep chrono's tables and
//! their bounds checks out of it, and no step needs a division, which the smallest processors don't have.

/// Seconds of a day.
pub(crate) const DAY: u32 = 86_400;
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
/// A moment that doesn't come.
pub(crate) const NEVER: u32 = u32::MAX;

/// The whole days of local seconds, and the seconds of the day.
///
/// The quotient by 65,536 is multiplied by `65_536 * 65_536 / DAY`, rounded down: exact, or one too small. The loss is
/// below `(2^16 - 1) / DAY` (the bits shifted out) `+ 29_230 * 86_400 * (1 / DAY - 49_710 / 2^32)` (the rounding) < 0.93.
#[inline]
pub(crate) const fn split_day(local: u32) -> (u32, u32) {
    let day = ((local >> 16) * 49_710) >> 16;
    let second = local.wrapping_sub(day * DAY);
    if second >= DAY { (day + 1, second - DAY) } else { (day, second) }
}

/// The weekday of a day number from a Monday, 0 for Monday: exact below 2^18 / 6, which is 43,690.
#[inline]
pub(crate) const fn weekday(day: u32) -> u32 {
    day - ((day * 37_450) >> 18) * 7
}

/// The year of an instant, 0 for 2020. Within a day of a New Year it may be the other year.
#[inline]
pub(crate) const fn year_near(instant: u32) -> u32 {
    ((instant >> 16) * 69_682) >> 25
}

/// The first instant of a year, 0 for 2020, up to 80: every fourth year is a leap year up to there.
#[inline]
pub(crate) const fn year_start(year: u32) -> u32 {
    ((year * 1_461 + 3) >> 2) * DAY
}

/// What kind of year it is: the weekday of its 1 January, and 7 more for a leap year. Years of a kind have one calendar.
#[inline]
pub(crate) fn kind_of_year(year: u32) -> Option<u8> {
    KINDS.get(year as usize).copied()
}

/// The kinds of the years 2020 to 2100.
static KINDS: [u8; 81] = kinds();

#[expect(clippy::indexing_slicing, reason = "evaluated when compiling, where it stops the build")]
const fn kinds() -> [u8; 81] {
    let mut kinds = [0; 81];
    let mut year = 0;
    while year < 81 {
        let weekday = weekday(year_start(year) / DAY + BIAS / DAY) as u8;
        kinds[year as usize] = if year % 4 == 0 && year != 80 { weekday + 7 } else { weekday };
        year += 1;
    }
    kinds
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
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Datelike, NaiveDate};

    #[test]
    fn agrees_with_chrono_on_every_day_of_ten_thousand_years() {
        let mut date = NaiveDate::from_ymd_opt(0, 1, 1).unwrap();
        while date.year() < 10_000 {
            let year = u16::try_from(date.year()).unwrap();
            assert_eq!(days_from_civil(year, date.month() as u8, date.day() as u8), date.to_epoch_days());
            let next = date.succ_opt().unwrap();
            if next.day() == 1 {
                assert_eq!(u32::from(days_in_month(year, date.month() as u8)), date.day());
            }
            date = next;
        }
    }

    #[test]
    fn splits_every_day() {
        for day in 0..=29_230 {
            for second in [0, 1, 43_199, 43_200, 65_535, 65_536, DAY - 2, DAY - 1] {
                assert_eq!(split_day(day * DAY + second), (day, second));
            }
            assert_eq!(weekday(day), day % 7);
        }
    }

    #[test]
    fn splits_every_quarter_of_65536_seconds() {
        // The quotient only depends on the upper half: the lower half's ends are the worst cases.
        for upper in 0..=(29_230 * DAY) >> 16 {
            for lower in [0, 1, 16_384, 20_864, 21_248, 32_767, 32_768, 65_534, 65_535] {
                let local = (upper << 16) + lower;
                assert_eq!(split_day(local), (local / DAY, local % DAY));
            }
        }
    }

    #[test]
    fn knows_every_year() {
        let from = NaiveDate::from_ymd_opt(2020, 1, 1).unwrap();
        assert_eq!(FROM, i64::from(from.to_epoch_days()) * i64::from(DAY));
        assert_eq!(from.to_epoch_days() * 86_400, (FIRST_MONDAY + 2) * 86_400);
        for year in 0..=80 {
            let first = NaiveDate::from_ymd_opt(2020 + year as i32, 1, 1).unwrap();
            let start = year_start(year);
            assert_eq!(i64::from(start) + FROM, i64::from(first.to_epoch_days()) * 86_400);
            let kind = first.weekday().num_days_from_monday() + if first.leap_year() { 7 } else { 0 };
            assert_eq!(kind_of_year(year), u8::try_from(kind).ok());
            let (first_sure, last_sure) = (start + DAY, (year_start(year + 1) - DAY).min(SPAN - 1));
            if first_sure < SPAN {
                assert_eq!((year_near(first_sure), year_near(last_sure)), (year, year));
            }
        }
        assert_eq!(kind_of_year(81), None);
    }
}
