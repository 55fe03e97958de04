//! The clock that schedules go by: the real one, or a rehearsed one that started elsewhere and runs faster.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};

/// The longest that a timer is set for; tokio's own limit is about two years.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 3600);

/// How the schedule's time follows from the real one. It asks for no time: the real instant is passed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The machine's clock.
    Real,
    /// A clock that read `from` at the real instant `anchor` and runs `speed` times as fast.
    Rehearsed {
        /// What it read when it started.
        from: DateTime<Utc>,
        /// Seconds that pass on it in a real second, at least 1.
        speed: u32,
        /// The real instant at which it started.
        anchor: DateTime<Utc>,
    },
}

impl Clock {
    /// What it reads at a real instant.
    pub fn at(&self, real: DateTime<Utc>) -> DateTime<Utc> {
        match *self {
            Self::Real => real,
            Self::Rehearsed { from, speed, anchor } => {
                let passed = micros(real - anchor).saturating_mul(i64::from(speed));
                from.checked_add_signed(TimeDelta::microseconds(passed)).unwrap_or(DateTime::<Utc>::MAX_UTC)
            }
        }
    }

    /// How long it really takes from the real instant `real` until the clock reads `instant`, rounded up to a millisecond so
    /// that a timer set for it doesn't end too early; a day at the most, after which one has to ask again.
    pub fn real_time_until(&self, instant: DateTime<Utc>, real: DateTime<Utc>) -> Duration {
        let left = micros(instant - self.at(real));
        let speed = match *self {
            Self::Real => 1,
            Self::Rehearsed { speed, .. } => u64::from(speed),
        };
        let micros = u64::try_from(left).unwrap_or(0).div_ceil(speed.max(1));
        Duration::from_millis(micros.div_ceil(1_000)).min(LONGEST_WAIT)
    }

    /// How much passes on it while so much really passes.
    pub fn passes(&self, real: Duration) -> TimeDelta {
        let speed = match *self {
            Self::Real => 1,
            Self::Rehearsed { speed, .. } => speed,
        };
        TimeDelta::from_std(real.saturating_mul(speed)).unwrap_or(TimeDelta::MAX)
    }

    /// In words, for logs and status, when it isn't the real one.
    pub fn rehearsal(&self) -> Option<String> {
        match self {
            Self::Real => None,
            // The anchor tells it from another rehearsal of the same span.
            Self::Rehearsed { from, speed, anchor } => Some(format!(
                "Rehearsal on a clock that started at {} (at {}, really) and runs {speed} times as fast",
                from.to_rfc3339_opts(SecondsFormat::Secs, true),
                anchor.to_rfc3339_opts(SecondsFormat::Secs, true)
            )),
        }
    }
}

fn micros(span: TimeDelta) -> i64 {
    span.num_microseconds().unwrap_or(if span < TimeDelta::zero() { i64::MIN } else { i64::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_rehearsed_clock_starts_at_its_anchor_and_runs_faster() {
        let anchor = at("2026-11-23T12:00:00Z");
        let clock = Clock::Rehearsed { from: at("2026-03-08T06:50:00Z"), speed: 60, anchor };
        assert_eq!(clock.at(anchor), at("2026-03-08T06:50:00Z"));
        assert_eq!(clock.at(at("2026-11-23T12:00:10.5Z")), at("2026-03-08T07:00:30Z"));
        assert_eq!(clock.at(at("2026-11-23T11:59:59Z")), at("2026-03-08T06:49:00Z"));
        assert_eq!(clock.passes(Duration::from_millis(500)), TimeDelta::seconds(30));
        assert_eq!(Clock::Real.passes(Duration::from_millis(500)), TimeDelta::milliseconds(500));
        assert_eq!(clock.passes(Duration::MAX), TimeDelta::MAX);
    }

    #[test]
    fn a_wait_never_ends_before_its_instant() {
        let real = at("2026-11-23T12:00:00.123456Z");
        for speed in [1, 7, 60, 3600, 86_400] {
            let clock = Clock::Rehearsed { from: at("2026-03-08T06:50:00Z"), speed, anchor: real };
            for seconds in [1, 59, 3600, 86_400] {
                let instant = clock.at(real) + TimeDelta::seconds(seconds);
                let wait = TimeDelta::from_std(clock.real_time_until(instant, real)).unwrap();
                let reached = clock.at(real + wait);
                assert!(reached >= instant, "{speed} {seconds}: {reached} is before {instant}");
                let late = (reached - instant).num_milliseconds();
                assert!(
                    late <= i64::from(speed),
                    "{speed} {seconds}: {late} ms on the clock is more than one of the timer's"
                );
            }
        }
    }

    #[test]
    fn the_past_and_the_far_future_are_no_trouble() {
        let now = at("2026-01-01T00:00:00Z");
        assert_eq!(Clock::Real.real_time_until(DateTime::UNIX_EPOCH, now), Duration::ZERO);
        assert_eq!(Clock::Real.real_time_until(DateTime::<Utc>::MAX_UTC, now), LONGEST_WAIT);
        let clock = Clock::Rehearsed { from: DateTime::<Utc>::MAX_UTC, speed: 60, anchor: now };
        assert_eq!(clock.at(now + TimeDelta::seconds(1)), DateTime::<Utc>::MAX_UTC);
    }
}
