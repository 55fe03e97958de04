//! Calls as a program makes them that has nothing else to ask: one after the other, each at the boundary of the one before; and one
//! after a while in which the processor did something else.

use std::hint::black_box;
use std::time::Instant;

use anyhow::{Result, ensure};
use kyklos_bench::{Answer, INSTANTS, Question};
use kyklos_core::Schedule;

use crate::asked::{Asked, Peer, Wrong};
use crate::times::Spread;

type Office = Schedule<64, 8, 64>;

/// So much other memory is written between two cold calls: more than the caches that are a core's own.
const OTHER: usize = 32 << 20;
const LINE: usize = 64;
const COLD_CALLS: usize = 301;

/// Each call has to wait for the answer before it, so they don't overlap in the processor.
struct Chain {
    schedule: Office,
    from: i64,
    end: i64,
}

impl Chain {
    fn follow(&self) -> i64 {
        (0..INSTANTS).fold(self.from, |at, _| black_box(&self.schedule).evaluate(at).until().unwrap_or(i64::MAX))
    }
}

impl Asked for Chain {
    fn prepare(&mut self, _: &[Answer]) -> Wrong {
        Wrong::default()
    }

    fn pass(&mut self) -> Result<()> {
        let end = self.follow();
        ensure!(end == self.end, "the chain ends at {end} and not at {}", self.end);
        Ok(())
    }

    fn loop_alone(&self) -> Result<()> {
        Ok(())
    }
}

/// From boundary to boundary by `evaluate`: the end is the oracle's.
pub(crate) fn chain(version: &'static str) -> Result<Peer> {
    let question = Question::office()?;
    // The first boundary of that list is the one after its beginning; the one behind them all is the last one's end.
    let boundaries = question.boundaries(2_048)?;
    let half = |schedule: Office| -> Result<Chain> {
        let (first, last) = (boundaries.first(), boundaries.last());
        let (from, oracle) = first.zip(last).map_or((0, 0), |(first, last)| (first.at, last.until));
        let mut chain = Chain { schedule, from, end: 0 };
        let middle = (0..boundaries.len()).fold(from, |at, _| chain.schedule.evaluate(at).until().unwrap_or(i64::MAX));
        ensure!(middle == oracle, "{middle} is no boundary of the oracle's, which is {oracle}");
        chain.end = chain.follow();
        Ok(chain)
    };
    let asked = Box::new(half(question.schedule()?)?);
    Ok(Peer { name: "evaluate, each at the boundary of the one before", version, note: "", holidays: true, asked })
}

/// The nanoseconds of a call after other memory was written, less those of reading the clock.
pub(crate) fn cold() -> Result<Spread> {
    let question = Question::office()?;
    let schedule = question.schedule()?;
    let mut other = vec![0_u8; OTHER];
    let mut times = Vec::new();
    for answer in question.answers(COLD_CALLS)? {
        other.iter_mut().step_by(LINE).for_each(|byte| *byte = black_box(byte.wrapping_add(1)));
        let begin = Instant::now();
        let found = black_box(&schedule).evaluate(black_box(answer.at));
        let taken = begin.elapsed();
        let begin = Instant::now();
        let clock = begin.elapsed();
        ensure!(found == answer.evaluation(), "{found:?} at {}", answer.at);
        times.push(taken.saturating_sub(clock).as_nanos() as f64);
    }
    Ok(crate::times::spread(times))
}
