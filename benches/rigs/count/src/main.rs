//! Counts the instructions of each call on an emulated processor, prints a line for each, and ends QEMU.
//!
//! What differs between the processors is in a module of the same shape for each: where the program begins, and how
//! instructions are counted there.
#![no_std]
#![no_main]

mod counter;
#[cfg_attr(target_arch = "aarch64", path = "aarch64.rs")]
#[cfg_attr(target_arch = "arm", path = "cortex_m.rs")]
#[cfg_attr(target_arch = "riscv32", path = "riscv32.rs")]
mod processor;

use kyklos_counted::count_all;
use processor::Processor;
use semihosting::process;

/// All there is to do. A processor that isn't there, and a schedule that the core refuses, end QEMU with 1.
fn run(processor: Option<Processor>) -> ! {
    let counted = processor.is_some_and(|mut processor| count_all(&mut processor).is_ok());
    process::exit(if counted { 0 } else { 1 })
}
