//! Asks all vectors, says how many were right, and ends QEMU.
#![no_std]
#![no_main]

use kyklos_vectors::FILES;
use semihosting::{println, process};

kyklos_emulated::begin!(run);

fn run() -> ! {
    let mut wrong = 0;
    for file in FILES {
        match file.run(&mut |what| println!("{what}")) {
            Ok(right) => println!("{}: {right} right", file.name),
            Err(count) => {
                println!("{}: {count} WRONG", file.name);
                wrong += count;
            }
        }
    }
    process::exit(if wrong == 0 { 0 } else { 1 })
}
