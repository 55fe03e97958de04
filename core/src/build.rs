//! How a schedule is filled, by every way in and also when compiling. Nothing here depends on the room of a schedule, so a program with
//! schedules of several sizes has it once.

use crate::answer::dates::{DatesMut, Run};
use crate::answer::exceptions::Instants;
use crate::answer::filter::Filter;
use crate::civil::{BIAS, DAY, WEEK};
use crate::input::fields::value_of;
use crate::schedule::FREE;
use crate::week::paint::Painter;
use crate::{HolidayMode, Reason, Window};

/// What a holiday does and whether its value is given, in one byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HolidayRule {
    Ignore,
    Closed,
    Open,
    ClosedGiven,
    OpenGiven,
}

impl HolidayRule {
    /// Where holidays are ignored no value is given.
    const fn of(mode: HolidayMode, is_value_given: bool) -> Self {
        match (mode, is_value_given) {
            (HolidayMode::Ignore, _) => Self::Ignore,
            (HolidayMode::TreatAsClosed, false) => Self::Closed,
            (HolidayMode::TreatAsOpen, false) => Self::Open,
            (HolidayMode::TreatAsClosed, true) => Self::ClosedGiven,
            (HolidayMode::TreatAsOpen, true) => Self::OpenGiven,
        }
    }

    pub(crate) const fn mode(self) -> HolidayMode {
        match self {
            Self::Ignore => HolidayMode::Ignore,
            Self::Closed | Self::ClosedGiven => HolidayMode::TreatAsClosed,
            Self::Open | Self::OpenGiven => HolidayMode::TreatAsOpen,
        }
    }

    pub(crate) const fn is_value_given(self) -> bool {
        matches!(self, Self::ClosedGiven | Self::OpenGiven)
    }
}

/// All of a schedule but its zone.
pub(crate) struct Parts<'s> {
    pub(crate) default_value: &'s mut u32,
    pub(crate) holiday_value: &'s mut u32,
    pub(crate) holidays: &'s mut HolidayRule,
    pub(crate) window_count: &'s mut u8,
    pub(crate) exception_count: &'s mut u16,
    pub(crate) filter: &'s mut Filter,
    pub(crate) week: Painter<'s>,
    pub(crate) values: &'s mut [u32],
    pub(crate) exception_starts: &'s mut [u32],
    pub(crate) exception_ends: &'s mut [u32],
    pub(crate) exception_values: &'s mut [u32],
    pub(crate) dates: DatesMut<'s>,
}

