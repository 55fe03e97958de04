//! A short word for each thing that can be wrong: for what a protocol, another language or a test goes by. Words stay; texts may be
//! put better.

use crate::Reason;

impl Reason<'_> {
    /// A short word for it that stays, such as `not-a-start`: the name of the variant in small letters.
    ///
    /// ```
    /// use kyklos_core::Holiday;
    ///
    /// assert_eq!(Holiday::parse("2206-12-25").unwrap_err().code(), "never-counts");
    /// ```
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownZone(_) => "unknown-zone",
            Self::OtherZone { .. } => "other-zone",
            Self::NotAStart(_) => "not-a-start",
            Self::NotAnEnd(_) => "not-an-end",
            Self::SameStartAndEnd(_) => "same-start-and-end",
            Self::NotADay(_) => "not-a-day",
            Self::NotASingleDay(_) => "not-a-single-day",
            Self::NoDays => "no-days",
            Self::NotALocalTime(_) => "not-a-local-time",
            Self::EndNotAfterStart { .. } => "end-not-after-start",
            Self::TooLate(_) => "too-late",
            Self::NotAHoliday(_) => "not-a-holiday",
            Self::LastBeforeFirst { .. } => "last-before-first",
            Self::NeverCounts => "never-counts",
            Self::TooManyHolidays { .. } => "too-many-holidays",
            Self::HolidaysIgnored => "holidays-ignored",
            Self::OutOfRange { .. } => "out-of-range",
            Self::NameTooLong { .. } => "name-too-long",
            Self::TooMany { .. } => "too-many",
        }
    }
}
