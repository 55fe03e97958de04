//! The core against an oracle that walks minute by minute: random schedules in every zone, around every clock change
//! from 2020 to 2040 and at random instants.
//!
//! The oracle is written from the contract's words alone, with jiff for the zones, and shares no code with the core.
//! `KYKLOS_CASES` and `KYKLOS_SEED` set how much is tried: see `common/effort.rs`.
//!
//! Not for Miri, to which a single walk is half a minute: there the core's own code runs in the other test programs.
#![cfg(not(miri))]
#![allow(clippy::expect_used, clippy::panic, reason = "a test that panics is a test that fails")]

#[allow(dead_code, reason = "each test program uses its own part")]
#[path = "../common/mod.rs"]
mod common;
mod every_minute;
mod far;
mod itself;
mod timeline;
mod walk;

use common::authority::{self, Authority, Change, shown};
use common::draw::{self, Around};
use common::effort::{cases, draw as draw_cases, every_zone};
use common::written::Compiled;
use kyklos_core::{Evaluate, Evaluation, TimeZone};
use proptest::prelude::TestCaseError;
use proptest::test_runner::TestCaseResult;
use timeline::{Next, Timeline};
use walk::{MARGIN, Walk};

const HOUR: i32 = 60;
const DAY: i32 = 24 * HOUR;
/// How long before and after its anchor a schedule is asked about.
const BEHIND: i32 = 3 * DAY;
const ASKED_AHEAD: i32 = 4 * DAY;
/// How far after the last of these instants a boundary is looked for. Windows come back after a week.
const HORIZON: i32 = 8 * DAY;

#[test]
fn every_clock_change_from_2020_to_2040() {
    every_zone(|name| {
        let authority = Authority::of(name);
        let changes = authority.changes(authority::year(2020), authority::year(2041));
        for change in &changes {
            check_around(name, &authority, *change, cases(2))?;
        }
        // Where the core alone believes in a change, any schedule around it may tell.
        for at in believed(name).filter(|at| changes.iter().all(|change| change.at != *at)) {
            check_around(name, &authority, no_change(&authority, at), cases(2))?;
        }
        Ok(())
    });
}

/// The changes that the core says there are.
fn believed(name: &str) -> impl Iterator<Item = i64> {
    let zone = TimeZone::get(name).expect("one of the core's names");
    let next = move |after: i64| {
        let (change, _) = zone.next_transition(after)?;
        Some(change).filter(|at| *at < authority::year(2041))
    };
    std::iter::successors(next(authority::year(2020)), move |at| next(*at))
}

/// An instant like any other.
fn no_change(authority: &Authority, at: i64) -> Change {
    let offset = authority.offset_at(at);
    Change { at, before: offset, after: offset }
}

#[test]
fn random_instants_from_2020_to_2040() {
    random_instants(2020, 2040, 6);
}

/// What the release says goes on: mostly a rule, but Gaza's changes are a list up to 2086.
#[test]
fn random_instants_from_2041_to_2099() {
    random_instants(2041, 2099, 4);
}

/// Later there are no exceptions and no holidays any more, and the zones' rules go on.
#[test]
fn random_instants_up_to_2300() {
    random_instants(2100, 2300, 2);
}

fn random_instants(first: i16, last: i16, usual: u32) {
    // A window of a week before the first year may reach into it, and the core knows no offsets before 2020. Exceptions
    // are drawn around the instant, and none ends after 2099.
    let margin = if last == 2099 { 20 * DAY } else { 0 };
    let from = i32::try_from(authority::year(first) / 60).expect("a minute") + 20 * DAY;
    let to = i32::try_from(authority::year(last + 1) / 60).expect("a minute") - margin;
    every_zone(|name| {
        let authority = Authority::of(name);
        draw_cases(name, cases(usual), &(from..to), |minute| {
            let instant = no_change(&authority, i64::from(minute) * 60);
            check_around(name, &authority, instant, 1).map_err(TestCaseError::fail)
        })
    });
}

/// Random schedules around a clock change, or around any instant.
fn check_around(name: &str, authority: &Authority, change: Change, cases: u32) -> Result<(), String> {
    let anchor = i32::try_from(change.at / 60).expect("a minute");
    let reading = |offset: i64| anchor + i32::try_from(offset / 60).expect("an offset below a day");
    let around = Around { before: reading(change.before), after: reading(change.after) };
    let walk = Walk::new(authority, anchor - BEHIND - MARGIN, anchor + ASKED_AHEAD + HORIZON + MARGIN);
    let label = format!("{name} around {}", shown(change.at));
    let special = change.at < authority::year(2100);
    draw_cases(&label, cases, &draw::schedule(around), |mut written| {
        if !special {
            written.exceptions.clear();
        }
        check(&written.compile(name), &Timeline::new(&walk, &written), anchor)
    })
}

fn check(schedule: &Compiled, timeline: &Timeline, anchor: i32) -> TestCaseResult {
    for second in instants(timeline, anchor) {
        compare(schedule, timeline, second)?;
    }
    Ok(())
}

/// Every minute of some hours around the anchor, quarters of an hour in the days around it, odd seconds, and both sides
/// of every boundary.
fn instants(timeline: &Timeline, anchor: i32) -> impl Iterator<Item = i64> {
    let odd_second = |minute: i32| i64::from(minute) * 60 + i64::from(minute.wrapping_mul(37).rem_euclid(60));
    let close = (anchor - 3 * HOUR..anchor + 3 * HOUR).map(odd_second);
    let quarters = (anchor - 2 * DAY..anchor + 3 * DAY).step_by(15).map(|minute| i64::from(minute) * 60);
    let asked = i64::from(anchor - BEHIND) * 60 + 1..i64::from(anchor + ASKED_AHEAD) * 60;
    let boundaries = timeline.boundaries().into_iter().filter(move |second| asked.contains(second));
    close.chain(quarters).chain(boundaries.flat_map(|second| [second - 1, second, second + 1]))
}

/// The answer, if it is the oracle's as far as that looks ahead.
fn compare(schedule: &dyn Evaluate, timeline: &Timeline, second: i64) -> Result<Evaluation, TestCaseError> {
    let (state, next) = timeline.at(second);
    let answer = schedule.evaluate(second);
    if answer.state() != state {
        return Err(TestCaseError::fail(format!("at {}: expected {state:?}, got {:?}", shown(second), answer.state())));
    }
    let until = answer.until();
    let right = match next {
        Next::At(expected) => until == Some(expected),
        Next::From(horizon) => until.is_none_or(|until| until >= horizon),
    };
    if right {
        return Ok(answer);
    }
    let expected = match next {
        Next::At(second) => shown(second),
        Next::From(second) => format!("{} or later or none", shown(second)),
    };
    let got = until.map(shown);
    Err(TestCaseError::fail(format!("after {}: expected the boundary {expected}, got {got:?}", shown(second))))
}
