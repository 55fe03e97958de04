//! Events: one for one happening, repeated ones as a series, and no more of them than an object can honestly have.

use std::collections::VecDeque;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::api::{API_VERSION, KIND, Policy};
use crate::cluster::requests::Write;
use crate::policy::{Happening, Reason};

/// The longest note that the API takes for an event.
const NOTE_MAX: usize = 1_024;
/// The longest name of an instance that the API takes.
const INSTANCE_MAX: usize = 128;
/// The events that an object may have at once.
const BURST: i64 = 32;
/// After so long it may have another one. No schedule has more than one boundary a minute.
const REFILL: TimeDelta = TimeDelta::minutes(1);
/// A happening that repeats an earlier one within this time belongs to its series. Events are kept for an hour by default.
const SERIES_LASTS: TimeDelta = TimeDelta::minutes(30);
/// A series is told about no oftener than this.
const SERIES_EVERY: TimeDelta = TimeDelta::minutes(1);

/// What was told of an object before. All instants are the schedule's clock's, as what happens is.
#[derive(Debug, Default)]
pub struct Told {
    /// How many more it may have, and since when that is so.
    left: Option<(i64, DateTime<Utc>)>,
    series: Option<Series>,
}

/// Happenings of one kind that are one event.
#[derive(Debug)]
struct Series {
    reason: Reason,
    name: String,
    count: u32,
    last: DateTime<Utc>,
    /// When it was written the last time, and with which count.
    written: (DateTime<Utc>, u32),
}

impl Told {
    /// The next request to make of those that are due, at `now` on the schedule's clock and `wall` on the machine's.
    /// `instance` is the name of this process, such as the Pod's.
    pub fn next(
        &mut self,
        due: &mut VecDeque<Happening>,
        policy: &Policy,
        instance: &str,
        now: DateTime<Utc>,
        wall: DateTime<Utc>,
    ) -> Option<(Write, Option<Happening>)> {
        self.set_right(now);
        while let Some(happening) = due.pop_front() {
            if happening.series
                && let Some(series) = self.series.as_mut().filter(|series| series.takes(&happening, now))
            {
                series.count = series.count.saturating_add(1);
                series.last = wall;
                continue;
            }
            if !self.may(now) {
                tracing::debug!(object = %policy, reason = happening.reason.as_str(), "one event too many");
                continue;
            }
            let name = name(policy, &happening);
            if happening.series {
                let written = (now, 1);
                self.series =
                    Some(Series { reason: happening.reason, name: name.clone(), count: 1, last: wall, written });
            }
            return Some((create(policy, instance, &happening, &name, wall), Some(happening)));
        }
        Some((self.series.as_mut()?.write(policy, now)?, None))
    }

    /// The last write of a series has come to nothing: it is due again.
    pub fn series_failed(&mut self) {
        if let Some(series) = &mut self.series {
            series.written.1 = 0;
        }
    }

    /// When a series has to be written, if nothing else happens before.
    pub fn next_write(&mut self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.set_right(now);
        let series = self.series.as_ref().filter(|series| series.written.1 < series.count)?;
        Some(series.written.0 + SERIES_EVERY)
    }

    /// What was told by a clock that was ahead counts as told now: else nothing more would be until it is as late as that.
    fn set_right(&mut self, now: DateTime<Utc>) {
        if let Some((_, since)) = &mut self.left {
            *since = (*since).min(now);
        }
        if let Some(series) = &mut self.series {
            series.written.0 = series.written.0.min(now);
        }
    }

    /// Takes one of those that it may have.
    fn may(&mut self, now: DateTime<Utc>) -> bool {
        let (left, since) = self.left.unwrap_or((BURST, now));
        let minutes = ((now - since).num_seconds() / REFILL.num_seconds()).max(0);
        let left = left.saturating_add(minutes).min(BURST);
        let since = if left == BURST { now } else { since + REFILL * i32::try_from(minutes).unwrap_or(0) };
        self.left = Some(((left - 1).max(0), since));
        left > 0
    }
}

impl Series {
    fn takes(&self, happening: &Happening, now: DateTime<Utc>) -> bool {
        self.reason == happening.reason && now - self.written.0 < SERIES_LASTS
    }

    fn write(&mut self, policy: &Policy, now: DateTime<Utc>) -> Option<Write> {
        let (at, count) = self.written;
        if count == self.count || now - at < SERIES_EVERY {
            return None;
        }
        self.written = (now, self.count);
        let path = format!("{}/{}", path(policy), self.name);
        let series = json!({ "count": self.count, "lastObservedTime": micros(self.last) });
        let event = json!({ "apiVersion": "events.k8s.io/v1", "kind": "Event", "series": series });
        Some(Write::merge(&path, event))
    }
}

fn path(policy: &Policy) -> String {
    format!("/apis/events.k8s.io/v1/namespaces/{}/events", policy.identity.namespace)
}

