//! What earlier looks came to: what has to outlive the process is in the status, and read from there.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::budget::Budget;
use super::conditions::{Because, Seen, Type};
use super::facts::Holidays;
use super::layers::Layers;
use super::look::{FIRST, LAST};
use super::overrides::Overrides;
use super::plan::WriteCause;
use crate::api::overrides::Override;
use crate::api::times::{from_seconds, to_instant};
use crate::api::{Policy, TimeWindowScalerStatus, Value};
use crate::calendar::NO_HOLIDAYS;
use crate::target::TargetState;

/// What earlier looks came to, compact: there is one for each object.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct History {
    /// The generation that was looked at last.
    pub generation: Option<i64>,
    /// What was in effect.
    pub effective: Option<Value>,
    /// The count that the target had when it was last seen.
    pub observed: Option<i32>,
    /// What applied.
    pub window: Option<Box<str>>,
    /// The boundary that was ahead.
    pub boundary: Option<DateTime<Utc>>,
    /// What the schedule gives from that boundary on.
    pub next: Option<Value>,
    /// When the target's count was last written.
    pub last_scale: Option<DateTime<Utc>>,
    /// Until when a scale-down was delayed.
    pub expiry: Option<DateTime<Utc>>,
    /// The override that applied.
    pub overrule: Option<Box<str>>,
    /// The clock that all of this goes by, when it is a rehearsed one.
    pub clock: Option<Box<str>>,
    /// What the conditions said.
    pub conditions: [Option<Seen>; 4],
    /// When the write was due that isn't accepted yet; not in the status.
    pub due: Option<DateTime<Utc>>,
    /// Which object the target was, 0 where that isn't known; not in the status.
    pub target: u64,
    /// How often somebody has put the count back of late; not in the status, but that it was so is.
    pub budget: Option<Box<Budget>>,
    /// What applied at the last look, where that came to something that isn't told yet: its write is on its way. Not in the status.
    pub untold: Option<Box<Before>>,
}

/// What a look left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Before {
    /// What was in effect then.
    pub(super) effective: Value,
    /// The boundary that was ahead then.
    pub(super) boundary: Option<DateTime<Utc>>,
    /// The end of the grace period that was running then.
    pub(super) expiry: Option<DateTime<Utc>>,
    /// Whether that isn't told yet.
    pub(super) fresh: bool,
    /// Whether the end of an earlier one isn't.
    pub(super) cancelled: bool,
    /// Of which generation the object was.
    pub(super) generation: i64,
    /// Why that was due and since when, where a boundary or the end of a grace period has come after an edit that isn't told yet.
    pub(super) due: Option<(WriteCause, DateTime<Utc>)>,
}

impl History {
    /// What a status says, however strange it is.
    pub fn from_status(status: &TimeWindowScalerStatus) -> Self {
        let conditions = Seen::all(&status.conditions);
        let last_scale = status.last_scale_time.as_ref().map(to_instant);
        Self {
            // -1 is the schema's, before anybody has looked.
            generation: status.observed_generation.filter(|&generation| generation >= 0),
            effective: status.effective_replicas,
            observed: status.target_observed_replicas,
            window: status.current_window.as_deref().map(Into::into),
            boundary: status.next_boundary.as_ref().map(to_instant),
            next: status.next_replicas,
            // One that nobody's clock reads is nobody's.
            last_scale: last_scale.filter(is_read),
            expiry: status.grace_period_expiry.as_ref().map(to_instant),
            overrule: status.current_override.as_deref().map(Into::into),
            clock: status.clock.as_deref().map(Into::into),
            budget: Budget::restored(&conditions, last_scale),
            conditions,
            due: None,
            target: 0,
            untold: None,
        }
    }
}

impl History {
    /// A look has come to this, which isn't told.
    pub fn note_untold(&mut self, seen: Option<Before>) {
        if let Some(seen) = seen {
            self.untold = Some(Box::new(seen));
        }
    }

    /// What applied at the last look, told or not.
    pub(super) fn last(&self) -> Option<Before> {
        let told = |effective| Before {
            effective,
            boundary: self.boundary,
            expiry: self.expiry,
            fresh: false,
            cancelled: false,
            generation: self.generation.unwrap_or_default(),
            due: None,
        };
        self.untold.as_deref().copied().or_else(|| self.effective.map(told))
    }

