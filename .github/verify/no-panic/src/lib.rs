//! Entries to all of the core that may not panic: looking a zone up and reading one from data, building a schedule by every way in,
//! evaluating it in every way of asking, and the guard of a clock.
//!
//! `cargo verify --only no_panic` links it and looks whether the panic handler is still there. What depends on a schedule's
//! capacities is there once for each of several: an index that the compiler can prove for one length it may not for another.
#![no_std]

use core::panic::PanicInfo;

use kyklos_core::json::{JsonProblem, find};
use kyklos_core::pack::{Pack, PackProblem};
use kyklos_core::{
    AllZones, Calendar, Cursor, Date, Days, Epoch, Evaluation, Exception, Guard, Holiday, HolidayMode, Invalid,
    LocalInstant, LocalMinute, Problem, Reading, Schedule, Spec, State, TimeOfDay, TimeZone, Values, Weekday, Window,
    YearlyDate, YearlyRule, ZoneFault, ZoneRules,
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

/// Reads and makes every typed value.
#[unsafe(no_mangle)]
pub fn kyklos_typed(text: &str, number: i32, value: u32) -> (bool, Option<Date>) {
    let times = text.parse::<TimeOfDay>().ok().zip(text.parse::<Days>().ok()).zip(text.parse::<Weekday>().ok());
    let window = times.is_some_and(|((time, days), day)| {
        Window::new(days, time, TimeOfDay::END_OF_DAY, value).is_ok()
            && Window::ending_on(days, time, day, time, value).is_ok()
    });
    let date = Date::from_days_since_1970(number);
    let midnight = date.and_then(|date| LocalMinute::new(date, TimeOfDay::MIDNIGHT));
    let minutes = text.parse::<LocalMinute>().ok().zip(midnight);
    let exception = minutes.is_some_and(|(start, end)| Exception::new(start, end, value).is_ok());
    let dates = text.parse::<Date>().ok().zip(text.parse::<YearlyDate>().ok());
    let holiday = dates.is_some_and(|(date, yearly)| {
        Holiday::dates(date, date).is_ok() && Holiday::yearly(yearly) == Holiday::yearly_range(yearly, yearly)
    });
    let parsed = Holiday::parse(text).is_ok() | text.parse::<HolidayMode>().is_ok();
    (window | exception | holiday | parsed, date)
}

/// Asks a zone that came as data.
#[unsafe(no_mangle)]
pub fn kyklos_data_clock(zone: &ZoneRules<16>, at: i64, local: LocalMinute) -> (i32, Option<(i64, i32)>, i64) {
    (zone.offset_at(at), zone.next_transition(at), zone.first_instant_at(local))
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

/// Looks whether bytes are a pack.
#[unsafe(no_mangle)]
pub fn kyklos_open(bytes: &[u8]) -> Result<(i64, u32, &str), PackProblem> {
    Pack::open(bytes).map(|pack| (pack.zone_known_until(), pack.checksum(), pack.zone_name()))
}

/// Sets a schedule from a pack.
#[unsafe(no_mangle)]
pub fn kyklos_pack(board: &mut Schedule<16, 8, 32, ZoneRules<16>>, pack: &Pack<'_>) -> Result<(), PackProblem> {
    board.set_pack(pack)
}

/// The same into the least there is.
#[unsafe(no_mangle)]
pub fn kyklos_pack_least(board: &mut Schedule<1, 0, 0, ZoneRules<0>>, pack: &Pack<'_>) -> Result<(), PackProblem> {
    board.set_pack(pack)
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

            /// Evaluates it at an instant that others share.
            #[unsafe(export_name = concat!("kyklos_at_", stringify!($module)))]
            pub fn at(board: &Board, zone: &$zone, second: i64) -> Evaluation {
                board.evaluate_at(&LocalInstant::new(zone, second))
            }

            /// Evaluates it with a calendar.
            #[unsafe(export_name = concat!("kyklos_calendar_", stringify!($module)))]
            pub fn calendar(board: &Board, calendar: &mut Calendar<8>, holiday: Holiday, second: i64) -> Evaluation {
                let _ = calendar.push(holiday);
                board.with(calendar).evaluate(second)
            }

            /// Looks back and ahead with a calendar.
            #[unsafe(export_name = concat!("kyklos_calendars_", stringify!($module)))]
            pub fn calendars(
                board: &Board,
                calendar: &Calendar<8>,
                second: i64,
            ) -> (Option<i64>, Option<(i64, State)>) {
                let both = board.with(calendar);
                (both.since(second), both.transitions(second).next())
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
