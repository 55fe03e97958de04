//! Logs a value of each public type of the core by defmt, of an enum each variant, and ends QEMU.
//!
//! A line is the path of the type in the crate and what its `defmt::Format` makes of the value.
#![no_std]
#![no_main]

mod answers;
mod packs;
mod problems;
mod schedules;
mod values;
mod written;
mod zones;

use cortex_m_rt::entry;
use cortex_m_semihosting::debug;
use defmt_semihosting as _;
use kyklos_core::TimeZone;
use panic_semihosting as _;

/// Known when this is built, so that the rules of no other zone get into the program.
const ZONE: TimeZone = TimeZone::named("Europe/Zurich");

/// A line for each value.
macro_rules! log {
    ($name:literal: $($value:expr),+ $(,)?) => {
        {$(defmt::println!("{=str}: {}", $name, $value);)+}
    };
}
use log;

#[entry]
fn main() -> ! {
    answers::log_all();
    let all = [
        packs::log_all(),
        values::log_all(),
        problems::log_all(),
        written::log_all(),
        zones::log_all(),
        schedules::log_all(),
    ];
    debug::exit(if all.iter().all(Option::is_some) { debug::EXIT_SUCCESS } else { debug::EXIT_FAILURE });
    loop {
        cortex_m::asm::wfi();
    }
}
