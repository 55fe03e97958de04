//! Schedules and what applies at instants.

use kyklos_core::json::find;
use kyklos_core::{AllZones, Calendar, Cause, Evaluation, HolidayMode, Line, Schedule, TimeZone, ZoneRules};

use crate::{Judge, LINE, Written};

/// A board's.
type Board<Z> = Schedule<16, 8, 32, Z>;

pub(crate) fn run(text: &'static str, judge: &mut Judge<'_>) {
    // The zone of the program, and the same zone as data.
    let mut schedule = Board::<TimeZone>::new(TimeZone::UTC);
    let mut calendar = Calendar::<32>::new();
    let (mut name, mut document, mut at) = ("", "", 0);
    for (number, line) in Judge::lines(text) {
        judge.line = number;
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "schedule" => {
                (name, document) = rest.split_once(' ').unwrap_or((rest, ""));
                calendar.clear();
                let set = schedule.set_json(document.as_bytes(), AllZones, |problem| {
                    judge.judge(false, format_args!("{problem}"));
                });
                if set.is_err() {
                    judge.judge(false, format_args!("that it is refused"));
                }
            }
            "calendar" => {
                for date in rest.split(' ') {
                    let right = date.parse().is_ok_and(|date| calendar.push(date).is_ok());
                    judge.judge(right, format_args!("that {date} is refused"));
                }
            }
            "at" => at = instant(rest, judge),
            _ => {
                let answer = schedule.with(&calendar).evaluate(at);
                judge_line(line, name, label(document, &schedule, &answer), at, &answer, judge);
            }
        }
    }
    as_data(text, judge);
}

/// The same with the zone as data, where it has not too many changes.
#[inline(never)]
fn as_data(text: &'static str, judge: &mut Judge<'_>) {
    let Ok(zone) = ZoneRules::<16>::of(TimeZone::UTC) else { return };
    let mut schedule = Board::new(zone);
    let mut calendar = Calendar::<32>::new();
    let (mut name, mut document, mut at, mut has_room) = ("", "", 0, false);
    for (number, line) in Judge::lines(text) {
        judge.line = number;
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "schedule" => {
                (name, document) = rest.split_once(' ').unwrap_or((rest, ""));
                calendar.clear();
                let zone = find(document.as_bytes(), "/timezone").and_then(text_of).and_then(TimeZone::get);
                let zone = zone.and_then(|zone| ZoneRules::of(zone).ok());
                has_room = zone.is_some_and(|zone| schedule.set_json(document.as_bytes(), &zone, |_| ()).is_ok());
            }
            "calendar" => rest.split(' ').for_each(|date| {
                let _ = date.parse().map(|date| calendar.push(date));
            }),
            "at" => at = instant(rest, judge),
            _ if has_room => {
                let answer = schedule.with(&calendar).evaluate(at);
                judge_line(line, name, label(document, &schedule, &answer), at, &answer, judge);
            }
            _ => {}
        }
    }
}

pub(crate) fn instant(text: &str, judge: &mut Judge<'_>) -> i64 {
    text.parse().unwrap_or_else(|_| {
        judge.judge(false, format_args!("no instant"));
        0
    })
}

/// Compares an answer, as serde-json-core writes it, with its line.
pub(crate) fn judge_line(
    line: &str,
    name: &str,
    label: Option<&str>,
    at: i64,
    answer: &Evaluation,
    judge: &mut Judge<'_>,
) {
    let mut room = [0; LINE];
    let length = serde_json_core::to_slice(&Line::new(name, label, at, answer), &mut room).unwrap_or_default();
    let found = room.get(..length).and_then(|bytes| str::from_utf8(bytes).ok()).unwrap_or_default();
    judge.judge(found == line, format_args!("{found}"));
}

/// What a window or an exception is called in the document: a schedule keeps no names.
fn label<'d, Z>(document: &'d str, schedule: &Board<Z>, answer: &Evaluation) -> Option<&'d str> {
    let named = |list, index| {
        let pointer = Written::new(format_args!("/{list}/{index}/name"));
        find(document.as_bytes(), pointer.text()).and_then(text_of)
    };
    match answer.cause() {
        Cause::Window(index) => named("windows", index),
        Cause::Exception(index) => named("exceptions", index),
        Cause::Holiday if schedule.holiday_mode() == HolidayMode::TreatAsOpen => Some("Holiday-Open"),
        Cause::Holiday => Some("Holiday-Closed"),
        _ => Some("OffHours"),
    }
}

/// A text without its quotes; there are no escapes in these.
fn text_of(json: &[u8]) -> Option<&str> {
    str::from_utf8(json).ok()?.strip_prefix('"')?.strip_suffix('"')
}
