//! Turns to write: how many requests are under way, in which namespaces, and whether another one may begin.

use std::collections::HashMap;
use std::time::Duration;

use super::ids::NamespaceId;

/// How many targets are written at the same time. More make the API server no faster; each is a connection.
pub const SCALES: usize = 32;
/// How many of them may be in one namespace, so that one in which writes hang leaves room for the others.
pub const SCALES_IN_ONE: usize = SCALES / 2;
/// The same of a namespace in which a write has taken too long not long ago.
pub const SCALES_IN_A_SLOW_ONE: usize = 2;
/// How many statuses and events are written at the same time.
pub const REPORTS: usize = 16;
/// The same while targets wait, which come first.
pub const REPORTS_BESIDE_SCALES: usize = 2;
/// The same in one namespace.
pub const REPORTS_IN_ONE: usize = REPORTS / 2;
/// For so long a namespace is slow after an answer that didn't come in time.
const SLOW_FOR: Duration = Duration::from_secs(60);

/// What is under way in a namespace.
#[derive(Debug, Default)]
struct Lane {
    scales: usize,
    reports: usize,
    slow_until: Option<Duration>,
}

/// What is under way.
#[derive(Debug, Default)]
pub struct Turns {
    lanes: HashMap<NamespaceId, Lane>,
    scales: usize,
    reports: usize,
}

impl Turns {
    /// Whether a write of a target may begin in this namespace.
    pub fn may_scale(&self, namespace: NamespaceId, boot: Duration) -> bool {
        let in_one = self.lanes.get(&namespace).map_or(0, |lane| lane.scales);
        // No more than are left: of several that take all they can get each gets the same, and leaves as many to the next.
        let left = SCALES.saturating_sub(self.scales);
        in_one < left.min(if self.is_slow(namespace, boot) { SCALES_IN_A_SLOW_ONE } else { SCALES_IN_ONE })
    }

    /// Whether a report may begin in this namespace.
    pub fn may_report(&self, namespace: NamespaceId, boot: Duration, scales_wait: bool) -> bool {
        let in_one = self.lanes.get(&namespace).map_or(0, |lane| lane.reports);
        let in_all = if scales_wait { REPORTS_BESIDE_SCALES } else { REPORTS };
        let most = if self.is_slow(namespace, boot) { 1 } else { REPORTS_IN_ONE };
        self.reports < in_all && in_one < most
    }

    /// Whether any turn is left for a target.
    pub fn scales_left(&self) -> bool {
        self.scales < SCALES
    }

    /// Whether a write of a target is under way.
    pub fn has_scales(&self) -> bool {
        self.scales > 0
    }

    /// Whether anything is known of a namespace.
    pub fn knows(&self, namespace: NamespaceId) -> bool {
        self.lanes.contains_key(&namespace)
    }

    /// Forgets namespaces in which nothing is under way, and that are slow no more.
    pub fn tidy(&mut self, boot: Duration) {
        self.lanes
            .retain(|_, lane| lane.scales > 0 || lane.reports > 0 || lane.slow_until.is_some_and(|until| boot < until));
    }

    /// Whether nothing is under way.
    pub fn is_idle(&self) -> bool {
        self.scales == 0 && self.reports == 0
    }

    /// A write of a target begins.
    pub fn begin_scale(&mut self, namespace: NamespaceId) {
        self.scales += 1;
        self.lanes.entry(namespace).or_default().scales += 1;
    }

    /// A report begins.
    pub fn begin_report(&mut self, namespace: NamespaceId) {
        self.reports += 1;
        self.lanes.entry(namespace).or_default().reports += 1;
    }

    /// A write of a target has come to its end, in time or not.
    pub fn end_scale(&mut self, namespace: NamespaceId, in_time: bool, boot: Duration) {
        self.scales = self.scales.saturating_sub(1);
        self.end(namespace, in_time, boot, |lane| lane.scales = lane.scales.saturating_sub(1));
    }

    /// A report has come to its end, in time or not.
    pub fn end_report(&mut self, namespace: NamespaceId, in_time: bool, boot: Duration) {
        self.reports = self.reports.saturating_sub(1);
        self.end(namespace, in_time, boot, |lane| lane.reports = lane.reports.saturating_sub(1));
    }

    fn end(&mut self, namespace: NamespaceId, in_time: bool, boot: Duration, less: impl FnOnce(&mut Lane)) {
        let Some(lane) = self.lanes.get_mut(&namespace) else { return };
        less(lane);
        if !in_time {
            lane.slow_until = Some(boot + SLOW_FOR);
        }
        let slow = lane.slow_until.is_some_and(|until| boot < until);
        if lane.scales == 0 && lane.reports == 0 && !slow {
            self.lanes.remove(&namespace);
        }
    }

    /// Whether writes hang in this namespace.
    pub fn is_slow(&self, namespace: NamespaceId, boot: Duration) -> bool {
        self.lanes.get(&namespace).is_some_and(|lane| lane.slow_until.is_some_and(|until| boot < until))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::ids::Id as _;

    #[test]
    fn one_namespace_leaves_room_for_another_and_a_slow_one_for_more() {
        let (hostile, other) = (NamespaceId::new(0), NamespaceId::new(1));
        let boot = Duration::from_secs(1_000);
        let mut turns = Turns::default();
        let mut begun = 0;
        while turns.may_scale(hostile, boot) {
            turns.begin_scale(hostile);
            begun += 1;
        }
        assert_eq!(begun, SCALES_IN_ONE);
        assert!(turns.may_scale(other, boot));
        for _ in 0..begun {
            turns.end_scale(hostile, false, boot);
        }
        assert!(turns.is_idle());
        turns.begin_scale(hostile);
        turns.begin_scale(hostile);
        assert!(!turns.may_scale(hostile, boot) && turns.may_scale(hostile, boot + SLOW_FOR));
        while turns.may_scale(other, boot) {
            turns.begin_scale(other);
        }
        assert!(turns.may_report(other, boot, true));
        turns.begin_report(other);
        turns.begin_report(other);
        assert!(!turns.may_report(other, boot, true) && turns.may_report(other, boot, false));
        let gone = NamespaceId::new(2);
        turns.begin_report(gone);
        turns.end_report(gone, false, boot);
        turns.tidy(boot);
        assert!(turns.knows(gone), "it is slow");
        turns.tidy(boot + SLOW_FOR);
        assert!(!turns.knows(gone) && turns.knows(other));
    }
}
