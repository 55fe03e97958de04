//! What an autoscaler is to have: the bounds that a value comes to, made of those that it had before.
//!
//! Of the least and the most each is put back as soon as nothing asks for more. What somebody has changed in between is the new
//! original of that part; that what it scales is held at none, or isn't, has its original from the start.

use crate::api::{Beneath, Entry, Range, Ranges, Value};
use crate::target::{Scaling, Size, Sleeps, TargetRefKey, TargetState};

/// An autoscaler, and what is remembered of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounded<'a> {
    scaling: &'a Scaling,
    /// What was written down of this very object.
    known: Option<Ranges>,
    /// What its annotation says that its original count is.
    annotated: Option<u32>,
    /// What it scales had before another one of its name held that at none, in whose place it is.
    before: Option<u32>,
}

impl<'a> Bounded<'a> {
    /// That of a target; none where that is no autoscaler.
    pub(super) fn of(target: &'a TargetState, entry: Option<&Entry>) -> Option<Self> {
        let scaling = target.scaling.as_deref()?;
        Some(Self { scaling, known: entry.and_then(|entry| entry.ranges), annotated: target.original, before: None })
    }

    /// The same of one in whose place another one was, of which `entry` was written down: that what it scales has none is that one's
    /// doing.
    pub(super) fn in_place_of(self, entry: Option<&Entry>) -> Self {
        let held = entry.filter(|entry| entry.ranges.is_some_and(|ranges| ranges.held.asleep));
        let beneath = held.and_then(|entry| entry.beneath.as_ref());
        let scales = self.scaling.what.as_ref().map(TargetRefKey::recorded_as);
        let beneath = beneath.filter(|beneath| Some(&beneath.target) == scales.as_ref());
        Self { before: beneath.map(|beneath| beneath.original), ..self }
    }

    /// Whether it has what it was given. One that was made anew like that is the same to whoever waits for its original.
    pub(super) fn has_what_was_given(&self) -> bool {
        self.known.is_some_and(|known| known.held == self.scaling.range)
    }

    /// What it has when it is taken from others. Where what it scales is held at none by that one's own name, or was by another
    /// autoscaler of this name, that was awake before.
    fn present(&self) -> Range {
        let range = self.scaling.range;
        let was_awake = self.scaling.sleeps == Sleeps::Beneath && self.had_before().is_some_and(|before| before > 0);
        Range { asleep: range.asleep && !was_awake, ..range }
    }

    /// What it scales had before that was held at none.
    fn had_before(&self) -> Option<u32> {
        self.scaling.under.and_then(|under| under.before).or(self.before)
    }

    /// What it was allowed before anybody took it away from others.
    pub(super) fn original(&self) -> Range {
        let present = self.present();
        let mut original = self.known.map_or(present, |known| Range {
            min: if self.is_min_changed() { present.min } else { known.original.min },
            max: if self.is_max_changed() { present.max } else { known.original.max },
            asleep: known.original.asleep,
        });
        if let Some(count) = self.annotated {
            original.asleep = count == 0;
            original.min = if count == 0 { original.min } else { Some(count) };
        }
        original
    }

    /// The original count: its minimum, or none where what it scales was held at none.
    pub(super) fn original_count(&self) -> u32 {
        let original = self.original();
        if original.asleep { 0 } else { self.scaling.min(original) }
    }

