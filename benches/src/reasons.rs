//! Why a figure isn't reached, as far as that is known.

use crate::figures::Figure;

const MOVED: &str = "the schedule is returned by value, so two of them are on the stack, the one that is made and the one that it is \
                     moved to: the compiler doesn't make it in its place; `set_in` and `set_json_in` fill one that is there, and \
                     keep to the budget";

/// The reasons, by the beginning of a figure's name.
const REASONS: [(&str, &str); 3] = [
    (
        "faster than the fastest engine",
        "both do about as many instructions in a nanosecond, near to what a processor can begin, so Kyklos is faster by as much as \
         it has fewer of them, comparison included; those left are the steps of an answer (year, kind of year, clock change, \
         offset, week, boundary, filter, replicas), and the peer, a rule written by hand over chrono-tz, is quicker than any \
         engine that was made for schedules",
    ),
    ("stack of Schedule::new_in", MOVED),
    ("stack of Schedule::from_json_in", MOVED),
];

impl Figure {
    /// Why it isn't reached, if it isn't and the reason is known.
    pub(crate) fn reason(&self) -> Option<&'static str> {
        let missed = self.met == Some(false);
        REASONS.iter().find(|(name, _)| missed && self.name.starts_with(name)).map(|(_, reason)| *reason)
    }
}
