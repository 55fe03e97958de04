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

/// What the windows and exceptions of a schedule are called, and what its holidays do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    /// Those of the windows, then those of the exceptions, each with the [separator](SEPARATOR) after it.
    texts: Box<str>,
    /// How many of them are windows'.
    windows: u16,
    /// Whether a holiday counts as open.
    open: bool,
}

/// Between two labels. A name has no control characters: the reader refuses them.
const SEPARATOR: char = '\n';

impl Labels {
    /// Those of a spec.
    pub fn of(spec: &TimeWindowScalerSpec) -> Self {
        let windows = spec.windows.iter().map(|w| named(&w.name).unwrap_or_else(|| format!("{}-{}", w.start, w.end)));
        let exceptions = spec.exceptions.iter().map(|e| named(&e.name).unwrap_or_else(|| e.start.clone()));
        let mut texts = String::new();
        for label in windows.chain(exceptions) {
            texts.extend(label.chars().filter(|&c| c != SEPARATOR));
            texts.push(SEPARATOR);
        }
        Self {
            texts: texts.into(),
            windows: u16::try_from(spec.windows.len()).unwrap_or(u16::MAX),
            open: spec.holiday_mode == HolidayMode::TreatAsOpen,
        }
    }

    /// The label of a state of this schedule.
    pub fn label(&self, state: State) -> Label {
        let text = |index: usize| self.texts.split(SEPARATOR).nth(index).unwrap_or_default().to_owned();
        match state.cause {
            Cause::Window(index) => Label { kind: Kind::Window, index: Some(index), text: text(usize::from(index)) },
            Cause::Exception(index) => {
                let place = usize::from(self.windows) + usize::from(index);
                Label { kind: Kind::Exception, index: Some(index), text: text(place) }
            }
            Cause::Holiday => {
                let text = if self.open { "Holiday-Open" } else { "Holiday-Closed" };
                Label { kind: Kind::Holiday, index: None, text: text.to_owned() }
            }
            // The default, and whatever part the core may come to have: there is no name for that yet.
            _ => Label { kind: Kind::Default, index: None, text: "OffHours".to_owned() },
        }
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
