//! The wall clock of a zone: which readings an instant stands for, and which instants a reading.

use super::era::Era;
use super::rules::{FOLD_GUARD, LocalOffset, Rules};
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
        let (mut change, mut offset) = self.change_after(instant.saturating_sub(FOLD_GUARD), era);
        if change <= instant {
            let (last, before) = (change, offset);
            (change, offset) = self.change_after(instant, era);
            let back = last + before.saturating_sub(offset);
            if instant < back {
                return FoldSegment { end: back, offset, min_reading: u32::MAX, max_reading: last + before - 1 };
            }
        }
        let (_, after) = self.change_after(change, era);
        let end = change - offset.saturating_sub(after);
        if instant < end {
            FoldSegment::plain(end, offset)
        } else {
            FoldSegment { end: change, offset, min_reading: change + after, max_reading: 0 }
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
