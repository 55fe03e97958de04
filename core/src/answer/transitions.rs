//! One state after the other.

use core::iter::FusedIterator;
use core::ops::Range;

use super::step::Step;
use crate::{Evaluate, State};

/// Each later instant at which the state changes, with the state from then on: see [`Schedule::transitions`](crate::Schedule::transitions).
#[derive(Debug, Clone)]
pub struct Transitions<E> {
    pub(crate) schedule: E,
    /// The next one; `i64::MAX` where none comes any more.
    pub(crate) next: i64,
    step: Step,
}

impl<E: Evaluate> Transitions<E> {
    /// The transitions after an instant, in Unix seconds, of anything that can be evaluated.
    pub fn new(schedule: E, from: i64) -> Self {
        let mut step = Step::NONE;
        Self { next: schedule.step(from, &mut step).1, step, schedule }
    }
}

impl<E: Evaluate> Iterator for Transitions<E> {
    type Item = (i64, State);

    #[inline]
    fn next(&mut self) -> Option<(i64, State)> {
        let at = self.next;
        if at == i64::MAX {
            return None;
        }
        let (state, until) = self.schedule.step(at, &mut self.step);
        self.next = until;
        Some((at, state))
    }
}

impl<E: Evaluate> FusedIterator for Transitions<E> {}

/// The states of a stretch of time, each with its part of it: see [`Schedule::spans`](crate::Schedule::spans).
#[derive(Debug, Clone)]
pub struct Spans<E> {
    pub(crate) schedule: E,
    pub(crate) left: Range<i64>,
    step: Step,
}

impl<E: Evaluate> Spans<E> {
    /// The spans from one instant to before another one, in Unix seconds, of anything that can be evaluated.
    pub const fn new(schedule: E, stretch: Range<i64>) -> Self {
        Self { schedule, left: stretch, step: Step::NONE }
    }
}

impl<E: Evaluate> Iterator for Spans<E> {
    type Item = (Range<i64>, State);

    fn next(&mut self) -> Option<(Range<i64>, State)> {
        if self.left.is_empty() {
            return None;
        }
        let start = self.left.start;
        let (state, until) = self.schedule.step(start, &mut self.step);
        self.left.start = until.min(self.left.end);
        Some((start..self.left.start, state))
    }
}

impl<E: Evaluate> FusedIterator for Spans<E> {}
