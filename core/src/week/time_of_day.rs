//! `HH:MM`, the only way in which a schedule says a time of day.

use core::fmt;
use core::str::FromStr;

use crate::civil::MINUTES_PER_DAY;
use crate::input::ParseError;

/// A time of day in whole minutes, 00:00 to 24:00.
///
/// ```
/// use kyklos_core::TimeOfDay;
///
/// assert_eq!("09:30".parse(), Ok(TimeOfDay::constant(9, 30)));
/// assert_eq!(TimeOfDay::new(9, 30).map(TimeOfDay::minutes), Some(570));
/// assert_eq!(TimeOfDay::new(24, 1), None);
/// assert!("9:30".parse::<TimeOfDay>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay(u16);

impl TimeOfDay {
    /// 00:00, the start of a day.
    pub const MIDNIGHT: TimeOfDay = TimeOfDay(0);
    /// 24:00, which only an end may be.
    pub const END_OF_DAY: TimeOfDay = TimeOfDay(MINUTES_PER_DAY);

    /// From 00:00 to 24:00; `None` for what is no time of day.
    pub const fn new(hour: u8, minute: u8) -> Option<Self> {
        let total = hour as u16 * 60 + minute as u16;
        if minute < 60 && total <= MINUTES_PER_DAY { Some(Self(total)) } else { None }
    }

    /// A time that is known when compiling.
    ///
    /// # Panics
    ///
    /// Where [`new`](Self::new) gives `None`, so use it in a `const`: there the panic is a compile error.
    #[expect(clippy::panic, reason = "meant for constants, where it stops the build")]
    pub const fn constant(hour: u8, minute: u8) -> Self {
        match Self::new(hour, minute) {
            Some(time) => time,
            None => panic!("no time of day: 00:00 to 24:00"),
        }
    }

    /// So many minutes since midnight, 0 to 1,440; `None` above.
    pub const fn from_minutes(minutes: u16) -> Option<Self> {
        if minutes <= MINUTES_PER_DAY { Some(Self(minutes)) } else { None }
    }

    /// Minutes since midnight, 0 to 1,440.
    pub const fn minutes(self) -> u16 {
        self.0
    }

    /// Reads exactly `HH:MM`: two digits each, 00:00 to 24:00.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let &[h1, h0, b':', m1, m0] = text.as_bytes() else { return None };
        Self::new(two_digits(h1, h0)? as u8, two_digits(m1, m0)? as u8)
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// Reads exactly `HH:MM`: two digits each, 00:00 to 24:00.
impl FromStr for TimeOfDay {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::read(text).ok_or(ParseError::TIME_OF_DAY)
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
            let time = TimeOfDay::from_minutes(minutes).unwrap();
            let text = format!("{time}");
            assert_eq!(text.parse(), Ok(time), "{text}");
            assert_eq!(TimeOfDay::new((minutes / 60) as u8, (minutes % 60) as u8), Some(time));
        }
        assert_eq!(TimeOfDay::from_minutes(1_441), None);
    }

    #[test]
    fn refuses_everything_else() {
        for text in
            ["", "9:00", "09:0", "25:00", "24:01", "12:60", "09.00", "09:00 ", " 9:00", "-1:00", "٠٩:٠٠", "09:00:00"]
        {
            assert_eq!(text.parse::<TimeOfDay>(), Err(ParseError::TIME_OF_DAY), "{text:?}");
        }
        assert_eq!((TimeOfDay::new(23, 60), TimeOfDay::new(255, 255)), (None, None));
    }
}
