//! A checked schedule, compiled for evaluating.

use crate::answer::dates::Dates;
use crate::answer::exceptions::{Exceptions, Instants};
use crate::answer::filter::Filter;
use crate::build::{HolidayRule, Parts};
use crate::week::table::WeekTable;
use crate::zone::ZoneRules;
use crate::{Calendar, Exception, Holiday, HolidayMode, Reason, TimeZone, Window, WithCalendar};

/// The longest name of a window or exception, in characters.
pub const NAME_MAX: usize = 63;
/// The largest value: every protocol's signed 32-bit field holds it, Kubernetes' among them.
pub const VALUE_MAX: u32 = i32::MAX as u32;

/// A free place of a list. All of them are filled alike, so that a program needs one function for it.
pub(crate) const FREE: u32 = u32::MAX;

/// A valid schedule with room for so many windows, exceptions and holidays, all of it inside the value.
///
/// It can't hold an invalid one. It is built from typed values that can't be wrong, also when compiling, so that it lies in flash:
///
/// ```
/// use kyklos_core::{Cause, Days, Schedule, TimeOfDay, TimeZone, Window};
///
/// static OFFICE: Schedule<2, 0, 0> = {
///     let mut schedule = Schedule::new(TimeZone::named("America/New_York"));
///     let office = Window::constant(Days::WEEKDAYS, TimeOfDay::constant(9, 0), TimeOfDay::constant(17, 0), 10);
///     let night = Window::constant(Days::SAT, TimeOfDay::constant(22, 0), TimeOfDay::constant(2, 0), 4);
///     assert!(schedule.push_window(office).is_ok() && schedule.push_window(night).is_ok());
///     schedule
/// };
///
/// let answer = OFFICE.evaluate(1_772_985_600); // Sunday 2026-03-08T16:00:00Z
/// assert_eq!(answer.cause(), Cause::Default);
/// assert_eq!(answer.until(), Some(1_773_061_200)); // Monday 09:00 in New York, which is on summer time since tonight
/// ```
///
/// Text and JSON are layers above: [`Schedule::set`] and, with the feature `json`, `Schedule::set_json`. `HOLIDAYS` counts dates in
/// a row once, and so those of every year, round the year.
///
/// Its zone is one that is built in, or comes as data: [`ZoneRules`].
// In this order, so that what each answer asks is near the beginning: the smallest processors reach 124 bytes with one instruction,
// and 255 with two. It is no promise.
#[repr(C)]
#[derive(Clone, PartialEq, Eq)]
pub struct Schedule<const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize, Z = TimeZone> {
    pub(crate) zone: Z,
    pub(crate) default_value: u32,
    /// What a holiday gives, where those count.
    pub(crate) holiday_value: u32,
    /// Where neither an exception nor one of the schedule's own holidays is near.
    pub(crate) filter: Filter,
    pub(crate) holiday_rule: HolidayRule,
    pub(crate) window_count: u8,
    pub(crate) exception_count: u16,
    /// The value of each window; [`FREE`] behind them.
    pub(crate) values: [u32; WINDOWS],
    pub(crate) table: WeekTable<WINDOWS>,
    /// Each exception as [`Instants`] has it, and its value. Three lists, as a list of words is filled where it is.
    exception_starts: [u32; EXCEPTIONS],
    exception_ends: [u32; EXCEPTIONS],
    pub(crate) exception_values: [u32; EXCEPTIONS],
    pub(crate) dates: Dates<HOLIDAYS>,
}

