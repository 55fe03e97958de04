//! Events: one for one happening, repeated ones as a series, and no more of them than an object can honestly have.

use std::collections::VecDeque;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::api::{API_VERSION, KIND, Policy};
use crate::cluster::requests::Request;
use crate::policy::{Happening, Reason};
use crate::target::TargetKey;

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
    /// One for each reason at the most.
    series: Vec<Series>,
}

/// What a request tells.
#[derive(Debug)]
pub enum Telling {
    /// Something for the first time.
    New(Happening),
    /// That something has come again.
    Again(Reason),
}

/// Happenings of one kind that are one event, which the API server has.
#[derive(Debug)]
struct Series {
    /// The first.
    first: Happening,
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
    ) -> Option<(Request, Telling)> {
        self.set_right(now);
        while let Some(happening) = due.pop_front() {
            if let Some(series) = self.series.iter_mut().find(|series| series.takes(&happening, now)) {
                series.count = series.count.saturating_add(1);
                series.last = wall;
                continue;
            }
            if !self.may(now) {
                tracing::debug!(object = %policy, reason = happening.reason.as_str(), "one event too many");
                continue;
            }
            let name = name(policy, &happening);
            return Some((create(policy, instance, &happening, &name, wall), Telling::New(happening)));
        }
        let series = self.series.iter_mut().find(|series| series.next_write().is_some_and(|at| at <= now))?;
        Some((series.write(policy, now), Telling::Again(series.first.reason)))
    }

    /// The API server has it, told now or before. Only then can what repeats it be a part of it.
    pub fn told(&mut self, telling: Telling, policy: &Policy, now: DateTime<Utc>, wall: DateTime<Utc>) {
        if let Telling::New(first) = telling
            && first.series.is_some()
        {
            let name = name(policy, &first);
            self.series.retain(|series| series.first.reason != first.reason);
            self.series.push(Series { first, name, count: 1, last: wall, written: (now, 1) });
        }
    }

    /// It couldn't be told. What is to be told again.
    pub fn failed(&mut self, telling: Telling) -> Option<Happening> {
        match telling {
            Telling::New(happening) => {
                // What isn't there counts as none of those that it may have.
                self.left = self.left.map(|(left, since)| ((left + 1).min(BURST), since));
                Some(happening)
            }
            Telling::Again(reason) => {
                let series = self.series.iter_mut().find(|series| series.first.reason == reason);
                series.into_iter().for_each(|series| series.written.1 = 0);
                None
            }
        }
    }

    /// A series isn't there any more, deleted or kept for a shorter time than it went on. What is to be told anew.
    pub fn gone(&mut self, reason: Reason) -> Option<Happening> {
        let place = self.series.iter().position(|series| series.first.reason == reason)?;
        Some(self.series.swap_remove(place).first)
    }

    /// When a series has to be written, if nothing else happens before.
    pub fn next_write(&mut self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.set_right(now);
        self.series.iter().filter_map(Series::next_write).min()
    }

    /// What was told by a clock that was ahead counts as told now: else nothing more would be until it is as late as that.
    fn set_right(&mut self, now: DateTime<Utc>) {
        if let Some((_, since)) = &mut self.left {
            *since = (*since).min(now);
        }
        for series in &mut self.series {
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
        // Another count is another sentence.
        let same = self.first.reason == happening.reason && self.first.mark == happening.mark;
        happening.series.is_some() && same && now - self.written.0 < SERIES_LASTS
    }

    fn next_write(&self) -> Option<DateTime<Utc>> {
        (self.written.1 < self.count).then(|| self.written.0 + SERIES_EVERY)
    }

    fn write(&mut self, policy: &Policy, now: DateTime<Utc>) -> Request {
        self.written = (now, self.count);
        let path = format!("{}/{}", path(policy), self.name);
        let series = json!({ "count": self.count, "lastObservedTime": micros(self.last) });
        let event = json!({ "apiVersion": "events.k8s.io/v1", "kind": "Event", "series": series });
        Request::merge(&path, event)
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
    // A series that begins anew is another event.
    digest.update(happening.series.as_deref().unwrap_or_default().as_bytes());
    let digest: String = digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    // Names have at most 253 characters, and the parts between their dots end in letters or digits (RFC 1123).
    let prefix: String = policy.identity.name.chars().take(230).collect();
    format!("{}.{digest}", prefix.trim_end_matches(['-', '.']))
}

fn create(policy: &Policy, instance: &str, happening: &Happening, name: &str, wall: DateTime<Utc>) -> Request {
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
    Request::create(&path(policy), event)
}

/// The reason of the event of a target that got back what it had.
pub const RESTORED: &str = "Restored";

/// The event of a target that got back what it had: about itself, for the object that held it is gone. It goes by its name, the
/// `apiVersion` by which it is served, and its identity.
pub fn restored(
    (key, api_version, uid): (&TargetKey, &str, &str),
    instance: &str,
    words: &str,
    wall: DateTime<Utc>,
) -> Request {
    let mut digest = Sha256::new();
    digest.update(uid);
    digest.update(micros(wall));
    let digest: String = digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let prefix: String = key.name.chars().take(230).collect();
    let event = json!({
        "apiVersion": "events.k8s.io/v1", "kind": "Event",
        "metadata": { "name": format!("{}.{digest}", prefix.trim_end_matches(['-', '.'])), "namespace": &*key.namespace },
        "eventTime": micros(wall),
        "reportingController": "kyklos.io/controller",
        "reportingInstance": instance.chars().take(INSTANCE_MAX).collect::<String>(),
        "action": "Scale",
        "reason": RESTORED,
        "note": words.get(..words.floor_char_boundary(NOTE_MAX)).unwrap_or_default(),
        "type": "Normal",
        "regarding": {
            "apiVersion": api_version, "kind": key.kind.as_str(),
            "name": key.name, "namespace": &*key.namespace, "uid": uid,
        },
    });
    Request::create(&format!("/apis/events.k8s.io/v1/namespaces/{}/events", key.namespace), event)
}

/// As the API has it in events: to the microsecond.
fn micros(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

#[cfg(test)]
mod tests;
