//! What each field of the resource may be: a function for each, from what is written to a part of a schedule, or to what
//! is wrong with it. Where the field is, and who is told, is for the [source](crate::validate).

use crate::civil::MINUTES_PER_DAY;
use crate::days::parse_day;
use crate::local::LocalMinute;
use crate::paint::End;
use crate::schedule::{GRACE_PERIOD_MAX, NAME_MAX, REPLICAS_MAX};
use crate::{Days, Reason, TimeOfDay, Zone};

/// The one zone of a program, if it is the one asked for.
pub(crate) fn only(zone: Zone, asked: &str) -> Result<Zone, Reason<'_>> {
    if asked == zone.name() { Ok(zone) } else { Err(Reason::OtherZone { asked, built: zone }) }
}

pub(crate) fn not_empty<'a>(text: &str) -> Result<(), Reason<'a>> {
    if text.is_empty() { Err(Reason::Empty) } else { Ok(()) }
}

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

pub(crate) fn replicas<'a>(found: i64) -> Result<u32, Reason<'a>> {
    number(found, REPLICAS_MAX)
}

pub(crate) fn grace_period<'a>(found: i64) -> Result<u16, Reason<'a>> {
    number(found, GRACE_PERIOD_MAX).map(|seconds| seconds as u16)
}

/// From 0 to a number below 2^32.
fn number<'a>(found: i64, most: i64) -> Result<u32, Reason<'a>> {
    if (0..=most).contains(&found) { Ok(found as u32) } else { Err(Reason::OutOfRange { found, most }) }
}

/// The beginning of a list of so many days: none yet.
pub(crate) fn some_days<'a>(entries: usize) -> Result<Days, Reason<'a>> {
    if entries == 0 { Err(Reason::NoDays) } else { Ok(Days::NONE) }
}

pub(crate) fn day(text: &str) -> Result<Days, Reason<'_>> {
    Days::parse(text).ok_or(Reason::NotADay(text))
}

pub(crate) fn start(text: &str) -> Result<TimeOfDay, Reason<'_>> {
    TimeOfDay::parse(text).filter(|&start| start < TimeOfDay::END_OF_DAY).ok_or(Reason::NotAStart(text))
}

pub(crate) fn end(text: &str) -> Result<TimeOfDay, Reason<'_>> {
    TimeOfDay::parse(text).ok_or(Reason::NotAnEnd(text))
}

/// 0 for Monday to 6.
pub(crate) fn end_day(text: &str) -> Result<u8, Reason<'_>> {
    parse_day(text.as_bytes()).ok_or(Reason::NotASingleDay(text))
}

/// Rule 1 of the semantics: when an occurrence ends, by a window's start, its end, and the end day where it has one.
pub(crate) fn window_end<'a>(start: TimeOfDay, end: TimeOfDay, end_day: Option<u8>) -> Result<End, Reason<'a>> {
    match end_day {
        Some(day) => Ok(End::on(day, end)),
        None if end == start => Err(Reason::SameStartAndEnd(start)),
        None if end > start => Ok(End::After(end.minutes() - start.minutes())),
        None => Ok(End::After(MINUTES_PER_DAY + end.minutes() - start.minutes())),
    }
}

pub(crate) fn local_time(text: &str) -> Result<LocalMinute, Reason<'_>> {
    LocalMinute::parse(text).ok_or(Reason::NotALocalTime(text))
}

/// The local seconds of both ends of an exception.
pub(crate) fn span(start: LocalMinute, end: LocalMinute) -> Result<(u32, u32), WrongEnd> {
    if end <= start {
        return Err(WrongEnd::NotAfterStart);
    }
    start.local_seconds().zip(end.local_seconds()).ok_or(WrongEnd::TooLate)
}

/// An end that is wrong for what else there is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum WrongEnd {
    NotAfterStart,
    TooLate,
}

impl WrongEnd {
    /// Both ends are told as they are written.
    pub(crate) const fn reason<'a>(self, start: &'a str, end: &'a str) -> Reason<'a> {
        match self {
            Self::NotAfterStart => Reason::EndNotAfterStart { start, end },
            Self::TooLate => Reason::TooLate(end),
        }
    }
}
