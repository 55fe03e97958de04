//! Cortex-M: by SysTick, a counter of 24 bits in each of them.

use cortex_m::Peripherals;
use cortex_m::peripheral::SYST;
use cortex_m::peripheral::syst::SystClkSource;
use cortex_m_rt::entry;

/// As many as the counter's 24 bits have room for.
pub(crate) const MOST_CALLS: usize = 32;
/// QEMU lets 1,024 ns pass for each instruction. SysTick goes at 16 MHz on the micro:bit, which is the board of the processor
/// that has no more than ARMv6-M, and at 25 MHz on the MPS2.
const TICKS_PER_1000_INSTRUCTIONS: u32 = if cfg!(target_has_atomic = "32") { 25_600 } else { 16_384 };
/// The counter's 24 bits.
const RELOAD: u32 = 0x00ff_ffff;

pub(crate) struct Processor(SYST);

impl Processor {
    pub(crate) fn instructions(&mut self, work: &mut dyn FnMut()) -> u64 {
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

#[entry]
fn main() -> ! {
    crate::run(Peripherals::take().map(|peripherals| {
        let mut timer = peripherals.SYST;
        timer.set_clock_source(SystClkSource::Core);
        timer.set_reload(RELOAD);
        Processor(timer)
    }))
}
