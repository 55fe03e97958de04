//! Counts the instructions of what a programmer would write for a Cortex-M4 without the core: by hand over a library of dates that
//! knows the zone, and by hand over a clock that reads local time. Asked what the core is asked, and held to the same answers.
#![no_std]
#![no_main]

mod by_c;
mod by_chrono;
mod by_jiff;
mod by_local_time;
#[path = "../../count/src/counter.rs"]
mod counter;
#[path = "../../count/src/cortex_m.rs"]
mod processor;
mod week;

use kyklos_counted::count_peer;
use processor::Processor;
use semihosting::process;

fn run(processor: Option<Processor>) -> ! {
    let Some(mut processor) = processor else { process::exit(1) };
    count_peer(&mut processor, "chrono-tz, by hand", by_chrono::evaluate);
    count_peer(&mut processor, "jiff-static, by hand", by_jiff::evaluate);
    by_local_time::count(&mut processor);
    process::exit(0)
}
