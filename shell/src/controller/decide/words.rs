//! The sentences of conditions and events.

use chrono::{DateTime, SecondsFormat, Utc};
use kyklos_core::Evaluation;

use super::grace::InEffect;
use crate::controller::observe::Valid;
use crate::controller::plan::Scale;
use crate::api::problems::Problems;
use crate::api::label_of;
use crate::api::times;

pub(super) fn clock_skew(seconds: i64) -> String {
    let (amount, side) = (seconds.abs(), if seconds > 0 { "ahead of" } else { "behind" });
    format!(
        "This machine's clock is {amount} s {side} the API server's, and more than 30 s are too many to scale by: set the \
         clock right"
    )
}

/// `10 replicas: office until 2026-03-09T17:00:00-04:00, then 2 (OffHours)`.
pub(super) fn outlook(valid: &Valid<'_>, answer: Evaluation, effect: &InEffect) -> String {
    let label = label_of(valid.spec, answer.state()).text;
    let mut text = format!("{}: {label}", replicas(effect.replicas));
    match answer.until_utc() {
        Some(until) => {
            let after = valid.timetable().evaluate(until.timestamp());
            let next = label_of(valid.spec, after.state()).text;
            text.push_str(&format!(" until {}, then {} ({next})", local(valid, until), after.value()));
        }
        None => text.push_str(" from now on"),
    }
    if let Some(expiry) = effect.expiry {
        let wanted = answer.value();
        text.push_str(&format!("; the schedule's {wanted} once the grace period ends at {}", local(valid, expiry)));
    }
    text
}

pub(super) fn target_not_found(valid: &Valid<'_>) -> String {
    format!("There is no {}; it will be scaled as soon as it is there", target(valid))
}

pub(super) fn rival(valid: &Valid<'_>, rival: &str) -> String {
    format!(
        "TimeWindowScaler {rival} is older and scales {} too, so this one doesn't: delete one of the two or give it another \
         target",
        target(valid)
    )
}

pub(super) fn paused_mismatch(valid: &Valid<'_>, observed: i32, outlook: &str) -> String {
    format!("Paused: {} has {} and is left alone; it would have {outlook}", target(valid), count(observed))
}

pub(super) fn holidays_missing(valid: &Valid<'_>) -> String {
    let name = valid.spec.holiday_config_map.as_deref().unwrap_or_default();
    format!("spec.holidayConfigMap: there is no ConfigMap {name:?} in this namespace, so no day counts as a holiday")
}

pub(super) fn holidays_unreadable(valid: &Valid<'_>, why: &str) -> String {
    let name = valid.spec.holiday_config_map.as_deref().unwrap_or_default();
    format!("spec.holidayConfigMap: the ConfigMap {name:?} can't be read, so no day counts as a holiday: {why}")
}

pub(super) fn holidays_invalid(valid: &Valid<'_>, problems: &Problems) -> String {
    let name = valid.spec.holiday_config_map.as_deref().unwrap_or_default();
    let rest = if problems.covers("data") { "so no day counts as a holiday" } else { "the other keys count" };
    format!("spec.holidayConfigMap: in ConfigMap {name:?}, {problems}; {rest}")
}

pub(super) fn grace_started(valid: &Valid<'_>, answer: Evaluation, effect: &InEffect, expiry: DateTime<Utc>) -> String {
    let label = label_of(valid.spec, answer.state()).text;
    format!(
        "{label} asks for {}; {} kept until {}",
        replicas(answer.value()),
        kept(effect.replicas),
        local(valid, expiry)
    )
}

pub(super) fn grace_cancelled(valid: &Valid<'_>, answer: Evaluation) -> String {
    let label = label_of(valid.spec, answer.state()).text;
    format!("{label} asks for {}, so there is nothing to scale down any more", replicas(answer.value()))
}

pub(super) fn scaled(valid: &Valid<'_>, answer: Evaluation, effect: &InEffect, scale: Scale, drift: bool) -> String {
    let target = target(valid);
    if drift {
        return format!(
            "{target} was changed to {} by somebody else and put back to {}: pause the TimeWindowScaler to scale by hand",
            scale.from, scale.to
        );
    }
    format!("{target} from {} to {}: {}", scale.from, scale.to, outlook(valid, answer, effect))
}

pub(super) fn skipped(valid: &Valid<'_>, answer: Evaluation, effect: &InEffect, observed: i32) -> String {
    format!("Paused: {} keeps {} instead of {}", target(valid), count(observed), outlook(valid, answer, effect))
}

fn target(valid: &Valid<'_>) -> String {
    format!("{} {}", valid.spec.target_ref.kind, valid.spec.target_ref.name)
}

fn replicas(count: u32) -> String {
    format!("{count} replica{}", if count == 1 { "" } else { "s" })
}

fn count(observed: i32) -> String {
    replicas(u32::try_from(observed).unwrap_or(0))
}

fn kept(count: u32) -> String {
    format!("{} {}", replicas(count), if count == 1 { "is" } else { "are" })
}

/// An instant on the wall clock of the schedule's zone.
fn local(valid: &Valid<'_>, at: DateTime<Utc>) -> String {
    times::local(valid.schedule.zone(), at).to_rfc3339_opts(SecondsFormat::Secs, false)
}
