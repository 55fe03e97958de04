//! Reads a POSIX `TZ` string: the footer of a TZif file (RFC 9636 section 3.3), without its names.

use super::fault::{OffsetOf, ZoneFault};
use super::yearly::{MonthDay, YearlyRule, quarters};

/// What `?` is where it can't be: in a `const fn`.
macro_rules! or_return {
    ($result:expr) => {
        match $result {
            Ok(value) => value,
            Err(fault) => return Err(fault),
        }
    };
}
pub(super) use or_return;

/// In quarters: without an offset of its own the summer is an hour ahead.
const HOUR: i32 = 4;
/// At 02:00, where a date says nothing else.
const TWO: i32 = 2 * 60;

// What a text lacks.
pub(super) const NAME_OF_STANDARD: &str = "a name of the standard time, three letters or more or such as <+03>";
pub(super) const OFFSET_OF_STANDARD: &str =
    "the offset of the standard time, in hours west of Greenwich, such as 5 or -5:30";
pub(super) const NAME_OF_SUMMER: &str = "the end or a name of the summer time, three letters or more or such as <+03>";
pub(super) const OFFSET_OF_SUMMER: &str =
    "a comma or the offset of the summer time, in hours west of Greenwich, such as 4 or -6:30";
pub(super) const START_OF_SUMMER: &str = "a comma and the date on which the summer time begins, such as ,M3.2.0";
pub(super) const END_OF_SUMMER: &str = "a comma and the date on which the summer time ends, such as ,M11.1.0";
pub(super) const TIME_OF_DAY: &str = "a time of whole minutes from -167:59 to 167:59, such as 2 or 2:30";

/// Reads such as `<-02>2<-01>,M3.5.0/-1,M10.5.0/0`.
pub(super) const fn parse(text: &str) -> Result<YearlyRule, ZoneFault> {
    let mut text = Text { bytes: text.as_bytes(), at: 0 };
    or_return!(text.name(NAME_OF_STANDARD));
    // POSIX counts westwards.
    let standard = or_return!(text.offset(OFFSET_OF_STANDARD));
    if text.is_over() {
        return Ok(YearlyRule::unchanging(standard));
    }
    or_return!(text.name(NAME_OF_SUMMER));
    let summer = if text.next() == b',' || text.is_over() {
        or_return!(quarters((standard as i32 + HOUR) * 900, OffsetOf::Rule))
    } else {
        or_return!(text.offset(OFFSET_OF_SUMMER))
    };
    or_return!(text.skip(b',', START_OF_SUMMER));
    let start = or_return!(text.date());
    or_return!(text.skip(b',', END_OF_SUMMER));
    let end = or_return!(text.date());
    if !text.is_over() {
        return text.fault("the end");
    }
    YearlyRule::of(standard, summer, start, end)
}

/// What is read, and how far.
#[derive(Clone, Copy)]
struct Text<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl Text<'_> {
    const fn is_over(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// The next byte, 0 at the end: no byte that means anything.
    #[expect(clippy::indexing_slicing, reason = "the index is compared with the length")]
    const fn next(&self) -> u8 {
        if self.at < self.bytes.len() { self.bytes[self.at] } else { 0 }
    }

    const fn fault<T>(&self, expected: &'static str) -> Result<T, ZoneFault> {
        Err(ZoneFault::RuleText { at: self.at, expected })
    }

    const fn skip(&mut self, byte: u8, expected: &'static str) -> Result<(), ZoneFault> {
        if self.next() != byte {
            return self.fault(expected);
        }
        self.at += 1;
        Ok(())
    }

    /// Three letters or more, or in angle brackets three letters, digits and signs or more.
    const fn name(&mut self, expected: &'static str) -> Result<(), ZoneFault> {
        let start = *self;
        let quoted = self.next() == b'<';
        if quoted {
            self.at += 1;
        }
        let first = self.at;
        while self.next().is_ascii_alphabetic()
            || quoted && (self.next().is_ascii_digit() || matches!(self.next(), b'+' | b'-'))
        {
            self.at += 1;
        }
        let length = self.at - first;
        if length < 3 || quoted && self.next() != b'>' {
            return start.fault(expected);
        }
        if quoted {
            self.at += 1;
        }
        Ok(())
    }

    /// `[+-]h[:mm[:ss]]` counted westwards, as quarters of an hour east.
    const fn offset(&mut self, expected: &'static str) -> Result<i8, ZoneFault> {
        let seconds = or_return!(self.seconds(24, expected));
        quarters(-seconds, OffsetOf::Rule)
    }

    /// `Mm.w.d[/time]`.
    const fn date(&mut self) -> Result<MonthDay, ZoneFault> {
        let at = self.at;
        let fault = Err(ZoneFault::RuleDate { at });
        if self.next() != b'M' {
            return fault;
        }
        self.at += 1;
        let (Some(month), true) = (self.number(2), self.dot()) else { return fault };
        let (Some(week), true) = (self.number(1), self.dot()) else { return fault };
        let Some(weekday) = self.number(1) else { return fault };
        if month < 3 || month > 12 || week < 1 || week > 5 || weekday > 6 {
            return fault;
        }
        let mut minutes = TWO;
        if self.next() == b'/' {
            self.at += 1;
            let time = self.at;
            let seconds = or_return!(self.seconds(167, TIME_OF_DAY));
            if seconds % 60 != 0 {
                return Err(ZoneFault::RuleText { at: time, expected: TIME_OF_DAY });
            }
            minutes = seconds / 60;
        }
        Ok(MonthDay { month: month as u8, week: week as u8, weekday: weekday as u8, minutes })
    }

    const fn dot(&mut self) -> bool {
        let found = self.next() == b'.';
        if found {
            self.at += 1;
        }
        found
    }

    /// Seconds of `[+-]h[:mm[:ss]]`.
    const fn seconds(&mut self, most_hours: i32, expected: &'static str) -> Result<i32, ZoneFault> {
        let start = *self;
        let negative = self.next() == b'-';
        if negative || self.next() == b'+' {
            self.at += 1;
        }
        let Some(hours) = self.number(3) else { return start.fault(expected) };
        let mut total = hours * 3_600;
        let mut unit = 60;
        while unit > 0 && self.next() == b':' {
            self.at += 1;
            let digits = self.at;
            let Some(part) = self.number(2) else { return start.fault(expected) };
            if self.at - digits != 2 || part > 59 {
                return start.fault(expected);
            }
            total += part * unit;
            unit /= 60;
        }
        if hours > most_hours {
            return start.fault(expected);
        }
        Ok(if negative { -total } else { total })
    }

    /// Up to so many digits, and at least one.
    const fn number(&mut self, most: usize) -> Option<i32> {
        let (mut number, start) = (0, self.at);
        while self.next().is_ascii_digit() && self.at - start < most {
            number = number * 10 + (self.next() - b'0') as i32;
            self.at += 1;
        }
        if self.at > start { Some(number) } else { None }
    }
}
