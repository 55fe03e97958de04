//! The stack that reading takes: what is free is painted, a document is read, and then the paint shows how far it got.
#![expect(unsafe_code, reason = "the stack's own memory has no other way to it")]

use core::ptr;

use cortex_m::register::msp;
use semihosting::{println, process};

use crate::{Schedule, read};

/// How far down is looked: more than reading should take, and less than there is.
const DEEPEST: u32 = 16 * 1024;
const PAINT: u32 = 0xcafe_f00d;

/// Right and wrong, so that reading goes everywhere.
const DOCUMENTS: [&[u8]; 9] = [
    br#"{"timezone":"America\/New_York","defaultReplicas":2,"windows":[{"name":"d\u0061y","days":["Mon-Fri","s\u0075n"],"start":"09:00","end":"17:00","replicas":10},{"days":["Sun"],"start":"02:30","end":"03:30","endDay":"Mon","replicas":1}],"exceptions":[{"name":"x","start":"2026-12-24T18:00","end":"2026-12-26T06:00","replicas":0}],"holidayMode":"treat-as-open","holidayReplicas":7,"holidays":["2026-12-25","12-24..01-02","2026-04-03..2026-04-06"]}"#,
    br#"{"timezone":"Mars/Phobos"}"#,
    br#"{"timezone":"America/New_York","pause":true}"#,
    br#"{"timezone":"America/New_York","defaultReplicas":2147483648}"#,
    br#"{"timezone":"America/New_York","windows":[{"days":["Mo"],"start":"9:00","end":"24:30","endDay":"Mon-Fri","replicas":-1}]}"#,
    br#"{"timezone":"America/New_York","windows":[{"start":"09:00","end":"09:00","replicas":1}]}"#,
    br#"{"timezone":"America/New_York","exceptions":[{"start":"2026-12-24T18:00","end":"2101-12-24T18:00","replicas":1}]}"#,
    br#"{"timezone":"America/New_York","holidayMode":"treat-as-closed","holidays":["2206-12-25"]}"#,
    br#"{"timezone":"America/New_York","#,
];

pub(crate) fn measure(schedule: &mut Schedule) {
    let deepest = DOCUMENTS.map(|json| depth(&mut || read(schedule, json))).into_iter().max();
    println!("stack of reading\t{}", deepest.unwrap_or_default());
    process::exit(0)
}

/// The bytes of stack that a call takes.
#[inline(never)]
fn depth(call: &mut dyn FnMut()) -> u32 {
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
