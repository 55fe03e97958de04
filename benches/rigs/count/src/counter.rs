//! What is counted is a line: the name, the calls, and the instructions of the work and of the harness.

use kyklos_counted::Counter;
use semihosting::println;

use crate::processor::{MOST_CALLS, Processor};

impl Counter for Processor {
    const MOST_CALLS: usize = MOST_CALLS;

    fn count(&mut self, name: &'static str, calls: usize, work: &mut dyn FnMut(), harness: &mut dyn FnMut()) {
        let (work, harness) = (self.instructions(work), self.instructions(harness));
        println!("{name}\t{calls}\t{work}\t{harness}");
    }
}
