//! Overrides: for some time, another value above a schedule, by an object of its own or by an annotation.

mod annotation;
mod asked;
mod object;
#[expect(clippy::duplicated_attributes, reason = "every printcolumn has a type and a path")]
mod spec;

use chrono::{DateTime, TimeDelta, Utc};

use super::Value;

pub use annotation::{Annotation, annotation};
pub use asked::{Asked, End, Whom};
pub use object::{OverrideObject, override_object, override_spec};
pub use spec::{
    OverrideBounds, Phase, Requester, ScalerRef, TimeWindowOverride, TimeWindowOverrideSpec, TimeWindowOverrideStatus,
};

/// The kind.
pub const OVERRIDE_KIND: &str = "TimeWindowOverride";
/// The seconds after its end at which an override is deleted, where it says nothing else: a day.
pub const TTL_DEFAULT: i64 = 86_400;
/// The most of them: a year.
pub const TTL_MAX: i64 = 31_536_000;

/// An override whose end is known, of one schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// The object's name, or the annotation's, which no object can have.
    pub name: Box<str>,
    /// When the object was made; none of an annotation.
    pub created: Option<DateTime<Utc>>,
    /// From when on, inclusive, on a whole second; where it doesn't say, since ever.
    pub from: Option<DateTime<Utc>>,
    /// Until when, exclusive, on a whole second.
    pub until: DateTime<Utc>,
    /// What applies.
    pub value: Value,
    /// Why, in somebody's words.
    pub reason: Option<Box<str>>,
}

impl Override {
    /// Whether it applies at an instant, as far as it is concerned.
    pub fn holds_at(&self, at: DateTime<Utc>) -> bool {
        at < self.until && self.from.is_none_or(|from| from <= at)
    }

    /// What is the greater the more it counts: an object more than an annotation, a later one more than an earlier one, and of
    /// one second the first by name.
    pub fn rank(&self) -> impl Ord + use<'_> {
        (self.created, std::cmp::Reverse(&*self.name))
    }
}

/// What overrides of a schedule may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bounds {
    /// No less.
    pub least: Option<u32>,
    /// No more.
    pub most: Option<u32>,
    /// No longer, a whole number of seconds above 0.
    pub longest: Option<TimeDelta>,
}

impl Bounds {
    /// Those of a spec that was checked.
    pub fn of(spec: &OverrideBounds) -> Self {
        let count = |count: Option<i64>| count.and_then(|count| u32::try_from(count).ok());
        Self {
            least: count(spec.min_replicas),
            most: count(spec.max_replicas),
            longest: spec.max_seconds.and_then(TimeDelta::try_seconds),
        }
    }

    /// What an override asks for too much, or too little.
    pub fn refusal(&self, asked: &Override) -> Option<String> {
        let value = asked.value;
        let (from, to) = match value {
            Value::Count(count) => (count, count),
            Value::Bounds { min, max } => (min.unwrap_or(0), max.unwrap_or(u32::MAX)),
            // What it comes to is each target's, so it can't be said to be within anything.
            Value::PerCent(_) | Value::Original => (0, u32::MAX),
        };
        let unknown = if value.needs_original() { ", which nobody can compare beforehand" } else { "" };
        if let Some(least) = self.least.filter(|least| from < *least) {
            return Some(format!(
                "it asks for {value}{unknown}, and the schedule allows no less than {least} (spec.overrides.minReplicas)"
            ));
        }
        if let Some(most) = self.most.filter(|most| to > *most) {
            return Some(format!(
                "it asks for {value}{unknown}, and the schedule allows no more than {most} (spec.overrides.maxReplicas)"
            ));
        }
        let length = asked.until - asked.from?;
        let longest = self.longest.filter(|longest| length > *longest)?;
        Some(format!(
            "it lasts {} s, and the schedule allows {} s (spec.overrides.maxSeconds)",
            length.num_seconds(),
            longest.num_seconds()
        ))
    }

    /// From when on an override without a beginning may count at the earliest: so long before its end as one may last.
    pub fn earliest(&self, asked: &Override) -> Option<DateTime<Utc>> {
        if asked.from.is_some() { None } else { asked.until.checked_sub_signed(self.longest?) }
    }
}
