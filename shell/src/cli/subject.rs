//! An object that passed every check, and what applies to it.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use kyklos_core::Date;

use super::scaler_files::called;
use crate::api::manifest::Origin;
use crate::api::overrides::{Bounds, Override};
use crate::api::times::from_seconds;
use crate::api::{AnySchedule, Label, Labels, Object, Timetable, Value};
use crate::calendar::{HolidayCalendar, NO_HOLIDAYS};
use crate::policy::Layers;

/// An object that passed every check.
#[derive(Debug)]
pub(super) struct Subject {
    pub(super) origin: Origin,
    pub(super) object: Object,
    pub(super) schedule: AnySchedule,
    pub(super) labels: Labels,
    pub(super) holidays: Option<Rc<HolidayCalendar>>,
    /// Its annotation and the objects of the files that are for it, those that count more first.
    pub(super) overrides: Vec<Arc<Override>>,
    /// Of one of the cluster: the objects of the files that are for its targets in their own namespace alone.
    pub(super) apart: Vec<(String, Arc<Override>)>,
}

/// What applies at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) label: Label,
    pub(super) value: Value,
    /// The next instant at which the state differs.
    pub(super) until: Option<DateTime<Utc>>,
}

impl Subject {
    /// `NAMESPACE/NAME`, or the name alone of one of the cluster.
    pub(super) fn name(&self) -> String {
        called(&self.object.metadata)
    }

    fn holidays(&self) -> &HolidayCalendar {
        self.holidays.as_deref().unwrap_or(&NO_HOLIDAYS)
    }

    /// The schedule with its holidays, without any override.
    pub(super) fn timetable(&self) -> Timetable<'_> {
        self.schedule.with(self.holidays())
    }

    /// What overrides of it may ask for.
    pub(super) fn bounds(&self) -> Bounds {
        self.object.spec.overrides.as_ref().map(Bounds::of).unwrap_or_default()
    }

    /// Overrides above the schedule.
    pub(super) fn layers<'s>(&'s self, overrides: &'s [Arc<Override>]) -> Layers<'s> {
        Layers::new(&self.schedule, self.holidays(), overrides)
    }

    /// All overrides for its targets in a namespace, those that count more first.
    pub(super) fn overrides_in(&self, namespace: &str) -> Vec<Arc<Override>> {
        let apart = self.apart.iter().filter(|(place, _)| place == namespace).map(|(_, asked)| Arc::clone(asked));
        let mut overrides: Vec<_> = apart.chain(self.overrides.iter().cloned()).collect();
        overrides.sort_by(|one, other| Reverse(one.rank()).cmp(&Reverse(other.rank())));
        overrides
    }

    /// The namespaces for whose targets alone something is overridden at any time within a stretch.
    pub(super) fn overridden_in(&self, stretch: &Range<DateTime<Utc>>) -> BTreeSet<&str> {
        let is_within =
            |asked: &Override| asked.until > stretch.start && asked.from.is_none_or(|from| from < stretch.end);
        self.apart.iter().filter(|(_, asked)| is_within(asked)).map(|(place, _)| place.as_str()).collect()
    }

    /// What applies at an instant: an override as long as it lasts, else the schedule.
    pub(super) fn answer_at(&self, at: DateTime<Utc>) -> Answer {
        self.answer(&self.layers(&self.overrides), at)
    }

    /// The same for its targets in a namespace.
    pub(super) fn answer_in(&self, namespace: &str, at: DateTime<Utc>) -> Answer {
        self.answer(&self.layers(&self.overrides_in(namespace)), at)
    }

    fn answer(&self, layers: &Layers<'_>, at: DateTime<Utc>) -> Answer {
        let answer = layers.evaluate(at.timestamp());
        Answer {
            label: layers.label(&self.labels, answer.part),
            value: answer.value,
            until: answer.until.map(from_seconds),
        }
    }

    /// Whether a local date is a holiday, even where something outranks it.
    pub(super) fn is_holiday(&self, date: Date) -> bool {
        self.holidays().contains(date)
    }
}
