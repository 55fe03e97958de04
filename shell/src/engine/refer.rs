//! What an object refers to: its target, which it claims, and the ConfigMap of its holidays, which is watched for it.

use std::sync::Arc;

use kube::Api;
use tokio::sync::{mpsc, watch};

use super::calendars::{CalendarKey, Follow};
use super::feed::Feed;
use super::ids::{CalendarId, PolicyId, TargetId};
use super::state::Engine;
use super::targets::Claimant;
use crate::api::selection::Selecting;
use crate::api::{Identity, Policy};
use crate::cluster::seen::Dates;
use crate::cluster::watch::{self as watches, Change, Recovered};
use crate::policy::claims::Breadth;
use crate::target::TargetKey;

impl Engine {
    /// Takes note of what an object refers to now: its target, and its holidays. What is new is taken before the old is given
    /// up, so that an edit of something else loses nothing to those that wait for it.
    pub(super) fn refer(&mut self, id: PolicyId) {
        let claim = self.named_by(id).map(|(target, claimant)| {
            if !claimant.invalid {
                self.watch_kind(&target.kind);
            }
            let target = self.targets.intern(target);
            if self.targets.claim(target, claimant.clone()) {
                self.divide(target);
            }
            self.watch_scaled(target);
            (target, claimant)
        });
        let calendar = self.calendar_of(id).map(|key| {
            let (calendar, follow) = self.calendars.ask(key, id);
            self.follow(follow);
            calendar
        });
        self.note_named(id);
        self.unrefer(id, claim, calendar);
        self.select(id, self.picked_by(id));
        if let Some(slot) = self.policies.get_mut(id) {
            slot.named = None;
        }
    }

    /// Takes note of what an object has named until now, which it may hold, and which may have to have back what it had by what the object
    /// says now.
    fn note_named(&mut self, id: PolicyId) {
        let Some(slot) = self.policies.get_mut(id) else { return };
        slot.named = slot.claim.as_ref().map(|claim| claim.0);
        let named = slot.named.and_then(|target| Some((target, self.targets.get(target)?)));
        if let Some((target, _)) = named.filter(|(_, target)| target.entry.is_some()) {
            self.orphans.insert(target);
        }
    }

    /// What an object picks, and its claim to each of that.
    fn picked_by(&self, id: PolicyId) -> Option<(Arc<Selecting>, Claimant)> {
        let policy = &self.policies.get(id).filter(|slot| !slot.policy.identity.deleting)?.policy;
        let selecting = Arc::clone(policy.aim.as_ref()?.selecting()?);
        Some((selecting, claimant(policy, id, Breadth::selected(policy.identity.kind()))))
    }

    /// The target that an object names, and its claim to that.
    fn named_by(&self, id: PolicyId) -> Option<(TargetKey, Claimant)> {
        let policy = &self.policies.get(id).filter(|slot| !slot.policy.identity.deleting)?.policy;
        let named = policy.aim.as_ref()?.named()?.clone();
        let namespace = Arc::clone(&policy.identity.namespace);
        let key = TargetKey { kind: named.kind, namespace, name: named.name };
        Some((key, claimant(policy, id, Breadth::named(policy.identity.kind()))))
    }

    /// Where an object's holidays come from.
    fn calendar_of(&self, id: PolicyId) -> Option<CalendarKey> {
        let policy = &self.policies.get(id).filter(|slot| !slot.policy.identity.deleting)?.policy;
        let name = policy.compiled()?.holidays.clone()?;
        // One of the cluster has them where Kyklos itself is.
        let is_of_cluster = policy.identity.is_of_cluster();
        let namespace = if is_of_cluster { &self.own_namespace } else { &policy.identity.namespace };
        Some(CalendarKey { namespace: Arc::clone(namespace), name })
    }

    /// Puts something else, or nothing, in the place of what an object refers to, and gives that up where it is another.
    pub(super) fn unrefer(&mut self, id: PolicyId, claim: Option<(TargetId, Claimant)>, calendar: Option<CalendarId>) {
        let Some(slot) = self.policies.get_mut(id) else { return };
        let old_claim = std::mem::replace(&mut slot.claim, claim);
        let old_calendar = std::mem::replace(&mut slot.calendar, calendar);
        if let Some(head) = self.assignments.get_mut(slot.head) {
            // Of one that can't be followed nothing is said of a target.
            head.target = slot.claim.as_ref().filter(|claim| !claim.1.invalid).map(|claim| claim.0);
        }
        if let Some((target, claimant)) = old_claim.filter(|old| slot.claim.as_ref() != Some(old)) {
            self.orphans.insert(target);
            if self.targets.release(target, &claimant) {
                self.divide(target);
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
                users.into_iter().for_each(|user| self.mark_policy(user));
            }
        }
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

/// The claim of an object.
fn claimant(policy: &Policy, id: PolicyId, breadth: Breadth) -> Claimant {
    let Identity { name, created, .. } = &policy.identity;
    Claimant { breadth, invalid: policy.spec.is_err(), created: *created, name: name.clone(), policy: id }
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
