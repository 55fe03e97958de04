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
const JSON: &[u8] = br#"{
    "timezone": "America/New_York",
    "windows": [
        {"name": "\\u006fffice", "days": ["Mon-Fri"], "start": "09:00", "end": "17:00", "replicas": 10},
        {"days": ["Sat"], "start": "22:00", "end": "02:00", "replicas": 4},
        {"start": "02:30", "end": "03:30", "endDay": "Sun", "replicas": 3}
    ],
    "exceptions": [{"start": "2026-11-01T01:30", "end": "2026-12-24T18:00", "replicas": 9}],
    "holidayMode": "treat-as-open",
    "holidays": ["2028-01-01", "2028-07-04", "2028-12-25"]
}"#;
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
    edges.into_iter().chain((1_767_225_600..1_924_992_000).step_by(98_801))
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
        timezone: &ZONE.name(),
        windows: &WINDOWS,
        exceptions: &[EXCEPTION],
        holiday_mode: HolidayMode::TreatAsOpen,
        ..Spec::default()
    };
    let mut schedule: Result<Room, Invalid> = Err(Invalid { problems: 0 });
    let built = depth(&mut || build(&spec, &mut schedule));
    hprintln!("stack of Schedule::new_in\t{}", built);
    let read = depth(&mut || read(black_box(JSON), &mut schedule));
    hprintln!("stack of Schedule::from_json_in\t{}", read);

    let mut schedule = schedule?;
    let days: [i32; 32] = core::array::from_fn(|index| 20_454 + 61 * index as i32);
    let set = depth(&mut || {
        black_box(&schedule.set_holiday_days(days.iter().copied()));
    });
    hprintln!("stack of Schedule::set_holiday_days\t{}", set);
    let evaluated = instants().map(|at| {
        depth(&mut || {
            black_box(schedule.evaluate(black_box(at)));
        })
    });
    hprintln!("stack of Schedule::evaluate\t{}", evaluated.max().unwrap_or_default());
    let mut cursor = Cursor::new(&schedule);
    let evaluated = instants().map(|at| {
        depth(&mut || {
            black_box(cursor.evaluate(black_box(at)));
        })
    });
    hprintln!("stack of Cursor::evaluate\t{}", evaluated.max().unwrap_or_default());
    Ok(())
}

/// Into a place of the caller's, which is none of its stack.
fn build(spec: &Spec<'_>, schedule: &mut Result<Room, Invalid>) {
    *schedule = Schedule::new_in(ZONE, black_box(spec), |problem| {
        black_box(&problem);
    });
}

fn read(json: &[u8], schedule: &mut Result<Room, Invalid>) {
    *schedule = Schedule::from_json_in(ZONE, json, |problem| {
        black_box(&problem);
    });
}
