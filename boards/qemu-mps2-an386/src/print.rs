//! A schedule's states and the boundaries between them, on the wall clock of its zone.

use core::fmt;

use cortex_m_semihosting::hprintln;
use kyklos_core::{Date, Evaluate, LocalMinute, Spans, State, TimeOfDay};

/// Midnight in New York at the start of each stretch, and at its end: UTC-5 in winter, UTC-4 in summer.
const STRETCHES: [(&str, &str, i64, i64); 2] = [
    ("7 March 2026", "9 March 2026", 1_772_859_600, 1_773_115_200),
    ("31 October 2026", "2 November 2026", 1_793_419_200, 1_793_682_000),
];
const DAY: i64 = 86_400;

/// The state at the start of each stretch, then a line per boundary.
pub(crate) fn clock_changes(title: &str, schedule: &dyn Evaluate, offset_at: &dyn Fn(i64) -> i32) {
    for (first, last, start, end) in STRETCHES {
        hprintln!("{} to {}, {}", first, last, title);
        for (span, state) in Spans::new(schedule, start..end) {
            hprintln!("{}  {}", WallClock { at: span.start, offset: offset_at(span.start) }, Said(state));
        }
    }
}

/// What applies, and the value it gives.
pub(crate) struct Said(pub(crate) State);

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.0.cause, self.0.value)
    }
}

/// What a clock on the wall reads at a Unix second, and how far it is ahead of UTC.
struct WallClock {
    at: i64,
    offset: i32,
}

impl WallClock {
    fn local(&self) -> Option<LocalMinute> {
        let seconds = self.at + i64::from(self.offset);
        let date = Date::from_days_since_1970(i32::try_from(seconds.div_euclid(DAY)).ok()?)?;
        let time = TimeOfDay::from_minutes(u16::try_from(seconds.rem_euclid(DAY) / 60).ok()?)?;
        LocalMinute::new(date, time)
    }
}

impl fmt::Display for WallClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = self.local().ok_or(fmt::Error)?;
        let (sign, minutes) = (if self.offset < 0 { '-' } else { '+' }, self.offset.unsigned_abs() / 60);
        write!(f, "{} {} {sign}{:02}:{:02}", local.date(), local.time(), minutes / 60, minutes % 60)
    }
}
