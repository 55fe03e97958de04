//! Local dates and times as a schedule writes them.

use chrono::{NaiveDate, NaiveDateTime};

use crate::TimeOfDay;
use crate::civil::{DAY, FIRST_MONDAY, SPAN, days_from_civil, days_in_month};
use crate::time_of_day::two_digits;

/// Reads exactly `YYYY-MM-DD`, a date of the Gregorian calendar: a holiday's key.
///
/// ```
/// assert!(kyklos_core::parse_date("2028-02-29").is_some());
/// assert!(kyklos_core::parse_date("2026-02-29").is_none());
/// assert!(kyklos_core::parse_date("2026-2-3").is_none());
/// ```
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    NaiveDate::from_epoch_days(days_of(text.as_bytes())?)
}

/// Reads exactly `YYYY-MM-DDTHH:MM`, 00:00 to 23:59: an end of an exception.
///
/// ```
/// let launch = kyklos_core::parse_local_time("2026-12-01T09:00").ok_or("a local time")?;
/// assert_eq!(launch.to_string(), "2026-12-01 09:00:00");
/// assert!(kyklos_core::parse_local_time("2026-12-01 09:00").is_none());
/// # Ok::<(), &str>(())
/// ```
pub fn parse_local_time(text: &str) -> Option<NaiveDateTime> {
    let LocalMinute { day, minute } = LocalMinute::parse(text)?;
    let seconds = i64::from(day) * i64::from(DAY) + i64::from(minute) * 60;
    Some(chrono::DateTime::from_timestamp(seconds, 0)?.naive_utc())
}

/// A minute of the years 0 to 9999 on some wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LocalMinute {
    /// Days from 1970-01-01.
    day: i32,
    minute: u16,
}

impl LocalMinute {
    /// Reads exactly `YYYY-MM-DDTHH:MM`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (date, time) = text.split_at_checked(10)?;
        let time = TimeOfDay::parse(time.strip_prefix('T')?)?;
        let day = days_of(date.as_bytes())?;
        (time < TimeOfDay::END_OF_DAY).then_some(Self { day, minute: time.minutes() })
    }

    /// As local seconds: their first one for what is earlier, `None` after 2100-01-01T00:00.
    pub(crate) fn local_seconds(self) -> Option<u32> {
        const END: LocalMinute = LocalMinute { day: FIRST_MONDAY + (SPAN / DAY) as i32, minute: 0 };
        if self > END {
            return None;
        }
        let days = u32::try_from(self.day - FIRST_MONDAY);
        Some(days.map_or(0, |days| days * DAY + u32::from(self.minute) * 60))
    }
}

/// Days since 1970-01-01 of `YYYY-MM-DD`.
pub(crate) fn days_of(text: &[u8]) -> Option<i32> {
    let &[y3, y2, y1, y0, b'-', m1, m0, b'-', d1, d0] = text else { return None };
    let year = two_digits(y3, y2)? * 100 + two_digits(y1, y0)?;
    let month = u8::try_from(two_digits(m1, m0)?).ok()?;
    let day = u8::try_from(two_digits(d1, d0)?).ok()?;
    let real = (1..=12).contains(&month) && day >= 1 && day <= days_in_month(year, month);
    real.then(|| days_from_civil(year, month, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_chrono_reads() {
        for text in ["2026-12-24T18:00", "2000-02-29T00:00", "0000-01-01T23:59", "9999-12-31T23:59"] {
            let expected = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap();
            assert_eq!(parse_local_time(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn refuses_everything_else() {
        for text in [
            "",
            "2026-12-24",
            "2026-12-24 18:00",
            "2026-12-24T24:00",
            "2026-12-24T18:00Z",
            "2026-12-24T18:00:00",
            "2026-02-29T00:00",
            "2026-13-01T00:00",
            "2026-00-01T00:00",
            "2026-01-00T00:00",
            "26-01-01T00:00",
            "+026-01-01T00:00",
            "2026-01-0é00:00",
        ] {
            assert_eq!(parse_local_time(text), None, "{text:?}");
        }
    }
}
