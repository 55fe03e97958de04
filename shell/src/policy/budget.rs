//! How often a correction is tried against somebody who puts the count back again and again.
//!
//! Corrections alone are held back: what a boundary, an edit or a resume writes is never delayed.

use chrono::{DateTime, TimeDelta, Utc};

use super::conditions::{Because, Seen, Type};

/// So many reverts within [`SPAN`] are a fight.
pub const REVERTS: usize = 5;
/// Within this time reverts count together, after so much calm it is over, and a try comes at least as often.
pub const SPAN: TimeDelta = TimeDelta::minutes(10);
/// The wait after the first correction of a fight. Each doubles it, up to [`SPAN`].
const FIRST_WAIT: TimeDelta = TimeDelta::minutes(1);
/// The doublings after which the wait is [`SPAN`].
const DOUBLINGS: u8 = 4;

/// What is remembered of reverts, on the schedule's clock.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Budget {
    /// The latest reverts, oldest first, at most [`REVERTS`].
    reverts: Vec<DateTime<Utc>>,
    /// When the target was last written.
    tried: Option<DateTime<Utc>>,
    /// Whether the present revert was counted already.
    open: bool,
    /// Whether it is a fight, and how often the wait was doubled.
    fight: Option<u8>,
    /// Whether the fight was told about.
    told: bool,
    /// The field manager that puts the count back.
    other: Option<Box<str>>,
}

impl Budget {
    /// A fight that an earlier process was in: as rare as it gets, and told about already.
    pub(super) fn restored(conditions: &[Option<Seen>; 4], tried: Option<DateTime<Utc>>) -> Option<Box<Self>> {
        let degraded = Type::ALL.iter().zip(conditions).find(|(kind, _)| **kind == Type::Degraded)?.1.as_ref()?;
        (degraded.because == Some(Because::CountReverted))
            .then(|| Box::new(Self { tried, fight: Some(DOUBLINGS), told: true, ..Self::default() }))
    }

    /// Cuts to now what is still to come, which is nobody's that went by this clock: it would be waited for, maybe for ever.
    pub(super) fn note_time(&mut self, now: DateTime<Utc>) {
        self.tried = self.tried.map(|tried| tried.min(now));
        self.reverts.iter_mut().for_each(|at| *at = (*at).min(now));
    }

    /// Whether it is a fight.
    pub fn is_fight(&self) -> bool {
        self.fight.is_some()
    }

    /// Whether the fight was told about.
    pub(super) fn is_told(&self) -> bool {
        self.told
    }

    /// Takes note that what there is to tell was told.
    pub(super) fn note_told(&mut self) {
        self.told = self.is_fight();
    }

    /// The other field manager, where the API server records it.
    pub fn other(&self) -> Option<&str> {
        self.other.as_deref()
    }

    /// Takes note of a write that was done: whatever is found after it is another revert.
    pub(super) fn note_done(&mut self) {
        self.open = false;
    }

    /// Takes note of a count that somebody has changed, once for each change.
    pub(super) fn note_revert(&mut self, writer: Option<&str>, now: DateTime<Utc>) {
        if self.open {
            return;
        }
        self.open = true;
        self.reverts.retain(|&at| at > now - SPAN);
        if self.reverts.len() >= REVERTS {
            self.reverts.remove(0);
        }
        self.reverts.push(now);
        if let Some(writer) = writer {
            self.other = Some(writer.into());
        }
        if self.reverts.len() >= REVERTS && self.fight.is_none() {
            self.fight = Some(0);
        }
    }

    /// Until when a correction is held back.
    pub(super) fn held_until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let until = self.tried? + wait(self.fight?);
        (until > now).then_some(until)
    }

    /// Takes note of a write, a correction or another one.
    pub(super) fn note_write(&mut self, correction: bool, now: DateTime<Utc>) {
        self.tried = Some(now);
        if correction {
            self.fight = self.fight.map(|doublings| (doublings + 1).min(DOUBLINGS));
        }
    }

    /// Takes note of a target that is as it should be. `None` when it has been so for long enough to forget everything.
    pub(super) fn note_calm(mut self: Box<Self>, now: DateTime<Utc>) -> Option<Box<Self>> {
        self.note_done();
        (now < self.calm_at()?).then_some(self)
    }

    /// When it is over if nothing more happens.
    pub(super) fn calm_at(&self) -> Option<DateTime<Utc>> {
        self.reverts.last().copied().max(self.tried).map(|last| last + SPAN)
    }
}

fn wait(doublings: u8) -> TimeDelta {
    (FIRST_WAIT * (1 << doublings.min(DOUBLINGS))).min(SPAN)
}
