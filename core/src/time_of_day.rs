//! `HH:MM`, the only way in which a schedule says a time of day.

use core::fmt;

use crate::civil::MINUTES_PER_DAY;

/// A time of day in whole minutes, 00:00 to 24:00.
///
/// ```
/// use kyklos_core::TimeOfDay;
///
/// assert_eq!(TimeOfDay::parse("09:30").map(TimeOfDay::minutes), Some(570));
/// assert_eq!(TimeOfDay::parse("9:30"), None);
/// assert_eq!(TimeOfDay::parse("24:01"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeOfDay(u16);

impl TimeOfDay {
    /// 24:00, which only an end may be.
    pub const END_OF_DAY: TimeOfDay = TimeOfDay(MINUTES_PER_DAY);

    /// Reads exactly `HH:MM`: two digits each, 00:00 to 24:00.
    pub fn parse(text: &str) -> Option<Self> {
        let &[h1, h0, b':', m1, m0] = text.as_bytes() else { return None };
        let hours = two_digits(h1, h0)?;
        let minutes = two_digits(m1, m0)?;
        let total = hours * 60 + minutes;
        (minutes < 60 && total <= MINUTES_PER_DAY).then_some(Self(total))
    }

    /// Minutes since midnight, 0 to 1,440.
    pub const fn minutes(self) -> u16 {
        self.0
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// The value of two decimal digits.
#[inline(never)]
pub(crate) fn two_digits(tens: u8, ones: u8) -> Option<u16> {
    (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| u16::from(tens - b'0') * 10 + u16::from(ones - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    #[test]
    fn reads_what_it_writes() {
        for minutes in (0..=MINUTES_PER_DAY).step_by(if cfg!(miri) { 97 } else { 1 }) {
            let text = format!("{}", TimeOfDay(minutes));
            assert_eq!(TimeOfDay::parse(&text), Some(TimeOfDay(minutes)), "{text}");
        }
    }

    #[test]
    fn refuses_everything_else() {
        for text in
            ["", "9:00", "09:0", "25:00", "24:01", "12:60", "09.00", "09:00 ", " 9:00", "-1:00", "٠٩:٠٠", "09:00:00"]
        {
            assert_eq!(TimeOfDay::parse(text), None, "{text:?}");
        }
    }
}
