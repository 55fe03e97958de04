//! Which state a schedule has at an instant, and when it changes: the way that is right everywhere.
//!
//! A look at an instant says what applies, in the contract's order (exceptions, holidays, windows, default), and up to
//! when that is sure to stay. Whether it changes there another look says.

use crate::civil::{DAY, FROM, NEVER, SPAN, WEEK};
use crate::schedule::Schedule;
use crate::special::Exception;
use crate::table::Layer;
use crate::zone::{Era, Piece, Place, place};
use crate::{Cause, Evaluation, HolidayMode, State};

/// Beside the [`Layer`]s, which are less, what may apply.
const HOLIDAY: u32 = 256;
/// The first exception; the others follow.
const EXCEPTION: u32 = 257;
/// After this no boundary comes: every holiday is before, and no week is without one that has any.
const LAST: u32 = SPAN + 2 * WEEK;

/// What applies at an instant.
struct Look {
    /// A [`Layer`], [`HOLIDAY`] or an exception.
    applies: u32,
    /// Later than the instant: up to here it stays. [`NEVER`] where it always does.
    next: u32,
    /// Whether it surely changes there.
    sure: bool,
}

impl<const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize> Schedule<WINDOWS, EXCEPTIONS, HOLIDAYS> {
    /// The answer for any instant.
    #[cold]
    #[inline(never)]
    pub(crate) fn exact(&self, unix_seconds: i64) -> Evaluation {
        let Place { instant, era } = place(unix_seconds);
        let (applies, mut end) = self.find(instant, era);
        let (mut start, mut start_unix) = (instant, unix_seconds);
        // Before 2020 a stretch may last into the years of the tables.
        let ahead = FROM.wrapping_sub(unix_seconds) as u64;
        if era == Era::Before && (end == NEVER || u64::from(end - start) >= ahead) {
            let (then, later) = self.find(0, Era::Within);
            end = if then == applies { later } else { 0 };
            (start, start_unix) = (0, FROM);
        }
        let until = if end == NEVER { None } else { start_unix.checked_add(i64::from(end - start)) };
        let index = applies.wrapping_sub(EXCEPTION);
        let state = if let Some(&Exception { replicas, .. }) = self.special.exceptions.get(index as usize) {
            State { cause: Cause::Exception(index as u16), replicas }
        } else if applies == HOLIDAY {
            State { cause: Cause::Holiday, replicas: self.holiday_replicas }
        } else {
            self.state_of(applies as Layer)
        };
        Evaluation { state, until }
    }

    /// What applies at an instant of an era, and the first later one at which something else does, or [`NEVER`].
    #[inline(never)]
    fn find(&self, instant: u32, era: Era) -> (u32, u32) {
        let mut piece = Piece::plain(0, 0);
        let mut first = u32::MAX;
        let mut at = instant;
        loop {
            if at >= piece.end {
                piece = self.zone.rules.piece_at(at, era);
            }
            let Look { applies, next, sure } = self.look(at, &piece, era);
            if first == u32::MAX {
                first = applies;
            }
            if first != applies {
                return (first, at);
            }
            if sure || next == NEVER {
                return (first, next);
            }
            at = next;
        }
    }

    fn look(&self, instant: u32, piece: &Piece, era: Era) -> Look {
        let reading = piece.reading(instant);
        let (first, last) = piece.readings(instant);
        let (mut layer, mut lasts) = self.table.at_local(reading);
        if first != last {
            layer = self.table.highest(first, last);
        }
        let mut applies = u32::from(layer);
        let mut sure = piece.is_plain();
        if lasts > WEEK {
            lasts = NEVER;
        }
        let within = era == Era::Within;
        if within && self.holiday_mode != HolidayMode::Ignore {
            let start = self.special.next_holiday(first);
            if start <= last {
                // Another holiday may follow. And while a clock is put back the date may be over and come again.
                (applies, lasts, sure) = (HOLIDAY, start + DAY - first, false);
            } else {
                lasts = lasts.min(start - reading);
            }
        }
        let mut next = instant.saturating_add(lasts);
        next = if next > LAST { NEVER } else { next.min(piece.end) };
        sure &= next < piece.end;
        if within {
            let (covering, next_edge) = self.special.exceptions_at(instant);
            if covering == u32::MAX {
                next = next.min(next_edge);
            } else {
                (applies, next, sure) = (EXCEPTION + covering, next_edge, false);
            }
        }
        Look { applies, next, sure }
    }
}
