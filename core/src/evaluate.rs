//! Which state a schedule has at an instant, and when it changes.
//!
//! The parts are asked in the contract's order: exceptions, holidays, windows, default. Each says what it gives at an
//! instant and when that may next be different; a candidate counts only when the whole state differs there.

use chrono::{DateTime, Utc};

use crate::civil::{MINUTES_PER_WEEK, SECONDS_PER_DAY};
use crate::schedule::Schedule;
use crate::table::Layer;
use crate::zone::{Clock, Piece};
use crate::{Cause, Decision, Evaluation, HolidayMode, State};

/// Seconds of a week.
const SECONDS_PER_WEEK: i64 = 7 * SECONDS_PER_DAY;

impl<const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize> Schedule<WINDOWS, EXCEPTIONS, HOLIDAYS> {
    /// What applies at an instant and until when, both in Unix seconds: the question that all others are asked by.
    pub fn evaluate(&self, unix_seconds: i64) -> Evaluation {
        let mut t = unix_seconds;
        let state = self.state(t);
        loop {
            let Some(next) = self.next_candidate(t) else { return Evaluation { state, until: None } };
            t = next;
            if self.state(t) != state {
                return Evaluation { state, until: Some(t) };
            }
        }
    }

    /// What applies at an instant. Fractions of a second don't matter: every boundary is on a whole second.
    pub fn state_at(&self, at: DateTime<Utc>) -> State {
        self.evaluate(at.timestamp()).state
    }

    /// The first instant after `after` at which the state differs from that at `after`, or `None` when it never does.
    ///
    /// A boundary beyond chrono's range, the year 262,142, counts as none.
    pub fn next_boundary(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.decision_at(after).until
    }

    /// [`state_at`](Self::state_at) and [`next_boundary`](Self::next_boundary) at once.
    pub fn decision_at(&self, at: DateTime<Utc>) -> Decision {
        let Evaluation { state, until } = self.evaluate(at.timestamp());
        Decision { state, until: until.and_then(|until| DateTime::from_timestamp(until, 0)) }
    }

    fn state(&self, t: i64) -> State {
        if let Some((index, replicas)) = self.exception_at(t) {
            return State { cause: Cause::Exception(index), replicas };
        }
        let piece = self.zone.piece_at(t);
        if self.holiday_run(&piece, t).is_some() {
            return State { cause: Cause::Holiday, replicas: self.holiday_replicas() };
        }
        match self.layer(&piece, t) {
            0 => State { cause: Cause::Default, replicas: self.default_replicas },
            layer => {
                let index = u16::from(layer - 1);
                let replicas = self.replicas.get(usize::from(index)).copied().unwrap_or(self.default_replicas);
                State { cause: Cause::Window(index), replicas }
            }
        }
    }

    /// The next instant at which the state may differ: there is no boundary before it.
    fn next_candidate(&self, t: i64) -> Option<i64> {
        let exceptions = self.next_exception_edge(t);
        if self.exception_at(t).is_some() {
            return exceptions;
        }
        let piece = self.zone.piece_at(t);
        let below = match self.holiday_run(&piece, t) {
            // A day has passed when its date is never read again.
            Some(last) => Some(self.zone.never_again_before(Self::midnight(last.saturating_add(1)))),
            None => earlier(self.next_holiday(&piece, t), self.next_layer_change(piece, t)),
        };
        earlier(exceptions, below)
    }

    /// The last exception that covers `t`.
    fn exception_at(&self, t: i64) -> Option<(u16, u32)> {
        let index = self.exceptions.iter().rposition(|e| e.start <= t && t < e.end)?;
        Some((index as u16, self.exceptions.get(index)?.replicas))
    }

    fn next_exception_edge(&self, t: i64) -> Option<i64> {
        self.exceptions
            .iter()
            // One that clock changes leave empty has its start and end at the wrong way round, or equal.
            .filter(|e| e.start < e.end)
            .flat_map(|e| [e.start, e.end])
            .filter(|&edge| edge > t)
            .min()
    }

    fn holiday_replicas(&self) -> u32 {
        match self.holiday_mode {
            HolidayMode::TreatAsOpen => self.replicas.iter().copied().max().unwrap_or(self.default_replicas),
            HolidayMode::TreatAsClosed | HolidayMode::Ignore => self.default_replicas,
        }
    }

    /// The holidays that count, none when they are ignored.
    fn counted_holidays(&self) -> &[i32] {
        if self.holiday_mode == HolidayMode::Ignore { &[] } else { &self.holidays }
    }

    /// On a holiday, the last day of the run of holidays that it belongs to.
    fn holiday_run(&self, piece: &Piece, t: i64) -> Option<i32> {
        let holidays = self.counted_holidays();
        if holidays.is_empty() {
            return None;
        }
        let (first, last) = piece.readings(t);
        let (first, last) = (day_of(first), day_of(last));
        let upto = holidays.partition_point(|&day| i64::from(day) <= last);
        let mut end = *holidays.get(upto.checked_sub(1)?)?;
        if i64::from(end) < first {
            return None;
        }
        for &day in holidays.get(upto..)? {
            if day != end.saturating_add(1) {
                break;
            }
            end = day;
        }
        Some(end)
    }

    /// Where `t` is on no holiday: the first instant of the next one.
    fn next_holiday(&self, piece: &Piece, t: i64) -> Option<i64> {
        let today = day_of(piece.readings(t).1);
        let holidays = self.counted_holidays();
        let next = holidays.get(holidays.partition_point(|&day| i64::from(day) <= today))?;
        Some(self.zone.first_at_or_after(Self::midnight(*next)))
    }

    /// The window that applies at `t`, which lies in `piece`.
    fn layer(&self, piece: &Piece, t: i64) -> Layer {
        let (first, last) = piece.readings(t);
        let minute = minute_of_week(first);
        if first == last {
            return self.table.at(minute).0;
        }
        // Clocks are put back by hours, never by weeks.
        let length = last.div_euclid(60) - first.div_euclid(60);
        self.table.highest(minute, u16::try_from(length).unwrap_or(MINUTES_PER_WEEK))
    }

    /// The first instant after `t` at which another window applies than at `t`.
    fn next_layer_change(&self, mut piece: Piece, mut t: i64) -> Option<i64> {
        if self.table.is_constant() {
            return None;
        }
        let layer = self.layer(&piece, t);
        loop {
            // The reading that moves with the time; while a clock is put back the other one stands still.
            let moving = match piece.clock {
                Clock::Plain { offset } | Clock::First { offset, .. } | Clock::Second { offset, .. } => {
                    t.saturating_add(offset)
                }
            };
            let (_, minutes) = self.table.at(minute_of_week(moving));
            t = t.saturating_add(i64::from(minutes?) * 60 - moving.rem_euclid(60));
            if t >= piece.end {
                t = piece.end;
                piece = self.zone.piece_at(t);
            }
            if self.layer(&piece, t) != layer {
                return Some(t);
            }
            if t == i64::MAX {
                return None;
            }
        }
    }
}

fn earlier(a: Option<i64>, b: Option<i64>) -> Option<i64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

fn day_of(local: i64) -> i64 {
    local.div_euclid(SECONDS_PER_DAY)
}

fn minute_of_week(local: i64) -> u16 {
    // 1970-01-05 was a Monday; weeks are counted from it.
    (local.saturating_sub(4 * SECONDS_PER_DAY).rem_euclid(SECONDS_PER_WEEK) / 60) as u16
}
