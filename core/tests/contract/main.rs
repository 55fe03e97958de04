//! The contract's sentences on when a window is active, each as an example that can be read beside it.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that panics is a test that fails")]

#[allow(dead_code, reason = "each test program uses its own part")]
#[path = "../common/mod.rs"]
mod common;

mod boundaries;
mod clock_changes;
mod exceptions;
mod holidays;
mod occurrences;
mod order;

use chrono::{DateTime, TimeDelta, Utc};
use common::authority;
use common::effort::unless_miri;
use kyklos_core::{Cause, Schedule, Spec, State, WindowSpec, parse_date};

const NEW_YORK: &str = "America/New_York";

type Small = Schedule<8, 8, 64>;

fn compile(spec: &Spec) -> Small {
    let mut problems = Vec::new();
    let compiled = Small::new(spec, |problem| problems.push(problem.to_string()));
    compiled.unwrap_or_else(|invalid| panic!("{invalid}: {problems:?}"))
}

fn with_holidays(spec: &Spec, dates: &[&str]) -> Small {
    let mut schedule = compile(spec);
    let dates = dates.iter().map(|date| parse_date(date).unwrap_or_else(|| panic!("{date} is no date")));
    schedule.set_holidays(dates).expect("64 holidays at most");
    schedule
}

/// A schedule of one window with 5 replicas, and 1 by default.
fn one_window(timezone: &str, window: WindowSpec) -> Small {
    compile(&Spec { timezone, windows: &[WindowSpec { replicas: 5, ..window }], ..Spec::default() })
}

fn daily<'a>(start: &'a str, end: &'a str) -> WindowSpec<'a> {
    WindowSpec { start, end, ..WindowSpec::default() }
}

fn on<'a>(days: &'a [&'a str], start: &'a str, end: &'a str) -> WindowSpec<'a> {
    WindowSpec { days: Some(days), ..daily(start, end) }
}

/// The instant at which the wall clock of the schedule's zone reads `2026-03-08T01:30-05:00`. A wrong offset is an
/// error of the test.
fn at(schedule: &Small, local: &str) -> DateTime<Utc> {
    DateTime::from_timestamp(authority::second(&schedule.zone().name(), local), 0).expect("an instant")
}

fn before(instant: DateTime<Utc>) -> DateTime<Utc> {
    instant - TimeDelta::seconds(1)
}

#[track_caller]
fn assert_state(schedule: &Small, local: &str, cause: Cause, replicas: u32) {
    assert_eq!(schedule.state_at(at(schedule, local)), State { cause, replicas }, "{local}");
}

/// From a start, inclusive, to an end, exclusive, both to the second, the cause is this one without a break, and the
/// boundaries say so.
#[track_caller]
fn assert_span(schedule: &Small, cause: Cause, start: &str, end: &str) {
    let (start, end) = (at(schedule, start), at(schedule, end));
    assert_ne!(schedule.state_at(before(start)).cause, cause, "one second before {start}");
    assert_eq!(schedule.next_boundary(before(start)), Some(start), "the boundary one second before {start}");
    let step = unless_miri(TimeDelta::seconds(60), (end - start) / 4);
    let mut instant = start;
    while instant < end {
        let decision = schedule.decision_at(instant);
        assert_eq!(decision.state.cause, cause, "at {instant}");
        assert_eq!(decision.until, Some(end), "the boundary after {instant}");
        instant += step;
    }
    assert_eq!(schedule.state_at(before(end)).cause, cause, "one second before {end}");
    assert_eq!(schedule.next_boundary(before(end)), Some(end), "the boundary one second before {end}");
    assert_ne!(schedule.state_at(end).cause, cause, "at {end}");
}

/// From one local time to another, exclusive, the cause is never this one, not for a second.
#[track_caller]
fn assert_never(schedule: &Small, cause: Cause, from: &str, to: &str) {
    let (mut instant, to) = (at(schedule, from), at(schedule, to));
    while instant < to {
        assert_ne!(schedule.state_at(instant).cause, cause, "at {instant}");
        instant = schedule.next_boundary(instant).unwrap_or(to);
    }
}

fn hours(schedule: &Small, start: &str, end: &str) -> i64 {
    at(schedule, end).signed_duration_since(at(schedule, start)).num_hours()
}
