//! What is scaled for whom: the unit of the engine's work.

use std::time::Duration;

use super::feed::Recall;
use super::ids::{AssignmentId, NamespaceId, PolicyId, Shelf, TargetId};
use super::policies::{Backoff, Slot};
use super::rotation::Rotation;
use super::saved::Saved;
use super::state::Engine;
use crate::policy::{Attempt, History};

/// Which one: of which object, and for which target. Each object has one without: it is looked at for what there is to tell of the
/// object, and for the target that the object names, whichever that is.
pub type AssignmentKey = (PolicyId, Option<TargetId>);

/// All of them.
pub type Assignments = Shelf<AssignmentKey, AssignmentId, Assignment>;

/// So often in a row one version may be called stale, a second apart. After that it is a refusal like any other.
const REFUTED: u8 = 10;

/// What is known of an object and a target of it, and what is due for the two.
#[derive(Debug)]
pub struct Assignment {
    /// The object.
    pub policy: PolicyId,
    /// The target's namespace, in whose lane it waits.
    pub namespace: NamespaceId,
    /// The target; none where the object is invalid in a way that leaves it open, or has many.
    pub target: Option<TargetId>,
    /// Whether it is of one of many targets.
    pub is_member: bool,
    /// What earlier looks came to.
    pub history: History,
    /// The last write of the target, as long as there is something to tell about it.
    pub attempt: Option<Box<Attempt>>,
    /// How often in a row it has failed, and until when it rests.
    pub scales: Backoff,
    /// Whether a write of the target is under way.
    pub scaling: bool,
    /// What calls that back as long as it hasn't left.
    pub recall: Option<Recall>,
    /// Whether it is being written down what the target had.
    pub recording: bool,
    /// Why that failed the last time.
    pub unwritten: Option<Box<str>>,
    /// The resource version of the target that the API server has called stale.
    pub stale: Option<u64>,
    /// The one that it has called so last, and how often in a row.
    pub refuted: (u64, u8),
    /// Whether it waits for a look.
    pub dirty: bool,
    /// What it has saved since this process acts.
    pub saved: Saved,
}

impl Assignment {
    /// One that nobody has looked at yet.
    pub fn new(policy: PolicyId, namespace: NamespaceId, target: Option<TargetId>, history: History) -> Self {
        Self {
            policy,
            namespace,
            target,
            is_member: false,
            history,
            attempt: None,
            scales: Backoff::default(),
            scaling: false,
            recall: None,
            recording: false,
            unwritten: None,
            stale: None,
            refuted: (0, 0),
            dirty: false,
            saved: Saved::default(),
        }
    }

    /// Another process acts now. What is in flight still has its end to be counted.
    pub fn stand_by(&mut self, boot: Duration) {
        if !self.scaling {
            self.attempt = None;
        }
        self.unwritten = None;
        self.history.untold = None;
        self.scales.clear();
        self.saved.note(0, boot);
    }

    /// The API server calls this resource version of the target stale. Says whether it may mean that: the watch brings what the API
    /// server knows within moments, and an admission webhook may call anything a conflict.
    pub fn is_refuted(&mut self, version: u64) -> bool {
        let times = if self.refuted.0 == version { self.refuted.1 } else { 0 };
        self.refuted = (version, times.saturating_add(1));
        times < REFUTED
    }

    /// Whether it has to wait for an answer, or for what the watch brings.
    pub fn waits(&self) -> bool {
        self.scaling || self.recording || self.stale.is_some()
    }
}

impl Engine {
    /// Has one looked at when its turn comes. What was decided before and hasn't left yet isn't sent any more.
    pub(super) fn mark(&mut self, id: AssignmentId) {
        self.mark_by(id, Rotation::push);
    }

    /// The same of one whose write was accepted: it goes on before others of its namespace begin.
    pub(super) fn mark_next(&mut self, id: AssignmentId) {
        self.mark_by(id, Rotation::push_next);
    }

