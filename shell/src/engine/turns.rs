//! Turns to write: how many requests are under way, in which namespaces, and whether another one may begin.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use super::ids::NamespaceId;

/// How many targets are written at the same time. More make the API server no faster; each is a connection.
pub const SCALES: usize = 32;
/// How many of them may be in one namespace, so that one in which writes hang leaves room for the others.
pub const SCALES_IN_ONE: usize = SCALES / 2;
/// The same of a namespace in which a write has taken too long not long ago.
pub const SCALES_IN_A_SLOW_ONE: usize = 2;
/// How many of them may be in all such namespaces together: one webhook often is for many.
pub const SCALES_IN_SLOW_ONES: usize = SCALES / 2;
/// After so long a write of a target has its turn no more, and its namespace is slow: so many that hang at once keep others
/// waiting for no longer. At most as many as there are turns, so that there are never more than twice as many connections.
pub const HANGS: Duration = Duration::from_millis(250);
/// How many statuses and events are written at the same time.
pub const REPORTS: usize = 16;
/// The same where targets have waited for longer than [`REPORTS_WAIT`].
pub const REPORTS_BESIDE_SCALES: usize = 2;
/// Targets come first: while any wait, reports do, but no longer than this. A boundary of some thousand is over by then.
pub const REPORTS_WAIT: Duration = Duration::from_secs(15);
/// The same in one namespace.
pub const REPORTS_IN_ONE: usize = REPORTS / 2;
/// For so long a namespace is slow after an answer that didn't come in time.
const SLOW_FOR: Duration = Duration::from_secs(60);

/// What is under way in a namespace.
#[derive(Debug, Default)]
struct Lane {
    /// When those under way have begun, the first one first.
    scales: VecDeque<Duration>,
    reports: usize,
    slow_until: Option<Duration>,
}

impl Lane {
    fn is_slow(&self, boot: Duration) -> bool {
        self.was_slow(boot) || self.scales.front().is_some_and(|begun| hangs(*begun, boot))
    }

    fn was_slow(&self, boot: Duration) -> bool {
        self.slow_until.is_some_and(|until| boot < until)
    }

    /// Whether there is something to remember.
    fn counts(&self, boot: Duration) -> bool {
        !self.scales.is_empty() || self.reports > 0 || self.was_slow(boot)
    }
}

fn hangs(begun: Duration, boot: Duration) -> bool {
    boot >= begun + HANGS
}

/// What is under way.
#[derive(Debug, Default)]
pub struct Turns {
    lanes: HashMap<NamespaceId, Lane>,
    /// As those of the lanes.
    scales: VecDeque<Duration>,
    reports: usize,
    /// Since when targets wait without an end.
    scales_wait: Option<Duration>,
}

impl Turns {
    /// Whether a write of a target may begin in this namespace.
    pub fn may_scale(&self, namespace: NamespaceId, boot: Duration) -> bool {
        let in_one = self.lanes.get(&namespace).map_or(0, |lane| lane.scales.len());
        // No more than are left: of several that take all they can get each gets the same, and leaves as many to the next.
        let left = self.left(boot);
        if !self.is_slow(namespace, boot) {
            return in_one < left.min(SCALES_IN_ONE);
        }
        let slow = self.lanes.values().filter(|lane| lane.is_slow(boot)).map(|lane| lane.scales.len()).sum::<usize>();
        in_one < left.min(SCALES_IN_A_SLOW_ONE) && slow < SCALES_IN_SLOW_ONES
    }

    /// How many turns are left for targets.
    fn left(&self, boot: Duration) -> usize {
        let hang = self.scales.partition_point(|begun| hangs(*begun, boot));
        SCALES.saturating_sub(self.scales.len() - hang.min(SCALES))
    }

    /// When the next write of a target has its turn no more.
    pub fn next_hangs(&self, boot: Duration) -> Option<Duration> {
        self.scales.iter().find(|begun| !hangs(**begun, boot)).map(|begun| *begun + HANGS)
    }

    /// Whether targets wait at this moment. To be said before reports are told, and whenever a write of a target has ended.
    pub fn note_scales_wait(&mut self, wait: bool, boot: Duration) {
        self.scales_wait = wait.then(|| self.scales_wait.unwrap_or(boot));
    }

    /// Whether a report may begin in this namespace.
    pub fn may_report(&self, namespace: NamespaceId, boot: Duration) -> bool {
        let in_one = self.lanes.get(&namespace).map_or(0, |lane| lane.reports);
        let in_all = match self.scales_wait {
            None => REPORTS,
            Some(since) if boot < since + REPORTS_WAIT => 0,
            Some(_) => REPORTS_BESIDE_SCALES,
        };
        if self.reports >= in_all || !self.is_slow(namespace, boot) {
            return self.reports < in_all && in_one < REPORTS_IN_ONE;
        }
        // All slow ones together leave half of them to the others.
        let slow = self.lanes.values().filter(|lane| lane.is_slow(boot)).map(|lane| lane.reports).sum::<usize>();
        in_one < 1 && slow < in_all / 2
    }

    /// Whether any turn is left for a target.
    pub fn scales_left(&self, boot: Duration) -> bool {
        self.left(boot) > 0
    }

    /// Whether a write of a target is under way.
    pub fn has_scales(&self) -> bool {
        !self.scales.is_empty()
    }