impl<const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize, Z>
    Schedule<WINDOWS, EXCEPTIONS, HOLIDAYS, Z>
{
    /// A schedule of no windows: its value is 0 at all times.
    ///
    /// In the initial value of a `static` it takes as much flash as memory; a variable is made when the program comes to it, and
    /// takes none.
    ///
    /// ```
    /// use kyklos_core::{Cause, Schedule, TimeZone};
    ///
    /// let answer = Schedule::<8, 8, 32>::new(TimeZone::UTC).evaluate(1_773_000_000);
    /// assert_eq!((answer.cause(), answer.value(), answer.until()), (Cause::Default, 0, None));
    /// ```
    // Not inlined it is made where it goes; inlined, parts of it are made beside it and moved.
    #[inline(never)]
    pub const fn new(zone: Z) -> Self {
        // A layer of the week table is one byte, and 255 is taken.
        const { assert!(WINDOWS < 255, "a schedule holds at most 254 windows") };
        const { assert!(EXCEPTIONS <= u16::MAX as usize, "a schedule holds at most 65,535 exceptions") };
        Self {
            zone,
            default_value: 0,
            holiday_value: 0,
            holiday_rule: HolidayRule::Ignore,
            window_count: 0,
            exception_count: 0,
            filter: Filter::ALL,
            table: WeekTable::empty(),
            values: [FREE; WINDOWS],
            exception_starts: [FREE; EXCEPTIONS],
            exception_ends: [FREE; EXCEPTIONS],
            exception_values: [FREE; EXCEPTIONS],
            dates: Dates::none(),
        }
    }

    /// All that isn't the zone, to be filled.
    pub(crate) const fn parts(&mut self) -> Parts<'_> {
        Parts {
            default_value: &mut self.default_value,
            holiday_value: &mut self.holiday_value,
            holidays: &mut self.holiday_rule,
            window_count: &mut self.window_count,
            exception_count: &mut self.exception_count,
            filter: &mut self.filter,
            week: self.table.painter(),
            values: &mut self.values,
            exception_starts: &mut self.exception_starts,
            exception_ends: &mut self.exception_ends,
            exception_values: &mut self.exception_values,
            dates: self.dates.as_mut(),
        }
    }

    /// Adds a window: where several are active, the one that was added last wins. Its index is how many there were before.
    ///
    /// The week is compiled anew each time, which takes the square of the number of windows. In a `static` of more than about thirty
    /// windows the compiler asks whether that is meant: `#![allow(long_running_const_eval)]` at the top of the crate says so, and 64
    /// disjoint ones then take it less than a minute.
    ///
    /// # Errors
    ///
    /// The window, where there is no room for it.
    pub const fn push_window(&mut self, window: Window) -> Result<(), Window> {
        if self.parts().window(window) {
            self.parts().finish_week();
            Ok(())
        } else {
            Err(window)
        }
    }

    /// Adds a holiday: what it does is for [`set_holiday_mode`](Self::set_holiday_mode). Dates that are there already, or in a row with
    /// such, take no room.
    ///
    /// ```
    /// use kyklos_core::{Schedule, TimeZone};
    ///
    /// let mut schedule = Schedule::<0, 0, 2>::new(TimeZone::UTC);
    /// for text in ["2026-12-24", "12-25", "2026-12-25", "2026-12-26"] {
    ///     schedule.push_holiday(text.parse()?).expect("room for two");
    /// }
    /// assert!(schedule.holidays().eq(["2026-12-24..2026-12-26".parse()?, "12-25".parse()?]));
    /// assert!(schedule.push_holiday("01-01".parse()?).is_err());
    /// # Ok::<(), kyklos_core::ParseError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The holiday, where there is no room for it.
    pub const fn push_holiday(&mut self, holiday: Holiday) -> Result<(), Holiday> {
        let run = holiday.run();
        let mut parts = self.parts();
        if !parts.dates.insert(run) {
            return Err(holiday);
        }
        parts.filter_holiday(run);
        Ok(())
    }

    /// Sets the value where nothing else applies, at most [`VALUE_MAX`].
    ///
    /// # Errors
    ///
    /// [`Reason::OutOfRange`] where it is larger; the value then stays as it was.
    pub const fn set_default_value(&mut self, value: u32) -> Result<(), Reason<'static>> {
        self.parts().set_default_value(value)
    }

    /// Sets what a holiday does, and the value that it gives instead of what the mode would, at most [`VALUE_MAX`].
    ///
    /// # Errors
    ///
    /// [`Reason::HolidaysIgnored`] for a value with [`HolidayMode::Ignore`], [`Reason::OutOfRange`] where it is too large; all then
    /// stays as it was.
    pub const fn set_holiday_mode(&mut self, mode: HolidayMode, value: Option<u32>) -> Result<(), Reason<'static>> {
        match self.parts().set_holiday_mode(mode, value) {
            Ok(()) => {
                self.parts().refilter();
                Ok(())
            }
            Err(reason) => Err(reason),
        }
    }

    /// Takes all windows, exceptions and holidays away: the value is 0 at all times again.
    pub const fn clear(&mut self) {
        let mut parts = self.parts();
        parts.clear();
        parts.finish_week();
    }

    /// The zone whose wall clock the schedule goes by.
    pub const fn zone(&self) -> &Z {
        &self.zone
    }

    /// The value where nothing else applies.
    pub const fn default_value(&self) -> u32 {
        self.default_value
    }

    /// What a holiday does.
    pub const fn holiday_mode(&self) -> HolidayMode {
        self.holiday_rule.mode()
    }

    /// The value of a holiday instead of what its mode would give.
    pub const fn holiday_value(&self) -> Option<u32> {
        if self.holiday_rule.is_value_given() { Some(self.holiday_value) } else { None }
    }

    /// Its own holidays in their order, dates in a row as one; those of every year last, in a row as one, too.
    pub fn holidays(&self) -> impl Iterator<Item = Holiday> {
        self.dates.iter().map(Holiday::of)
    }

    /// The same schedule with the dates of a calendar beside its own holidays.
    pub const fn with<'s, const SHARED: usize>(
        &'s self,
        calendar: &'s Calendar<SHARED>,
    ) -> WithCalendar<'s, WINDOWS, EXCEPTIONS, HOLIDAYS, SHARED, Z> {
        WithCalendar { schedule: self, calendar }
    }

    /// The exceptions in their order.
    pub(crate) fn exceptions(&self) -> Exceptions<'_> {
        let count = usize::from(self.exception_count);
        Exceptions {
            starts: self.exception_starts.get(..count).unwrap_or_default(),
            ends: self.exception_ends.get(..count).unwrap_or_default(),
        }
    }
}

