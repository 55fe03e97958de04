//! Entries to all of the core that may not panic: looking a zone up, building a schedule, evaluating and the cursor.
//!
//! `cargo verify --only no_panic` links it and looks whether the panic handler is still there. What depends on a schedule's
//! capacities is there once for each of several: an index that the compiler can prove for one length it may not for another.
#![no_std]

use core::panic::PanicInfo;

use kyklos_core::{Cursor, Evaluation, Invalid, JsonProblem, Problem, Schedule, Spec, TooManyHolidays, Zone};

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

/// The entries of a schedule with these capacities, which end their names.
macro_rules! entries {
    ($module:ident, $windows:literal, $exceptions:literal, $holidays:literal) => {
        /// Entries of a schedule with the capacities in its name.
        pub mod $module {
            use super::*;

            type Board = Schedule<$windows, $exceptions, $holidays>;

            /// Builds a schedule.
            #[unsafe(export_name = concat!("kyklos_build_", stringify!($module)))]
            pub fn build(zone: Zone, spec: &Spec<'_>, report: fn(Problem<'_>)) -> Result<Board, Invalid> {
                Board::new_in(zone, spec, report)
            }

            /// Sets its holidays.
            #[unsafe(export_name = concat!("kyklos_holidays_", stringify!($module)))]
            pub fn holidays(schedule: &mut Board, days: &[i32]) -> Result<(), TooManyHolidays> {
                schedule.set_holiday_days(days.iter().copied())
            }

            /// Evaluates it.
            #[unsafe(export_name = concat!("kyklos_evaluate_", stringify!($module)))]
            pub fn evaluate(schedule: &Board, second: i64) -> Evaluation {
                #[cfg(feature = "deliberate")]
                assert!(second != 1_773_000_000, "deliberate");
                schedule.evaluate(second)
            }

            /// Evaluates it through a cursor.
            #[unsafe(export_name = concat!("kyklos_cursor_", stringify!($module)))]
            pub fn cursor(cursor: &mut Cursor<'_, $windows, $exceptions, $holidays>, second: i64) -> Evaluation {
                cursor.evaluate(second)
            }

            /// Builds a schedule from JSON.
            #[unsafe(export_name = concat!("kyklos_json_", stringify!($module)))]
            pub fn json(zone: Zone, json: &[u8], report: fn(JsonProblem<'_>)) -> Result<Board, Invalid> {
                Board::from_json_in(zone, json, report)
            }
        }
    };
}

// A board's, all that an object of the cluster may have, and the least there is.
entries!(of_16_8_32, 16, 8, 32);
entries!(of_64_64_1000, 64, 64, 1000);
entries!(of_1_0_0, 1, 0, 0);
