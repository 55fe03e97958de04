//! The same table in C, as a compiler has made assembly of it.
#![expect(unsafe_code, reason = "a function of another language")]

use core::arch::global_asm;

use crate::by_local_time::Reading;

global_asm!(include_str!("week.s"), options(raw));

#[repr(C)]
struct Registers {
    weekday: u8,
    hour: u8,
    minute: u8,
    second: u8,
}

unsafe extern "C" {
    fn week_at(now: Registers, seconds: *mut u32) -> i32;
}

/// The window, -1 for none, and in how many seconds that changes.
#[inline(always)]
pub(crate) fn evaluate((weekday, hour, minute, second): Reading) -> (i32, u32) {
    let mut seconds = 0;
    // SAFETY: it is the function of `week.c`, which writes the seconds and keeps nothing.
    let window = unsafe { week_at(Registers { weekday, hour, minute, second }, &raw mut seconds) };
    (window, seconds)
}
