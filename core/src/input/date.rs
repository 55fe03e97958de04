//! Dates of the Gregorian calendar: single ones, and those of every year.

use core::fmt;
use core::str::FromStr;

use super::ParseError;
use crate::Weekday;
use crate::civil::{days_from_civil, days_in_month};
use crate::week::two_digits;

/// A date of the Gregorian calendar, of the years 0 to 9999.
///
/// ```
/// use kyklos_core::{Date, Weekday};
///
/// let christmas: Date = "2026-12-25".parse()?;
/// assert_eq!(christmas, Date::constant(2026, 12, 25));
/// assert_eq!(christmas.weekday(), Weekday::Friday);
/// assert_eq!(Date::new(2026, 2, 29), None);
/// assert!("2026-2-3".parse::<Date>().is_err());
/// # Ok::<(), kyklos_core::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// `None` for what is no date: years go from 0 to 9999.
    pub const fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let real = year <= 9_999 && month >= 1 && month <= 12 && day >= 1 && day <= days_in_month(year, month);
        if real { Some(Self { year, month, day }) } else { None }
    }

    /// A date that is known when compiling.
    ///
    /// # Panics
    ///
    /// Where [`new`](Self::new) gives `None`, so use it in a `const`: there the panic is a compile error.
    #[expect(clippy::panic, reason = "meant for constants, where it stops the build")]
    pub const fn constant(year: u16, month: u8, day: u8) -> Self {
        match Self::new(year, month, day) {
            Some(date) => date,
            None => panic!("no date of the years 0 to 9999"),
        }
    }

    /// The date so many days after 1970-01-01; `None` beyond the years 0 to 9999.
    ///
    /// ```
    /// use kyklos_core::Date;
    ///
    /// assert_eq!(Date::from_days_since_1970(20_812), Some(Date::constant(2026, 12, 25)));
    /// assert_eq!(Date::constant(2026, 12, 25).days_since_1970(), 20_812);
    /// ```
    pub const fn from_days_since_1970(days: i32) -> Option<Self> {
        // Worked out when compiling, so that no program has the panic of `constant` in it.
        const FIRST: i32 = Date::constant(0, 1, 1).days_since_1970();
        const LAST: i32 = Date::constant(9_999, 12, 31).days_since_1970();
        if days < FIRST || days > LAST {
            return None;
        }
        // The year is found from above: 400 years have 146,097 days.
        let mut year = ((days + 719_528) / 365) as u16;
        if year > 9_999 {
            year = 9_999;
        }
        while days < days_from_civil(year, 1, 1) {
            year -= 1;
        }
        let mut month = 12;
        while days < days_from_civil(year, month, 1) {
            month -= 1;
        }
        Self::new(year, month, (days - days_from_civil(year, month, 1) + 1) as u8)
    }

    /// Days from 1970-01-01 to this date, negative before.
    pub const fn days_since_1970(self) -> i32 {
        days_from_civil(self.year, self.month, self.day)
    }

    /// 0 to 9999.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// 1 to 12.
    pub const fn month(self) -> u8 {
        self.month
    }

    /// 1 to 31.
    pub const fn day(self) -> u8 {
        self.day
    }

    /// Its day of the week.
    pub const fn weekday(self) -> Weekday {
        // 1970-01-01 was a Thursday.
        match Weekday::from_number((self.days_since_1970() + 3).rem_euclid(7) as u8) {
            Some(day) => day,
            None => Weekday::Monday,
        }
    }

    /// Reads exactly `YYYY-MM-DD`.
    #[inline(never)]
    pub(crate) fn read(text: &[u8]) -> Option<Self> {
        let &[y3, y2, y1, y0, b'-', ref rest @ ..] = text else { return None };
        let &[m1, m0, b'-', d1, d0] = rest else { return None };
        let year = two_digits(y3, y2)? * 100 + two_digits(y1, y0)?;
        Self::new(year, two_digits(m1, m0)? as u8, two_digits(d1, d0)? as u8)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// Reads exactly `YYYY-MM-DD`.
impl FromStr for Date {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::read(text.as_bytes()).ok_or(ParseError::DATE)
    }
}

