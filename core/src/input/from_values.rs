//! From typed values to a schedule.

use core::borrow::Borrow;

use super::fields;
use super::in_order::insert_in_order;
use crate::answer::dates::{Dates, DatesMut};
use crate::answer::exceptions::Instants;
use crate::zone::Zone;
use crate::{Exception, Field, Holiday, HolidayMode, Problem, Reason, Schedule, Window};

/// All that a schedule has but its zone, as typed values; [`Schedule::set_values`] makes one of them.
///
/// ```
/// use kyklos_core::{Days, Schedule, TimeOfDay, TimeZone, Values, Window};
///
/// let windows = [Window::constant(Days::WEEKDAYS, TimeOfDay::constant(6, 30), TimeOfDay::constant(8, 0), 21)];
/// let mut heating = Schedule::<8, 2, 16>::new(TimeZone::UTC);
/// heating.set_values(TimeZone::named("Europe/Zurich"), &Values { default_value: 17, windows: &windows, ..Values::default() })?;
/// assert_eq!(heating.evaluate(1_780_290_000).value(), 21); // Monday 2026-06-01, 07:00 in Zurich
/// # Ok::<(), kyklos_core::Problem>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Values<'v> {
    /// The value where nothing else applies, at most [`VALUE_MAX`](crate::VALUE_MAX).
    pub default_value: u32,
    /// The recurring windows. Where several are active, the last one wins.
    pub windows: &'v [Window],
    /// Spans that happen once, above windows and holidays. The last one wins.
    pub exceptions: &'v [Exception],
    /// What a holiday does.
    pub holiday_mode: HolidayMode,
    /// The value of a holiday instead of what the mode would give, at most [`VALUE_MAX`](crate::VALUE_MAX); none with
    /// [`HolidayMode::Ignore`].
    pub holiday_value: Option<u32>,
    /// The holidays, in any order.
    pub holidays: &'v [Holiday],
}

impl<const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize, Z: Zone>
    Schedule<WINDOWS, EXCEPTIONS, HOLIDAYS, Z>
{
    /// Replaces everything, the zone included, in one step and in the place where the schedule is.
    ///
    /// # Errors
    ///
    /// The first [`Problem`]: there is no room for so many, or a value is too large. The schedule then stays as it was.
    pub fn set_values(&mut self, zone: Z, values: &Values<'_>) -> Result<(), Problem<'static>> {
        let of = |field| move |reason| Problem { field, reason };
        fields::value_of(values.default_value.into()).map_err(of(Field::DefaultValue))?;
        fields::room(values.windows.len(), WINDOWS).map_err(of(Field::Windows))?;
        fields::room(values.exceptions.len(), EXCEPTIONS).map_err(of(Field::Exceptions))?;
        let holiday_value = values.holiday_value.map(i64::from);
        let holiday_value =
            fields::holiday_value(values.holiday_mode, holiday_value).map_err(of(Field::HolidayValue))?;
        if !insert(&mut Dates::<HOLIDAYS>::none().as_mut(), values.holidays) {
            return Err(Problem { field: Field::Holidays, reason: Reason::TooManyHolidays { most: HOLIDAYS } });
        }
        {
            let view = zone.view();
            let mut parts = self.parts();
            parts.clear();
            let _ = parts.set_default_value(values.default_value);
            let _ = parts.set_holiday_mode(values.holiday_mode, holiday_value);
            for window in values.windows {
                parts.window(*window);
            }
            for exception in values.exceptions {
                parts.exception(Instants::of(*exception, view.borrow()), exception.value());
            }
            insert(&mut parts.dates, values.holidays);
            parts.finish_week();
        }
        self.zone = zone;
        Ok(())
    }
}

/// Inserts holidays into an empty list; `false` where there is no room for all of them, dates in a row counted once.
#[inline(never)]
fn insert(dates: &mut DatesMut<'_>, holidays: &[Holiday]) -> bool {
    holidays.iter().all(|holiday| dates.insert(holiday.run()))
        || insert_in_order(dates, &mut |take| holidays.iter().for_each(|holiday| take(holiday.run())))
}
