//! The core: with eleven holidays as it is meant, and without any as the others are asked.

use std::hint::black_box;

use anyhow::Result;
use kyklos_bench::Question;
use kyklos_core::{Cursor, Schedule};

use crate::asked::Peer;

const VERSION: &str = env!("CARGO_PKG_VERSION");

pub(crate) fn evaluate() -> Result<Peer> {
    let schedule = Question::office()?.schedule()?;
    let peer = Peer::new("Kyklos", VERSION, "with eleven holidays", move |at| black_box(&schedule).evaluate(at));
    Ok(peer.with_holidays())
}

pub(crate) fn plain() -> Result<Peer> {
    let schedule = Question::plain()?.schedule()?;
    Ok(Peer::new("Kyklos, no holidays", VERSION, "as the others are asked", move |at| {
        black_box(&schedule).evaluate(at)
    }))
}

/// A cursor's hit and miss, and more and more windows.
pub(crate) fn series() -> Result<Vec<(Option<usize>, Peer)>> {
    let office = Question::office()?;
    // Until the process ends: a cursor borrows its schedule.
    let schedule: &'static Schedule<64, 8, 64> = Box::leak(Box::new(office.schedule()?));
    let (mut hit, mut miss) = (Cursor::new(schedule), Cursor::new(schedule));
    let mut hit = Peer::new("cursor hit", VERSION, "", move |at| black_box(&mut hit).evaluate(at));
    hit.asked.prepare(&office.one_span(kyklos_bench::INSTANTS)?);
    let mut miss = Peer::new("cursor miss", VERSION, "", move |at| black_box(&mut miss).evaluate(at));
    miss.asked.prepare(&office.boundaries(2_048)?.repeat(2));
    let mut all = vec![(None, hit), (None, miss), (None, crate::alone::chain(VERSION)?)];
    for windows in [1, 2, 4, 8, 16, 32, 64] {
        let question = Question::random(windows)?;
        let schedule = question.schedule()?;
        let mut peer = Peer::new("evaluate", VERSION, "", move |at| black_box(&schedule).evaluate(at));
        peer.asked.prepare(&question.answers(kyklos_bench::INSTANTS)?);
        all.push((Some(windows), peer));
    }
    Ok(all)
}