#[expect(clippy::indexing_slicing, reason = "each index is below a length that is checked beside it")]
impl Parts<'_> {
    /// Takes everything away. The week is none until it is [finished](Self::finish_week).
    pub(crate) const fn clear(&mut self) {
        self.week.clear();
        self.dates.clear();
        let mut at = 0;
        while at < *self.window_count as usize && at < self.values.len() {
            self.values[at] = FREE;
            at += 1;
        }
        at = 0;
        while at < *self.exception_count as usize && self.is_exception(at) {
            self.put_exception(at, Instants { start: FREE, end: FREE }, FREE);
            at += 1;
        }
        (*self.window_count, *self.exception_count) = (0, 0);
        (*self.default_value, *self.holiday_value) = (0, 0);
        *self.holidays = HolidayRule::Ignore;
    }

    /// Adds a window; `false` where there is no room. The week is none until it is [finished](Self::finish_week).
    pub(crate) const fn window(&mut self, window: Window) -> bool {
        let index = *self.window_count;
        if index as usize >= self.values.len() {
            return false;
        }
        self.values[index as usize] = window.value();
        *self.window_count += 1;
        self.week.window(index, window);
        true
    }

    /// Completes what windows change.
    pub(crate) const fn finish_week(&mut self) {
        self.week.finish();
        self.settle_holiday_value();
        self.refilter();
    }

    /// Adds an exception; `false` where there is no room.
    pub(crate) const fn exception(&mut self, exception: Instants, value: u32) -> bool {
        let index = *self.exception_count as usize;
        if !self.is_exception(index) {
            return false;
        }
        self.put_exception(index, exception, value);
        *self.exception_count += 1;
        self.filter_exception(exception);
        true
    }

    /// Whether there is a place of this number.
    const fn is_exception(&self, at: usize) -> bool {
        at < self.exception_starts.len() && at < self.exception_ends.len() && at < self.exception_values.len()
    }

    const fn put_exception(&mut self, at: usize, exception: Instants, value: u32) {
        if self.is_exception(at) {
            self.exception_starts[at] = exception.start;
            self.exception_ends[at] = exception.end;
            self.exception_values[at] = value;
        }
    }

    pub(crate) const fn set_default_value(&mut self, value: u32) -> Result<(), Reason<'static>> {
        match value_of(value as i64) {
            Ok(value) => *self.default_value = value,
            Err(reason) => return Err(reason),
        }
        self.settle_holiday_value();
        Ok(())
    }

    /// The filter is that of the mode before until it is [made anew](Self::refilter).
    pub(crate) const fn set_holiday_mode(
        &mut self,
        mode: HolidayMode,
        value: Option<u32>,
    ) -> Result<(), Reason<'static>> {
        if let Some(value) = value {
            if matches!(mode, HolidayMode::Ignore) {
                return Err(Reason::HolidaysIgnored);
            }
            match value_of(value as i64) {
                Ok(value) => *self.holiday_value = value,
                Err(reason) => return Err(reason),
            }
        }
        *self.holidays = HolidayRule::of(mode, value.is_some());
        self.settle_holiday_value();
        Ok(())
    }

    /// Rule 4: what a holiday gives by its mode, unless that is given.
    const fn settle_holiday_value(&mut self) {
        if self.holidays.is_value_given() {
            return;
        }
        *self.holiday_value = *self.default_value;
        if matches!(*self.holidays, HolidayRule::Open) && *self.window_count > 0 {
            let (mut largest, mut at) = (0, 0);
            while at < *self.window_count as usize && at < self.values.len() {
                if self.values[at] > largest {
                    largest = self.values[at];
                }
                at += 1;
            }
            *self.holiday_value = largest;
        }
    }

    /// Makes the filter anew.
    #[inline(never)]
    pub(crate) const fn refilter(&mut self) {
        let is_constant = self.week.is_constant();
        *self.filter = Filter::everywhere(is_constant);
        if is_constant {
            return;
        }
        let mut at = 0;
        while let Some(run) = self.dates.get(at) {
            self.filter_holiday(run);
            at += 1;
        }
        at = 0;
        while at < *self.exception_count as usize && self.is_exception(at) {
            self.filter_exception(Instants { start: self.exception_starts[at], end: self.exception_ends[at] });
            at += 1;
        }
    }

    /// Adds a holiday to the filter, if it counts.
    #[inline(never)]
    pub(crate) const fn filter_holiday(&mut self, run: Run) {
        if self.week.is_constant() || matches!(*self.holidays, HolidayRule::Ignore) {
            return;
        }
        match run {
            Run::Once([first, last]) => {
                let start = first as u32 * DAY;
                self.filter.add_once(self.week.since(start), last as u32 * DAY + DAY);
            }
            Run::Yearly(days) => self.filter.add_yearly(days, self.longest_before_midnight()),
        }
    }

    #[inline(never)]
    const fn filter_exception(&mut self, exception: Instants) {
        if !self.week.is_constant() && exception.end != 0 {
            // A day is more than any offset.
            let (start, end) = (exception.start + BIAS - DAY, exception.end + BIAS + DAY);
            self.filter.add_once(self.week.since(start), end);
        }
    }

    /// The most seconds from a boundary of the windows to a later midnight before the next boundary.
    const fn longest_before_midnight(&self) -> u32 {
        let (mut longest, mut day) = (0, 0);
        while day < 7 {
            let midnight = WEEK + day * DAY;
            let before = midnight - self.week.since(midnight);
            if before > longest {
                longest = before;
            }
            day += 1;
        }
        longest
    }
}
