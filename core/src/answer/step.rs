//! From one boundary to the next one, as long as nothing but the windows makes any.

use core::borrow::Borrow;

use super::calendar::Shared;
use super::dates::earlier;
use super::evaluation::{Cause, Evaluation, State};
use super::exceptions::{self, covering};
use crate::build::HolidayRule;
use crate::civil::{MINUTES_PER_WEEK, WEEK, in_week};
use crate::schedule::Schedule;
use crate::week::table::{Layer, NONE};
use crate::zone::{Equivalent, Era, Zone, stand_in};

/// Where in the week the last answer ends, and how long nothing but the windows is near: who asks at one boundary after the other need
/// not look for them.
///
/// It is public for the trait [`Evaluate`](crate::Evaluate) alone, and nobody can name it.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// The Unix second at which the wall clock's week began.
    week: i64,
    /// Before this minute from then on nothing but the windows makes a boundary.
    sure: u32,
    /// The place in the table of the boundary at which the next answer ends.
    place: usize,
}

impl Step {
    /// Before the first answer.
    pub(crate) const NONE: Self = Self { week: 0, sure: 0, place: 0 };

    /// Goes on at a place of the next week.
    #[inline]
    fn begin_week(&mut self, place: usize) {
        self.week += i64::from(WEEK);
        self.sure = self.sure.saturating_sub(MINUTES_PER_WEEK.into());
        self.place = place;
    }
}

impl<const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize, Z: Zone>
    Schedule<WINDOWS, EXCEPTIONS, HOLIDAYS, Z>
{
    /// The state at an instant, which has to be the boundary of the answer before it, if there was one; and up to when, `i64::MAX`
    /// where that is for ever.
    #[inline]
    pub(crate) fn step_to<S: Shared + Copy>(&self, unix_seconds: i64, step: &mut Step, shared: S) -> (State, i64) {
        if let Some((layer, end)) = self.table.at_place(step.place)
            && u32::from(end) < step.sure
        {
            let until = step.week + i64::from(u32::from(end) * 60);
            step.place += 1;
            if end >= MINUTES_PER_WEEK {
                // That was the first one of the next week.
                step.begin_week(1);
            }
            return (self.state_of(layer), until);
        }
        self.step_over(unix_seconds, step, shared).state_and_until()
    }

    /// The same where the table is full and ends, and where it isn't known how to go on.
    #[cold]
    #[inline(never)]
    fn step_over<S: Shared + Copy>(&self, unix_seconds: i64, step: &mut Step, shared: S) -> Evaluation {
        if self.table.at_place(step.place).is_none() {
            step.begin_week(0);
            if let Some((layer, end)) = self.table.at_place(0)
                && u32::from(end) < step.sure
            {
                step.place = 1;
                let (code, value) = self.of_layer(layer);
                return Evaluation::of(code, value, step.week + i64::from(u32::from(end) * 60));
            }
        }
        let answer = self.answer(unix_seconds, shared);
        let next = answer.until().and_then(|until| self.steps_from(until, shared));
        *step = next.unwrap_or(Step::NONE);
        answer
    }

    /// What windows give.
    #[inline]
    fn state_of(&self, layer: Layer) -> State {
        let cause = if layer == NONE { Cause::Default } else { Cause::Window(layer.into()) };
        State { cause, value: self.of_layer(layer).1 }
    }

    /// How to go on from an instant, where nothing but the windows makes a boundary.
    fn steps_from<S: Shared + Copy>(&self, unix_seconds: i64, shared: S) -> Option<Step> {
        let Equivalent { instant, era: Era::Within } = stand_in(unix_seconds) else { return None };
        let view = self.zone.view();
        let rules = view.borrow();
        // As many rounds as an answer's look for it.
        #[cfg(any(test, fuzzing))]
        crate::steps::take(3 * (1 + rules.changes.len().checked_ilog2().map_or(0, |log| log + 1)));
        let segment = rules.segment_at(instant, Era::Within);
        if !segment.is_plain() || self.table.is_constant() {
            return None;
        }
        let local = segment.reading(instant);
        // A boundary where the clock changes, or is read twice from then on, may be none.
        let clear = (segment.end - 1 - instant).min(self.nothing_for(instant, local, shared));
        let (second, _) = in_week(local);
        Some(Step {
            week: unix_seconds - i64::from(second),
            sure: (second + clear) / 60 + 1,
            place: self.table.place_behind(second),
        })
    }

    /// For how many seconds neither a holiday nor an exception is there.
    fn nothing_for<S: Shared + Copy>(&self, instant: u32, local: u32, shared: S) -> u32 {
        let (exception, edge) = covering(self.exceptions(), instant);
        if exception != exceptions::NONE {
            return 0;
        }
        let mut clear = edge - instant;
        if self.holiday_rule != HolidayRule::Ignore {
            let (start, _) = earlier(self.dates.next(local), shared.next(local));
            clear = clear.min(start.saturating_sub(local));
        }
        clear
    }
}
