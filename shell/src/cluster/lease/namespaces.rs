//! Where the leases of one name are alive. Of those of namespaces: a controller for the whole cluster leaves them alone. Of
//! those for the whole cluster: one of them acts.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::{StreamExt as _, TryStreamExt as _};
use k8s_openapi::api::coordination::v1::Lease;
use kube::runtime::watcher::{self, watcher};
use kube::{Api, Client, ResourceExt as _};
use tokio::sync::watch;

use super::super::time::Time;
use super::super::watch::{Recovered, WATCH_SECONDS, told};
use super::super::words;
use super::hold::REST;
use super::{DURATION, Holder, REQUEST_LIMIT, Record, SETTLING};

/// For so long after its last change a lease counts: longer than it takes another candidate to take it over, so that no
/// namespace falls to the cluster for an instant in between.
const COUNTS: Duration = DURATION.saturating_add(SETTLING);

/// What is known of the leases of one name in all namespaces.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Alive {
    /// Whether all of them were listed once. Before that nothing may be done in any namespace.
    pub is_complete: bool,
    /// Where they are alive.
    pub namespaces: Arc<BTreeMap<Box<str>, Place>>,
    /// Why they can't be listed.
    pub trouble: Option<String>,
}

impl Alive {
    /// Whether one for the whole cluster may act in this namespace.
    pub fn leaves(&self, namespace: &str) -> bool {
        self.is_complete && !self.namespaces.contains_key(namespace)
    }

    /// Of leases for the whole cluster, each in the namespace of its controller: the one before which that of the namespace
    /// `own` stands back, if there is one. It goes by which was made first, of which the API server alone writes the time, so
    /// that nobody who may make a lease in his namespace takes the cluster from whoever has it.
    pub fn before(&self, own: &str) -> Option<(&str, &Place)> {
        // One that isn't seen yet is the last.
        let mine = self.namespaces.get(own).map(|place| (place.created, own));
        let all = self.namespaces.iter().map(|(namespace, place)| (&**namespace, place));
        let others = all.filter(|(namespace, _)| *namespace != own);
        let first = others.min_by_key(|(namespace, place)| (place.created, *namespace))?;
        mine.is_none_or(|mine| (first.1.created, first.0) < mine).then_some(first)
    }
}

/// A lease that is alive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// When the API server has made it.
    pub created: Option<DateTime<Utc>>,
    /// Who has it; none where it was given back a moment ago.
    pub holder: Option<Holder>,
}

/// Follows the leases called `name` in all namespaces for ever. Silence is believed only once a read has confirmed it: a
/// watch may be silent because it is broken. One that may be is begun anew, once `recovered` tells of an outage and every
/// minute: what it hasn't brought is a lease that nobody knows of, so nobody asks for it.
pub async fn watch_namespaces(
    client: Client,
    name: &'static str,
    time: Arc<dyn Time>,
    publish: watch::Sender<Alive>,
    mut recovered: watch::Receiver<Recovered>,
) {
    let config = watcher::Config::default().fields(&format!("metadata.name={name}")).timeout(WATCH_SECONDS);
    let begin = || watcher(Api::<Lease>::all(client.clone()), config.clone()).boxed();
    let mut events = begin();
    let mut leases = Leases::default();
    let mut rests_until = Duration::ZERO;
    loop {
        let boot = time.boot();
        let wait = leases.next().map_or(REST, |at| at.saturating_sub(boot));
        let reachable = recovered.borrow_and_update().reachable;
        tokio::select! {
            biased;
            () = told(&mut recovered, |now| now.reachable != reachable) => events = begin(),
            event = events.try_next(), if boot >= rests_until => match event {
                Ok(Some(event)) => leases.told(time.boot(), event),
                Ok(None) => rests_until = boot + REST,
                Err(error) => {
                    let trouble = format!("leases called {name}: {}", words::of_watch(&error));
                    if leases.trouble.as_ref() != Some(&trouble) {
                        tracing::warn!(error = trouble, "the leases of namespaces can't be watched");
                    }
                    leases.trouble = Some(trouble);
                    rests_until = boot + REST;
                    // From a list: a watcher whose version is refused as too old would ask for it again and again.
                    events = begin();
                }
            },
            () = tokio::time::sleep(wait.min(REST)) => {
                for namespace in leases.due(time.boot()) {
                    let api = Api::<Lease>::namespaced(client.clone(), &namespace);
                    match tokio::time::timeout(REQUEST_LIMIT, api.get_opt(name)).await {
                        Ok(Ok(lease)) => leases.read(time.boot(), &namespace, lease.as_ref().map(Record::of)),
                        Ok(Err(_)) | Err(_) => leases.unread(time.boot(), &namespace),
                    }
                }
            }
        }
        let now = leases.alive();
        publish.send_if_modified(|last| {
            let modified = *last != now;
            *last = now;
            modified
        });
    }
}

