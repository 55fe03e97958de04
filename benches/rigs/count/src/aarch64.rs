//! AArch64 without an operating system: by the processor's own counter of instructions. The timer goes sixteen times slower, and
//! where in a tick it is when a run begins is another thing each time.
#![expect(unsafe_code, reason = "the first instructions, and the counter, are written in assembly")]

use core::arch::{asm, global_asm};

pub(crate) const MOST_CALLS: usize = usize::MAX;
/// What the first of the event counters counts: instructions that were executed.
const INSTRUCTIONS_RETIRED: u64 = 0x08;

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
    fn counting() -> Self {
        // SAFETY: it starts a counter, and touches nothing else.
        unsafe {
            asm!(
                "msr pmevtyper0_el0, {event}",
                "msr pmcntenset_el0, {first}",
                "msr pmcr_el0, {enable}",
                event = in(reg) INSTRUCTIONS_RETIRED,
                first = in(reg) 1_u64,
                enable = in(reg) 1_u64,
                options(nostack),
            );
        }
        Self
    }

    fn now() -> u32 {
        let now: u64;
        // SAFETY: it reads a counter, and touches nothing else.
        unsafe {
            asm!("isb", "mrs {}, pmevcntr0_el0", out(reg) now, options(nostack));
        }
        // It has 32 bits.
        now as u32
    }

    pub(crate) fn instructions(&mut self, work: &mut dyn FnMut()) -> u64 {
        let before = Self::now();
        work();
        u64::from(Self::now().wrapping_sub(before))
    }
}

extern "C" fn main() -> ! {
    crate::run(Some(Processor::counting()))
}
