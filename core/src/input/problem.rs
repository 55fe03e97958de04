//! What can be wrong with a schedule, and where.

use core::fmt;

use crate::{Date, LocalMinute, TimeOfDay, TimeZone};

/// One thing that is wrong with a [`Spec`](crate::Spec): its `Display` is `field: what is wrong, and what would be right`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Problem<'a> {
    /// Where.
    pub field: Field,
    /// What.
    pub reason: Reason<'a>,
}

impl fmt::Display for Problem<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.reason)
    }
}

/// A field of a [`Spec`](crate::Spec). Its `Display` is the path in the resource's `spec`, such as `windows[2].start`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[expect(missing_docs, reason = "each is the resource's field of the same name")]
#[non_exhaustive]
pub enum Field {
    Timezone,
    /// `defaultReplicas`.
    DefaultValue,
    Windows,
    Window(usize, WindowField),
    Exceptions,
    Exception(usize, ExceptionField),
    /// `holidayReplicas`.
    HolidayValue,
    Holidays,
    Holiday(usize),
}

/// A field of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[expect(missing_docs, reason = "each is the resource's field of the same name")]
#[non_exhaustive]
pub enum WindowField {
    Name,
    Days,
    /// One entry of `days`.
    Day(usize),
    Start,
    End,
    EndDay,
    /// `replicas`.
    Value,
}

/// A field of an exception.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[expect(missing_docs, reason = "each is the resource's field of the same name")]
#[non_exhaustive]
pub enum ExceptionField {
    Name,
    Start,
    End,
    /// `replicas`.
    Value,
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Timezone => f.write_str("timezone"),
            Self::DefaultValue => f.write_str("defaultReplicas"),
            Self::Windows => f.write_str("windows"),
            Self::Window(index, WindowField::Day(day)) => write!(f, "windows[{index}].days[{day}]"),
            Self::Window(index, field) => {
                let field = match field {
                    WindowField::Name => "name",
                    WindowField::Days | WindowField::Day(_) => "days",
                    WindowField::Start => "start",
                    WindowField::End => "end",
                    WindowField::EndDay => "endDay",
                    WindowField::Value => "replicas",
                };
                write!(f, "windows[{index}].{field}")
            }
            Self::Exceptions => f.write_str("exceptions"),
            Self::Exception(index, field) => {
                let field = match field {
                    ExceptionField::Name => "name",
                    ExceptionField::Start => "start",
                    ExceptionField::End => "end",
                    ExceptionField::Value => "replicas",
                };
                write!(f, "exceptions[{index}].{field}")
            }
            Self::HolidayValue => f.write_str("holidayReplicas"),
            Self::Holidays => f.write_str("holidays"),
            Self::Holiday(index) => write!(f, "holidays[{index}]"),
        }
    }
}

impl core::error::Error for Problem<'_> {}

