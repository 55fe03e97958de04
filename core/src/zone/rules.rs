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
use crate::civil::{BIAS, DAY, FROM, NEVER, SPAN, Year, place_in_years, year_near};

/// An offset from UTC in quarters of an hour, east positive: every offset in force since 2020 is one.
pub(crate) type Quarters = i8;

/// What is added to an instant to get local seconds: the offset, and the two days by which these start earlier.
pub(crate) type LocalOffset = u32;

/// For each kind of year: three hours after its first transition, in seconds from the start of the [`Year`] in UTC, less
/// the number of the kind; and how many seconds later the second one is. In a zone that never changes there is no second
/// one, and the first is one that no year reaches.
///
/// The three hours are [`FOLD_GUARD`], and the kind is in what a [`Year`] says of its start: the short way of evaluating
/// then has both for nothing.
pub(crate) type YearlyTransitions = [[u32; 2]; 7];

/// So far away from a transition every reading comes once, because no clock is put back by more: the generator of the
/// tables makes sure of it, and so does what takes a zone as data.
pub(crate) const FOLD_GUARD: u32 = 3 * 3_600;

/// A clock's `remaining` after the last transition of a year is as good as infinite, but for no longer than this: no transition is
/// within 40 days of a New Year.
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
    /// The same by the year, where that is quicker; empty where nobody has reckoned it.
    #[cfg(target_pointer_width = "64")]
    pub(crate) years: &'z [[u32; 2]],
    /// Before the first transition of a year and from the second one on.
    pub(crate) outside: LocalOffset,
    /// Between the two transitions of a year.
    pub(crate) between: LocalOffset,
}

/// Three hours after the first transition of each year, in seconds from 2020 on, and how many seconds later the second one is:
/// for processors that have room for 656 bytes.
#[cfg(target_pointer_width = "64")]
pub(super) type Years = [[u32; 2]; 82];

/// The transitions of each year.
#[cfg(target_pointer_width = "64")]
#[expect(clippy::indexing_slicing, reason = "evaluated when compiling, where it stops the build")]
pub(super) const fn years(transitions: &YearlyTransitions) -> Years {
    let mut years = [[0; 2]; 82];
    let mut number = 0;
    while number < years.len() {
        let year = Year::of(number as u32);
        let [first, length] = transitions[year.kind()];
        years[number] = [year.start_and_kind() + first, length];
        number += 1;
    }
    years
}

/// The stretch of time in which the clocks go by the rule alone, up to the tables' end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ByRule {
    /// In Unix seconds, where a register holds that; elsewhere it is the tables' end less the length.
    #[cfg(target_pointer_width = "64")]
    from: i64,
    #[cfg(target_pointer_width = "64")]
    length: u64,
    #[cfg(not(target_pointer_width = "64"))]
    length: u32,
}

#[cfg(target_pointer_width = "64")]
impl ByRule {
    /// From so many seconds after the beginning of 2020 on: 0 where there are no single changes.
    pub(crate) const fn since(instant: u32) -> Self {
        Self { from: FROM + instant as i64, length: (SPAN - instant) as u64 }
    }

    /// Whether an instant in Unix seconds is within it.
    #[inline]
    const fn has(self, unix_seconds: i64) -> bool {
        (unix_seconds.wrapping_sub(self.from) as u64) < self.length
    }

    /// Its beginning, in seconds from 2020 on.
    pub(crate) const fn start(self) -> u32 {
        SPAN - self.length as u32
    }
}

#[cfg(not(target_pointer_width = "64"))]
impl ByRule {
    /// From so many seconds after the beginning of 2020 on: 0 where there are no single changes.
    pub(crate) const fn since(instant: u32) -> Self {
        Self { length: SPAN - instant }
    }

    /// Whether an instant in Unix seconds is within it.
    #[inline]
    const fn has(self, unix_seconds: i64) -> bool {
        let instant = unix_seconds.wrapping_sub(FROM) as u64;
        (instant >> 32) == 0 && (instant as u32).wrapping_sub(self.start()) < self.length
    }

    /// Its beginning, in seconds from 2020 on.
    pub(crate) const fn start(self) -> u32 {
        SPAN - self.length
    }
}

