//! One look at an object: its facts, and what follows from them before anything is decided.

use chrono::{DateTime, Utc};

use super::attempt::{Settled, settle};
use super::budget::Budget;
use super::cause::{Due, due};
use super::conditions::{Because, Type};
use super::facts::{Claim, Facts, Holidays, Known, Remembered, Role};
use super::history::{History, digest};
use super::layers::Layers;
use super::memory::{Memory, Remember};
use super::overrides::Overrides;
use super::want::{Shaping, Want};
use crate::api::text::plain;
use crate::api::times::from_seconds;
use crate::api::{Compiled, Value};
use crate::calendar::NO_HOLIDAYS;
use crate::cluster::FIELD_MANAGER;
use crate::target::{Size, TargetState};

/// The first second of the year 1 and the last one of 9998, beyond which nobody's clock reads: there is room for sums on both sides.
pub(super) const FIRST: i64 = -62_135_596_800;
pub(super) const LAST: i64 = 253_370_764_799;

/// A look at an object.
pub(super) struct Look<'a> {
    pub(super) facts: &'a Facts<'a>,
    /// The overrides that count, and what is wrong with others.
    pub(super) overrides: &'a Overrides,
    /// Now, in whole seconds, as a status has its times.
    pub(super) now: DateTime<Utc>,
    /// What earlier looks by this clock came to.
    pub(super) before: History,
    /// What is wanted of the target, where the object can be followed.
    pub(super) wanted: Option<Wanted<'a>>,
    /// What has become of earlier writes.
    pub(super) settled: Settled,
    /// Why the target has to be written, if it has to.
    pub(super) due: Option<Due>,
    /// What has to be written down before that.
    pub(super) remember: Option<Remember>,
    /// What is left of the patience with corrections, once this look is counted.
    pub(super) budget: Option<Box<Budget>>,
}

/// What is wanted, with all that says so.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) compiled: &'a Compiled,
    pub(super) layers: Layers<'a>,
    pub(super) want: Want,
    pub(super) memory: Memory<'a>,
}

impl<'a> Look<'a> {
    pub(super) fn at(facts: &'a Facts<'a>, overrides: &'a Overrides) -> Self {
        // What a status says by another clock says nothing about this one. What wasn't told is in none.
        let same_clock = facts.history.clock.as_deref() == facts.rehearsal;
        let first = || History { untold: facts.history.untold.clone(), ..History::default() };
        let mut before = if same_clock { facts.history.clone() } else { first() };
        let now = from_seconds(facts.now.timestamp().clamp(FIRST, LAST));
        if let Some(budget) = &mut before.budget {
            budget.note_time(now);
        }
        let wanted = facts.policy.compiled().map(|compiled| wanted(facts, (compiled, overrides), &before, now));
        let settled = Settled::default();
        let mut look = Self { facts, overrides, now, before, wanted, settled, due: None, remember: None, budget: None };
        look.settled = settle(&look);
        look.due = due(&look);
        look.remember = look.to_remember();
        look.budget = look.counted();
        look
    }

    /// The same look if this value were wanted of the target, and at once.
    #[must_use]
    pub(super) fn asked(mut self, value: Value) -> Self {
        if let Some(wanted) = &mut self.wanted {
            wanted.want = Want { value, expiry: None, ..wanted.want };
        }
        self.due = due(&self);
        self.remember = self.to_remember();
        self
    }

