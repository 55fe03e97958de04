//! Schedules around clock changes, and what the oracle says of them.

use std::fmt::Write;

use jiff::Timestamp;
use kyklos_core::{Cause, HolidayMode, State};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::common::authority::{Authority, year};
use crate::common::draw::{self, Around};
use crate::common::written::Written;
use crate::timeline::{Next, Timeline};
use crate::walk::{MARGIN, Walk};

const DAY: i32 = 1_440;
/// How far ahead boundaries are looked for.
const AHEAD: i32 = 120 * DAY;

/// Each with the year from which on a change of its clocks is taken.
const ZONES: [(&str, i16); 16] = [
    ("America/New_York", 2026),
    ("Europe/Zurich", 2026),
    ("Europe/Dublin", 2027),
    ("Australia/Lord_Howe", 2026),
    ("Africa/Casablanca", 2026),
    ("Asia/Gaza", 2027),
    ("Africa/Cairo", 2028),
    ("Antarctica/Troll", 2026),
    ("America/Vancouver", 2025),
    ("America/Nuuk", 2026),
    ("America/St_Johns", 2026),
    ("Pacific/Auckland", 2030),
    ("America/Santiago", 2029),
    ("Asia/Kathmandu", 2026),
    ("Asia/Tokyo", 2050),
    ("Etc/UTC", 2026),
];

/// A schedule, and instants with the oracle's answers.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) zone: &'static str,
    pub(crate) written: Written,
    /// How many of the holidays, from the last on, are in a calendar beside it.
    shared: usize,
    pub(crate) asked: Vec<(i64, State, Option<i64>)>,
}

pub(crate) fn cases() -> Vec<Case> {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[14; 32]);
    let mut runner = TestRunner::new_with_rng(Config { failure_persistence: None, ..Config::default() }, rng);
    let mut cases = Vec::new();
    for (zone, from) in ZONES {
        let authority = Authority::of(zone);
        let first = authority.changes(year(from), year(from + 2)).first().copied();
        let at = first.map_or(year(from) + 100 * 86_400, |change| change.at);
        let anchor = i32::try_from(at / 60).unwrap();
        let reading = |second: i64| anchor + i32::try_from(authority.offset_at(second) / 60).unwrap();
        let around = Around { before: reading(at - 1), after: reading(at) };
        let walk = Walk::new(&authority, anchor - 4 * DAY - MARGIN, anchor + AHEAD + MARGIN);
        let mut number = 0;
        while number < 3 {
            let mut written = draw::schedule(around).new_tree(&mut runner).expect("a schedule").current();
            // One of each zone is a week alone, in which the changes of the clocks are all there is.
            if number == 0 {
                (written.exceptions, written.holidays) = (Vec::new(), Vec::new());
            }
            let timeline = Timeline::new(&walk, &written);
            let shared = if number == 2 { written.holidays.len().min(2) } else { 0 };
            let asked: Vec<_> =
                instants(&timeline, anchor).into_iter().filter_map(|at| answer(&timeline, &written, at)).collect();
            // One of which nothing can be told is none.
            if asked.len() < 4 {
                continue;
            }
            let name = format!("{}/{number}", zone.to_lowercase().replace(['/', '_'], "-"));
            cases.push(Case { name, zone, shared, asked, written });
            number += 1;
        }
    }
    cases
}

/// Around the change, and at the boundaries about it.
fn instants(timeline: &Timeline, anchor: i32) -> Vec<i64> {
    let second = |minutes: i32| i64::from(anchor + minutes) * 60;
    let near = timeline.boundaries().into_iter().filter(|at| (second(-2 * DAY)..second(3 * DAY)).contains(at));
    let near: Vec<_> = near.collect();
    let step = (near.len() / 4).max(1);
    let mut instants: Vec<_> = near.into_iter().step_by(step).flat_map(|at| [at - 1, at]).take(8).collect();
    instants.extend([second(-DAY) + 7, second(0) - 1, second(0), second(DAY + 77) + 31]);
    instants.sort_unstable();
    instants.dedup();
    instants
}

