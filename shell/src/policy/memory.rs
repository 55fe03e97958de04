//! What is remembered of a target: the count that it had when it was last left to others, and what has to be written down before
//! the target is taken from them.

use super::conditions::{Because, Type};
use super::facts::{Facts, Remembered};
use super::history::{History, digest};
use super::overrides::Overrides;
use super::ranges::Bounded;
use crate::api::{Compiled, Entry, Identity, Value};
use crate::target::{Size, TargetState};

/// What is known of the count that a target had before.
#[derive(Debug, Clone, Copy)]
pub(super) struct Memory<'a> {
    /// What is remembered of this very object: since when it is held.
    entry: Option<&'a Entry>,
    /// Whether something is remembered of another object of its name.
    is_stale: bool,
    /// Whether it is held although nothing is remembered: it was before there was anything to remember.
    is_unrecorded: bool,
    /// Whether the count that it has is the one that it was given.
    is_ours: bool,
    /// Whether what it had is to be written down: the schedule remembers, or an override that isn't over asks for the original.
    remembers: bool,
    /// The original count, where it is known.
    original: Option<u32>,
    /// The most that a target of its kind can have.
    most: u32,
    /// Where it is an autoscaler.
    bounded: Option<Bounded<'a>>,
}

/// What is to be written down before anything else.
#[derive(Debug, Clone, PartialEq)]
pub enum Remember {
    /// This of the target.
    Keep(Entry),
    /// Nothing any more: it is left to others.
    Forget,
}

impl<'a> Memory<'a> {
    pub(super) fn of(
        facts: &Facts<'a>,
        (compiled, overrides): (&Compiled, &Overrides),
        target: Option<&'a TargetState>,
        before: &History,
    ) -> Self {
        // A count may raise the maximum of an autoscaler for a while.
        let ranges = facts.key.is_some_and(|key| key.kind.how().ranges);
        let remembers = ranges || compiled.remembers() || overrides.need_original(facts.now);
        let known = match facts.memory {
            Remembered::Known(entry) => entry,
            Remembered::Unknown | Remembered::Unreadable(_) => None,
        };
        let most = facts.most();
        let Some(target) = target else {
            let original = known.map(|entry| entry.original);
            return Self {
                entry: None,
                is_stale: false,
                is_unrecorded: false,
                is_ours: false,
                remembers,
                original,
                most,
                bounded: None,
            };
        };
        let present = present(target);
        // One that was made anew with the count that was given is the same to whoever waits for its original.
        let is_as_given = |entry: &Entry| match Bounded::of(target, Some(entry)) {
            Some(bounded) => bounded.has_what_was_given(),
            None => entry.held == present,
        };
        let entry = known.filter(|entry| *entry.uid == *target.uid || is_as_given(entry));
        let gone = known.filter(|_| entry.is_none());
        let bounded = Bounded::of(target, entry).map(|bounded| bounded.in_place_of(gone));
        // What can't be read may say what it had.
        let is_read = matches!(facts.memory, Remembered::Known(_));
        let is_unrecorded = known.is_none() && is_read && remembers && was_held(target, before, most);
        let original = match (entry, &bounded) {
            (Some(_), Some(bounded)) => Some(bounded.original_count()),
            (None, Some(bounded)) if !is_unrecorded => Some(bounded.original_count()),
            (Some(entry), None) => target.original.or(Some(entry.original)),
            (None, _) if is_unrecorded || !is_read => target.original,
            // Where nothing is written down, each look would take what the one before it wrote for the original.
            (None, _) => target.original.or((known.is_some() || remembers).then_some(present)),
        };
        let is_ours = target.is_ours() || entry.is_some_and(|entry| entry.held == present);
        let original = original.map(|original| original.min(most));
        let is_stale = gone.is_some();
        Self { entry, is_stale, is_unrecorded, is_ours, remembers, original, most, bounded }
    }

    /// Whether what the target had is to be written down.
    pub(super) fn remembers(&self) -> bool {
        self.remembers
    }

    /// Whether it is written down what the target had, so that it is held.
    pub(super) fn is_held(&self) -> bool {
        self.entry.is_some()
    }

    /// The original count, where it is known.
    pub(super) fn original(&self) -> Option<u32> {
        self.original
    }

    /// What a value asks for of a target; `None` where nobody knows.
    pub(super) fn goal(&self, value: Value, target: &TargetState) -> Option<Size> {
        match &self.bounded {
            Some(_) if value.needs_original() && self.is_missed() => None,
            Some(bounded) => Some(bounded.size(value)),
            None => self.count(value, target.replicas).map(Size::from),
        }
    }

    /// The count that a value asks for of a target that has so many replicas; `None` where nobody knows.
    pub(super) fn count(&self, value: Value, present: i32) -> Option<i32> {
        match value {
            value if value.needs_original() && self.is_missed() => None,
            value if self.bounded.is_some() => self.bounded.map(|bounded| bounded.size(value).replicas),
            Value::Original if self.entry.is_some() && !self.is_ours => Some(present),
            Value::Original if self.entry.is_none() && !self.is_unrecorded => Some(present),
            value => value.of(present, self.original).map(|count| count.min(counted(self.most))),
        }
    }

