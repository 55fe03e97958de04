//! Decides what to do with an object: pure, from what was observed and the time.
//!
//! A chain of checks goes from the most hindering to none; the first that holds gives the reasons of the conditions.

mod conditions;
mod grace;
#[cfg(test)]
mod tests;
mod words;

use chrono::{DateTime, TimeDelta, Utc};
use kyklos_core::Evaluation;

use super::observe::{HolidaySource, Observed, Target, Valid};
use super::plan::{Happening, Plan, Reason, Scale};
use super::seen::ClockState;
use crate::api::{TimeWindowScalerStatus, label_of, unsupported_override};
use crate::api::times::{to_instant, to_time};
use conditions::{Degraded, Ready, Reconciling, Verdict, set_degraded};
use grace::{Before, InEffect, in_effect};

/// Decides.
pub fn decide(observed: &Observed<'_>, now: DateTime<Utc>) -> Plan {
    let valid = match &observed.spec {
        Ok(valid) => valid,
        Err(problems) => return refuse(observed, problems, now),
    };
    if let ClockState::Skewed { seconds } = observed.clock {
        return hold_for_the_clock(observed, seconds, now);
    }
    follow(observed, valid, now)
}

/// An object that can't be followed: it scales nothing until it is changed.
fn refuse(observed: &Observed<'_>, problems: &crate::api::problems::Problems, now: DateTime<Utc>) -> Plan {
    let zone = problems.iter().any(|problem| problem.field == "spec.timezone");
    let degraded = if zone { Degraded::InvalidTimezone } else { Degraded::InvalidConfiguration };
    let message = observed.say(&problems.to_string());
    let verdict = Verdict {
        ready: (Ready::ConfigurationInvalid, message.clone()),
        reconciling: (Reconciling::Stable, observed.say("Waiting for the object to be changed")),
        degraded: (degraded, message.clone()),
    };
    let status = TimeWindowScalerStatus {
        observed_generation: Some(observed.generation),
        last_scale_time: observed.previous.last_scale_time.clone(),
        conditions: verdict.conditions(observed, now),
        ..TimeWindowScalerStatus::default()
    };
    let mut happenings = Vec::new();
    if conditions::message_of(observed.previous, conditions::READY) != Some(&message) {
        let mark = format!("{}", observed.generation);
        happenings.push(Happening { reason: Reason::InvalidSchedule, message: problems.to_string(), mark });
    }
    Plan { scale: None, status, happenings, wake: None }
}

/// While the clock is wrong every answer would be, so the status keeps what was known before.
fn hold_for_the_clock(observed: &Observed<'_>, seconds: i64, now: DateTime<Utc>) -> Plan {
    let message = observed.say(&words::clock_skew(seconds));
    let mut status = observed.previous.clone();
    set_degraded(&mut status.conditions, Degraded::ClockSkew, message, observed.generation, now);
    Plan { scale: None, status, happenings: Vec::new(), wake: None }
}

/// An object whose schedule can be followed.
fn follow(observed: &Observed<'_>, valid: &Valid<'_>, now: DateTime<Utc>) -> Plan {
    let previous = observed.previous;
    let answer = valid.timetable().evaluate(now.timestamp());
    let until = answer.until_utc();
    let same_generation = previous.observed_generation == Some(observed.generation);
    let before = previous.effective_replicas.map(|effective| Before {
        effective: u32::try_from(effective).unwrap_or(0),
        boundary: previous.next_boundary.as_ref().map(to_instant).filter(|_| same_generation),
        expiry: previous.grace_period_expiry.as_ref().map(to_instant),
        edited: !same_generation,
    });
    let grace = TimeDelta::seconds(valid.spec.grace_period_seconds);
    let effect = in_effect(&valid.timetable(), grace, before, now);
    let replicas = i32::try_from(effect.replicas).unwrap_or(i32::MAX);
    let scale = wanted_scale(observed, valid, replicas);
    let after = until.map(|at| valid.timetable().evaluate(at.timestamp()));
    let target_replicas = match observed.target {
        Target::Deployment { replicas, .. } => Some(scale.map_or(replicas, |scale| scale.to)),
        Target::Missing => None,
    };
    let verdict = judge(observed, valid, answer, &effect, scale, now);
    let mut status = TimeWindowScalerStatus {
        observed_generation: Some(observed.generation),
        effective_replicas: Some(replicas),
        target_observed_replicas: target_replicas,
        current_window: Some(label_of(valid.spec, answer.state()).text),
        next_boundary: until.map(to_time),
        next_replicas: after.map(|after| i32::try_from(after.value()).unwrap_or(i32::MAX)),
        last_scale_time: previous.last_scale_time.clone(),
        grace_period_expiry: effect.expiry.map(to_time),
        conditions: verdict.conditions(observed, now),
    };
    if scale.is_some() {
        status.last_scale_time = Some(to_time(now));
    }
    let happenings = happenings(observed, valid, answer, &effect, scale, &status, now);
    let wake = [until, effect.expiry].into_iter().flatten().min();
    Plan { scale, status, happenings, wake }
}

