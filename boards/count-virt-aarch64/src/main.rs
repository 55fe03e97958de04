//! Counts instructions on an AArch64 processor without an operating system, and ends QEMU.
#![no_std]
#![no_main]
#![expect(unsafe_code, reason = "the first instructions, and reading the timer, are written in assembly")]

use core::arch::{asm, global_asm};

use kyklos_counted::{Counter, count_all};
use semihosting::{println, process};

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

struct Timer;

impl Timer {
    fn now() -> u64 {
        let now: u64;
        // SAFETY: it reads a counter, and touches nothing else.
        unsafe {
            asm!("isb", "mrs {}, cntvct_el0", out(reg) now, options(nostack));
        }
        now
    }

    fn instructions(work: &mut dyn FnMut()) -> u64 {
        let before = Self::now();
        work();
        (Self::now() - before) * INSTRUCTIONS_PER_TICK
    }
}

impl Counter for Timer {
    fn count(&mut self, name: &'static str, calls: usize, work: &mut dyn FnMut(), harness: &mut dyn FnMut()) {
        let (work, harness) = (Self::instructions(work), Self::instructions(harness));
        println!("{name}\t{calls}\t{work}\t{harness}");
    }
}

extern "C" fn main() -> ! {
    process::exit(if count_all(&mut Timer).is_ok() { 0 } else { 1 })
}
