//! What gives the value: layers one above the other, of which the first that says something counts.

use std::ops::Range;
use std::sync::Arc;

use kyklos_core::State;

use crate::api::overrides::Override;
use crate::api::{AnySchedule, Label, Labels, Timetable, Value};
use crate::calendar::HolidayCalendar;

/// What a layer says of an instant in Unix seconds; `None` leaves it to the next one.
type Layer = fn(&Layers<'_>, i64) -> Option<Answer>;

/// From the highest to the lowest, which always says something.
const LAYERS: [Layer; 2] = [overrides, schedule];

/// All layers of an object. Grace follows the boundaries of what they come to together.
#[derive(Clone, Copy)]
pub struct Layers<'a> {
    schedule: Timetable<'a>,
    /// What gives the states of the schedule their values.
    values: &'a AnySchedule,
    /// Those that count more first.
    overrides: &'a [Arc<Override>],
}

/// What applies, and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// Which part of which layer applies.
    pub part: Part,
    /// What it gives.
    pub value: Value,
    /// The next instant at which another part applies, in Unix seconds.
    pub until: Option<i64>,
}

/// A part of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The override of this place in the list.
    Override(usize),
    /// A state of the schedule.
    Schedule(State),
}

impl<'a> Layers<'a> {
    /// These overrides, those that count more first, above a schedule with the holidays of a calendar.
    pub fn new(schedule: &'a AnySchedule, calendar: &'a HolidayCalendar, overrides: &'a [Arc<Override>]) -> Self {
        Self { schedule: schedule.with(calendar), values: schedule, overrides }
    }

    /// What applies at an instant in Unix seconds, and until when.
    pub fn evaluate(&self, at: i64) -> Answer {
        let found = LAYERS.iter().find_map(|layer| layer(self, at)).unwrap_or_else(|| self.beneath(at));
        // Whatever it is, it ends where an override begins to apply, or the one that does ends.
        let applies = self.override_at(at);
        let next = self.edges().filter(|&edge| edge > at && self.override_at(edge) != applies).min();
        let until = match (found.until, next) {
            (Some(until), Some(next)) => Some(until.min(next)),
            (until, next) => until.or(next),
        };
        Answer { until, ..found }
    }

    /// Since when what applies at an instant does, both in Unix seconds; `None` when it always did.
    pub fn since(&self, at: i64) -> Option<i64> {
        let applies = self.override_at(at);
        let edge = self.edges().filter(|&edge| edge <= at && self.override_at(edge - 1) != applies).max();
        if applies.is_some() { edge } else { self.schedule.since(at).max(edge) }
    }

    /// Since when the override that applies at an instant has been there, `i64::MIN` where it doesn't say; `None` where there is
    /// none.
    pub fn begun(&self, at: i64) -> Option<i64> {
        let applies = self.overrides.get(self.override_at(at)?)?;
        Some(applies.from.map_or(i64::MIN, |from| from.timestamp()))
    }

    /// The override that applies at an instant.
    pub fn in_force(&self, at: i64) -> Option<&'a Override> {
        self.overrides.get(self.override_at(at)?).map(|found| &**found)
    }

    /// What a part is called.
    pub fn label(&self, labels: &Labels, part: Part) -> Label {
        match part {
            Part::Override(_) => Label::of_override(),
            Part::Schedule(state) => labels.label(state),
        }
    }

    /// What applies in a stretch of time, one after the other.
    pub fn spans(self, stretch: Range<i64>) -> impl Iterator<Item = (Range<i64>, Answer)> + use<'a> {
        let mut at = stretch.start;
        std::iter::from_fn(move || {
            let start = at;
            if start >= stretch.end {
                return None;
            }
            let answer = self.evaluate(start);
            at = answer.until.map_or(stretch.end, |until| until.min(stretch.end));
            Some((start..at, answer))
        })
    }

    /// What the schedule says of an instant, beneath all overrides.
    pub(super) fn beneath(&self, at: i64) -> Answer {
        let found = self.schedule.evaluate(at);
        Answer { part: Part::Schedule(found.state()), value: self.values.value(found.state()), until: found.until() }
    }

    fn override_at(&self, at: i64) -> Option<usize> {
        let holds = |found: &Arc<Override>| {
            at < found.until.timestamp() && found.from.is_none_or(|from| from.timestamp() <= at)
        };
        self.overrides.iter().position(holds)
    }

    /// The instants at which an override begins or ends.
    fn edges(&self) -> impl Iterator<Item = i64> {
        self.overrides.iter().flat_map(|found| found.from.into_iter().chain([found.until])).map(|edge| edge.timestamp())
    }
}

/// What people ask for, for some time.
fn overrides(layers: &Layers<'_>, at: i64) -> Option<Answer> {
    let place = layers.override_at(at)?;
    let found = layers.overrides.get(place)?;
    Some(Answer { part: Part::Override(place), value: found.value, until: Some(found.until.timestamp()) })
}

/// What the object's own windows, exceptions and holidays give.
#[expect(clippy::unnecessary_wraps, reason = "layers above it don't always say something")]
fn schedule(layers: &Layers<'_>, at: i64) -> Option<Answer> {
    Some(layers.beneath(at))
}
