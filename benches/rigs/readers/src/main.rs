//! A program that reads a schedule from JSON in the way that its features say. What it takes more than the one without any is what that
//! way takes in flash; with the feature `stack` it runs, and prints how much stack it takes.
//!
//! Whatever goes through `black_box` may be anything as far as the compiler knows, so that it can't leave out the rest.
#![no_std]
#![no_main]

#[cfg(all(feature = "stack", any(feature = "scanner", feature = "serde-json-core")))]
mod stack;

use core::hint::black_box;

use cortex_m_rt::entry;
use kyklos_core::{TimeZone, Values};
#[cfg(not(feature = "stack"))]
use panic_halt as _;

type Schedule = kyklos_core::Schedule<16, 8, 32>;
const ZONE: TimeZone = TimeZone::named("America/New_York");

#[entry]
fn main() -> ! {
    let mut schedule = Schedule::new(ZONE);
    let _ = black_box(schedule.set_values(black_box(ZONE), black_box(&Values::default())));
    black_box(schedule.evaluate(black_box(0)));
    #[cfg(any(feature = "scanner", feature = "serde-json-core"))]
    read(&mut schedule, black_box(b""));
    #[cfg(all(feature = "stack", any(feature = "scanner", feature = "serde-json-core")))]
    stack::measure(&mut schedule);
    loop {
        black_box(&schedule);
    }
}

#[cfg(feature = "scanner")]
#[inline(never)]
fn read(schedule: &mut Schedule, json: &[u8]) {
    black_box(schedule.set_json(json, ZONE, |problem| said(&problem)).is_ok());
}

#[cfg(all(feature = "serde-json-core", not(feature = "scanner")))]
#[inline(never)]
fn read(schedule: &mut Schedule, json: &[u8]) {
    // As long as the longest text with escapes in it.
    let mut text = [0; 64];
    match serde_json_core::from_slice_escaped::<kyklos_core::Plan<16, 8, 32>>(json, &mut text) {
        Ok((plan, _)) => match schedule.set_plan(&plan, ZONE) {
            Ok(()) => {}
            Err(problem) => said(&problem),
        },
        Err(error) => said(&error),
    }
}

/// What becomes of a problem: it is there, and with the feature it is written out in words, too.
#[cfg(any(feature = "scanner", feature = "serde-json-core"))]
fn said(problem: &impl core::fmt::Display) {
    black_box(problem);
    #[cfg(feature = "words")]
    {
        use core::fmt::Write as _;
        let _ = black_box(write!(Sink, "{problem}"));
    }
}

#[cfg(all(feature = "words", any(feature = "scanner", feature = "serde-json-core")))]
struct Sink;

#[cfg(all(feature = "words", any(feature = "scanner", feature = "serde-json-core")))]
impl core::fmt::Write for Sink {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        black_box(text);
        Ok(())
    }
}