    /// Whether anything is known of a namespace.
    pub fn knows(&self, namespace: NamespaceId) -> bool {
        self.lanes.contains_key(&namespace)
    }

    /// Forgets namespaces in which nothing is under way, and that are slow no more.
    pub fn tidy(&mut self, boot: Duration) {
        self.lanes.retain(|_, lane| lane.counts(boot));
    }

    /// Whether nothing is under way.
    pub fn is_idle(&self) -> bool {
        self.scales.is_empty() && self.reports == 0
    }

    /// A write of a target begins at `boot`. When that was is said again at its end.
    pub fn begin_scale(&mut self, namespace: NamespaceId, boot: Duration) {
        self.scales.push_back(boot);
        self.lanes.entry(namespace).or_default().scales.push_back(boot);
    }

    /// A report begins.
    pub fn begin_report(&mut self, namespace: NamespaceId) {
        self.reports += 1;
        self.lanes.entry(namespace).or_default().reports += 1;
    }

    /// A write of a target that had begun then has come to its end, in time or not.
    pub fn end_scale(&mut self, namespace: NamespaceId, begun: Duration, in_time: bool, boot: Duration) {
        take_out(&mut self.scales, begun);
        self.end(namespace, in_time, boot, |lane| take_out(&mut lane.scales, begun));
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
        if !lane.counts(boot) {
            self.lanes.remove(&namespace);
        }
    }

    /// Whether writes hang in this namespace.
    pub fn is_slow(&self, namespace: NamespaceId, boot: Duration) -> bool {
        self.lanes.get(&namespace).is_some_and(|lane| lane.is_slow(boot))
    }
}

fn take_out(all: &mut VecDeque<Duration>, begun: Duration) {
    if let Some(place) = all.iter().position(|other| *other == begun) {
        all.remove(place);
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
            turns.begin_scale(hostile, boot);
            begun += 1;
        }
        assert_eq!(begun, SCALES_IN_ONE);
        assert!(turns.may_scale(other, boot));
        for _ in 0..begun {
            turns.end_scale(hostile, boot, false, boot);
        }
        assert!(turns.is_idle());
        for _ in 0..2 {
            turns.begin_scale(hostile, boot + SLOW_FOR - HANGS / 2);
        }
        assert!(!turns.may_scale(hostile, boot) && turns.may_scale(hostile, boot + SLOW_FOR));
        while turns.may_scale(other, boot) {
            turns.begin_scale(other, boot);
        }
        let calm = NamespaceId::new(3);
        turns.note_scales_wait(true, boot);
        assert!(!turns.may_report(calm, boot), "targets come first");
        let later = boot + REPORTS_WAIT;
        turns.note_scales_wait(true, later);
        for _ in 0..REPORTS_BESIDE_SCALES {
            assert!(turns.may_report(calm, later));
            turns.begin_report(calm);
        }
        assert!(!turns.may_report(calm, later));
        turns.note_scales_wait(false, later);
        assert!(turns.may_report(calm, later));
        let gone = NamespaceId::new(2);
        turns.begin_report(gone);
        turns.end_report(gone, false, boot);
        turns.tidy(boot);
        assert!(turns.knows(gone), "it is slow");
        turns.tidy(boot + SLOW_FOR);
        assert!(!turns.knows(gone) && turns.knows(other) && turns.knows(calm));
    }

    /// However many there are, and whatever they did before.
    #[test]
    fn many_that_hang_leave_turns_to_others() {
        let boot = Duration::from_secs(1_000);
        let mut turns = Turns::default();
        let hostile: Vec<_> = (0..100).map(NamespaceId::new).collect();
        let good = NamespaceId::new(100);
        let flood = |turns: &mut Turns, boot| {
            let mut begun = 0;
            while let Some(namespace) = hostile.iter().find(|namespace| turns.may_scale(**namespace, boot)) {
                turns.begin_scale(*namespace, boot);
                begun += 1;
            }
            begun
        };
        // Nobody knows them: all turns are theirs, and no more than that once they hang.
        assert_eq!((flood(&mut turns, boot), turns.may_scale(good, boot)), (SCALES, false));
        assert_eq!(turns.next_hangs(boot), Some(boot + HANGS));
        let later = boot + HANGS;
        for _ in 0..SCALES_IN_ONE {
            assert!(turns.may_scale(good, later));
            turns.begin_scale(good, later);
        }
        // Others that hang, too, get what is left of them, and then there are twice as many and never more.
        assert_eq!(flood(&mut turns, later), SCALES - SCALES_IN_ONE);
        assert_eq!(flood(&mut turns, later + HANGS), 0);
        assert_eq!(turns.scales.len(), 2 * SCALES);
        // All of them are known.
        let mut turns = Turns::default();
        for namespace in &hostile {
            turns.begin_report(*namespace);
            turns.end_report(*namespace, false, boot);
        }
        assert_eq!(flood(&mut turns, boot), SCALES_IN_SLOW_ONES);
        assert!(turns.may_scale(good, boot));
        for namespace in &hostile {
            if turns.may_report(*namespace, boot) {
                turns.begin_report(*namespace);
            }
        }
        assert!(turns.reports == REPORTS / 2 && turns.may_report(good, boot));
    }
}
