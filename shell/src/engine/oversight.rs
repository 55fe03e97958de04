//! Overrides as objects of their own: what the watch brings of them, what is said of them, and that they go.

use std::sync::Arc;
use std::time::Duration;

use super::feed::{Asked, Asker, Whose};
use super::ids::{NamespaceId, OverrideId, PolicyId};
use super::now::Now;
use super::policies::{PolicyKey, Slot};
use super::standings::{OverrideKey, Standing};
use super::state::Engine;
use crate::api::overrides::{self, Whom};
use crate::api::problems::Problems;
use crate::api::times::to_instant;
use crate::api::{Identity, Policy, by_fields};
use crate::cluster::requests::{Answer, Failure};
use crate::cluster::seen::{Seen as _, WindowOverride};
use crate::policy::{Apart, Overridden, OverrideFacts, OverridePlan, oversee};
use crate::report::overrides as requests;

/// The most problems of one object that are kept in words; the others are counted.
const PROBLEMS_MAX: usize = 10;

impl Engine {
    /// Takes note of an override that a watch has brought.
    pub(super) fn note_override(&mut self, object: &WindowOverride, listed: bool) {
        if self.passes_over(object.in_namespace()) {
            return;
        }
        if let Some(created) = object.created() {
            self.guard.seen_creation(to_instant(created));
        }
        let namespace = self.namespaces.intern(object.in_namespace());
        let key = OverrideKey { namespace: Arc::clone(&namespace.1), name: object.named().into() };
        let epoch = self.overrides.epoch;
        if let Some(id) = self.standings.find(&key)
            && let Some(known) = self.standings.get_mut(id)
        {
            if *known.identity.uid == *object.uid_text() {
                if !listed && object.version() <= known.version {
                    return;
                }
                let before = known.asked.as_ref().ok().map(|asked| asked.whom.clone());
                let fresh = read(object, namespace.0, &key, epoch);
                let edited = fresh.asked != known.asked;
                known.identity = fresh.identity;
                (known.version, known.epoch) = (fresh.version, epoch);
                (known.asked, known.status) = (fresh.asked, fresh.status);
                let given = known.give(self.rehearsal.as_deref());
                if given || edited {
                    self.mark_overridden(namespace.0, &key.namespace, before.as_ref());
                    self.mark_overridden_by(id);
                }
                self.mark_override(id);
                return;
            }
            self.drop_override(&key);
        }
        let mut standing = read(object, namespace.0, &key, epoch);
        standing.give(self.rehearsal.as_deref());
        let id = self.standings.insert(key, standing);
        self.mark_overridden_by(id);
        self.mark_override(id);
    }

    /// One that is gone.
    pub(super) fn forget_override(&mut self, object: &WindowOverride) {
        let key = OverrideKey { namespace: object.in_namespace().into(), name: object.named().into() };
        let known = self.standings.find(&key).and_then(|id| self.standings.get(id));
        if known.is_some_and(|known| *known.identity.uid == *object.uid_text()) {
            self.drop_override(&key);
        }
    }

    fn drop_override(&mut self, key: &OverrideKey) {
        let Some((id, standing)) = self.standings.remove(key) else { return };
        // Its number may soon be another one's.
        if standing.dirty {
            self.oversights.remove(standing.namespace, id);
        }
        self.override_wakes.set(id, None);
        self.override_rests.set(id, None);
        let whom = standing.asked.as_ref().ok().map(|asked| &asked.whom);
        self.mark_overridden(standing.namespace, &key.namespace, whom);
    }

    /// The API server knows none any more.
    pub(super) fn forget_overrides(&mut self) {
        let all: Vec<_> = self.standings.all().into_iter().filter_map(|id| self.standings.get(id)).collect();
        let all: Vec<_> = all.into_iter().map(Standing::key).collect();
        if !all.is_empty() {
            tracing::warn!("the API server knows no TimeWindowOverrides any more, so there are none");
        }
        all.iter().for_each(|key| self.drop_override(key));
    }

    pub(super) fn overrides_complete(&mut self) {
        let first = !self.overrides.complete;
        let epoch = self.overrides.complete();
        for key in self.standings.of_older_lists(epoch) {
            self.drop_override(&key);
        }
        if first {
            tracing::info!("all TimeWindowOverrides are known");
            self.mark_all();
        }
    }

    /// Has the schedules looked at that an override is for.
    fn mark_overridden_by(&mut self, id: OverrideId) {
        let Some(standing) = self.standings.get(id) else { return };
        let whom = standing.asked.as_ref().ok().map(|asked| asked.whom.clone());
        let (namespace, name) = (standing.namespace, Arc::clone(&standing.identity.namespace));
        self.mark_overridden(namespace, &name, whom.as_ref());
    }

