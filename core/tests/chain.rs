//! Boundaries form a chain: whatever a schedule means, what it says at one instant and at the next tells one story.
//!
//! This needs no oracle, so it also covers instants that nobody has an authority for.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that panics is a test that fails")]

#[allow(dead_code, reason = "each test program uses its own part")]
mod common;

use common::authority::{Authority, shown, year};
use common::draw::{self, Around};
use common::effort::{cases, draw as draw_cases, every_zone, unless_miri};
use common::written::{Compiled, Written};
use kyklos_core::{Cause, Evaluation};
use proptest::prelude::{Strategy, any};
use proptest::test_runner::TestCaseResult;
use proptest::{prop_assert, prop_assert_eq};

/// How many boundaries a chain is followed for.
const STEPS: usize = unless_miri(60, 2);
const DAY: i64 = 86_400;

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
            (second - DAY, written, samples)
        })
    })
}

fn chains(first: i16, last: i16, usual: u32) {
    every_zone(|name| {
        draw_cases(name, cases(usual), &cases_of(name, first, last), |(second, written, samples)| {
            follow(&written.compile(name), second, samples)
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

fn follow(schedule: &Compiled, start: i64, samples: u64) -> TestCaseResult {
    let mut sampled = samples;
    let mut now = start;
    for _ in 0..STEPS {
        let answer = schedule.evaluate(now);
        let Some(until) = answer.until() else {
            return never_again(schedule, now, answer);
        };
        prop_assert!(until > now, "the boundary {} is not after {}", shown(until), shown(now));
        prop_assert_eq!(until % 60, 0, "a boundary within a minute");
        let inside = (0..6).map(|_| now + random_below(&mut sampled, until - now));
        for instant in inside.chain([until - 1]) {
            let within = schedule.evaluate(instant);
            prop_assert_eq!(within, answer, "between {} and {}, at {}", shown(now), shown(until), shown(instant));
        }
        prop_assert!(
            schedule.evaluate(until).state() != answer.state(),
            "the boundary {} after {} changes nothing: {:?}",
            shown(until),
            shown(now),
            answer.state()
        );
        now = until;
    }
    Ok(())
}

/// Without a boundary the state stays: looked at every odd while for two years, and at days of far years.
fn never_again(schedule: &Compiled, now: i64, answer: Evaluation) -> TestCaseResult {
    let soon = (1..400).map(|step| step * 155_555);
    let later = (1..100).map(|step| step * 1_001 * DAY);
    for distance in soon.chain(later).step_by(unless_miri(1, 200)) {
        prop_assert_eq!(schedule.evaluate(now + distance), answer, "{} seconds after {}", distance, shown(now));
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

/// No panic and no endless search at the ends of all instants; and a boundary is later, as everywhere.
#[test]
fn extreme_instants_are_instants() {
    every_zone(|name| {
        draw_cases(name, cases(2), &cases_of(name, 2020, 2040), |(second, written, _)| {
            let schedule = written.compile(name);
            let near = [0, 1, 60, 3_600, DAY, 8 * DAY, 400 * DAY]
                .into_iter()
                .flat_map(|distance| [i64::MIN + distance, i64::MAX - distance]);
            for instant in near.chain([0, -1, i64::from(u32::MAX), second]) {
                let answer = schedule.evaluate(instant);
                if let Some(until) = answer.until() {
                    prop_assert!(until > instant, "the boundary {until} is not after {instant}");
                    prop_assert!(
                        schedule.evaluate(until).state() != answer.state(),
                        "{until} after {instant} changes nothing"
                    );
                }
                prop_assert!(
                    !written.windows.is_empty() || answer.until().is_some() || answer.cause() == Cause::Default,
                    "without windows what is last is the default"
                );
            }
            Ok(())
        })
    });
}
