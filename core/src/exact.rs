//! Which state a schedule has at an instant, and when it changes: the way that is right everywhere.
//!
//! A look at an instant says what applies, in the contract's order (exceptions, holidays, windows, default), and up to
//! when that is sure to stay. Whether it changes there another look says.

use crate::civil::{DAY, FROM, NEVER, day_of};
use crate::schedule::Schedule;
use crate::zone::{Era, Piece};
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
    /// The answer for any instant of the tables' years.
    #[cold]
    #[inline(never)]
    pub(crate) fn evaluate_exactly(&self, unix_seconds: i64) -> Evaluation {
        let instant = unix_seconds.wrapping_sub(FROM) as u32;
        self.evaluate_from(unix_seconds, instant, &self.zone.rules.piece_at(instant, Era::Within), Era::Within)
    }

    /// The answer for an instant of other years, by that of another instant.
    #[cold]
    #[inline(never)]
    pub(crate) fn evaluate_elsewhere(&self, unix_seconds: i64, instant: u32, era: Era) -> Evaluation {
        let before = self.evaluate_from(unix_seconds, instant, &self.zone.rules.piece_at(instant, era), era);
        if era == Era::After || before.until.is_some_and(|until| until < FROM) {
            return before;
        }
        // What applies before the tables start holds up to their start at the most, or on into them.
        let after = self.evaluate_exactly(FROM);
        if after.state == before.state { after } else { Evaluation { until: Some(FROM), ..before } }
    }

    /// The answer for an instant of a piece.
    pub(crate) fn evaluate_from(&self, unix_seconds: i64, instant: u32, piece: &Piece, era: Era) -> Evaluation {
        let Look { state, mut next, mut sure } = self.look(instant, piece, era);
        while !sure && next != NEVER {
            let later = self.look(next, &self.zone.rules.piece_at(next, era), era);
            if later.state != state {
                break;
            }
            (next, sure) = (later.next, later.sure);
        }
        let until = unix_seconds.checked_add(i64::from(next - instant)).filter(|_| next != NEVER);
        Evaluation { state, until }
    }

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
            && let Some((day, end)) = self.special.next_run(day_of(first))
        {
            if day > day_of(last) {
                until = until.min(day * DAY);
            } else {
                state = State { cause: Cause::Holiday, replicas: self.holiday_replicas };
                // While a clock is put back the date may be over and come again: up to the end of the piece.
                until = if end * DAY > reading { end * DAY } else { reading + DAY };
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
