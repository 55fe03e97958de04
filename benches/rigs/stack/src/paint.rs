//! The free stack, painted.
#![expect(unsafe_code, reason = "the stack's own memory has no other way to it")]

use core::ptr;

use cortex_m::register::msp;

/// How far down is looked: more than any function should take, and less than there is.
const DEEPEST: u32 = 8 * 1024;
const PAINT: u32 = 0xcafe_f00d;

/// The bytes of stack that a call takes.
#[inline(never)]
pub(crate) fn depth(call: &mut dyn FnMut()) -> u32 {
    let top = msp::read();
    let bottom = top - DEEPEST;
    for address in (bottom..top).step_by(4) {
        // SAFETY: below the stack pointer there is nothing but free RAM, and no interrupt is enabled.
        unsafe { ptr::write_volatile(address as *mut u32, PAINT) };
    }
    call();
    // SAFETY: as above.
    let touched =
        (bottom..top).step_by(4).find(|&address| unsafe { ptr::read_volatile(address as *const u32) } != PAINT);
    top - touched.unwrap_or(top)
}
