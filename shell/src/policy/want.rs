//! What is wanted: what the layers give, changed by each of the shapers.

use chrono::{DateTime, TimeDelta, Utc};

use super::grace::grace;
use super::history::Before;
use super::layers::{Answer, Layers};
use super::plan::WriteCause;
use crate::api::Value;
use crate::api::times::from_seconds;

/// What is wanted of the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Want {
    /// What it gets.
    pub(super) value: Value,
    /// What the layers say, before any shaper.
    pub(super) answer: Answer,
    /// Until when the value is kept instead of theirs.
    pub(super) expiry: Option<DateTime<Utc>>,
    /// Whether that grace period began since the last look.
    pub(super) fresh: bool,
    /// Whether a rise ended a grace period that was running at the last look.
    pub(super) cancelled: bool,
}

/// What shapers go by.
pub(super) struct Shaping<'a> {
    pub(super) layers: &'a Layers<'a>,
    /// What the last look left; `None` at a first sight.
    pub(super) before: Option<Before>,
    /// The delay of a scale-down.
    pub(super) grace: TimeDelta,
    /// The target's original count, or the one that stands in for it while nobody knows it.
    pub(super) original: u32,
    /// The most that a target of its kind can have.
    pub(super) most: u32,
    /// Whether the target is this object's: there is nothing to keep of another's.
    pub(super) held: bool,
    pub(super) now: DateTime<Utc>,
}

/// Changes what is wanted by what was in effect before.
type Shaper = fn(Want, &Shaping<'_>) -> Want;

const SHAPERS: [Shaper; 1] = [grace];

impl Want {
    /// What the layers and the shapers come to.
    pub(super) fn of(shaping: &Shaping<'_>) -> Self {
        let answer = shaping.layers.evaluate(shaping.now.timestamp());
        let plain = Self { value: answer.value, answer, expiry: None, fresh: false, cancelled: false };
        SHAPERS.iter().fold(plain, |want, shaper| shaper(want, shaping))
    }

    /// For the next look, while this one can't be told.
    pub(super) fn untold(&self, generation: i64, due: Option<(WriteCause, DateTime<Utc>)>) -> Before {
        let &Self { value, answer, expiry, fresh, cancelled } = self;
        let boundary = answer.until.map(from_seconds);
        Before { effective: value, boundary, expiry, fresh, cancelled, generation, due }
    }
}
