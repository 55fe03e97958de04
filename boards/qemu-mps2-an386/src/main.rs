//! Prints what a schedule does around the clock changes of 2026, and ends QEMU.
#![no_std]
#![no_main]

use chrono::DateTime;
use cortex_m_rt::entry;
use cortex_m_semihosting::{debug, hprintln};
use kyklos_core::{Invalid, Schedule, Spec, WindowSpec, Zone};
use panic_semihosting as _;

/// Known when this is built, so that the rules of no other zone get into the program.
const ZONE: Zone = Zone::named("America/New_York");

/// Midnight in New York at the start of each span, and at its end: UTC-5 in winter, UTC-4 in summer.
const SPANS: [(&str, &str, i64, i64); 2] = [
    ("7 March 2026", "9 March 2026", 1_772_859_600, 1_773_115_200),
    ("31 October 2026", "2 November 2026", 1_793_419_200, 1_793_682_000),
];

#[entry]
fn main() -> ! {
    let mut schedule = Schedule::empty();
    let status = match set(&mut schedule) {
        Ok(()) => {
            SPANS.iter().for_each(|span| print(&schedule, span));
            debug::EXIT_SUCCESS
        }
        Err(invalid) => {
            hprintln!("{}", invalid);
            debug::EXIT_FAILURE
        }
    };
    debug::exit(status);
    loop {
        cortex_m::asm::wfi();
    }
}

fn set(schedule: &mut Schedule<4, 0, 0>) -> Result<(), Invalid> {
    let windows = [
        WindowSpec { days: Some(&["Mon-Fri"]), start: "09:00", end: "17:00", replicas: 10, ..WindowSpec::default() },
        WindowSpec { days: Some(&["Sat"]), start: "22:00", end: "02:00", replicas: 4, ..WindowSpec::default() },
        // The skipped hour in March, the repeated one in November.
        WindowSpec { days: Some(&["Sun"]), start: "02:30", end: "03:30", replicas: 3, ..WindowSpec::default() },
        WindowSpec { days: Some(&["Sun"]), start: "01:00", end: "01:30", replicas: 7, ..WindowSpec::default() },
    ];
    let spec = Spec { timezone: &ZONE.name(), windows: &windows, ..Spec::default() };
    schedule.set_in(ZONE, &spec, |problem| hprintln!("{}", problem))
}

/// The state at the start, then a line per boundary.
fn print(schedule: &Schedule<4, 0, 0>, &(first, last, start, end): &(&str, &str, i64, i64)) {
    hprintln!("{} to {}, {}", first, last, ZONE.name());
    let end = DateTime::from_timestamp(end, 0);
    let mut next = DateTime::from_timestamp(start, 0);
    while let Some(at) = next.filter(|&at| Some(at) < end) {
        let decision = schedule.decision_at(at);
        let local = at.with_timezone(&ZONE.offset_at(at));
        hprintln!("{}  {:?}: {}", local, decision.state.cause, decision.state.replicas);
        next = decision.until;
    }
}
