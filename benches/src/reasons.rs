//! Why a figure isn't reached, as far as that is known.

use crate::figures::Figure;

const MOVED: &str = "the schedule is returned by value, so the one that is made is on the stack and then moved to its place: the \
                     compiler doesn't make it there; `set` and `set_json` fill one that is there";

/// The reasons, by the beginning of a figure's name.
const REASONS: [(&str, &str); 4] = [
    (
        "faster than the fastest engine",
        "both do about as many instructions in a nanosecond, near to what a processor can begin, so Kyklos is faster by as much as \
         it has fewer of them, comparison included; those left are the steps of an answer (year, kind of year, clock change, \
         offset, week, boundary, filter, value), and the peer, a rule written by hand over chrono-tz, is quicker than any \
         engine that was made for schedules",
    ),
    ("stack of Schedule::from_spec", MOVED),
    ("stack of Schedule::from_json", MOVED),
    (
        "size of Schedule",
        "a holiday may be a range of dates: it has two days, and 32 of them take 64 bytes more than single dates would",
    ),
];

impl Figure {
    /// Why it isn't reached, if it isn't and the reason is known.
    pub(crate) fn reason(&self) -> Option<&'static str> {
        let missed = self.met == Some(false);
        REASONS.iter().find(|(name, _)| missed && self.name.starts_with(name)).map(|(_, reason)| *reason)
    }
}