/// A lease, seen from afar.
#[derive(Debug)]
struct Seen {
    version: String,
    /// Of which list it is.
    list: u32,
    /// Until when it counts; none: it doesn't.
    until: Option<Duration>,
    place: Place,
}

/// All of them: a state machine without a clock and without a client.
#[derive(Debug, Default)]
struct Leases {
    seen: BTreeMap<Box<str>, Seen>,
    /// Those that count, made anew only when others do: a cluster has many leases, and each tells of itself all the time.
    counting: Arc<BTreeMap<Box<str>, Place>>,
    /// Rises with each list.
    list: u32,
    is_complete: bool,
    trouble: Option<String>,
}

impl Leases {
    /// One that counts and is deleted before its holder's eyes is made again by it: it counts until its time is over, and is
    /// then asked for like all others. So is what a list hasn't had.
    fn told(&mut self, boot: Duration, event: watcher::Event<Lease>) {
        match event {
            watcher::Event::Apply(lease) | watcher::Event::InitApply(lease) => {
                self.trouble = None;
                self.note(boot, &lease.namespace().unwrap_or_default(), Record::of(&lease));
            }
            watcher::Event::InitDone => {
                self.trouble = None;
                self.is_complete = true;
                let list = self.list;
                self.seen.retain(|_, seen| seen.list == list || seen.until.is_some());
            }
            watcher::Event::Init => self.list = self.list.wrapping_add(1),
            watcher::Event::Delete(lease) => {
                let namespace = lease.namespace().unwrap_or_default();
                if self.seen.get(namespace.as_str()).is_some_and(|seen| seen.until.is_none()) {
                    self.seen.remove(namespace.as_str());
                }
            }
        }
    }

    fn note(&mut self, boot: Duration, namespace: &str, record: Record) {
        if let Some(seen) = self.seen.get_mut(namespace)
            && seen.version == record.version
        {
            seen.list = self.list;
            return;
        }
        // What was given back is taken by another candidate within moments, if there is one.
        let counts = if record.holder.is_some() { COUNTS } else { SETTLING };
        let place = Place { created: record.created, holder: record.holder };
        let seen = Seen { version: record.version, list: self.list, until: Some(boot + counts), place };
        self.seen.insert(namespace.into(), seen);
        self.count(namespace);
    }

    /// Brings the list of those that count up to date with one of them.
    fn count(&mut self, namespace: &str) {
        let counts = self.seen.get(namespace).filter(|seen| seen.until.is_some()).map(|seen| &seen.place);
        if counts == self.counting.get(namespace) {
            return;
        }
        let counting = Arc::make_mut(&mut self.counting);
        match counts {
            Some(place) => counting.insert(namespace.into(), place.clone()),
            None => counting.remove(namespace),
        };
    }

    /// When the next one has been silent for too long.
    fn next(&self) -> Option<Duration> {
        self.seen.values().filter_map(|seen| seen.until).min()
    }

    /// Those that have been silent for too long, to be read.
    fn due(&self, boot: Duration) -> Vec<Box<str>> {
        let silent = |seen: &Seen| seen.until.is_some_and(|until| until <= boot);
        self.seen.iter().filter(|(_, seen)| silent(seen)).map(|(namespace, _)| namespace.clone()).collect()
    }

    /// What a read has found: another version is a sign of life that the watch hasn't told of.
    fn read(&mut self, boot: Duration, namespace: &str, record: Option<Record>) {
        match record {
            None => {
                self.seen.remove(namespace);
            }
            Some(record) => match self.seen.get_mut(namespace) {
                Some(seen) if seen.version == record.version => seen.until = None,
                _ => self.note(boot, namespace, record),
            },
        }
        self.count(namespace);
    }

    /// It couldn't be read: it counts until it can.
    fn unread(&mut self, boot: Duration, namespace: &str) {
        if let Some(seen) = self.seen.get_mut(namespace) {
            seen.until = Some(boot + REST);
        }
    }

