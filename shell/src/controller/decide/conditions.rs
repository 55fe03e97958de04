//! The three conditions and their reasons, exactly those of the contract's table.

use chrono::{DateTime, Utc};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;

use crate::controller::observe::Observed;
use crate::api::TimeWindowScalerStatus;
use crate::api::times::to_time;

pub(super) const READY: &str = "Ready";
pub(super) const RECONCILING: &str = "Reconciling";
pub(super) const DEGRADED: &str = "Degraded";

/// The longest message that the API takes for a condition.
const MESSAGE_MAX: usize = 32_768;

/// The reasons of `Ready`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ready {
    Reconciled,
    GracePeriodActive,
    TargetMismatch,
    TargetNotFound,
    ConfigurationInvalid,
}

/// The reasons of `Reconciling`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reconciling {
    ConfigurationChange,
    WindowTransition,
    ScaleInProgress,
    GracePeriodWaiting,
    Stable,
}

/// The reasons of `Degraded`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Degraded {
    InvalidTimezone,
    HolidaySourceMissing,
    HolidaySourceInvalid,
    InvalidConfiguration,
    TargetUpdateFailed,
    ClockSkew,
    ScaleConflict,
    OperationalNormal,
}

impl Ready {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Reconciled => "Reconciled",
            Self::GracePeriodActive => "GracePeriodActive",
            Self::TargetMismatch => "TargetMismatch",
            Self::TargetNotFound => "TargetNotFound",
            Self::ConfigurationInvalid => "ConfigurationInvalid",
        }
    }

    const fn holds(self) -> bool {
        matches!(self, Self::Reconciled | Self::GracePeriodActive)
    }
}

impl Reconciling {
    const fn as_str(self) -> &'static str {
        match self {
            Self::ConfigurationChange => "ConfigurationChange",
            Self::WindowTransition => "WindowTransition",
            Self::ScaleInProgress => "ScaleInProgress",
            Self::GracePeriodWaiting => "GracePeriodWaiting",
            Self::Stable => "Stable",
        }
    }
}

impl Degraded {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidTimezone => "InvalidTimezone",
            Self::HolidaySourceMissing => "HolidaySourceMissing",
            Self::HolidaySourceInvalid => "HolidaySourceInvalid",
            Self::InvalidConfiguration => "InvalidConfiguration",
            Self::TargetUpdateFailed => "TargetUpdateFailed",
            Self::ClockSkew => "ClockSkew",
            Self::ScaleConflict => "ScaleConflict",
            Self::OperationalNormal => "OperationalNormal",
        }
    }
}

/// What the three conditions say.
pub(super) struct Verdict {
    pub(super) ready: (Ready, String),
    pub(super) reconciling: (Reconciling, String),
    pub(super) degraded: (Degraded, String),
}

impl Verdict {
    /// As the status holds them.
    pub(super) fn conditions(self, observed: &Observed<'_>, now: DateTime<Utc>) -> Vec<Condition> {
        let mut conditions = observed.previous.conditions.clone();
        let generation = observed.generation;
        set_ready(&mut conditions, self.ready.0, self.ready.1, generation, now);
        set_reconciling(&mut conditions, self.reconciling.0, self.reconciling.1, generation, now);
        set_degraded(&mut conditions, self.degraded.0, self.degraded.1, generation, now);
        conditions
    }
}

/// Sets `Ready` alone.
pub(super) fn set_ready(
    conditions: &mut Vec<Condition>,
    ready: Ready,
    message: String,
    generation: i64,
    now: DateTime<Utc>,
) {
    set(conditions, (READY, ready.holds(), ready.as_str(), message), generation, now);
}

/// Sets `Reconciling` alone.
pub(super) fn set_reconciling(
    conditions: &mut Vec<Condition>,
    reconciling: Reconciling,
    message: String,
    generation: i64,
    now: DateTime<Utc>,
) {
    let under_way = reconciling != Reconciling::Stable;
    set(conditions, (RECONCILING, under_way, reconciling.as_str(), message), generation, now);
}

/// Sets `Degraded` alone.
pub(super) fn set_degraded(
    conditions: &mut Vec<Condition>,
    degraded: Degraded,
    message: String,
    generation: i64,
    now: DateTime<Utc>,
) {
    let holds = degraded != Degraded::OperationalNormal;
    set(conditions, (DEGRADED, holds, degraded.as_str(), message), generation, now);
}

/// The transition time moves with the status of a condition only, as the API conventions have it.
fn set(
    conditions: &mut Vec<Condition>,
    (type_, holds, reason, mut message): (&str, bool, &str, String),
    generation: i64,
    now: DateTime<Utc>,
) {
    let status = if holds { "True" } else { "False" };
    let known = conditions.iter().position(|condition| condition.type_ == type_);
    let since = known
        .and_then(|at| conditions.get(at))
        .filter(|condition| condition.status == status)
        .map_or_else(|| to_time(now), |condition| condition.last_transition_time.clone());
    message.truncate(message.floor_char_boundary(MESSAGE_MAX));
    let condition = Condition {
        type_: type_.to_owned(),
        status: status.to_owned(),
        reason: reason.to_owned(),
        message,
        observed_generation: Some(generation),
        last_transition_time: since,
    };
    match known.and_then(|at| conditions.get_mut(at)) {
        Some(place) => *place = condition,
        None => conditions.push(condition),
    }
}

fn find<'s>(status: &'s TimeWindowScalerStatus, type_: &str) -> Option<&'s Condition> {
    status.conditions.iter().find(|condition| condition.type_ == type_)
}

/// The reason of a condition.
pub(super) fn reason_of<'s>(status: &'s TimeWindowScalerStatus, type_: &str) -> Option<&'s str> {
    find(status, type_).map(|condition| condition.reason.as_str())
}

/// The message of a condition.
pub(super) fn message_of<'s>(status: &'s TimeWindowScalerStatus, type_: &str) -> Option<&'s String> {
    find(status, type_).map(|condition| &condition.message)
}

/// Why something was under way, if it was; a grace period is known from its expiry instead.
pub(super) fn reconciling_reason(status: &TimeWindowScalerStatus) -> Option<Reconciling> {
    let condition = find(status, RECONCILING).filter(|condition| condition.status == "True")?;
    [Reconciling::ConfigurationChange, Reconciling::WindowTransition, Reconciling::ScaleInProgress]
        .into_iter()
        .find(|reason| reason.as_str() == condition.reason)
}
