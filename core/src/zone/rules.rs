//! What the clocks of a zone do: changes one by one, then a rule that goes on year after year.
//!
//! The rule is the footer of the zone's TZif file, a POSIX `TZ` string (RFC 9636 section 3.3, POSIX.1-2024 section 8.3).
//! It names its days as `Mm.w.d`, and none before March, so what it does in a year depends on the weekday of 1 March
//! alone. The generator works that out; here it is a table of the seven kinds of years.

use super::era::Era;
use crate::civil::{BIAS, NEVER, Year, year_near};

/// An offset from UTC in quarters of an hour, east positive: every offset in force since 2020 is one.
pub(crate) type Quarters = i8;

/// What is added to an instant to get local seconds: the offset, and the two days by which these start earlier.
pub(crate) type Lead = u32;

/// For each kind of year: three hours after its first change, in seconds from the start of the [`Year`] in UTC, less the
/// number of the kind; and how many seconds later the second one is. In a zone that never changes there is no second one,
/// and the first is one that no year reaches.
///
/// The three hours are [`CLEAR`], and the kind is in what a [`Year`] says of its start: the short way of evaluating then
/// has both for nothing.
pub(crate) type Shape = [[u32; 2]; 7];

/// So far away from a clock change every reading comes once: the generator of the tables makes sure that no clock is put
/// back by more.
pub(crate) const CLEAR: u32 = 3 * 3_600;

/// What the clocks of a zone do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rules {
    /// Changes that the rule doesn't know, and all before the last of these. The first one is the offset from the
    /// beginning on. Each is seconds from 2020 on, a multiple of four, and in the two lowest bits an index of `offsets`.
    pub(crate) changes: &'static [u32],
    pub(crate) offsets: [Quarters; 4],
    /// From here on the clocks have gone by the rule for three hours: 0 where there are no `changes`.
    pub(crate) settled: u32,
    pub(crate) shape: &'static Shape,
    /// From the second change of a year up to the first one of the next, and between the two changes of a year.
    pub(crate) leads: [Lead; 2],
}

/// The lead of an offset.
pub(crate) const fn lead(offset: Quarters) -> Lead {
    BIAS.wrapping_add_signed(offset as i32 * 900)
}

/// The offset of a lead.
pub(crate) const fn offset_seconds(lead: Lead) -> i32 {
    lead as i32 - BIAS as i32
}

impl Rules {
    /// The first change later than an instant, [`NEVER`] where none comes, and the lead up to there. A rule without any
    /// changes has some that leave the offset as it is.
    pub(crate) fn change_after(&self, instant: u32, era: Era) -> (u32, Lead) {
        // The changes one by one belong to their own years. Before them the oldest offset is all that is known.
        if era != Era::After {
            let known = if era == Era::Within { instant } else { 0 };
            let (mut last, mut end) = (0, self.changes.len());
            while end - last > 1 {
                let middle = (last + end) / 2;
                if self.changes.get(middle).is_some_and(|&change| change & !3 <= known) {
                    last = middle;
                } else {
                    end = middle;
                }
            }
            if let Some(&[last, next, ..]) = self.changes.get(last..) {
                let offset = self.offsets.get(last as usize & 3).copied().unwrap_or(0);
                return (if era == Era::Within { next & !3 } else { NEVER }, lead(offset));
            }
        }
        let [outer, inner] = self.leads;
        let mut number = year_near(instant);
        loop {
            let (first, length) = self.year(number);
            let first = first - CLEAR;
            if instant < first {
                return (first, outer);
            }
            if instant - first < length {
                return (first + length, inner);
            }
            number += 1;
        }
    }

    /// Three hours after the first change of the year of this number, 0 for 2020, and how much later the second one is.
    #[cfg_attr(target_pointer_width = "64", inline)]
    pub(crate) fn year(&self, number: u32) -> (u32, u32) {
        let year = Year::of(number);
        let [first, length] = self.shape.get(year.kind()).copied().unwrap_or_default();
        (year.start_and_kind() + first, length)
    }
}
