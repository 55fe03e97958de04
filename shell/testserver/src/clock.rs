//! The server's time: a wall clock that goes by tokio's, so that it stands and jumps with a paused one.

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

#[derive(Debug)]
pub(crate) struct Clock {
    wall: DateTime<Utc>,
    since: Instant,
    /// By how much the `Date` header is off.
    pub(crate) date_offset: TimeDelta,
}

impl Clock {
    pub(crate) fn new(wall: DateTime<Utc>) -> Self {
        Self { wall, since: Instant::now(), date_offset: TimeDelta::zero() }
    }

    pub(crate) fn set(&mut self, wall: DateTime<Utc>) {
        (self.wall, self.since) = (wall, Instant::now());
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.at(Instant::now())
    }

    pub(crate) fn at(&self, instant: Instant) -> DateTime<Utc> {
        let since = TimeDelta::from_std(instant.saturating_duration_since(self.since)).unwrap_or(TimeDelta::MAX);
        self.wall.checked_add_signed(since).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// As in an object: whole seconds.
    pub(crate) fn stamp(&self) -> String {
        self.now().format("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// As in the header `Date`.
    pub(crate) fn date(&self) -> String {
        let shown = self.now().checked_add_signed(self.date_offset).unwrap_or(DateTime::<Utc>::MAX_UTC);
        shown.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }
}
