//! The sentences of conditions and events. They are made safe where they are said: see [`Look::say`].

mod lacking;

use chrono::{DateTime, SecondsFormat, Utc};

use super::attempt::Change;
use super::conditions::Because;
use super::facts::{Attempt, Beside, Holidays, Outcome, Role};
use super::layers::{Answer, Part};
use super::look::{Look, Wanted};
use super::overrides::called;
use super::summary::Summary;
use super::want::Want;
use crate::api::overrides::Override;
use crate::api::selection::{Aim, EXCLUDE_ANNOTATION};
use crate::api::times::{from_seconds, local as on_the_wall};
use crate::api::{Identity, Value};
use crate::target::Size;

pub use lacking::granted_by;
pub(super) use lacking::{
    kept_unlisted, misread, original_unknown, originals_unknown, records_unread, target_not_found, unlisted,
};

pub(super) const NOTHING_WRONG: &str = "Nothing is wrong";
pub(super) const NOTHING_DUE: &str = "No write is due";
pub(super) const NOTHING_TO_CHANGE: &str = "It goes on by itself";
pub(super) const WRITE_DUE: &str = "The target's replicas are to be written, which isn't accepted yet";

/// The status code where a right is missing, and of some admissions.
const FORBIDDEN: u16 = 403;

/// `10 replicas: office until 2026-03-09T17:00:00-04:00, then 2 (OffHours)`.
pub(super) fn outlook(wanted: &Wanted<'_>) -> String {
    let Want { value, answer, expiry, .. } = wanted.want;
    let mut text = format!("{}: {}", value.in_words(), label(wanted, answer));
    match answer.until {
        Some(until) => {
            let after = wanted.layers.evaluate(until);
            let (until, next) = (local(wanted, from_seconds(until)), label(wanted, after));
            text.push_str(&format!(" until {until}, then {} ({next})", after.value));
        }
        None => text.push_str(" from now on"),
    }
    if let Some(expiry) = expiry {
        let end = local(wanted, expiry);
        text.push_str(&format!("; the schedule's {} once the grace period ends at {end}", answer.value));
    }
    text
}

/// What there is to say where all is well: of an object of many targets also how many those are.
pub(super) fn ready(look: &Look<'_>, wanted: &Wanted<'_>) -> String {
    let outlook = outlook(wanted);
    let Role::Summary(Summary { targets, sought, .. }) = look.facts.role else { return outlook };
    let claimed = match targets.claimed {
        0 => return format!("no target is there yet, which are {sought}; {outlook}"),
        1 => "1 target".to_owned(),
        claimed => format!("{claimed} targets"),
    };
    let left = match targets.governed {
        0 => String::new(),
        1 => ", to which 1 workload is left that they scale".to_owned(),
        governed => format!(", to which {governed} workloads are left that they scale"),
    };
    format!("{outlook}; {claimed}{left}")
}

/// What is wrong with those of many targets that fail.
pub(super) fn failed_of_many(summary: &Summary) -> Option<String> {
    let (failed, claimed) = (summary.targets.failed, summary.targets.claimed);
    let first = summary.failure().unwrap_or_default();
    (failed > 0).then(|| format!("{failed} of {claimed} targets can't be scaled as they should be, the first: {first}"))
}

/// Autoscalers that nobody knows.
pub(super) fn unsure(look: &Look<'_>, why: &str) -> String {
    format!("{} is left as it is until it is known which autoscalers there are: {why}", target(look))
}

/// Another object whose target this one's is, or what one of the two scales.
pub(super) fn rival(look: &Look<'_>, rival: &str, by: Option<&str>) -> String {
    let what = match by {
        Some(by) => {
            format!("{by}, which is one with {} as one of them scales the other or both scale the same", target(look))
        }
        None => format!("{} too", target(look)),
    };
    format!(
        "{} {rival} is older and scales {what}, so this one doesn't: delete one of the two or give it another target",
        look.facts.policy.identity.kind().as_str()
    )
}

/// An autoscaler that somebody has paused.
pub(super) fn paused_by_others(look: &Look<'_>, how: &str) -> String {
    let outlook = look.wanted.as_ref().map(outlook).unwrap_or_default();
    format!(
        "{} is paused by somebody ({how}), so it is left alone until that is taken away; it would have {outlook}",
        target(look)
    )
}

pub(super) fn paused(look: &Look<'_>) -> String {
    let outlook = look.wanted.as_ref().map(outlook).unwrap_or_default();
    let end = look.wanted.as_ref().and_then(|wanted| Some(local(wanted, wanted.compiled.pause.end()?)));
    let paused = end.map_or_else(|| "Paused".to_owned(), |end| format!("Paused until {end}"));
    if let Role::Summary(_) = look.facts.role {
        return format!("{paused}: the targets are left alone; they would have {outlook}");
    }
    match look.target() {
        Some(seen) if look.differs() => {
            format!(
                "{paused}: {} has {} and is left alone; it would have {outlook}",
                target(look),
                count(seen.replicas)
            )
        }
        _ => format!("{paused}: {} is left alone; it has what it would have, {outlook}", target(look)),
    }
}

