//! Entries to all of the core that may not panic: looking a zone up and reading one from data, building a schedule by every way in,
//! evaluating it in every way of asking, and the guard of a clock.
//!
//! `cargo verify --only no_panic` links it and looks whether the panic handler is still there. What depends on a schedule's
//! capacities is there once for each of several: an index that the compiler can prove for one length it may not for another.
#![no_std]

use core::panic::PanicInfo;

use kyklos_core::json::{JsonProblem, find};
use kyklos_core::{
    AllZones, Calendar, Cursor, Epoch, Evaluation, Exception, Guard, Holiday, HolidayMode, Invalid, LocalMinute,
    Problem, Reading, Schedule, Spec, State, TimeZone, Values, Window, YearlyRule, ZoneFault, ZoneRules,
};

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
pub fn kyklos_zone(name: &str, spelled: fn(&str)) -> Option<TimeZone> {
    let zone = TimeZone::get(name)?;
    spelled(zone.name().as_str());
    Some(zone)
}

/// Asks a zone of the program.
#[unsafe(no_mangle)]
pub fn kyklos_clock(zone: &TimeZone, at: i64, local: LocalMinute) -> (i32, Option<(i64, i32)>, i64) {
    (zone.offset_at(at), zone.next_transition(at), zone.first_instant_at(local))
}

/// Makes a zone of data.
#[unsafe(no_mangle)]
pub fn kyklos_rules(name: &str, first: i32, changes: &[(i64, i32)], rule: &str) -> Result<ZoneRules<16>, ZoneFault> {
    ZoneRules::new(name, first, changes, YearlyRule::parse(rule)?)
}

/// Finds a value in a document.
#[unsafe(no_mangle)]
pub fn kyklos_find<'d>(document: &'d [u8], pointer: &str) -> Option<&'d [u8]> {
    find(document, pointer)
}

/// Judges a reading of a clock.
#[unsafe(no_mangle)]
pub fn kyklos_guard(guard: &mut Guard, seconds: Option<u64>, epoch: Epoch) -> Reading {
    guard.read(seconds, epoch)
}

/// The entries of a schedule with these capacities and a zone of this kind, which end their names.
macro_rules! entries {
    ($module:ident, $windows:literal, $exceptions:literal, $holidays:literal, $zone:ty, $zones:ty) => {
        /// Entries of a schedule with the capacities in its name.
        pub mod $module {
            use super::*;

            type Board = Schedule<$windows, $exceptions, $holidays, $zone>;

            /// Sets a schedule from text.
            #[unsafe(export_name = concat!("kyklos_set_", stringify!($module)))]
            pub fn set(
                board: &mut Board,
                zones: &$zones,
                spec: &Spec<'_>,
                report: fn(Problem<'_>),
            ) -> Result<(), Invalid> {
                board.set(spec, zones, report)
            }

            /// Sets a schedule from JSON.
            #[unsafe(export_name = concat!("kyklos_json_", stringify!($module)))]
            pub fn json(
                board: &mut Board,
                zones: &$zones,
                json: &[u8],
                report: fn(JsonProblem<'_>),
            ) -> Result<(), Invalid> {
                board.set_json(json, zones, report)
            }

            /// Sets a schedule from typed values.
            #[unsafe(export_name = concat!("kyklos_values_", stringify!($module)))]
            pub fn values(board: &mut Board, zone: $zone, values: &Values<'_>) -> Result<(), Problem<'static>> {
                board.set_values(zone, values)
            }

            /// Builds a schedule of typed values, one after the other: what runs when compiling, too.
            #[unsafe(export_name = concat!("kyklos_push_", stringify!($module)))]
            pub fn push(
                board: &mut Board,
                window: Window,
                exception: Exception,
                holiday: Holiday,
                (mode, value): (HolidayMode, Option<u32>),
            ) -> bool {
                board.clear();
                board.set_holiday_mode(mode, value).is_ok()
                    && board.set_default_value(value.unwrap_or(0)).is_ok()
                    && board.push_window(window).is_ok()
                    && board.push_exception(exception).is_ok()
                    && board.push_holiday(holiday).is_ok()
            }

            /// Evaluates it.
            #[unsafe(export_name = concat!("kyklos_evaluate_", stringify!($module)))]
            pub fn evaluate(board: &Board, second: i64) -> Evaluation {
                #[cfg(feature = "deliberate")]
                assert!(second != 1_773_000_000, "deliberate");
                board.evaluate(second)
            }

            /// Evaluates it with a calendar.
            #[unsafe(export_name = concat!("kyklos_calendar_", stringify!($module)))]
            pub fn calendar(board: &Board, calendar: &mut Calendar<8>, holiday: Holiday, second: i64) -> Evaluation {
                let _ = calendar.push(holiday);
                board.with(calendar).evaluate(second)
            }

            /// Looks back.
            #[unsafe(export_name = concat!("kyklos_since_", stringify!($module)))]
            pub fn since(board: &Board, second: i64) -> Option<i64> {
                board.since(second)
            }

            /// Looks ahead.
            #[unsafe(export_name = concat!("kyklos_ahead_", stringify!($module)))]
            pub fn ahead(board: &Board, second: i64, end: i64) -> (Option<(i64, State)>, usize) {
                (board.transitions(second).next(), board.spans(second..end).count())
            }

            /// Evaluates it through a cursor.
            #[unsafe(export_name = concat!("kyklos_cursor_", stringify!($module)))]
            pub fn cursor(cursor: &mut Cursor<&Board>, second: i64) -> Evaluation {
                cursor.evaluate(second)
            }
        }
    };
}

// A board's, all that an object of the cluster may have, the least there is, and a board's whose zone comes as data.
entries!(of_16_8_32, 16, 8, 32, TimeZone, AllZones);
entries!(of_64_64_1000, 64, 64, 1000, TimeZone, AllZones);
entries!(of_1_0_0, 1, 0, 0, TimeZone, TimeZone);
entries!(of_4_2_16_as_data, 4, 2, 16, ZoneRules<16>, ZoneRules<16>);
