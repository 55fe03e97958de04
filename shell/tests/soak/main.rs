//! A soak in virtual time: the controller, an API server inside the process, random schedules in random zones, random faults and
//! people who change things, checked against an oracle that shares no code with the core.
//!
//! ```text
//! cargo test --package kyklos --test soak -- --nocapture                  a week of 500 objects
//! cargo test --package kyklos --test soak -- --ignored --nocapture        four weeks of them, from a seed that nobody had before
//! ```
//!
//! - `KYKLOS_SEED`: what is drawn. It is printed, and the same seed gives the same run; a failure says the whole command.
//! - `KYKLOS_SOAK_OBJECTS`, `KYKLOS_SOAK_DAYS`, `KYKLOS_SOAK_RUNS`: how many objects, for how many days, from how many seeds, the
//!   given one and those after it.
//! - `KYKLOS_SOAK_TELL`: if it is set, every fault is printed.
//!
//! What is checked, at every boundary and every other instant: a count that is written is the one that is wanted then (else
//! *wrong*); what is wanted is there 5 s after it was due, outside a fault (else *missed*); and nobody writes a count that the
//! target has already (else *twice*). An event tells of each boundary's write within 5 s, outside a fault, and none of one that was
//! told of before or never was; and the status says when the last one was. At least half of all boundaries have to be checked like
//! this: those in a fault (and up to 150 s after it, the longest wait of a watch and then of a write), of a paused object, or of one
//! that was edited while nobody could see it, are not. Besides:
//!
//! - *wrong clocks*: from the instant at which the machine's is set, or 45 s after the API server's began to differ, nothing is
//!   written until they agree again; what was due meanwhile comes then.
//! - *fights*: who puts a count back again and again has it for ten minutes at the most, a boundary's count is there in 5 s all the
//!   same, no more than eight corrections come in ten minutes, and the object says who it is.
//! - *rivals*: of two objects on one target the older one alone acts, the other says so, and has it 5 s after the older one is gone,
//!   without a grace period.
//! - *crews*: one schedule of many targets does for each of them what another does for its one; who is left out by a label, an annotation,
//!   also until an instant, or the list is left alone at once and taken at once when it comes back, and the status counts them.
//!
//! A week is one of the schedules' clock. It runs six times as fast as the machine's, so leases, waits and watches have 28 hours of
//! theirs, and 5 s of the machine's are 30 s of the schedules'. With two replicas both clocks are the same.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test that panics has failed, which is what is wanted of it, and what is drawn is small"
)]

mod book;
mod crews;
mod dice;
mod itself;
mod ledger;
mod oracle;
mod patience;
mod people;
mod quarrels;
mod run;
mod schedule;
mod stage;
mod tally;
mod tellings;
mod troubles;
mod wanted;
mod zone;

use std::time::SystemTime;

use run::{Sabotage, Soak, run};

/// How many times as fast the schedules' clock runs. Most requests are renewals of the lease, every 2 s of the machine's clock.
const SPEED: u32 = 6;

#[test]
fn a_week_of_five_hundred_objects() {
    soak("a_week_of_five_hundred_objects", number("KYKLOS_SEED").unwrap_or(1), (500, 7), Some(SPEED));
}

#[test]
fn a_day_of_two_replicas() {
    soak("a_day_of_two_replicas", number("KYKLOS_SEED").unwrap_or(1), (100, 1), None);
}

#[test]
#[ignore = "takes a processor for minutes: nightly"]
fn four_weeks() {
    soak("four_weeks", number("KYKLOS_SEED").unwrap_or_else(any), (500, 28), Some(SPEED));
}

#[test]
#[ignore = "takes a processor for minutes: nightly"]
fn four_weeks_of_two_replicas() {
    soak("four_weeks_of_two_replicas", number("KYKLOS_SEED").unwrap_or_else(any), (500, 28), None);
}

/// A seed that nobody had before.
fn any() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs()
}

fn soak(name: &str, first: u64, (objects, days): (usize, i64), rehearsed: Option<u32>) {
    let objects = number("KYKLOS_SOAK_OBJECTS").map_or(objects, |objects| objects as usize);
    let days = number("KYKLOS_SOAK_DAYS").map_or(days, |days| days as i64).max(1);
    for seed in (first..).take(number("KYKLOS_SOAK_RUNS").unwrap_or(1) as usize) {
        let verdict = run(Soak { seed, objects, seconds: days * 86_400, rehearsed, sabotage: Sabotage::None });
        assert!(
            verdict.tally.faults() == 0,
            "{} wrong, {} missed, {} twice:\n{}\nKYKLOS_SEED={seed} KYKLOS_SOAK_OBJECTS={objects} KYKLOS_SOAK_DAYS={days} \
             cargo test --package kyklos --test soak -- --include-ignored --nocapture --exact {name}",
            verdict.tally.wrong,
            verdict.tally.missed,
            verdict.tally.twice,
            verdict.said.join("\n")
        );
        let (tally, is_short) = (verdict.tally, days < 7 || objects < 500);
        assert!(tally.is_exact(), "{} of {} boundaries were checked exactly", tally.exact, tally.boundaries);
        assert!(is_short || tally.is_whole(), "something was never checked");
    }
}

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable}={text:?} is no whole number")))
}