/// What is wrong with the holidays although the schedule is followed.
pub(super) fn holidays(look: &Look<'_>) -> Option<String> {
    let wanted = look.wanted.as_ref()?;
    let name = wanted.compiled.holidays.as_deref().unwrap_or_default();
    let none = "so no day counts as a holiday";
    let place = if look.facts.policy.identity.is_of_cluster() { "Kyklos' own namespace" } else { "this namespace" };
    let text = match look.facts.holidays {
        Holidays::NotAsked | Holidays::Unknown => return None,
        Holidays::Missing => format!("there is no ConfigMap {name:?} in {place}, {none}"),
        Holidays::Unreadable(why) => format!("the ConfigMap {name:?} can't be read, {none}: {why}"),
        Holidays::Capped(why) => format!("the ConfigMap {name:?} isn't watched, {none}: {why}"),
        Holidays::Found(dates) if dates.problems.is_empty() => return None,
        Holidays::Found(dates) => {
            let rest = if dates.is_refused() { none } else { "the other keys count" };
            format!("in ConfigMap {name:?}, {}; {rest}", dates.problems)
        }
    };
    Some(format!("spec.holidayConfigMap: {text}"))
}

/// The reason that goes with [`holidays`].
pub(super) fn holidays_because(look: &Look<'_>) -> Because {
    match look.facts.holidays {
        Holidays::Found(_) => Because::HolidaySourceInvalid,
        _ => Because::HolidaySourceMissing,
    }
}

pub(super) fn grace_started(wanted: &Wanted<'_>, expiry: DateTime<Utc>) -> String {
    let Want { value, answer, .. } = wanted.want;
    let several = value.count().is_some_and(|count| count != 1) || matches!(value, Value::Bounds { .. });
    let kept = format!("{} {}", value.in_words(), if several { "are" } else { "is" });
    let (label, asked) = (label(wanted, answer), answer.value.in_words());
    format!("{label} asks for {asked}; {kept} kept until {}", local(wanted, expiry))
}

pub(super) fn grace_cancelled(wanted: &Wanted<'_>) -> String {
    let answer = wanted.want.answer;
    let (label, asked) = (label(wanted, answer), answer.value.in_words());
    let why = match answer.part {
        Part::Override(_) => "and its beginning is not delayed",
        Part::Schedule(_) => "so there is nothing to scale down any more",
    };
    format!("{label} asks for {asked}, {why}")
}

/// An override that applies from now on.
pub(super) fn overridden(wanted: &Wanted<'_>, applies: &Override) -> String {
    let reason = applies.reason.as_deref().map(|reason| format!(" ({reason})")).unwrap_or_default();
    let until = local(wanted, applies.until);
    format!("{}{reason}: {} until {until}", called(applies), applies.value.in_words())
}

/// An override that has applied and doesn't any more.
pub(super) fn override_ended(wanted: &Wanted<'_>, name: &str) -> String {
    format!("the override {name} is over: {}", outlook(wanted))
}