/// What the oracle says, where it can say it all.
fn answer(timeline: &Timeline, written: &Written, at: i64) -> Option<(i64, State, Option<i64>)> {
    let (state, next) = timeline.at(at);
    let until = match next {
        Next::At(until) => Some(until),
        // Exceptions are near the change; so behind them nothing comes any more.
        Next::From(_) if written.windows.is_empty() && written.holidays.is_empty() => None,
        Next::From(_) => return None,
    };
    Some((at, state, until))
}

pub(crate) fn text(cases: &[Case]) -> String {
    let mut text = "# Made by the oracle: see README.md.\n".to_owned();
    for case in cases {
        let dates: Vec<String> = case.written.holidays.iter().map(|holiday| format!("{holiday:?}")).collect();
        let (own, shared) = dates.split_at(dates.len() - case.shared);
        writeln!(text, "\nschedule {} {}", case.name, json(case, own)).unwrap();
        if !shared.is_empty() {
            writeln!(text, "calendar {}", shared.join(" ")).unwrap();
        }
        for &(at, state, until) in &case.asked {
            let label = match state.cause {
                Cause::Window(index) => format!("w{index}"),
                Cause::Exception(index) => format!("e{index}"),
                Cause::Holiday if case.written.holiday_mode == HolidayMode::TreatAsOpen => "Holiday-Open".to_owned(),
                Cause::Holiday => "Holiday-Closed".to_owned(),
                _ => "OffHours".to_owned(),
            };
            let label = format!("\"{label}\"");
            writeln!(text, "at {at}\n{}", line(&case.name, at, state, &label, until)).unwrap();
        }
    }
    text
}

/// A line as `kyklos eval -o json` prints it.
pub(crate) fn line(name: &str, at: i64, state: State, label: &str, until: Option<i64>) -> String {
    let instant = |at: i64| Timestamp::from_second(at).expect("an instant").to_string();
    let (kind, index) = match state.cause {
        Cause::Window(index) => ("window", index.to_string()),
        Cause::Exception(index) => ("exception", index.to_string()),
        Cause::Holiday => ("holiday", "null".to_owned()),
        _ => ("default", "null".to_owned()),
    };
    let until = until.map_or("null".to_owned(), |until| format!("\"{}\"", instant(until)));
    format!(
        r#"{{"name":"{name}","at":"{}","kind":"{kind}","index":{index},"label":{label},"replicas":{},"until":{until}}}"#,
        instant(at),
        state.value
    )
}

fn json(case: &Case, holidays: &[String]) -> String {
    case.written.with_spec(case.zone, |spec| {
        let list = |entries: Vec<String>| format!("[{}]", entries.join(","));
        let days = |days: &[&str]| format!("\"days\":{},", list(days.iter().map(|day| format!("\"{day}\"")).collect()));
        let windows = (0..).zip(spec.windows).map(|(index, window): (usize, _)| {
            let days = window.days.map(days).unwrap_or_default();
            let end_day = window.end_day.map(|day| format!("\"endDay\":\"{day}\",")).unwrap_or_default();
            let (start, end, value) = (window.start, window.end, window.value);
            format!(r#"{{"name":"w{index}",{days}"start":"{start}","end":"{end}",{end_day}"replicas":{value}}}"#)
        });
        let exceptions = (0..).zip(spec.exceptions).map(|(index, exception): (usize, _)| {
            let (start, end, value) = (exception.start, exception.end, exception.value);
            format!(r#"{{"name":"e{index}","start":"{start}","end":"{end}","replicas":{value}}}"#)
        });
        let value = spec.holiday_value.map(|value| format!("\"holidayReplicas\":{value},")).unwrap_or_default();
        format!(
            r#"{{"timezone":"{}","defaultReplicas":{},"windows":{},"exceptions":{},"holidayMode":"{}",{value}"holidays":{}}}"#,
            spec.timezone,
            spec.default_value,
            list(windows.collect()),
            list(exceptions.collect()),
            spec.holiday_mode,
            list(holidays.iter().map(|date| format!("\"{date}\"")).collect()),
        )
    })
}
