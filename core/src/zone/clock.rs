//! The wall clock of a zone: which readings an instant stands for, and which instants a reading.

use super::{Change, Quarters, Zone, seconds};
use crate::civil::SECONDS_PER_DAY;

/// A stretch of time with one offset.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    /// Its first instant, `i64::MIN` without an earlier change.
    pub(crate) start: i64,
    /// The offset before it.
    pub(crate) before: Quarters,
    /// The offset in it.
    pub(crate) offset: Quarters,
    /// The change that ends it.
    pub(crate) next: Option<Change>,
}

/// Which readings belong to the instants of a [`Piece`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clock {
    /// Each instant has the reading `t + offset`, which never comes again.
    Plain { offset: i64 },
    /// Before a clock is put back: from `t + offset` on down to `floor` all will be read again.
    First { offset: i64, floor: i64 },
    /// After a clock was put back: all from `t + offset` up to `top` has been read before.
    Second { offset: i64, top: i64 },
}

/// A stretch of time in which the readings that count move steadily.
///
/// A window covers every instant from its first reading to its last (rule 3 of the semantics). While a clock is put
/// back, that makes an instant stand for all readings between the earliest one still to come and the latest one
/// already seen: a window is active when any of them lies inside it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece {
    /// Exclusive; `i64::MAX` without a later change.
    pub(crate) end: i64,
    pub(crate) clock: Clock,
}

impl Piece {
    /// The earliest and the latest reading that count at `t`, in local seconds, both inclusive.
    pub(crate) fn readings(&self, t: i64) -> (i64, i64) {
        match self.clock {
            Clock::Plain { offset } => (t.saturating_add(offset), t.saturating_add(offset)),
            Clock::First { offset, floor } => (floor, t.saturating_add(offset)),
            Clock::Second { offset, top } => (t.saturating_add(offset), top),
        }
    }
}

impl Zone {
    /// The span that holds `t`.
    pub(crate) fn span_at(&self, t: i64) -> Span {
        let changes = self.rules.changes;
        let later = changes.partition_point(|&(at, _)| i64::from(at) <= t);
        let last = later.checked_sub(1).and_then(|at| changes.get(at));
        if let Some(&(at, offset)) = changes.get(later) {
            // Among the changes one by one.
            return Span {
                start: last.map_or(i64::MIN, |&(at, _)| i64::from(at)),
                before: self.offset_before(later.saturating_sub(1)),
                offset: last.map_or(self.rules.first, |&(_, offset)| offset),
                next: Some(Change { at: i64::from(at), offset }),
            };
        }
        let around = self.rules.rule.around(t);
        let mut span = match around {
            Some((previous, next)) => {
                Span { start: previous.at, before: next.offset, offset: previous.offset, next: Some(next) }
            }
            None => {
                Span { start: i64::MIN, before: self.rules.rule.standard, offset: self.rules.rule.standard, next: None }
            }
        };
        // The rule holds from the last single change on, so a span can't reach back behind it.
        if let Some(&(at, _)) = last
            && span.start <= i64::from(at)
        {
            span.start = i64::from(at);
            span.before = self.offset_before(later.saturating_sub(1));
        }
        span
    }

    /// The offset before the single change of this index.
    fn offset_before(&self, index: usize) -> Quarters {
        index.checked_sub(1).and_then(|at| self.rules.changes.get(at)).map_or(self.rules.first, |&(_, offset)| offset)
    }

    /// The piece that holds `t`.
    ///
    /// Clock changes lie further apart than the hours by which clocks are put back (the generator of the tables
    /// asserts a day), so a piece never has two of them to think of.
    pub(crate) fn piece_at(&self, t: i64) -> Piece {
        let span = self.span_at(t);
        let offset = seconds(span.offset);
        let back = seconds(span.before) - offset;
        let repeated_until = span.start.saturating_add(back);
        if back > 0 && t < repeated_until {
            let top = span.start + seconds(span.before) - 1;
            return Piece { end: repeated_until, clock: Clock::Second { offset, top } };
        }
        let Some(next) = span.next else {
            return Piece { end: i64::MAX, clock: Clock::Plain { offset } };
        };
        let back = offset - seconds(next.offset);
        if back <= 0 {
            return Piece { end: next.at, clock: Clock::Plain { offset } };
        }
        if t < next.at - back {
            return Piece { end: next.at - back, clock: Clock::Plain { offset } };
        }
        let floor = next.at + seconds(next.offset);
        Piece { end: next.at, clock: Clock::First { offset, floor } }
    }

    /// The first instant at which the wall clock reads `local` or later.
    pub(crate) fn first_at_or_after(&self, local: i64) -> i64 {
        // Two days are more than any offset, so the clock reads less than `local` up to there.
        let mut span = self.span_at(local.saturating_sub(2 * SECONDS_PER_DAY));
        loop {
            let at = local.saturating_sub(seconds(span.offset)).max(span.start);
            match span.next {
                Some(next) if at >= next.at => span = self.span_at(next.at),
                _ => return at,
            }
        }
    }

    /// The instant from which the wall clock never again reads earlier than `local`.
    pub(crate) fn never_again_before(&self, local: i64) -> i64 {
        let mut span = self.span_at(local.saturating_sub(2 * SECONDS_PER_DAY));
        let beyond = local.saturating_add(2 * SECONDS_PER_DAY);
        let mut at = i64::MIN;
        loop {
            let end = span.next.map_or(i64::MAX, |next| next.at);
            let reached = local.saturating_sub(seconds(span.offset));
            if reached > span.start || span.start == i64::MIN {
                at = reached.min(end);
            }
            match span.next {
                Some(next) if next.at < beyond => span = self.span_at(next.at),
                _ => return at,
            }
        }
    }
}
