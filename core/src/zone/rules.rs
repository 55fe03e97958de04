//! What the clocks of a zone do: changes one by one, then a rule that goes on year after year.
//!
//! The rule is the footer of the zone's TZif file, a POSIX `TZ` string (RFC 9636 section 3.3, POSIX.1-2024 section 8.3).
//! It names its days as `Mm.w.d`, so what it does in a year depends on the kind of the year alone: on the weekday of its
//! 1 January and whether it is a leap year. The generator works that out; here it is a table of the 14 kinds.

use super::era::Era;
use crate::civil::{BIAS, NEVER, Year, year_near};

/// An offset from UTC in quarters of an hour, east positive: every offset in force since 2020 is one.
pub(crate) type Quarters = i8;

/// What is added to an instant to get local seconds: the offset, and the two days by which these start earlier.
pub(crate) type Lead = u32;

/// For each kind of year: three hours after its first change, in quarters of an hour from the start of the year in UTC,
/// and how many later the second one is. A zone that never changes has a first one that no year reaches.
///
/// Three hours are [`CLEAR`], so that the short way of evaluating has them for nothing.
pub(crate) type Shape = [[u16; 2]; 14];

/// So far away from a clock change every reading comes once: the generator of the tables makes sure that no clock is put
/// back by more.
pub(crate) const CLEAR: u32 = 3 * 3_600;

/// What the clocks of a zone do.
#[derive(Debug, PartialEq, Eq)]
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
        let later = changes.partition_point(|&change| change & !3 <= instant);
        let lead_of = |index: usize| {
            let change = changes.get(index).or(changes.first()).copied().unwrap_or(0);
            lead(self.offsets.get(change as usize & 3).copied().unwrap_or(0))
        };
        let mut span = match changes.get(later) {
            Some(&next) => Span {
                start: 0,
                end: next & !3,
                before: 0,
                lead: lead_of(later.wrapping_sub(1)),
                after: lead_of(later),
            },
            None if era == Era::Before && later > 0 => {
                Span { start: 0, end: NEVER, before: 0, lead: lead_of(0), after: 0 }
            }
            None => self.ruled(instant),
        };
        // The rule holds from the last single change on, so a span can't reach back behind it.
        if let Some(&last) = later.checked_sub(1).and_then(|last| changes.get(last))
            && span.start <= last & !3
        {
            span.start = last & !3;
            span.before = lead_of(later.wrapping_sub(2));
        }
        span
    }

    /// The span by the rule.
    fn ruled(&self, instant: u32) -> Span {
        let year = year_near(instant);
        let [outer, inner] = self.leads;
        let (first, length) = self.year(year);
        let since = instant.wrapping_sub(first);
        if since < length {
            return Span { start: first, end: first + length, before: outer, lead: inner, after: outer };
        }
        if length == 0 {
            return Span { start: 0, end: NEVER, before: outer, lead: outer, after: outer };
        }
        if (since as i32) < 0 {
            // The year before has the change that started this; there is none in the tables before 2020.
            let (start, before) = match year.checked_sub(1) {
                Some(year) => {
                    let (first, length) = self.year(year);
                    (first + length, inner)
                }
                None => (0, outer),
            };
            return Span { start, end: first, before, lead: outer, after: inner };
        }
        let (next, _) = self.year(year + 1);
        Span { start: first + length, end: next, before: inner, lead: outer, after: inner }
    }

    /// The first change of a year, and the seconds from it to the second.
    fn year(&self, number: u32) -> (u32, u32) {
        let Some(year) = Year::of(number) else { return (NEVER, 0) };
        let [first, length] = self.shape.get(year.kind()).copied().unwrap_or([u16::MAX, 0]);
        (year.start() + u32::from(first) * 900 - CLEAR, u32::from(length) * 900)
    }
}
