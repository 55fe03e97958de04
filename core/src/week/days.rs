//! Some days of the week: by name, one by one and in ranges.

use core::fmt;
use core::ops::{BitOr, BitOrAssign};
use core::str::FromStr;

use crate::Weekday;
use crate::input::ParseError;

/// Some days of the week.
///
/// ```
/// use kyklos_core::{Days, Weekday};
///
/// const GYM: Days = Days::WEEKDAYS.union(Days::SUN);
/// assert!(GYM.contains(Weekday::Sunday) && !GYM.contains(Weekday::Saturday));
/// assert_eq!("Fri-Mon".parse(), Ok(Days::WEEKEND | Days::FRI | Days::MON)); // a range may wrap
/// assert_eq!("mon-fri,Sun".parse(), Ok(GYM));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Days(u8);

impl Days {
    /// No day.
    pub const NONE: Days = Days(0);
    /// Every day.
    pub const ALL: Days = Days(0b111_1111);
    /// Monday.
    pub const MON: Days = Days::of(Weekday::Monday);
    /// Tuesday.
    pub const TUE: Days = Days::of(Weekday::Tuesday);
    /// Wednesday.
    pub const WED: Days = Days::of(Weekday::Wednesday);
    /// Thursday.
    pub const THU: Days = Days::of(Weekday::Thursday);
    /// Friday.
    pub const FRI: Days = Days::of(Weekday::Friday);
    /// Saturday.
    pub const SAT: Days = Days::of(Weekday::Saturday);
    /// Sunday.
    pub const SUN: Days = Days::of(Weekday::Sunday);
    /// Monday to Friday.
    pub const WEEKDAYS: Days = Days(0b001_1111);
    /// Saturday and Sunday.
    pub const WEEKEND: Days = Days(0b110_0000);

    /// This one day.
    pub const fn of(day: Weekday) -> Self {
        Self(1 << day.number())
    }

    /// The days of both.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether a day is among them.
    pub const fn contains(self, day: Weekday) -> bool {
        self.0 & (1 << day.number()) != 0
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The days in the order of the week.
    pub fn iter(self) -> impl Iterator<Item = Weekday> {
        Weekday::ALL.into_iter().filter(move |&day| self.contains(day))
    }

    /// A bit for each day, the lowest one Monday.
    pub(crate) const fn bits(self) -> u8 {
        self.0
    }

    /// Those whose bits are set, the lowest one Monday; `None` where others are, too.
    #[cfg(any(feature = "pack", feature = "serde"))]
    pub(crate) const fn from_bits(bits: u8) -> Option<Self> {
        if bits <= Self::ALL.0 { Some(Self(bits)) } else { None }
    }

    /// Reads one entry of a window's days: a day (`Monday` or `Mon`, in any letter case) or a range of two of them (`Mon-Fri`,
    /// `Fri-Mon`).
    #[inline(never)]
    pub(crate) fn entry(text: &str) -> Option<Self> {
        let text = text.as_bytes();
        let Some(dash) = text.iter().position(|&byte| byte == b'-') else {
            return Weekday::read(text).map(Self::of);
        };
        let (from, to) = (Weekday::read(text.get(..dash)?)?, Weekday::read(text.get(dash + 1..)?)?);
        let (up_to, from_on) = (0b111_1111 >> (6 - to.number()), 0b111_1111 << from.number() & 0b111_1111);
        // A range that wraps is what both of its parts have.
        Some(Self(if from <= to { up_to & from_on } else { up_to | from_on }))
    }
}

impl BitOr for Days {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.union(other)
    }
}

impl BitOrAssign for Days {
    fn bitor_assign(&mut self, other: Self) {
        *self = self.union(other);
    }
}

impl From<Weekday> for Days {
    fn from(day: Weekday) -> Self {
        Self::of(day)
    }
}

impl FromIterator<Weekday> for Days {
    fn from_iter<I: IntoIterator<Item = Weekday>>(days: I) -> Self {
        days.into_iter().fold(Self::NONE, |all, day| all.union(Self::of(day)))
    }
}

/// Reads days and ranges with commas between them: `Mon-Fri`, `Sat,Sun`.
impl FromStr for Days {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let mut all = Self::NONE;
        for entry in text.split(',') {
            all |= Self::entry(entry).ok_or(ParseError::DAYS)?;
        }
        Ok(all)
    }
}

/// Days and ranges with commas between them, in the order of the week: `Mon-Fri,Sun`. A range has three days or more. No day is
/// written as nothing, which isn't read again.
impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut day, mut comma) = (0, "");
        while let Some(first) = Weekday::from_number(day) {
            let length = (self.0 >> day).trailing_ones() as u8;
            day += length.max(1);
            match (length, Weekday::from_number(day.saturating_sub(1))) {
                (0, _) | (_, None) => continue,
                (1, _) => write!(f, "{comma}{first}")?,
                (2, Some(last)) => write!(f, "{comma}{first},{last}")?,
                (_, Some(last)) => write!(f, "{comma}{first}-{last}")?,
            }
            comma = ",";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn reads_days_and_ranges() {
        for (text, days) in [
            ("Monday", 0b000_0001),
            ("SUN", 0b100_0000),
            ("Mon-Fri", 0b001_1111),
            ("fri-mon", 0b111_0001),
            ("Wed-Wed", 0b000_0100),
            ("Tuesday-mon", 0b111_1111),
        ] {
            assert_eq!(Days::entry(text), Some(Days(days)), "{text}");
            assert_eq!(text.parse(), Ok(Days(days)), "{text}");
        }
        assert_eq!("Mon,Wed-Fri".parse(), Ok(Days(0b001_1101)));
    }

    #[test]
    fn refuses_everything_else() {
        for text in ["", "Mo", "Mond", "Mon-", "-Mon", "Mon-Fri-Sun", "Mon - Fri", "Mon, Tue", " Mon", "Weekday", "1"] {
            assert_eq!(Days::entry(text), None, "{text:?}");
            assert_eq!(text.parse::<Days>(), Err(ParseError::DAYS), "{text:?}");
        }
        assert_eq!(Days::entry("Mon,Tue"), None);
    }

    #[test]
    fn reads_what_it_writes() {
        for bits in 1..=Days::ALL.0 {
            let text = Days(bits).to_string();
            assert_eq!(text.parse(), Ok(Days(bits)), "{text}");
            assert_eq!(Days(bits).iter().collect::<Days>(), Days(bits));
        }
        assert_eq!((Days::WEEKDAYS | Days::SUN).to_string(), "Mon-Fri,Sun");
        assert_eq!(Days::WEEKEND.to_string(), "Sat,Sun");
        assert_eq!(Days::NONE.to_string(), "");
    }
}
