//! Why a text is no value.

use core::fmt;

/// A text that isn't the value it was read as; its `Display` says what would be one.
///
/// ```
/// use kyklos_core::TimeOfDay;
///
/// let error = "9:30".parse::<TimeOfDay>().unwrap_err();
/// assert_eq!(error.to_string(), "no time of day: write HH:MM, 00:00 to 24:00, such as 09:30");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ParseError(&'static str);

impl ParseError {
    pub(crate) const WEEKDAY: Self = Self("no weekday: write Monday or Mon");
    pub(crate) const DAYS: Self =
        Self("no days: write weekdays and ranges with commas between them, such as Mon-Fri,Sun");
    pub(crate) const TIME_OF_DAY: Self = Self("no time of day: write HH:MM, 00:00 to 24:00, such as 09:30");
    pub(crate) const DATE: Self = Self("no date: write YYYY-MM-DD, such as 2026-12-25");
    pub(crate) const YEARLY_DATE: Self = Self("no date of every year: write MM-DD, such as 12-25");
    pub(crate) const LOCAL_MINUTE: Self =
        Self("no local date and time: write YYYY-MM-DDTHH:MM, such as 2026-12-24T18:00");
    pub(crate) const HOLIDAY: Self =
        Self("no holiday of the years 2020 to 2099: write 2026-12-25, 2026-12-24..2026-12-26, 12-25 or 12-24..01-02");
    #[cfg(feature = "tzdb")]
    pub(crate) const TIME_ZONE: Self =
        Self("no time zone: write a name of the IANA database, letter case included, such as Europe/Zurich");
    pub(crate) const HOLIDAY_MODE: Self = Self("no holiday mode: write ignore, treat-as-closed or treat-as-open");
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl core::error::Error for ParseError {}
