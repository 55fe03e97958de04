//! What an object asks for, once nothing is wrong with it.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use kyklos_core::{Reason, VALUE_MAX};

use super::{Override, TTL_MAX, TimeWindowOverrideSpec};
use crate::api::problems::{FieldProblem, Problems};
use crate::api::selection::CLUSTER_KIND;
use crate::api::selector::Selector;
use crate::api::{KIND, Replicas, ScalerKind, Value, instants};

/// What an object asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The schedules that it is for.
    pub whom: Whom,
    /// The value.
    pub value: Value,
    /// From when on.
    pub from: Option<DateTime<Utc>>,
    /// Until when.
    pub end: End,
    /// Why.
    pub reason: Box<str>,
    /// Who asked for it.
    pub requested_by: Option<Box<str>>,
    /// How long after its end it is deleted.
    pub ttl: TimeDelta,
}

/// The schedules that an override is for.
#[derive(Debug, Clone, PartialEq)]
pub enum Whom {
    /// The one of this name in its own namespace.
    Named(Box<str>),
    /// The one of this name of the cluster, but for its targets in the override's own namespace alone.
    OfCluster(Box<str>),
    /// Those with such labels in its own namespace.
    Selected(Selector),
}

/// The end of an override.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// This instant.
    At(DateTime<Utc>),
    /// The next boundary of the schedule after its beginning.
    NextBoundary,
}

impl Whom {
    /// The kind of the schedules that it is for.
    pub const fn kind(&self) -> ScalerKind {
        match self {
            Self::Named(_) | Self::Selected(_) => ScalerKind::TimeWindowScaler,
            Self::OfCluster(_) => ScalerKind::ClusterTimeWindowScaler,
        }
    }

    /// Whether it is for a schedule of this kind, this name and these labels, which lies in its own namespace or in none.
    pub fn takes(&self, kind: ScalerKind, name: &str, labels: &BTreeMap<String, String>) -> bool {
        match (self, kind) {
            (Self::Named(named), ScalerKind::TimeWindowScaler)
            | (Self::OfCluster(named), ScalerKind::ClusterTimeWindowScaler) => **named == *name,
            (Self::Selected(selector), ScalerKind::TimeWindowScaler) => {
                selector.takes(|key| labels.get(key).map(String::as_str))
            }
            _ => false,
        }
    }
}

impl Asked {
    /// Checks a spec. What is wrong with it goes to `problems`, and then there is none.
    pub fn of(spec: &TimeWindowOverrideSpec, problems: &mut Problems) -> Option<Self> {
        let whom = whom(spec, problems);
        let from = spec.from.as_deref().and_then(|text| instant("spec.from", text, problems));
        let end = end(spec, from, problems);
        let value = value(spec, problems);
        let texts = [("spec.reason", Some(&spec.reason)), ("spec.requestedBy", spec.requested_by.as_ref())];
        for (field, text) in texts {
            let Some(text) = text else { continue };
            if text.is_empty() && !problems.covers(field) {
                problems.push(field, "the text is empty: write a few words");
            } else if text.contains(char::is_control) {
                problems.push(field, format!("{text:?} has control characters: write it on one line"));
            }
        }
        if !(0..=TTL_MAX).contains(&spec.ttl_seconds_after_end) {
            let message =
                format!("{} is out of range: write a whole number from 0 to {TTL_MAX}", spec.ttl_seconds_after_end);
            problems.push("spec.ttlSecondsAfterEnd", message);
        }
        let asked = Self {
            whom: whom?,
            value: value?,
            from,
            end: end?,
            reason: spec.reason.as_str().into(),
            requested_by: spec.requested_by.as_deref().map(Into::into),
            ttl: TimeDelta::try_seconds(spec.ttl_seconds_after_end)?,
        };
        problems.is_empty().then_some(asked)
    }

