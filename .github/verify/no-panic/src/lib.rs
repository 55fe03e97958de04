//! Entries to all of the core that may not panic: looking a zone up, building a schedule, evaluating and the cursor.
//!
//! `cargo verify --only no_panic` links it and looks whether the panic handler is still there.
#![no_std]

use core::panic::PanicInfo;

use kyklos_core::{Cursor, Evaluation, Invalid, JsonProblem, Problem, Schedule, Spec, TooManyHolidays, Zone};

type Board = Schedule<16, 8, 32>;

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    kyklos_panics()
}

/// What the check looks for: a function by itself, which is in the program when something can get here.
#[unsafe(no_mangle)]
#[inline(never)]
pub fn kyklos_panics() -> ! {
    loop {
        core::hint::spin_loop();
    }
}

/// Looks a zone up, and spells its name again.
#[unsafe(no_mangle)]
pub fn kyklos_zone(name: &str, spelled: fn(&str)) -> Option<Zone> {
    let zone = Zone::get(name)?;
    spelled(zone.name().as_str());
    Some(zone)
}

/// Builds a schedule.
#[unsafe(no_mangle)]
pub fn kyklos_build(zone: Zone, spec: &Spec<'_>, report: fn(Problem<'_>)) -> Result<Board, Invalid> {
    Board::new_in(zone, spec, report)
}

/// Sets its holidays.
#[unsafe(no_mangle)]
pub fn kyklos_holidays(schedule: &mut Board, days: &[i32]) -> Result<(), TooManyHolidays> {
    schedule.set_holiday_days(days.iter().copied())
}

/// Evaluates it.
#[unsafe(no_mangle)]
pub fn kyklos_evaluate(schedule: &Board, second: i64) -> Evaluation {
    #[cfg(feature = "deliberate")]
    assert!(second != 1_773_000_000, "deliberate");
    schedule.evaluate(second)
}

/// Evaluates it through a cursor.
#[unsafe(no_mangle)]
pub fn kyklos_cursor(cursor: &mut Cursor<'_, 16, 8, 32>, second: i64) -> Evaluation {
    cursor.evaluate(second)
}

/// Builds a schedule from JSON.
#[unsafe(no_mangle)]
pub fn kyklos_json(zone: Zone, json: &[u8], report: fn(JsonProblem<'_>)) -> Result<Board, Invalid> {
    Board::from_json_in(zone, json, report)
}
