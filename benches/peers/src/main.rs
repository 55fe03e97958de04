//! The core and other engines, asked the same questions.
//!
//! `kyklos-peers` prints JSON: the wrong answers and the times of each. `kyklos-peers NUMBER` makes one pass of that
//! engine alone, for callgrind, and with 1,000 added of the loop around it; the number beyond the last makes none.

mod alone;
mod asked;
mod by_hand;
mod cron_engines;
mod kyklos;
mod opening;
mod times;

use anyhow::{Context as _, Result};
use asked::Peer;
use kyklos_bench::{INSTANTS, Question};
use serde_json::json;

/// Added to the number of an engine it is the loop around it, alone.
const LOOP: usize = 1_000;

/// The first is what the others are compared with: the core, asked as they are.
fn peers() -> Result<Vec<Peer>> {
    Ok(vec![
        kyklos::plain()?,
        kyklos::evaluate()?,
        cron_engines::saffron()?,
        by_hand::jiff_civil()?,
        by_hand::chrono_tz(),
        by_hand::jiff_civil_written()?,
        by_hand::chrono_tz_written(),
        cron_engines::cron()?,
        by_hand::jiff_zoned()?,
        opening::opening_hours()?,
        cron_engines::croner()?,
    ])
}

fn main() -> Result<()> {
    let mut peers = peers()?;
    match std::env::args().nth(1) {
        Some(number) => pass(&mut peers, number.parse().context("the number of an engine")?),
        None => measure(peers),
    }
}

fn pass(peers: &mut [Peer], number: usize) -> Result<()> {
    let (office, plain) = (Question::office()?.answers(INSTANTS)?, Question::plain()?.answers(INSTANTS)?);
    for peer in peers.iter_mut() {
        peer.asked.prepare(if peer.holidays { &office } else { &plain });
    }
    match peers.get_mut(number % LOOP) {
        Some(peer) if number < LOOP => peer.asked.pass(),
        Some(peer) => peer.asked.loop_alone(),
        None => Ok(()),
    }
}

fn measure(mut peers: Vec<Peer>) -> Result<()> {
    let (office, plain) = (Question::office()?, Question::plain()?);
    let mut engines = Vec::new();
    for peer in &mut peers {
        let question = if peer.holidays { &office } else { &plain };
        let answers = [question.answers(INSTANTS)?, question.near_clock_changes()?].concat();
        let wrong = peer.asked.prepare(&answers);
        engines.push(json!({
            "name": peer.name,
            "version": peer.version,
            "note": peer.note,
            "asked": wrong.asked,
            "wrong_states": wrong.states,
            "wrong_boundaries": wrong.boundaries,
            "wrong_answers": wrong.answers,
        }));
        peer.asked.prepare(&question.answers(INSTANTS)?);
    }
    let mut asked: Vec<_> = peers.iter_mut().collect();
    let times = times::paired(&mut asked, INSTANTS)?;
    for (engine, time) in engines.iter_mut().zip(&times) {
        engine["nanoseconds"] = json!(time.nanoseconds.median);
        engine["times_of_first"] = json!(time.times_of_first.median);
        engine["times_quartiles"] = json!(time.times_of_first.quartiles);
    }
    let mut series = kyklos::series()?;
    let mut asked: Vec<_> = series.iter_mut().map(|(_, peer)| peer).collect();
    let times = times::paired(&mut asked, INSTANTS)?;
    let series: Vec<_> = series
        .iter()
        .zip(&times)
        .map(|((windows, peer), time)| json!({"name": peer.name, "windows": windows, "nanoseconds": time.nanoseconds.median, "quartiles": time.nanoseconds.quartiles}))
        .collect();
    let cold = alone::cold()?;
    let cold = json!({
        "name": "evaluate, after 32 MiB of other memory",
        "windows": null,
        "nanoseconds": cold.median,
        "quartiles": cold.quartiles,
    });
    let series: Vec<_> = series.into_iter().chain([cold]).collect();
    println!("{:#}", json!({"engines": engines, "series": series, "rounds": times::ROUNDS, "instants": INSTANTS}));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_versions_are_those_that_are_built() {
        let lock = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.lock")).unwrap();
        for peer in peers().unwrap() {
            let package = match peer.name.split(',').next() {
                Some("Kyklos") => "kyklos-core",
                package => package.unwrap(),
            };
            let locked = format!("name = \"{package}\"\nversion = \"{}\"\n", peer.version);
            assert!(lock.contains(&locked), "{} isn't of version {}", peer.name, peer.version);
        }
    }
}
