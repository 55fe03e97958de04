//! What is to be said of an override itself, and when it goes: pure, from facts and the time.

use chrono::{DateTime, Utc};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;

use super::facts::Holidays;
use crate::api::overrides::{Asked, End, Override, Phase, Requester, TimeWindowOverrideStatus, Whom};
use crate::api::problems::Problems;
use crate::api::selection::CLUSTER_KIND;
use crate::api::text::plain;
use crate::api::times::{from_seconds, to_instant, to_time};
use crate::api::{Compiled, Identity, KIND, instants};
use crate::calendar::NO_HOLIDAYS;

/// The most schedules that a status names.
const NAMED: usize = 20;
/// The most refusals that are said in words.
const SAID: usize = 5;

/// Everything that depends on an override alone.
#[derive(Debug, Clone, Copy)]
pub struct OverrideFacts<'a> {
    /// Which object it is.
    pub identity: &'a Identity,
    /// What it asks for, or what is wrong with that.
    pub asked: Result<&'a Asked, &'a Problems>,
    /// What was said of it before.
    pub before: &'a TimeWindowOverrideStatus,
    /// The schedules that it is for, by name.
    pub scalers: &'a [Overridden<'a>],
    /// Whether schedules of the cluster are followed at all.
    pub wide: bool,
    /// Whether the API server holds people to what `requestedBy` says of them.
    pub verified: bool,
    /// Now, on the schedule's clock.
    pub now: DateTime<Utc>,
    /// What to say of the clock when it is a rehearsed one.
    pub rehearsal: Option<&'a str>,
}

/// A schedule that an override is for.
#[derive(Debug, Clone, Copy)]
pub struct Overridden<'a> {
    /// Its name.
    pub name: &'a str,
    /// Why no override of this namespace is for any target of it.
    pub apart: Option<Apart>,
    /// What it asks for; none where it can't be followed.
    pub compiled: Option<&'a Compiled>,
    /// Its holidays.
    pub holidays: Holidays<'a>,
}

/// Why an override is for no target of a schedule of the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Apart {
    /// It names what lies in no namespace.
    Named,
    /// The override's namespace is none of those that it is for.
    Elsewhere,
}

impl Apart {
    /// How far such an override is, and in words.
    fn told(self) -> (Phase, &'static str) {
        match self {
            Self::Named => (
                Phase::Invalid,
                "the ClusterTimeWindowScaler names what lies in no namespace, which no override is for: annotate it with \
                 kyklos.io/override instead",
            ),
            Self::Elsewhere => {
                (Phase::Waiting, "the ClusterTimeWindowScaler isn't for this namespace; it will apply as soon as it is")
            }
        }
    }
}

/// What follows for an override.
#[derive(Debug, Clone, PartialEq)]
pub struct OverridePlan {
    /// What is to be said of it.
    pub status: TimeWindowOverrideStatus,
    /// Whether its time to live is over, so that it is to be deleted.
    pub delete: bool,
    /// When to look again if nothing changes before, on the schedule's clock.
    pub wake: Option<DateTime<Utc>>,
}

/// The end of an override, as far as it is known: as it says, or as it was found and is kept in its status.
pub fn end_of(asked: &Asked, before: &TimeWindowOverrideStatus, rehearsal: Option<&str>) -> Option<DateTime<Utc>> {
    match asked.end {
        End::At(until) => Some(until),
        // What was found by another clock says nothing about this one.
        End::NextBoundary if before.clock.as_deref() != rehearsal => None,
        End::NextBoundary => before.until.as_ref().map(to_instant),
    }
}

/// Decides what is to be said of an override now; `None` while it isn't known which days are holidays.
pub fn oversee(facts: &OverrideFacts<'_>) -> Option<OverridePlan> {
    let asked = match facts.asked {
        Ok(asked) => asked,
        Err(problems) => return Some(plan(facts, None, (Phase::Invalid, problems.to_string()), None)),
    };
    let until = match end_of(asked, facts.before, facts.rehearsal) {
        Some(until) => until,
        None => match next_boundary(facts, asked)? {
            Ok(until) => until,
            Err(found) => return Some(plan(facts, None, found, None)),
        },
    };
    let made = facts.identity.created;
    // Under a rehearsal an object is made at another time than its clock shows.
    let gone = if facts.rehearsal.is_none() { until.max(made) } else { until } + asked.ttl;
    if let Some(late) = asked.late(until, made).filter(|_| facts.rehearsal.is_none()) {
        return Some(plan(facts, Some(until), (Phase::Invalid, late.to_string()), Some(gone)));
    }
    if facts.now >= until {
        let words = format!("it ended at {}, and is deleted at {}", instants::write(until), instants::write(gone));
        return Some(plan(facts, Some(until), (Phase::Ended, words), Some(gone)));
    }
    let given = asked.with_end(&facts.identity.name, made, until);
    Some(plan(facts, Some(until), under_way(facts, asked, &given), Some(gone)))
}

