//! Measures how much stack each function of the core takes: paints what is free, calls it, and looks how far it got.
#![no_std]
#![no_main]

mod paint;

use core::hint::black_box;

use cortex_m_rt::entry;
use cortex_m_semihosting::{debug, hprintln};
use kyklos_core::{Cursor, ExceptionSpec, HolidayMode, Invalid, Schedule, Spec, WindowSpec, Zone};
use paint::depth;
use panic_semihosting as _;

const ZONE: Zone = Zone::named("America/New_York");
type Room = Schedule<16, 8, 32>;

const WINDOWS: [WindowSpec; 4] = [
    window(&["Mon-Fri"], "09:00", "17:00"),
    window(&["Sat"], "22:00", "02:00"),
    window(&["Sun"], "02:30", "03:30"),
    window(&["Sun"], "01:00", "01:30"),
];
const EXCEPTION: ExceptionSpec =
    ExceptionSpec { name: None, start: "2026-11-01T01:30", end: "2026-12-24T18:00", replicas: 9 };

const fn window(days: &'static [&'static str], start: &'static str, end: &'static str) -> WindowSpec<'static> {
    WindowSpec { name: None, days: Some(days), start, end, end_day: None, replicas: 2 }
}

/// Every so many seconds of the years 2026 to 2030, and where numbers end.
fn instants() -> impl Iterator<Item = i64> {
    let edges = [i64::MIN, i64::MIN + 1, -1, 0, 1, 1 << 31, 1 << 32, i64::MAX - 1, i64::MAX];
    edges.into_iter().chain((1_767_225_600..1_924_992_000).step_by(19_801))
}

#[entry]
fn main() -> ! {
    debug::exit(if measure().is_ok() { debug::EXIT_SUCCESS } else { debug::EXIT_FAILURE });
    loop {
        cortex_m::asm::wfi();
    }
}

fn measure() -> Result<(), Invalid> {
    hprintln!("size of Schedule<16, 8, 32>\t{}", size_of::<Room>());
    hprintln!("size of Cursor\t{}", size_of::<Cursor<'_, 16, 8, 32>>());
    let spec = Spec {
        timezone: ZONE.name(),
        windows: &WINDOWS,
        exceptions: &[EXCEPTION],
        holiday_mode: HolidayMode::TreatAsOpen,
        ..Spec::default()
    };
    let mut schedule: Result<Room, Invalid> = Err(Invalid { problems: 0 });
    stack("Schedule::new_in", || schedule = build(&spec));
    let mut schedule = schedule?;
    let days: [i32; 32] = core::array::from_fn(|index| 20_454 + 61 * index as i32);
    stack("Schedule::set_holiday_days", || drop(black_box(schedule.set_holiday_days(black_box(days)))));
    stack("Schedule::evaluate", || {
        for at in instants() {
            black_box(schedule.evaluate(black_box(at)));
        }
    });
    let mut cursor = Cursor::new(&schedule);
    stack("Cursor::evaluate", || {
        for at in instants() {
            black_box(cursor.evaluate(black_box(at)));
        }
    });
    Ok(())
}

fn build(spec: &Spec<'_>) -> Result<Room, Invalid> {
    Schedule::new_in(ZONE, black_box(spec), |problem| {
        black_box(problem);
    })
}

#[inline(never)]
fn stack(name: &str, mut call: impl FnMut()) {
    hprintln!("stack of {}\t{}", name, depth(&mut call));
}
