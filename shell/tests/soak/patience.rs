//! How late and how often a correction may come while somebody puts the count back again and again: the contract's rule, and
//! nothing of the controller's.
//!
//! Instants are milliseconds on the schedule's clock, by which this goes at whatever speed that runs.

use std::collections::VecDeque;

/// Corrections come at the latest so long after the one before, and after so much calm a fight is forgotten.
const SPAN: i64 = 600_000;
/// The end of a fight is seen a bit later than it is.
const SLACK: i64 = 60_000;
/// The most corrections within [`SPAN`]: four reverts are none of a fight and are answered at once, the fifth one makes it one, and
/// the waits from then on are 1, 2, 4, 8 and 10 minutes. One more is nobody's that looked at the clock in between.
const MOST: usize = 8;

/// What is owed to a target that others write, too.
#[derive(Debug, Default)]
pub(crate) struct Patience {
    /// Until when a fight is remembered.
    until: Option<i64>,
    /// Whether it is a correction in a fight that is due.
    correction: bool,
    /// When those were sent.
    tries: VecDeque<i64>,
}

impl Patience {
    /// Somebody fights, or still does. What is seen is seen at the latest when nothing goes wrong any more.
    pub(crate) fn fight(&mut self, at: i64, trouble_over: i64) {
        self.until = Some(at.max(trouble_over) + SPAN + SLACK);
    }

    /// Somebody else has written the target.
    pub(crate) fn overwritten(&mut self, at: i64, trouble_over: i64) {
        self.correction = self.until.is_some_and(|until| at < until);
        if self.correction {
            self.fight(at, trouble_over);
        }
    }

    /// Another count is wanted: a write of that is never held back.
    pub(crate) const fn is_due_anyway(&mut self) {
        self.correction = false;
    }

    /// How much later than otherwise what is due may come.
    pub(crate) const fn late(&self) -> i64 {
        if self.correction { SPAN } else { 0 }
    }

    /// A write was sent. Says whether it is a correction too many; where something went wrong in between, tries may have failed, and
    /// another process begins to count anew.
    pub(crate) fn sent(&mut self, at: i64, trouble_over: i64) -> bool {
        if !self.correction {
            return false;
        }
        self.fight(at, trouble_over);
        self.tries.retain(|before| *before > at - SPAN);
        self.tries.push_back(at);
        self.tries.len() > MOST && trouble_over <= at - SPAN
    }
}