    /// What is wrong with one that was made at this instant, by the clock that its end goes by, and was over then: it never applied.
    pub fn late(&self, until: DateTime<Utc>, made: DateTime<Utc>) -> Option<FieldProblem> {
        let field = match self.end {
            End::At(_) => "spec.until",
            End::NextBoundary => "spec.untilNextBoundary",
        };
        let message = || format!("it was over at {}, before it was made: write a later until", instants::write(until));
        (until <= made).then(|| FieldProblem { field: field.to_owned(), message: message() })
    }

    /// As a schedule has it, once its end is known.
    pub fn with_end(&self, name: &str, created: DateTime<Utc>, until: DateTime<Utc>) -> Arc<Override> {
        Arc::new(Override {
            name: name.into(),
            created: Some(created),
            from: self.from,
            until,
            value: self.value,
            reason: Some(self.reason.clone()),
        })
    }
}

/// What it asks for. What the reader takes for a count may still be out of its range.
fn value(spec: &TimeWindowOverrideSpec, problems: &mut Problems) -> Option<Value> {
    let value = spec.value();
    if let (None, Some(Replicas::Count(found))) = (value, &spec.replicas)
        && !problems.covers("spec.replicas")
    {
        let reason = Reason::OutOfRange { found: *found, most: i64::from(VALUE_MAX) };
        problems.push("spec.replicas", reason.to_string());
    }
    value
}

fn whom(spec: &TimeWindowOverrideSpec, problems: &mut Problems) -> Option<Whom> {
    match (&spec.scaler_ref, &spec.selector) {
        (Some(scaler), None) => {
            let kind = ScalerKind::read(&scaler.kind);
            if kind.is_none() && !problems.covers("spec.scalerRef.kind") {
                problems.push(
                    "spec.scalerRef.kind",
                    format!("{:?} is no kind that is overridden: write {KIND} or {CLUSTER_KIND}", scaler.kind),
                );
            }
            if scaler.name.is_empty() && !problems.covers("spec.scalerRef.name") {
                problems.push("spec.scalerRef.name", "the text is empty: write a name");
            }
            let name = scaler.name.as_str().into();
            Some(match kind? {
                ScalerKind::TimeWindowScaler => Whom::Named(name),
                ScalerKind::ClusterTimeWindowScaler => Whom::OfCluster(name),
            })
        }
        (None, Some(selector)) => Selector::of(selector, "spec.selector", problems).map(Whom::Selected),
        (None, None) => {
            if !problems.covers("spec.scalerRef") && !problems.covers("spec.selector") {
                problems.push(
                    "spec.scalerRef",
                    "missing: write scalerRef with a name, or selector with labels of schedules",
                );
            }
            None
        }
        (Some(_), Some(_)) => {
            problems.push("spec.selector", "it stands beside scalerRef: keep one of the two");
            None
        }
    }
}

fn end(spec: &TimeWindowOverrideSpec, from: Option<DateTime<Utc>>, problems: &mut Problems) -> Option<End> {
    let next = spec.until_next_boundary == Some(true);
    match (&spec.until, next) {
        (Some(_), true) => {
            problems.push("spec.untilNextBoundary", "it stands beside until: keep one of the two");
            None
        }
        (None, false) => {
            if !problems.covers("spec.until") {
                problems.push(
                    "spec.until",
                    "missing: write an instant such as 2026-12-01T18:00:00Z, or untilNextBoundary: true",
                );
            }
            None
        }
        (None, true) => {
            if spec.selector.is_some() {
                problems.push(
                    "spec.untilNextBoundary",
                    "the next boundary is one schedule's: write scalerRef instead of selector, or until",
                );
            }
            Some(End::NextBoundary)
        }
        (Some(text), false) => {
            let until = instant("spec.until", text, problems)?;
            if from.is_some_and(|from| until <= from) {
                problems.push("spec.until", "it isn't after from: write a later one");
            }
            Some(End::At(until))
        }
    }
}

fn instant(field: &str, text: &str, problems: &mut Problems) -> Option<DateTime<Utc>> {
    instants::read(text).map_err(|message| problems.push(field, message)).ok()
}
