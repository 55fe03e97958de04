//! What a target is to have: the schedule's count, and what a grace period makes of it.

use std::rc::Rc;

use crate::oracle::Timeline;

/// What a target is to have, at an instant that only goes forward. Seconds.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    timeline: Rc<Timeline>,
    grace: i64,
    count: i64,
    /// The boundary at which the schedule fell below `count`, which is kept until the grace period has passed since.
    fell: Option<i64>,
    at: i64,
}

impl Wanted {
    /// As at a first sight.
    pub(crate) fn new(timeline: Rc<Timeline>, grace: i64, at: i64) -> Self {
        let count = timeline.at(at).count;
        Self { timeline, grace, count, fell: None, at }
    }

    pub(crate) const fn count(&self) -> i64 {
        self.count
    }

    pub(crate) const fn is_in_grace(&self) -> bool {
        self.fell.is_some()
    }

    pub(crate) fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    pub(crate) fn shared(&self) -> Rc<Timeline> {
        Rc::clone(&self.timeline)
    }

    /// The next instant at which anything happens, which may be in the past of whoever asks.
    pub(crate) fn next(&self) -> Option<i64> {
        let boundary = self.timeline.after(self.at).map(|state| state.from);
        boundary.into_iter().chain(self.fell.map(|fell| fell + self.grace)).min()
    }

    /// Goes on to [`next`](Self::next). Says whether that is a boundary of the schedule.
    pub(crate) fn step(&mut self) -> bool {
        let Some(next) = self.next() else { return false };
        self.at = next;
        let state = self.timeline.at(next);
        if self.fell.is_some_and(|fell| fell + self.grace <= next) || state.count >= self.count {
            (self.count, self.fell) = (state.count, None);
        } else if self.grace == 0 {
            self.count = state.count;
        } else if self.fell.is_none() {
            self.fell = Some(next);
        }
        state.from == next
    }

    /// Another schedule, or other holidays: not delayed.
    pub(crate) fn edit(&mut self, timeline: Rc<Timeline>, grace: i64, at: i64) {
        *self = Self::new(timeline, grace, at);
    }

    /// Another grace period: it counts from the same boundary.
    pub(crate) fn set_grace(&mut self, grace: i64, at: i64) {
        (self.grace, self.at) = (grace, at);
        if self.fell.is_some_and(|fell| fell + grace <= at) {
            (self.count, self.fell) = (self.timeline.at(at).count, None);
        }
    }

    /// Whether the schedule's count has been the same for longer than any grace period of it lasts, so that it is what is wanted
    /// whatever was before.
    pub(crate) fn is_settled(&self, at: i64) -> bool {
        let now = self.timeline.at(at).count;
        self.timeline.counts(at - self.grace - 2, at).all(|count| count == now)
    }
}