/// The write that the target needs, unless something forbids it.
fn wanted_scale(observed: &Observed<'_>, valid: &Valid<'_>, replicas: i32) -> Option<Scale> {
    let Target::Deployment { replicas: from, .. } = observed.target else { return None };
    let free = !valid.spec.pause && observed.rival.is_none();
    (free && from != replicas).then_some(Scale { from, to: replicas })
}

/// The conditions, from the first of the checks that holds.
fn judge(
    observed: &Observed<'_>,
    valid: &Valid<'_>,
    answer: Evaluation,
    effect: &InEffect,
    scale: Option<Scale>,
    now: DateTime<Utc>,
) -> Verdict {
    let outlook = words::outlook(valid, answer, effect);
    let differs = match observed.target {
        Target::Deployment { replicas, .. } => u32::try_from(replicas).ok() != Some(effect.replicas),
        Target::Missing => true,
    };
    let ready = match (&observed.target, &observed.rival) {
        (Target::Missing, _) => (Ready::TargetNotFound, words::target_not_found(valid)),
        (_, Some(rival)) => (Ready::TargetMismatch, words::rival(valid, rival)),
        (Target::Deployment { replicas, .. }, None) if valid.spec.pause && differs => {
            (Ready::TargetMismatch, words::paused_mismatch(valid, *replicas, &outlook))
        }
        _ if effect.expiry.is_some_and(|end| end > now) => (Ready::GracePeriodActive, outlook),
        _ => (Ready::Reconciled, outlook),
    };
    let degraded = degraded(observed, valid);
    let reconciling = reconciling(observed, effect, scale);
    Verdict {
        ready: (ready.0, observed.say(&ready.1)),
        reconciling: (reconciling.0, observed.say(reconciling.1)),
        degraded: (degraded.0, observed.say(&degraded.1)),
    }
}

/// Everything that is wrong although the schedule is followed: the reason of the first, and the words of all.
fn degraded(observed: &Observed<'_>, valid: &Valid<'_>) -> (Degraded, String) {
    let mut all = Vec::new();
    if let Some(rival) = &observed.rival {
        all.push((Degraded::ScaleConflict, words::rival(valid, rival)));
    }
    match &observed.holidays {
        HolidaySource::Missing => all.push((Degraded::HolidaySourceMissing, words::holidays_missing(valid))),
        HolidaySource::Unreadable(why) => {
            all.push((Degraded::HolidaySourceMissing, words::holidays_unreadable(valid, why)));
        }
        HolidaySource::Found { problems } if !problems.is_empty() => {
            all.push((Degraded::HolidaySourceInvalid, words::holidays_invalid(valid, problems)));
        }
        HolidaySource::Found { .. } | HolidaySource::None => {}
    }
    if observed.override_annotation.is_some() {
        all.push((Degraded::InvalidConfiguration, unsupported_override().to_string()));
    }
    let Some(&(first, _)) = all.first() else { return (Degraded::OperationalNormal, "Nothing is wrong".to_owned()) };
    (first, all.into_iter().map(|(_, words)| words).collect::<Vec<_>>().join("; "))
}

/// Whether the target is on its way to what is wanted, and since what.
fn reconciling(observed: &Observed<'_>, effect: &InEffect, scale: Option<Scale>) -> (Reconciling, &'static str) {
    let previous = observed.previous;
    if effect.expiry.is_some() {
        return (Reconciling::GracePeriodWaiting, "Waiting for the end of the grace period before scaling down");
    }
    let cause = if scale.is_some() {
        if previous.observed_generation.is_some_and(|seen| seen != observed.generation) {
            Reconciling::ConfigurationChange
        } else if previous.effective_replicas.and_then(|r| u32::try_from(r).ok()) != Some(effect.replicas) {
            Reconciling::WindowTransition
        } else {
            Reconciling::ScaleInProgress
        }
    } else {
        // Under way since an earlier look: until the Deployment has as many Pods as its spec asks for. A rollout that
        // nobody here caused is not looked at.
        let unsettled = matches!(observed.target, Target::Deployment { settled: false, .. });
        match conditions::reconciling_reason(previous).filter(|_| unsettled && observed.rival.is_none()) {
            Some(reason) => reason,
            None => return (Reconciling::Stable, "Nothing is under way"),
        }
    };
    (cause, "The target's replicas were written and are being followed")
}

