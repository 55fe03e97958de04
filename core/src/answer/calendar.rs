//! Dates that several schedules share.

use core::ops::Range;

use super::dates::Dates;
use super::filter::Filter;
use super::since::since_of;
use super::step::Step;
use super::transitions::{Spans, Transitions};
use crate::answer::dates::Run;
use crate::civil::{DAY, NEVER};
use crate::zone::Zone;
use crate::{Date, Evaluate, Evaluation, Holiday, LocalMinute, Schedule, State, TimeOfDay, TimeZone};

/// Holidays that many schedules share: each of them takes no room of its own for them.
///
/// Which dates are holidays is the calendar's, what a holiday does is each schedule's own. `HOLIDAYS` counts as in a
/// [`Schedule`].
///
/// ```
/// use kyklos_core::{Calendar, Cause, HolidayMode, Schedule, TimeZone};
///
/// let mut calendar = Calendar::<8>::new();
/// calendar.push("12-25".parse()?).expect("room for eight");
///
/// let mut schedule = Schedule::<4, 0, 0>::new(TimeZone::named("Europe/Zurich"));
/// schedule.set_holiday_mode(HolidayMode::TreatAsClosed, None)?;
/// let christmas = 1_798_200_000; // 2026-12-25T12:00:00Z
/// assert_eq!(schedule.evaluate(christmas).cause(), Cause::Default);
/// assert_eq!(schedule.with(&calendar).evaluate(christmas).cause(), Cause::Holiday);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Calendar<const HOLIDAYS: usize> {
    dates: Dates<HOLIDAYS>,
    filter: Filter,
}

impl<const HOLIDAYS: usize> Calendar<HOLIDAYS> {
    /// A calendar of no holidays.
    pub const fn new() -> Self {
        Self { dates: Dates::none(), filter: Filter::everywhere(false) }
    }

    /// Adds a holiday. Dates that are there already, or in a row with such, take no room.
    ///
    /// # Errors
    ///
    /// The holiday, where there is no room for it.
    pub const fn push(&mut self, holiday: Holiday) -> Result<(), Holiday> {
        let run = holiday.run();
        if !self.dates.as_mut().insert(run) {
            return Err(holiday);
        }
        match run {
            Run::Once([first, last]) => self.filter.add_once(first as u32 * DAY, last as u32 * DAY + DAY),
            Run::Yearly(days) => self.filter.add_yearly(days, 0),
        }
        Ok(())
    }

    /// Takes all holidays away.
    pub const fn clear(&mut self) {
        self.dates.as_mut().clear();
        self.filter = Filter::everywhere(false);
    }

    /// Whether a date is one of the holidays.
    ///
    /// ```
    /// use kyklos_core::{Calendar, Date};
    ///
    /// let mut calendar = Calendar::<2>::new();
    /// calendar.push("12-24..01-02".parse()?).expect("room for two");
    /// assert!(calendar.contains(Date::constant(2027, 1, 1)) && !calendar.contains(Date::constant(2027, 1, 3)));
    /// # Ok::<(), kyklos_core::ParseError>(())
    /// ```
    pub fn contains(&self, date: Date) -> bool {
        const NOON: TimeOfDay = TimeOfDay::constant(12, 0);
        let noon = LocalMinute::new(date, NOON).and_then(LocalMinute::local_seconds);
        noon.is_some_and(|noon| self.dates.next(noon).0 <= noon)
    }

    /// The holidays in their order, dates in a row as one; those of every year last, in a row as one, too.
    pub fn holidays(&self) -> impl Iterator<Item = Holiday> {
        self.dates.iter().map(Holiday::of)
    }
}

impl<const HOLIDAYS: usize> Default for Calendar<HOLIDAYS> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const HOLIDAYS: usize> core::fmt::Debug for Calendar<HOLIDAYS> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(self.holidays()).finish()
    }
}

/// Dates beside a schedule's own.
pub(crate) trait Shared {
    /// Whether there may be any: one may follow on a schedule's own, which never touch each other.
    const ANY: bool;

    /// Whether surely none is from these local seconds on for so many more.
    fn is_clear_for(&self, local: u32, seconds: u32) -> bool;

    /// The first run that isn't over at some local seconds, as [`Dates::next`] has it.
    fn next(&self, local: u32) -> (u32, u32);
}

/// There are none.
impl Shared for () {
    const ANY: bool = false;

    fn is_clear_for(&self, _local: u32, _seconds: u32) -> bool {
        true
    }

    fn next(&self, _local: u32) -> (u32, u32) {
        (NEVER, NEVER)
    }
}

impl<const HOLIDAYS: usize> Shared for &Calendar<HOLIDAYS> {
    const ANY: bool = true;

    fn is_clear_for(&self, local: u32, seconds: u32) -> bool {
        self.filter.is_clear_for(local, seconds)
    }

    fn next(&self, local: u32) -> (u32, u32) {
        self.dates.next(local)
    }
}

/// A schedule and a calendar whose dates count beside its own: see [`Schedule::with`].
pub struct WithCalendar<
    's,
    const WINDOWS: usize,
    const EXCEPTIONS: usize,
    const HOLIDAYS: usize,
    const SHARED: usize,
    Z = TimeZone,
> {
    pub(crate) schedule: &'s Schedule<WINDOWS, EXCEPTIONS, HOLIDAYS, Z>,
    pub(crate) calendar: &'s Calendar<SHARED>,
}

impl<const W: usize, const E: usize, const H: usize, const S: usize, Z: Zone> WithCalendar<'_, W, E, H, S, Z> {
    /// As [`Schedule::evaluate`].
    pub fn evaluate(&self, unix_seconds: i64) -> Evaluation {
        self.schedule.answer(unix_seconds, self.calendar)
    }

    /// As [`Schedule::since`].
    pub fn since(&self, unix_seconds: i64) -> Option<i64> {
        since_of(self, unix_seconds)
    }

    /// As [`Schedule::transitions`].
    pub fn transitions(&self, from: i64) -> Transitions<Self> {
        Transitions::new(*self, from)
    }

    /// As [`Schedule::spans`].
    pub fn spans(&self, stretch: Range<i64>) -> Spans<Self> {
        Spans::new(*self, stretch)
    }
}

impl<const W: usize, const E: usize, const H: usize, const S: usize, Z: Zone> Evaluate
    for WithCalendar<'_, W, E, H, S, Z>
{
    fn evaluate(&self, unix_seconds: i64) -> Evaluation {
        self.evaluate(unix_seconds)
    }

    fn since(&self, unix_seconds: i64) -> Option<i64> {
        self.since(unix_seconds)
    }

    #[inline]
    fn step(&self, unix_seconds: i64, step: &mut Step) -> (State, i64) {
        self.schedule.step_to(unix_seconds, step, self.calendar)
    }
}

// Two references are copied whatever they point to.
impl<const W: usize, const E: usize, const H: usize, const S: usize, Z> Clone for WithCalendar<'_, W, E, H, S, Z> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<const W: usize, const E: usize, const H: usize, const S: usize, Z> Copy for WithCalendar<'_, W, E, H, S, Z> {}
