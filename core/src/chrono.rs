//! Conversions from and to chrono's types, for programs that use chrono. Nothing else here knows it.

use ::chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};

use crate::{Date, Evaluation, LocalMinute, ParseError, TimeOfDay, Weekday};

impl Evaluation {
    /// [`until`](Self::until) as chrono has it. A boundary beyond chrono's range, the year 262,142, counts as none.
    ///
    /// ```
    /// use kyklos_core::{Schedule, TimeZone};
    ///
    /// let now = chrono::DateTime::from_timestamp(1_780_300_800, 0).ok_or("range")?;
    /// let answer = Schedule::<1, 0, 0>::new(TimeZone::UTC).evaluate(now.timestamp());
    /// assert_eq!(answer.until_utc(), None);
    /// # Ok::<(), &str>(())
    /// ```
    #[cfg_attr(docsrs, doc(cfg(feature = "chrono")))]
    pub fn until_utc(self) -> Option<DateTime<Utc>> {
        self.until().and_then(|until| DateTime::from_timestamp(until, 0))
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "chrono")))]
impl From<Date> for NaiveDate {
    fn from(date: Date) -> Self {
        // Every date of these years is one of chrono's.
        NaiveDate::from_ymd_opt(date.year().into(), date.month().into(), date.day().into()).unwrap_or_default()
    }
}

/// Fails beyond the years 0 to 9999.
#[cfg_attr(docsrs, doc(cfg(feature = "chrono")))]
impl TryFrom<NaiveDate> for Date {
    type Error = ParseError;

    fn try_from(date: NaiveDate) -> Result<Self, ParseError> {
        let year = u16::try_from(date.year()).map_err(|_| ParseError::DATE)?;
        Self::new(year, date.month() as u8, date.day() as u8).ok_or(ParseError::DATE)
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "chrono")))]
impl From<LocalMinute> for NaiveDateTime {
    fn from(minute: LocalMinute) -> Self {
        let seconds = u32::from(minute.time().minutes()) * 60;
        NaiveDate::from(minute.date())
            .and_time(NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0).unwrap_or_default())
    }
}

/// The minute that a time is in; fails beyond the years 0 to 9999.
#[cfg_attr(docsrs, doc(cfg(feature = "chrono")))]
impl TryFrom<NaiveDateTime> for LocalMinute {
    type Error = ParseError;

    fn try_from(at: NaiveDateTime) -> Result<Self, ParseError> {
        let time = TimeOfDay::new(at.hour() as u8, at.minute() as u8).ok_or(ParseError::LOCAL_MINUTE)?;
        Self::new(Date::try_from(at.date())?, time).ok_or(ParseError::LOCAL_MINUTE)
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "chrono")))]
impl From<Weekday> for ::chrono::Weekday {
    fn from(day: Weekday) -> Self {
        match day {
            Weekday::Monday => Self::Mon,
            Weekday::Tuesday => Self::Tue,
            Weekday::Wednesday => Self::Wed,
            Weekday::Thursday => Self::Thu,
            Weekday::Friday => Self::Fri,
            Weekday::Saturday => Self::Sat,
            Weekday::Sunday => Self::Sun,
        }
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "chrono")))]
impl From<::chrono::Weekday> for Weekday {
    fn from(day: ::chrono::Weekday) -> Self {
        match day {
            ::chrono::Weekday::Mon => Self::Monday,
            ::chrono::Weekday::Tue => Self::Tuesday,
            ::chrono::Weekday::Wed => Self::Wednesday,
            ::chrono::Weekday::Thu => Self::Thursday,
            ::chrono::Weekday::Fri => Self::Friday,
            ::chrono::Weekday::Sat => Self::Saturday,
            ::chrono::Weekday::Sun => Self::Sunday,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        for text in ["0000-01-01T23:59", "2028-02-29T00:00", "9999-12-31T23:59"] {
            let minute: LocalMinute = text.parse().unwrap();
            let at = NaiveDateTime::from(minute);
            assert_eq!(at, NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap());
            assert_eq!(LocalMinute::try_from(at), Ok(minute));
            assert_eq!(::chrono::Weekday::from(minute.date().weekday()), at.weekday());
            assert_eq!(Weekday::from(at.weekday()), minute.date().weekday());
        }
        assert_eq!(Date::try_from(NaiveDate::MAX), Err(ParseError::DATE));
        assert_eq!(Date::try_from(NaiveDate::MIN), Err(ParseError::DATE));
    }
}
