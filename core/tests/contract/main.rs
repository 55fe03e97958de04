//! The contract's sentences on when a window is active, each as an example that can be read beside it.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that panics is a test that fails")]

#[allow(dead_code, reason = "each test program uses its own part")]
#[path = "../common/mod.rs"]
mod common;

mod boundaries;
mod clock_changes;
mod dates;
mod exceptions;
mod holidays;
mod occurrences;
mod order;

use common::authority::{self, shown};
use common::effort::unless_miri;
use kyklos_core::{AllZones, Cause, Schedule, Spec, State, WindowSpec};

const NEW_YORK: &str = "America/New_York";

type Small = Schedule<8, 8, 64>;

fn compile(spec: &Spec) -> Small {
    let mut problems = Vec::new();
    let compiled = Small::from_spec(spec, AllZones, |problem| problems.push(problem.to_string()));
    compiled.unwrap_or_else(|invalid| panic!("{invalid}: {problems:?}"))
}

fn with_holidays(spec: &Spec, dates: &[&str]) -> Small {
    compile(&Spec { holidays: dates, ..*spec })
}

/// A schedule of one window with the value 5, and 1 by default.
fn one_window(timezone: &str, window: WindowSpec) -> Small {
    compile(&Spec { timezone, windows: &[WindowSpec { value: 5, ..window }], ..Spec::default() })
}

fn daily<'a>(start: &'a str, end: &'a str) -> WindowSpec<'a> {
    WindowSpec { start, end, ..WindowSpec::default() }
}

fn on<'a>(days: &'a [&'a str], start: &'a str, end: &'a str) -> WindowSpec<'a> {
    WindowSpec { days: Some(days), ..daily(start, end) }
}

/// The instant at which the wall clock of the schedule's zone reads `2026-03-08T01:30-05:00`. A wrong offset is an
/// error of the test.
fn at(schedule: &Small, local: &str) -> i64 {
    authority::second(schedule.zone().name().as_str(), local)
}

fn before(instant: i64) -> i64 {
    instant - 1
}

#[track_caller]
fn assert_state(schedule: &Small, local: &str, cause: Cause, value: u32) {
    assert_eq!(schedule.evaluate(at(schedule, local)).state(), State { cause, value }, "{local}");
}

/// From a start, inclusive, to an end, exclusive, both to the second, the cause is this one without a break, and the
/// boundaries say so.
#[track_caller]
fn assert_span(schedule: &Small, cause: Cause, start: &str, end: &str) {
    let (start, end) = (at(schedule, start), at(schedule, end));
    assert_ne!(schedule.evaluate(before(start)).cause(), cause, "one second before {}", shown(start));
    assert_eq!(
        schedule.evaluate(before(start)).until(),
        Some(start),
        "the boundary one second before {}",
        shown(start)
    );
    // A minute each, but for what lasts for years; since when is asked for less often, as it is a search.
    let step = unless_miri(60.max((end - start) / 600_000), (end - start) / 4);
    let mut instant = start;
    while instant < end {
        let answer = schedule.evaluate(instant);
        assert_eq!(answer.cause(), cause, "at {}", shown(instant));
        assert_eq!(answer.until(), Some(end), "the boundary after {}", shown(instant));
        if (instant - start) / step % 100 == 0 {
            assert_eq!(schedule.since(instant), Some(start), "since when at {}", shown(instant));
        }
        instant += step;
    }
    assert_eq!(schedule.since(before(end)), Some(start), "since when one second before {}", shown(end));
    assert_eq!(schedule.evaluate(before(end)).cause(), cause, "one second before {}", shown(end));
    assert_eq!(schedule.evaluate(before(end)).until(), Some(end), "the boundary one second before {}", shown(end));
    assert_ne!(schedule.evaluate(end).cause(), cause, "at {}", shown(end));
}

/// From one local time to another, exclusive, the cause is never this one, not for a second.
#[track_caller]
fn assert_never(schedule: &Small, cause: Cause, from: &str, to: &str) {
    let (mut instant, to) = (at(schedule, from), at(schedule, to));
    while instant < to {
        assert_ne!(schedule.evaluate(instant).cause(), cause, "at {}", shown(instant));
        instant = schedule.evaluate(instant).until().unwrap_or(to);
    }
}

fn hours(schedule: &Small, start: &str, end: &str) -> i64 {
    (at(schedule, end) - at(schedule, start)) / 3_600
}
