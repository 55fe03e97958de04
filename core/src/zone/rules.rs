//! What the clocks of a zone do: changes one by one, then a rule that goes on year after year.
//!
//! The rule is the footer of the zone's TZif file, a POSIX `TZ` string (RFC 9636 section 3.3, POSIX.1-2024 section 8.3).
//! It names its days as `Mm.w.d`, and none before March, so what it does in a year depends on the weekday of 1 March
//! alone: here it is a table of the seven kinds of years. The generator of the tables works that out for the zones of
//! the release, and [`YearlyRule`](super::YearlyRule) for a zone that comes as data.
//!
//! Instants are seconds from 2020 on, readings local seconds: see [`civil`](crate::civil). All is `const`, so that a schedule
//! may be built by the compiler as well as by a program that runs.

use super::era::Era;
use crate::civil::{BIAS, DAY, FROM, NEVER, SPAN, WEEK, Year, year_near};

/// An offset from UTC in quarters of an hour, east positive: every offset in force since 2020 is one.
pub(crate) type Quarters = i8;

/// What is added to an instant to get local seconds: the offset, and the two days by which these start earlier.
pub(crate) type LocalOffset = u32;

/// For each kind of [`Year`]: three hours after its first transition, in seconds from the day before the week in which the year starts,
/// as instants count from the day before the first week; and how many seconds later the second one is. In a zone that never changes there is no second one, and the first is one
/// that no year reaches.
///
/// The three hours are [`FOLD_GUARD`]: the short way of evaluating then has them for nothing. There are seven kinds; the eighth place
/// is the first kind's again, so that any three bits are a place.
pub(crate) type YearlyTransitions = [[u32; 2]; 8];

/// So far away from a transition every reading comes once, because no clock is put back by more: the generator of the
/// tables makes sure of it, and so does what takes a zone as data.
pub(crate) const FOLD_GUARD: u32 = 3 * 3_600;

/// What is sure of a clock after the last transition of a year may be as good as infinite, but it is for no longer than this: no
/// transition is within 40 days of a New Year.
pub(crate) const OVER_NEW_YEAR: u32 = 30 * DAY;

/// What the clocks of a zone do, whoever keeps it: the program or a value.
///
/// It is public for the trait [`Zone`](super::Zone) alone, and nobody can name it.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules<'z> {
    /// Transitions that the rule doesn't know, and all before the last of these, ascending. Each is seconds from 2020 on,
    /// a multiple of four, and in the two lowest bits an index of `offsets`.
    pub(crate) changes: &'z [u32],
    /// The first one is in force before the first of `changes`.
    pub(crate) offsets: [Quarters; 4],
    /// Where the clocks have gone by the rule for three hours.
    pub(crate) by_rule: ByRule,
    pub(crate) transitions: &'z YearlyTransitions,
    /// Before the first transition of a year and from the second one on.
    pub(crate) outside: LocalOffset,
    /// Between the two transitions of a year.
    pub(crate) between: LocalOffset,
}

/// The stretch of time in which the clocks go by the rule alone, up to the tables' end, by its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ByRule(u32);

impl ByRule {
    /// From so many seconds after the beginning of 2020 on: 0 where there are no single changes.
    pub(crate) const fn since(instant: u32) -> Self {
        Self(SPAN - instant)
    }

    /// Whether an instant in Unix seconds is within it.
    #[inline]
    pub(super) const fn has(self, unix_seconds: i64) -> bool {
        let instant = unix_seconds.wrapping_sub(FROM) as u64;
        (instant >> 32) == 0 && (instant as u32).wrapping_sub(self.start()) < self.0
    }

    /// Its beginning, in seconds from 2020 on.
    pub(crate) const fn start(self) -> u32 {
        SPAN - self.0
    }
}

/// A transition.
#[derive(Debug, Clone, Copy)]
pub(super) struct Change {
    /// When it is, [`NEVER`] where none comes.
    pub(super) at: u32,
    /// The local offset up to there.
    pub(super) before: LocalOffset,
    /// The local offset from then on.
    pub(super) after: LocalOffset,
}

