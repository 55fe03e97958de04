//! Whether a schedule of many would newly lower one of its targets, which its brake counts. Nothing is sent for it.
//!
//! What an edit does may come later than at once: a grace period or an override keeps a count for a while, and what comes beneath it
//! when that is over is the edit's doing all the same.

use super::conditions::Because;
use super::facts::{Braked, Facts, Holidays, Remembered};
use super::gates::{self, Hold, Tells};
use super::layers::Layers;
use super::look::{Look, Wanted};
use super::overrides::Overrides;
use crate::api::{Compiled, Entry, Value};
use crate::calendar::NO_HOLIDAYS;
use crate::target::{Size, TargetState};

/// The schedule by which a target was held before an edit.
#[derive(Debug, Clone, Copy)]
pub struct Former<'a> {
    /// What it asked for.
    pub compiled: &'a Compiled,
    /// Its holidays, as far as they are still known.
    pub holidays: Holidays<'a>,
}

/// Which of a schedule's values are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// What it gives at present, above and beneath overrides.
    Now,
    /// All that it ever gives: by day, too, it is known what the night will do.
    Ever,
}

/// Whether a target would newly be lowered: below what it has, and below what it was about to have without the edit. `None` as long as
/// something isn't known that this depends on.
///
/// What is written down as held by the same schedule at so little already isn't lowered newly, nor is what stays as it is for another
/// reason: an autoscaler beside it, a pause without an end.
pub fn lowers_newly(facts: &Facts<'_>, former: Option<Former<'_>>, span: Span) -> Option<bool> {
    let facts = Facts { brake: Braked::No, ..*facts };
    let overrides = Overrides::of(&facts);
    let look = Look::at(&facts, &overrides);
    if gates::first(&look).0.is_some_and(|hold| hold.tells == Tells::Nothing) {
        return None;
    }
    let (Some(target), Some(wanted)) = (look.target(), &look.wanted) else { return Some(false) };
    let held = held(&facts, target).filter(|_| former.is_none());
    for (value, before) in values(&look, wanted, former, span) {
        let Some(goal) = wanted.memory.goal(value, target).filter(|goal| target.size().is_more_than(*goal)) else {
            continue;
        };
        let is_new = before.is_none_or(|before| before.is_more_than(goal))
            && held.is_none_or(|held| i64::from(held) > i64::from(goal.replicas));
        if is_new {
            let asked = Look::at(&facts, &overrides).asked(value);
            let hold = gates::first(&asked).0;
            if hold.as_ref().is_some_and(|hold| hold.tells == Tells::Nothing) {
                return None;
            }
            if !hold.is_some_and(|hold| stays(&asked, &hold)) {
                return Some(true);
            }
        }
    }
    Some(false)
}

/// What a target is held at by what is written down for this schedule.
fn held(facts: &Facts<'_>, target: &TargetState) -> Option<u32> {
    let Remembered::Known(Some(entry)) = facts.memory else { return None };
    let identity = &facts.policy.identity;
    let is_holder = |entry: &Entry| entry.holder == *identity.name && entry.holder_kind == identity.kind();
    (is_holder(entry) && *entry.uid == *target.uid).then_some(entry.held)
}

/// The values that are looked at, and what the target was about to have instead of each.
fn values(look: &Look<'_>, wanted: &Wanted<'_>, former: Option<Former<'_>>, span: Span) -> Vec<(Value, Option<Size>)> {
    let at = look.now.timestamp();
    let goal = |value| wanted.memory.goal(value, look.target()?);
    // One that was paused until somebody edits it was about to lower nothing.
    let acts = |compiled: &Compiled| !compiled.pause.holds_at(look.now) || compiled.pause.end().is_some();
    let former = former.filter(|former| acts(former.compiled));
    let present = |layers: &Layers<'_>| [layers.evaluate(at).value, layers.beneath(at).value];
    let before = former.map(|former| {
        let calendar = match former.holidays {
            Holidays::Found(dates) => &dates.calendar,
            _ => &NO_HOLIDAYS,
        };
        present(&Layers::new(&former.compiled.schedule, calendar, &look.overrides.list))
    });
    let before = before.map_or([None; 2], |values| values.map(goal));
    let mut all: Vec<_> = present(&wanted.layers).into_iter().zip(before).collect();
    all.dedup();
    if span == Span::Now {
        return all;
    }
    let given = former.into_iter().flat_map(|former| former.compiled.gives.iter().filter_map(|value| goal(*value)));
    let least = given.reduce(|least, goal| if least.is_more_than(goal) { goal } else { least });
    all.extend(wanted.compiled.gives.iter().map(|value| (*value, least)));
    all
}

/// Whether a target stays as it is in spite of what the schedule asks for, and not only for a while.
fn stays(look: &Look<'_>, hold: &Hold) -> bool {
    let is_paused = hold.ready.as_ref().is_some_and(|said| said.because == Because::Paused);
    let by_others = look.target().and_then(|target| target.scaling.as_ref()).is_some_and(|own| own.paused.is_some());
    let ends = look.wanted.as_ref().is_some_and(|wanted| wanted.compiled.pause.end().is_some()) && !by_others;
    hold.is_elsewhere() || is_paused && !ends
}
