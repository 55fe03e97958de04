//! Counts instructions on a Cortex-M0, and ends QEMU.
#![no_std]
#![no_main]

use cortex_m::Peripherals;
use cortex_m::peripheral::SYST;
use cortex_m::peripheral::syst::SystClkSource;
use cortex_m_rt::entry;
use cortex_m_semihosting::{debug, hprintln};
use kyklos_counted::{Counter, count_all};
use panic_semihosting as _;

/// SysTick goes at 16 MHz, and QEMU lets 1,024 ns pass for each instruction.
const TICKS_PER_1000_INSTRUCTIONS: u32 = 16_384;
/// The counter's 24 bits.
const RELOAD: u32 = 0x00ff_ffff;

struct SysTick(SYST);

impl SysTick {
    fn instructions(&mut self, work: &mut dyn FnMut()) -> u64 {
        self.0.clear_current();
        self.0.enable_counter();
        let before = SYST::get_current();
        work();
        let after = SYST::get_current();
        // Before anything else reads the register, which forgets it then.
        assert!(!self.0.has_wrapped(), "these are too many instructions for the counter");
        self.0.disable_counter();
        // It counts down, and the first reading can still be the 0 that clearing left.
        u64::from(before.wrapping_sub(after) & RELOAD) * 1_000 / u64::from(TICKS_PER_1000_INSTRUCTIONS)
    }
}

impl Counter for SysTick {
    // As many as its 24 bits have room for.
    const MOST_CALLS: usize = 32;

    fn count(&mut self, name: &'static str, calls: usize, work: &mut dyn FnMut(), harness: &mut dyn FnMut()) {
        let (work, harness) = (self.instructions(work), self.instructions(harness));
        hprintln!("{}\t{}\t{}\t{}", name, calls, work, harness);
    }
}

#[entry]
fn main() -> ! {
    let counted = Peripherals::take().map(|peripherals| {
        let mut timer = peripherals.SYST;
        timer.set_clock_source(SystClkSource::Core);
        timer.set_reload(RELOAD);
        count_all(&mut SysTick(timer))
    });
    debug::exit(if matches!(counted, Some(Ok(()))) { debug::EXIT_SUCCESS } else { debug::EXIT_FAILURE });
    loop {
        cortex_m::asm::wfi();
    }
}
