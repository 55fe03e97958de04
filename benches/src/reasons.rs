//! Why a figure isn't reached, as far as that is known.

use crate::figures::Figure;

const MOVED: &str = "the schedule is returned by value, so two of them are on the stack, the one that is made and the one that it is \
                     moved to: the compiler doesn't make it in its place; `set_in` and `set_json_in` fill one that is there, and \
                     keep to the budget";

/// The reasons, by the beginning of a figure's name.
const REASONS: [(&str, &str); 3] = [
    (
        "faster than the fastest engine",
        "what is left is a chain of steps that each wait for the one before: year, kind of year, clock change, offset, week, part of \
         the week, boundary, window, replicas; the same instant asked over and over takes an eighth less, so branches guessed wrong aren't \
         what it waits for; the peer is a rule written by hand over chrono-tz, which is quicker than any engine for schedules",
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
