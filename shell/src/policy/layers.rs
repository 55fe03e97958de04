//! What gives the count: layers one above the other, of which the first that says something counts.

use kyklos_core::{Evaluate, Evaluation};

use crate::api::{Compiled, Timetable};
use crate::calendar::{HolidayCalendar, NO_HOLIDAYS};

/// What a layer says of an instant in Unix seconds, and until when; `None` leaves it to the next one.
type Layer = fn(&Layers<'_>, i64) -> Option<Evaluation>;

/// From the highest to the lowest, which always says something.
const LAYERS: [Layer; 1] = [schedule];

/// All layers of an object. Grace follows the boundaries of what they come to together.
#[derive(Clone, Copy)]
pub(super) struct Layers<'a> {
    schedule: Timetable<'a>,
}

impl<'a> Layers<'a> {
    pub(super) fn of(compiled: &'a Compiled, holidays: Option<&'a HolidayCalendar>) -> Self {
        Self { schedule: compiled.schedule.with(holidays.unwrap_or(&NO_HOLIDAYS)) }
    }
}

impl Evaluate for Layers<'_> {
    fn evaluate(&self, unix_seconds: i64) -> Evaluation {
        let found = LAYERS.iter().find_map(|layer| layer(self, unix_seconds));
        found.unwrap_or_else(|| self.schedule.evaluate(unix_seconds))
    }

    fn since(&self, unix_seconds: i64) -> Option<i64> {
        self.schedule.since(unix_seconds)
    }
}

/// What the object's own windows, exceptions and holidays give.
#[expect(clippy::unnecessary_wraps, reason = "layers above it don't always say something")]
fn schedule(layers: &Layers<'_>, unix_seconds: i64) -> Option<Evaluation> {
    Some(layers.schedule.evaluate(unix_seconds))
}
