//! How much is done, counted where it is done: nobody's clock has a part in it.

use std::cell::Cell;

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Effort {
    /// How often all that is known of a target or an object was put together, as for each decision.
    pub decisions: u64,
    /// How often anything was taken from a shelf: a look at each of many targets shows here, whatever it is for.
    pub lookups: u64,
}

thread_local! {
    static DONE: Cell<Effort> = const { Cell::new(Effort { decisions: 0, lookups: 0 }) };
}

/// All that is known of something is put together.
pub fn note_decision() {
    DONE.with(|done| done.set(Effort { decisions: done.get().decisions + 1, ..done.get() }));
}

/// Something is taken from a shelf.
pub fn note_lookup() {
    DONE.with(|done| done.set(Effort { lookups: done.get().lookups + 1, ..done.get() }));
}

/// What was done by this thread since this was asked last.
pub fn take() -> Effort {
    DONE.with(Cell::take)
}
