//! A schedule that is known when the program is built: the compiler makes it, and it lies in flash.

use kyklos_core::{Days, Schedule, TimeOfDay, TimeZone, Window};

/// The rules of no other zone get into the program.
pub(crate) const ZONE: TimeZone = TimeZone::named("America/New_York");

pub(crate) static SCHEDULE: Schedule<4, 0, 0> = {
    const fn window(days: Days, [start, end]: [(u8, u8); 2], value: u32) -> Window {
        Window::constant(days, TimeOfDay::constant(start.0, start.1), TimeOfDay::constant(end.0, end.1), value)
    }
    let mut schedule = Schedule::new(ZONE);
    // What doesn't fit, or is no window, doesn't compile.
    assert!(schedule.set_default_value(1).is_ok());
    assert!(schedule.push_window(window(Days::WEEKDAYS, [(9, 0), (17, 0)], 10)).is_ok());
    assert!(schedule.push_window(window(Days::SAT, [(22, 0), (2, 0)], 4)).is_ok());
    // The skipped hour in March, the repeated one in November.
    assert!(schedule.push_window(window(Days::SUN, [(2, 30), (3, 30)], 3)).is_ok());
    assert!(schedule.push_window(window(Days::SUN, [(1, 0), (1, 30)], 7)).is_ok());
    schedule
};
