//! Which state a schedule has at an instant, and when it changes: the short way.
//!
//! Nearly always the wall clock is hours away from being changed, and no exception and no holiday is near: then the
//! week table alone has the answer. Where one is near, `answer_beside` looks it up; everything else is for
//! [`exact`](super::exact), which is right everywhere.

use core::ops::Range;

use super::calendar::Shared;
use super::dates::earlier;
use super::evaluation::{EXCEPTION, Evaluate, Evaluation, HOLIDAY, State};
use super::exceptions::{self, NOTHING, covering};
use super::since::since_of;
use super::step::Step;
use super::transitions::{Spans, Transitions};
use crate::build::HolidayRule;
use crate::civil::{FROM, in_week};
use crate::schedule::Schedule;
use crate::week::table::Layer;
use crate::zone::{Clock, OVER_NEW_YEAR, Zone};

impl<const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize, Z: Zone>
    Schedule<WINDOWS, EXCEPTIONS, HOLIDAYS, Z>
{
    /// What applies at an instant and until when, both in Unix seconds: the question that all others are asked by.
    ///
    /// Every instant has an answer. From 2020-01-01T00:00:00Z to the end of 2099 it is the right one by the rules of the
    /// zone; outside these years the windows go on in the same way, the clocks go as [`TimeZone`](crate::TimeZone) says, and
    /// neither exceptions nor holidays count: they do so from that instant on, which in Tokyo is 09:00 of 1 January, to the last local
    /// minute of 2099. `until` is later than the instant; a boundary that no `i64` can say is none.
    ///
    /// ```
    /// use kyklos_core::{Cause, Days, Schedule, TimeOfDay, TimeZone, Window};
    ///
    /// const OFFICE: Window = Window::constant(Days::ALL, TimeOfDay::constant(9, 0), TimeOfDay::constant(17, 0), 10);
    /// let mut schedule = Schedule::<1, 0, 0>::new(TimeZone::named("Europe/Zurich"));
    /// schedule.push_window(OFFICE).expect("room for one");
    /// let answer = schedule.evaluate(1_780_300_800); // 2026-06-01T08:00:00Z, 10:00 in Zurich
    /// assert_eq!(answer.cause(), Cause::Window(0));
    /// assert_eq!(answer.until(), Some(1_780_300_800 + 7 * 3_600));
    /// ```
    pub fn evaluate(&self, unix_seconds: i64) -> Evaluation {
        self.answer(unix_seconds, ())
    }

    /// Since when the state at an instant has held, both in Unix seconds; `None` when it always has.
    ///
    /// ```
    /// use kyklos_core::{Days, Schedule, TimeOfDay, TimeZone, Window};
    ///
    /// const OFFICE: Window = Window::constant(Days::ALL, TimeOfDay::constant(9, 0), TimeOfDay::constant(17, 0), 10);
    /// let mut schedule = Schedule::<1, 0, 0>::new(TimeZone::named("Europe/Zurich"));
    /// assert_eq!(schedule.since(1_780_300_800), None);
    /// schedule.push_window(OFFICE).expect("room for one");
    /// assert_eq!(schedule.since(1_780_300_800), Some(1_780_297_200)); // 2026-06-01T07:00:00Z, 09:00 in Zurich
    /// ```
    pub fn since(&self, unix_seconds: i64) -> Option<i64> {
        since_of(self, unix_seconds)
    }

    /// Each later instant at which the state changes, in Unix seconds, with the state from then on.
    ///
    /// ```
    /// use kyklos_core::{Days, Schedule, TimeOfDay, TimeZone, Window};
    ///
    /// const OFFICE: Window = Window::constant(Days::WEEKDAYS, TimeOfDay::constant(9, 0), TimeOfDay::constant(17, 0), 10);
    /// let mut schedule = Schedule::<1, 0, 0>::new(TimeZone::UTC);
    /// schedule.push_window(OFFICE).expect("room for one");
    /// let week = schedule.transitions(1_780_300_800).take_while(|(at, _)| *at < 1_780_300_800 + 7 * 86_400);
    /// assert!(week.map(|(_, state)| state.value).eq([10, 0, 10, 0, 10, 0, 10, 0, 10, 0]));
    /// ```
    pub fn transitions(&self, from: i64) -> Transitions<&Self> {
        Transitions::new(self, from)
    }

    /// The states from one instant to before another one, both in Unix seconds, each with its part of that time.
    ///
    /// ```
    /// use kyklos_core::{Schedule, TimeZone};
    ///
    /// let schedule = Schedule::<1, 0, 0>::new(TimeZone::UTC);
    /// let spans = schedule.spans(0..86_400).map(|(span, state)| (span, state.value));
    /// assert!(spans.eq([(0..86_400, 0)]));
    /// ```
    pub fn spans(&self, stretch: Range<i64>) -> Spans<&Self> {
        Spans::new(self, stretch)
    }

    /// [`evaluate`](Self::evaluate) with other dates beside the schedule's own.
    #[inline]
    pub(crate) fn answer<S: Shared + Copy>(&self, unix_seconds: i64, shared: S) -> Evaluation {
        let Some(clock) = self.zone.clock_at(unix_seconds) else {
            return self.exact(unix_seconds, shared);
        };
        self.answer_at(unix_seconds, clock, in_week(clock.local), shared)
    }

    /// The same where it is known what the clock reads.
    #[inline(always)]
    pub(crate) fn answer_at<S: Shared + Copy>(
        &self,
        unix_seconds: i64,
        clock: Clock,
        second_and_fraction: (u32, u32),
        shared: S,
    ) -> Evaluation {
        // First, so that the place need not be kept.
        if !self.filter.is_clear(clock.place) {
            return self.answer_beside(unix_seconds, clock, shared);
        }
        let (layer, lasts) = self.table.at(second_and_fraction);
        if !clock.is_sure_for(lasts) {
            return self.exact(unix_seconds, shared);
        }
        if !shared.is_clear_for(clock.local, lasts as u32) {
            return self.answer_beside(unix_seconds, clock, shared);
        }
        let (code, value) = self.of_layer(layer);
        Evaluation::of(code, value, unix_seconds.wrapping_add(lasts as i64))
    }

    /// What applies where a holiday or an exception may be near.
    ///
    /// An exception is over, or covered by a later one, at an instant that is known, and then something else surely applies. Where
    /// a holiday begins, or ends and no other follows, something else surely does too.
    #[inline(never)]
    fn answer_beside<S: Shared + Copy>(&self, unix_seconds: i64, clock: Clock, shared: S) -> Evaluation {
        let local = clock.local;
        let (layer, lasts) = self.table.at_local(local);
        if !clock.is_sure_for(lasts as usize) {
            return self.exact(unix_seconds, shared);
        }
        let instant = unix_seconds.wrapping_sub(FROM) as u32;
        let (exception, edge) = if self.exception_count > 0 { covering(self.exceptions(), instant) } else { NOTHING };
        let mut lasts = lasts.min(edge - instant);
        let (code, value);
        if exception != exceptions::NONE {
            lasts = edge - instant;
            (code, value) = (EXCEPTION + exception, self.exception_value(exception));
        } else if self.holiday_rule == HolidayRule::Ignore {
            (code, value) = self.of_layer(layer);
        } else {
            let next = |local| earlier(self.dates.next(local), shared.next(local));
            let (start, end) = next(local);
            if start <= local {
                lasts = (end - local).min(edge - instant);
                let follows = S::ANY && end - local == lasts && next(end).0 <= end;
                if !clock.is_sure_for(lasts as usize) || follows {
                    return self.exact(unix_seconds, shared);
                }
                (code, value) = (HOLIDAY, self.holiday_value);
            } else {
                lasts = lasts.min(start - local);
                (code, value) = self.of_layer(layer);
            }
        }
        // What lasts longer, a holiday or windows without a boundary, may not be over where it seems to be.
        if lasts > OVER_NEW_YEAR && code < EXCEPTION {
            return self.exact(unix_seconds, shared);
        }
        Evaluation::of(code, value, unix_seconds.wrapping_add(i64::from(lasts)))
    }

    /// The value of the exception of an index.
    #[inline]
    pub(crate) fn exception_value(&self, index: u32) -> u32 {
        self.exception_values.get(index as usize).copied().unwrap_or(0)
    }

    /// The code and the value of a window, or of none.
    #[inline]
    pub(crate) fn of_layer(&self, layer: Layer) -> (u32, u32) {
        // That of no window is behind them all, and the default's code.
        (u32::from(layer), self.values.get(usize::from(layer)).copied().unwrap_or(self.default_value))
    }
}

impl<const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize, Z: Zone> Evaluate
    for Schedule<WINDOWS, EXCEPTIONS, HOLIDAYS, Z>
{
    fn evaluate(&self, unix_seconds: i64) -> Evaluation {
        self.evaluate(unix_seconds)
    }

    fn since(&self, unix_seconds: i64) -> Option<i64> {
        self.since(unix_seconds)
    }

    #[inline]
    fn step(&self, unix_seconds: i64, step: &mut Step) -> (State, i64) {
        self.step_to(unix_seconds, step, ())
    }
}