/// What is new since the previous status.
fn happenings(
    observed: &Observed<'_>,
    valid: &Valid<'_>,
    answer: Evaluation,
    effect: &InEffect,
    scale: Option<Scale>,
    status: &TimeWindowScalerStatus,
    now: DateTime<Utc>,
) -> Vec<Happening> {
    let previous = observed.previous;
    let moment = now.to_rfc3339();
    let mut all = Vec::new();
    let mut say = |reason, message: String, mark: String| all.push(Happening { reason, message, mark });
    let said = conditions::message_of(previous, conditions::DEGRADED);
    if let Some(annotation) = observed.override_annotation {
        let refusal = unsupported_override().to_string();
        if said.is_none_or(|said| !said.contains(&refusal)) {
            say(Reason::InvalidSchedule, refusal, annotation.to_owned());
        }
    }
    if let Some(expiry) = effect.expiry
        && previous.grace_period_expiry.is_none()
    {
        say(Reason::GracePeriodStarted, words::grace_started(valid, answer, effect, expiry), expiry.to_rfc3339());
    }
    if effect.cancelled {
        let mark = previous.grace_period_expiry.as_ref().map(|time| to_instant(time).to_rfc3339()).unwrap_or_default();
        say(Reason::GracePeriodCancelled, words::grace_cancelled(valid, answer), mark);
    }
    let ready_before = conditions::reason_of(previous, conditions::READY);
    let turned = |ready: Ready| ready_before != Some(ready.as_str());
    let generation = observed.generation.to_string();
    match (&observed.target, &observed.rival) {
        (Target::Missing, _) if turned(Ready::TargetNotFound) => {
            say(Reason::MissingTarget, words::target_not_found(valid), moment.clone());
        }
        (Target::Missing, _) => {}
        (_, Some(rival)) => {
            let known = conditions::reason_of(previous, conditions::DEGRADED) == Some(Degraded::ScaleConflict.as_str());
            if !known {
                say(Reason::ScaleConflict, words::rival(valid, rival), format!("{generation}/{rival}"));
            }
        }
        (Target::Deployment { replicas, .. }, None) => {
            if let Some(scale) = scale {
                let drift = is_drift(observed, effect);
                let reason = match (drift, scale.to > scale.from) {
                    (true, _) => Reason::DriftCorrected,
                    (false, true) => Reason::ScaledUp,
                    (false, false) => Reason::ScaledDown,
                };
                say(reason, words::scaled(valid, answer, effect, scale, drift), moment.clone());
            } else if valid.spec.pause && u32::try_from(*replicas).ok() != Some(effect.replicas) {
                let new = previous.effective_replicas != status.effective_replicas
                    || previous.current_window != status.current_window;
                if new || turned(Ready::TargetMismatch) {
                    let message = words::skipped(valid, answer, effect, *replicas);
                    say(Reason::ScalingSkipped, message, moment.clone());
                }
            }
        }
    }
    all
}

/// The plan as it has to be told about when its write was refused.
pub fn failed(
    mut plan: Plan,
    scale: Scale,
    previous: &TimeWindowScalerStatus,
    error: &str,
    now: DateTime<Utc>,
) -> Plan {
    let generation = plan.status.observed_generation.unwrap_or_default();
    let message = format!("{error}; so the target keeps {} instead of {} replicas for now", scale.from, scale.to);
    let again = "The target's replicas could not be written, which is tried again".to_owned();
    conditions::set_reconciling(&mut plan.status.conditions, Reconciling::ScaleInProgress, again, generation, now);
    plan.status.target_observed_replicas = Some(scale.from);
    plan.status.last_scale_time.clone_from(&previous.last_scale_time);
    conditions::set_ready(&mut plan.status.conditions, Ready::TargetMismatch, message.clone(), generation, now);
    set_degraded(&mut plan.status.conditions, Degraded::TargetUpdateFailed, message, generation, now);
    plan.happenings.retain(|happening| {
        !matches!(happening.reason, Reason::ScaledUp | Reason::ScaledDown | Reason::DriftCorrected)
    });
    plan
}

/// Whether the target had what is wanted, and somebody else has changed it.
fn is_drift(observed: &Observed<'_>, effect: &InEffect) -> bool {
    let previous = observed.previous;
    let wanted = i32::try_from(effect.replicas).ok();
    previous.observed_generation == Some(observed.generation)
        && previous.effective_replicas == wanted
        && previous.target_observed_replicas == wanted
        && conditions::reason_of(previous, conditions::DEGRADED) != Some(Degraded::ScaleConflict.as_str())
}