    /// What is known of one of many targets that nobody has looked at yet, by what is known of the object. One that isn't held yet
    /// is new to it; `is_unknown` says that nobody knew what it had, which the object says of all of them together.
    #[must_use]
    pub fn of_member(&self, target: Option<&TargetState>, is_held: bool, is_unknown: bool) -> Self {
        let mut conditions = self.conditions;
        if let [Some(ready), ..] = &mut conditions
            && !is_held
        {
            (ready.because, ready.holds) = (Some(Because::TargetNotFound), false);
        }
        if let [.., Some(degraded)] = &mut conditions {
            if is_unknown {
                (degraded.because, degraded.holds) = (Some(Because::OriginalUnknown), true);
            } else if degraded.because == Some(Because::OriginalUnknown) {
                (degraded.because, degraded.holds) = (Some(Because::OperationalNormal), false);
            }
        }
        Self {
            observed: target.filter(|_| is_held).map(|target| target.replicas),
            due: None,
            target: 0,
            budget: None,
            untold: None,
            conditions,
            ..self.clone()
        }
    }

    /// The same of a target for which these overrides are, and not for the object: what applies there to it, or did until a moment ago, was
    /// in effect there.
    #[must_use]
    pub fn overridden(
        self,
        policy: &Policy,
        holidays: Holidays<'_>,
        overrides: &[Arc<Override>],
        now: DateTime<Utc>,
    ) -> Self {
        let Some(compiled) = policy.compiled() else { return self };
        let calendar = match holidays {
            Holidays::Found(dates) => &dates.calendar,
            _ => &NO_HOLIDAYS,
        };
        let list = Overrides::counted(policy, overrides, now).list;
        let layers = Layers::new(&compiled.schedule, calendar, &list);
        let ended =
            list.iter().map(|over| over.until).filter(|until| *until <= now && now < *until + compiled.grace).max();
        let at = match ended {
            _ if layers.in_force(now.timestamp()).is_some() => now,
            // The last second of it.
            Some(ended) => ended - TimeDelta::seconds(1),
            None => return self,
        };
        let answer = layers.evaluate(at.timestamp());
        let is_there = |count: u32| self.observed.is_none_or(|observed| i64::from(observed) == i64::from(count));
        if at == now && !answer.value.count().is_none_or(is_there) {
            // It has begun since anybody was there.
            return self;
        }
        Self {
            effective: Some(answer.value),
            boundary: answer.until.map(from_seconds),
            expiry: None,
            overrule: layers.in_force(at.timestamp()).map(|over| over.name.clone()),
            ..self
        }
    }

    /// Whether a condition had this reason.
    pub fn was(&self, kind: Type, because: Because) -> bool {
        self.seen(kind).is_some_and(|seen| seen.because == Some(because))
    }

    /// Whether the condition `Degraded` is true.
    pub fn is_degraded(&self) -> bool {
        let because = self.seen(Type::Degraded).and_then(|seen| seen.because);
        because.is_some_and(|because| Type::Degraded.reasons().0.contains(&because))
    }

    /// Takes over what somebody else's status knows and this one can't: that the target was scaled since, by the same clock.
    pub fn adopt(&mut self, theirs: &Self) {
        if self.clock == theirs.clock {
            self.last_scale = self.last_scale.max(theirs.last_scale);
        }
    }

    /// A condition.
    pub fn seen(&self, kind: Type) -> Option<&Seen> {
        Type::ALL.iter().zip(&self.conditions).find(|(known, _)| **known == kind)?.1.as_ref()
    }
}

/// Whether a clock can read it.
fn is_read(at: &DateTime<Utc>) -> bool {
    (FIRST..=LAST).contains(&at.timestamp())
}

/// A number for a text that is compared and not kept. It is another one in the next process.
pub(super) fn digest(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    // 0 stands for none.
    hasher.finish().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_compact() {
        assert!(size_of::<History>() <= 256, "{}", size_of::<History>());
    }

    #[test]
    fn a_scaling_by_another_clock_is_none_by_this_one() {
        let at = |day: u32| DateTime::from_timestamp(i64::from(day) * 86_400, 0);
        let mut mine = History { last_scale: at(1), ..History::default() };
        mine.adopt(&History { last_scale: at(9), clock: Some("a rehearsal".into()), ..History::default() });
        assert_eq!(mine.last_scale, at(1));
        for (theirs, then) in [(2, 2), (1, 2)] {
            mine.adopt(&History { last_scale: at(theirs), ..History::default() });
            assert_eq!(mine.last_scale, at(then));
        }
    }
}
