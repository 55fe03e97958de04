//! Dates that are holidays: single ones, ranges, and those of every year.

use core::fmt;
use core::str::FromStr;

use super::ParseError;
use crate::answer::dates::Run;
use crate::civil::{DAY, FIRST_MONDAY, SPAN};
use crate::{Date, Reason, YearlyDate};

/// One or more dates that are holidays, at least one of them of the years 2020 to 2099: those are the dates that count.
///
/// ```
/// use kyklos_core::{Date, Holiday, Reason, YearlyDate};
///
/// let stocktaking = Holiday::date(Date::constant(2026, 3, 11))?;
/// let christmas = Holiday::yearly(YearlyDate::constant(12, 25));
/// assert_eq!("12-25".parse(), Ok(christmas));
/// let works_closed: Holiday = "12-24..01-02".parse()?; // of every year, over New Year
/// assert_eq!(works_closed.to_string(), "12-24..01-02");
///
/// assert_eq!(Holiday::date(Date::constant(2206, 12, 25)), Err(Reason::NeverCounts)); // surely 2026 was meant
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Holiday(Run);

impl Holiday {
    /// One date.
    ///
    /// # Errors
    ///
    /// [`Reason::NeverCounts`] for a date outside the years 2020 to 2099.
    pub const fn date(date: Date) -> Result<Self, Reason<'static>> {
        Self::dates(date, date)
    }

    /// All dates from one to another, both included; of them those that count are kept.
    ///
    /// # Errors
    ///
    /// [`Reason::LastBeforeFirst`], or [`Reason::NeverCounts`] where none of them is of the years 2020 to 2099.
    pub const fn dates(first: Date, last: Date) -> Result<Self, Reason<'static>> {
        if last.days_since_1970() < first.days_since_1970() {
            return Err(Reason::LastBeforeFirst { first, last });
        }
        if last.year() < FIRST_YEAR || first.year() > LAST_YEAR {
            return Err(Reason::NeverCounts);
        }
        Ok(Self(Run::Once([known_day(first), known_day(last)])))
    }

    /// This date of every year; 29 February is one in leap years only.
    pub const fn yearly(date: YearlyDate) -> Self {
        Self(Run::Yearly([date.place(); 2]))
    }

    /// All dates of every year from one to another, both included. Where `last` is before `first`, it is that of the next year:
    /// `12-24..01-02`. An end on 29 February is one on 28 February in other years, a start one on 1 March.
    pub const fn yearly_range(first: YearlyDate, last: YearlyDate) -> Self {
        Self(Run::Yearly([first.place(), last.place()]))
    }

    /// Reads what `FromStr` does, and says what is wrong where that only says that something is.
    ///
    /// ```
    /// use kyklos_core::{Holiday, Reason};
    ///
    /// assert_eq!(Holiday::parse("2206-12-25"), Err(Reason::NeverCounts));
    /// assert_eq!(Holiday::parse("Christmas"), Err(Reason::NotAHoliday("Christmas")));
    /// ```
    ///
    /// # Errors
    ///
    /// The [`Reason`] that a schedule would have to refuse it.
    pub fn parse(text: &str) -> Result<Self, Reason<'_>> {
        Self::read(text).unwrap_or(Err(Reason::NotAHoliday(text)))
    }

    /// A text that can't be read at all is none.
    #[inline(never)]
    fn read(text: &str) -> Option<Result<Self, Reason<'static>>> {
        let (first, last) = match text.as_bytes() {
            [first @ .., b'.', b'.', _, _, b'-', _, _]
            | [first @ .., b'.', b'.', _, _, _, _, b'-', _, _, b'-', _, _] => {
                (first, text.as_bytes().get(first.len() + 2..)?)
            }
            whole => (whole, whole),
        };
        match (Date::read(first), Date::read(last), YearlyDate::read(first), YearlyDate::read(last)) {
            (Some(first), Some(last), ..) => Some(Self::dates(first, last)),
            (.., Some(first), Some(last)) => Some(Ok(Self::yearly_range(first, last))),
            _ => None,
        }
    }

    /// The first and the last date, or those of every year.
    #[cfg(feature = "serde")]
    pub(crate) fn ends(self) -> Result<[Date; 2], [YearlyDate; 2]> {
        match self.0 {
            Run::Once(days) => Ok(days.map(date_of)),
            Run::Yearly(days) => Err(days.map(YearlyDate::at)),
        }
    }

    /// As a schedule keeps it.
    pub(crate) const fn run(self) -> Run {
        self.0
    }

    /// The holiday that a schedule keeps.
    pub(crate) const fn of(run: Run) -> Self {
        Self(run)
    }
}

