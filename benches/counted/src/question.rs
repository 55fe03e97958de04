//! Schedules to ask, and what they have to answer, as the generator writes them.

use kyklos_core::{Cause, Evaluation, HolidayMode, Invalid, Schedule, Spec, State, WindowSpec};

use crate::ZONE;

/// A window that starts on some days: the days, the start and the end.
pub(crate) type Window = (&'static [&'static str], &'static str, &'static str);
/// An instant, what applies then, and until when. What applies is 0 for the default, 255 for a holiday, and
/// otherwise the place of the window in the list, counted from 1.
pub(crate) type Answer = (u32, u8, u32);

/// How many answers a question has: some more than a branch predictor would learn by heart, and few enough for the
/// memory of a small chip and for its counter.
pub(crate) const ANSWERS: usize = 256;

/// Room for so many windows, and for exceptions and holidays as a year has them.
pub(crate) type Room<const WINDOWS: usize> = Schedule<WINDOWS, 8, 32>;

/// The windows give 2, 3, 4 replicas and so on; where none is active it is 1, and on holidays, too.
pub(crate) fn schedule<const WINDOWS: usize>(windows: &[Window], holidays: &[i32]) -> Result<Room<WINDOWS>, Invalid> {
    let mut specs = [WindowSpec::default(); WINDOWS];
    for ((spec, &(days, start, end)), replicas) in specs.iter_mut().zip(windows).zip(2..) {
        *spec = WindowSpec { days: Some(days), start, end, replicas, ..WindowSpec::default() };
    }
    let windows = specs.get(..windows.len()).ok_or(Invalid { problems: 1 })?;
    let holiday_mode = HolidayMode::TreatAsClosed;
    let spec = Spec { timezone: &ZONE.name(), windows, holiday_mode, ..Spec::default() };
    let mut schedule = Schedule::new_in(ZONE, &spec, |_| {})?;
    schedule.set_holiday_days(holidays.iter().copied()).map_err(|_| Invalid { problems: 1 })?;
    Ok(schedule)
}

/// The answers as the core gives them, worked out by the compiler.
#[expect(clippy::indexing_slicing, reason = "the index is below both lengths, and there is no other way in a constant")]
pub(crate) const fn decoded(answers: &[Answer; ANSWERS]) -> [(i64, Evaluation); ANSWERS] {
    let none = Evaluation { state: State { cause: Cause::Default, replicas: 1 }, until: None };
    let mut all = [(0, none); ANSWERS];
    let mut index = 0;
    while index < ANSWERS {
        let (at, code, until) = answers[index];
        let cause = match code {
            0 => Cause::Default,
            255 => Cause::Holiday,
            place => Cause::Window(place as u16 - 1),
        };
        let replicas = if let Cause::Window(window) = cause { window as u32 + 2 } else { 1 };
        all[index] = (at as i64, Evaluation { state: State { cause, replicas }, until: Some(until as i64) });
        index += 1;
    }
    all
}