    /// The target, where it is there.
    pub(super) fn target(&self) -> Option<&'a TargetState> {
        match self.facts.target {
            Known::Known(target) => Some(target),
            Known::Unknown | Known::Unreadable(_) | Known::Unserved(_) | Known::Missing => None,
        }
    }

    /// What the target is to have, by what it has.
    pub(super) fn goal(&self) -> Option<Size> {
        let wanted = self.wanted.as_ref()?;
        wanted.memory.goal(wanted.want.value, self.target()?)
    }

    /// The count that a target with so many replicas is to have.
    pub(super) fn count_from(&self, present: i32) -> Option<i32> {
        let wanted = self.wanted.as_ref()?;
        wanted.memory.count(wanted.want.value, present)
    }

    fn to_remember(&self) -> Option<Remember> {
        let (target, wanted) = (self.target()?, self.wanted.as_ref()?);
        let Remembered::Known(_) = self.facts.memory else { return None };
        wanted.memory.due(wanted.compiled, target, wanted.want.value, &self.facts.policy.identity)
    }

    /// Whether the target has to be written, as far as sizes go.
    pub(super) fn differs(&self) -> bool {
        matches!((self.target(), self.goal()), (Some(target), Some(goal)) if target.size() != goal)
    }

    /// Whether a condition had this reason at the last look.
    pub(super) fn was(&self, kind: Type, because: Because) -> bool {
        self.before.was(kind, because)
    }

    /// Whether the target is another object than at the last look.
    pub(super) fn is_other_target(&self) -> bool {
        self.before.target != 0 && self.target().is_some_and(|target| digest(&target.uid) != self.before.target)
    }

    /// A sentence for status, events and the log: on one line, and saying so when the clock is a rehearsed one.
    pub(super) fn say(&self, text: &str) -> String {
        match self.facts.rehearsal {
            Some(rehearsal) => format!("{}: {}", plain(rehearsal), plain(text)),
            None => plain(text).into_owned(),
        }
    }

    /// What is left of the patience with corrections if no gate in front of the budget's holds.
    fn counted(&self) -> Option<Box<Budget>> {
        let mut budget = self.before.budget.clone();
        let Some(target) = self.target() else { return budget };
        match &self.due {
            Some(due) if due.is_correction() => {
                let writer = target.writer.as_deref().filter(|writer| *writer != FIELD_MANAGER);
                let mut counted = budget.unwrap_or_default();
                // Somebody was faster than this look: it finds our write done, and its count changed once more.
                if self.settled.effective.is_some() {
                    counted.note_done();
                }
                counted.note_revert(writer, self.now);
                budget = Some(counted);
                budget
            }
            Some(_) => budget,
            None => budget.and_then(|budget| budget.note_calm(self.now)),
        }
    }
}

fn wanted<'a>(
    facts: &'a Facts<'a>,
    (compiled, overrides): (&'a Compiled, &'a Overrides),
    before: &History,
    now: DateTime<Utc>,
) -> Wanted<'a> {
    let calendar = match facts.holidays {
        Holidays::Found(dates) => Some(&dates.calendar),
        Holidays::NotAsked | Holidays::Unknown | Holidays::Missing | Holidays::Unreadable(_) | Holidays::Capped(_) => {
            None
        }
    };
    let layers = Layers::new(&compiled.schedule, calendar.unwrap_or(&NO_HOLIDAYS), &overrides.list);
    let earlier = before.last();
    let held = facts.claim == Claim::Held;
    let target = match facts.target {
        Known::Known(target) => Some(target),
        Known::Unknown | Known::Unreadable(_) | Known::Unserved(_) | Known::Missing => None,
    };
    let memory = Memory::of(facts, (compiled, overrides), target, before);
    // What nobody knows stays as it is, so that is what it counts as.
    let present = || target.and_then(|target| u32::try_from(target.replicas).ok()).unwrap_or_default();
    let most = facts.most();
    let want = |original| {
        Want::of(&Shaping { layers: &layers, before: earlier, grace: compiled.grace, original, most, held, now })
    };
    let want = match facts.role {
        Role::Sole | Role::Member => want(memory.original().unwrap_or_else(present)),
        // What any of them keeps is kept. Whether a value is less than another one may depend on what a target had before, and then
        // it is so for the one that had least, or for the one that had most.
        Role::Summary(summary) => {
            let (least, most) = summary.originals.unwrap_or((0, most));
            Some(want(most)).filter(|want| want.expiry.is_some()).unwrap_or_else(|| want(least))
        }
    };
    Wanted { compiled, layers, want, memory }
}

/// The later of the boundary that was `ahead` and the one that came last, where one has come since.
pub(super) fn boundary_since(
    look: &Look<'_>,
    layers: &Layers<'_>,
    ahead: Option<DateTime<Utc>>,
) -> Option<DateTime<Utc>> {
    let now = look.now;
    let ahead = ahead.filter(|&boundary| boundary <= now)?;
    let since = layers.since(now.timestamp()).map_or(ahead, from_seconds);
    Some(since.clamp(ahead, now))
}