    /// What a value comes to.
    pub(super) fn goal(&self, value: Value) -> Range {
        let (present, original) = (self.present(), self.original());
        let awake = |min: u32, max: u32| {
            let min = min.max(self.scaling.least);
            let min_range = self.or_as_it_was(min, original.min, self.scaling.defaults.min);
            let max_range = self.or_as_it_was(max.max(min).max(1), original.max, self.scaling.defaults.max);
            Range { min: min_range, max: max_range, asleep: false }
        };
        let (least, most) = (self.scaling.min(original), self.scaling.max(original));
        match value {
            Value::Count(0) | Value::PerCent(0) => Range { asleep: true, ..present },
            Value::Count(count) => awake(count, count.max(most)),
            Value::PerCent(_) if original.asleep => Range { asleep: true, ..present },
            Value::PerCent(_) => {
                let share = value.level(least);
                // A share of none is none of the least, at which an autoscaler may well be awake.
                if share == 0 { Range { asleep: false, ..original } } else { awake(share, share.max(most)) }
            }
            Value::Original if self.known.is_none() => present,
            Value::Original => Range { asleep: self.left_asleep(original), ..original },
            Value::Bounds { min: Some(min), max } => awake(min, max.unwrap_or(most)),
            Value::Bounds { min: None, max } => {
                let max = max.unwrap_or(most).max(self.scaling.least).max(1);
                let min = if least <= max { original.min } else { Some(max) };
                let max = self.or_as_it_was(max, original.max, self.scaling.defaults.max);
                Range { min, max, asleep: self.left_asleep(original) }
            }
        }
    }

    /// The same as what the target is to have.
    pub(super) fn size(&self, value: Value) -> Size {
        self.scaling.size(self.goal(value))
    }

    /// What it has once it is left to others; where what it scales is another's and says whether it sleeps, that stays as it is.
    pub(super) fn left(&self, is_apart: bool) -> Size {
        let goal = self.goal(Value::Original);
        let stays = is_apart && self.scaling.sleeps == Sleeps::Beneath;
        let asleep = if stays { self.scaling.range.asleep } else { goal.asleep };
        self.scaling.size(Range { asleep, ..goal })
    }

    /// What it is about to have, as that is written down. Where the value doesn't say whether it sleeps, and nobody but what is written down
    /// says whether it was us who had it sleep, that stays so until it is awake.
    pub(super) fn held(&self, value: Value, goal: Range) -> Range {
        let says_nothing = matches!(value, Value::Bounds { min: None, .. });
        if !says_nothing || self.scaling.ours.asleep || !self.scaling.range.asleep {
            return goal;
        }
        let asleep = self.known.map_or(goal.asleep || self.before.is_some(), |known| known.held.asleep);
        Range { asleep, ..goal }
    }

    /// What is to be written down, with `held` as what it is about to have.
    pub(super) fn ranges(&self, held: Range) -> Ranges {
        Ranges { original: self.original(), held }
    }

    /// What is to be written down of what it scales, where that is about to be held at none, or is. `entry` is what is written down.
    pub(super) fn beneath(&self, held: Range, entry: Option<&Entry>) -> Option<Beneath> {
        let target = self.scaling.what.as_ref().filter(|_| held.asleep)?.recorded_as();
        let entry = entry.filter(|entry| entry.ranges.is_some_and(|ranges| ranges.held.asleep));
        // Once that is decided, what others give it until then costs no further write.
        if let Some(known) = entry.and_then(|entry| entry.beneath.as_ref()).filter(|known| known.target == target) {
            return Some(known.clone());
        }
        let replicas = self.scaling.under?.replicas;
        let original = if self.scaling.range.asleep || replicas == 0 { self.had_before()? } else { replicas };
        (original > 0).then_some(Beneath { target, original })
    }

    /// Whether what it scales is asleep where a value doesn't say: as it was, where it was us who had it sleep or wake.
    fn left_asleep(&self, original: Range) -> bool {
        let present = self.scaling.range.asleep;
        let ours = self.scaling.ours.asleep
            || self.before.is_some()
            || self.known.is_some_and(|known| known.held.asleep == present);
        if ours { original.asleep } else { present }
    }

    /// A bound, left out where it was and would come to the same.
    fn or_as_it_was(&self, bound: u32, original: Option<u32>, default: u32) -> Option<u32> {
        if original.is_none() && bound == default { None } else { Some(bound) }
    }

    fn is_min_changed(&self) -> bool {
        let held = self.known.map(|known| known.held.min);
        !self.scaling.ours.min && held.is_some_and(|held| held != self.scaling.range.min)
    }

    fn is_max_changed(&self) -> bool {
        let held = self.known.map(|known| known.held.max);
        !self.scaling.ours.max && held.is_some_and(|held| held != self.scaling.range.max)
    }
}