impl<const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize> Schedule<WINDOWS, EXCEPTIONS, HOLIDAYS> {
    /// Adds an exception: where several cover an instant, the one that was added last wins. Its index is how many there were before.
    ///
    /// # Errors
    ///
    /// The exception, where there is no room for it.
    pub const fn push_exception(&mut self, exception: Exception) -> Result<(), Exception> {
        let instants = Instants::of(exception, self.zone.rules());
        if self.parts().exception(instants, exception.value()) { Ok(()) } else { Err(exception) }
    }
}

impl<const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize, const CHANGES: usize>
    Schedule<WINDOWS, EXCEPTIONS, HOLIDAYS, ZoneRules<CHANGES>>
{
    /// Adds an exception: where several cover an instant, the one that was added last wins. Its index is how many there were before.
    ///
    /// # Errors
    ///
    /// The exception, where there is no room for it.
    pub const fn push_exception(&mut self, exception: Exception) -> Result<(), Exception> {
        let instants = Instants::of(exception, &self.zone.rules());
        if self.parts().exception(instants, exception.value()) { Ok(()) } else { Err(exception) }
    }
}

/// No windows in UTC: the value is 0 at all times.
impl<const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize> Default
    for Schedule<WINDOWS, EXCEPTIONS, HOLIDAYS>
{
    fn default() -> Self {
        Self::new(TimeZone::UTC)
    }
}

/// What its own methods say; the week table isn't for reading.
impl<const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize, Z: core::fmt::Debug> core::fmt::Debug
    for Schedule<WINDOWS, EXCEPTIONS, HOLIDAYS, Z>
{
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Schedule")
            .field("zone", &self.zone)
            .field("default_value", &self.default_value)
            .field("windows", &self.window_count)
            .field("exceptions", &self.exception_count)
            .field("holiday_mode", &self.holiday_mode())
            .field("holiday_value", &self.holiday_value())
            .field("holidays", &self.dates.iter().count())
            .finish_non_exhaustive()
    }
}
