//! The computer's clock, as embassy's timers ask for it.
#![allow(unsafe_code, reason = "embassy finds its driver by the names of functions")]

use core::task::Waker;

use embassy_time_driver::{Driver, TICK_HZ, time_driver_impl};
use semihosting::sys::arm_compat;

/// In whole seconds. That of the program's run would go by what QEMU computes, and stand while others do.
struct Computer;

impl Driver for Computer {
    fn now(&self) -> u64 {
        arm_compat::sys_time().map_or(0, |seconds| (seconds as u64).saturating_mul(TICK_HZ))
    }

    /// Nobody sleeps: `block_on` asks again and again, as there are no interrupts.
    fn schedule_wake(&self, _: u64, _: &Waker) {}
}

time_driver_impl!(static COMPUTER: Computer = Computer);
