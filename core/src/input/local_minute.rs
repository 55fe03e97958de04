//! A minute of a local clock, as an exception writes it.

use core::fmt;
use core::str::FromStr;

use super::ParseError;
use crate::civil::{DAY, FIRST_MONDAY, MINUTES_PER_DAY, SPAN};
use crate::{Date, TimeOfDay};

/// A date and a minute of it on some wall clock, of the years 0 to 9999.
///
/// ```
/// use kyklos_core::{Date, LocalMinute, TimeOfDay};
///
/// let launch: LocalMinute = "2026-12-01T09:00".parse()?;
/// assert_eq!(LocalMinute::new(Date::constant(2026, 12, 1), TimeOfDay::constant(9, 0)), Some(launch));
/// assert_eq!(LocalMinute::new(launch.date(), TimeOfDay::END_OF_DAY), None); // that is the next day's 00:00
/// assert!("2026-12-01 09:00".parse::<LocalMinute>().is_err());
/// # Ok::<(), kyklos_core::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalMinute {
    date: Date,
    time: TimeOfDay,
}

impl LocalMinute {
    /// `None` for a time of 24:00.
    pub const fn new(date: Date, time: TimeOfDay) -> Option<Self> {
        if time.minutes() < MINUTES_PER_DAY { Some(Self { date, time }) } else { None }
    }

    /// Its date.
    pub const fn date(self) -> Date {
        self.date
    }

    /// Its time, 00:00 to 23:59.
    pub const fn time(self) -> TimeOfDay {
        self.time
    }

    /// Seconds from 1970-01-01T00:00 on this clock, as if it had never been changed.
    pub(crate) const fn unix_like_seconds(self) -> i64 {
        self.date.days_since_1970() as i64 * DAY as i64 + self.time.minutes() as i64 * 60
    }

    /// As local seconds: their first one for what is earlier, `None` after 2100-01-01T00:00.
    pub(crate) const fn local_seconds(self) -> Option<u32> {
        let days = self.date.days_since_1970() - FIRST_MONDAY;
        let last = (SPAN / DAY) as i32;
        if days > last || days == last && self.time.minutes() > 0 {
            return None;
        }
        if days < 0 {
            return Some(0);
        }
        Some(days as u32 * DAY + self.time.minutes() as u32 * 60)
    }

    /// Whether it is earlier than another one.
    pub(crate) const fn is_before(self, other: Self) -> bool {
        self.unix_like_seconds() < other.unix_like_seconds()
    }

    /// Reads exactly `YYYY-MM-DDTHH:MM`.
    #[inline(never)]
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (date, time) = text.split_at_checked(10)?;
        let time = TimeOfDay::read(time.strip_prefix('T')?)?;
        Self::new(Date::read(date.as_bytes())?, time)
    }
}

impl fmt::Display for LocalMinute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}T{}", self.date, self.time)
    }
}

/// Reads exactly `YYYY-MM-DDTHH:MM`, 00:00 to 23:59.
impl FromStr for LocalMinute {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::read(text).ok_or(ParseError::LOCAL_MINUTE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn reads_what_it_writes() {
        for text in ["2026-12-24T18:00", "2000-02-29T00:00", "0000-01-01T23:59", "9999-12-31T23:59"] {
            assert_eq!(text.parse::<LocalMinute>().unwrap().to_string(), text);
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
            "26-01-01T00:00",
            "2026-01-0é00:00",
        ] {
            assert_eq!(text.parse::<LocalMinute>(), Err(ParseError::LOCAL_MINUTE), "{text:?}");
        }
    }

    #[test]
    fn local_seconds_from_end_to_end() {
        let seconds = |text: &str| text.parse::<LocalMinute>().unwrap().local_seconds();
        assert_eq!(seconds("2019-12-30T00:01"), Some(60));
        assert_eq!((seconds("2019-12-30T00:00"), seconds("1999-01-01T10:00")), (Some(0), Some(0)));
        assert_eq!(seconds("2100-01-01T00:00"), Some(SPAN));
        assert_eq!((seconds("2100-01-01T00:01"), seconds("9999-01-01T00:00")), (None, None));
    }
}
