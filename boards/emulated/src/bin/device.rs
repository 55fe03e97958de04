//! The boards' application over the emulated serial line, with two slots in a simulated flash. It never ends.
#![no_std]
#![no_main]

use kyklos_app::{Counted, Device, Settings, SimulatedFlash, Slots, Text};
use kyklos_core::{Days, Schedule, TimeOfDay, TimeZone, Window};
use kyklos_emulated::serial::Serial;
use semihosting::{println, process, sys::arm_compat};

/// As `kyklos pack --format rust` writes one.
static HOME: Schedule<1, 0, 0> = {
    let mut schedule = Schedule::new(TimeZone::named("Europe/Zurich"));
    assert!(schedule.set_default_value(170).is_ok());
    let morning = Window::constant(Days::WEEKDAYS, TimeOfDay::constant(6, 30), TimeOfDay::constant(8, 0), 210);
    assert!(schedule.push_window(morning).is_ok());
    schedule
};

/// 2026-11-26T00:00:00Z.
const BUILT: i64 = 1_795_651_200;
const SETTINGS: Settings =
    Settings { name: "emulated/board", built_in: &HOME, built_in_pack: &[], safe: 0, not_before: BUILT };
/// After so many seconds what isn't over on the line is given up.
const SILENCE: u64 = 2;

kyklos_emulated::begin!(run);

/// Seconds of the computer's clock: that of the program's run goes by what QEMU computes, and stands while others do.
fn seconds() -> u64 {
    arm_compat::sys_time().map_or(0, |seconds| seconds as u64)
}

fn run() -> ! {
    let Some(slots) = Slots::new(SimulatedFlash::<2048>::new(), 0, 1024) else { process::exit(1) };
    let begin = seconds();
    let uptime = || seconds().saturating_sub(begin);
    let mut device: Device<_, _> = Device::new(SETTINGS, Counted::new(uptime), slots);
    let mut serial = Serial::open();
    // What a log gets: a board without a pack has nothing to complain of.
    if let Err(problem) = device.start() {
        println!("{problem}");
    }
    let mut last = seconds();
    let mut shown = None;
    loop {
        let (look, looked) = (device.look(), seconds());
        if shown != Some(look.value) {
            shown = Some(look.value);
            println!("put out {}", look.value);
        }
        loop {
            let mut answer = Text::new();
            let answered = if let Some(byte) = serial.read() {
                last = seconds();
                device.take(byte, &mut answer).unwrap_or_default()
            } else if look.seconds.is_some_and(|left| seconds() >= looked + left) {
                break;
            } else if device.is_waiting() && seconds() > last + SILENCE {
                device.silence(&mut answer).is_ok()
            } else {
                continue;
            };
            serial.write(answer.bytes());
            if answered {
                break;
            }
        }
    }
}
