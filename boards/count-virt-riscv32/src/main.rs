//! Counts instructions on a RISC-V processor of 32 bits, and ends QEMU.
#![no_std]
#![no_main]

use kyklos_counted::{Counter, count_all};
use riscv::register::minstret;
use riscv_rt::entry;
use semihosting::{println, process};

/// The processor's own counter of instructions.
struct Retired;

impl Retired {
    fn instructions(work: &mut dyn FnMut()) -> u64 {
        let before = minstret::read64();
        work();
        minstret::read64() - before
    }
}

impl Counter for Retired {
    fn count(&mut self, name: &'static str, calls: usize, work: &mut dyn FnMut(), harness: &mut dyn FnMut()) {
        let (work, harness) = (Self::instructions(work), Self::instructions(harness));
        println!("{name}\t{calls}\t{work}\t{harness}");
    }
}

#[entry]
fn main() -> ! {
    process::exit(if count_all(&mut Retired).is_ok() { 0 } else { 1 })
}
