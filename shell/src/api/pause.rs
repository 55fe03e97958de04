//! A pause: nothing is written to the target, for good or until an instant.

use chrono::{DateTime, Utc};

use super::{TimeWindowScalerSpec, instants};

/// Whether and how long nothing is written to the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pause {
    /// It is written.
    #[default]
    Never,
    /// It isn't until somebody edits the object.
    Always,
    /// It isn't before this instant, on a whole second of the schedule's clock.
    Until(DateTime<Utc>),
}

impl Pause {
    /// That of a spec; one that can't be read is none, which the checks say.
    pub fn of(spec: &TimeWindowScalerSpec) -> Self {
        let until = spec.pause_until.as_deref().and_then(|text| instants::read(text).ok());
        if spec.pause { Self::Always } else { until.map_or(Self::Never, Self::Until) }
    }

    /// Whether it holds at an instant; its end is exclusive.
    pub fn holds_at(self, at: DateTime<Utc>) -> bool {
        match self {
            Self::Never => false,
            Self::Always => true,
            Self::Until(end) => at < end,
        }
    }

    /// When it ends by itself.
    pub fn end(self) -> Option<DateTime<Utc>> {
        match self {
            Self::Until(end) => Some(end),
            Self::Never | Self::Always => None,
        }
    }
}
