//! What is known of an object, and what is due to be told of it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use super::brakes::Basis;
use super::histories::Missed;
use super::ids::{AssignmentId, CalendarId, NamespaceId, TargetId};
use super::many::Many;
use super::targets::Claimant;
use crate::api::Policy;
use crate::policy::History;
use crate::report::events::{Due, Told};

/// The name of an object.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PolicyKey {
    /// Its namespace; empty of one of the cluster.
    pub namespace: Arc<str>,
    /// Its name.
    pub name: Box<str>,
}

/// An object.
#[derive(Debug)]
pub struct Slot {
    /// As it was read.
    pub policy: Policy,
    /// Its namespace, in whose lane it is told of; that without a name of one of the cluster.
    pub namespace: NamespaceId,
    /// The resource version that it was read from.
    pub version: u64,
    /// Of which list it is.
    pub epoch: u32,
    /// What it names as its target, and its claim to that; none where it is invalid in a way that leaves that open.
    pub claim: Option<(TargetId, Claimant)>,
    /// Where its holidays come from.
    pub calendar: Option<CalendarId>,
    /// By which it is told of.
    pub head: AssignmentId,
    /// What its status says that its brake goes by.
    pub basis: Basis,
    /// What it picks, where it names no target.
    pub many: Option<Box<Many>>,
    /// What it named until now, while it begins to pick.
    pub named: Option<TargetId>,
    /// Those of its targets of which nobody knew what they had, as far as the API says so.
    pub missed: Missed,
    /// Whether this process, while it acts, has looked at all that it had when that began.
    pub followed: bool,
    /// What is due to be told.
    pub reports: Reports,
}

impl Slot {
    /// An object that nobody has looked at yet.
    pub fn new(policy: Policy, namespace: NamespaceId, known: u64) -> Self {
        Self {
            policy,
            namespace,
            version: 0,
            epoch: 0,
            claim: None,
            calendar: None,
            head: AssignmentId::default(),
            basis: Basis::default(),
            many: None,
            named: None,
            missed: Missed::default(),
            followed: false,
            reports: Reports { known, ..Reports::default() },
        }
    }

    /// Its name.
    pub fn key(&self) -> PolicyKey {
        PolicyKey { namespace: Arc::clone(&self.policy.identity.namespace), name: self.policy.identity.name.clone() }
    }
}

/// What is due to be told of an object.
#[derive(Debug, Default)]
pub struct Reports {
    /// The hash of the status that the API server has, as far as is known.
    pub known: u64,
    /// The object's resource version after our last write of its status.
    pub written: u64,
    /// Whether the status has to be written.
    pub due: bool,
    /// Whether the status is somebody else's, and when such a one was last put right.
    pub foreign: bool,
    /// See [`foreign`](Self::foreign).
    pub righted: Option<Duration>,
    /// Not before this instant: somebody else writes it, too.
    pub not_before: Option<Duration>,
    /// Events to be written, in order. Bounded: see [`EVENTS_MAX`].
    pub events: VecDeque<Due>,
    /// What was told before, for series and for their number.
    pub told: Option<Box<Told>>,
    /// How often it is written.
    pub pace: Pace,
    /// What the status says that the API has, while it says less than is known here.
    pub untold: Option<Box<History>>,
    /// Its event was written, and its status follows at once.
    pub goes_on: bool,
    /// The hash of the status whose write is under way.
    pub sending: Option<u64>,
    /// Whether the write of an event is under way.
    pub sending_event: bool,
    /// It waits for its turn.
    pub queued: bool,
    /// Of statuses.
    pub status_failures: Backoff,
    /// Of events.
    pub event_failures: Backoff,
}

impl Reports {
    /// Has an event written when its turn comes. Each namespace has room of its own.
    pub fn push(&mut self, due: Due) {
        let of_place = |known: &&Due| known.place == due.place;
        if self.events.iter().filter(of_place).count() >= EVENTS_MAX
            && let Some(oldest) = self.events.iter().position(|known| known.place == due.place)
        {
            self.events.remove(oldest);
        }
        self.events.push_back(due);
    }

