//! The four conditions and their reasons, exactly those of the contract's table.

use chrono::{DateTime, Utc};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;

use super::history::digest;
use crate::api::times::{to_instant, to_time};

/// The longest message that the API takes for a condition.
const MESSAGE_MAX: usize = 32_768;

/// The conditions, in the order in which a status has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Type {
    /// The target is as it is wanted, or waits for its time.
    Ready,
    /// A write is due and isn't accepted yet.
    Reconciling,
    /// Nothing will happen until somebody changes something.
    Stalled,
    /// Something is wrong although the schedule is followed.
    Degraded,
}

/// The reasons of conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Because {
    /// The target is as it is wanted.
    Reconciled,
    /// It keeps more than the schedule asks for, for a while.
    GracePeriodActive,
    /// Nothing is written to it.
    Paused,
    /// It isn't there.
    TargetNotFound,
    /// It couldn't be written.
    TargetUpdateFailed,
    /// Another object scales it.
    ScaleConflict,
    /// Somebody else scales what it belongs to.
    AutoscalerPresent,
    /// The object is wrong.
    ConfigurationInvalid,
    /// The state of the schedule changed.
    WindowTransition,
    /// The object was edited, or is new.
    ConfigurationChange,
    /// Somebody else has changed the count.
    DriftCorrection,
    /// No write is due.
    Stable,
    /// Its zone is none.
    InvalidTimezone,
    /// Nothing has to be changed.
    Progressing,
    /// There are no holidays where it says.
    HolidaySourceMissing,
    /// Some of the holidays are none.
    HolidaySourceInvalid,
    /// The override can't be followed.
    OverrideInvalid,
    /// Nobody knows what the target had before.
    OriginalUnknown,
    /// The clock is wrong.
    ClockSkew,
    /// Somebody else puts the count back again and again.
    CountReverted,
    /// An edit waits until somebody says that it is meant.
    ConfirmationNeeded,
    /// Nothing is wrong.
    OperationalNormal,
}

impl Type {
    /// All of them, in the order of a status.
    pub const ALL: [Self; 4] = [Self::Ready, Self::Reconciling, Self::Stalled, Self::Degraded];

    /// As a status writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "Ready",
            Self::Reconciling => "Reconciling",
            Self::Stalled => "Stalled",
            Self::Degraded => "Degraded",
        }
    }

    /// The reasons with which it is true, and those with which it is false: the contract's table.
    pub const fn reasons(self) -> (&'static [Because], &'static [Because]) {
        use Because as B;
        match self {
            Self::Ready => (
                &[B::Reconciled, B::GracePeriodActive, B::Paused],
                &[
                    B::TargetNotFound,
                    B::TargetUpdateFailed,
                    B::ScaleConflict,
                    B::AutoscalerPresent,
                    B::ConfigurationInvalid,
                    B::ConfirmationNeeded,
                ],
            ),
            Self::Reconciling => (&[B::WindowTransition, B::ConfigurationChange, B::DriftCorrection], &[B::Stable]),
            Self::Stalled => (
                &[
                    B::ConfigurationInvalid,
                    B::InvalidTimezone,
                    B::AutoscalerPresent,
                    B::ScaleConflict,
                    B::ConfirmationNeeded,
                ],
                &[B::Progressing],
            ),
            Self::Degraded => (
                &[
                    B::HolidaySourceMissing,
                    B::HolidaySourceInvalid,
                    B::OverrideInvalid,
                    B::OriginalUnknown,
                    B::TargetUpdateFailed,
                    B::ClockSkew,
                    B::ScaleConflict,
                    B::CountReverted,
                ],
                &[B::OperationalNormal],
            ),
        }
    }
}

impl Because {
    /// As a status writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reconciled => "Reconciled",
            Self::GracePeriodActive => "GracePeriodActive",
            Self::Paused => "Paused",
            Self::TargetNotFound => "TargetNotFound",
            Self::TargetUpdateFailed => "TargetUpdateFailed",
            Self::ScaleConflict => "ScaleConflict",
            Self::AutoscalerPresent => "AutoscalerPresent",
            Self::ConfigurationInvalid => "ConfigurationInvalid",
            Self::WindowTransition => "WindowTransition",
            Self::ConfigurationChange => "ConfigurationChange",
            Self::DriftCorrection => "DriftCorrection",
            Self::Stable => "Stable",
            Self::InvalidTimezone => "InvalidTimezone",
            Self::Progressing => "Progressing",
            Self::HolidaySourceMissing => "HolidaySourceMissing",
            Self::HolidaySourceInvalid => "HolidaySourceInvalid",
            Self::OverrideInvalid => "OverrideInvalid",
            Self::OriginalUnknown => "OriginalUnknown",
            Self::ClockSkew => "ClockSkew",
            Self::CountReverted => "CountReverted",
            Self::ConfirmationNeeded => "ConfirmationNeeded",
            Self::OperationalNormal => "OperationalNormal",
        }
    }
}

/// A condition as it was last written, without its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Since when its status is what it is.
    pub since: DateTime<Utc>,
    /// A number for its words, to tell whether they are new.
    pub said: u32,
    /// Its reason; `None` where that is none of ours.
    pub because: Option<Because>,
    /// Whether its status was `True`.
    pub holds: bool,
}

impl Seen {
    /// Those of a status, in the order of [`Type::ALL`].
    pub fn all(conditions: &[Condition]) -> [Option<Self>; 4] {
        Type::ALL
            .map(|kind| conditions.iter().find(|found| found.type_ == kind.as_str()).map(|found| Self::of(kind, found)))
    }

    fn of(kind: Type, condition: &Condition) -> Self {
        let (holding, failing) = kind.reasons();
        let mut known = holding.iter().chain(failing);
        Self {
            since: to_instant(&condition.last_transition_time),
            said: short(&condition.message),
            because: known.find(|reason| reason.as_str() == condition.reason).copied(),
            holds: condition.status == "True",
        }
    }
}

/// A condition as it is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) because: Because,
    pub(super) message: String,
}

impl Said {
    pub(super) fn new(because: Because, message: impl Into<String>) -> Self {
        let mut message = message.into();
        message.truncate(message.floor_char_boundary(MESSAGE_MAX));
        Self { because, message }
    }
}

/// The conditions as a status has them, and what is kept of them. The transition time moves with the status of a condition
/// only, as the API conventions have it.
pub(super) fn write(
    said: [Option<Said>; 4],
    before: &[Option<Seen>; 4],
    generation: i64,
    now: DateTime<Utc>,
) -> (Vec<Condition>, [Option<Seen>; 4]) {
    let mut seen = [None; 4];
    let mut conditions = Vec::with_capacity(said.len());
    for (((kind, said), before), place) in Type::ALL.into_iter().zip(said).zip(before).zip(&mut seen) {
        let Some(said) = said else { continue };
        let holds = kind.reasons().0.contains(&said.because);
        let since = before.filter(|before| before.holds == holds).map_or(now, |before| before.since);
        *place = Some(Seen { since, said: short(&said.message), because: Some(said.because), holds });
        conditions.push(Condition {
            type_: kind.as_str().to_owned(),
            status: if holds { "True" } else { "False" }.to_owned(),
            reason: said.because.as_str().to_owned(),
            message: said.message,
            observed_generation: Some(generation),
            last_transition_time: to_time(since),
        });
    }
    (conditions, seen)
}

/// Enough of a digest to tell one text from the one before it.
#[expect(clippy::cast_possible_truncation, reason = "half of a digest is one")]
pub(super) fn short(text: &str) -> u32 {
    digest(text) as u32
}
