//! An object that passed every check, and what applies to it.

use chrono::{DateTime, Utc};

use crate::manifest::Origin;
use crate::overrides::Override;
use crate::resource::{Label, Object, ShellSchedule, label_of};

/// An object that passed every check.
#[derive(Debug)]
pub(super) struct Subject {
    pub(super) origin: Origin,
    pub(super) object: Object,
    pub(super) schedule: Box<ShellSchedule>,
    pub(super) fixed: Option<Override>,
}

/// What applies at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) label: Label,
    pub(super) replicas: u32,
    /// The next instant at which the state differs.
    pub(super) until: Option<DateTime<Utc>>,
}

impl Subject {
    /// `NAMESPACE/NAME`.
    pub(super) fn name(&self) -> String {
        format!("{}/{}", self.object.namespace, self.object.name)
    }

    /// What applies at an instant: the override before its end, else the schedule.
    pub(super) fn answer_at(&self, at: DateTime<Utc>) -> Answer {
        if let Some(fixed) = self.fixed.as_ref().filter(|fixed| fixed.holds_at(at)) {
            // What comes after it is another state, even with the same count.
            return Answer { label: Label::of_override(), replicas: fixed.replicas, until: Some(fixed.until) };
        }
        let decision = self.schedule.decision_at(at);
        Answer {
            label: label_of(&self.object.spec, decision.state),
            replicas: decision.state.replicas,
            until: decision.until,
        }
    }
}
