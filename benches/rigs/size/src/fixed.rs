//! A schedule that is in flash, as a device has it whose times nobody changes: no part that builds schedules is in the program.

use core::hint::black_box;

use kyklos_core::{Date, Days, Exception, Holiday, HolidayMode, LocalMinute, Schedule, TimeOfDay, TimeZone, Window};

const fn at(hour: u8, minute: u8) -> TimeOfDay {
    TimeOfDay::constant(hour, minute)
}

/// New York's office hours, closed on the eleven holidays of 2026, and open on one evening.
static OFFICE: Schedule<2, 1, 12> = {
    let mut schedule = Schedule::new(TimeZone::named("America/New_York"));
    assert!(schedule.push_window(Window::constant(Days::WEEKDAYS, at(9, 0), at(17, 0), 10)).is_ok());
    assert!(schedule.push_window(Window::constant(Days::SAT, at(22, 0), at(2, 0), 4)).is_ok());
    assert!(schedule.set_holiday_mode(HolidayMode::TreatAsClosed, None).is_ok());
    let days = [(1, 1), (1, 19), (2, 16), (5, 25), (6, 19), (7, 4), (9, 7), (10, 12), (11, 11), (11, 26), (12, 25)];
    let mut index = 0;
    while index < days.len() {
        let (month, day) = days[index];
        assert!(match Holiday::date(Date::constant(2026, month, day)) {
            Ok(holiday) => schedule.push_holiday(holiday).is_ok(),
            Err(_) => false,
        });
        index += 1;
    }
    let evening = Date::constant(2026, 12, 24);
    assert!(match (LocalMinute::new(evening, at(17, 0)), LocalMinute::new(evening, at(22, 0))) {
        (Some(start), Some(end)) => match Exception::new(start, end, 7) {
            Ok(exception) => schedule.push_exception(exception).is_ok(),
            Err(_) => false,
        },
        _ => false,
    });
    schedule
};

#[inline(never)]
pub(crate) fn ask() {
    black_box(black_box(&OFFICE).evaluate(black_box(0)));
}