/// What is wrong with overrides although the schedule is followed.
pub(super) fn overrides(look: &Look<'_>) -> Option<String> {
    let problems = &look.overrides.problems;
    let more = match look.overrides.more {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    (!problems.is_empty()).then(|| format!("the schedule goes on without an override: {}{more}", problems.join("; ")))
}

/// A target that is the controller itself.
pub(super) fn own(look: &Look<'_>) -> String {
    format!(
        "spec.targetRef: {} is what Kyklos itself runs in, or scales that, so it is never scaled: without it nothing would be: name \
         another target",
        target(look)
    )
}

/// A target that somebody else has made and manages.
pub(super) fn owned(look: &Look<'_>, owner: &str) -> String {
    format!(
        "{} is managed by {owner}, which scales it, so nothing is written: name {owner} in targetRef, or what scales that one",
        target(look)
    )
}

/// A target that an autoscaler scales.
pub(super) fn autoscaled(look: &Look<'_>, beside: Beside<'_>) -> String {
    let Beside { name, stands_still } = beside;
    // Of one that is picked the autoscaler is picked as well, or named, which comes first.
    let instead_of_it = if look.facts.role == Role::Member {
        format!("pick {name} as well, or name it in targetRef of an object of its own")
    } else {
        format!("name {name} in targetRef instead")
    };
    let (any, instead) = if stands_still {
        ("any count but 0", "give this object 0 or original only")
    } else {
        ("any count", "pause this object")
    };
    format!(
        "{} is scaled by {name}, which would undo {any}, so it has its way: {instead_of_it}, {instead}, or take the autoscaler away",
        target(look)
    )
}

/// What we have changed.
pub(super) fn changed(look: &Look<'_>, change: &Change) -> String {
    let (target, Change { from, to, asked, .. }) = (target(look), *change);
    if change.drift {
        return format!(
            "{target} was changed to {from} by somebody else and put back to {to}: pause the {} to scale by hand",
            look.facts.policy.identity.kind().as_str()
        );
    }
    if asked != to {
        return format!("{target} from {from} to {to} instead of {asked}, which is what the API server made of it");
    }
    let risk = look.target().and_then(|target| target.risk).filter(|_| from.replicas == 0);
    let risk = risk.map(|risk| format!("; {risk}")).unwrap_or_default();
    match look.wanted.as_ref().filter(|_| look.count_from(to.replicas) == Some(to.replicas)) {
        Some(wanted) => format!("{target} from {from} to {to}: {}{risk}", outlook(wanted)),
        // Something else is wanted by now.
        None => format!("{target} from {from} to {to}{risk}"),
    }
}

/// That the API server refuses something, and why; `right` says what grants the right to it, where that may be what is missing.
pub fn refused(code: u16, message: &str, right: impl FnOnce() -> String) -> String {
    let right = if code == FORBIDDEN { right() } else { String::new() };
    format!("the API server refuses it ({code}): {message}{right}")
}

/// A write that failed, and what that means for now.
pub(super) fn failed(look: &Look<'_>, attempt: &Attempt, wanted: Size) -> String {
    let has = look.target().map_or(attempt.from, |target| target.size());
    let has = if has.range.is_some() { has.to_string() } else { count(has.replicas) };
    let what = match &attempt.outcome {
        Outcome::Accepted { size } => {
            format!("the API server took {} and made {size} of it, as an admission webhook or policy does", attempt.to)
        }
        Outcome::Refused { message, code } => refused(*code, message, || lacking::right_to_write(look, attempt)),
        Outcome::Unknown { message } => format!("there was no answer to it: {message}"),
    };
    format!("{} keeps {has} instead of {wanted} for now, which is tried again: {what}", target(look))
}

/// What has to be remembered and can't.
pub(super) fn not_remembered(look: &Look<'_>, why: &str) -> String {
    format!(
        "what {} had before can't be written down in a ScaleRecord, so it is left as it is for now: {why}",
        target(look)
    )
}

/// Somebody who puts the count back again and again.
pub(super) fn reverted(look: &Look<'_>, other: Option<&str>) -> String {
    let who = other.map_or_else(|| "somebody else".to_owned(), |other| format!("the field manager {other:?}"));
    let wanted = look.wanted.as_ref().map(|wanted| wanted.want.value.to_string()).unwrap_or_default();
    format!(
        "{} is put back by {who} again and again, so {wanted} is tried more and more rarely: take the replicas out of what the \
         other one applies, or {}",
        target(look),
        way_out(look)
    )
}

/// How a target is left to somebody else: an object of the cluster is none that those may edit who own the target.
fn way_out(look: &Look<'_>) -> String {
    let Identity { name, .. } = &look.facts.policy.identity;
    let kind = look.facts.policy.identity.kind().as_str();
    let selecting = look.facts.policy.aim.as_ref().and_then(Aim::selecting);
    match selecting.filter(|_| look.facts.policy.identity.is_of_cluster()) {
        Some(selecting) if selecting.allow_exclusion => {
            format!("annotate {} with {EXCLUDE_ANNOTATION}: \"true\", which leaves it out", target(look))
        }
        Some(_) => {
            format!("have whoever may edit the {kind} {name} leave {} out in spec.targets.exclude", target(look))
        }
        None => format!("pause the {kind}"),
    }
}

/// A time for a mark.
pub(super) fn stamp(at: Option<DateTime<Utc>>) -> String {
    at.map_or_else(|| "new".to_owned(), |at| at.to_rfc3339_opts(SecondsFormat::Secs, true))
}

pub(super) fn label(wanted: &Wanted<'_>, answer: Answer) -> String {
    wanted.layers.label(&wanted.compiled.labels, answer.part).text
}

fn target(look: &Look<'_>) -> String {
    let target = look.facts.key;
    target.map_or_else(|| "The target".to_owned(), |target| format!("{} {}", target.kind.as_str(), target.name))
}

fn count(observed: i32) -> String {
    Value::Count(u32::try_from(observed).unwrap_or(0)).in_words()
}

/// An instant on the wall clock of the schedule's zone.
fn local(wanted: &Wanted<'_>, at: DateTime<Utc>) -> String {
    on_the_wall(wanted.compiled.schedule.zone(), at).to_rfc3339_opts(SecondsFormat::Secs, false)
}
