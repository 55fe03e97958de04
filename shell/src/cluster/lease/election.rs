//! When to look, when to write, and until when this process may act: a state machine without a clock and without a client.
//!
//! Foreign times count for nothing. Another holder is alive as long as its lease changes before our own eyes, on our own
//! clock; and whoever wants to take it writes with the version that it has seen, so that a change that wasn't seen refuses it.

use std::time::Duration;

use super::super::seen::version;
use super::{Held, Holder, Leadership, OPEN, RENEWAL, Record, SETTLING};

/// Between two tries of a holder whose renewal failed, and of one that is refuted again and again.
const RETRY: Duration = Duration::from_millis(500);
/// A lease that is taken within so long after it was its last holder's was nobody's in nobody's eyes: those that leave a
/// namespace alone for its lease do so for twice as long.
const UNBROKEN: Duration = Duration::from_secs(1);

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Act {
    /// Read it.
    Look,
    /// Write it.
    Write(Intent),
    /// Nothing until then, or until the watch tells of a change.
    Wait(Duration),
}

/// What to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Intent {
    /// The version that is replaced; none: the lease is made.
    pub(super) version: Option<String>,
    pub(super) transitions: i32,
    /// Whether this process didn't have it before.
    pub(super) acquires: bool,
}

/// What is known of the lease.
#[derive(Debug)]
enum Seen {
    Nothing,
    /// There is none. It may still be the holder's whom somebody has deleted it from.
    Absent {
        free_at: Duration,
    },
    There {
        record: Record,
        changed: Duration,
        /// It has changed before our eyes, so its last change is known.
        moves: bool,
    },
}

/// The election, as one of its candidates sees it.
#[derive(Debug)]
pub(super) struct Election {
    identity: String,
    seen: Seen,
    /// What is known was refuted.
    stale: bool,
    /// Whether a write was refuted since the last that was accepted.
    refuted: bool,
    not_before: Duration,
    renew_at: Duration,
    held: Held,
    trouble: Option<String>,
    /// The version that was last read or written, and how often that was an older one than before.
    version: u64,
    gone_back: u32,
}

impl Election {
    pub(super) fn new(identity: String) -> Self {
        Self {
            identity,
            seen: Seen::Nothing,
            stale: false,
            refuted: false,
            not_before: Duration::ZERO,
            renew_at: Duration::ZERO,
            held: Held::default(),
            trouble: None,
            version: 0,
            gone_back: 0,
        }
    }

    /// Whether the API server has gone back, as with an older etcd that was put back: versions of one object only rise. What a
    /// watch tells may be old news, so only answers count.
    fn answered(&mut self, record: &Record) {
        let version = version(&record.version);
        if version > 0 && version < self.version {
            self.gone_back = self.gone_back.wrapping_add(1);
        }
        self.version = version;
    }

    fn is_mine(&self, record: &Record) -> bool {
        record.holder.as_ref().is_some_and(|holder| holder.identity == self.identity)
    }

    /// What to do at this moment.
    pub(super) fn next(&self, boot: Duration) -> Act {
        if boot < self.not_before {
            return Act::Wait(self.not_before);
        }
        if self.stale {
            return Act::Look;
        }
        let (at, intent) = match &self.seen {
            Seen::Nothing => return Act::Look,
            Seen::Absent { free_at } => (*free_at, Intent { version: None, transitions: 0, acquires: true }),
            Seen::There { record, changed, .. } => {
                let mine = self.is_mine(record);
                let at = match &record.holder {
                    Some(_) if mine => self.renew_at,
                    Some(_) => *changed + record.duration,
                    None => boot,
                };
                let transitions = record.transitions.saturating_add(i32::from(!mine));
                (at, Intent { version: Some(record.version.clone()), transitions, acquires: !mine })
            }
        };
        if boot < at { Act::Wait(at) } else { Act::Write(intent) }
    }

    /// The watch tells of the lease. While it is ours that is old news: a renewal finds out sooner.
    pub(super) fn told(&mut self, boot: Duration, record: Option<Record>) {
        if !matches!(&self.seen, Seen::There { record, .. } if self.is_mine(record)) {
            self.note(boot, record);
        }
    }

    /// It was read.
    pub(super) fn looked(&mut self, boot: Duration, record: Option<Record>) {
        self.stale = false;
        self.trouble = None;
        if let Some(record) = &record {
            self.answered(record);
        }
        self.note(boot, record);
    }

    fn note(&mut self, boot: Duration, record: Option<Record>) {
        let Some(record) = record else {
            let free_at = match &self.seen {
                Seen::Nothing => Duration::ZERO,
                Seen::Absent { free_at } => *free_at,
                // What is deleted before its holder's eyes is made again by it.
                Seen::There { record, .. } if self.is_mine(record) => Duration::ZERO,
                Seen::There { record, changed, .. } => *changed + record.duration,
            };
            self.seen = Seen::Absent { free_at };
            return;
        };
        let (changed, moves) = match &self.seen {
            Seen::There { record: known, changed, moves } if known.version == record.version => (*changed, *moves),
            Seen::Nothing => (boot, false),
            _ => (boot, true),
        };
        if !self.is_mine(&record) {
            self.held = Held::default();
        }
        self.seen = Seen::There { record, changed, moves };
    }

    /// A write that began at `started` was accepted.
    pub(super) fn wrote(&mut self, started: Duration, boot: Duration, record: Record, acquired: bool) {
        let unbroken = if acquired {
            matches!(&self.seen, Seen::There { record, changed, moves: true }
                if boot < *changed + UNBROKEN + record.holder.as_ref().map_or(Duration::ZERO, |_| record.duration))
        } else {
            // Whoever was frozen for longer knows nothing of who has come meanwhile.
            self.held.is_held(started)
        };
        let from = match (acquired, unbroken) {
            (false, true) => self.held.from,
            (true, true) => boot,
            (_, false) => boot + SETTLING,
        };
        self.held = Held { until: Some(started + OPEN), from };
        self.answered(&record);
        self.renew_at = started + RENEWAL;
        self.refuted = false;
        self.trouble = None;
        self.seen = Seen::There { record, changed: boot, moves: true };
    }

    /// A write was refused because the lease is another by now: it has to be read, at once for the first time. Whatever the
    /// API server contradicts itself in, it isn't asked at its own pace.
    pub(super) fn outdated(&mut self, boot: Duration) {
        self.stale = true;
        if std::mem::replace(&mut self.refuted, true) {
            self.not_before = boot + RETRY;
        }
    }

    /// There was no answer, or another refusal.
    pub(super) fn failed(&mut self, boot: Duration, why: String) {
        let wait = if self.held.is_held(boot) { RETRY } else { RENEWAL };
        self.not_before = boot + wait;
        self.trouble = Some(why);
    }

    /// What to write to give it back, if this process has it.
    pub(super) fn give_back(&mut self) -> Option<Intent> {
        self.held = Held::default();
        match &self.seen {
            Seen::There { record, .. } if self.is_mine(record) => {
                Some(Intent { version: Some(record.version.clone()), transitions: record.transitions, acquires: false })
            }
            _ => None,
        }
    }

    /// What others are told.
    pub(super) fn leadership(&self) -> Leadership {
        let (other, renews): (Option<Holder>, bool) = match &self.seen {
            Seen::There { record, moves, .. } if !self.is_mine(record) => (record.holder.clone(), *moves),
            _ => (None, false),
        };
        Leadership { held: self.held, other, renews, trouble: self.trouble.clone(), gone_back: self.gone_back }
    }
}

#[cfg(test)]
mod tests;
