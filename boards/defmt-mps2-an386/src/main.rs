//! Logs a value of each public type of the core by defmt, of an enum each variant, and ends QEMU.
//!
//! A line is the name of the type and what its `defmt::Format` makes of the value.
#![no_std]
#![no_main]

mod problems;
mod schedules;
mod values;

use cortex_m_rt::entry;
use cortex_m_semihosting::debug;
use defmt_semihosting as _;
use kyklos_core::Zone;
use panic_semihosting as _;

/// Known when this is built, so that the rules of no other zone get into the program.
const ZONE: Zone = Zone::named("Europe/Zurich");

/// A line for each value.
macro_rules! log {
    ($name:literal: $($value:expr),+ $(,)?) => {
        {$(defmt::println!("{=str}: {}", $name, $value);)+}
    };
}
use log;

#[entry]
fn main() -> ! {
    values::log_all();
    problems::log_all();
    let status = if schedules::log_all().is_ok() { debug::EXIT_SUCCESS } else { debug::EXIT_FAILURE };
    debug::exit(status);
    loop {
        cortex_m::asm::wfi();
    }
}
