//! How long it takes to build a schedule, and to find a zone by its name.

use core::hint::black_box;

use kyklos_core::{AllZones, Days, Invalid, TimeOfDay, TimeZone, Window};

use crate::question::Room;
use crate::{Counter, ZONE};

const OFFICE: [Window; 2] = [
    Window::constant(Days::WEEKDAYS, TimeOfDay::constant(9, 0), TimeOfDay::constant(17, 0), 10),
    Window::constant(Days::SAT, TimeOfDay::constant(22, 0), TimeOfDay::constant(2, 0), 4),
];
/// The same office, and the holidays of 2026.
const JSON: &[u8] = br#"{
    "timezone": "America/New_York",
    "windows": [
        {"name": "office", "days": ["Mon-Fri"], "start": "09:00", "end": "17:00", "replicas": 10},
        {"name": "night", "days": ["Sat"], "start": "22:00", "end": "02:00", "replicas": 4}
    ],
    "holidayMode": "treat-as-closed",
    "holidays": [
        "2026-01-01", "2026-01-19", "2026-02-16", "2026-05-25", "2026-06-19", "2026-07-04",
        "2026-09-07", "2026-10-12", "2026-11-11", "2026-11-26", "2026-12-25"
    ]
}"#;

/// Counts each of them once.
pub(crate) fn count(counter: &mut impl Counter) -> Result<(), Invalid> {
    let mut room = Room::<16>::new(ZONE);
    let pushed = || {
        room.clear();
        assert!(OFFICE.iter().all(|window| black_box(&mut room).push_window(*black_box(window)).is_ok()), "no room");
    };
    one(counter, "clear and push_window of two", pushed);
    let mut room = Room::<16>::new(ZONE);
    let mut set = Ok(());
    one(counter, "set_json of two windows and eleven holidays", || {
        set = black_box(&mut room).set_json(black_box(JSON), ZONE, |_| ());
    });
    one(counter, "set_json with all zones", || {
        set = black_box(&mut room).set_json(black_box(JSON), AllZones, |_| ());
    });
    set?;
    one(counter, "a zone by name", || {
        assert!(black_box(TimeZone::get(black_box("America/New_York"))).is_some(), "no zone");
    });
    Ok(())
}

fn one(counter: &mut impl Counter, name: &'static str, mut work: impl FnMut()) {
    counter.count(name, 1, &mut work, &mut || ());
}
