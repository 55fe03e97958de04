//! Spans that happen once, as a schedule keeps them.

use crate::Exception;
use crate::civil::NEVER;
use crate::schedule::FREE;
use crate::zone::{Era, Rules};

/// An exception as the two instants that its local times mean, in seconds from 2020 on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Instants {
    pub(crate) start: u32,
    /// 0 where a clock change leaves it empty.
    pub(crate) end: u32,
    pub(crate) value: u32,
}

impl Instants {
    /// A free place.
    pub(crate) const NONE: Self = Self { start: FREE, end: FREE, value: FREE };

    /// Rule 5: both ends by rule 3.
    pub(crate) const fn of(exception: Exception, rules: &Rules<'_>) -> Self {
        let (Some(first), Some(last)) = (exception.start().local_seconds(), exception.end().local_seconds()) else {
            // No exception ends too late for them.
            return Self { start: 0, end: 0, value: 0 };
        };
        let (start, end) = (rules.first_at_or_after(first, Era::Within), rules.never_again_before(last));
        Self { start, end: if start < end { end } else { 0 }, value: exception.value() }
    }
}

/// No exception.
pub(crate) const NONE: u32 = u32::MAX;

/// The index of the last exception that covers an instant, or [`NONE`], and the next instant at which that may be another one.
#[inline(never)]
pub(crate) fn covering(exceptions: &[Instants], instant: u32) -> (u32, u32) {
    let (mut covering, mut edge) = (NONE, NEVER);
    for (index, exception) in (0..).zip(exceptions) {
        if instant < exception.end {
            if exception.start <= instant {
                // What those before it do doesn't matter up to its end.
                (covering, edge) = (index, exception.end);
            } else {
                edge = edge.min(exception.start);
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
        let exception = |start, end| Instants { start, end, value: 0 };
        let list = [exception(10, 20), exception(30, 40), exception(5, 100), exception(50, 60)];
        assert_eq!(covering(&list, 0), (NONE, 5));
        assert_eq!(covering(&list, 5), (2, 50));
        assert_eq!(covering(&list, 50), (3, 60));
        assert_eq!(covering(&list, 60), (2, 100));
        assert_eq!(covering(&list, 100), (NONE, NEVER));
    }
}