    /// Whether the status may be written at `boot`.
    pub fn may_write_status(&self, boot: Duration) -> bool {
        !self.status_failures.rests(boot) && self.not_before.is_none_or(|at| at <= boot) && self.pace.free_at() <= boot
    }
}

/// The most events of a namespace that wait for their turn; beyond that the oldest is dropped, which the log has anyway.
pub const EVENTS_MAX: usize = 16;

/// So many statuses of an object may be written at once.
const AT_ONCE: u32 = 32;
/// After so long another one may be: somebody who changes what two hundred objects have to say, twice a second, writes into
/// etcd at his own pace and not at two hundred times that.
const ANOTHER: Duration = Duration::from_secs(5);

/// How often a status is written: the generic cell rate algorithm (ITU-T I.371).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pace {
    /// When all that were written would have been if they had come one by one.
    even: Duration,
}

impl Pace {
    /// One is written at `boot`.
    pub fn note(&mut self, boot: Duration) {
        self.even = self.even.max(boot) + ANOTHER;
    }

    /// From when on another one may be.
    pub fn free_at(&self) -> Duration {
        self.even.saturating_sub(ANOTHER * (AT_ONCE - 1))
    }
}

/// The wait after a first failure; it doubles with each further one.
const FIRST: Duration = Duration::from_millis(500);
/// The longest wait.
const LAST: Duration = Duration::from_secs(60);

/// Failures in a row, and the rest after them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backoff {
    failures: u8,
    until: Option<Duration>,
}

impl Backoff {
    /// It has failed, at `boot`. `asked` is the wait that the answer asks for, `salt` tells objects apart, so that they don't
    /// all come again at the same instant.
    pub fn fail(&mut self, boot: Duration, asked: Option<Duration>, salt: u64) -> Duration {
        let doubled = FIRST.saturating_mul(1 << self.failures.min(7)).min(LAST);
        self.failures = self.failures.saturating_add(1);
        // From three quarters of it to five quarters.
        let share =
            u32::try_from((salt ^ u64::from(self.failures)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 55).unwrap_or(0);
        let wait = doubled * 3 / 4 + doubled * share / 1_024;
        let until = boot + wait.max(asked.unwrap_or_default());
        self.until = Some(until);
        until
    }

    /// Whether it still rests at `boot`.
    pub fn rests(&self, boot: Duration) -> bool {
        self.until.is_some_and(|until| boot < until)
    }

    /// Until when it rests.
    pub fn until(&self) -> Option<Duration> {
        self.until
    }

    /// It was let through.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_differ_between_objects() {
        let waits = |salt: u64| -> Vec<u128> {
            let mut backoff = Backoff::default();
            (0..9).map(|_| backoff.fail(Duration::from_secs(100), None, salt).as_millis() - 100_000).collect()
        };
        for salt in 0..50 {
            for (wait, whole) in
                waits(salt).into_iter().zip([500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
            {
                assert!((whole * 3 / 4..=whole * 5 / 4).contains(&wait), "{salt}: {wait} of {whole}");
            }
        }
        assert_ne!(waits(1), waits(2));
    }

    #[test]
    fn thirty_two_come_at_once_and_then_one_in_five_seconds() {
        let mut pace = Pace::default();
        let mut written = 0;
        for second in 1_000..1_100 {
            while pace.free_at() <= Duration::from_secs(second) {
                pace.note(Duration::from_secs(second));
                written += 1;
            }
            if second == 1_000 {
                assert_eq!(written, 32);
            }
        }
        assert_eq!(written, 32 + 19);
    }

    #[test]
    fn an_answer_that_asks_for_more_gets_it() {
        let mut backoff = Backoff::default();
        let boot = Duration::from_secs(10);
        assert_eq!(backoff.fail(boot, Some(Duration::from_secs(5)), 7), Duration::from_secs(15));
        assert!(backoff.rests(Duration::from_secs(14)) && !backoff.rests(Duration::from_secs(15)));
        backoff.clear();
        assert!(!backoff.rests(Duration::ZERO) && backoff.until().is_none());
    }
}
