//! Where holidays come from, and what is known of them.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use super::ids::{CalendarId, PolicyId, Shelf};
use crate::calendar::Dates;
use crate::cluster::watch::Trouble;

/// The most ConfigMaps that are watched in a namespace.
pub const IN_A_NAMESPACE: usize = 16;
/// The most that are watched in all: each is a connection.
pub const IN_ALL: usize = 256;
/// A refusal counts once it has lasted so long: rights are loaded late, and a ConfigMap may be on its way.
const REFUSED_FOR: Duration = Duration::from_secs(60);
/// A ConfigMap that is deleted may be made anew at once (`kubectl replace --force`), so for so long it is as it was.
const GONE_FOR: Duration = Duration::from_secs(5);

/// The name of a ConfigMap.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CalendarKey {
    /// Its namespace.
    pub namespace: Arc<str>,
    /// Its name.
    pub name: Box<str>,
}

/// What is known of a ConfigMap.
#[derive(Debug, Clone, PartialEq)]
pub enum Known {
    /// Nothing yet.
    Unknown,
    /// That it isn't there.
    Missing,
    /// That the API server doesn't let it be read.
    Unreadable(Arc<str>),
    /// That it isn't looked at, because too many are.
    Capped(&'static str),
    /// What it says.
    Found(Arc<Dates>),
}

/// A ConfigMap.
#[derive(Debug)]
pub struct Calendar {
    /// Its name.
    pub key: CalendarKey,
    /// What is known of it.
    pub known: Known,
    /// Those that take their holidays from it.
    pub users: BTreeSet<PolicyId>,
    refused_since: Option<Duration>,
}

/// All ConfigMaps that are named.
#[derive(Debug, Default)]
pub struct Calendars {
    shelf: Shelf<CalendarKey, CalendarId, Calendar>,
    watched: HashMap<Arc<str>, usize>,
    in_all: usize,
    /// Those that were deleted a moment ago.
    gone: HashMap<CalendarId, Duration>,
}

/// What has to be done about a watch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Follow {
    /// Nothing.
    Nothing,
    /// Start it.
    Start(CalendarKey),
    /// Stop it.
    Stop(CalendarKey),
}

impl Calendars {
    /// A ConfigMap.
    pub fn get(&self, id: CalendarId) -> Option<&Calendar> {
        self.shelf.get(id)
    }

    /// All of which nothing is known yet, for the page that says why nothing happens.
    pub fn unknown(&self) -> impl Iterator<Item = &CalendarKey> {
        let unknown = self.shelf.iter().filter(|(_, calendar)| calendar.known == Known::Unknown);
        unknown.map(|(_, calendar)| &calendar.key)
    }

    /// A policy names a ConfigMap.
    pub fn ask(&mut self, key: CalendarKey, policy: PolicyId) -> (CalendarId, Follow) {
        if let Some(id) = self.shelf.find(&key) {
            if let Some(calendar) = self.shelf.get_mut(id) {
                calendar.users.insert(policy);
            }
            return (id, Follow::Nothing);
        }
        let in_namespace = self.watched.get(&key.namespace).copied().unwrap_or(0);
        let known = if in_namespace >= IN_A_NAMESPACE {
            Known::Capped("the objects of this namespace name more than 16 ConfigMaps, and no more are read")
        } else if self.in_all >= IN_ALL {
            Known::Capped("the objects of all namespaces name more than 256 ConfigMaps, and no more are read")
        } else {
            Known::Unknown
        };
        let watched = known == Known::Unknown;
        let calendar = Calendar { key: key.clone(), known, users: [policy].into(), refused_since: None };
        let id = self.shelf.find_or_insert(key.clone(), |_| calendar);
        if watched {
            *self.watched.entry(Arc::clone(&key.namespace)).or_default() += 1;
            self.in_all += 1;
        }
        (id, if watched { Follow::Start(key) } else { Follow::Nothing })
    }

