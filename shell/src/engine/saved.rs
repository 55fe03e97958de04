//! What an object has saved: replica-seconds against its schedule's largest count.

use chrono::{DateTime, Utc};

/// A sum over time that grows at a known rate.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Saved {
    sum: f64,
    rate: u32,
    since: Option<DateTime<Utc>>,
}

impl Saved {
    /// From `now` on so many replicas fewer than the most are wanted.
    pub fn note(&mut self, fewer: u32, now: DateTime<Utc>) {
        *self = Self { sum: self.seconds(now), rate: fewer, since: Some(now) };
    }

    /// The sum.
    pub fn seconds(&self, now: DateTime<Utc>) -> f64 {
        let passed = self.since.map_or(0.0, |since| (now - since).as_seconds_f64().max(0.0));
        self.sum + passed * f64::from(self.rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_by_what_is_not_wanted_and_never_falls() {
        let at = |second: i64| DateTime::from_timestamp(1_800_000_000 + second, 0).unwrap();
        let mut saved = Saved::default();
        assert!(saved.seconds(at(5)).abs() < 1e-9);
        saved.note(8, at(0));
        assert!((saved.seconds(at(10)) - 80.0).abs() < 1e-9);
        saved.note(0, at(10));
        assert!((saved.seconds(at(99)) - 80.0).abs() < 1e-9);
        saved.note(1, at(100));
        assert!((saved.seconds(at(90)) - 80.0).abs() < 1e-9, "a clock that was set back takes nothing away");
    }
}
