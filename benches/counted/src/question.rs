//! Schedules to ask, and what they have to answer, as the generator writes them.

use kyklos_core::{Cause, Date, Evaluation, Holiday, HolidayMode, Invalid, Schedule, Spec, State, WindowSpec};

use crate::ZONE;

/// A window that starts on some days: the days, the start and the end.
pub(crate) type Window = (&'static [&'static str], &'static str, &'static str);
/// An instant, what applies then, and until when. What applies is 0 for the default, 255 for a holiday, and
/// otherwise the place of the window in the list, counted from 1.
pub(crate) type Answer = (u32, u8, u32);

/// Room for so many windows, and for exceptions and holidays as a year has them.
pub(crate) type Room<const WINDOWS: usize, const HOLIDAYS: usize = 32> = Schedule<WINDOWS, 8, HOLIDAYS>;

/// The windows give 2, 3, 4 and so on; where none is active it is 1, and on holidays, too.
pub(crate) fn schedule<const WINDOWS: usize, const HOLIDAYS: usize>(
    windows: &[Window],
    holidays: &[i32],
) -> Result<Room<WINDOWS, HOLIDAYS>, Invalid> {
    let mut specs = [WindowSpec::default(); WINDOWS];
    for ((spec, &(days, start, end)), value) in specs.iter_mut().zip(windows).zip(2..) {
        *spec = WindowSpec { days: Some(days), start, end, value, ..WindowSpec::default() };
    }
    let windows = specs.get(..windows.len()).unwrap_or_default();
    let holiday_mode = HolidayMode::TreatAsClosed;
    let name = ZONE.name();
    let spec = Spec { timezone: name.as_str(), windows, holiday_mode, ..Spec::default() };
    let mut schedule = Schedule::from_spec(&spec, ZONE, |_| {})?;
    for &day in holidays {
        let holiday = Date::from_days_since_1970(day).map(Holiday::date);
        assert!(holiday.is_some_and(|holiday| holiday.is_ok_and(|holiday| schedule.push_holiday(holiday).is_ok())));
    }
    Ok(schedule)
}

/// The answers as the core gives them, worked out by the compiler.
#[expect(clippy::indexing_slicing, reason = "the index is below both lengths, and there is no other way in a constant")]
pub(crate) const fn decoded<const ANSWERS: usize>(answers: &[Answer; ANSWERS]) -> [(i64, Evaluation); ANSWERS] {
    let none = Evaluation::new(State { cause: Cause::Default, value: 1 }, None);
    let mut all = [(0, none); ANSWERS];
    let mut index = 0;
    while index < ANSWERS {
        let (at, code, until) = answers[index];
        let cause = match code {
            0 => Cause::Default,
            255 => Cause::Holiday,
            place => Cause::Window(place as u16 - 1),
        };
        let value = if let Cause::Window(window) = cause { window as u32 + 2 } else { 1 };
        all[index] = (at as i64, Evaluation::new(State { cause, value }, Some(until as i64)));
        index += 1;
    }
    all
}

/// The states of these answers, each with its instant.
#[expect(clippy::indexing_slicing, reason = "the index is below both lengths, and there is no other way in a constant")]
pub(crate) const fn states<const ANSWERS: usize>(answers: &[(i64, Evaluation); ANSWERS]) -> [(i64, State); ANSWERS] {
    let mut all = [(0, State { cause: Cause::Default, value: 0 }); ANSWERS];
    let mut index = 0;
    while index < ANSWERS {
        all[index] = (answers[index].0, answers[index].1.state());
        index += 1;
    }
    all
}