/// The local offset of an offset.
pub(crate) const fn local_offset(offset: Quarters) -> LocalOffset {
    BIAS.wrapping_add_signed(offset as i32 * 900)
}

/// The offset of a local offset, in seconds.
pub(crate) const fn offset_seconds(offset: LocalOffset) -> i32 {
    offset as i32 - BIAS as i32
}

impl Rules<'_> {
    /// The first transition later than an instant, [`NEVER`] where none comes, and the local offset up to there.
    #[inline]
    pub(crate) const fn change_after(&self, instant: u32, era: Era) -> (u32, LocalOffset) {
        let Change { at, before, .. } = self.next_change(instant, era);
        (at, before)
    }

    /// The first transition later than an instant. A rule without any transitions has some that leave the offset as it is.
    #[inline(never)]
    #[expect(
        clippy::indexing_slicing,
        reason = "each index is compared with the length, or has two bits for four items"
    )]
    pub(super) const fn next_change(&self, instant: u32, era: Era) -> Change {
        // The changes one by one belong to their own years. Before them the oldest offset is all that is known.
        if !matches!(era, Era::After) {
            let within = matches!(era, Era::Within);
            let known = if within { instant } else { 0 };
            let (mut next, mut end, mut last) = (0, self.changes.len(), 0);
            while next < end {
                let middle = (next + end) / 2;
                if middle < self.changes.len() && self.changes[middle] & !3 <= known {
                    last = self.changes[middle];
                    next = middle + 1;
                } else {
                    end = middle;
                }
            }
            if next < self.changes.len() {
                let change = self.changes[next];
                let before = local_offset(self.offsets[last as usize & 3]);
                return if within {
                    Change { at: change & !3, before, after: local_offset(self.offsets[change as usize & 3]) }
                } else {
                    Change { at: NEVER, before, after: before }
                };
            }
        }
        let mut number = year_near(instant);
        loop {
            let (first, length) = self.year(number);
            let first = first - FOLD_GUARD;
            if instant < first {
                return Change { at: first, before: self.outside, after: self.between };
            }
            if instant - first < length {
                return Change { at: first + length, before: self.between, after: self.outside };
            }
            number += 1;
        }
    }

    /// [`transitions_of`](Self::transitions_of), not inlined where that makes the program larger.
    #[cfg_attr(target_pointer_width = "64", inline)]
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    const fn year(&self, number: u32) -> (u32, u32) {
        self.transitions_of(number)
    }

    /// Three hours after the first transition of the year of a number, and how much later the second one is.
    #[inline(always)]
    #[expect(clippy::indexing_slicing, reason = "three bits are below eight")]
    pub(super) const fn transitions_of(&self, number: u32) -> (u32, u32) {
        let Year { week, kind } = Year::of(number);
        let [first, length] = self.transitions[kind as usize & 7];
        (week * WEEK + first, length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TimeZone;
    use crate::civil::FROM;

    #[test]
    fn the_designs_time_line_is_new_yorks_of_2026() {
        let zone = TimeZone::named("America/New_York");
        let (first, length) = zone.rules().transitions_of(6);
        let utc = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_second() - FROM;
        assert_eq!(i64::from(first), utc("2026-03-08T10:00:00Z"));
        assert_eq!(i64::from(first + length), utc("2026-11-01T09:00:00Z"));
        assert_eq!(FOLD_GUARD, 3 * 3_600);
        assert_eq!(
            zone.next_transition(FROM + i64::from(first - FOLD_GUARD) - 1).unwrap().0,
            FROM + utc("2026-03-08T07:00:00Z")
        );
        let design = include_str!("../../DESIGN.md");
        assert_eq!(length, 20_559_600);
        for drawn in ["07:00Z       10:00Z", "06:00Z       09:00Z", "length = 20,559,600 seconds"] {
            assert!(design.contains(drawn), "core/DESIGN.md should have {drawn}");
        }
    }
}
