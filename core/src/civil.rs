//! Days and years of the proleptic Gregorian calendar as plain integers.
//!
//! chrono stands at the crate's edge; inside, whole numbers are all that evaluating needs, and they keep
//! chrono's tables and their bounds checks out of it.

/// Seconds of a day.
pub(crate) const SECONDS_PER_DAY: i64 = 86_400;
/// Minutes of a day.
pub(crate) const MINUTES_PER_DAY: u16 = 1_440;
/// Minutes of a week.
pub(crate) const MINUTES_PER_WEEK: u16 = 10_080;

/// Days from 1970-01-01 to a date.
///
/// The year is taken to start on 1 March, which puts the leap day last; then the days before a month are
/// `(153 * month + 2) / 5`, as 153 is the length of any five months in a row from March on.
pub(crate) const fn days_from_civil(year: i64, month: u8, day: u8) -> i64 {
    let (y, m) = if month > 2 { (year, month as i64 - 3) } else { (year - 1, month as i64 + 9) };
    let day_of_year = (153 * m + 2) / 5 + day as i64 - 1;
    // 719,468 days lie between 1 March of the year 0 and 1970-01-01.
    365 * y + y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400) + day_of_year - 719_468
}

/// The weekday of a day number: 0 is Monday.
pub(crate) const fn day_of_week(days: i64) -> i64 {
    // 1970-01-01 was a Thursday.
    (days + 3).rem_euclid(7)
}

/// The year in which a local instant lies.
pub(crate) const fn year_of(local: i64) -> i64 {
    let days = local.div_euclid(SECONDS_PER_DAY);
    // 400 years are 146,097 days. The guess is at most one year off on either side.
    let guess = 1970 + (days as i128 * 400 / 146_097) as i64;
    if days_from_civil(guess, 1, 1) > days {
        guess - 1
    } else if days_from_civil(guess + 1, 1, 1) <= days {
        guess + 1
    } else {
        guess
    }
}

/// The number of days of a month.
pub(crate) const fn days_in_month(year: i64, month: u8) -> u8 {
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
    fn agrees_with_chrono_on_every_day_of_four_centuries() {
        let mut date = NaiveDate::from_ymd_opt(1799, 12, 31).unwrap();
        let epoch = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();
        for _ in 0..146_500 {
            let days = date.signed_duration_since(epoch).num_days();
            let year = i64::from(date.year());
            assert_eq!(days_from_civil(year, date.month() as u8, date.day() as u8), days);
            assert_eq!(day_of_week(days), i64::from(date.weekday().num_days_from_monday()));
            for second in [0, 86_399] {
                assert_eq!(year_of(days * SECONDS_PER_DAY + second), year);
            }
            date = date.succ_opt().unwrap();
            if date.day() == 1 {
                let last = date.pred_opt().unwrap();
                assert_eq!(u32::from(days_in_month(i64::from(last.year()), last.month() as u8)), last.day());
            }
        }
    }
}
