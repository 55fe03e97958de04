//! One instant for many schedules.

use crate::civil::in_week;
use crate::zone::{Clock, Zone};
use crate::{Evaluation, Schedule, TimeZone};

/// An instant as the wall clock of a zone has it: the half of an answer that all schedules of the zone share.
///
/// Many schedules of one zone that are asked about one instant are answered in about half the time.
///
/// ```
/// use kyklos_core::{LocalInstant, Schedule, TimeZone};
///
/// const HOME: TimeZone = TimeZone::named("Europe/Zurich");
/// let valves = [Schedule::<2, 0, 0>::new(HOME), Schedule::new(HOME)];
/// let now = LocalInstant::new(&HOME, 1_780_300_800); // 2026-06-01T08:00:00Z
/// for valve in &valves {
///     assert_eq!(valve.evaluate_at(&now), valve.evaluate(now.unix_seconds()));
/// }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct LocalInstant<'z, Z = TimeZone> {
    zone: &'z Z,
    unix_seconds: i64,
    clock: Clock,
    /// Of the week.
    second_and_fraction: (u32, u32),
}

impl<'z, Z: Zone> LocalInstant<'z, Z> {
    /// What the wall clock of a zone reads at an instant in Unix seconds.
    pub fn new(zone: &'z Z, unix_seconds: i64) -> Self {
        let clock = zone.clock_at(unix_seconds).unwrap_or(Clock::UNSURE);
        Self { zone, unix_seconds, clock, second_and_fraction: in_week(clock.local) }
    }

    /// The instant.
    pub const fn unix_seconds(&self) -> i64 {
        self.unix_seconds
    }

    /// The zone.
    pub const fn zone(&self) -> &'z Z {
        self.zone
    }
}

impl<const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize, Z: Zone>
    Schedule<WINDOWS, EXCEPTIONS, HOLIDAYS, Z>
{
    /// [`evaluate`](Self::evaluate) at an instant whose local time is known already. One of another zone costs what `evaluate`
    /// does.
    pub fn evaluate_at(&self, now: &LocalInstant<'_, Z>) -> Evaluation {
        if !self.zone.goes_as(now.zone) {
            return self.evaluate(now.unix_seconds);
        }
        self.answer_at(now.unix_seconds, now.clock, now.second_and_fraction, ())
    }
}