    fn alive(&self) -> Alive {
        Alive { is_complete: self.is_complete, namespaces: Arc::clone(&self.counting), trouble: self.trouble.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: &str = "shop";

    const fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn record(version: u64, held: bool) -> Record {
        let holder = held.then(|| Holder { identity: "other".to_owned(), since: None });
        Record { version: version.to_string(), holder, duration: DURATION, transitions: 0, created: None }
    }

    fn lease(version: u64, held: bool) -> Lease {
        let mut lease = Lease::default();
        lease.metadata.namespace = Some(SHOP.to_owned());
        lease.metadata.resource_version = Some(version.to_string());
        lease.spec.get_or_insert_default().holder_identity = held.then(|| "other".to_owned());
        lease
    }

    fn listed() -> Leases {
        let mut leases = Leases::default();
        assert!(!leases.alive().leaves("bar"), "nothing is known yet");
        leases.told(secs(100), watcher::Event::Init);
        leases.told(secs(100), watcher::Event::InitApply(lease(1, true)));
        leases.told(secs(100), watcher::Event::InitDone);
        leases
    }

    #[test]
    fn a_namespace_is_left_alone_as_long_as_its_lease_moves() {
        let mut leases = listed();
        assert!(leases.alive().leaves("bar") && !leases.alive().leaves(SHOP));
        leases.told(secs(102), watcher::Event::Apply(lease(2, true)));
        leases.told(secs(105), watcher::Event::Apply(lease(2, true)));
        assert_eq!((leases.next(), leases.due(secs(111))), (Some(secs(112)), vec![]));
        assert_eq!(leases.due(secs(112)), [SHOP.into()]);
        assert!(!leases.alive().leaves(SHOP), "silence isn't believed unconfirmed");
        leases.read(secs(112), SHOP, Some(record(2, true)));
        assert!(leases.alive().leaves(SHOP));
        assert_eq!(leases.next(), None);
        leases.told(secs(200), watcher::Event::Apply(lease(3, true)));
        assert!(!leases.alive().leaves(SHOP), "it has come back");
    }

    #[test]
    fn a_watch_that_is_silent_because_it_is_broken_lets_no_namespace_fall() {
        let mut leases = listed();
        assert_eq!(leases.due(secs(110)), [SHOP.into()]);
        leases.unread(secs(110), SHOP);
        assert!(!leases.alive().leaves(SHOP));
        assert_eq!(leases.due(secs(112)), [SHOP.into()]);
        leases.read(secs(112), SHOP, Some(record(6, true)));
        assert_eq!((leases.alive().leaves(SHOP), leases.next()), (false, Some(secs(122))));
    }

    #[test]
    fn what_is_given_back_falls_soon_and_what_is_deleted_when_its_time_is_over() {
        let mut leases = listed();
        leases.told(secs(103), watcher::Event::Apply(lease(2, false)));
        assert!(!leases.alive().leaves(SHOP), "another candidate may have it within moments");
        assert_eq!(leases.due(secs(105)), [SHOP.into()]);
        leases.read(secs(105), SHOP, Some(record(2, false)));
        assert!(leases.alive().leaves(SHOP));
        let mut leases = listed();
        leases.told(secs(101), watcher::Event::Delete(lease(1, true)));
        assert_eq!((leases.due(secs(109)), leases.due(secs(110))), (vec![], vec![SHOP.into()]));
        leases.read(secs(110), SHOP, None);
        assert!(leases.alive().leaves(SHOP) && leases.seen.is_empty());
    }

    #[test]
    fn what_nobody_renews_any_more_is_forgotten_when_it_is_deleted() {
        let mut leases = listed();
        leases.read(secs(110), SHOP, Some(record(1, true)));
        assert!(leases.alive().leaves(SHOP) && leases.seen.len() == 1, "it may come back");
        leases.told(secs(120), watcher::Event::Delete(lease(1, true)));
        assert!(leases.seen.is_empty());
        let mut leases = listed();
        leases.read(secs(110), SHOP, Some(record(1, true)));
        leases.told(secs(120), watcher::Event::Init);
        leases.told(secs(120), watcher::Event::InitApply(lease(1, true)));
        leases.told(secs(120), watcher::Event::InitDone);
        assert_eq!(leases.seen.len(), 1, "a list has it");
        leases.told(secs(130), watcher::Event::Init);
        leases.told(secs(130), watcher::Event::InitDone);
        assert!(leases.seen.is_empty(), "another one hasn't");
    }

    /// Two controllers for the whole cluster see the same leases, and one of them stands back.
    #[test]
    fn the_lease_that_was_made_first_is_before_all_others() {
        let at = |second: i64| DateTime::from_timestamp(second, 0);
        let alive = |leases: &[(&str, i64)]| {
            let place = |second| Place { created: at(second), holder: None };
            let namespaces = leases.iter().map(|(namespace, second)| ((*namespace).into(), place(*second)));
            Alive { is_complete: true, namespaces: Arc::new(namespaces.collect()), trouble: None }
        };
        let before = |leases: &[(&str, i64)], own: &str| alive(leases).before(own).map(|(first, _)| first.to_owned());
        assert_eq!(before(&[], "b"), None);
        assert_eq!(before(&[("b", 7)], "b"), None);
        assert_eq!(before(&[("a", 7)], "b").as_deref(), Some("a"), "its own isn't seen yet");
        let three = [("a", 9), ("b", 7), ("c", 8)];
        assert_eq!(before(&three, "b"), None, "it was made first, whatever the others are called");
        assert_eq!(["a", "c"].map(|own| before(&three, own)), [Some("b".to_owned()), Some("b".to_owned())]);
        let same = [("a", 7), ("b", 7)];
        assert_eq!((before(&same, "a"), before(&same, "b").as_deref()), (None, Some("a")));
    }
}
