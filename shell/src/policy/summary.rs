//! What a schedule of many targets says of them: how many are as they should be, and the first that aren't.

use std::collections::BTreeMap;

use kube::KubeSchema;
use serde::{Deserialize, Serialize};

/// The most targets that a status names.
pub const NAMED_MAX: usize = 20;

/// How a target of a schedule stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stands {
    /// The API server refuses what it is to have, or doesn't answer.
    Failed,
    /// It hasn't what it is to have, for another reason.
    Different,
    /// Another schedule has it.
    Conflict,
    /// It is as it should be.
    Held,
}

/// How a schedule's targets stand, kept as they change.
#[derive(Debug, Clone)]
pub struct Tally<T> {
    held: usize,
    /// Those that aren't as they should be, and how each stands.
    others: BTreeMap<T, Stands>,
}

impl<T> Default for Tally<T> {
    fn default() -> Self {
        Self { held: 0, others: BTreeMap::new() }
    }
}

/// How many there are.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, Default, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct TargetCounts {
    /// Those that this object scales.
    pub claimed: usize,
    /// Those of them that are as they should be.
    pub held: usize,
    /// Those of them that aren't.
    pub different: usize,
    /// Those that another object scales.
    pub conflict: usize,
    /// Those of the claimed that the API server refuses to change, or about which it doesn't answer.
    pub failed: usize,
}

impl<T: Ord + Clone> Tally<T> {
    /// A target stands otherwise than before; `None` where it isn't this schedule's any more, or wasn't.
    pub fn change(&mut self, target: &T, before: Option<Stands>, now: Option<Stands>) {
        match before {
            Some(Stands::Held) => self.held = self.held.saturating_sub(1),
            Some(_) => {
                self.others.remove(target);
            }
            None => {}
        }
        match now {
            Some(Stands::Held) => self.held += 1,
            Some(stands) => {
                self.others.insert(target.clone(), stands);
            }
            None => {}
        }
    }

    /// How many there are.
    pub fn counts(&self) -> TargetCounts {
        let mut counts = TargetCounts { held: self.held, ..TargetCounts::default() };
        for stands in self.others.values() {
            let count = match stands {
                Stands::Failed => &mut counts.failed,
                Stands::Conflict => &mut counts.conflict,
                Stands::Different | Stands::Held => &mut counts.different,
            };
            *count += 1;
        }
        counts.claimed = counts.held + counts.different + counts.failed;
        counts
    }

    /// The first that aren't as they should be, at most [`NAMED_MAX`]: what failed first, then by what `name` gives.
    pub fn first<N: Ord>(&self, name: impl Fn(&T) -> N) -> Vec<(&T, Stands)> {
        let mut all: Vec<_> = self.others.iter().map(|(target, stands)| (*stands, name(target), target)).collect();
        if all.len() > NAMED_MAX {
            all.select_nth_unstable(NAMED_MAX);
            all.truncate(NAMED_MAX);
        }
        all.sort_unstable();
        all.into_iter().map(|(stands, _, target)| (target, stands)).collect()
    }

    /// Whether any is claimed, and all that are have failed: only then a schedule of many isn't ready.
    pub fn all_failed(&self) -> bool {
        let counts = self.counts();
        counts.failed > 0 && counts.failed == counts.claimed
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn counts_follow_each_change() {
        let mut tally = Tally::default();
        let counts = |tally: &Tally<u32>| {
            let TargetCounts { claimed, held, different, conflict, failed } = tally.counts();
            [claimed, held, different, conflict, failed]
        };
        for target in 0..3 {
            tally.change(&target, None, Some(Stands::Different));
        }
        assert_eq!(counts(&tally), [3, 0, 3, 0, 0]);
        tally.change(&0, Some(Stands::Different), Some(Stands::Held));
        tally.change(&1, Some(Stands::Different), Some(Stands::Failed));
        tally.change(&2, Some(Stands::Different), Some(Stands::Conflict));
        assert_eq!(counts(&tally), [2, 1, 0, 1, 1], "who has lost one doesn't claim it");
        assert!(!tally.all_failed());
        tally.change(&0, Some(Stands::Held), None);
        assert_eq!(counts(&tally), [1, 0, 0, 1, 1]);
        assert!(tally.all_failed(), "a lost claim is no target that goes well");
        tally.change(&1, Some(Stands::Failed), None);
        assert!(!tally.all_failed(), "none is not all");
    }

    #[test]
    fn twenty_are_named_the_failed_first_and_then_by_name() {
        let mut tally = Tally::default();
        for target in 0..1_000_u32 {
            let stands = if target % 100 == 7 { Stands::Failed } else { Stands::Different };
            tally.change(&target, None, Some(stands));
        }
        // The name is another order than the number.
        let named: Vec<_> =
            tally.first(|target| std::cmp::Reverse(*target)).into_iter().map(|(target, _)| *target).collect();
        assert_eq!(named.len(), NAMED_MAX);
        assert_eq!(named[..12], [907, 807, 707, 607, 507, 407, 307, 207, 107, 7, 999, 998]);
    }

    proptest! {
        #[test]
        fn whatever_the_order_the_sum_is_the_same(changes in prop::collection::vec((0_u32..6, 0_u8..5), 0..60)) {
            let stands = |n: u8| [Stands::Failed, Stands::Different, Stands::Conflict, Stands::Held].get(usize::from(n)).copied();
            let (mut tally, mut now) = (Tally::default(), BTreeMap::new());
            for (target, to) in changes {
                let before = now.get(&target).copied();
                tally.change(&target, before, stands(to));
                match stands(to) {
                    Some(stands) => now.insert(target, stands),
                    None => now.remove(&target),
                };
            }
            let count = |stands| now.values().filter(|found| **found == stands).count();
            let counts = tally.counts();
            prop_assert_eq!((counts.held, counts.failed), (count(Stands::Held), count(Stands::Failed)));
            prop_assert_eq!((counts.different, counts.conflict), (count(Stands::Different), count(Stands::Conflict)));
            prop_assert_eq!(counts.claimed + counts.conflict, now.len());
        }
    }
}
