//! The boards' application and their loop over the emulated serial line, with two slots in a simulated flash. It never ends.
#![no_std]
#![no_main]

use embassy_futures::block_on;
use embassy_time::Instant;
use kyklos_app::{Counted, Device, Settings, SimulatedFlash, Slots, run};
use kyklos_core::{Days, Schedule, TimeOfDay, TimeZone, Window};
use kyklos_emulated::serial::Serial;
use semihosting::{println, process};

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

kyklos_emulated::begin!(start);

fn start() -> ! {
    block_on(forever())
}

async fn forever() -> ! {
    let Some(slots) = Slots::new(SimulatedFlash::<2048>::new(), 0, 1024) else { process::exit(1) };
    let begin = Instant::now().as_secs();
    let uptime = || Instant::now().as_secs().saturating_sub(begin);
    let mut device: Device<_, _> = Device::new(SETTINGS, Counted::new(uptime), slots);
    // What a log gets: a board without a pack has nothing to complain of.
    if let Err(problem) = device.start() {
        println!("{problem}");
    }
    let mut shown = None;
    run(&mut device, &mut Serial::open(), |look| {
        if shown != Some(look.value) {
            shown = Some(look.value);
            println!("put out {}", look.value);
        }
    })
    .await
}
