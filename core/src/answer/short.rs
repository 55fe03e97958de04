//! Which state a schedule has at an instant, and when it changes: the short way.
//!
//! Nearly always the wall clock is hours away from being changed, and no exception and no holiday is near: then the
//! week table alone has the answer. Where one is near, `answer_beside` looks it up; everything else is for
//! [`exact`](super::exact), which is right everywhere.

use core::borrow::Borrow;
use core::ops::Range;

use super::calendar::Shared;
use super::evaluation::{DEFAULT, Evaluate, Evaluation};
use super::exceptions::{self, covering};
use super::since::since_of;
use super::transitions::{Spans, Transitions};
use crate::HolidayMode;
use crate::civil::{FROM, SPAN, WEEK, Year, year_near};
use crate::schedule::Schedule;
use crate::week::table::Layer;
use crate::zone::{FOLD_GUARD, Zone};

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
        self.answer(unix_seconds, &())
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
    pub(crate) fn answer<S: Shared>(&self, unix_seconds: i64, shared: &S) -> Evaluation {
        let instant = unix_seconds.wrapping_sub(FROM) as u64;
        if instant >= u64::from(SPAN) {
            return self.exact(unix_seconds, shared);
        }
        let instant = instant as u32;
        let view = self.zone.view();
        let rules = view.borrow();
        if instant < rules.rule_from {
            return self.exact(unix_seconds, shared);
        }
        let year = Year::of(year_near(instant));
        let (first, length) = rules.transitions_of(year);
        let year = year.start_and_kind();
        // Since three hours after the first transition. Before that it is negative, that is, more than any length.
        let since = instant.wrapping_sub(first);
        let between = since < length;
        let local_offset = if between { rules.between } else { rules.outside };
        // Up to three hours after the next transition. Within the three hours after one the side of it is wrong, and this at most
        // three hours. After the last transition of a year it is as good as infinite.
        let remaining = if between { length } else { 0 }.wrapping_sub(since);
        let local = instant.wrapping_add(local_offset);
        let (layer, lasts) = self.table.at_local(local);
        // Within six hours of the next transition nothing is sure here.
        if remaining < lasts + 2 * FOLD_GUARD {
            return self.exact(unix_seconds, shared);
        }
        if !self.filter.is_clear(local, year) || !shared.is_clear_for(local, year, lasts) {
            return self.answer_beside(unix_seconds, local, (layer, lasts), shared);
        }
        let (code, value) = self.of_layer(layer);
        Evaluation::of(code, value, unix_seconds.wrapping_add(i64::from(lasts)))
    }

    /// What applies where a holiday or an exception may be near, and what the windows alone say.
    #[cfg_attr(target_pointer_width = "64", inline(never))]
    fn answer_beside<S: Shared>(
        &self,
        unix_seconds: i64,
        local: u32,
        (layer, lasts): (Layer, u32),
        shared: &S,
    ) -> Evaluation {
        let instant = unix_seconds.wrapping_sub(FROM) as u32;
        let holidays_count = self.holiday_mode != HolidayMode::Ignore;
        // Where the windows have no boundary, which is when they name more than a week, something may always be near.
        let is_near = lasts > WEEK
            || self.dates.next(local).0 < local + lasts && holidays_count
            || shared.next(local).0 < local + lasts && holidays_count
            || self.exception_count > 0 && covering(self.exceptions(), instant) < (exceptions::NONE, instant + lasts);
        if is_near {
            return self.exact(unix_seconds, shared);
        }
        let (code, value) = self.of_layer(layer);
        Evaluation::of(code, value, unix_seconds.wrapping_add(i64::from(lasts)))
    }

    /// The code and the value of a window, or of none.
    #[inline]
    pub(crate) fn of_layer(&self, layer: Layer) -> (u32, u32) {
        match self.values.get(usize::from(layer)) {
            Some(&value) => (u32::from(layer), value),
            None => (DEFAULT, self.default_value),
        }
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
}
