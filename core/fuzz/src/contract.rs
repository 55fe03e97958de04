//! What the contract takes and what it refuses, from its words alone.

use jiff::civil;
use kyklos_core::{HolidayMode, Spec, TimeZone};

use crate::oracle::{Dates, YEARS, day_of, runs};

const NAMES: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// The fields of a spec that are refused by a schedule with room for three windows, two exceptions and four holidays.
pub(crate) fn wrong(spec: &Spec<'_>) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut refuse = |refused: bool, field: String| {
        if refused {
            wrong.push(field);
        }
    };
    refuse(!TimeZone::names().any(|name| name == spec.timezone), "timezone".to_owned());
    refuse(!is_count(spec.default_value), "defaultReplicas".to_owned());
    refuse(spec.windows.len() > 3, "windows".to_owned());
    for (index, window) in spec.windows.iter().enumerate() {
        let field = |name: &str| format!("windows[{index}].{name}");
        refuse(is_long(window.name), field("name"));
        refuse(window.days.is_some_and(<[_]>::is_empty), field("days"));
        for (day, text) in window.days.into_iter().flatten().enumerate() {
            refuse(days(text).is_none(), field(&format!("days[{day}]")));
        }
        refuse(!is_time(window.start) || window.start == "24:00", field("start"));
        let same = window.start == window.end && window.end_day.is_none() && window.end != "24:00";
        refuse(!is_time(window.end) || same, field("end"));
        refuse(window.end_day.is_some_and(|text| day(text).is_none()), field("endDay"));
        refuse(!is_count(window.value), field("replicas"));
    }
    refuse(spec.exceptions.len() > 2, "exceptions".to_owned());
    for (index, exception) in spec.exceptions.iter().enumerate() {
        let field = |name: &str| format!("exceptions[{index}].{name}");
        let (start, end) = (local_time(exception.start), local_time(exception.end));
        refuse(is_long(exception.name), field("name"));
        refuse(start.is_none(), field("start"));
        let both = start.zip(end).is_some_and(|(start, end)| end <= start || is_late(end));
        refuse(end.is_none() || both, field("end"));
        refuse(!is_count(exception.value), field("replicas"));
    }
    let ignored = spec.holiday_mode == HolidayMode::Ignore;
    refuse(spec.holiday_value.is_some_and(|value| ignored || !is_count(value)), "holidayReplicas".to_owned());
    let holidays: Vec<_> = spec.holidays.iter().map(|text| holiday(text)).collect();
    for (index, holiday) in holidays.iter().enumerate() {
        refuse(holiday.is_none(), format!("holidays[{index}]"));
    }
    let holidays: Vec<_> = holidays.into_iter().flatten().collect();
    refuse(runs(&holidays).len() > 4, "holidays".to_owned());
    wrong
}

/// "A whole number from 0 to 2,147,483,647."
pub(crate) fn is_count(number: i64) -> bool {
    i32::try_from(number).is_ok_and(|number| number >= 0)
}

fn is_long(name: Option<&str>) -> bool {
    name.is_some_and(|name| name.chars().count() > 63)
}

/// The number of a weekday, 0 for Monday.
pub(crate) fn day(text: &str) -> Option<u8> {
    let text = text.to_ascii_lowercase();
    (0..).zip(NAMES).find(|(_, name)| text == *name || name.get(..3) == Some(&text)).map(|(number, _)| number)
}

/// The days of one entry of a list, a bit for each, the lowest one Monday.
pub(crate) fn days(text: &str) -> Option<u8> {
    let mut ends = text.split('-').map(day);
    let (from, to, more) = (ends.next()??, ends.next(), ends.next());
    let to = to.unwrap_or(Some(from))?;
    let length = (7 + to - from) % 7;
    more.is_none().then(|| (0..=length).fold(0, |all, day| all | 1 << ((from + day) % 7)))
}

pub(crate) fn is_time(text: &str) -> bool {
    text == "24:00" || has_form(text, "__:__") && text.parse::<civil::Time>().is_ok()
}

pub(crate) fn local_time(text: &str) -> Option<civil::DateTime> {
    has_form(text, "____-__-__T__:__").then(|| text.parse().ok())?
}

/// "No release says what the clocks will do then."
pub(crate) fn is_late(end: civil::DateTime) -> bool {
    end > civil::date(2100, 1, 1).at(0, 0, 0, 0)
}

pub(crate) fn date(text: &str) -> Option<civil::Date> {
    has_form(text, "____-__-__").then(|| text.parse().ok())?
}

/// The month and the day of a date of every year: of leap years, at least.
pub(crate) fn yearly_date(text: &str) -> Option<(i8, i8)> {
    let date: civil::Date = has_form(text, "__-__").then(|| format!("2024-{text}").parse().ok())??;
    Some((date.month(), date.day()))
}

/// A date, a range, a date of every year or a range of every year, if any of it counts.
pub(crate) fn holiday(text: &str) -> Option<Dates> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    if let (Some(first), Some(last)) = (yearly_date(first), yearly_date(last)) {
        return Some(Dates::Yearly(first, last));
    }
    let (first, last) = (day_of(date(first)?), day_of(date(last)?));
    (first <= last && first < YEARS.end && last >= YEARS.start).then_some(Dates::Once(first, last))
}

/// Whether a text has digits where the pattern has `_`, and otherwise is as the pattern.
fn has_form(text: &str, pattern: &str) -> bool {
    let fits = |(found, wanted): (u8, u8)| if wanted == b'_' { found.is_ascii_digit() } else { found == wanted };
    text.len() == pattern.len() && text.bytes().zip(pattern.bytes()).all(fits)
}
