//! What is rehearsed: Sunday 8 March 2026 in New York, when 02:00 becomes 03:00.

use chrono::{DateTime, TimeDelta, Utc};
use kyklos_core::TimeZone;

use crate::workloads::{Kind, Workload};

/// Seconds of the day in a real second: 23 hours in 55 seconds.
pub(crate) const SPEED: u32 = 1_500;

/// How long before its midnight the controller starts: it takes 2 s to be sure of the lease, and a look.
pub(crate) const LEAD: TimeDelta = TimeDelta::seconds(5);

/// The name of everything that is made.
pub(crate) const NAME: &str = "shop";

/// The schedule, and somebody's override of it.
pub(crate) const MANIFEST: &str = include_str!("../shop.yaml");

/// The windows that the day must have shown, with the replicas that the Deployment had in each at the end.
pub(crate) const EXPECTED: &[(&str, i64)] = &[
    ("OffHours", 1),
    ("batch", 3),
    ("OffHours", 1),
    ("office", 6),
    ("lunch", 8),
    ("office", 6),
    ("OffHours", 1),
    ("Override", 4),
    ("OffHours", 1),
];

/// The name of the autoscaler, of what it scales, and of the object for it.
pub(crate) const AUTOSCALED: &str = "api";

/// That object.
pub(crate) const BOUNDS_MANIFEST: &str = include_str!("../api.yaml");

/// The bounds that the autoscaler has before, and those that the day must have shown, one after the other.
pub(crate) const BOUNDS_BEFORE: (i32, i32) = (1, 4);
/// See [`BOUNDS_BEFORE`].
pub(crate) const BOUNDS_EXPECTED: &[(i32, i32)] = &[(1, 2), (3, 8), (1, 2)];

/// The name of the object for many.
pub(crate) const NIGHT: &str = "night";

/// That object.
pub(crate) const NIGHT_MANIFEST: &str = include_str!("../night.yaml");

/// The label of those that it is for.
pub(crate) const SLEEPS: (&str, &str) = ("sleeps", "at-night");

/// Those that it puts to sleep, with what they have by day.
pub(crate) const SLEEPERS: [Workload; 4] = [
    Workload::new(Kind::Deployment, "cart", 3),
    Workload::new(Kind::Deployment, "search", 2),
    Workload::new(Kind::StatefulSet, "ledger", 2),
    Workload::new(Kind::CronJob, "report", 1),
];

/// The one with the label that it leaves out.
pub(crate) const LEFT_OUT: Workload = Workload::new(Kind::Deployment, "status-page", 2);

/// What to do next. A test types it.
pub(crate) const AFTERWARDS: &str = include_str!("../afterwards.txt");

/// Where it takes place.
pub(crate) const ZONE: TimeZone = TimeZone::named("America/New_York");

/// Midnight.
pub(crate) fn from() -> DateTime<Utc> {
    instant(1_772_946_000)
}

/// Midnight, 23 hours later.
pub(crate) fn until() -> DateTime<Utc> {
    instant(1_773_028_800)
}

fn instant(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_to_do_next_is_the_same_day() {
        let rehearsal = format!(
            "--rehearse-from {} --rehearse-speed {SPEED}\n",
            from().to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
        );
        assert!(AFTERWARDS.contains(&rehearsal), "{rehearsal} is not in {AFTERWARDS}");
        assert!(AFTERWARDS.contains(&format!("kubectl create deployment {NAME} ")));
    }

    #[test]
    fn the_night_is_for_those_that_are_made() {
        assert!(NIGHT_MANIFEST.contains(&format!("        {}: {}\n", SLEEPS.0, SLEEPS.1)));
        assert!(NIGHT_MANIFEST.contains(&format!("exclude:\n      - name: {}\n", LEFT_OUT.name)));
        for sleeper in SLEEPERS {
            assert!(NIGHT_MANIFEST.contains(&format!("- kind: {:?}\n", sleeper.kind)), "{sleeper:?}");
        }
    }
}