    fn mark_by(&mut self, id: AssignmentId, put: fn(&mut Rotation<AssignmentId>, NamespaceId, AssignmentId)) {
        let Some(task) = self.assignments.get_mut(id) else { return };
        if let Some(recall) = &task.recall {
            recall.call_back();
        }
        // One whose write is under way is looked at when that has ended.
        if task.dirty || task.scaling {
            return;
        }
        task.dirty = true;
        let many = self.policies.get_mut(task.policy).and_then(|slot| slot.many.as_mut());
        if many.is_some() && !task.is_member {
            self.summaries.push_back(id);
            return;
        }
        put(&mut self.looks, task.namespace, id);
        if let Some(many) = many {
            many.waiting += 1;
        }
    }

    /// Has one looked at of which something was edited: at once, if only to take note of it, where its write is under way.
    fn mark_edited(&mut self, id: AssignmentId) {
        self.mark(id);
        if self.assignments.get(id).is_some_and(|task| task.scaling) {
            self.edited.push(id);
        }
    }

    /// Has all of an object looked at.
    pub(super) fn mark_policy(&mut self, id: PolicyId) {
        let Some(slot) = self.policies.get(id) else { return };
        let picked = slot.many.iter().flat_map(|many| &many.picked);
        let members = picked.filter_map(|target| self.assignments.find(&(id, Some(*target))));
        let all: Vec<_> = std::iter::once(slot.head).chain(members).collect();
        all.into_iter().for_each(|id| self.mark_edited(id));
    }

    /// Has those of an object looked at whose targets are in a namespace.
    pub(super) fn mark_policy_in(&mut self, id: PolicyId, namespace: &str) {
        let targets = self.targets.in_namespace(namespace).into_iter();
        let members: Vec<_> = targets.filter_map(|target| self.assignments.find(&(id, Some(target)))).collect();
        members.into_iter().for_each(|id| self.mark_edited(id));
    }

    /// Has every one looked at, and every override.
    pub(super) fn mark_all(&mut self) {
        let all: Vec<_> = self.assignments.iter().map(|(id, _)| id).collect();
        all.into_iter().for_each(|id| self.mark(id));
        for id in self.standings.all() {
            self.mark_override(id);
        }
    }

    /// Has a target looked at for all that claim it, what it scales or what scales it.
    pub(super) fn mark_claimants(&mut self, target: TargetId) {
        let all: Vec<_> = self.targets.claimants(target).collect();
        for (claimant, claimed) in all {
            if let Some(id) = self.assigned(claimant, claimed) {
                self.mark(id);
            }
        }
    }

    /// Has a target looked at for who acts on it.
    pub(super) fn mark_holder(&mut self, target: TargetId) {
        if let Some(id) = self.held_by(target) {
            self.mark(id);
        }
    }

    /// By which a target is scaled, where anybody does.
    pub(super) fn held_by(&self, target: TargetId) -> Option<AssignmentId> {
        let (holder, claimed) = self.targets.held_by(target)?;
        self.assigned(holder, claimed)
    }

    /// That of an object for a target.
    pub(super) fn assigned(&self, policy: PolicyId, target: TargetId) -> Option<AssignmentId> {
        self.assignments.find(&(policy, Some(target))).or_else(|| {
            let head = self.policies.get(policy)?.head;
            (self.assignments.get(head)?.target == Some(target)).then_some(head)
        })
    }

    /// That by which an object is told of.
    pub(super) fn head(&self, slot: &Slot) -> Option<&Assignment> {
        self.assignments.get(slot.head)
    }

    /// One that a request was made for, on account of an object with this uid, if it is still the same.
    pub(super) fn still(&mut self, id: AssignmentId, target: TargetId, uid: &str) -> Option<&mut Assignment> {
        let task = self.assignments.get_mut(id)?;
        let slot = self.policies.get(task.policy)?;
        let same = slot.head == id || task.target == Some(target);
        (same && *slot.policy.identity.uid == *uid).then_some(task)
    }

    /// Forgets one. Its number may soon be another one's.
    pub(super) fn drop_assignment(&mut self, key: AssignmentKey) {
        let Some(id) = self.assignments.find(&key) else { return };
        let Some(task) = self.assignments.remove(&key) else { return };
        if let Some(recall) = &task.recall {
            recall.call_back();
        }
        if task.dirty {
            self.looks.remove(task.namespace, id);
            self.summaries.retain(|other| *other != id);
        }
        self.edited.retain(|other| *other != id);
        self.wakes.set(id, None);
        self.retries.set(id, None);
    }
}
