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

/// A stretch of time with one offset.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    /// Its first instant; 0 where the tables start.
    pub(crate) start: u32,
    /// Exclusive; [`NEVER`](crate::civil::NEVER) without a later change.
    pub(crate) end: u32,
    /// Before it.
    pub(crate) before: Lead,
    /// In it.
    pub(crate) lead: Lead,
    /// After it.
    pub(crate) after: Lead,
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
    /// The span that holds an instant.
    pub(crate) fn span_at(&self, instant: u32, era: Era) -> Span {
        // The changes one by one belong to their own years. Before them the oldest offset is all that is known.
        let changes = match era {
            Era::Within => self.changes,
            Era::Before => self.changes.get(..1).unwrap_or_default(),
            Era::After => &[],
        };
        let mut span = self.ruled(instant);
        let later = changes.partition_point(|&change| change & !3 <= instant);
        let Some(&last) = changes.get(later.wrapping_sub(1)) else { return span };
        let lead_of = |change: u32| lead(self.offsets.get(change as usize & 3).copied().unwrap_or(0));
        let next = changes.get(later).copied();
        if next.is_some() || era == Era::Before {
            span.lead = lead_of(last);
            span.after = lead_of(next.unwrap_or(last));
            span.end = next.map_or(NEVER, |next| next & !3);
            span.start = 0;
        }
        // The rule holds from the last single change on, so a span can't reach back behind it.
        if span.start <= last & !3 {
            span.start = last & !3;
            span.before = lead_of(changes.get(later.wrapping_sub(2)).copied().unwrap_or(last));
        }
        span
    }

    /// The span by the rule.
    fn ruled(&self, instant: u32) -> Span {
        let [mut lead, mut other] = self.leads;
        if lead == other {
            return Span { start: 0, end: NEVER, before: lead, lead, after: lead };
        }
        // The changes are numbered, two a year: the first one of a year leads to the inner lead.
        let mut number = 2 * year_near(instant);
        number += u32::from(self.change(number) <= instant);
        number += u32::from(number & 1 == 1 && self.change(number) <= instant);
        if number & 1 == 1 {
            (lead, other) = (other, lead);
        }
        // Before the first change of 2020 there is none in the tables.
        let Some(last) = number.checked_sub(1) else {
            return Span { start: 0, end: self.change(0), before: lead, lead, after: other };
        };
        Span { start: self.change(last), end: self.change(number), before: other, lead, after: other }
    }

    /// The change of this number, 0 for the first one of 2020.
    #[inline(never)]
    fn change(&self, number: u32) -> u32 {
        let year = Year::of(number >> 1).unwrap_or_default();
        let [first, length] = self.shape.get(year.kind()).copied().unwrap_or_default();
        let second = if number & 1 == 1 { length } else { 0 };
        year.start_and_kind() + first + second - CLEAR
    }
}
