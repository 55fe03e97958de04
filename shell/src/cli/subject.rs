//! An object that passed every check, and what applies to it.

use std::rc::Rc;

use chrono::{DateTime, Utc};
use kyklos_core::Date;

use crate::api::manifest::Origin;
use crate::api::overrides::Override;
use crate::api::{AnySchedule, Label, Labels, Object, Timetable, Value};
use crate::calendar::{HolidayCalendar, NO_HOLIDAYS};

/// An object that passed every check.
#[derive(Debug)]
pub(super) struct Subject {
    pub(super) origin: Origin,
    pub(super) object: Object,
    pub(super) schedule: AnySchedule,
    pub(super) labels: Labels,
    pub(super) holidays: Option<Rc<HolidayCalendar>>,
    pub(super) fixed: Option<Override>,
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
        format!("{}/{}", self.object.namespace, self.object.name)
    }

    fn holidays(&self) -> &HolidayCalendar {
        self.holidays.as_deref().unwrap_or(&NO_HOLIDAYS)
    }

    /// The schedule with its holidays, without the override.
    pub(super) fn timetable(&self) -> Timetable<'_> {
        self.schedule.with(self.holidays())
    }

    /// What applies at an instant: the override before its end, else the schedule.
    pub(super) fn answer_at(&self, at: DateTime<Utc>) -> Answer {
        if let Some(fixed) = self.fixed.as_ref().filter(|fixed| fixed.holds_at(at)) {
            // What comes after it is another state, even with the same count.
            let value = Value::Count(fixed.replicas);
            return Answer { label: Label::of_override(), value, until: Some(fixed.until) };
        }
        let answer = self.timetable().evaluate(at.timestamp());
        let (label, value) = (self.labels.label(answer.state()), self.schedule.value(answer.state()));
        Answer { label, value, until: answer.until_utc() }
    }

    /// Whether a local date is a holiday, even where something outranks it.
    pub(super) fn is_holiday(&self, date: Date) -> bool {
        self.holidays().contains(date)
    }
}
