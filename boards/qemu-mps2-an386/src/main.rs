//! Prints what is put out for each reading of a clock, and what schedules do around the clock changes of 2026, and ends QEMU.
#![no_std]
#![no_main]

mod built;
mod clock;
mod print;
mod sent;

use core::fmt::Display;

use cortex_m_rt::entry;
use cortex_m_semihosting::{debug, hprintln};
use panic_semihosting as _;

#[entry]
fn main() -> ! {
    clock::read_all();
    print::clock_changes("built in", &built::SCHEDULE, &|at| built::ZONE.offset_at(at));
    debug::exit(if sent::set_and_print().is_some() { debug::EXIT_SUCCESS } else { debug::EXIT_FAILURE });
    loop {
        cortex_m::asm::wfi();
    }
}

fn said<T, E: Display>(result: Result<T, E>) -> Option<T> {
    result.map_err(|error| hprintln!("{}", error)).ok()
}