    /// A policy names it no longer. A place that becomes free goes to one that has waited for it: see [`admit`](Self::admit).
    pub fn release(&mut self, id: CalendarId, policy: PolicyId) -> Follow {
        let Some(calendar) = self.shelf.get_mut(id) else { return Follow::Nothing };
        calendar.users.remove(&policy);
        if !calendar.users.is_empty() {
            return Follow::Nothing;
        }
        let (key, was_watched) = (calendar.key.clone(), !matches!(calendar.known, Known::Capped(_)));
        self.shelf.remove(&key);
        self.gone.remove(&id);
        if !was_watched {
            return Follow::Nothing;
        }
        self.in_all = self.in_all.saturating_sub(1);
        if let Some(count) = self.watched.get_mut(&key.namespace) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.watched.remove(&key.namespace);
            }
        }
        Follow::Stop(key)
    }

    /// Gives a free place to one that waits for it. Returns those that have to look again, and its name.
    pub fn admit(&mut self) -> Option<(CalendarKey, BTreeSet<PolicyId>)> {
        if self.in_all >= IN_ALL {
            return None;
        }
        let waiting = self.shelf.iter().find(|(_, calendar)| {
            let full = self.watched.get(&calendar.key.namespace).is_some_and(|count| *count >= IN_A_NAMESPACE);
            matches!(calendar.known, Known::Capped(_)) && !full
        });
        let id = waiting.map(|(id, _)| id)?;
        let calendar = self.shelf.get_mut(id)?;
        calendar.known = Known::Unknown;
        *self.watched.entry(Arc::clone(&calendar.key.namespace)).or_default() += 1;
        self.in_all += 1;
        Some((calendar.key.clone(), calendar.users.clone()))
    }

    /// The watch has brought it, or that there is none. Returns those that have to look again.
    pub fn found(&mut self, key: &CalendarKey, dates: Option<Arc<Dates>>, boot: Duration) -> BTreeSet<PolicyId> {
        let Some(id) = self.shelf.find(key) else { return BTreeSet::new() };
        let is_there = dates.is_some();
        let was_there = self.shelf.get(id).is_some_and(|calendar| matches!(calendar.known, Known::Found(_)));
        match (was_there, is_there) {
            (true, false) => drop(self.gone.entry(id).or_insert(boot)),
            (_, true) => drop(self.gone.remove(&id)),
            (false, false) => {}
        }
        self.change(key, |calendar| {
            calendar.refused_since = None;
            match dates {
                Some(dates) => calendar.known = Known::Found(dates),
                None if was_there => {}
                None => calendar.known = Known::Missing,
            }
        })
    }

    /// The watch was interrupted. Only a refusal says anything about the ConfigMap, and only one that lasts.
    pub fn interrupted(&mut self, key: &CalendarKey, trouble: &Trouble, boot: Duration) -> BTreeSet<PolicyId> {
        self.change(key, |calendar| {
            if !trouble.is_refusal() {
                calendar.refused_since = None;
                return;
            }
            let since = *calendar.refused_since.get_or_insert(boot);
            if boot.saturating_sub(since) >= REFUSED_FOR {
                calendar.known = Known::Unreadable(trouble.what.as_str().into());
            }
        })
    }

    /// What has changed by the time alone: a ConfigMap that was deleted is missed after a while.
    pub fn tick(&mut self, boot: Duration) -> BTreeSet<PolicyId> {
        let for_good = self.gone.iter().filter(|(_, since)| boot.saturating_sub(**since) >= GONE_FOR);
        let for_good: Vec<_> = for_good.map(|(id, _)| *id).collect();
        let mut affected = BTreeSet::new();
        for id in for_good {
            self.gone.remove(&id);
            if let Some(calendar) = self.shelf.get_mut(id) {
                calendar.known = Known::Missing;
                affected.extend(calendar.users.iter().copied());
            }
        }
        affected
    }

    /// When [`tick`](Self::tick) has something to do.
    pub fn next_tick(&self) -> Option<Duration> {
        self.gone.values().min().map(|since| *since + GONE_FOR)
    }

    fn change(&mut self, key: &CalendarKey, change: impl FnOnce(&mut Calendar)) -> BTreeSet<PolicyId> {
        let Some(calendar) = self.shelf.find(key).and_then(|id| self.shelf.get_mut(id)) else {
            return BTreeSet::new();
        };
        let before = calendar.known.clone();
        change(calendar);
        if calendar.known == before { BTreeSet::new() } else { calendar.users.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::ids::Id as _;

    fn key(namespace: &str, name: &str) -> CalendarKey {
        CalendarKey { namespace: namespace.into(), name: name.into() }
    }

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn refusal(code: u16) -> Trouble {
        Trouble { what: "no".into(), refused: Some(code) }
    }

    #[test]
    fn an_answer_that_is_no_refusal_says_nothing_and_a_refusal_has_to_last() {
        let mut calendars = Calendars::default();
        let (days, policy) = (key("shop", "days"), PolicyId::new(0));
        let (id, follow) = calendars.ask(days.clone(), policy);
        assert_eq!(follow, Follow::Start(days.clone()));
        for code in [500, 503, 429, 504, 410] {
            assert!(calendars.interrupted(&days, &refusal(code), at(100)).is_empty(), "{code}");
        }
        assert!(calendars.interrupted(&days, &refusal(403), at(200)).is_empty());
        assert!(calendars.interrupted(&days, &refusal(403), at(259)).is_empty());
        assert_eq!(calendars.get(id).unwrap().known, Known::Unknown);
        assert_eq!(calendars.interrupted(&days, &refusal(403), at(260)), [policy].into());
        assert_eq!(calendars.get(id).unwrap().known, Known::Unreadable("no".into()));
        assert_eq!(calendars.found(&days, None, at(300)), [policy].into());
        assert_eq!(calendars.get(id).unwrap().known, Known::Missing);
    }

    #[test]
    fn one_that_is_made_anew_at_once_was_never_missing() {
        let mut calendars = Calendars::default();
        let (days, policy) = (key("shop", "days"), PolicyId::new(0));
        let (id, _) = calendars.ask(days.clone(), policy);
        let dates = Arc::new(Dates::default());
        assert_eq!(calendars.found(&days, Some(Arc::clone(&dates)), at(0)), [policy].into());
        assert!(calendars.found(&days, None, at(10)).is_empty());
        assert_eq!(calendars.next_tick(), Some(at(15)));
        assert!(calendars.tick(at(14)).is_empty());
        assert!(calendars.found(&days, Some(dates), at(14)).is_empty());
        assert_eq!((calendars.next_tick(), calendars.tick(at(99)).len()), (None, 0));
        calendars.found(&days, None, at(100));
        assert_eq!(calendars.tick(at(105)), [policy].into());
        assert_eq!(calendars.get(id).unwrap().known, Known::Missing);
    }

    #[test]
    fn a_namespace_has_sixteen_and_a_free_place_goes_to_one_that_waits() {
        let mut calendars = Calendars::default();
        let ask = |calendars: &mut Calendars, place: u32| {
            calendars.ask(key("shop", &format!("days-{place}")), PolicyId::new(place))
        };
        let ids: Vec<_> = (0..18).map(|place| ask(&mut calendars, place)).collect();
        assert_eq!(ids.iter().filter(|(_, follow)| matches!(follow, Follow::Start(_))).count(), IN_A_NAMESPACE);
        assert!(matches!(calendars.get(ids[16].0).unwrap().known, Known::Capped(_)));
        assert!(matches!(calendars.ask(key("other", "days"), PolicyId::new(99)).1, Follow::Start(_)));
        assert_eq!(calendars.admit(), None);
        assert_eq!(calendars.release(ids[3].0, PolicyId::new(3)), Follow::Stop(key("shop", "days-3")));
        let (admitted, users) = calendars.admit().unwrap();
        assert_eq!((admitted, users), (key("shop", "days-16"), [PolicyId::new(16)].into()));
        assert_eq!(calendars.admit(), None);
        assert_eq!(calendars.release(ids[17].0, PolicyId::new(17)), Follow::Nothing, "it was never watched");
    }

    #[test]
    fn there_are_256_in_all() {
        let mut calendars = Calendars::default();
        let mut started = 0;
        for place in 0..300u32 {
            let namespace = format!("n{}", place / 10);
            let (_, follow) = calendars.ask(key(&namespace, &format!("days-{place}")), PolicyId::new(place));
            started += usize::from(matches!(follow, Follow::Start(_)));
        }
        assert_eq!(started, IN_ALL);
    }
}
