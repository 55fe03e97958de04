//! Why a figure isn't reached, as far as that is known.

use crate::figures::Figure;

const MOVED: &str = "the schedule is returned by value, so two of them are on the stack, the one that is made and the one that it is \
                     moved to: the compiler doesn't make it in its place; `set` and `set_json` fill one that is there";
const DATES: &str = "dates of every year, ranges and dates in a row as one place came with the second edition, and so did calendars \
                     that are shared: the search and the year's arithmetic for them are there in every program";
const WAYS: &str = "holidays as text, in any order and counted as runs, and a zone and all lists set in one step came with the second \
                    edition; and dates of every year become one in a row, round the year, which is 1 KB";

const STEPS: &str = "on x86-64 those left are the zone 16, filter 7, week and bucket 9, boundary 12, its length and value 11, and a call \
                     that isn't inlined; looking at the first boundary apart from the others took one more";
const MANY: &str = "the state has held for months or years of dates in a row, and `since` has no way of its own back through them: it asks some dozens \
                    of instants, each of which is answered far below its bound, but in a schedule of the resource's size with a thousand dates \
                    among its years each takes some thousands of instructions; where windows change the state each day it asks about nine";
const EXACT: &str = "dates of every year are 1,000 bytes of it, a look at an instant with repeated hours about as many, transitions 400, \
                     dates that come once and exceptions 300, years outside the tables 180, the data and the zone 310: what a schedule \
                     doesn't use is in the program, as the compiler doesn't know that";

/// The reasons, by the beginning of a figure's name.
const REASONS: [(&str, &str); 9] = [
    ("fewer instructions than the best engine", STEPS),
    ("worst since", MANY),
    ("stack of Schedule::from_spec", MOVED),
    ("stack of Schedule::from_json", MOVED),
    (
        "stack of Schedule::set",
        "a text that may be unescaped, and below it a list of the dates to see whether they have room, 132 bytes with 32 holidays, which \
         are gone over by a way of their own; what the search for their order and the reading of a date take is the rest",
    ),
    ("flash of evaluator", DATES),
    ("flash of a static Schedule", EXACT),
    ("flash of building", WAYS),
    (
        "size of Schedule",
        "a holiday takes four bytes instead of two, so that a range or what comes every year is one place as well, and a window four \
         for its buckets",
    ),
];

impl Figure {
    /// Why it isn't reached, if it isn't and the reason is known.
    pub(crate) fn reason(&self) -> Option<&'static str> {
        let missed = self.met == Some(false);
        REASONS.iter().find(|(name, _)| missed && self.name.starts_with(name)).map(|(_, reason)| *reason)
    }
}