    /// Whether the original count matters and isn't known.
    pub(super) fn is_missed(&self) -> bool {
        self.is_unrecorded && self.original.is_none()
    }

    /// What has to be written down before the target is written, or when there is nothing more to remember.
    pub(super) fn due(
        &self,
        compiled: &Compiled,
        target: &TargetState,
        value: Value,
        holder: &Identity,
    ) -> Option<Remember> {
        let is_known = self.entry.is_some() || self.is_stale;
        if !is_known && !self.remembers {
            return None;
        }
        if let Some(bounded) = &self.bounded {
            return self.due_of_range(bounded, compiled, target, value, holder);
        }
        let to = count(self.count(value, target.replicas)?);
        let has = present(target);
        let keep = |original, held| {
            let entry = Entry {
                uid: (*target.uid).to_owned(),
                original,
                held,
                ranges: None,
                beneath: None,
                holder: holder.name.to_string(),
                holder_kind: holder.kind(),
                on_delete: compiled.on_delete,
                left: None,
            };
            (self.entry != Some(&entry)).then_some(Remember::Keep(entry))
        };
        let forget = || is_known.then_some(Remember::Forget);
        // Where nothing has to be remembered, what is stays as it is for whoever asks for it again, and boundaries cost nothing more.
        let held = |entry: &Entry| if self.remembers { to } else { entry.held };
        let is_idle = self.is_ours && !self.remembers;
        match (value, self.entry) {
            (Value::Original, Some(_)) if to == has => forget(),
            // It is given back by what is remembered, which then goes.
            (Value::Original, Some(_)) => None,
            (Value::Original, None) if to == has => forget(),
            (Value::Bounds { .. }, entry) if to == has => match entry {
                Some(entry) if entry.held == has || is_idle => keep(entry.original, entry.held),
                // Somebody else has moved it, which is theirs to do.
                _ => forget(),
            },
            (Value::Bounds { .. }, Some(_)) if !self.is_ours => keep(has, to),
            (_, Some(entry)) => keep(entry.original, held(entry)),
            // Of another object of its name.
            (_, None) if !self.remembers => forget(),
            (Value::Original, None) => keep(self.original?, has),
            (_, None) => keep(self.original?, to),
        }
    }
}

impl Memory<'_> {
    /// The same of an autoscaler, of which each part that somebody has changed is written down with the rest.
    fn due_of_range(
        &self,
        bounded: &Bounded<'_>,
        compiled: &Compiled,
        target: &TargetState,
        value: Value,
        holder: &Identity,
    ) -> Option<Remember> {
        let goal = self.goal(value, target)?;
        match (value, self.entry) {
            // It is given back by what is remembered, which then goes; that of another one of its name may say what wakes it.
            (Value::Original, known) => {
                let is_known = known.is_some() || self.is_stale;
                (is_known && goal == target.size()).then_some(Remember::Forget)
            }
            _ if self.is_missed() => None,
            (_, known) => {
                let held = goal.range.map(|goal| bounded.held(value, goal));
                let entry = Entry {
                    uid: (*target.uid).to_owned(),
                    original: bounded.original_count(),
                    held: count(goal.replicas),
                    ranges: held.map(|held| bounded.ranges(held)),
                    beneath: held.and_then(|held| bounded.beneath(held, known)),
                    holder: holder.name.to_string(),
                    holder_kind: holder.kind(),
                    on_delete: compiled.on_delete,
                    left: None,
                };
                (known != Some(&entry)).then_some(Remember::Keep(entry))
            }
        }
    }
}

/// Whether the last look found the target held by what was in effect, and told so.
fn was_held(target: &TargetState, before: &History, most: u32) -> bool {
    let is_other = before.target != 0 && digest(&target.uid) != before.target;
    let was = |kind, because| before.was(kind, because);
    let fine = was(Type::Ready, Because::Reconciled) || was(Type::Ready, Because::GracePeriodActive);
    let held = match before.effective {
        Some(Value::Count(_) | Value::PerCent(_)) => {
            let count = before.effective.and_then(Value::count);
            count.is_none_or(|count| before.observed == Some(counted(count.min(most))))
        }
        // Nobody has touched it since it was said that nobody knows.
        Some(Value::Original | Value::Bounds { .. }) => {
            was(Type::Degraded, Because::OriginalUnknown) && before.observed == Some(target.replicas)
        }
        None => false,
    };
    held && fine && !is_other
}

fn counted(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

fn present(target: &TargetState) -> u32 {
    count(target.replicas)
}

fn count(replicas: i32) -> u32 {
    u32::try_from(replicas).unwrap_or(0)
}
