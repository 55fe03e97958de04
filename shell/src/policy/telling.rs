//! From a look and the gate that holds to status, happenings and what the next look has to know.

use chrono::{DateTime, Utc};
use kyklos_core::Cause;

use super::conditions::{self, Because, Said, Type};
use super::facts::{Claim, Role};
use super::gates::{Hold, Tells};
use super::history::{History, digest};
use super::layers::Part;
use super::look::{Look, Wanted};
use super::plan::{Happening, Reason, Report};
use super::words;
use crate::api::TimeWindowScalerStatus;
use crate::api::times::{from_seconds, to_time};

/// The report of a look, and the history that it leaves.
pub(super) fn tell(look: &Look<'_>, hold: Option<&Hold>) -> (Report, History) {
    let all = hold.is_none_or(|hold| hold.tells == Tells::All);
    let wanted = look.wanted.as_ref().filter(|_| all);
    let mut history = known(look, wanted);
    let happenings = happenings(look, hold, wanted);
    if let Some(change) = look.settled.change {
        history.last_scale = Some(from_seconds(change.at.timestamp()));
    }
    let generation = history.generation.unwrap_or(-1);
    let said = said(look, hold, wanted);
    let (written, seen) = conditions::write(said, &look.before.conditions, generation.max(0), look.now);
    history.conditions = seen;
    let status = TimeWindowScalerStatus {
        observed_generation: Some(generation),
        effective_replicas: history.effective,
        target_observed_replicas: history.observed,
        current_window: history.window.as_deref().map(str::to_owned),
        current_override: history.overrule.as_deref().map(str::to_owned),
        next_boundary: history.boundary.map(to_time),
        next_replicas: history.next,
        last_scale_time: history.last_scale.map(to_time),
        grace_period_expiry: history.expiry.map(to_time),
        clock: history.clock.as_deref().map(str::to_owned),
        targets: match look.facts.role {
            Role::Summary(summary) => Some(summary.targets.clone()),
            Role::Sole | Role::Member => None,
        },
        conditions: written,
    };
    let is_holiday = |part| matches!(part, Part::Schedule(state) if state.cause == Cause::Holiday);
    let holiday = wanted.is_some_and(|wanted| is_holiday(wanted.want.answer.part));
    (Report { status, happenings, holiday }, history)
}

/// What is known of the object now, but for the conditions.
fn known(look: &Look<'_>, wanted: Option<&Wanted<'_>>) -> History {
    let mut history = History { clock: look.facts.rehearsal.map(Into::into), ..look.before.clone() };
    let Some(wanted) = wanted else {
        if look.wanted.is_none() {
            // An object that can't be followed: what applies isn't known, what was in effect stays.
            history.generation = Some(look.facts.policy.identity.generation);
            history.window = None;
            history.overrule = None;
            history.next = None;
        }
        return history;
    };
    let until = wanted.want.answer.until;
    let label = words::label(wanted, wanted.want.answer);
    history.overrule = wanted.layers.in_force(look.now.timestamp()).map(|applies| applies.name.clone());
    history.generation = Some(look.facts.policy.identity.generation);
    history.effective = Some(wanted.want.value);
    // Whose target another has isn't told of its changes.
    let held = look.facts.claim == Claim::Held;
    history.observed = look.target().filter(|_| held).map(|target| target.replicas);
    history.window = Some(label.into());
    history.boundary = until.map(from_seconds);
    history.next = until.map(|until| wanted.layers.evaluate(until).value);
    history.expiry = wanted.want.expiry;
    history.due = look.due.map(|due| due.since);
    history.target = look.target().map_or(0, |target| digest(&target.uid));
    history.untold = None;
    history
}

/// The conditions, where there is something to say.
fn said(look: &Look<'_>, hold: Option<&Hold>, wanted: Option<&Wanted<'_>>) -> [Option<Said>; 4] {
    let ready = hold.and_then(|hold| hold.ready.clone()).or_else(|| {
        let wanted = wanted?;
        let grace = wanted.want.expiry.is_some();
        let because = if grace { Because::GracePeriodActive } else { Because::Reconciled };
        Some(Said::new(because, look.say(&words::ready(look, wanted))))
    });
    // Without a gate the write that is due goes out with the next look.
    let reconciling = match hold {
        Some(hold) => hold.reconciling,
        None => look.due.map(|due| due.reconciling()),
    };
    let reconciling = match reconciling {
        Some(because) => Said::new(because, look.say(words::WRITE_DUE)),
        None => Said::new(Because::Stable, look.say(words::NOTHING_DUE)),
    };
    let stalled = hold.and_then(|hold| hold.stalled.clone());
    let stalled = stalled.unwrap_or_else(|| Said::new(Because::Progressing, look.say(words::NOTHING_TO_CHANGE)));
    [ready, Some(reconciling), Some(stalled), Some(degraded(look, hold, wanted))]
}

