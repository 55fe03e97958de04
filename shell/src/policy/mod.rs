//! What is to be done with an object: pure, from facts and the time. No client, no clock.
//!
//! Layers give a value, shapers change it by what was in effect before, and the first of the gates that holds keeps it from being
//! written. A write is told about once it has been accepted: one look sends it, the next finds the target right and tells. So a lost
//! answer, a refusal, an admission that makes another count of it and a crash in between are all told by what is different.

mod attempt;
pub mod brake;
mod budget;
mod cause;
pub mod changes;
pub mod claimed;
pub mod claims;
mod conditions;
mod facts;
mod gates;
mod grace;
mod history;
mod layers;
mod look;
mod lowering;
mod memory;
mod overrides;
mod overseeing;
mod plan;
mod ranges;
mod restore;
pub mod summary;
mod telling;
#[cfg(test)]
mod tests;
mod want;
mod words;

use chrono::{DateTime, Utc};

pub use budget::Budget;
pub use conditions::{Because, Seen, Type};
pub use facts::{Attempt, Beside, Braked, Claim, Facts, Fence, Holidays, Known, Left, Outcome, Remembered, Role};
pub use history::{Before, History};
pub use layers::{Answer, Layers, Part};
pub use lowering::{Former, Span, lowers_newly};
pub use memory::Remember;
pub use overrides::OVERRIDES_MAX;
pub use overseeing::{Apart, Overridden, OverrideFacts, OverridePlan, end_of, oversee};
pub use plan::{Happening, Plan, Reason, Report, Write, WriteCause};
pub use restore::{restored, step};
pub use words::{granted_by, refused};

use gates::{Hold, Tells};
use look::Look;
use overrides::Overrides;
use summary::Member;

/// Decides what to do with an object now.
///
/// Never panics. Times in the plan are whole seconds of the schedule's clock.
pub fn decide(facts: &Facts<'_>) -> Plan {
    let overrides = Overrides::of(facts);
    let look = Look::at(facts, &overrides);
    let (hold, counts) = gates::first(&look);
    let member = (facts.role == Role::Member).then(|| Member::of(&look, hold.as_ref())).flatten();
    let generation = facts.policy.identity.generation;
    let seen = look.wanted.as_ref().map(|wanted| wanted.want.untold(generation, cause::after_edit(&look, wanted)));
    let seen = seen.filter(|_| hold.as_ref().is_none_or(|hold| hold.tells == Tells::All));
    let mut plan = planned(&look, hold.as_ref(), counts);
    if plan.report.is_none() {
        plan.history.note_untold(seen);
    }
    Plan { member, seen, ..plan }
}

fn planned(look: &Look<'_>, hold: Option<&Hold>, counts: bool) -> Plan {
    let facts = look.facts;
    if hold.is_some_and(|hold| hold.tells == Tells::Nothing) {
        return silent(facts, None);
    }
    let due = look.due.filter(|_| hold.is_none());
    let remember = look.remember.clone().filter(|_| hold.is_none());
    let again = due.is_some() || remember.is_some();
    // What was done is told before the next write; what is new is told with it.
    if look.settled.change.is_some() || !again {
        return tell(look, hold, counts, again);
    }
    match (remember, due) {
        (None, Some(due)) => write(look, due),
        // That it is left to others is said first, or whoever comes next would take it for held and unknown.
        (Some(Remember::Forget), None) => Plan { remember: Some(Remember::Forget), ..tell(look, hold, counts, false) },
        (remember, _) => silent(facts, remember),
    }
}

/// Nothing is told, and nothing is known that wasn't before.
fn silent(facts: &Facts<'_>, remember: Option<Remember>) -> Plan {
    let history = facts.history.clone();
    Plan { remember, write: None, report: None, member: None, seen: None, history, attempt_done: false, wake: None }
}

/// The write is sent, and told about at the next look.
fn write(look: &Look<'_>, due: cause::Due) -> Plan {
    let mut history = look.before.clone();
    history.budget.clone_from(&look.budget);
    if let Some(budget) = &mut history.budget {
        budget.note_write(due.is_correction(), look.now);
    }
    Plan {
        remember: None,
        write: Some(due.write()),
        report: None,
        member: None,
        seen: None,
        history,
        attempt_done: false,
        wake: wake(look, None),
    }
}

fn tell(look: &Look<'_>, hold: Option<&Hold>, counts: bool, again: bool) -> Plan {
    let (report, mut history) = telling::tell(look, hold);
    if counts {
        history.budget.clone_from(&look.budget);
    }
    if let Some(budget) = &mut history.budget {
        budget.note_told();
    }
    // Where the answer to what comes isn't known, an event wakes it: a mended object, a clock that is right.
    let knows = hold.is_none_or(|hold| hold.tells == Tells::All || hold.wake.is_some());
    let wake = if again { Some(look.now) } else { wake(look, hold).filter(|_| knows) };
    let attempt_done = look.settled.done;
    Plan { remember: None, write: None, report: Some(report), member: None, seen: None, history, attempt_done, wake }
}

/// The next instant at which time alone changes something.
fn wake(look: &Look<'_>, hold: Option<&Hold>) -> Option<DateTime<Utc>> {
    let want = look.wanted.as_ref().map(|wanted| wanted.want);
    let boundary = want.and_then(|want| want.answer.until).map(crate::api::times::from_seconds);
    let calm = look.budget.as_ref().filter(|budget| budget.is_fight()).and_then(|budget| budget.calm_at());
    let refused = look.overrides.until;
    let all = [boundary, want.and_then(|want| want.expiry), hold.and_then(|hold| hold.wake), calm, refused];
    all.into_iter().flatten().filter(|&at| at > look.now).min()
}
