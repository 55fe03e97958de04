//! Reads a schedule that is a field of the device's configuration, by serde-json-core, prints what applies at some instants as
//! `kyklos eval -o json` does, and ends QEMU.
#![no_std]
#![no_main]

use core::fmt::Display;

use cortex_m_rt::entry;
use cortex_m_semihosting::{debug, hprintln};
use heapless::Vec;
use kyklos_core::{Cause, Line, Plan, Schedule, TimeZone};
use panic_semihosting as _;
use serde::Deserialize;

/// Known when this is built, so that the rules of no other zone get into the program.
const ZONE: TimeZone = TimeZone::named("America/New_York");

/// As it might come over the network.
const DOCUMENT: &[u8] = include_bytes!("config.json");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config<'a> {
    name: &'a str,
    report: Report,
    #[serde(borrow)]
    labels: Labels<'a>,
    schedule: Plan<4, 2, 8>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Report {
    #[expect(dead_code, reason = "semihosting has no speed")]
    baud: u32,
    instants: Vec<i64, 8>,
}

/// What a display calls windows and exceptions: a typed one has no name.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Labels<'a> {
    #[serde(borrow)]
    windows: Vec<&'a str, 4>,
    exceptions: Vec<&'a str, 2>,
}

impl<'a> Labels<'a> {
    fn of(&self, cause: Cause) -> Option<&'a str> {
        match cause {
            Cause::Window(index) => self.windows.get(usize::from(index)).copied(),
            Cause::Exception(index) => self.exceptions.get(usize::from(index)).copied(),
            Cause::Holiday => Some("Holiday-Closed"),
            Cause::Default => Some("OffHours"),
            _ => None,
        }
    }
}

#[entry]
fn main() -> ! {
    debug::exit(if run().is_some() { debug::EXIT_SUCCESS } else { debug::EXIT_FAILURE });
    loop {
        cortex_m::asm::wfi();
    }
}

fn run() -> Option<()> {
    // The longest text that has escapes in it.
    let mut text = [0; 64];
    let (config, _) = said(serde_json_core::from_slice_escaped::<Config<'_>>(DOCUMENT, &mut text))?;
    let mut schedule = Schedule::<4, 2, 8>::new(ZONE);
    said(schedule.set_plan(&config.schedule, ZONE))?;
    let mut line = [0; 256];
    for &at in &config.report.instants {
        let answer = schedule.evaluate(at);
        let label = config.labels.of(answer.cause());
        let length = said(serde_json_core::to_slice(&Line::new(config.name, label, at, &answer), &mut line))?;
        hprintln!("{}", said(core::str::from_utf8(line.get(..length)?))?);
    }
    Some(())
}

fn said<T, E: Display>(result: Result<T, E>) -> Option<T> {
    result.map_err(|error| hprintln!("{}", error)).ok()
}
