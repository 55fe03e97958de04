//! Counts what a board computes when it wakes, on a Cortex-M4: it reads its clock, judges it and asks the home's schedule, as a pack
//! and as a `static`. It prints the most that this takes in a week, and ends QEMU, which has to count instructions (`-icount shift=10`).
#![no_std]
#![no_main]

use core::cell::Cell;

use cortex_m::Peripherals;
use cortex_m::peripheral::SYST;
use cortex_m::peripheral::syst::SystClkSource;
use kyklos_app::{Clock, Device, NoStore, Settings};
use semihosting::{println, process};

/// QEMU lets 1,024 ns pass for each instruction, and SysTick goes at 25 MHz on the MPS2.
const TICKS_PER_1000_INSTRUCTIONS: u32 = 25_600;
/// The counter's 24 bits.
const RELOAD: u32 = 0x00ff_ffff;
/// A week from 2027-01-04 on. Seven minutes come by every minute of an hour.
const BEGIN: u64 = 1_799_020_800;
const WEEK: u64 = 7 * 86_400;
const STEP: usize = 7 * 60;

struct Moved<'c>(&'c Cell<u64>);

impl Clock for Moved<'_> {
    fn unix(&mut self) -> Option<u64> {
        Some(self.0.get())
    }

    fn set(&mut self, unix: u64) -> bool {
        self.0.set(unix);
        true
    }
}

kyklos_emulated::begin!(start);

fn start() -> ! {
    let Some(peripherals) = Peripherals::take() else { process::exit(1) };
    let mut timer = peripherals.SYST;
    timer.set_clock_source(SystClkSource::Core);
    timer.set_reload(RELOAD);
    let pack = Settings::HOME;
    let worst = [pack, Settings { built_in_pack: &[], ..pack }].map(|settings| worst(settings, &mut timer));
    println!("look: {} instructions", worst.into_iter().max().unwrap_or_default());
    process::exit(0)
}

/// The most instructions of a look.
fn worst(settings: Settings, timer: &mut SYST) -> u32 {
    let now = Cell::new(BEGIN);
    let mut device: Device<_, _> = Device::new(settings, Moved(&now), NoStore);
    if device.start().is_err() {
        process::exit(1);
    }
    let mut worst = 0;
    for at in (BEGIN..BEGIN + WEEK).step_by(STEP) {
        now.set(at);
        timer.clear_current();
        timer.enable_counter();
        let before = SYST::get_current();
        core::hint::black_box(device.look());
        let after = SYST::get_current();
        timer.disable_counter();
        // It counts down, and the first reading can still be the 0 that clearing left.
        worst = worst.max((before.wrapping_sub(after) & RELOAD).saturating_mul(1_000) / TICKS_PER_1000_INSTRUCTIONS);
    }
    worst
}
