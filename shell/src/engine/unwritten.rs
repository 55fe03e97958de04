//! The records that can't be written: they are left alone for longer and longer, and whoever looks after their targets finds it in an
//! event, once until they can be.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::ids::TargetId;
use super::orphans::FIRST_WAIT;
use super::outcome::salt_of;
use super::policies::Backoff;
use super::records::{Batch, RecordKey};
use super::refusals::lasts;
use super::state::Engine;
use crate::api::text::plain;
use crate::api::{API_VERSION, RECORD_KIND};
use crate::cluster::requests::Failure;
use crate::policy::Remember;
use crate::report::events::{self, About};

/// One of which nothing was tried for so long after it had rested isn't tried any more.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(300);

/// Those that couldn't be written when it was last tried.
#[derive(Debug, Default)]
pub struct Unwritten(BTreeMap<RecordKey, Unable>);

#[derive(Debug, Default)]
struct Unable {
    failures: Backoff,
    times: u32,
    /// Whether there is an event of it.
    is_told: bool,
}

impl Unwritten {
    /// Until when one is left alone.
    fn rests(&self, key: &RecordKey, boot: Duration) -> Option<Duration> {
        self.0.get(key)?.failures.until().filter(|until| boot < *until)
    }

    /// One can't be written.
    fn fail(&mut self, key: &RecordKey, asked: Option<Duration>, boot: Duration) -> &mut Unable {
        let lives = |unable: &Unable| unable.failures.until().is_some_and(|until| boot < until + FORGOTTEN_AFTER);
        self.0.retain(|_, unable| lives(unable));
        let unable = self.0.entry(key.clone()).or_default();
        unable.failures.fail(boot, asked, salt_of(&key.path()));
        unable.times = unable.times.saturating_add(1);
        unable
    }
}

impl Engine {
    /// Has something written down on nobody's account of `of`, and `id` looked at again if it isn't. A record that can't be written is left
    /// alone for a while.
    pub(super) fn remember_apart(&mut self, id: TargetId, of: TargetId, change: Remember, boot: Duration) {
        let rests = self.record_of(of).and_then(|key| self.orphans.unwritten.rests(&key, boot));
        let Some(until) = rests else {
            self.orphans.retry([id], boot + FIRST_WAIT);
            return self.remember(of, change, None, boot);
        };
        self.orphans.retry([id], until);
        // Who claims it doesn't wait for so long.
        if self.orphans.returns.note_forgotten(id) {
            self.mark_holder(id);
        }
    }

    /// What became of a record that was written. Until when it is left alone.
    pub(super) fn note_tried(
        &mut self,
        key: &RecordKey,
        batch: &Batch,
        failure: Option<&Failure>,
        boot: Duration,
    ) -> Duration {
        let Some(failure) = failure else {
            self.orphans.unwritten.0.remove(key);
            return boot;
        };
        if *failure == Failure::NotSent {
            return boot;
        }
        let unable = self.orphans.unwritten.fail(key, failure.wait(), boot);
        let (times, until) = (unable.times, unable.failures.until());
        let apart: Vec<_> = batch.apart().collect();
        let is_news = !unable.is_told && !apart.is_empty() && lasts(failure, times);
        unable.is_told |= is_news;
        let (record, error) = (key.path(), failure.message());
        let what = "what targets had before could not be written down";
        if times == 1 {
            tracing::warn!(record, error, "{what}");
        } else {
            tracing::debug!(record, error, "{what}");
        }
        if is_news {
            self.tell_unwritten(key, batch, &apart, failure);
        }
        until.unwrap_or(boot)
    }

    /// What is remembered of targets can't be changed in a record: an event about who holds them, as long as that is there, or about the
    /// record.
    fn tell_unwritten(&mut self, key: &RecordKey, batch: &Batch, targets: &[TargetId], failure: &Failure) {
        let kinds: BTreeSet<_> = targets.iter().filter_map(|id| self.targets.key(*id)).map(|key| &key.kind).collect();
        let many = match targets.len() {
            1 => "1 target".to_owned(),
            many => format!("{many} targets"),
        };
        let (name, why) = (&key.name, self.in_words(failure, kinds));
        let words = format!("ScaleRecord {name} can't be brought up to date with {many}; it is tried again: {why}");
        let entry = targets.first().and_then(|id| self.targets.get(*id)?.entry.as_deref()).map(|(entry, _)| entry);
        let holder = entry.map(|entry| {
            (entry.holder_kind, &*entry.holder, self.uid_of(entry.holder_kind, &entry.holder, &key.namespace))
        });
        let uid = self.records.get(key).map(|record| record.uid.clone()).unwrap_or_default();
        let about = match &holder {
            Some((kind, name, uid)) if !uid.is_empty() => About { uid, ..About::holder(*kind, name, &key.namespace) },
            _ => About { api_version: API_VERSION, kind: RECORD_KIND, place: &key.namespace, name, uid: &uid },
        };
        let request = events::refused(&about, &self.instance, &plain(&words), self.time.wall());
        self.tell_aside(batch.namespace, request);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rests_longer_after_each_failure_and_is_not_known_for_ever() {
        let mut all = Unwritten::default();
        let key = |namespace: &str| RecordKey { namespace: namespace.into(), name: "kyklos".into() };
        let at = Duration::from_secs;
        assert_eq!(all.rests(&key("shop"), at(0)), None);
        let mut waits = Vec::new();
        let mut boot = at(0);
        for _ in 0..9 {
            all.fail(&key("shop"), None, boot);
            let until = all.rests(&key("shop"), boot).unwrap();
            waits.push(until - boot);
            boot = until;
        }
        assert!(waits[0] < at(1) && waits[8] >= at(45) && waits[8] <= at(75), "{waits:?}");
        assert_eq!((all.rests(&key("shop"), boot), all.rests(&key("other"), boot)), (None, None));
        all.fail(&key("other"), Some(at(600)), boot + at(100));
        assert_eq!((all.rests(&key("other"), boot + at(699)).is_some(), all.0.len()), (true, 2));
        all.fail(&key("other"), None, boot + at(400));
        assert_eq!(all.0.len(), 1);
    }
}
