//! The wall clock of a zone: which readings an instant stands for, and which instants a reading.

use super::era::Era;
use super::rules::{Change, FOLD_GUARD, LocalOffset, Rules};
use crate::civil::{BIAS, DAY};

/// A stretch of time in which the readings that count move steadily.
///
/// A window covers every instant from its first reading to its last (rule 3 of the semantics). While a clock is put
/// back, that makes an instant stand for all readings between the earliest one still to come and the latest one
/// already seen: a window is active when any of them lies inside it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FoldSegment {
    /// Exclusive; [`NEVER`](crate::civil::NEVER) without a later transition.
    pub(crate) end: u32,
    offset: LocalOffset,
    /// Before a clock is put back: down to here all will be read again.
    min_reading: u32,
    /// After a clock was put back: up to here all has been read before.
    max_reading: u32,
}

impl FoldSegment {
    /// One in which each reading comes once.
    pub(crate) const fn plain(end: u32, offset: LocalOffset) -> Self {
        Self { end, offset, min_reading: u32::MAX, max_reading: 0 }
    }

    /// Whether each reading comes once.
    pub(crate) const fn is_plain(&self) -> bool {
        self.min_reading == u32::MAX && self.max_reading == 0
    }

    /// What the wall clock reads at an instant: the reading that moves with the time.
    pub(crate) const fn reading(&self, instant: u32) -> u32 {
        instant.wrapping_add(self.offset)
    }

    /// The earliest and the latest reading that count at an instant, both inclusive.
    pub(crate) const fn readings(&self, instant: u32) -> (u32, u32) {
        let reading = self.reading(instant);
        (
            if self.min_reading < reading { self.min_reading } else { reading },
            if self.max_reading > reading { self.max_reading } else { reading },
        )
    }
}

impl Rules<'_> {
    /// The segment that holds an instant.
    ///
    /// Transitions lie further apart than the hours by which clocks are put back (a day, by all that makes rules), so a
    /// segment never has two of them to think of.
    #[inline(never)]
    pub(crate) const fn segment_at(&self, instant: u32, era: Era) -> FoldSegment {
        let mut next = self.next_change(instant.saturating_sub(FOLD_GUARD), era);
        if next.at <= instant {
            let Change { at, before, after } = next;
            let back = at + before.saturating_sub(after);
            if instant < back {
                return FoldSegment { end: back, offset: after, min_reading: u32::MAX, max_reading: at + before - 1 };
            }
            next = self.next_change(instant, era);
        }
        let Change { at, before, after } = next;
        let end = at - before.saturating_sub(after);
        if instant < end {
            FoldSegment::plain(end, before)
        } else {
            FoldSegment { end: at, offset: before, min_reading: at + after, max_reading: 0 }
        }
    }

    /// The first instant at which the wall clock reads `local` or later; the first of 2020 where that was before.
    pub(crate) const fn first_at_or_after(&self, local: u32, era: Era) -> u32 {
        let mut from = before_reading(local);
        loop {
            let (change, offset) = self.change_after(from, era);
            let reached = local.saturating_sub(offset);
            let at = if reached > from { reached } else { from };
            if at < change {
                return at;
            }
            from = change;
        }
    }

    /// The instant from which the wall clock never again reads earlier than `local`; the first of 2020 where that was
    /// before.
    pub(crate) const fn never_again_before(&self, local: u32) -> u32 {
        let mut from = before_reading(local);
        let beyond = local.saturating_sub(BIAS - DAY);
        let mut at = 0;
        loop {
            let (change, offset) = self.change_after(from, Era::Within);
            let reached = local.saturating_sub(offset);
            if reached > from {
                at = if reached < change { reached } else { change };
            }
            if change >= beyond {
                return at;
            }
            from = change;
        }
    }
}

