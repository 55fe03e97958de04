//! The steps of loops that an answer takes.
//!
//! Counted is each round of a loop whose length depends on the schedule: boundaries looked at, exceptions, marks of holidays, changes of
//! a zone, looks. A search by halves is as many as it has at most. Each is some instructions, so the most steps are about the slowest
//! answer.

use core::cell::Cell;

std::thread_local! {
    static TAKEN: Cell<Work> = const { Cell::new(Work { looks: 0, steps: 0 }) };
}

/// What an answer took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Work {
    /// How often it was looked at an instant.
    pub looks: u32,
    /// Rounds of loops, looks included.
    pub steps: u32,
}

pub(crate) fn take(steps: u32) {
    let Work { looks, steps: before } = TAKEN.get();
    TAKEN.set(Work { looks, steps: before + steps });
}

/// A look at an instant, which is a step as well.
pub(crate) fn take_look() {
    let Work { looks, steps } = TAKEN.get();
    TAKEN.set(Work { looks: looks + 1, steps: steps + 1 });
}

/// What a call says, and what it took.
pub fn counted<A>(call: impl FnOnce() -> A) -> (A, Work) {
    TAKEN.set(Work { looks: 0, steps: 0 });
    (call(), TAKEN.get())
}

/// The most looks of an answer.
pub const LOOKS: u32 = 8;

/// The most answers that `since` asks for: a step for each power of two of seconds, and two for each half.
pub const ANSWERS: u32 = 3 * 64;

/// The most steps that are argued for in the design, of a schedule with so many windows, exceptions and holidays: eight looks, each of
/// them with two walks over the week's boundaries, the exceptions, a search among the holidays, each mark of theirs, five searches among
/// those of every year, and three looks for the next change among 256 of them.
pub const fn bound(windows: usize, exceptions: usize, holidays: usize) -> u32 {
    let halves = match holidays.checked_ilog2() {
        Some(log) => log + 1,
        None => 0,
    };
    LOOKS * (1 + 2 * 14 * windows as u32 + exceptions as u32 + halves + holidays as u32 + 5 * (1 + halves) + 3 * 9)
}