    fn mark_overridden(&mut self, namespace: NamespaceId, name: &Arc<str>, whom: Option<&Whom>) {
        let Some(whom) = whom else { return };
        for id in self.overridden(namespace, name, whom) {
            match whom {
                Whom::OfCluster(_) => self.mark_policy_in(id, name),
                Whom::Named(_) | Whom::Selected(_) => self.mark_policy(id),
            }
        }
    }

    /// The schedules that an override is for.
    fn overridden(&self, namespace: NamespaceId, name: &Arc<str>, whom: &Whom) -> Vec<PolicyId> {
        match whom {
            Whom::Named(named) => {
                let key = PolicyKey { namespace: Arc::clone(name), name: named.clone() };
                self.policies.find(&key).into_iter().collect()
            }
            Whom::OfCluster(named) => {
                let key = PolicyKey { namespace: "".into(), name: named.clone() };
                self.policies.find(&key).into_iter().collect()
            }
            Whom::Selected(_) => {
                let all = self.members.get(&namespace).into_iter().flatten().copied();
                let takes = |id: &PolicyId| {
                    let policy = self.policies.get(*id).map(|slot| &slot.policy);
                    policy
                        .is_some_and(|policy| whom.takes(policy.identity.kind(), &policy.identity.name, &policy.labels))
                };
                all.filter(takes).collect()
            }
        }
    }

    /// Has an override looked at when its turn comes.
    pub(super) fn mark_override(&mut self, id: OverrideId) {
        if let Some(standing) = self.standings.get_mut(id)
            && !standing.dirty
        {
            standing.dirty = true;
            self.oversights.push(standing.namespace, id);
        }
    }

    /// Has the overrides of a namespace looked at: a schedule has changed there, or its holidays.
    pub(super) fn mark_overrides(&mut self, namespace: NamespaceId) {
        let all: Vec<_> = self.standings.of_namespace(namespace).collect();
        all.into_iter().for_each(|id| self.mark_override(id));
    }

    /// Has the overrides looked at that may speak of an object.
    pub(super) fn mark_overrides_of(&mut self, id: PolicyId) {
        if let Some(slot) = self.policies.get(id) {
            let of = self.overrides_of(&slot.policy, slot.namespace);
            of.into_iter().for_each(|id| self.mark_override(id));
        }
    }

    /// The same of one that is gone.
    pub(super) fn mark_overrides_of_policy(&mut self, policy: &Policy, namespace: NamespaceId) {
        self.overrides_of(policy, namespace).into_iter().for_each(|id| self.mark_override(id));
    }

    /// The overrides that may speak of an object: those of its namespace, or of one of the cluster those that name it.
    fn overrides_of(&self, policy: &Policy, namespace: NamespaceId) -> Vec<OverrideId> {
        if !policy.identity.is_of_cluster() {
            return self.standings.of_namespace(namespace).collect();
        }
        let names = |id: &OverrideId| self.standings.get(*id).is_some_and(|standing| standing.takes(policy));
        self.standings.all().into_iter().filter(names).collect()
    }

    /// Says of overrides what there is to say.
    pub(super) fn oversee_around(&mut self) {
        if !self.scalers.complete || !self.overrides.complete {
            return;
        }
        while !self.oversights.is_empty() {
            let moment = self.time.moment();
            if self.stopping || !self.lead.holds(moment.boot) {
                return;
            }
            let now = self.read_clock(moment);
            // Of an override there is nothing to say by a wrong clock.
            if !now.state.is_right() {
                return;
            }
            let may = |namespace| self.turns.may_report(namespace, moment.boot);
            let Some(id) = self.oversights.next(may) else { return };
            self.oversee(id, &now);
        }
    }

    fn oversee(&mut self, id: OverrideId, now: &Now) {
        let boot = now.moment.boot;
        let Some(standing) = self.standings.get_mut(id) else { return };
        standing.dirty = false;
        if standing.sending || standing.identity.deleting || self.lead.leaves_alone(&standing.identity.namespace) {
            // It is looked at again when the request has come to its end.
            return;
        }
        let rests = standing.rests_until();
        if rests > boot {
            self.override_rests.set(id, Some(rests));
            return;
        }
        // Of those of the cluster it isn't said before they are known that there is none.
        let names_cluster =
            |standing: &Standing| standing.asked.as_ref().is_ok_and(|asked| matches!(asked.whom, Whom::OfCluster(_)));
        if names_cluster(standing) && self.is_wide() && !self.knows_cluster() && self.cluster_scalers.trouble.is_none()
        {
            return;
        }
        // Which days are holidays comes with the watch.
        let Some(plan) = self.plan_override(id, now) else { return };
        self.override_wakes.set(id, plan.wake);
        let Some(standing) = self.standings.get_mut(id) else { return };
        let (request, what) = if plan.delete {
            (requests::delete(&standing.identity, standing.version), Asked::OverrideDeletion)
        } else if plan.status == standing.status {
            return;
        } else {
            let request = requests::write(&standing.identity, standing.version, &plan.status);
            standing.pace.note(boot);
            (request, Asked::OverrideStatus(Box::new(plan.status)))
        };
        standing.sending = true;
        let (namespace, uid) = (standing.namespace, standing.identity.uid.clone());
        self.turns.begin_report(namespace);
        self.spawn(Asker { whose: Whose::Override(id), namespace, uid }, request, what);
    }