/// What is wrong with a field, or with a typed value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Reason<'a> {
    /// The tzdb release has no such zone.
    UnknownZone(&'a str),
    /// This program knows another zone alone.
    OtherZone {
        /// The zone asked for.
        asked: &'a str,
        /// The zone that the program was built with; `None` where the one that there is came as data.
        built: Option<TimeZone>,
    },
    /// A start that is not `HH:MM`, 00:00 to 23:59.
    NotAStart(&'a str),
    /// An end that is not `HH:MM`, 00:00 to 24:00.
    NotAnEnd(&'a str),
    /// Start and end are this one time, without an end day.
    SameStartAndEnd(TimeOfDay),
    /// A day that is neither a weekday nor a range of two.
    NotADay(&'a str),
    /// An end day that is no single weekday.
    NotASingleDay(&'a str),
    /// A window that starts on no day.
    NoDays,
    /// A start or end of an exception that is not `YYYY-MM-DDTHH:MM`.
    NotALocalTime(&'a str),
    /// An exception whose end is not after its start.
    EndNotAfterStart {
        /// The start.
        start: LocalMinute,
        /// The end.
        end: LocalMinute,
    },
    /// An exception that ends after 2100-01-01T00:00: no release says what the clocks will do then.
    TooLate(LocalMinute),
    /// A holiday that is neither a date, nor a range, nor one of every year.
    NotAHoliday(&'a str),
    /// A range of dates that ends before it begins.
    LastBeforeFirst {
        /// The date that is to be the first.
        first: Date,
        /// The date that is to be the last.
        last: Date,
    },
    /// A holiday none of whose dates is of the years 2020 to 2099.
    NeverCounts,
    /// More holidays than there is room for, where dates in a row count once.
    TooManyHolidays {
        /// How many there may be.
        most: usize,
    },
    /// A value of holidays where these are ignored.
    HolidaysIgnored,
    /// A number below 0 or above `most`.
    OutOfRange {
        /// The number.
        found: i64,
        /// The largest that is right.
        most: i64,
    },
    /// A name of more than 63 characters.
    NameTooLong {
        /// How many it has.
        found: usize,
    },
    /// More entries than there is room for.
    TooMany {
        /// How many there are.
        found: usize,
        /// How many there may be.
        most: usize,
    },
}

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::UnknownZone(name) => {
                write!(
                    f,
                    "{name:?} is no time zone: write a name of the IANA database (release {}), such as Europe/Zurich",
                    TimeZone::RELEASE
                )
            }
            Self::OtherZone { asked, built: Some(built) } => {
                write!(f, "{asked:?} is not the one zone of this build: write {}", built.name())
            }
            Self::OtherZone { asked, built: None } => {
                write!(f, "{asked:?} is not the zone of the data that are there: write that zone's name")
            }
            Self::NotAStart(text) => {
                write!(f, "{text:?} is no time of day: write HH:MM with two digits each, 00:00 to 23:59, such as 09:00")
            }
            Self::NotAnEnd(text) => {
                write!(f, "{text:?} is no time of day: write HH:MM with two digits each, 00:00 to 24:00, such as 17:00")
            }
            Self::SameStartAndEnd(time) => {
                write!(
                    f,
                    "{time} is the start as well, so the window is empty: for a whole day write start 00:00 and end 24:00 (00:00-24:00)"
                )
            }
            Self::NotADay(text) => {
                write!(f, "{text:?} is no day: write a weekday such as Monday or Mon, or a range such as Mon-Fri")
            }
            Self::NotASingleDay(text) => write!(f, "{text:?} is no day: write one weekday, such as Monday or Mon"),
            Self::NoDays => {
                f.write_str("the list is empty: name at least one day, or leave the field out for every day")
            }
            Self::NotALocalTime(text) => {
                write!(f, "{text:?} is no local date and time: write YYYY-MM-DDTHH:MM, such as 2026-12-24T18:00")
            }
            Self::EndNotAfterStart { start, end } => {
                write!(f, "{end} is not after the start {start}: write a later end")
            }
            Self::TooLate(end) => {
                write!(f, "{end} is later than schedules go: write an end up to 2100-01-01T00:00")
            }
            Self::NotAHoliday(text) => {
                write!(
                    f,
                    "{text:?} is no date: write 2026-12-25, a range 2026-12-24..2026-12-26, or for every year 12-25 or 12-24..01-02"
                )
            }
            Self::LastBeforeFirst { first, last } => {
                write!(f, "{last} is before {first}: write the earlier date first")
            }
            Self::NeverCounts => {
                f.write_str("no date of the years 2020 to 2099, so it never counts: write one of these")
            }
            Self::TooManyHolidays { most } => {
                write!(f, "more than {most} holidays, dates in a row counted once: write at most {most}")
            }
            Self::HolidaysIgnored => {
                f.write_str("holidays are ignored: write a holidayMode beside it, or leave it out")
            }
            Self::OutOfRange { found, most } => {
                write!(f, "{found} is out of range: write a whole number from 0 to {most}")
            }
            Self::NameTooLong { found } => {
                write!(f, "the name has {found} characters: write at most {}", crate::NAME_MAX)
            }
            Self::TooMany { found, most } => write!(f, "{found} entries are too many: write at most {most}"),
        }
    }
}

impl core::error::Error for Reason<'_> {}

/// A text was refused; the problems went to the reporter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Invalid {
    /// How many problems were reported, at least one.
    pub problems: usize,
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the schedule has {} problem{}", self.problems, if self.problems == 1 { "" } else { "s" })
    }
}

impl core::error::Error for Invalid {}
