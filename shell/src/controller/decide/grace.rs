//! The grace period: which replicas are in effect, given what was in effect before.

use std::iter;

use chrono::{DateTime, TimeDelta, Utc};
use kyklos_core::{Evaluate, Spans};

use crate::api::GRACE_PERIOD_MAX;
use crate::api::times::from_seconds;

/// How far back boundaries are followed. A grace period lasts an hour at the most, so what was in effect longer ago than
/// this has no part in what is in effect now, and a status that nobody has written for years costs no more than one of
/// last week.
const MEMORY: TimeDelta = TimeDelta::days(7);

/// What an earlier look at the object left in its status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Before {
    /// The replicas in effect then.
    pub effective: u32,
    /// The boundary that was ahead then, when it is still one of the schedule that is evaluated now.
    pub boundary: Option<DateTime<Utc>>,
    /// The end of the grace period that was running then.
    pub expiry: Option<DateTime<Utc>>,
    /// Whether the object was edited since.
    pub edited: bool,
}

/// What is in effect now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InEffect {
    /// The replicas.
    pub replicas: u32,
    /// Until when they are kept above the schedule's.
    pub expiry: Option<DateTime<Utc>>,
    /// Whether a rise ended a grace period that was running at the earlier look.
    pub cancelled: bool,
}

/// Follows the boundaries from the earlier look to now, so that it doesn't matter whether anyone was there at each.
///
/// A fall below what is in effect keeps the higher count until the grace period has passed since that boundary. Further
/// falls in between don't prolong it; only a rise to at least what is in effect ends it early. Where the schedule fell
/// without a boundary, because it was edited, nothing is delayed.
pub fn in_effect(schedule: &dyn Evaluate, grace: TimeDelta, before: Option<Before>, now: DateTime<Utc>) -> InEffect {
    let value_at = |at: DateTime<Utc>| schedule.evaluate(at.timestamp()).value();
    let wanted = value_at(now);
    // A first sight of an object starts no grace.
    let Some(before) = before else { return InEffect { replicas: wanted, expiry: None, cancelled: false } };
    let mut effective = before.effective;
    let mut expiry = before.expiry;
    if before.edited {
        // The grace period may be another one now; it still counts from its boundary, where the schedule still has that.
        let end = fall_below(schedule, effective, now).unwrap_or(now) + grace;
        expiry = expiry.map(|expiry| expiry.min(end));
    }
    let mut cancelled = false;
    let mut first = before.boundary.map(|boundary| boundary.timestamp());
    let oldest = now - MEMORY;
    if before.boundary.is_some_and(|boundary| boundary < oldest) {
        effective = value_at(oldest);
        expiry = None;
        first = schedule.evaluate(oldest.timestamp()).until();
    }
    let spans = first.into_iter().flat_map(|first| Spans::new(schedule, first..now.timestamp() + 1));
    for (span, state) in spans {
        let boundary = from_seconds(span.start);
        if let Some(end) = expiry.filter(|&end| end < boundary) {
            effective = value_at(end);
            expiry = None;
        }
        if state.value >= effective {
            cancelled |= expiry.is_some();
            effective = state.value;
            expiry = None;
        } else if expiry.is_none() {
            expiry = Some(boundary + grace);
        }
    }
    if wanted >= effective {
        cancelled |= expiry.is_some();
        return InEffect { replicas: wanted, expiry: None, cancelled };
    }
    match expiry.filter(|&end| end > now) {
        Some(_) => InEffect { replicas: effective, expiry, cancelled: false },
        None => InEffect { replicas: wanted, expiry: None, cancelled: false },
    }
}

