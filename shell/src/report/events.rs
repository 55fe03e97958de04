//! Events: one for one happening, repeated ones as a series, and no more of them than an object can honestly have.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::api::{API_VERSION, Policy, ScalerKind};
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

/// Where events of what lies in no namespace are: the API server takes them nowhere else but in `kube-system`.
const OF_CLUSTER: &str = "default";
/// So many namespaces may be remembered in which an object may have as many events again as at the beginning.
const FULL: usize = 64;

/// Something to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// What.
    pub happening: Happening,
    /// In which namespace: the object's own, or of an object of the cluster one that it is for; empty where it is told of the object as a
    /// whole that lies in none.
    pub place: Arc<str>,
}

/// What was told of an object before. All instants are the schedule's clock's, as what happens is.
#[derive(Debug, Default)]
pub struct Told {
    /// How many more it may have in each namespace, and since when that is so.
    left: BTreeMap<Arc<str>, (i64, DateTime<Utc>)>,
    /// One for each namespace and reason at the most.
    series: Vec<Series>,
}

/// What a request tells.
#[derive(Debug)]
pub enum Telling {
    /// Something for the first time.
    New(Due),
    /// That something has come again, in this namespace.
    Again(Reason, Arc<str>),
}

/// Happenings of one kind that are one event, which the API server has.
#[derive(Debug)]
struct Series {
    /// The first.
    first: Due,
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
        due: &mut VecDeque<Due>,
        policy: &Policy,
        instance: &str,
        now: DateTime<Utc>,
        wall: DateTime<Utc>,
    ) -> Option<(Request, Telling)> {
        self.set_right(now);
        while let Some(next) = due.pop_front() {
            if let Some(series) = self.series.iter_mut().find(|series| series.takes(&next, now)) {
                series.count = series.count.saturating_add(1);
                series.last = wall;
                continue;
            }
            if !self.may(&next.place, now) {
                tracing::debug!(object = %policy, reason = next.happening.reason.as_str(), "one event too many");
                continue;
            }
            let name = name(policy, &next.happening);
            return Some((create(policy, instance, &next, &name, wall), Telling::New(next)));
        }
        let series = self.series.iter_mut().find(|series| series.next_write().is_some_and(|at| at <= now))?;
        let (reason, place) = (series.first.happening.reason, Arc::clone(&series.first.place));
        Some((series.write(now), Telling::Again(reason, place)))
    }

    /// The API server has it, told now or before. Only then can what repeats it be a part of it.
    pub fn told(&mut self, telling: Telling, policy: &Policy, now: DateTime<Utc>, wall: DateTime<Utc>) {
        if let Telling::New(first) = telling
            && first.happening.series.is_some()
        {
            let name = name(policy, &first.happening);
            self.series.retain(|series| !series.is(first.happening.reason, &first.place));
            self.series.push(Series { first, name, count: 1, last: wall, written: (now, 1) });
        }
    }

    /// It couldn't be told. What is to be told again.
    pub fn failed(&mut self, telling: Telling) -> Option<Due> {
        match telling {
            Telling::New(due) => {
                // What isn't there counts as none of those that it may have.
                if let Some((left, _)) = self.left.get_mut(&due.place) {
                    *left = (*left + 1).min(BURST);
                }
                Some(due)
            }
            Telling::Again(reason, place) => {
                let series = self.series.iter_mut().find(|series| series.is(reason, &place));
                series.into_iter().for_each(|series| series.written.1 = 0);
                None
            }
        }
    }

    /// A series isn't there any more, deleted or kept for a shorter time than it went on. What is to be told anew.
    pub fn gone(&mut self, reason: Reason, place: &str) -> Option<Due> {
        let index = self.series.iter().position(|series| series.is(reason, place))?;
        Some(self.series.swap_remove(index).first)
    }

    /// When a series has to be written, if nothing else happens before.
    pub fn next_write(&mut self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.set_right(now);
        self.series.iter().filter_map(Series::next_write).min()
    }

    /// What was told by a clock that was ahead counts as told now: else nothing more would be until it is as late as that.
    fn set_right(&mut self, now: DateTime<Utc>) {
        for (_, since) in self.left.values_mut() {
            *since = (*since).min(now);
        }
        for series in &mut self.series {
            series.written.0 = series.written.0.min(now);
        }
    }

    /// Takes one of those that it may have in a namespace.
    fn may(&mut self, place: &Arc<str>, now: DateTime<Utc>) -> bool {
        if self.left.len() > FULL {
            self.left.retain(|_, (left, since)| refilled((*left, *since), now).0 < BURST);
        }
        let known = self.left.get(place).copied().unwrap_or((BURST, now));
        let (left, since) = refilled(known, now);
        self.left.insert(Arc::clone(place), ((left - 1).max(0), since));
        left > 0
    }
}

/// How many more it may have by now, and since when that is so.
fn refilled((left, since): (i64, DateTime<Utc>), now: DateTime<Utc>) -> (i64, DateTime<Utc>) {
    let minutes = ((now - since).num_seconds() / REFILL.num_seconds()).max(0);
    let left = left.saturating_add(minutes).min(BURST);
    (left, if left == BURST { now } else { since + REFILL * i32::try_from(minutes).unwrap_or(0) })
}

impl Series {
    fn is(&self, reason: Reason, place: &str) -> bool {
        self.first.happening.reason == reason && *self.first.place == *place
    }