/// Everything that is wrong although the schedule is followed: the reason of the first, and the words of all.
fn degraded(look: &Look<'_>, hold: Option<&Hold>, wanted: Option<&Wanted<'_>>) -> Said {
    let mut all: Vec<Said> = hold.and_then(|hold| hold.degraded.clone()).into_iter().collect();
    let mut add = |because, words: String| all.push(Said::new(because, look.say(&words)));
    if let Role::Summary(summary) = look.facts.role {
        summary.troubles.iter().for_each(|words| add(Because::TargetUpdateFailed, words.clone()));
    }
    if let Some(wanted) = wanted {
        if let Role::Summary(summary) = look.facts.role
            && let Some(words) = words::originals_unknown(summary)
        {
            add(Because::OriginalUnknown, words);
        }
        if wanted.memory.is_missed() {
            add(Because::OriginalUnknown, words::original_unknown(look, wanted));
        }
        if let Some(words) = words::misread(look, wanted) {
            add(Because::OriginalUnknown, words);
        }
        if let Some(budget) = look.budget.as_ref().filter(|budget| budget.is_fight()) {
            add(Because::CountReverted, words::reverted(look, budget.other()));
        }
        if let Some(words) = words::holidays(look) {
            add(words::holidays_because(look), words);
        }
    }
    if let Some(words) = words::overrides(look).filter(|_| wanted.is_some()) {
        add(Because::OverrideInvalid, words);
    }
    if let Some(words) = words::unlisted(look) {
        add(Because::OverrideInvalid, words);
    }
    let Some(first) = all.first() else {
        return Said::new(Because::OperationalNormal, look.say(words::NOTHING_WRONG));
    };
    let words: Vec<_> = all.iter().map(|said| said.message.as_str()).collect();
    Said::new(first.because, words.join("; "))
}

/// What is new, in the order in which it happened.
fn happenings(look: &Look<'_>, hold: Option<&Hold>, wanted: Option<&Wanted<'_>>) -> Vec<Happening> {
    let mut all = Vec::new();
    if look.facts.role == Role::Member {
        let mut all: Vec<_> = of_one(look, hold).into_iter().collect();
        // What happens to an object of the cluster is told in each of its namespaces, and there it may be another thing.
        let acts = hold.is_none_or(|hold| !hold.is_elsewhere()) && look.facts.policy.identity.is_of_cluster();
        if let Some(wanted) = wanted.filter(|_| acts) {
            all.extend(overrides(look, wanted));
            all.extend(grace(look, wanted));
        }
        return all;
    }
    if let Some(words) = words::overrides(look).filter(|_| wanted.is_some()) {
        all.extend(refused_overrides(look, hold, wanted, &words));
    }
    let acts = hold.is_none_or(|hold| !hold.is_elsewhere());
    if let Some(wanted) = wanted.filter(|_| acts) {
        all.extend(overrides(look, wanted));
        all.extend(grace(look, wanted));
    }
    all.extend(look.settled.change.map(|change| change.happening(look)));
    all.extend(hold.and_then(|hold| hold.happening.clone()));
    all.extend(wanted.and_then(|wanted| fight(look, wanted)));
    all
}

/// What one of many targets has an event of its own for: a write that failed, a fight, and an autoscaler beside it; and that it waits for
/// a word with others of its namespace. What changes is counted, as is what nobody knows, and what happens to the object is told of it.
fn of_one(look: &Look<'_>, hold: Option<&Hold>) -> Option<Happening> {
    let beside = hold.and_then(|hold| hold.happening.clone());
    let is_its_own = |reason| matches!(reason, Reason::AutoscalerPresent | Reason::ConfirmationNeeded);
    let beside = beside.filter(|happening| is_its_own(happening.reason));
    let fight = || Some(Happening { series: None, ..fight(look, look.wanted.as_ref()?)? });
    beside.or_else(|| refused(look, hold)).or_else(|| unknown(look)).or_else(fight)
}

