//! Boundaries form a chain: whatever a schedule means, `state_at`, `next_boundary` and `decision_at` tell one story.
//!
//! This needs no oracle, so it also covers instants that nobody has an authority for.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that panics is a test that fails")]

#[allow(dead_code, reason = "each test program uses its own part")]
mod common;

use chrono::{DateTime, TimeDelta, Utc};
use common::authority::{Authority, year};
use common::draw::{self, Around};
use common::effort::{cases, draw as draw_cases, every_zone, unless_miri};
use common::written::{Compiled, Written};
use kyklos_core::{Cause, Decision};
use proptest::prelude::{Strategy, TestCaseError, any};
use proptest::test_runner::TestCaseResult;
use proptest::{prop_assert, prop_assert_eq};

/// How many boundaries a chain is followed for.
const STEPS: usize = unless_miri(60, 2);

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(second, 0).expect("an instant that chrono knows")
}

/// A schedule around some second of some years, that second, and a number to sample by.
fn cases_of(name: &str, first: i16, last: i16) -> impl Strategy<Value = (i64, Written, u64)> {
    let authority = Authority::of(name);
    let special = last < 2100;
    (year(first)..year(last + 1), any::<u64>()).prop_flat_map(move |(second, samples)| {
        let reading = (second + authority.offset_at(second)).div_euclid(60);
        let reading = i32::try_from(reading).expect("a minute of these centuries");
        draw::schedule(Around { before: reading, after: reading }).prop_map(move |mut written| {
            if !special {
                written.exceptions.clear();
            }
            (second - 86_400, written, samples)
        })
    })
}

fn chains(first: i16, last: i16, usual: u32) {
    every_zone(|name| {
        draw_cases(name, cases(usual), &cases_of(name, first, last), |(second, written, samples)| {
            follow(&written.compile(name), at(second), samples)
        })
    });
}

#[test]
fn chains_from_2020_to_2040() {
    chains(2020, 2040, 8);
}

/// What is drawn around an instant has to end before 2100.
#[test]
fn chains_up_to_2099() {
    chains(2041, 2098, 2);
}

/// Where the core knows no history, and where no release goes: what it says must still hold together.
#[test]
#[cfg_attr(miri, ignore = "the longest of the chains, a minute for Miri; `seconds` asks about these centuries")]
fn chains_of_other_centuries() {
    chains(1900, 2019, 2);
    chains(2100, 2600, 2);
}

fn follow(schedule: &Compiled, start: DateTime<Utc>, samples: u64) -> TestCaseResult {
    let mut sampled = samples;
    let mut now = start;
    for _ in 0..STEPS {
        let decision = agreed(schedule, now)?;
        let Some(until) = decision.until else {
            return never_again(schedule, now, decision);
        };
        prop_assert!(until > now, "the boundary {until} is not after {now}");
        prop_assert_eq!(until.timestamp_subsec_nanos(), 0, "a boundary within a second");
        let seconds = until.signed_duration_since(now).num_seconds();
        let inside = (0..6).map(|_| now + TimeDelta::seconds(random_below(&mut sampled, seconds)));
        for instant in inside.chain([now + TimeDelta::seconds(seconds - 1)]) {
            prop_assert_eq!(agreed(schedule, instant)?, decision, "between {} and {}, at {}", now, until, instant);
        }
        prop_assert!(
            schedule.state_at(until) != decision.state,
            "the boundary {until} after {now} changes nothing: {:?}",
            decision.state
        );
        now = until;
    }
    Ok(())
}

/// The three questions have one answer, whatever the fraction of the second.
fn agreed(schedule: &Compiled, instant: DateTime<Utc>) -> Result<Decision, TestCaseError> {
    let decision = schedule.decision_at(instant);
    prop_assert_eq!(schedule.state_at(instant), decision.state, "the state at {}", instant);
    prop_assert_eq!(schedule.next_boundary(instant), decision.until, "the boundary after {}", instant);
    for nanoseconds in [1, 500_000_000, 999_999_999] {
        let within = instant + TimeDelta::nanoseconds(nanoseconds);
        prop_assert_eq!(schedule.decision_at(within), decision, "at {}", within);
    }
    Ok(decision)
}

/// Without a boundary the state stays: looked at every odd while for two years, and at days of far years.
fn never_again(schedule: &Compiled, now: DateTime<Utc>, decision: Decision) -> TestCaseResult {
    let soon = (1..400).map(|step| TimeDelta::seconds(step * 155_555));
    let later = (1..100).map(|step| TimeDelta::days(step * 1_001));
    for distance in soon.chain(later).step_by(unless_miri(1, 200)) {
        prop_assert_eq!(agreed(schedule, now + distance)?, decision, "{} after {}", distance, now);
    }
    Ok(())
}

/// SplitMix64, so that a shrunk case samples the same instants again.
fn random_below(state: &mut u64, bound: i64) -> i64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    i64::try_from((mixed ^ (mixed >> 31)) % bound.unsigned_abs()).expect("below the bound")
}

#[test]
fn fractions_before_1970_are_floored_too() {
    every_zone(|name| {
        draw_cases(name, cases(1), &cases_of(name, 1960, 1971), |(second, written, _)| {
            agreed(&written.compile(name), at(second)).map(drop)
        })
    });
}

/// chrono writes a leap second as a fraction above one; it belongs to the second it is written with.
#[test]
fn a_leap_second_belongs_to_its_second() {
    let instant = |nanoseconds| DateTime::from_timestamp(1_483_228_799, nanoseconds).expect("2016-12-31T23:59:60");
    every_zone(|name| {
        draw_cases(name, cases(1), &cases_of(name, 2016, 2017), |(_, written, _)| {
            let schedule = written.compile(name);
            prop_assert_eq!(schedule.decision_at(instant(1_500_000_000)), schedule.decision_at(instant(0)));
            Ok(())
        })
    });
}

/// No panic and no endless search at the ends of chrono's time; and a boundary is later, as everywhere.
#[test]
fn extreme_instants_are_instants() {
    every_zone(|name| {
        draw_cases(name, cases(2), &cases_of(name, 2020, 2040), |(second, written, _)| {
            let schedule = written.compile(name);
            let ends = [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC];
            let near = ends.into_iter().chain(
                [1, 60, 3_600, 86_400, 8 * 86_400, 400 * 86_400]
                    .into_iter()
                    .flat_map(|distance| [ends_by(ends, distance).0, ends_by(ends, distance).1]),
            );
            for instant in near.chain([at(0), at(-1), at(i64::from(u32::MAX)), at(second)]) {
                let decision = schedule.decision_at(instant);
                prop_assert_eq!(schedule.state_at(instant), decision.state, "the state at {}", instant);
                prop_assert_eq!(schedule.next_boundary(instant), decision.until, "the boundary after {}", instant);
                if let Some(until) = decision.until {
                    prop_assert!(until > instant, "the boundary {until} is not after {instant}");
                    prop_assert!(schedule.state_at(until) != decision.state, "{until} after {instant} changes nothing");
                }
                prop_assert!(
                    !written.windows.is_empty() || decision.until.is_some() || decision.state.cause == Cause::Default,
                    "without windows what is last is the default"
                );
            }
            Ok(())
        })
    });
}

/// So many seconds inside the two ends of chrono's time.
fn ends_by([first, last]: [DateTime<Utc>; 2], seconds: i64) -> (DateTime<Utc>, DateTime<Utc>) {
    (first + TimeDelta::seconds(seconds), last - TimeDelta::seconds(seconds))
}
