//! What the controller has decided to do, with the reasons and words that conditions, events and logs are made from.

use chrono::{DateTime, Utc};

use crate::api::TimeWindowScalerStatus;

/// Everything that follows from one look at an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The write to the target, if there is one to make.
    pub scale: Option<Scale>,
    /// The status as it is right once `scale` has been accepted.
    pub status: TimeWindowScalerStatus,
    /// What there is to tell about, in order.
    pub happenings: Vec<Happening>,
    /// When to look again if nothing changes before, on the controller's clock.
    pub wake: Option<DateTime<Utc>>,
}

/// A write of the target's replicas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    /// What the target has.
    pub from: i32,
    /// What it gets.
    pub to: i32,
}

/// Something that happened once, for an event and a log line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happening {
    /// Which kind.
    pub reason: Reason,
    /// In words.
    pub message: String,
    /// What tells it from another of the same kind: the same happening, seen again, has the same mark.
    pub mark: String,
}

/// The reasons of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// More replicas were written.
    ScaledUp,
    /// Fewer replicas were written.
    ScaledDown,
    /// A paused object's target differs from its schedule.
    ScalingSkipped,
    /// The target isn't there.
    MissingTarget,
    /// The object says something that can't be followed.
    InvalidSchedule,
    /// A scale-down is being delayed.
    GracePeriodStarted,
    /// A rise came before the end of the delay.
    GracePeriodCancelled,
    /// Somebody else's change of the replicas was put back.
    DriftCorrected,
    /// Another object scales the same target.
    ScaleConflict,
}

impl Reason {
    /// As the event writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ScaledUp => "ScaledUp",
            Self::ScaledDown => "ScaledDown",
            Self::ScalingSkipped => "ScalingSkipped",
            Self::MissingTarget => "MissingTarget",
            Self::InvalidSchedule => "InvalidSchedule",
            Self::GracePeriodStarted => "GracePeriodStarted",
            Self::GracePeriodCancelled => "GracePeriodCancelled",
            Self::DriftCorrected => "DriftCorrected",
            Self::ScaleConflict => "ScaleConflict",
        }
    }

    /// Whether somebody should look at it.
    pub const fn is_warning(self) -> bool {
        matches!(self, Self::MissingTarget | Self::InvalidSchedule | Self::DriftCorrected | Self::ScaleConflict)
    }
}
