//! Times that can be compared: in each round all are measured, one after the other, and each round begins with another.
//!
//! It is the processor's time, not the clock on the wall: a slow engine is interrupted by whatever else the machine does,
//! a fast one is done before that.

use anyhow::Result;
use rustix::time::{ClockId, clock_gettime};

use crate::asked::Peer;

/// Odd, so that there is a middle.
pub(crate) const ROUNDS: usize = 41;
/// Passes are repeated until they take this long, so that the clock's own time is nothing beside them.
const LONG_ENOUGH: f64 = 400_000.0;

pub(crate) struct Time {
    /// Of one call.
    pub(crate) nanoseconds: Spread,
    /// How many times the first one's time in the same round.
    pub(crate) times_of_first: Spread,
}

/// Of the rounds.
pub(crate) struct Spread {
    pub(crate) median: f64,
    /// A quarter of the rounds is below the first, and one above the second.
    pub(crate) quartiles: [f64; 2],
}

pub(crate) fn paired(peers: &mut [&mut Peer], calls: usize) -> Result<Vec<Time>> {
    let mut passes = Vec::new();
    for one in peers.iter_mut() {
        one.asked.pass()?; // A first time for caches and branches.
        let begin = now();
        one.asked.pass()?;
        passes.push((LONG_ENOUGH / (now() - begin).max(1.0)).ceil() as usize);
    }
    let mut rounds = vec![Vec::new(); peers.len()];
    for round in 0..ROUNDS {
        if round % 10 == 0 {
            eprintln!("times: round {} of {ROUNDS}", round + 1);
        }
        for turn in 0..peers.len() {
            let index = (round + turn) % peers.len();
            let (Some(one), Some(&passes), Some(times)) =
                (peers.get_mut(index), passes.get(index), rounds.get_mut(index))
            else {
                continue;
            };
            let begin = now();
            for _ in 0..passes {
                one.asked.pass()?;
            }
            times.push((now() - begin) / (passes * calls) as f64);
        }
    }
    let first = rounds.first().cloned().unwrap_or_default();
    let time = |times: &Vec<f64>| Time {
        nanoseconds: spread(times.clone()),
        times_of_first: spread(times.iter().zip(&first).map(|(time, first)| time / first).collect()),
    };
    Ok(rounds.iter().map(time).collect())
}

/// The nanoseconds that this thread has had a processor.
fn now() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e9 + time.tv_nsec as f64
}

pub(crate) fn spread(mut values: Vec<f64>) -> Spread {
    values.sort_by(f64::total_cmp);
    let quarter = |count| values.get(values.len() * count / 4).copied().unwrap_or(f64::NAN);
    Spread { median: quarter(2), quartiles: [quarter(1), quarter(3)] }
}
