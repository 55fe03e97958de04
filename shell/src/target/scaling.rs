//! What is seen of an autoscaler.

use super::{Size, TargetRefKey};
use crate::api::Range;

/// What is seen of an autoscaler beyond what every target has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scaling {
    /// What it scales, in its own namespace; none where that is of no kind that can be scaled.
    pub what: Option<TargetRefKey>,
    /// What it may give. Whether what it scales is held at none is said by its own object, or else by what it scales.
    pub range: Range,
    /// Which of that are ours, by the owners of the fields: nobody has changed them since.
    pub ours: Ours,
    /// What counts where it doesn't say.
    pub defaults: Defaults,
    /// The least that its minimum can be.
    pub least: u32,
    /// Who says by its own object whether what it scales is held at none.
    pub sleeps: Sleeps,
    /// How somebody else has paused it, in words.
    pub paused: Option<Box<str>>,
    /// What it scales, where that was seen.
    pub under: Option<Under>,
}

/// What is seen of what an autoscaler scales.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Under {
    /// How many replicas it asks for.
    pub replicas: u32,
    /// What it had before it was given those by its own name, where it was: whoever has the autoscaler takes that over.
    pub before: Option<u32>,
}

/// Which parts of a range are ours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ours {
    /// The least.
    pub min: bool,
    /// The most.
    pub max: bool,
    /// That what it scales is held at none, or isn't.
    pub asleep: bool,
}

impl Ours {
    /// Whether any is.
    pub fn any(self) -> bool {
        self.min || self.max || self.asleep
    }
}

/// What counts where an object doesn't say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Defaults {
    /// The least.
    pub min: u32,
    /// The most.
    pub max: u32,
}

impl Defaults {
    /// What a range comes to: its least, or none while what it scales is held at none.
    pub fn size(self, range: Range) -> Size {
        let least = i32::try_from(range.min.unwrap_or(self.min)).unwrap_or(i32::MAX);
        Size { replicas: if range.asleep { 0 } else { least }, range: Some(range) }
    }
}

/// Where it is said that what an autoscaler scales is held at none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sleeps {
    /// By the autoscaler's own object.
    Itself,
    /// By the count of what it scales, at which it stands still.
    Beneath,
}

impl Scaling {
    /// The least of a range.
    pub fn min(&self, range: Range) -> u32 {
        range.min.unwrap_or(self.defaults.min)
    }

    /// The most of a range.
    pub fn max(&self, range: Range) -> u32 {
        range.max.unwrap_or(self.defaults.max)
    }

    /// What a range comes to.
    pub fn size(&self, range: Range) -> Size {
        self.defaults.size(range)
    }

    /// The count by which what it scales wakes: an autoscaler goes on from any but none.
    pub fn woken(&self, range: Range) -> i32 {
        i32::try_from(self.min(range).max(1)).unwrap_or(i32::MAX)
    }

    /// The next of the steps to a range: what is beneath is written by itself, and after the bounds, so that an autoscaler that wakes
    /// finds those that it is to keep.
    pub fn step(&self, to: Range) -> Range {
        let bounds_differ = (to.min, to.max) != (self.range.min, self.range.max);
        match self.sleeps {
            Sleeps::Beneath if bounds_differ => Range { asleep: self.range.asleep, ..to },
            _ => to,
        }
    }

    /// Takes note of a range that we have written.
    pub(super) fn note_written(&mut self, range: Range) {
        let Range { min, max, asleep } = range;
        self.ours.min |= self.range.min != min;
        self.ours.max |= self.range.max != max;
        (self.range.min, self.range.max) = (min, max);
        if self.sleeps == Sleeps::Itself {
            self.ours.asleep = asleep;
            self.range.asleep = asleep;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scaling(sleeps: Sleeps) -> Scaling {
        Scaling {
            what: None,
            range: Range { min: Some(2), max: Some(10), asleep: true },
            ours: Ours::default(),
            defaults: Defaults { min: 1, max: 1 },
            least: 1,
            sleeps,
            paused: None,
            under: None,
        }
    }

    #[test]
    fn what_wakes_finds_its_bounds_in_place() {
        let awake = Range { min: Some(6), max: Some(10), asleep: false };
        let mut beneath = scaling(Sleeps::Beneath);
        let step = beneath.step(awake);
        assert_eq!(step, Range { asleep: true, ..awake });
        beneath.note_written(step);
        assert_eq!((beneath.ours, beneath.step(awake)), (Ours { min: true, ..Ours::default() }, awake));
        assert_eq!((beneath.size(awake).replicas, beneath.size(step).replicas, beneath.woken(awake)), (6, 0, 6));
        let mut itself = scaling(Sleeps::Itself);
        assert_eq!(itself.step(awake), awake, "all at once");
        itself.note_written(awake);
        assert_eq!(itself.range, awake);
    }

    #[test]
    fn what_is_not_said_is_the_kinds_default() {
        let silent = Range { min: None, max: None, asleep: false };
        let scaling = Scaling { defaults: Defaults { min: 0, max: 100 }, ..scaling(Sleeps::Itself) };
        assert_eq!((scaling.size(silent).replicas, scaling.max(silent), scaling.woken(silent)), (0, 100, 1));
    }
}