    fn takes(&self, due: &Due, now: DateTime<Utc>) -> bool {
        // Another count is another sentence.
        let happening = &due.happening;
        let same = self.is(happening.reason, &due.place) && self.first.happening.mark == happening.mark;
        happening.series.is_some() && same && now - self.written.0 < SERIES_LASTS
    }

    fn next_write(&self) -> Option<DateTime<Utc>> {
        (self.written.1 < self.count).then(|| self.written.0 + SERIES_EVERY)
    }

    fn write(&mut self, now: DateTime<Utc>) -> Request {
        self.written = (now, self.count);
        let path = format!("{}/{}", path(&self.first.place), self.name);
        let series = json!({ "count": self.count, "lastObservedTime": micros(self.last) });
        let event = json!({ "apiVersion": "events.k8s.io/v1", "kind": "Event", "series": series });
        Request::merge(&path, event)
    }
}

/// The namespace of an event that is told in a place.
fn namespace(place: &str) -> &str {
    if place.is_empty() { OF_CLUSTER } else { place }
}

fn path(place: &str) -> String {
    format!("/apis/events.k8s.io/v1/namespaces/{}/events", namespace(place))
}

/// What an event is about, as the API server takes it: in the namespace of the event, or in none.
fn regarding(api_version: &str, kind: &str, (place, name, uid): (&str, &str, &str)) -> Value {
    let mut about = json!({ "apiVersion": api_version, "kind": kind, "name": name, "uid": uid });
    if let (Some(fields), false) = (about.as_object_mut(), place.is_empty()) {
        fields.insert("namespace".to_owned(), json!(place));
    }
    about
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

fn create(policy: &Policy, instance: &str, due: &Due, name: &str, wall: DateTime<Utc>) -> Request {
    let Due { happening, place } = due;
    let identity = &policy.identity;
    let note = happening.message.get(..happening.message.floor_char_boundary(NOTE_MAX)).unwrap_or_default();
    let instance: String = instance.chars().take(INSTANCE_MAX).collect();
    let event = json!({
        "apiVersion": "events.k8s.io/v1", "kind": "Event",
        "metadata": { "name": name, "namespace": namespace(place) },
        "eventTime": micros(wall),
        "reportingController": "kyklos.io/controller",
        "reportingInstance": instance,
        "action": happening.reason.action(),
        "reason": happening.reason.as_str(),
        "note": note,
        "type": if happening.reason.is_warning() { "Warning" } else { "Normal" },
        "regarding": regarding(API_VERSION, identity.kind().as_str(), (place, &identity.name, &identity.uid)),
    });
    Request::create(&path(place), event)
}

/// The reason of the event of a target that got back what it had.
pub const RESTORED: &str = "Restored";
/// The reason of the event of one that can't be given that.
pub const REFUSED: &str = Reason::TargetUpdateFailed.as_str();

/// What an event is about that isn't told of a schedule that is there.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// By which it is served.
    pub api_version: &'a str,
    /// Its kind.
    pub kind: &'a str,
    /// Its namespace, or of an object of the cluster the one in which it is told; empty where it is told in none.
    pub place: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Its identity, where it has one: what is gone has none.
    pub uid: &'a str,
}

impl<'a> About<'a> {
    /// A target.
    pub fn target(key: &'a TargetKey, api_version: &'a str, uid: &'a str) -> Self {
        Self { api_version, kind: key.kind.as_str(), place: &key.namespace, name: &key.name, uid }
    }

    /// A schedule that held what is in a namespace.
    pub fn holder(kind: ScalerKind, name: &'a str, place: &'a str) -> Self {
        Self { api_version: API_VERSION, kind: kind.as_str(), place, name, uid: "" }
    }
}

/// The event of targets that got back what they had: of one about itself, for the object that held it is gone, of several about that.
pub fn restored(about: &About<'_>, instance: &str, words: &str, wall: DateTime<Utc>) -> Request {
    create_apart(about, (RESTORED, "Normal"), instance, (words, &micros(wall)), wall)
}

/// The event of targets that can't be given back what they had. What was told a moment ago the API server doesn't take once more.
pub fn refused(about: &About<'_>, instance: &str, words: &str, wall: DateTime<Utc>) -> Request {
    create_apart(about, (REFUSED, "Warning"), instance, (words, words), wall)
}

/// `mark` tells a happening from others of its reason.
fn create_apart(
    about: &About<'_>,
    (reason, type_): (&str, &str),
    instance: &str,
    (words, mark): (&str, &str),
    wall: DateTime<Utc>,
) -> Request {
    let &About { api_version, kind, place, name, uid } = about;
    let mut digest = Sha256::new();
    for part in [kind, uid, mark] {
        digest.update(part);
        digest.update([0]);
    }
    let digest: String = digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let prefix: String = name.chars().take(230).collect();
    let event = json!({
        "apiVersion": "events.k8s.io/v1", "kind": "Event",
        "metadata": { "name": format!("{}.{digest}", prefix.trim_end_matches(['-', '.'])), "namespace": namespace(place) },
        "eventTime": micros(wall),
        "reportingController": "kyklos.io/controller",
        "reportingInstance": instance.chars().take(INSTANCE_MAX).collect::<String>(),
        "action": "Scale",
        "reason": reason,
        "note": words.get(..words.floor_char_boundary(NOTE_MAX)).unwrap_or_default(),
        "type": type_,
        "regarding": regarding(api_version, kind, (place, name, uid)),
    });
    Request::create(&path(place), event)
}

/// As the API has it in events: to the microsecond.
fn micros(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

#[cfg(test)]
mod tests;
