//! The two windows as a table by hand.

use kyklos_core::{Cause, Evaluation, State};

pub(crate) const DAY: u32 = 24 * 60;
pub(crate) const WEEK: u32 = 7 * DAY;

/// A window on one day of the week: its number, its first minute of the week, and its length in minutes.
const WEEKLY: [(u16, u32, u32); 6] = [
    (0, 9 * 60, 8 * 60),
    (0, DAY + 9 * 60, 8 * 60),
    (0, 2 * DAY + 9 * 60, 8 * 60),
    (0, 3 * DAY + 9 * 60, 8 * 60),
    (0, 4 * DAY + 9 * 60, 8 * 60),
    (1, 5 * DAY + 22 * 60, 4 * 60),
];

/// For a minute of the week: the last window that is active, and in how many minutes anything starts or ends.
pub(crate) fn listed(minute: u32) -> (Option<u16>, u32) {
    let mut found = (None, WEEK);
    for (window, start, length) in WEEKLY {
        let since = if minute >= start { minute - start } else { minute + WEEK - start };
        if since < length {
            found = (Some(window), found.1.min(length - since));
        } else {
            found.1 = found.1.min(WEEK - since);
        }
    }
    found
}

/// As the core would say it.
pub(crate) fn answer(window: Option<u16>, until: i64) -> Evaluation {
    let (cause, value) = window.map_or((Cause::Default, 1), |index| (Cause::Window(index), u32::from(index) + 2));
    Evaluation::new(State { cause, value }, Some(until))
}