/// The years whose dates count.
const FIRST_YEAR: u16 = 2020;
const LAST_YEAR: u16 = 2099;

/// Days from Monday 2019-12-30 to a date, or to the next one that counts.
const fn known_day(date: Date) -> u16 {
    let day = date.days_since_1970() - FIRST_MONDAY;
    // The tables go two days further than the years do.
    let (first, last) = (2, (SPAN / DAY) as i32 - 1);
    if day < first {
        first as u16
    } else if day > last {
        last as u16
    } else {
        day as u16
    }
}

/// The date of a day from Monday 2019-12-30 on.
fn date_of(day: u16) -> Date {
    // Each of these days is a date.
    const FIRST: Date = Date::constant(2020, 1, 1);
    Date::from_days_since_1970(FIRST_MONDAY + i32::from(day)).unwrap_or(FIRST)
}

impl fmt::Display for Holiday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Run::Once([first, last]) => written(f, date_of(first), date_of(last)),
            Run::Yearly([first, last]) => written(f, YearlyDate::at(first), YearlyDate::at(last)),
        }
    }
}

/// One date, or a range of two.
fn written<D: fmt::Display + PartialEq>(f: &mut fmt::Formatter<'_>, first: D, last: D) -> fmt::Result {
    if first == last { first.fmt(f) } else { write!(f, "{first}..{last}") }
}

impl fmt::Debug for Holiday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Holiday({self})")
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Holiday {
    fn format(&self, f: defmt::Formatter<'_>) {
        match self.0 {
            Run::Once([first, last]) if first == last => date_of(first).format(f),
            Run::Once([first, last]) => defmt::write!(f, "{}..{}", date_of(first), date_of(last)),
            Run::Yearly([first, last]) if first == last => YearlyDate::at(first).format(f),
            Run::Yearly([first, last]) => defmt::write!(f, "{}..{}", YearlyDate::at(first), YearlyDate::at(last)),
        }
    }
}

/// Reads a date (`2026-12-25`), a range of dates (`2026-12-24..2026-12-26`), a date of every year (`12-25`) or a range of every year
/// (`12-24..01-02`).
impl FromStr for Holiday {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::parse(text).map_err(|_| ParseError::HOLIDAY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn reads_what_it_writes() {
        for text in ["2026-12-25", "2026-12-24..2026-12-26", "12-25", "02-29", "12-24..01-02"] {
            assert_eq!(text.parse::<Holiday>().unwrap().to_string(), text);
        }
        assert_eq!("12-25..12-25".parse::<Holiday>().unwrap().to_string(), "12-25");
    }

    #[test]
    fn refuses_everything_else() {
        for text in [
            "",
            "..",
            "12-25..",
            "..12-25",
            "2026-12-25..12-26",
            "12-24..2026-12-26",
            "2026-12-24...2026-12-26",
            "2026-12-24..2026-12-26..2026-12-28",
            "2026-12-26..2026-12-24",
            "2026-12-24/2026-12-26",
            "2026-02-29",
            "02-30",
            "2206-12-25",
            "2019-12-31",
            "1-1",
            "é2-25",
        ] {
            assert_eq!(text.parse::<Holiday>(), Err(ParseError::HOLIDAY), "{text:?}");
        }
    }

    #[test]
    fn keeps_what_counts() {
        for (text, kept) in [
            ("1999-01-01..2500-01-01", "2020-01-01..2099-12-31"),
            ("2019-12-24..2020-01-01", "2020-01-01"),
            ("2099-12-31..2100-01-06", "2099-12-31"),
        ] {
            assert_eq!(text.parse::<Holiday>().unwrap().to_string(), kept);
        }
    }
}
