//! RISC-V of 32 bits: by the processor's own counter of instructions.

use riscv::register::minstret;
use riscv_rt::entry;

pub(crate) const MOST_CALLS: usize = usize::MAX;

pub(crate) struct Processor;

impl Processor {
    pub(crate) fn instructions(&mut self, work: &mut dyn FnMut()) -> u64 {
        let before = minstret::read64();
        work();
        minstret::read64() - before
    }
}

#[entry]
fn main() -> ! {
    crate::run(Some(Processor))
}
