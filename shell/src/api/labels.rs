//! What a state is called in answers, status and events.

use std::fmt;

use kyklos_core::{Cause, State};
use serde::Serialize;

use super::{HolidayMode, TimeWindowScalerSpec};

/// Which part of a schedule applies, in the words of `eval`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A recurring window.
    Window,
    /// A one-off span.
    Exception,
    /// A holiday.
    Holiday,
    /// Nothing else.
    Default,
    /// The override annotation.
    Override,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Window => "window",
            Self::Exception => "exception",
            Self::Holiday => "holiday",
            Self::Default => "default",
            Self::Override => "override",
        })
    }
}

/// A state with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// What applies.
    pub kind: Kind,
    /// Which window or exception, from 0.
    pub index: Option<u16>,
    /// The window's name or `HH:MM-HH:MM`, the exception's name or start, `OffHours`, `Holiday-Closed`,
    /// `Holiday-Open` or `Override`.
    pub text: String,
}

/// The label of a state of this schedule.
pub fn label_of(spec: &TimeWindowScalerSpec, state: State) -> Label {
    match state.cause {
        Cause::Window(index) => {
            let window = spec.windows.get(usize::from(index));
            let text = window.map(|w| named(&w.name).unwrap_or_else(|| format!("{}-{}", w.start, w.end)));
            Label { kind: Kind::Window, index: Some(index), text: text.unwrap_or_default() }
        }
        Cause::Exception(index) => {
            let exception = spec.exceptions.get(usize::from(index));
            let text = exception.map(|e| named(&e.name).unwrap_or_else(|| e.start.clone()));
            Label { kind: Kind::Exception, index: Some(index), text: text.unwrap_or_default() }
        }
        Cause::Holiday => {
            let open = spec.holiday_mode == HolidayMode::TreatAsOpen;
            let text = if open { "Holiday-Open" } else { "Holiday-Closed" };
            Label { kind: Kind::Holiday, index: None, text: text.to_owned() }
        }
        // The default, and whatever part the core may come to have: there is no name for that yet.
        _ => Label { kind: Kind::Default, index: None, text: "OffHours".to_owned() },
    }
}

/// A name that says something; an empty one is none.
fn named(name: &Option<String>) -> Option<String> {
    name.clone().filter(|name| !name.is_empty())
}

impl Label {
    /// The label of an override.
    pub fn of_override() -> Self {
        Self { kind: Kind::Override, index: None, text: "Override".to_owned() }
    }
}
