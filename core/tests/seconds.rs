//! The questions in Unix seconds: `evaluate` and `Cursor` agree with each other, and have an answer for every
//! `i64`.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that panics is a test that fails")]

#[allow(dead_code, reason = "each test program uses its own part")]
mod common;

use common::authority::{Authority, year};
use common::draw::{self, Around};
use common::effort::{cases, draw as draw_cases, every_zone, unless_miri};
use common::written::{Compiled, Written};
use kyklos_core::{Cause, Cursor};
use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use proptest::test_runner::TestCaseResult;
use proptest::{prop_assert, prop_assert_eq, prop_oneof};

/// The first and the last second, exclusive, of the years that the zones' tables know.
const FROM: i64 = 1_577_836_800;
const END: i64 = 4_102_617_600;
/// Seconds after which the Gregorian calendar repeats.
const FOUR_CENTURIES: i64 = 146_097 * 86_400;

/// A second of some years, close to a clock change more often than not, and a schedule around it.
fn around(name: &str, first: i16, last: i16) -> impl Strategy<Value = (i64, Written)> {
    let authority = Authority::of(name);
    let changes: Vec<i64> = authority.changes(year(first), year(last + 1)).iter().map(|change| change.at).collect();
    (year(first) + 20 * 86_400..year(last + 1) - 20 * 86_400, any::<bool>(), any::<u16>()).prop_flat_map(
        move |(second, close, pick)| {
            let change = changes.get(usize::from(pick) % changes.len().max(1)).copied().filter(|_| close);
            let second = change.map_or(second, |at| at.clamp(year(first) + 20 * 86_400, year(last + 1) - 20 * 86_400));
            let reading = |second: i64| {
                i32::try_from((second + authority.offset_at(second)).div_euclid(60)).expect("a minute of these years")
            };
            draw::schedule(Around { before: reading(second - 1), after: reading(second) })
                .prop_map(move |written| (second, written))
        },
    )
}

/// Steps forth and back, small and large.
fn steps() -> impl Strategy<Value = Vec<i64>> {
    let step = prop_oneof![
        4 => 0..600_i64,
        2 => -7_200..7_200_i64,
        1 => -400_000..400_000_i64,
        1 => any::<i64>().prop_map(|step| step / 1_000),
    ];
    vec(step, 1..unless_miri(120, 8))
}

#[test]
fn a_cursor_says_what_the_schedule_says() {
    every_zone(|name| {
        draw_cases(name, cases(2), &(around(name, 2020, 2099), steps()), |((start, written), steps)| {
            let schedule = written.compile(name);
            let mut cursor = Cursor::new(&schedule);
            let mut now = start - 86_400;
            for step in steps {
                now = now.saturating_add(step);
                let expected = schedule.evaluate(now);
                prop_assert_eq!(cursor.evaluate(now), expected, "at {}", now);
                // Both sides of the boundary that it remembers.
                if let Some(until) = expected.until() {
                    prop_assert_eq!(cursor.evaluate(until - 1), expected, "one second before {}", until);
                    prop_assert_eq!(cursor.evaluate(until), schedule.evaluate(until), "at {}", until);
                }
            }
            Ok(())
        })
    });
}

/// An answer, and one at its boundary that is another; no boundary within it.
fn holds_together(schedule: &Compiled, now: i64) -> TestCaseResult {
    let answer = schedule.evaluate(now);
    let state = answer.state();
    let Some(until) = answer.until() else {
        for later in [1, 86_400, 400 * 86_400].map(|step| now.saturating_add(step)) {
            prop_assert_eq!(schedule.evaluate(later).state(), state, "{} after {}, which has no boundary", later, now);
        }
        return Ok(());
    };
    prop_assert!(until > now, "the boundary {until} is not after {now}");
    prop_assert!(schedule.evaluate(until).state() != state, "the boundary {until} after {now} changes nothing");
    for within in [now + 1, now.midpoint(until), until - 1].into_iter().filter(|within| *within < until) {
        prop_assert_eq!(schedule.evaluate(within), answer, "{} and {}", now, within);
    }
    Ok(())
}

#[test]
fn every_instant_has_an_answer() {
    every_zone(|name| {
        let instant = prop_oneof![
            2 => any::<i64>(),
            1 => (0..100_000_i64).prop_map(|distance| i64::MIN + distance * 997),
            1 => (0..100_000_i64).prop_map(|distance| i64::MAX - distance * 997),
            2 => (-3_000_000..3_000_000_i64).prop_map(|distance| FROM + distance),
            2 => (-3_000_000..3_000_000_i64).prop_map(|distance| END + distance),
        ];
        let drawn = (around(name, 2020, 2099), vec(instant, unless_miri(20, 4)));
        draw_cases(name, cases(4), &drawn, |((_, written), instants)| {
            let schedule = written.compile(name);
            for now in instants.into_iter().chain([i64::MIN, i64::MAX, FROM - 1, FROM, END - 1, END]) {
                holds_together(&schedule, now)?;
            }
            Ok(())
        })
    });
}

/// After the tables' years only windows and the zone's rule count, and those repeat with the calendar.
#[test]
fn the_far_future_repeats() {
    every_zone(|name| {
        let times = (END..END + FOUR_CENTURIES, 0..700_000_000_i64);
        draw_cases(name, cases(4), &(around(name, 2020, 2099), times), |((_, written), (now, cycles))| {
            let schedule = written.compile(name);
            let distance = cycles * FOUR_CENTURIES;
            let (near, far) = (schedule.evaluate(now), schedule.evaluate(now + distance));
            prop_assert_eq!(far.state(), near.state());
            prop_assert_eq!(far.until(), near.until().map(|until| until + distance));
            prop_assert!(!matches!(near.cause(), Cause::Exception(_) | Cause::Holiday));
            Ok(())
        })
    });
}