    fn plan_override(&self, id: OverrideId, now: &Now) -> Option<OverridePlan> {
        let standing = self.standings.get(id)?;
        let whom = standing.asked.as_ref().ok().map(|asked| &asked.whom);
        let found = whom.map(|whom| self.overridden(standing.namespace, &standing.identity.namespace, whom));
        let slots = found.iter().flatten().filter_map(|id| self.policies.get(*id));
        let mut scalers: Vec<_> = slots
            .filter(|slot| !slot.policy.identity.deleting)
            .map(|slot| Overridden {
                name: &slot.policy.identity.name,
                apart: self.apart(slot, &standing.identity.namespace),
                compiled: slot.policy.compiled(),
                holidays: self.holidays(slot),
            })
            .collect();
        scalers.sort_by_key(|scaler| scaler.name);
        oversee(&OverrideFacts {
            identity: &standing.identity,
            asked: standing.asked.as_ref().map_err(|problems| &**problems),
            before: &standing.status,
            scalers: &scalers,
            wide: self.is_wide(),
            verified: self.requesters_verified,
            now: now.schedule,
            rehearsal: self.rehearsal.as_deref(),
        })
    }

    /// Why an override in a namespace is for no target of an object of the cluster.
    fn apart(&self, slot: &Slot, namespace: &str) -> Option<Apart> {
        if !slot.policy.identity.is_of_cluster() {
            return None;
        }
        let selecting = slot.policy.aim.as_ref()?.selecting();
        let Some(namespaces) = selecting.and_then(|selecting| selecting.selection.namespaces()) else {
            return Some(Apart::Named);
        };
        (!self.takes_namespace(namespaces, namespace)).then_some(Apart::Elsewhere)
    }

    /// A request about an override has come to its end.
    pub(super) fn override_told(
        &mut self,
        id: OverrideId,
        uid: &str,
        what: Asked,
        result: Result<Answer, Failure>,
        boot: Duration,
    ) {
        let known = self.standings.get_mut(id).filter(|standing| *standing.identity.uid == *uid);
        let Some(standing) = known else { return };
        standing.sending = false;
        let salt = u64::try_from(standing.identity.created.timestamp()).unwrap_or_default();
        match result {
            // It is on its way out, which the watch tells.
            Ok(_) if matches!(what, Asked::OverrideDeletion) => return,
            Ok(answer) => {
                standing.failures.clear();
                if let Asked::OverrideStatus(status) = what
                    && standing.version < answer.version()
                {
                    standing.version = answer.version();
                    standing.status = *status;
                    if standing.give(self.rehearsal.as_deref()) {
                        self.mark_overridden_by(id);
                    }
                }
            }
            // It is gone, which the watch tells.
            Err(Failure::Refused { code: 404, .. }) => return,
            // It is another's to write, or the next process'.
            Err(Failure::NotSent) => {}
            Err(failure) => {
                standing.failures.fail(boot, failure.wait(), salt);
                // Of one that is another than was seen, the watch brings what it is now.
                if failure.code() != Some(409) {
                    let object = format!("{}/{}", standing.identity.namespace, standing.identity.name);
                    let error = failure.message();
                    tracing::warn!(object, error, "a TimeWindowOverride could not be written");
                }
            }
        }
        self.mark_override(id);
    }
}

fn read(object: &WindowOverride, namespace: NamespaceId, key: &OverrideKey, epoch: u32) -> Standing {
    let mut problems = Problems::at_most(PROBLEMS_MAX);
    let spec = overrides::override_spec(&object.spec, &mut problems);
    let asked = spec.and_then(|spec| overrides::Asked::of(&spec, &mut problems)).filter(|_| problems.is_empty());
    by_fields(&mut problems);
    Standing {
        identity: Identity {
            namespace: Arc::clone(&key.namespace),
            name: key.name.clone(),
            uid: object.uid_text().into(),
            generation: object.generation(),
            created: object.created().map(to_instant).unwrap_or_default(),
            deleting: object.is_deleting(),
        },
        namespace,
        version: object.version(),
        epoch,
        asked: asked.ok_or_else(|| Arc::new(problems.closed())),
        status: serde::Deserialize::deserialize(&object.status).unwrap_or_default(),
        given: None,
        sending: false,
        dirty: false,
        failures: super::policies::Backoff::default(),
        pace: super::policies::Pace::default(),
    }
}
