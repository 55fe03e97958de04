//! Schedules as people and other devices write them.

use heapless::{String, Vec};
use kyklos_core::{Days, ExceptionSpec, HolidayMode, Plan, Spec, TimeOfDay, Window, WindowSpec};

use crate::log;

pub(crate) fn log_all() -> Option<()> {
    let window = WindowSpec {
        name: Some("night"),
        days: Some(&["Mon-Fri", "Sun"]),
        start: "22:00",
        end: "06:00",
        end_day: Some("Mon"),
        value: 2,
    };
    let exception =
        ExceptionSpec { name: Some("launch"), start: "2026-12-01T09:00", end: "2026-12-01T18:00", value: 20 };
    log!("WindowSpec": window, WindowSpec::default());
    log!("ExceptionSpec": exception, ExceptionSpec::default());
    let (windows, exceptions) = ([window], [exception]);
    let spec = Spec {
        windows: &windows,
        exceptions: &exceptions,
        holiday_mode: HolidayMode::TreatAsOpen,
        holiday_value: Some(3),
        holidays: &["12-25", "2026-12-28..2026-12-31"],
        ..Spec::default()
    };
    log!("Spec": spec, Spec::default());

    let nine_to_five = Window::constant(Days::WEEKDAYS, TimeOfDay::constant(9, 0), TimeOfDay::constant(17, 0), 10);
    let plan = Plan::<2, 1, 4> {
        timezone: String::try_from("Europe/Zurich").ok()?,
        windows: Vec::from_array([nine_to_five]),
        holiday_mode: HolidayMode::TreatAsClosed,
        holidays: Vec::from_array(["12-25".parse().ok()?]),
        ..Plan::default()
    };
    log!("Plan": plan);
    Some(())
}