/// The last boundary in the longest grace period before `now` at which the schedule fell below `effective`.
fn fall_below(schedule: &dyn Evaluate, effective: u32, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let now = now.timestamp();
    let is_below = |at: i64| schedule.evaluate(at).value() < effective;
    iter::successors(schedule.since(now), |&boundary| schedule.since(boundary - 1))
        .take_while(|&boundary| boundary > now - GRACE_PERIOD_MAX)
        .find(|&boundary| is_below(boundary) && !is_below(boundary - 1))
        .map(from_seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::problems::Problems;
    use crate::api::{ShellSchedule, compile, spec};

    const GRACE: TimeDelta = TimeDelta::minutes(5);

    /// 10 from 09:00, 6 from 17:00, 4 from 17:03, 8 from 17:04 and 1 from 18:00 UTC.
    fn schedule() -> Box<ShellSchedule> {
        let windows = [("09:00", "17:00", 10), ("17:00", "17:03", 6), ("17:03", "17:04", 4), ("17:04", "18:00", 8)]
            .map(|(start, end, replicas)| serde_json::json!({ "start": start, "end": end, "replicas": replicas }));
        let value = serde_json::json!({ "targetRef": { "name": "web" }, "timezone": "UTC", "windows": windows });
        let mut problems = Problems::default();
        let spec = spec(&value, &mut problems).unwrap();
        compile(&spec, "default", &mut problems).unwrap()
    }

    fn at(time: &str) -> DateTime<Utc> {
        format!("2026-03-09T{time}Z").parse().unwrap()
    }

    fn look(before: Option<(u32, &str, Option<&str>)>, now: &str) -> (u32, Option<String>, bool) {
        let before = before.map(|(effective, boundary, expiry)| Before {
            effective,
            boundary: Some(at(boundary)),
            expiry: expiry.map(at),
            edited: false,
        });
        let found = in_effect(&*schedule(), GRACE, before, at(now));
        (found.replicas, found.expiry.map(|end| end.format("%H:%M:%S").to_string()), found.cancelled)
    }

    fn until(replicas: u32, end: &str) -> (u32, Option<String>, bool) {
        (replicas, Some(end.to_owned()), false)
    }

    #[test]
    fn a_first_sight_starts_none() {
        assert_eq!(look(None, "17:00:01"), (6, None, false));
    }

    #[test]
    fn a_fall_keeps_the_higher_count_until_the_grace_has_passed_since_the_boundary() {
        assert_eq!(look(Some((10, "17:00:00", None)), "17:00:00"), until(10, "17:05:00"));
        // Whoever comes late finds the same end.
        assert_eq!(look(Some((10, "17:00:00", None)), "17:04:59"), until(10, "17:05:00"));
        assert_eq!(look(Some((10, "17:00:00", None)), "17:05:00"), (8, None, false));
    }

    #[test]
    fn a_restart_in_between_changes_nothing() {
        assert_eq!(look(Some((10, "17:03:00", Some("17:05:00"))), "17:02:00"), until(10, "17:05:00"));
        assert_eq!(look(Some((10, "17:03:00", Some("17:05:00"))), "17:05:00"), (8, None, false));
    }

    #[test]
    fn further_falls_do_not_prolong_it_and_a_rise_below_what_is_kept_does_not_end_it() {
        assert_eq!(look(Some((10, "17:00:00", None)), "17:03:30"), until(10, "17:05:00"));
        assert_eq!(look(Some((10, "17:04:00", Some("17:05:00"))), "17:04:30"), until(10, "17:05:00"));
    }

    #[test]
    fn a_rise_to_what_is_in_effect_cancels_it() {
        assert_eq!(look(Some((8, "17:04:00", Some("17:05:00"))), "17:04:00"), (8, None, true));
        assert_eq!(look(Some((7, "17:04:00", Some("17:06:00"))), "17:04:10"), (8, None, true));
    }

    #[test]
    fn many_boundaries_without_anyone_there_end_in_the_same() {
        // Fell at 17:00 to 8 by 17:05, and at 18:00 to 1 by 18:05.
        assert_eq!(look(Some((10, "17:00:00", None)), "18:02:00"), until(8, "18:05:00"));
        assert_eq!(look(Some((10, "17:00:00", None)), "18:05:00"), (1, None, false));
    }

    #[test]
    fn what_was_long_ago_costs_no_time_and_changes_nothing() {
        for boundary in [at("09:00:00") - TimeDelta::days(400), DateTime::<Utc>::MIN_UTC] {
            let early = Before { effective: 50, boundary: Some(boundary), expiry: None, edited: false };
            let found = in_effect(&*schedule(), GRACE, Some(early), at("18:01:00"));
            assert_eq!((found.replicas, found.expiry), (8, Some(at("18:05:00"))));
        }
    }

    #[test]
    fn an_edit_is_not_delayed_but_a_running_grace_goes_on() {
        let edited = Before { effective: 20, boundary: None, expiry: None, edited: true };
        assert_eq!(in_effect(&*schedule(), GRACE, Some(edited), at("12:00:00")).replicas, 10);
        let running = Before { expiry: Some(at("12:01:00")), ..edited };
        assert_eq!(in_effect(&*schedule(), GRACE, Some(running), at("12:00:00")).replicas, 20);
        // The longest end that the present grace period allows.
        let longer = Before { expiry: Some(at("12:59:00")), ..edited };
        assert_eq!(in_effect(&*schedule(), GRACE, Some(longer), at("12:00:00")).expiry, Some(at("12:05:00")));
    }

    #[test]
    fn a_grace_made_shorter_counts_from_its_boundary() {
        let hour = Before { effective: 10, boundary: None, expiry: Some(at("18:00:00")), edited: true };
        assert_eq!(in_effect(&*schedule(), GRACE, Some(hour), at("17:02:30")).expiry, Some(at("17:05:00")));
        assert_eq!(in_effect(&*schedule(), GRACE, Some(hour), at("17:20:00")).replicas, 8);
    }
}