/// A date of every year; 29 February comes in leap years only.
///
/// ```
/// use kyklos_core::YearlyDate;
///
/// assert_eq!("12-25".parse(), Ok(YearlyDate::constant(12, 25)));
/// assert!(YearlyDate::new(2, 29).is_some() && YearlyDate::new(2, 30).is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct YearlyDate {
    month: u8,
    day: u8,
}

impl YearlyDate {
    /// `None` for what is a date in no year.
    pub const fn new(month: u8, day: u8) -> Option<Self> {
        // 2000 was a leap year.
        match Date::new(2000, month, day) {
            Some(_) => Some(Self { month, day }),
            None => None,
        }
    }

    /// A date that is known when compiling.
    ///
    /// # Panics
    ///
    /// Where [`new`](Self::new) gives `None`, so use it in a `const`: there the panic is a compile error.
    #[expect(clippy::panic, reason = "meant for constants, where it stops the build")]
    pub const fn constant(month: u8, day: u8) -> Self {
        match Self::new(month, day) {
            Some(date) => date,
            None => panic!("no date of any year"),
        }
    }

    /// 1 to 12.
    pub const fn month(self) -> u8 {
        self.month
    }

    /// 1 to 31.
    pub const fn day(self) -> u8 {
        self.day
    }

    /// Days from 1 January to it in a leap year, 0 to 365.
    pub(crate) const fn place(self) -> u16 {
        (days_from_civil(2000, self.month, self.day) - days_from_civil(2000, 1, 1)) as u16
    }

    /// The date of a [`place`](Self::place).
    pub(crate) const fn at(place: u16) -> Self {
        match Date::from_days_since_1970(days_from_civil(2000, 1, 1) + place as i32) {
            Some(Date { month, day, .. }) => Self { month, day },
            None => Self { month: 1, day: 1 },
        }
    }

    /// Reads exactly `MM-DD`.
    pub(crate) fn read(text: &[u8]) -> Option<Self> {
        let &[m1, m0, b'-', d1, d0] = text else { return None };
        Self::new(two_digits(m1, m0)? as u8, two_digits(d1, d0)? as u8)
    }
}

impl fmt::Display for YearlyDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{:02}", self.month, self.day)
    }
}

/// Reads exactly `MM-DD`.
impl FromStr for YearlyDate {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::read(text.as_bytes()).ok_or(ParseError::YEARLY_DATE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn days_and_dates_are_each_others_inverse() {
        let (first, last) = (Date::constant(0, 1, 1), Date::constant(9_999, 12, 31));
        for days in (first.days_since_1970()..=last.days_since_1970()).step_by(if cfg!(miri) { 99_991 } else { 1 }) {
            let date = Date::from_days_since_1970(days).unwrap();
            assert_eq!(date.days_since_1970(), days);
        }
        assert_eq!(Date::from_days_since_1970(first.days_since_1970() - 1), None);
        assert_eq!(Date::from_days_since_1970(last.days_since_1970() + 1), None);
        assert_eq!((Date::from_days_since_1970(i32::MIN), Date::from_days_since_1970(i32::MAX)), (None, None));
    }

    #[test]
    fn reads_what_it_writes_and_nothing_else() {
        for text in ["2026-12-24", "2000-02-29", "0000-01-01", "9999-12-31"] {
            assert_eq!(text.parse::<Date>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "2026-02-29",
            "2026-13-01",
            "2026-00-01",
            "2026-01-00",
            "26-01-01",
            "+026-01-01",
            "2026-01-0é",
            "2026-12-241",
        ] {
            assert_eq!(text.parse::<Date>(), Err(ParseError::DATE), "{text:?}");
        }
        for place in 0..366 {
            let date = YearlyDate::at(place);
            assert_eq!((date.place(), date.to_string().parse()), (place, Ok(date)));
        }
        for text in ["", "02-30", "13-01", "00-01", "1-1", "12-25-"] {
            assert_eq!(text.parse::<YearlyDate>(), Err(ParseError::YEARLY_DATE), "{text:?}");
        }
    }

    #[test]
    fn weekdays() {
        assert_eq!(Date::constant(1970, 1, 1).weekday(), Weekday::Thursday);
        assert_eq!(Date::constant(1969, 12, 28).weekday(), Weekday::Sunday);
        assert_eq!(Date::constant(2026, 11, 26).weekday(), Weekday::Thursday);
    }
}
