//! What each field of a schedule may be: a function for each, from what is written to a part of a schedule, or to what is wrong with
//! it. Where the field is, and who is told, is for the [source](super::from_spec).

use crate::schedule::{NAME_MAX, VALUE_MAX};
use crate::{Days, Exception, Holiday, HolidayMode, LocalMinute, Reason, TimeOfDay, Weekday, Window};

/// A name of so many characters.
pub(crate) fn name<'a>(found: usize) -> Result<(), Reason<'a>> {
    if found > NAME_MAX { Err(Reason::NameTooLong { found }) } else { Ok(()) }
}

/// The number of characters.
pub(crate) fn characters(text: &str) -> usize {
    // Every byte but the later ones of a character.
    text.bytes().filter(|byte| byte & 0b1100_0000 != 0b1000_0000).count()
}

/// A list of so many entries, where there is room for so many.
pub(crate) fn room<'a>(found: usize, most: usize) -> Result<(), Reason<'a>> {
    if found > most { Err(Reason::TooMany { found, most }) } else { Ok(()) }
}

/// A value, from 0 to [`VALUE_MAX`].
pub(crate) const fn value_of<'a>(found: i64) -> Result<u32, Reason<'a>> {
    let most = VALUE_MAX as i64;
    if found >= 0 && found <= most { Ok(found as u32) } else { Err(Reason::OutOfRange { found, most }) }
}

/// The value of a holiday beside its mode.
pub(crate) fn holiday_value<'a>(mode: HolidayMode, found: Option<i64>) -> Result<Option<u32>, Reason<'a>> {
    match found {
        None => Ok(None),
        Some(_) if mode == HolidayMode::Ignore => Err(Reason::HolidaysIgnored),
        Some(found) => value_of(found).map(Some),
    }
}

/// The beginning of a list of so many days: none yet.
pub(crate) fn some_days<'a>(entries: usize) -> Result<Days, Reason<'a>> {
    if entries == 0 { Err(Reason::NoDays) } else { Ok(Days::NONE) }
}

pub(crate) fn day(text: &str) -> Result<Days, Reason<'_>> {
    Days::entry(text).ok_or(Reason::NotADay(text))
}

pub(crate) fn start(text: &str) -> Result<TimeOfDay, Reason<'_>> {
    TimeOfDay::read(text).filter(|&start| start < TimeOfDay::END_OF_DAY).ok_or(Reason::NotAStart(text))
}

pub(crate) fn end(text: &str) -> Result<TimeOfDay, Reason<'_>> {
    TimeOfDay::read(text).ok_or(Reason::NotAnEnd(text))
}

pub(crate) fn end_day(text: &str) -> Result<Weekday, Reason<'_>> {
    Weekday::read(text.as_bytes()).ok_or(Reason::NotASingleDay(text))
}

pub(crate) fn local_time(text: &str) -> Result<LocalMinute, Reason<'_>> {
    LocalMinute::read(text).ok_or(Reason::NotALocalTime(text))
}

pub(crate) fn holiday(text: &str) -> Result<Holiday, Reason<'_>> {
    Holiday::parse(text)
}

/// A window of fields that are right by themselves. What is wrong with them together is told of the end.
#[inline(never)]
pub(crate) const fn window(
    days: Days,
    (start, end, end_day): (TimeOfDay, TimeOfDay, Option<Weekday>),
    value: u32,
) -> Result<Window, Reason<'static>> {
    match end_day {
        Some(end_day) => Window::ending_on(days, start, end_day, end, value),
        None => Window::new(days, start, end, value),
    }
}

/// An exception of fields that are right by themselves. What is wrong with them together is told of the end.
#[inline(never)]
pub(crate) const fn exception(start: LocalMinute, end: LocalMinute, value: u32) -> Result<Exception, Reason<'static>> {
    Exception::new(start, end, value)
}
