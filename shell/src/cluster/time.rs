//! The machine's two clocks. Nothing else asks for the time.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

/// The two clocks read together tell whether the wall clock was set; a reading that was interrupted between them would look
/// like that, so it is taken again.
const TOGETHER: Duration = Duration::from_millis(1);
/// How often it is taken again: a machine so busy that this isn't enough is told of by the guard's next comparison.
const TRIES: u8 = 5;

/// What the two clocks read at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The wall clock: anybody may set it.
    pub wall: DateTime<Utc>,
    /// How long the machine has been up. It runs on in suspend, and nobody can set it.
    pub boot: Duration,
}

impl Moment {
    /// By how much the wall clock has been set since an earlier moment: what passed on it less what passed.
    pub fn stepped_since(&self, earlier: &Self) -> TimeDelta {
        let passed = delta(self.boot) - delta(earlier.boot);
        (self.wall - earlier.wall) - passed
    }
}

/// A span as chrono has it. The age of a machine fits by far.
pub(super) fn delta(span: Duration) -> TimeDelta {
    TimeDelta::from_std(span).unwrap_or(TimeDelta::MAX)
}

/// A source of the time.
pub trait Time: Send + Sync + 'static {
    /// The wall clock.
    fn wall(&self) -> DateTime<Utc>;

    /// How long the machine has been up, suspend included (`CLOCK_BOOTTIME`).
    fn boot(&self) -> Duration;

    /// Both together.
    fn moment(&self) -> Moment {
        let mut before = self.boot();
        for _ in 1..TRIES {
            let (wall, boot) = (self.wall(), self.boot());
            if boot.saturating_sub(before) <= TOGETHER {
                return Moment { wall, boot };
            }
            before = boot;
        }
        Moment { wall: self.wall(), boot: self.boot() }
    }
}

/// The machine's own clocks.
#[derive(Debug, Clone, Copy, Default)]
pub struct MachineTime;

#[cfg(any(target_os = "linux", target_os = "android"))]
const BOOT: rustix::time::ClockId = rustix::time::ClockId::Boottime;
/// Elsewhere there is no such clock by this name; that of macOS runs on in suspend by itself.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const BOOT: rustix::time::ClockId = rustix::time::ClockId::Monotonic;

impl Time for MachineTime {
    fn wall(&self) -> DateTime<Utc> {
        Utc::now()
    }

    fn boot(&self) -> Duration {
        let time = rustix::time::clock_gettime(BOOT);
        Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
    }
}

/// A clock for tests that goes by tokio's, which may be paused, and whose wall clock can be set.
#[cfg(test)]
pub(crate) struct TestTime {
    begin: tokio::time::Instant,
    wall: std::sync::Mutex<DateTime<Utc>>,
}

#[cfg(test)]
impl TestTime {
    /// The wall clock reads `wall` now.
    pub(crate) fn at(wall: DateTime<Utc>) -> Self {
        Self { begin: tokio::time::Instant::now(), wall: wall.into() }
    }

    /// Sets the wall clock by so much.
    pub(crate) fn step(&self, by: TimeDelta) {
        *self.wall.lock().unwrap() += by;
    }
}

#[cfg(test)]
impl Time for TestTime {
    fn wall(&self) -> DateTime<Utc> {
        *self.wall.lock().unwrap() + delta(self.begin.elapsed())
    }

    fn boot(&self) -> Duration {
        // No machine is up for no time.
        Duration::from_secs(1_000) + self.begin.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[test]
    fn the_machine_is_up_and_gets_older() {
        let first = MachineTime.moment();
        assert!(first.boot > Duration::ZERO);
        std::thread::sleep(Duration::from_millis(3));
        let second = MachineTime.moment();
        assert!(second.boot - first.boot >= Duration::from_millis(3), "{first:?} {second:?}");
        assert!(second.stepped_since(&first).abs() < TimeDelta::milliseconds(100), "{first:?} {second:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_step_is_what_only_the_wall_clock_shows() {
        let time = TestTime::at("2026-03-08T06:50:00Z".parse().unwrap());
        let first = time.moment();
        tokio::time::advance(Duration::from_secs(60)).await;
        assert_eq!(time.moment().stepped_since(&first), TimeDelta::zero());
        time.step(TimeDelta::seconds(-90));
        assert_eq!(time.moment().stepped_since(&first), TimeDelta::seconds(-90));
    }

    /// A machine that is interrupted between its two clocks for the first few times.
    struct Interrupted(AtomicU32);

    impl Time for Interrupted {
        fn wall(&self) -> DateTime<Utc> {
            DateTime::UNIX_EPOCH
        }

        fn boot(&self) -> Duration {
            let reads = self.0.fetch_add(1, Ordering::Relaxed);
            Duration::from_secs(u64::from(reads.min(3)))
        }
    }

    #[test]
    fn an_interrupted_reading_is_taken_again() {
        assert_eq!(Interrupted(0.into()).moment().boot, Duration::from_secs(3));
    }
}
