//! Turns to write: how many requests are under way, in which namespaces, and whether another one may begin.

use std::collections::HashMap;
use std::time::Duration;

use super::ids::NamespaceId;

/// How many targets are written at the same time. More make the API server no faster; each is a connection.
pub const SCALES: usize = 32;
/// How many of them may be in one namespace, so that one in which writes hang leaves room for the others.
pub const SCALES_IN_ONE: usize = SCALES / 2;
/// The same of a namespace in which a write has gone without an answer not long ago.
pub const SCALES_IN_A_SLOW_ONE: usize = 2;
/// How many statuses and events are written at the same time.
pub const REPORTS: usize = 16;
/// The same while targets wait, which come first.
pub const REPORTS_BESIDE_SCALES: usize = 2;
/// How many of them are left for events while statuses wait: few, and never none.
pub const EVENTS_BESIDE_STATUSES: usize = 2;
/// The same in one namespace.
pub const REPORTS_IN_ONE: usize = REPORTS / 2;
/// For so long a namespace is slow after an answer that didn't come.
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
    /// Statuses and events.
    reports: usize,
    events: usize,
}

impl Turns {
    /// Whether a write of a target may begin in this namespace.
    pub fn may_scale(&self, namespace: NamespaceId, boot: Duration) -> bool {
        let in_one = self.lanes.get(&namespace).map_or(0, |lane| lane.scales);
        self.scales < SCALES
            && in_one < if self.is_slow(namespace, boot) { SCALES_IN_A_SLOW_ONE } else { SCALES_IN_ONE }
    }

    /// Whether the write of a status may begin in this namespace. Some turns are left for events.
    pub fn may_tell_status(&self, namespace: NamespaceId, boot: Duration, scales_wait: bool) -> bool {
        self.reports - self.events < REPORTS - EVENTS_BESIDE_STATUSES && self.may_report(namespace, boot, scales_wait)
    }

    /// Whether an event may be told in this namespace.
    pub fn may_tell_event(
        &self,
        namespace: NamespaceId,
        boot: Duration,
        scales_wait: bool,
        statuses_wait: bool,
    ) -> bool {
        let most = if statuses_wait { EVENTS_BESIDE_STATUSES } else { REPORTS };
        self.events < most && self.may_report(namespace, boot, scales_wait)
    }

    fn may_report(&self, namespace: NamespaceId, boot: Duration, scales_wait: bool) -> bool {
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

    /// Whether nothing is under way.
    pub fn is_idle(&self) -> bool {
        self.scales == 0 && self.reports == 0
    }

    /// A write of a target begins.
    pub fn begin_scale(&mut self, namespace: NamespaceId) {
        self.scales += 1;
        self.lanes.entry(namespace).or_default().scales += 1;
    }

    /// The write of a status begins.
    pub fn begin_status(&mut self, namespace: NamespaceId) {
        self.reports += 1;
        self.lanes.entry(namespace).or_default().reports += 1;
    }

    /// The write of an event begins.
    pub fn begin_event(&mut self, namespace: NamespaceId) {
        self.events += 1;
        self.begin_status(namespace);
    }

    /// A write of a target has come to its end, with an answer or without.
    pub fn end_scale(&mut self, namespace: NamespaceId, answered: bool, boot: Duration) {
        self.scales = self.scales.saturating_sub(1);
        self.end(namespace, answered, boot, |lane| lane.scales = lane.scales.saturating_sub(1));
    }

    /// The write of an event has come to its end, with an answer or without.
    pub fn end_event(&mut self, namespace: NamespaceId, answered: bool, boot: Duration) {
        self.events = self.events.saturating_sub(1);
        self.end_status(namespace, answered, boot);
    }

    /// The write of a status has come to its end, with an answer or without.
    pub fn end_status(&mut self, namespace: NamespaceId, answered: bool, boot: Duration) {
        self.reports = self.reports.saturating_sub(1);
        self.end(namespace, answered, boot, |lane| lane.reports = lane.reports.saturating_sub(1));
    }

    fn end(&mut self, namespace: NamespaceId, answered: bool, boot: Duration, less: impl FnOnce(&mut Lane)) {
        let Some(lane) = self.lanes.get_mut(&namespace) else { return };
        less(lane);
        if !answered {
            lane.slow_until = Some(boot + SLOW_FOR);
        }
        let slow = lane.slow_until.is_some_and(|until| boot < until);
        if lane.scales == 0 && lane.reports == 0 && !slow {
            self.lanes.remove(&namespace);
        }
    }

    fn is_slow(&self, namespace: NamespaceId, boot: Duration) -> bool {
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
        assert!(turns.may_tell_status(other, boot, true));
        turns.begin_status(other);
        turns.begin_status(other);
        assert!(!turns.may_tell_status(other, boot, true) && turns.may_tell_status(other, boot, false));
    }

    #[test]
    fn statuses_come_before_events_and_leave_them_a_few_turns() {
        let boot = Duration::from_secs(1_000);
        let mut turns = Turns::default();
        // One in each namespace, so that none of them is full.
        let mut namespaces = (0..).map(NamespaceId::new);
        let mut begin =
            |turns: &mut Turns, may: &dyn Fn(&Turns, NamespaceId) -> bool, begin: fn(&mut Turns, NamespaceId)| {
                let free = namespaces.by_ref().take(2 * REPORTS);
                free.take_while(|namespace| may(turns, *namespace).then(|| begin(turns, *namespace)).is_some()).count()
            };
        let statuses = begin(&mut turns, &|turns, n| turns.may_tell_status(n, boot, false), Turns::begin_status);
        assert_eq!(statuses, REPORTS - EVENTS_BESIDE_STATUSES);
        let events = begin(&mut turns, &|turns, n| turns.may_tell_event(n, boot, false, true), Turns::begin_event);
        assert_eq!(events, EVENTS_BESIDE_STATUSES);
        turns.end_status(NamespaceId::new(0), true, boot);
        // What a status leaves free is no event's as long as statuses wait.
        let another = NamespaceId::new(1_000);
        assert!(!turns.may_tell_event(another, boot, false, true) && turns.may_tell_event(another, boot, false, false));
        assert!(turns.may_tell_status(another, boot, false));
    }
}
