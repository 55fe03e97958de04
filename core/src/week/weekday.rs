//! A day of the week.

use core::fmt;
use core::str::FromStr;

use crate::input::ParseError;

/// A day of the week. Weeks begin on Monday, as in ISO 8601.
///
/// ```
/// use kyklos_core::Weekday;
///
/// assert_eq!("friday".parse(), Ok(Weekday::Friday)); // or Fri, in any letter case
/// assert_eq!(Weekday::Monday.number(), 0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[expect(missing_docs, reason = "each is the day of this name")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    /// All of them, in the order of the week.
    pub const ALL: [Weekday; 7] =
        [Self::Monday, Self::Tuesday, Self::Wednesday, Self::Thursday, Self::Friday, Self::Saturday, Self::Sunday];

    /// 0 for Monday to 6 for Sunday.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The day of this number, 0 for Monday to 6; `None` above.
    #[expect(clippy::indexing_slicing, reason = "the length is checked before")]
    pub const fn from_number(number: u8) -> Option<Self> {
        if (number as usize) < Self::ALL.len() { Some(Self::ALL[number as usize]) } else { None }
    }

    /// Three letters, as `Mon`.
    pub const fn short_name(self) -> &'static str {
        match self {
            Self::Monday => "Mon",
            Self::Tuesday => "Tue",
            Self::Wednesday => "Wed",
            Self::Thursday => "Thu",
            Self::Friday => "Fri",
            Self::Saturday => "Sat",
            Self::Sunday => "Sun",
        }
    }

    /// Reads `Monday` or `Mon` in any letter case.
    #[inline(never)]
    pub(crate) fn read(text: &[u8]) -> Option<Self> {
        const NAMES: [&[u8]; 7] = [b"monday", b"tuesday", b"wednesday", b"thursday", b"friday", b"saturday", b"sunday"];
        let is_day = |name: &&[u8]| {
            let whole = text.len() == 3 || text.len() == name.len();
            whole && name.iter().zip(text).all(|(a, b)| *a == b.to_ascii_lowercase())
        };
        let number = NAMES.iter().position(is_day)?;
        Self::from_number(number as u8)
    }
}

/// Its [short name](Weekday::short_name).
impl fmt::Display for Weekday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.short_name())
    }
}

/// Reads `Monday` or `Mon` in any letter case.
impl FromStr for Weekday {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::read(text.as_bytes()).ok_or(ParseError::WEEKDAY)
    }
}
