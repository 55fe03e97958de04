//! AArch64 without an operating system: by the timer that every such processor has.
#![expect(unsafe_code, reason = "the first instructions, and reading the timer, are written in assembly")]

use core::arch::{asm, global_asm};

pub(crate) const MOST_CALLS: usize = usize::MAX;
/// The timer goes at 62.5 MHz, and QEMU lets 1 ns pass for each instruction.
const INSTRUCTIONS_PER_TICK: u64 = 16;

// A stack, and leave to use the registers that memory is copied with.
global_asm!(
    ".section .text.start, \"ax\"",
    ".global _start",
    "_start:",
    "ldr x0, =__stack_top",
    "mov sp, x0",
    "mov x0, #(3 << 20)",
    "msr cpacr_el1, x0",
    "isb",
    "b {main}",
    main = sym main,
);

pub(crate) struct Processor;

impl Processor {
    fn now() -> u64 {
        let now: u64;
        // SAFETY: it reads a counter, and touches nothing else.
        unsafe {
            asm!("isb", "mrs {}, cntvct_el0", out(reg) now, options(nostack));
        }
        now
    }

    pub(crate) fn instructions(&mut self, work: &mut dyn FnMut()) -> u64 {
        let before = Self::now();
        work();
        (Self::now() - before) * INSTRUCTIONS_PER_TICK
    }
}

extern "C" fn main() -> ! {
    crate::run(Some(Processor))
}
