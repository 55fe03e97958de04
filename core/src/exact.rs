//! Which state a schedule has at an instant, and when it changes: the way that is right everywhere.
//!
//! The parts are asked in the contract's order: exceptions, holidays, windows, default. Each says what it gives at an
//! instant and when that may next be different; a candidate counts only when the whole state differs there.

use crate::civil::{DAY, FROM, NEVER, day_of};
use crate::schedule::Schedule;
use crate::table::Layer;
use crate::zone::{Era, Piece};
use crate::{Cause, Evaluation, HolidayMode, State};

impl<const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize> Schedule<WINDOWS, EXCEPTIONS, HOLIDAYS> {
    /// The answer for an instant of the tables' years.
    #[cold]
    #[inline(never)]
    pub(crate) fn evaluate_exactly(&self, unix_seconds: i64, instant: u32) -> Evaluation {
        self.evaluate_at(unix_seconds, instant, Era::Within)
    }

    /// The answer for an instant of other years, by that of another instant.
    #[cold]
    #[inline(never)]
    pub(crate) fn evaluate_elsewhere(&self, unix_seconds: i64, instant: u32, era: Era) -> Evaluation {
        let before = self.evaluate_at(unix_seconds, instant, era);
        if era == Era::After || before.until.is_some_and(|until| until < FROM) {
            return before;
        }
        // What applies before the tables start holds up to their start at the most, or on into them.
        let after = self.evaluate(FROM);
        if after.state == before.state { after } else { Evaluation { state: before.state, until: Some(FROM) } }
    }

    fn evaluate_at(&self, unix_seconds: i64, instant: u32, era: Era) -> Evaluation {
        let state = self.state(instant, era);
        let mut at = instant;
        loop {
            at = self.next_candidate(at, era);
            if at == NEVER {
                return Evaluation { state, until: None };
            }
            if self.state(at, era) != state {
                return Evaluation { state, until: unix_seconds.checked_add(i64::from(at - instant)) };
            }
        }
    }

    fn state(&self, instant: u32, era: Era) -> State {
        if era == Era::Within
            && let Some((index, replicas)) = self.special.exception_at(instant)
        {
            return State { cause: Cause::Exception(index), replicas };
        }
        let piece = self.zone.rules.piece_at(instant, era);
        if era == Era::Within && self.holiday_run(&piece, instant).is_some() {
            return self.holiday_state();
        }
        self.state_of(self.layer(&piece, instant))
    }

    /// The next instant at which the state may differ, or [`NEVER`]: there is no boundary before it.
    fn next_candidate(&self, instant: u32, era: Era) -> u32 {
        let piece = self.zone.rules.piece_at(instant, era);
        if era != Era::Within {
            return self.next_layer_change(piece, instant, era);
        }
        let exceptions = self.next_exception_edge(instant);
        if self.special.exception_at(instant).is_some() {
            return exceptions;
        }
        let below = match self.holiday_run(&piece, instant) {
            // A day has passed when its date is never read again.
            Some(end) => self.zone.rules.never_again_before(end * DAY),
            None => self.next_holiday(&piece, instant).min(self.next_layer_change(piece, instant, era)),
        };
        exceptions.min(below)
    }

    fn next_exception_edge(&self, instant: u32) -> u32 {
        self.special
            .exceptions
            .iter()
            .filter(|exception| exception.start < exception.end)
            .flat_map(|exception| [exception.start, exception.end])
            .filter(|&edge| edge > instant)
            .fold(NEVER, u32::min)
    }

    /// On a holiday, the day after the run of holidays that it belongs to.
    fn holiday_run(&self, piece: &Piece, instant: u32) -> Option<u32> {
        if self.holiday_mode == HolidayMode::Ignore {
            return None;
        }
        let (first, last) = piece.readings(instant);
        let (day, end) = self.special.next_run(day_of(first))?;
        (day <= day_of(last)).then_some(end)
    }

    /// Where the instant is on no holiday: the first instant of the next one.
    fn next_holiday(&self, piece: &Piece, instant: u32) -> u32 {
        if self.holiday_mode == HolidayMode::Ignore {
            return NEVER;
        }
        let today = day_of(piece.readings(instant).1);
        self.special
            .next_run(today + 1)
            .map_or(NEVER, |(next, _)| self.zone.rules.first_at_or_after(next * DAY, Era::Within))
    }

    /// The window that applies at an instant of a piece.
    fn layer(&self, piece: &Piece, instant: u32) -> Layer {
        let (first, last) = piece.readings(instant);
        self.table.highest(first, last)
    }

    /// The first instant after this one at which another window applies, or [`NEVER`].
    fn next_layer_change(&self, mut piece: Piece, mut instant: u32, era: Era) -> u32 {
        if self.table.is_constant() {
            return NEVER;
        }
        let layer = self.layer(&piece, instant);
        loop {
            let reading = piece.reading(instant);
            instant += self.table.at_local(reading).1 - reading;
            if instant >= piece.end {
                instant = piece.end;
                piece = self.zone.rules.piece_at(instant, era);
            }
            if self.layer(&piece, instant) != layer {
                return instant;
            }
        }
    }
}
