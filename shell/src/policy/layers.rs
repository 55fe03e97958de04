//! What gives the value: layers one above the other, of which the first that says something counts.

use kyklos_core::{Evaluate, Evaluation};

use crate::api::{Compiled, Timetable, Value};
use crate::calendar::{HolidayCalendar, NO_HOLIDAYS};

/// What a layer says of an instant in Unix seconds; `None` leaves it to the next one.
type Layer = fn(&Layers<'_>, i64) -> Option<Given>;

/// From the highest to the lowest, which always says something.
const LAYERS: [Layer; 1] = [schedule];

/// What a layer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Given {
    /// Which state, and until when.
    pub(super) answer: Evaluation,
    /// What it gives the target.
    pub(super) value: Value,
}

/// All layers of an object. Grace follows the boundaries of what they come to together.
#[derive(Clone, Copy)]
pub(super) struct Layers<'a> {
    compiled: &'a Compiled,
    schedule: Timetable<'a>,
}

impl<'a> Layers<'a> {
    pub(super) fn of(compiled: &'a Compiled, holidays: Option<&'a HolidayCalendar>) -> Self {
        Self { compiled, schedule: compiled.schedule.with(holidays.unwrap_or(&NO_HOLIDAYS)) }
    }

    /// What the highest layer that says something says of an instant in Unix seconds.
    pub(super) fn given(&self, unix_seconds: i64) -> Given {
        let found = LAYERS.iter().find_map(|layer| layer(self, unix_seconds));
        found.unwrap_or_else(|| self.scheduled(unix_seconds))
    }

    fn scheduled(&self, unix_seconds: i64) -> Given {
        let answer = self.schedule.evaluate(unix_seconds);
        Given { answer, value: self.compiled.schedule.value(answer.state()) }
    }
}

impl Evaluate for Layers<'_> {
    fn evaluate(&self, unix_seconds: i64) -> Evaluation {
        self.given(unix_seconds).answer
    }

    fn since(&self, unix_seconds: i64) -> Option<i64> {
        self.schedule.since(unix_seconds)
    }
}

/// What the object's own windows, exceptions and holidays give.
#[expect(clippy::unnecessary_wraps, reason = "layers above it don't always say something")]
fn schedule(layers: &Layers<'_>, unix_seconds: i64) -> Option<Given> {
    Some(layers.scheduled(unix_seconds))
}