/// How far one is that isn't over: what it is for has to be there, and to take it.
fn under_way(facts: &OverrideFacts<'_>, asked: &Asked, given: &Override) -> (Phase, String) {
    let valid = || facts.scalers.iter().filter_map(|scaler| Some((scaler.name, scaler.compiled?)));
    let refused: Vec<_> =
        valid().filter_map(|(name, compiled)| Some((name, compiled.bounds.refusal(given)?))).collect();
    let words: Vec<_> = refused
        .iter()
        .take(SAID)
        .map(|(name, words)| format!("{} {name}: {words}", asked.whom.kind().as_str()))
        .collect();
    let mut words = words.join("; ");
    if refused.len() > SAID {
        words.push_str(&format!("; and {} more refuse it", refused.len() - SAID));
    }
    let all = valid().count();
    if facts.scalers.is_empty() {
        return (Phase::Waiting, nobody(&asked.whom, facts.wide));
    }
    if let [Overridden { apart: Some(apart), .. }] = facts.scalers {
        let (phase, words) = apart.told();
        return (phase, words.to_owned());
    }
    if all == 0 {
        return (Phase::Waiting, "what it is for can't be followed itself: see its conditions".to_owned());
    }
    if refused.len() == all {
        return (Phase::Invalid, words);
    }
    let earliest = |(_, compiled): (&str, &Compiled)| compiled.bounds.earliest(given).max(given.from);
    let begins = valid().map(earliest).min().flatten().filter(|begins| *begins > facts.now);
    let said = match begins {
        Some(begins) => (Phase::Waiting, format!("it begins at {}", instants::write(begins))),
        None => (Phase::Active, format!("it applies until {}", instants::write(given.until))),
    };
    if words.is_empty() { said } else { (said.0, format!("{}; {words}", said.1)) }
}

fn nobody(whom: &Whom, wide: bool) -> String {
    match whom {
        Whom::Named(name) => format!("there is no {KIND} {name} in this namespace; it will apply as soon as there is"),
        Whom::OfCluster(_) if !wide => {
            format!("the Kyklos of this namespace follows no {CLUSTER_KIND}: name a {KIND} of this namespace")
        }
        Whom::OfCluster(name) => format!("there is no {CLUSTER_KIND} {name}; it will apply as soon as there is"),
        Whom::Selected(_) => {
            format!("no {KIND} of this namespace has such labels; it will apply to those that come to have them")
        }
    }
}

/// The next boundary of the schedule beneath; or why there is none. `None` where that isn't known yet.
fn next_boundary(facts: &OverrideFacts<'_>, asked: &Asked) -> Option<Result<DateTime<Utc>, (Phase, String)>> {
    let Some(scaler) = facts.scalers.first() else {
        return Some(Err((Phase::Waiting, nobody(&asked.whom, facts.wide))));
    };
    let Some(compiled) = scaler.compiled else {
        let words = "what it is for can't be followed itself, so its next boundary isn't known";
        return Some(Err((Phase::Waiting, words.to_owned())));
    };
    let calendar = match scaler.holidays {
        Holidays::Unknown => return None,
        Holidays::Found(dates) => &dates.calendar,
        Holidays::NotAsked | Holidays::Missing | Holidays::Unreadable(_) | Holidays::Capped(_) => &NO_HOLIDAYS,
    };
    let from = asked.from.unwrap_or(facts.now);
    let found = compiled.schedule.with(calendar).evaluate(from.timestamp()).until().map(from_seconds);
    let words = format!("the schedule of {} has no next boundary: write until", scaler.name);
    Some(found.ok_or((Phase::Invalid, words)))
}

fn plan(
    facts: &OverrideFacts<'_>,
    until: Option<DateTime<Utc>>,
    (phase, words): (Phase, String),
    gone: Option<DateTime<Utc>>,
) -> OverridePlan {
    let now = facts.now;
    let said = match facts.rehearsal {
        Some(rehearsal) => format!("{}: {}", plain(rehearsal), plain(&words)),
        None => plain(&words).into_owned(),
    };
    let asked = facts.asked.ok();
    let names: Vec<_> = facts.scalers.iter().take(NAMED).map(|scaler| scaler.name.to_owned()).collect();
    let requester = asked
        .and_then(|asked| asked.requested_by.as_ref())
        .map(|_| if facts.verified { Requester::Verified } else { Requester::Unverified });
    let status = TimeWindowOverrideStatus {
        observed_generation: Some(facts.identity.generation),
        phase: Some(phase),
        until: until.map(to_time),
        scalers: names,
        requester,
        clock: facts.rehearsal.map(str::to_owned),
        conditions: conditions(facts, phase, &said),
    };
    let begins = asked.and_then(|asked| asked.from);
    let wakes = [begins, until, gone].into_iter().flatten().chain(bounded(facts, asked, until));
    OverridePlan { status, delete: gone.is_some_and(|gone| gone <= now), wake: wakes.filter(|&at| at > now).min() }
}

/// When the bounds of a schedule let one without a beginning begin.
fn bounded(facts: &OverrideFacts<'_>, asked: Option<&Asked>, until: Option<DateTime<Utc>>) -> Vec<DateTime<Utc>> {
    let (Some(asked), Some(until)) = (asked, until) else { return Vec::new() };
    let given = asked.with_end(&facts.identity.name, facts.identity.created, until);
    let compiled = facts.scalers.iter().filter_map(|scaler| scaler.compiled);
    compiled.filter_map(|compiled| compiled.bounds.earliest(&given)).collect()
}

/// By kstatus: one that waits, applies or is over is current, and one that can't be followed has failed.
fn conditions(facts: &OverrideFacts<'_>, phase: Phase, said: &str) -> Vec<Condition> {
    let invalid = phase == Phase::Invalid;
    let stalled = if invalid { (phase.as_str(), said) } else { ("Progressing", "It goes on by itself") };
    let all = [("Ready", !invalid, phase.as_str(), said), ("Stalled", invalid, stalled.0, stalled.1)];
    let condition = |(kind, holds, reason, message): (&str, bool, &str, &str)| {
        let status = if holds { "True" } else { "False" };
        let before = facts.before.conditions.iter().find(|before| before.type_ == kind && before.status == status);
        Condition {
            type_: kind.to_owned(),
            status: status.to_owned(),
            reason: reason.to_owned(),
            message: message.to_owned(),
            observed_generation: Some(facts.identity.generation),
            last_transition_time: before
                .map_or_else(|| to_time(facts.now), |before| before.last_transition_time.clone()),
        }
    };
    all.map(condition).into()
}