/// A name made from what happened, so that the API server takes one happening only once, whoever tells of it.
fn name(policy: &Policy, happening: &Happening) -> String {
    let mut digest = Sha256::new();
    for part in [&*policy.identity.uid, happening.reason.as_str(), &happening.mark] {
        digest.update(part.as_bytes());
        digest.update([0]);
    }
    let digest: String = digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    // Names have at most 253 characters, and the parts between their dots end in letters or digits (RFC 1123).
    let prefix: String = policy.identity.name.chars().take(230).collect();
    format!("{}.{digest}", prefix.trim_end_matches(['-', '.']))
}

fn create(policy: &Policy, instance: &str, happening: &Happening, name: &str, wall: DateTime<Utc>) -> Write {
    let note = happening.message.get(..happening.message.floor_char_boundary(NOTE_MAX)).unwrap_or_default();
    let instance: String = instance.chars().take(INSTANCE_MAX).collect();
    let event = json!({
        "apiVersion": "events.k8s.io/v1", "kind": "Event",
        "metadata": { "name": name, "namespace": &*policy.identity.namespace },
        "eventTime": micros(wall),
        "reportingController": "kyklos.io/controller",
        "reportingInstance": instance,
        "action": happening.reason.action(),
        "reason": happening.reason.as_str(),
        "note": note,
        "type": if happening.reason.is_warning() { "Warning" } else { "Normal" },
        "regarding": {
            "apiVersion": API_VERSION, "kind": KIND,
            "name": policy.identity.name, "namespace": &*policy.identity.namespace, "uid": policy.identity.uid,
        },
    });
    Write::create(&path(policy), event)
}

/// As the API has it in events: to the microsecond.
fn micros(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::api::Identity;

    /// The same in every process and with every compiler, or one happening would be told twice; and within the API's bounds.
    #[test]
    fn names_last_and_fit() {
        let happening = Happening {
            reason: Reason::ScaledUp,
            message: "é".repeat(2_000),
            mark: "2026-11-23T09:00:00Z/2/10".to_owned(),
            series: false,
        };
        let policy = |name: &str| {
            let identity = Identity {
                namespace: "shop".into(),
                name: name.into(),
                uid: "c0ffee".into(),
                generation: 1,
                created: DateTime::UNIX_EPOCH,
                deleting: false,
            };
            Policy::read(identity, &Value::Null, None)
        };
        assert_eq!(name(&policy("web"), &happening), "web.dbf5a2522b0651c2");
        let long = format!("{}.{}", "a".repeat(229), "b".repeat(20));
        let made = name(&policy(&long), &happening);
        assert!(
            made.len() <= 253 && made.starts_with(&format!("{}.", "a".repeat(229))) && !made.contains(".."),
            "{made}"
        );
        let request = create(&policy("web"), &"i".repeat(300), &happening, "web.x", DateTime::UNIX_EPOCH);
        let said = format!("{request:?}");
        assert!(said.contains(&"i".repeat(128)) && !said.contains(&"i".repeat(129)));
        assert!(said.contains(&"é".repeat(512)) && !said.contains(&"é".repeat(513)));
    }

    #[test]
    fn what_was_told_by_a_clock_that_was_ahead_silences_nothing() {
        let identity = Identity {
            namespace: "shop".into(),
            name: "web".into(),
            uid: "c0ffee".into(),
            generation: 1,
            created: DateTime::UNIX_EPOCH,
            deleting: false,
        };
        let policy = Policy::read(identity, &Value::Null, None);
        let happening = |reason, mark: &str| Happening {
            reason,
            message: String::new(),
            mark: mark.to_owned(),
            series: mark.is_empty(),
        };
        let right: DateTime<Utc> = "2026-11-23T12:00:00Z".parse().unwrap();
        let wrong = right + TimeDelta::days(365);
        let (mut told, mut due) = (Told::default(), VecDeque::new());
        let next = |told: &mut Told, due: &mut VecDeque<_>, now| told.next(due, &policy, "pod", now, now).is_some();
        due.extend((0..BURST).map(|place| happening(Reason::ScaledUp, &place.to_string())));
        for _ in 1..BURST {
            assert!(next(&mut told, &mut due, wrong));
        }
        due.clear();
        due.push_back(happening(Reason::DriftCorrected, ""));
        assert!(next(&mut told, &mut due, wrong));
        // It is set right, and what happens again is told after a minute, what is new after another.
        due.push_back(happening(Reason::DriftCorrected, ""));
        assert!(!next(&mut told, &mut due, right));
        let at = told.next_write(right).unwrap();
        assert_eq!(at, right + SERIES_EVERY);
        assert!(next(&mut told, &mut due, at));
        due.push_back(happening(Reason::ScaledUp, "new"));
        assert!(next(&mut told, &mut due, right + REFILL * 2));
    }
}
