//! What an object refers to: its target, which it claims, and the ConfigMap of its holidays, which is watched for it.

use std::sync::Arc;

use kube::Api;
use tokio::sync::{mpsc, watch};

use super::calendars::{CalendarKey, Follow};
use super::feed::Feed;
use super::ids::{CalendarId, PolicyId, TargetId};
use super::state::Engine;
use super::targets::Claimant;
use crate::cluster::seen::Dates;
use crate::cluster::watch::{self as watches, Change, Recovered};
use crate::target::TargetKey;

impl Engine {
    /// Takes note of what an object refers to now: its target, and its holidays. What is new is taken before the old is given
    /// up, so that an edit of something else loses nothing to those that wait for it.
    pub(super) fn refer(&mut self, id: PolicyId) {
        let Some(slot) = self.policies.get(id) else { return };
        let identity = &slot.policy.identity;
        let compiled = slot.policy.compiled().filter(|_| !identity.deleting);
        let names = compiled.map(|compiled| {
            let namespace = || Arc::clone(&identity.namespace);
            let target = TargetKey {
                kind: compiled.target.kind.clone(),
                namespace: namespace(),
                name: compiled.target.name.clone(),
            };
            let claimant = Claimant { created: identity.created, name: identity.name.clone(), policy: id };
            let holidays = compiled.holidays.as_ref();
            (target, claimant, holidays.map(|name| CalendarKey { namespace: namespace(), name: name.clone() }))
        });
        let (claim, calendar) = match names {
            Some((target, claimant, holidays)) => {
                self.watch_kind(&target.kind);
                let target = self.targets.intern(target);
                if self.targets.claim(target, claimant.clone()) {
                    self.mark_claimants(target);
                }
                self.watch_scaled(target);
                let calendar = holidays.map(|key| {
                    let (calendar, follow) = self.calendars.ask(key, id);
                    self.follow(follow);
                    calendar
                });
                (Some((target, claimant)), calendar)
            }
            None => (None, None),
        };
        self.unrefer(id, claim, calendar);
    }

    /// Puts something else, or nothing, in the place of what an object refers to, and gives that up where it is another.
    pub(super) fn unrefer(&mut self, id: PolicyId, claim: Option<(TargetId, Claimant)>, calendar: Option<CalendarId>) {
        let Some(slot) = self.policies.get_mut(id) else { return };
        let old_claim = std::mem::replace(&mut slot.claim, claim);
        let old_calendar = std::mem::replace(&mut slot.calendar, calendar);
        if let Some((target, claimant)) = old_claim.filter(|old| slot.claim.as_ref() != Some(old)) {
            self.orphans.insert(target);
            if self.targets.release(target, &claimant) {
                self.mark_claimants(target);
            }
            let kind = self.targets.key(target).map(|key| key.kind.clone());
            self.targets.tidy(target);
            if let Some(kind) = kind {
                self.tidy_kind(&kind);
            }
        }
        if let Some(old) = old_calendar.filter(|old| calendar != Some(*old)) {
            let follow = self.calendars.release(old, id);
            self.follow(follow);
            while let Some((key, users)) = self.calendars.admit() {
                self.follow(Follow::Start(key));
                users.into_iter().for_each(|user| self.mark(user));
            }
        }
    }

    pub(super) fn mark_claimants(&mut self, target: TargetId) {
        let all: Vec<_> = self.targets.claimants(target).collect();
        all.into_iter().for_each(|id| self.mark(id));
    }

    fn follow(&mut self, follow: Follow) {
        match follow {
            Follow::Nothing => {}
            Follow::Stop(key) => {
                if let Some(task) = self.calendar_watches.remove(&key) {
                    task.abort();
                }
                // Those that have ended are still held until somebody asks.
                while self.watches.try_join_next().is_some() {}
            }
            Follow::Start(key) => {
                let api: Api<Dates> = Api::namespaced(self.watching.clone(), &key.namespace);
                let feeds = self.feeds.clone();
                let task = self.watches.spawn(watch_dates(api, key.clone(), feeds, self.recovered.subscribe()));
                self.calendar_watches.insert(key, task);
            }
        }
    }
}

/// Watches one ConfigMap. The list says whether it is there.
async fn watch_dates(
    api: Api<Dates>,
    key: CalendarKey,
    feeds: mpsc::Sender<Feed>,
    recovered: watch::Receiver<Recovered>,
) {
    let fields = format!("metadata.name={}", key.name);
    let what = format!("the ConfigMap {}/{}", key.namespace, key.name);
    let mut listed = None;
    let news = move |change: Change<Dates>| {
        let news = match change {
            Change::Restarted => {
                listed = None;
                return None;
            }
            Change::Listed(object) => {
                listed = Some(object.dates);
                return None;
            }
            Change::Complete => Ok(listed.take()),
            Change::Applied(object) => Ok(Some(object.dates)),
            Change::Deleted(_) => Ok(None),
            Change::Interrupted(trouble) => Err(trouble),
            Change::Through => return None,
        };
        Some(Feed::Dates(key.clone(), news))
    };
    watches::watch(api, Some(fields), what, feeds, recovered, news).await;
}
