//! What follows from a look: everything that a decision comes to.

use chrono::{DateTime, Utc};

use super::history::{Before, History};
use super::memory::Remember;
use super::summary::Member;
use crate::api::{TimeWindowScalerStatus, Value};
use crate::target::Size;

/// Everything that follows from one look at an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// What to write down of the target now, before anything else is written of it. To forget comes with a report, and after that is
    /// written.
    pub remember: Option<Remember>,
    /// The write to send now, if there is one.
    pub write: Option<Write>,
    /// What to tell. `None` leaves the status as it is: nobody asked, nothing may be said, or a write is on its way.
    pub report: Option<Report>,
    /// Of one of many targets: how it stands.
    pub member: Option<Member>,
    /// What applies, where that is known. Whoever can't act on the plan keeps it for the next look.
    pub seen: Option<Before>,
    /// What the next look has to know. It is to be kept at once.
    pub history: History,
    /// Whether the attempt has been told about, and is to be forgotten.
    pub attempt_done: bool,
    /// When to look again if nothing changes before, on the schedule's clock. `now` means at once.
    pub wake: Option<DateTime<Utc>>,
}

/// A write of a target's size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Write {
    /// What the target has.
    pub from: Size,
    /// What it gets.
    pub to: Size,
    /// Whether another one has to follow, which is the one that is told about.
    pub prepares: bool,
    /// The value that asks for it.
    pub value: Value,
    /// Why.
    pub cause: WriteCause,
    /// When it was due: at the boundary or the end of the grace period, else now.
    pub due: DateTime<Utc>,
}

/// Why a target is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WriteCause {
    /// The object is seen for the first time, on this clock.
    FirstSight,
    /// The schedule's state changed.
    Boundary,
    /// A grace period is over.
    GraceOver,
    /// The object was edited.
    Edit,
    /// It was paused, and isn't any more.
    Resume,
    /// Another object had the target.
    ClaimWon,
    /// Somebody else has changed the count.
    Drift,
    /// The target is there again, or another one of its name is.
    TargetNew,
}

/// What is to be told.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The whole status.
    pub status: TimeWindowScalerStatus,
    /// What happened, in order, for events and the log.
    pub happenings: Vec<Happening>,
    /// Whether a holiday is what applies, whatever windows and exceptions are called.
    pub holiday: bool,
}

/// Something that happened once, or again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happening {
    /// Which kind.
    pub reason: Reason,
    /// In words, without control characters.
    pub message: String,
    /// What tells it from another of the same kind: the same happening, seen again, has the same mark.
    pub mark: String,
    /// Of a happening that is one event with a count when it comes again: what tells this beginning of a series from another.
    pub series: Option<String>,
}

/// The reasons of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// The target has more replicas now.
    ScaledUp,
    /// The target has fewer replicas now.
    ScaledDown,
    /// A paused object's target differs from its schedule.
    ScalingSkipped,
    /// An override applies.
    WindowOverride,
    /// It doesn't any more.
    OverrideEnded,
    /// The target isn't there.
    MissingTarget,
    /// The object says something that can't be followed.
    InvalidSchedule,
    /// A scale-down is being delayed.
    GracePeriodStarted,
    /// A rise came before the end of the delay.
    GracePeriodCancelled,
    /// Somebody else's change of the count was put back.
    DriftCorrected,
    /// Another object scales the same target.
    ScaleConflict,
    /// Somebody else puts the count back again and again.
    CountReverted,
    /// Somebody else scales what the target belongs to.
    AutoscalerPresent,
    /// An edit waits until somebody says that it is meant.
    ConfirmationNeeded,
    /// One of many targets couldn't be written.
    TargetUpdateFailed,
    /// Nobody knows what targets of many had before.
    OriginalUnknown,
}

impl Reason {
    /// As the event writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ScaledUp => "ScaledUp",
            Self::ScaledDown => "ScaledDown",
            Self::ScalingSkipped => "ScalingSkipped",
            Self::WindowOverride => "WindowOverride",
            Self::OverrideEnded => "OverrideEnded",
            Self::MissingTarget => "MissingTarget",
            Self::InvalidSchedule => "InvalidSchedule",
            Self::GracePeriodStarted => "GracePeriodStarted",
            Self::GracePeriodCancelled => "GracePeriodCancelled",
            Self::DriftCorrected => "DriftCorrected",
            Self::ScaleConflict => "ScaleConflict",
            Self::CountReverted => "CountReverted",
            Self::AutoscalerPresent => "AutoscalerPresent",
            Self::ConfirmationNeeded => "ConfirmationNeeded",
            Self::TargetUpdateFailed => "TargetUpdateFailed",
            Self::OriginalUnknown => "OriginalUnknown",
        }
    }

    /// Whether somebody should look at it.
    pub const fn is_warning(self) -> bool {
        matches!(
            self,
            Self::MissingTarget
                | Self::InvalidSchedule
                | Self::DriftCorrected
                | Self::ScaleConflict
                | Self::CountReverted
                | Self::AutoscalerPresent
                | Self::ConfirmationNeeded
                | Self::TargetUpdateFailed
                | Self::OriginalUnknown
        )
    }

    /// Whether it is the same happening for all targets that it happens to.
    pub const fn is_of_all(self) -> bool {
        matches!(
            self,
            Self::WindowOverride
                | Self::OverrideEnded
                | Self::GracePeriodStarted
                | Self::GracePeriodCancelled
                | Self::ConfirmationNeeded
        )
    }

    /// What was being done, in the word that the events API asks for.
    pub const fn action(self) -> &'static str {
        match self {
            Self::ScaledUp | Self::ScaledDown | Self::DriftCorrected | Self::TargetUpdateFailed => "Scale",
            Self::WindowOverride | Self::OverrideEnded => "Override",
            Self::ScalingSkipped | Self::GracePeriodStarted | Self::GracePeriodCancelled | Self::CountReverted => {
                "Wait"
            }
            Self::MissingTarget
            | Self::InvalidSchedule
            | Self::ScaleConflict
            | Self::AutoscalerPresent
            | Self::ConfirmationNeeded
            | Self::OriginalUnknown => "Check",
        }
    }
}
