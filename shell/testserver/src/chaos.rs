//! Faults by chance, the same ones for the same seed and the same requests.

use std::time::Duration;

use crate::fault::Fault;
use crate::filter::Filter;
use crate::refusal::Refusal;
use crate::request::{Call, Verb};

/// Faults by chance. The same seed gives the same faults to the same requests in the same order.
#[derive(Clone, Debug)]
pub struct Chaos {
    seed: u64,
    /// Which requests it is for.
    filter: Filter,
    /// How many of a thousand requests get a fault: 0 to 1,000.
    permille: u64,
    requests: u64,
}

impl Chaos {
    /// Faults for that many of a thousand of the requests that the filter takes.
    pub const fn new(seed: u64, filter: Filter, permille: u16) -> Self {
        Self { seed, filter, permille: permille as u64, requests: 0 }
    }

    pub(crate) fn next(&mut self, call: &Call) -> Option<Fault> {
        if !self.filter.takes(call) {
            return None;
        }
        self.requests += 1;
        let mut dice = Dice(self.seed ^ self.requests.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        if dice.below(1_000) >= self.permille {
            return None;
        }
        Some(match (dice.below(9), call.verb) {
            (0, _) => Fault::Delay(Duration::from_millis(dice.below(3_000))),
            (1, _) => Fault::AnswerLate(Duration::from_millis(dice.below(3_000))),
            (2, Verb::Watch) => Fault::Expire,
            (3, Verb::Watch) => Fault::CutWatch { after: usize::from(dice.below(2) == 0), torn: dice.below(2) == 0 },
            (2 | 3, _) => Fault::LoseAnswer,
            (4, _) => Fault::NoConnection,
            (5, _) => Fault::HalfAnswer,
            (6, _) => Fault::Refuse(Refusal::internal("etcdserver: leader changed")),
            (7, _) => Fault::Refuse(Refusal::unavailable()),
            (_, _) => Fault::Refuse(Refusal::too_many(1)),
        })
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Dice(u64);

impl Dice {
    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    const fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}
