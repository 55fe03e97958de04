//! Why a figure isn't reached, as far as that is known.

use crate::figures::Figure;

const MOVED: &str = "the schedule is returned by value, so two of them are on the stack, the one that is made and the one that it is \
                     moved to: the compiler doesn't make it in its place; `set` and `set_json` fill one that is there";
const DATES: &str = "dates of every year, ranges and dates in a row as one place came with the second edition, and so did calendars \
                     that are shared: the search and the year's arithmetic for them are there in every program";
const WAYS: &str = "holidays as text, in any order and counted as runs, and a zone and all lists set in one step came with the second \
                    edition";

/// The reasons, by the beginning of a figure's name.
const REASONS: [(&str, &str); 7] = [
    (
        "faster than the fastest engine",
        "both do about as many instructions in a nanosecond, near to what a processor can begin, so Kyklos is faster by as much as \
         it has fewer of them, comparison included; those left are the steps of an answer (year, kind of year, transition, \
         offset, week, boundary, filter, value), and the peer, a rule written by hand over chrono-tz, is quicker than any \
         engine that was made for schedules",
    ),
    ("stack of Schedule::from_spec", MOVED),
    ("stack of Schedule::from_json", MOVED),
    (
        "stack of Schedule::set_json",
        "a list of the dates is on the stack while it is seen whether they have room: 128 bytes with 32 holidays",
    ),
    ("flash of evaluator", DATES),
    ("flash of building", WAYS),
    (
        "size of Schedule",
        "a holiday takes four bytes instead of two, so that a range or what comes every year is one place as well",
    ),
];

impl Figure {
    /// Why it isn't reached, if it isn't and the reason is known.
    pub(crate) fn reason(&self) -> Option<&'static str> {
        let missed = self.met == Some(false);
        REASONS.iter().find(|(name, _)| missed && self.name.starts_with(name)).map(|(_, reason)| *reason)
    }
}