/// An instant as a zone's wall clock has it, where that is hours away from being changed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    /// What it reads, in local seconds.
    pub(crate) local: u32,
    /// For so many seconds more it goes on, and then by no more than three hours' doubt.
    pub(crate) remaining: u32,
    /// The [place in years](place_in_years) of what it would read outside the year's two transitions.
    pub(crate) place: u32,
}

impl Clock {
    /// Nothing is sure.
    pub(crate) const UNSURE: Self = Self { local: 0, remaining: 0, place: 0 };
}

/// The local offset of an offset.
pub(crate) const fn local_offset(offset: Quarters) -> LocalOffset {
    BIAS.wrapping_add_signed(offset as i32 * 900)
}

/// The offset of a local offset, in seconds.
pub(crate) const fn offset_seconds(offset: LocalOffset) -> i32 {
    offset as i32 - BIAS as i32
}

/// Tells the compiler that it seldom comes here: for zones that come as data, where the others have a table of the years.
#[cfg(target_pointer_width = "64")]
#[cold]
#[inline]
const fn seldom() {}

impl Rules<'_> {
    /// The first transition later than an instant, [`NEVER`] where none comes, and the local offset up to there. A rule
    /// without any transitions has some that leave the offset as it is.
    #[expect(
        clippy::indexing_slicing,
        reason = "each index is compared with the length, or has two bits for four items"
    )]
    pub(crate) const fn change_after(&self, instant: u32, era: Era) -> (u32, LocalOffset) {
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
                let change = if within { self.changes[next] & !3 } else { NEVER };
                return (change, local_offset(self.offsets[last as usize & 3]));
            }
        }
        let mut number = year_near(instant);
        loop {
            let (first, length) = self.year(number);
            let first = first - FOLD_GUARD;
            if instant < first {
                return (first, self.outside);
            }
            if instant - first < length {
                return (first + length, self.between);
            }
            number += 1;
        }
    }

    /// What the wall clock reads at an instant in Unix seconds; `None` where that isn't by the yearly rule, or outside the tables'
    /// years.
    ///
    /// `remaining` is up to three hours after the next transition: within the three hours after one the side of it is wrong, and
    /// `remaining` at most three hours. After the last transition of a year it is as good as infinite.
    #[inline(always)]
    pub(crate) fn clock_at(&self, unix_seconds: i64) -> Option<Clock> {
        if !self.by_rule.has(unix_seconds) {
            return None;
        }
        let instant = unix_seconds.wrapping_sub(FROM) as u32;
        let outside = instant.wrapping_add(self.outside);
        // Local seconds begin two days before the years do, so within three days of a New Year this may be the other one.
        let place = place_in_years(outside);
        let (first, length) = self.year_here(place >> 8);
        // Since three hours after the first transition. Before that it is negative, that is, more than any length.
        let since = instant.wrapping_sub(first);
        let between = since < length;
        let local = if between { instant.wrapping_add(self.between) } else { outside };
        let remaining = if between { length } else { 0 }.wrapping_sub(since);
        Some(Clock { local, remaining, place })
    }

    /// [`transitions_of`](Self::transitions_of) the year of a number. Inlined where a year is reckoned, it would make the loop
    /// above three times as large.
    #[cfg_attr(target_pointer_width = "64", inline)]
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    const fn year(&self, number: u32) -> (u32, u32) {
        self.year_here(number)
    }

    /// The same, inlined.
    #[inline(always)]
    #[cfg_attr(
        target_pointer_width = "64",
        expect(clippy::indexing_slicing, reason = "the index is compared with the length")
    )]
    const fn year_here(&self, number: u32) -> (u32, u32) {
        #[cfg(target_pointer_width = "64")]
        if (number as usize) < self.years.len() {
            let [first, length] = self.years[number as usize];
            return (first, length);
        }
        #[cfg(target_pointer_width = "64")]
        seldom();
        self.transitions_of(Year::of(number))
    }

    /// Three hours after the first transition of a year, and how much later the second one is.
    #[expect(clippy::indexing_slicing, reason = "the index is compared with the length")]
    pub(crate) const fn transitions_of(&self, year: Year) -> (u32, u32) {
        let kind = year.kind();
        let [first, length] = if kind < self.transitions.len() { self.transitions[kind] } else { [0, 0] };
        (year.start_and_kind() + first, length)
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
        let (first, length) = zone.rules().transitions_of(Year::of(6));
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
