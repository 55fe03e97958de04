//! Spans that happen once, as a schedule keeps them.

use crate::Exception;
use crate::civil::NEVER;
use crate::zone::{Era, Rules};

/// An exception as the two instants that its local times mean, in seconds from 2020 on; the end is 0 where a transition leaves it
/// empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Instants {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Instants {
    const fn new(start: u32, end: u32) -> Self {
        Self { start, end: if start < end { end } else { 0 } }
    }

    /// Rule 5: both ends by rule 3.
    pub(crate) const fn of(exception: Exception, rules: &Rules<'_>) -> Self {
        let (Some(first), Some(last)) = (exception.start().local_seconds(), exception.end().local_seconds()) else {
            // No exception ends too late for them.
            return Self::new(0, 0);
        };
        Self::new(rules.first_at_or_after(first, Era::Within), rules.never_again_before(last))
    }
}

/// No exception.
pub(crate) const NONE: u32 = u32::MAX;
/// No exception covers an instant, and none will.
pub(crate) const NOTHING: (u32, u32) = (NONE, NEVER);

/// The exceptions of a schedule: where each starts and ends, as [`Instants`] has it.
#[derive(Clone, Copy)]
pub(crate) struct Exceptions<'s> {
    pub(crate) starts: &'s [u32],
    pub(crate) ends: &'s [u32],
}

/// The index of the last exception that covers an instant, or [`NONE`], and the next instant at which that may be another one.
#[inline(never)]
pub(crate) fn covering(exceptions: Exceptions<'_>, instant: u32) -> (u32, u32) {
    #[cfg(any(test, fuzzing))]
    crate::steps::take(exceptions.starts.len() as u32);
    let (mut covering, mut edge) = (NONE, NEVER);
    for (index, (&start, &end)) in (0..).zip(exceptions.starts.iter().zip(exceptions.ends)) {
        if instant < end {
            if start <= instant {
                // What those before it do doesn't matter up to its end.
                (covering, edge) = (index, end);
            } else {
                edge = edge.min(start);
            }
        }
    }
    (covering, edge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_edges_that_matter_are_named() {
        let covering = |instant| covering(Exceptions { starts: &[10, 30, 5, 50], ends: &[20, 40, 100, 60] }, instant);
        assert_eq!(covering(0), (NONE, 5));
        assert_eq!(covering(5), (2, 50));
        assert_eq!(covering(50), (3, 60));
        assert_eq!(covering(60), (2, 100));
        assert_eq!(covering(100), (NONE, NEVER));
    }
}
