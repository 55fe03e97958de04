//! What the boards are built with, so that they do something before they are sent anything: as a schedule in flash, and as a pack.

use kyklos_core::{Days, Schedule, TimeOfDay, TimeZone, Window};

use crate::Settings;

/// No time before this one can be true: 2026-11-26.
const BUILT: i64 = 1_795_651_200;

/// Tenths of a degree, by the hour in Zurich.
static HOME: Schedule<2, 0, 0> = {
    let mut schedule = Schedule::new(TimeZone::named("Europe/Zurich"));
    let morning = Window::constant(Days::WEEKDAYS, TimeOfDay::constant(6, 30), TimeOfDay::constant(8, 0), 210);
    let evening = Window::constant(Days::ALL, TimeOfDay::constant(17, 0), TimeOfDay::constant(22, 30), 205);
    assert!(schedule.set_default_value(170).is_ok());
    assert!(schedule.push_window(morning).is_ok() && schedule.push_window(evening).is_ok());
    schedule
};

/// The same as a pack, as `kyklos pack` has made it of `home.yaml`.
const PACK: &[u8] = include_bytes!("../../home.pack");

impl Settings {
    /// Those of a board with the heating of a home in Zurich: change them to yours.
    pub const HOME: Self =
        Self { name: "home/heating", built_in: &HOME, built_in_pack: PACK, safe: 170, not_before: BUILT };
}
