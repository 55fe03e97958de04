//! Weekdays by name, one by one and in ranges.

use chrono::Weekday;

/// Some days of the week.
///
/// ```
/// use kyklos_core::Days;
///
/// let days = Days::parse("fri-Monday").ok_or("no days")?; // a range may wrap
/// assert!(days.contains(chrono::Weekday::Sun));
/// assert!(!days.contains(chrono::Weekday::Tue));
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days(u8);

impl Days {
    /// Every day.
    pub const ALL: Days = Days(0b111_1111);
    /// No day.
    pub const NONE: Days = Days(0);

    /// Reads a day (`Monday` or `Mon`, in any letter case) or a range of two of them (`Mon-Fri`, `Fri-Mon`).
    #[inline(never)]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.as_bytes();
        let Some(dash) = text.iter().position(|&byte| byte == b'-') else {
            return parse_day(text).map(|day| Self(1 << day));
        };
        let (from, to) = (parse_day(text.get(..dash)?)?, parse_day(text.get(dash + 1..)?)?);
        let (up_to, from_on) = (0b111_1111 >> (6 - to), 0b111_1111 << from & 0b111_1111);
        // A range that wraps is what both of its parts have.
        Some(Self(if from <= to { up_to & from_on } else { up_to | from_on }))
    }

    /// The days of both.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether a day is among them.
    pub fn contains(self, day: Weekday) -> bool {
        self.0 & Self::from(day).0 != 0
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether the day of this number, 0 for Monday, is among them.
    pub(crate) const fn has(self, number: u16) -> bool {
        self.0 & (1 << number) != 0
    }
}

impl From<Weekday> for Days {
    fn from(day: Weekday) -> Self {
        Self(1 << day.num_days_from_monday())
    }
}

/// Reads a single day, `Monday` or `Mon` in any letter case: 0 for Monday to 6.
pub(crate) fn parse_day(text: &[u8]) -> Option<u8> {
    const NAMES: [&[u8]; 7] = [b"monday", b"tuesday", b"wednesday", b"thursday", b"friday", b"saturday", b"sunday"];
    let is_day = |name: &&[u8]| {
        let whole = text.len() == 3 || text.len() == name.len();
        whole && name.iter().zip(text).all(|(a, b)| *a == b.to_ascii_lowercase())
    };
    NAMES.iter().position(is_day).and_then(|day| u8::try_from(day).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

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
            assert_eq!(Days::parse(text), Some(Days(days)), "{text}");
        }
    }

    #[test]
    fn refuses_everything_else() {
        for text in ["", "Mo", "Mond", "Mon-", "-Mon", "Mon-Fri-Sun", "Mon - Fri", "Mon,Tue", " Mon", "Weekday", "1"] {
            assert_eq!(Days::parse(text), None, "{text:?}");
        }
    }
}
