//! The wall clock of a zone: which readings an instant stands for, and which instants a reading.
//!
//! Instants are seconds from 2020 on, readings local seconds: see [`civil`](crate::civil).

use super::era::Era;
use super::rules::{CLEAR, Lead, Rules};
use crate::civil::{BIAS, DAY};

/// A stretch of time in which the readings that count move steadily.
///
/// A window covers every instant from its first reading to its last (rule 3 of the semantics). While a clock is put
/// back, that makes an instant stand for all readings between the earliest one still to come and the latest one
/// already seen: a window is active when any of them lies inside it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece {
    /// Exclusive; [`NEVER`](crate::civil::NEVER) without a later change.
    pub(crate) end: u32,
    lead: Lead,
    /// Before a clock is put back: down to here all will be read again.
    floor: u32,
    /// After a clock was put back: up to here all has been read before.
    top: u32,
}

impl Piece {
    /// One in which each reading comes once.
    pub(crate) const fn plain(end: u32, lead: Lead) -> Self {
        Self { end, lead, floor: u32::MAX, top: 0 }
    }

    /// Whether each reading comes once.
    pub(crate) const fn is_plain(&self) -> bool {
        self.floor == u32::MAX && self.top == 0
    }

    /// What the wall clock reads at an instant: the reading that moves with the time.
    pub(crate) const fn reading(&self, instant: u32) -> u32 {
        instant.wrapping_add(self.lead)
    }

    /// The earliest and the latest reading that count at an instant, both inclusive.
    pub(crate) fn readings(&self, instant: u32) -> (u32, u32) {
        let reading = self.reading(instant);
        (reading.min(self.floor), reading.max(self.top))
    }
}

impl Rules {
    /// The piece that holds an instant.
    ///
    /// Clock changes lie further apart than the hours by which clocks are put back (the generator of the tables
    /// asserts a day), so a piece never has two of them to think of.
    #[inline(never)]
    pub(crate) fn piece_at(&self, instant: u32, era: Era) -> Piece {
        let (mut change, mut lead) = self.change_after(instant.saturating_sub(CLEAR), era);
        if change <= instant {
            let (last, before) = (change, lead);
            (change, lead) = self.change_after(instant, era);
            let back = last + before.saturating_sub(lead);
            if instant < back {
                return Piece { end: back, lead, floor: u32::MAX, top: last + before - 1 };
            }
        }
        let (_, after) = self.change_after(change, era);
        let end = change - lead.saturating_sub(after);
        if instant < end { Piece::plain(end, lead) } else { Piece { end: change, lead, floor: change + after, top: 0 } }
    }

    /// The first instant at which the wall clock reads `local` or later.
    pub(crate) fn first_at_or_after(&self, local: u32, era: Era) -> u32 {
        let mut from = before_reading(local);
        loop {
            let (change, lead) = self.change_after(from, era);
            let at = local.saturating_sub(lead).max(from);
            if at < change {
                return at;
            }
            from = change;
        }
    }

    /// The instant from which the wall clock never again reads earlier than `local`.
    pub(crate) fn never_again_before(&self, local: u32) -> u32 {
        let mut from = before_reading(local);
        let beyond = local.saturating_sub(BIAS - DAY);
        let mut at = 0;
        loop {
            let (change, lead) = self.change_after(from, Era::Within);
            let reached = local.saturating_sub(lead);
            if reached > from {
                at = reached.min(change);
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
