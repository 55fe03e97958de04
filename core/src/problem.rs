//! What can be wrong with a schedule, and where.

use core::fmt;

use crate::{TimeOfDay, Zone};

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
pub enum Field {
    TargetApiVersion,
    TargetKind,
    TargetName,
    TargetNamespace,
    Timezone,
    DefaultReplicas,
    Windows,
    Window(usize, WindowField),
    Exceptions,
    Exception(usize, ExceptionField),
    HolidayConfigMap,
    GracePeriodSeconds,
}

/// A field of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[expect(missing_docs, reason = "each is the resource's field of the same name")]
pub enum WindowField {
    Name,
    Days,
    /// One entry of `days`.
    Day(usize),
    Start,
    End,
    EndDay,
    Replicas,
}

/// A field of an exception.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[expect(missing_docs, reason = "each is the resource's field of the same name")]
pub enum ExceptionField {
    Name,
    Start,
    End,
    Replicas,
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::TargetApiVersion => f.write_str("targetRef.apiVersion"),
            Self::TargetKind => f.write_str("targetRef.kind"),
            Self::TargetName => f.write_str("targetRef.name"),
            Self::TargetNamespace => f.write_str("targetRef.namespace"),
            Self::Timezone => f.write_str("timezone"),
            Self::DefaultReplicas => f.write_str("defaultReplicas"),
            Self::Windows => f.write_str("windows"),
            Self::Window(index, WindowField::Day(day)) => write!(f, "windows[{index}].days[{day}]"),
            Self::Window(index, field) => {
                let field = match field {
                    WindowField::Name => "name",
                    WindowField::Days | WindowField::Day(_) => "days",
                    WindowField::Start => "start",
                    WindowField::End => "end",
                    WindowField::EndDay => "endDay",
                    WindowField::Replicas => "replicas",
                };
                write!(f, "windows[{index}].{field}")
            }
            Self::Exceptions => f.write_str("exceptions"),
            Self::Exception(index, field) => {
                let field = match field {
                    ExceptionField::Name => "name",
                    ExceptionField::Start => "start",
                    ExceptionField::End => "end",
                    ExceptionField::Replicas => "replicas",
                };
                write!(f, "exceptions[{index}].{field}")
            }
            Self::HolidayConfigMap => f.write_str("holidayConfigMap"),
            Self::GracePeriodSeconds => f.write_str("gracePeriodSeconds"),
        }
    }
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Reason<'a> {
    /// The tzdb release has no such zone.
    UnknownZone(&'a str),
    /// This program was built with another zone alone.
    OtherZone {
        /// The zone asked for.
        asked: &'a str,
        /// The zone there is.
        built: Zone,
    },
    /// A start that is not `HH:MM`, 00:00 to 23:59.
    NotAStart(&'a str),
    /// An end that is not `HH:MM`, 00:00 to 24:00.
    NotAnEnd(&'a str),
    /// Start and end are this one time, without an `endDay`.
    SameStartAndEnd(TimeOfDay),
    /// A day that is neither a weekday nor a range of two.
    NotADay(&'a str),
    /// An `endDay` that is no single weekday.
    NotASingleDay(&'a str),
    /// A list of days with nothing in it.
    NoDays,
    /// A start or end of an exception that is not `YYYY-MM-DDTHH:MM`.
    NotALocalTime(&'a str),
    /// An exception whose end is not after this start.
    EndNotAfterStart {
        /// The start.
        start: &'a str,
        /// The end.
        end: &'a str,
    },
    /// An exception that ends after 2100-01-01T00:00: no release says what the clocks will do then.
    TooLate(&'a str),
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
    /// A text that has to say something.
    Empty,
    /// A namespace other than the object's own.
    ForeignNamespace {
        /// The namespace asked for.
        asked: &'a str,
        /// The object's own.
        own: &'a str,
    },
}

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::UnknownZone(name) => {
                write!(
                    f,
                    "{name:?} is no time zone: write a name of the IANA database (release {}), such as Europe/Zurich",
                    Zone::RELEASE
                )
            }
            Self::OtherZone { asked, built } => {
                write!(f, "{asked:?} is not the one zone of this build: write {}", built.name())
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
            Self::OutOfRange { found, most } => {
                write!(f, "{found} is out of range: write a whole number from 0 to {most}")
            }
            Self::NameTooLong { found } => {
                write!(f, "the name has {found} characters: write at most {}", crate::NAME_MAX)
            }
            Self::TooMany { found, most } => write!(f, "{found} entries are too many: write at most {most}"),
            Self::Empty => f.write_str("the text is empty: write a name"),
            Self::ForeignNamespace { asked, own } => {
                write!(f, "{asked:?} is another namespace than the object's own: write {own:?} or leave the field out")
            }
        }
    }
}