/// An instant at which the wall clock of any zone reads less than `local`, and has always done: a day is more than any
/// offset.
const fn before_reading(local: u32) -> u32 {
    local.saturating_sub(BIAS + DAY)
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::civil::FROM;
    use crate::{YearlyRule, ZoneRules};

    type Data = ZoneRules<8>;

    /// Zones as data whose clocks go back and forth by all that is allowed.
    fn zone() -> impl Strategy<Value = Data> {
        let rule = select(
            &[
                "UTC0",
                "CET-1CEST,M3.5.0,M10.5.0/3",
                "EST5EDT2,M3.2.0,M11.1.0",
                "<-12>12<-13>13,M3.2.0/-11,M10.5.0/-50",
                "<+1045>-10:45<+1345>-13:45,M9.5.0,M4.1.0/167",
            ][..],
        );
        let gap = prop_oneof![Just(1_441), 1_441..3_000_u32, 100_000..400_000_u32];
        let change = (gap, select(&[-12, -11, -4, -1, 0, 1, 4, 12, 24][..]));
        (rule, proptest::collection::vec(change, 0..8)).prop_filter_map("four offsets", |(rule, mut changes)| {
            // From the rule's offset at the end back to the beginning, so that it goes on from the last change.
            let rule = YearlyRule::parse(rule).ok()?;
            let mut at = FROM;
            for (gap, _) in &changes {
                at += i64::from(*gap) * 60;
            }
            let mut offset = rule.rules().offset_at(at);
            changes.reverse();
            let mut listed = Vec::new();
            for (gap, by) in changes {
                listed.push((at, offset));
                offset -= by * 900;
                at -= i64::from(gap) * 60;
            }
            listed.reverse();
            Data::new("Any", offset, &listed, rule).ok()
        })
    }

    fn reading(rules: &Rules<'_>, instant: u32) -> u32 {
        instant + rules.change_after(instant, Era::Within).1
    }

    /// All transitions of some years.
    fn transitions(rules: &Rules<'_>) -> Vec<u32> {
        let next = |at: u32| Some(rules.change_after(at, Era::Within).0).filter(|at| *at < 6 * 366 * DAY);
        std::iter::successors(next(0), |at| next(*at)).collect()
    }

    /// The readings that count: down to the earliest one that comes, up to the latest one that came.
    fn counting(rules: &Rules<'_>, transitions: &[u32], instant: u32) -> (u32, u32) {
        let now = reading(rules, instant);
        let seen = transitions.iter().filter(|at| **at <= instant).map(|at| reading(rules, at - 1));
        let coming = transitions.iter().filter(|at| **at > instant).map(|at| reading(rules, *at));
        (coming.fold(now, u32::min), seen.fold(now, u32::max))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: if cfg!(miri) { 2 } else { 512 }, ..ProptestConfig::default() })]

        #[test]
        fn readings_are_those_that_come_again_or_came_before(zone in zone(), beside in -20_000..20_000_i32) {
            let rules = zone.rules();
            let transitions = transitions(&rules);
            for at in &transitions {
                for instant in [at.saturating_add_signed(beside), at - 1, *at] {
                    let segment = rules.segment_at(instant, Era::Within);
                    prop_assert!(segment.end > instant);
                    let expected = counting(&rules, &transitions, instant);
                    prop_assert_eq!(segment.readings(instant), expected, "at {}", instant);
                    if expected.0 != expected.1 {
                        prop_assert!(!segment.is_plain(), "at {}", instant);
                    } else if !segment.is_plain() {
                        // Only at the one instant whose reading is itself the end of what is read again.
                        let beside = [instant - 1, instant + 1].map(|beside| counting(&rules, &transitions, beside));
                        prop_assert!(beside.iter().any(|(first, last)| first != last), "at {}", instant);
                    }
                    let last = segment.end - 1;
                    prop_assert_eq!(segment.readings(last), counting(&rules, &transitions, last), "at {}", last);
                }
            }
        }

        #[test]
        fn local_times_begin_and_end_at_their_first_and_last_instants(zone in zone(), beside in -20_000..20_000_i32) {
            let rules = zone.rules();
            let transitions = transitions(&rules);
            for at in &transitions {
                let local = reading(&rules, *at).saturating_add_signed(beside);
                let first = rules.first_at_or_after(local, Era::Within);
                prop_assert!(counting(&rules, &transitions, first).1 >= local);
                prop_assert!(first == 0 || counting(&rules, &transitions, first - 1).1 < local);
                let last = rules.never_again_before(local);
                prop_assert!(counting(&rules, &transitions, last).0 >= local);
                prop_assert!(last == 0 || counting(&rules, &transitions, last - 1).0 < local);
            }
        }
    }
}
