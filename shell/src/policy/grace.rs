//! The grace period: a fall at a boundary keeps the value that was in effect for a while.

use std::iter;

use chrono::{DateTime, TimeDelta, Utc};

use super::history::Before;
use super::layers::Layers;
use super::want::{Shaping, Want};
use crate::api::times::from_seconds;
use crate::api::{GRACE_PERIOD_MAX, Value};

/// How far back boundaries are followed. A grace period lasts an hour at the most, so what was in effect longer ago than
/// this has no part in what is in effect now, and a status that nobody has written for years costs no more than one of
/// last week.
const MEMORY: TimeDelta = TimeDelta::days(7);

/// The layers, with values that are compared by what they come to for this target.
#[derive(Clone, Copy)]
struct Levels<'a> {
    layers: &'a Layers<'a>,
    original: u32,
    most: u32,
}

impl Levels<'_> {
    fn value_at(&self, at: DateTime<Utc>) -> Value {
        self.layers.evaluate(at.timestamp()).value
    }

    fn of(&self, value: Value) -> u32 {
        value.level(self.original).min(self.most)
    }
}

/// Where one is on the way from the last look to now.
struct Walk {
    effective: Value,
    expiry: Option<DateTime<Utc>>,
    /// Whether `expiry` is of a grace period that nobody has seen yet.
    fresh: bool,
    cancelled: bool,
}

impl Walk {
    /// The state rises to what is in effect, or above it; or an override begins, whatever it asks for.
    fn take(&mut self, value: Value) {
        self.cancelled |= self.expiry.is_some() && !self.fresh;
        self.effective = value;
        self.expiry = None;
    }

    /// Time goes on to `now`, and with it a grace period comes to its end.
    fn pass(&mut self, levels: Levels<'_>, now: DateTime<Utc>) {
        if let Some(end) = self.expiry.filter(|&end| end <= now) {
            self.effective = levels.value_at(end);
            self.expiry = None;
        }
    }
}

/// Follows the boundaries from the last look to now, so that it doesn't matter whether anyone was there at each.
///
/// A fall below what is in effect keeps the higher value until the grace period has passed since that boundary. Further
/// falls in between don't prolong it; only a rise to at least what is kept ends it early.
///
/// An edit, of the object or of its calendar, isn't delayed. One that nobody saw counts as made just before the boundary that the
/// last look had ahead: what fell at that boundary or later is delayed, and what the edit itself took away isn't. A grace period
/// under way goes on from its boundary, with the length that is asked for now. An end that is further away than that is nobody's
/// that went by this clock, and is cut. The beginning of an override isn't delayed, whatever was kept until then; one that somebody
/// made or took away since is an edit.
pub(super) fn grace(want: Want, shaping: &Shaping<'_>) -> Want {
    let &Shaping { layers, before, grace, original, most, held, now } = shaping;
    let Some(before) = before.filter(|_| held) else { return want };
    let walk = walk(Levels { layers, original, most }, grace, before, now);
    match walk.expiry.map(|end| end.min(now + grace)).filter(|&end| end > now) {
        Some(end) => {
            Want { value: walk.effective, expiry: Some(end), fresh: walk.fresh, cancelled: walk.cancelled, ..want }
        }
        None => Want { cancelled: walk.cancelled, ..want },
    }
}

fn walk(levels: Levels<'_>, grace: TimeDelta, before: Before, now: DateTime<Utc>) -> Walk {
    let Before { effective, expiry, fresh, cancelled, .. } = before;
    let mut walk = Walk { effective, expiry, fresh, cancelled };
    let mut first = before.boundary.filter(|&boundary| boundary <= now).map(|boundary| boundary.timestamp());
    let oldest = now - MEMORY;
    if before.boundary.is_some_and(|boundary| boundary < oldest) {
        walk.effective = levels.value_at(oldest);
        walk.expiry = None;
        first = levels.layers.evaluate(oldest.timestamp()).until;
    } else {
        // The last instant at which nothing but an edit can have changed anything.
        let quiet = first.map_or(now, |boundary| from_seconds(boundary - 1));
        walk.expiry = before.expiry.and_then(|expiry| {
            let fell = fall_below(levels, before.effective, quiet);
            let begun = levels.layers.begun(quiet.timestamp());
            if begun.is_some_and(|begun| fell.is_none_or(|fell| fell.timestamp() <= begun)) {
                walk.cancelled |= expiry > quiet && !fresh;
                return None;
            }
            Some(fell.map_or_else(|| expiry.min(quiet + grace), |fell| fell + grace))
        });
        let edited = levels.value_at(quiet);
        if walk.expiry.is_none() && levels.of(edited) <= levels.of(before.effective) {
            walk.effective = edited;
        }
    }
    let spans = first.into_iter().flat_map(|first| levels.layers.spans(first..now.timestamp() + 1));
    for (span, answer) in spans {
        let boundary = from_seconds(span.start);
        walk.pass(levels, boundary);
        let begins = levels.layers.begun(span.start) == Some(span.start);
        if begins || levels.of(answer.value) >= levels.of(walk.effective) {
            walk.take(answer.value);
        } else if walk.expiry.is_none() {
            walk.expiry = Some(boundary + grace);
            walk.fresh = true;
        }
    }
    walk.pass(levels, now);
    let wanted = levels.value_at(now);
    if levels.of(wanted) >= levels.of(walk.effective) {
        walk.take(wanted);
    }
    walk
}

/// The last boundary in the longest grace period up to `at` at which the layers fell below `effective`.
fn fall_below(levels: Levels<'_>, effective: Value, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let (at, layers) = (at.timestamp(), levels.layers);
    let is_below = |at: i64| levels.of(levels.value_at(from_seconds(at))) < levels.of(effective);
    iter::successors(layers.since(at), |&boundary| layers.since(boundary - 1))
        .take_while(|&boundary| boundary > at - GRACE_PERIOD_MAX)
        .find(|&boundary| is_below(boundary) && !is_below(boundary - 1))
        .map(from_seconds)
}