/// Nobody knows what it had, of which nobody was told.
fn unknown(look: &Look<'_>) -> Option<Happening> {
    let wanted = look.wanted.as_ref().filter(|wanted| wanted.memory.is_missed())?;
    (!look.was(Type::Degraded, Because::OriginalUnknown)).then(|| Happening {
        reason: Reason::OriginalUnknown,
        message: look.say(&words::original_unknown(look, wanted)),
        mark: look.facts.policy.identity.generation.to_string(),
        series: None,
    })
}

/// The first of the writes that fail one after the other.
fn refused(look: &Look<'_>, hold: Option<&Hold>) -> Option<Happening> {
    let said = hold?.ready.as_ref().filter(|said| said.because == Because::TargetUpdateFailed)?;
    let is_new = look.facts.attempt.is_some() && !look.was(Type::Ready, Because::TargetUpdateFailed);
    let due = look.due.filter(|_| is_new)?;
    let mark = format!("{}/{}", look.facts.policy.identity.generation, words::stamp(Some(due.since)));
    Some(Happening { reason: Reason::TargetUpdateFailed, message: said.message.clone(), mark, series: None })
}

/// Somebody puts the count back again and again, which nobody was told of.
fn fight(look: &Look<'_>, wanted: &Wanted<'_>) -> Option<Happening> {
    let budget = look.budget.as_ref().filter(|budget| budget.is_fight() && !budget.is_told())?;
    Some(Happening {
        reason: Reason::CountReverted,
        message: look.say(&words::reverted(look, budget.other())),
        mark: format!("{}/{}", look.facts.policy.identity.generation, wanted.want.value),
        series: Some(words::stamp(look.before.last_scale)),
    })
}

fn grace(look: &Look<'_>, wanted: &Wanted<'_>) -> Vec<Happening> {
    let happening = |reason, message: &str, mark: Option<DateTime<Utc>>| Happening {
        reason,
        message: look.say(message),
        mark: words::stamp(mark),
        series: None,
    };
    let want = &wanted.want;
    let cancelled = want
        .cancelled
        .then(|| happening(Reason::GracePeriodCancelled, &words::grace_cancelled(wanted), look.before.expiry));
    let started = want
        .expiry
        .filter(|_| want.fresh)
        .map(|expiry| happening(Reason::GracePeriodStarted, &words::grace_started(wanted, expiry), Some(expiry)));
    cancelled.into_iter().chain(started).collect()
}

/// An override that ends, and one that begins to apply. One that another outranks for a while isn't over.
fn overrides(look: &Look<'_>, wanted: &Wanted<'_>) -> Vec<Happening> {
    let applies = wanted.layers.in_force(look.now.timestamp());
    let before = look.before.overrule.as_deref();
    if applies.map(|applies| &*applies.name) == before {
        return Vec::new();
    }
    let happening = |reason, message: &str, mark| Happening { reason, message: look.say(message), mark, series: None };
    let ended = before.filter(|name| !look.overrides.holds(name, look.now)).map(|name| {
        let mark = format!("{name}/{}", words::stamp(look.before.boundary));
        happening(Reason::OverrideEnded, &words::override_ended(wanted, name), mark)
    });
    let begun = applies.map(|applies| {
        let (made, until) = (words::stamp(applies.created), words::stamp(Some(applies.until)));
        let mark = format!("{}/{made}/{}/{until}", applies.name, applies.value);
        happening(Reason::WindowOverride, &words::overridden(wanted, applies), mark)
    });
    ended.into_iter().chain(begun).collect()
}

/// Overrides that don't count are told about when what is wrong changes; the mark makes one event of it.
fn refused_overrides(
    look: &Look<'_>,
    hold: Option<&Hold>,
    wanted: Option<&Wanted<'_>>,
    words: &str,
) -> Option<Happening> {
    let said = conditions::short(&degraded(look, hold, wanted).message);
    let told = look.before.seen(Type::Degraded).is_some_and(|seen| seen.said == said);
    (!told).then(|| Happening {
        reason: Reason::InvalidSchedule,
        message: look.say(words),
        mark: words.to_owned(),
        series: None,
    })
}
