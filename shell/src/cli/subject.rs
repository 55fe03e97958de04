//! An object that passed every check, and what applies to it.

use std::rc::Rc;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use kyklos_core::Date;

use crate::api::manifest::Origin;
use crate::api::overrides::{Bounds, Override};
use crate::api::problems::Problems;
use crate::api::selection::Selection;
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
    /// `NAMESPACE/NAME`.
    pub(super) fn name(&self) -> String {
        format!("{}/{}", self.object.metadata.namespace, self.object.metadata.name)
    }

    /// What it picks, where it names no target.
    pub(super) fn selection(&self) -> Option<Selection> {
        Selection::of(self.object.spec.targets.as_ref()?, None, "spec.targets", &mut Problems::default())
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
    pub(super) fn layers(&self) -> Layers<'_> {
        Layers::new(&self.schedule, self.holidays(), &self.overrides)
    }

    /// What applies at an instant: an override as long as it lasts, else the schedule.
    pub(super) fn answer_at(&self, at: DateTime<Utc>) -> Answer {
        let layers = self.layers();
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
