//! A program with as much of the core in it as its features say; nothing runs it, what counts is its size.
//!
//! Whatever goes through `black_box` may be anything as far as the compiler knows, so that it can't leave out the rest.
#![no_std]
#![no_main]

use core::hint::black_box;

use cortex_m_rt::entry;
use panic_halt as _;

#[cfg(feature = "evaluate")]
use kyklos_core::TimeZone;

#[cfg(feature = "evaluate")]
type Schedule = kyklos_core::Schedule<16, 8, 32>;
#[cfg(feature = "evaluate")]
const ZONE: TimeZone = TimeZone::named("America/New_York");

/// The zones that a schedule may have: one, or by name all there are.
#[cfg(all(feature = "build", not(feature = "zones")))]
const ZONES: TimeZone = ZONE;
#[cfg(feature = "zones")]
const ZONES: kyklos_core::AllZones = kyklos_core::AllZones;

#[cfg(feature = "fixed")]
mod fixed;

#[entry]
fn main() -> ! {
    #[cfg(feature = "fixed")]
    fixed::ask();
    #[cfg(feature = "evaluate")]
    evaluate();
    #[cfg(feature = "cursor")]
    cursor();
    #[cfg(feature = "build")]
    build();
    #[cfg(feature = "json")]
    json();
    loop {
        black_box(());
    }
}

/// Of a schedule that is already there.
#[cfg(feature = "evaluate")]
#[inline(never)]
fn evaluate() {
    black_box(ZONE);
    if let Some(schedule) = black_box(None::<&Schedule>) {
        black_box(schedule.evaluate(black_box(0)));
    }
}

#[cfg(feature = "cursor")]
#[inline(never)]
fn cursor() {
    if let Some(schedule) = black_box(None::<&Schedule>) {
        let mut cursor = kyklos_core::Cursor::new(schedule);
        black_box(cursor.evaluate(black_box(0)));
        black_box(cursor.evaluate(black_box(0)));
    }
}

/// Checks and compiles whatever a schedule can have, as a board does: in the memory that the schedule stays in.
#[cfg(feature = "build")]
#[inline(never)]
fn build() {
    let spec = black_box(kyklos_core::Spec::default());
    let mut schedule = Schedule::new(ZONE);
    black_box(&schedule.set(&spec, ZONES, |problem| said(&problem)));
    black_box(&schedule);
}

#[cfg(feature = "json")]
#[inline(never)]
fn json() {
    let mut schedule = Schedule::new(ZONE);
    black_box(&schedule.set_json(black_box(b""), ZONES, |problem| said(&problem)));
    black_box(&schedule);
}

/// What becomes of a problem: it is there, and with the feature it is written out in words, too.
#[cfg(feature = "build")]
fn said(problem: &impl core::fmt::Display) {
    black_box(problem);
    #[cfg(feature = "text")]
    {
        use core::fmt::Write as _;
        black_box(&write!(Sink, "{problem}"));
    }
}

#[cfg(feature = "text")]
struct Sink;

#[cfg(feature = "text")]
impl core::fmt::Write for Sink {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        black_box(text);
        Ok(())
    }
}
