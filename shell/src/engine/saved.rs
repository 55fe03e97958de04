//! What an object has saved: replica-seconds against its schedule's largest count.

use std::time::Duration;

/// A sum over the time that passes, whatever a wall clock is set to, which grows at a known rate.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Saved {
    sum: f64,
    rate: u32,
    since: Option<Duration>,
}

impl Saved {
    /// From `boot` on so many replicas fewer than the most are wanted.
    pub fn note(&mut self, fewer: u32, boot: Duration) {
        *self = Self { sum: self.seconds(boot), rate: fewer, since: Some(boot) };
    }

    /// The sum.
    pub fn seconds(&self, boot: Duration) -> f64 {
        let passed = self.since.map_or(0.0, |since| boot.saturating_sub(since).as_secs_f64());
        self.sum + passed * f64::from(self.rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_by_what_is_not_wanted_and_never_falls() {
        let at = |second: u64| Duration::from_secs(1_000 + second);
        let mut saved = Saved::default();
        assert!(saved.seconds(at(5)).abs() < 1e-9);
        saved.note(8, at(0));
        assert!((saved.seconds(at(10)) - 80.0).abs() < 1e-9);
        saved.note(0, at(10));
        assert!((saved.seconds(at(99)) - 80.0).abs() < 1e-9);
        saved.note(1, at(100));
        assert!((saved.seconds(at(90)) - 80.0).abs() < 1e-9);
    }
}
