//! Which state a schedule has at an instant, and when it changes: the way that is right everywhere.
//!
//! A look at an instant says what applies, in the contract's order (exceptions, holidays, windows, default), and up to
//! when that is sure to stay. Whether it changes there another look says.

use crate::civil::{DAY, FROM, NEVER};
use crate::schedule::Schedule;
use crate::zone::{Era, Lead, Piece, Place, place};
use crate::{Cause, Evaluation, HolidayMode, State};

/// What applies at an instant.
struct Look {
    state: State,
    /// Later than the instant: up to here it stays. [`NEVER`] where it always does.
    next: u32,
    /// Whether it surely changes there.
    sure: bool,
}

impl<const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize> Schedule<WINDOWS, EXCEPTIONS, HOLIDAYS> {
    /// The answer for any instant. A caller who knows that up to an instant each reading comes once, with this lead, says
    /// so; any other says 0.
    #[inline(never)]
    pub(crate) fn evaluate_from(&self, unix_seconds: i64, plain_until: u32, lead: Lead) -> Evaluation {
        let Place { instant, mut era } = place(unix_seconds);
        let mut piece = Piece::plain(plain_until, lead);
        // The looks start at this pair.
        let (mut base, mut base_unix) = (instant, unix_seconds);
        let mut at = instant;
        let mut first = None;
        loop {
            if at >= piece.end {
                piece = self.zone.rules.piece_at(at, era);
            }
            let Look { state: now, next, sure } = self.look(at, &piece, era);
            let state = *first.get_or_insert(now);
            if now != state {
                return Evaluation { state, until: base_unix.checked_add(i64::from(at - base)) };
            }
            let until = base_unix.checked_add(i64::from(next - base)).filter(|_| next != NEVER);
            if era == Era::Before && until.is_none_or(|until| until >= FROM) {
                // Into the years of the tables.
                (era, at, base, base_unix) = (Era::Within, 0, 0, FROM);
                piece.end = 0;
            } else if sure || next == NEVER {
                return Evaluation { state, until };
            } else {
                at = next;
            }
        }
    }

    #[inline]
    fn look(&self, instant: u32, piece: &Piece, era: Era) -> Look {
        let reading = piece.reading(instant);
        let (first, last) = piece.readings(instant);
        let (mut layer, mut until) = self.table.at_local(reading);
        if first != last {
            layer = self.table.highest(first, last);
        }
        if self.table.is_constant() {
            until = NEVER;
        }
        let mut state = self.state_of(layer);
        let within = era == Era::Within;
        if within
            && self.holiday_mode != HolidayMode::Ignore
            && let Some((start, end)) = self.special.next_run(first)
        {
            if start > last {
                until = until.min(start);
            } else {
                state = State { cause: Cause::Holiday, replicas: self.holiday_replicas };
                // While a clock is put back the date may be over and come again: up to the end of the piece.
                until = if end > reading { end } else { reading + DAY };
            }
        }
        let mut next = if until == NEVER { NEVER } else { piece.end.min(instant + (until - reading)) };
        let mut sure = next < piece.end && piece.is_plain();
        if within {
            let (covering, next_edge) = self.special.exceptions_at(instant);
            if let Some((index, replicas)) = covering {
                state = State { cause: Cause::Exception(index), replicas };
                (next, sure) = (next_edge, false);
            } else if next_edge <= next {
                (next, sure) = (next_edge, true);
            }
        }
        Look { state, next, sure }
    }
}
