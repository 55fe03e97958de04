//! A schedule as people write it: text and numbers that nobody has checked yet.
//!
//! The fields and their defaults are those of the resource's `spec`, under the core's words: what is called `replicas` there is a
//! value here.

use core::fmt;
use core::str::FromStr;

use super::ParseError;

/// An unchecked schedule; [`Schedule::set`](crate::Schedule::set) checks it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Spec<'a> {
    /// The IANA name of the zone whose wall clock the windows go by.
    pub timezone: &'a str,
    /// The value where nothing else applies, 0 to 2,147,483,647.
    pub default_value: i64,
    /// The recurring windows. Where several are active, the last one wins.
    pub windows: &'a [WindowSpec<'a>],
    /// Spans that happen once, above windows and holidays. The last one wins.
    pub exceptions: &'a [ExceptionSpec<'a>],
    /// What a holiday does.
    pub holiday_mode: HolidayMode,
    /// The value of a holiday instead of what the mode would give, 0 to 2,147,483,647; refused where holidays are ignored.
    pub holiday_value: Option<i64>,
    /// Dates, ranges and dates of every year, each as [`Holiday`](crate::Holiday) reads it. With the mode's default, which is to ignore
    /// them, they have no effect.
    pub holidays: &'a [&'a str],
}

impl Spec<'_> {
    /// The default of `default_value`.
    pub const DEFAULT_VALUE: i64 = 1;
}

/// A schedule of no windows in UTC, with 1 at all times.
impl Default for Spec<'_> {
    fn default() -> Self {
        Self {
            timezone: "Etc/UTC",
            default_value: Self::DEFAULT_VALUE,
            windows: &[],
            exceptions: &[],
            holiday_mode: HolidayMode::Ignore,
            holiday_value: None,
            holidays: &[],
        }
    }
}

/// A recurring window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct WindowSpec<'a> {
    /// At most 63 characters.
    pub name: Option<&'a str>,
    /// The days on which it starts, each a day (`Monday`, `Mon`) or a range (`Mon-Fri`); `None` is every day.
    pub days: Option<&'a [&'a str]>,
    /// `HH:MM`, 00:00 to 23:59, inclusive.
    pub start: &'a str,
    /// `HH:MM`, 00:00 to 24:00, exclusive; on the next day when it is not after `start`.
    pub end: &'a str,
    /// The day on which it ends: the first date, that of the start included, that has this weekday and makes the end
    /// later than the start.
    pub end_day: Option<&'a str>,
    /// What it gives, 0 to 2,147,483,647.
    pub value: i64,
}

/// A span that happens once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ExceptionSpec<'a> {
    /// At most 63 characters.
    pub name: Option<&'a str>,
    /// `YYYY-MM-DDTHH:MM` in the schedule's zone, inclusive.
    pub start: &'a str,
    /// `YYYY-MM-DDTHH:MM` in the schedule's zone, exclusive, after `start`.
    pub end: &'a str,
    /// What it gives, 0 to 2,147,483,647.
    pub value: i64,
}

/// What a holiday does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum HolidayMode {
    /// Nothing.
    #[default]
    Ignore,
    /// The whole date has the default value.
    TreatAsClosed,
    /// The whole date has the largest value of all windows, the default's where there are none.
    TreatAsOpen,
}

impl HolidayMode {
    /// All of them, in the order of how much they do.
    pub const ALL: [HolidayMode; 3] = [Self::Ignore, Self::TreatAsClosed, Self::TreatAsOpen];

    /// As the resource writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ignore => "ignore",
            Self::TreatAsClosed => "treat-as-closed",
            Self::TreatAsOpen => "treat-as-open",
        }
    }
}

/// Reads `ignore`, `treat-as-closed` or `treat-as-open`.
///
/// ```
/// use kyklos_core::HolidayMode;
///
/// assert_eq!("treat-as-closed".parse(), Ok(HolidayMode::TreatAsClosed));
/// assert!("closed".parse::<HolidayMode>().is_err());
/// ```
impl FromStr for HolidayMode {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == text).ok_or(ParseError::HOLIDAY_MODE)
    }
}

/// As the resource writes it.
impl fmt::Display for HolidayMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
