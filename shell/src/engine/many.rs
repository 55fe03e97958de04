//! An object of many targets: how those stand, and when there is something to tell of all of them together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use super::assignments::{Assignment, AssignmentKey};
use super::brakes::Brakes;
use super::governed::{Governing, LeftOut, Why};
use super::ids::{AssignmentId, PolicyId, TargetId};
use super::now::Now;
use super::policies::Slot;
use super::state::Engine;
use super::targets::Claimant;
use super::wait::Wait;
use crate::api::selection::{Exclusion, Selecting};
use crate::api::{TargetStatus, TargetsStatus};
use crate::policy::changes::Changes;
use crate::policy::summary::{Member, NAMED_MAX, Stands, Summary, Tally};
use crate::policy::{Because, Happening, History, Reason, granted_by};
use crate::report::events::Due;
use crate::target::Kind;

/// What is known of an object's targets.
#[derive(Debug)]
pub struct Many {
    /// Which it picks.
    pub selecting: Arc<Selecting>,
    /// Its claim to each of them.
    pub claimant: Claimant,
    /// Those that it picks, also where another has them.
    pub picked: BTreeSet<TargetId>,
    /// How they stand.
    pub tally: Tally<TargetId>,
    /// The autoscalers among them.
    pub governing: Governing,
    /// Those that it would pick and leaves.
    pub left: LeftOut,
    /// What has happened to them since it was told, by their namespaces.
    changes: BTreeMap<Arc<str>, Changes>,
    /// Those of which there is nothing more to remember, once the status says so.
    forgetting: BTreeSet<TargetId>,
    /// How many of them wait for a look.
    pub waiting: usize,
    /// Since when nothing is told of all because something is on its way.
    wait: Option<Wait>,
    /// Whether the last look at all of them had waited long enough: what it came to is told although something is on its way.
    overdue: bool,
    /// Whether anything may be lowered or taken anew.
    pub brakes: Brakes,
}

impl Many {
    /// Those of an object of which nothing is known yet.
    pub fn new(selecting: Arc<Selecting>, claimant: Claimant) -> Self {
        Self {
            selecting,
            claimant,
            picked: BTreeSet::new(),
            tally: Tally::default(),
            governing: Governing::default(),
            left: LeftOut::default(),
            changes: BTreeMap::new(),
            forgetting: BTreeSet::new(),
            waiting: 0,
            wait: None,
            overdue: false,
            brakes: Brakes::default(),
        }
    }

    /// Whether it is too early to look at all of them.
    pub fn is_unsettled(&self, boot: Duration) -> bool {
        self.is_under_way() && self.wait.is_none_or(|wait| boot < wait.end())
    }

    /// All of them are looked at.
    pub fn note_look(&mut self) {
        self.overdue = self.is_under_way();
    }

    /// Whether it is too early to tell what the last look at all of them has come to.
    pub fn is_stale(&self, boot: Duration) -> bool {
        !self.overdue && self.is_unsettled(boot)
    }

    fn is_under_way(&self) -> bool {
        self.waiting > 0 || self.tally.is_under_way()
    }
}

impl Engine {
    /// Has an object of many targets told of once nothing of them is on its way any more.
    pub(super) fn settle(&mut self, id: PolicyId) {
        let boot = self.time.boot();
        let Some(slot) = self.policies.get_mut(id) else { return };
        let Some(many) = &mut slot.many else { return };
        if many.is_under_way() {
            let wait = many.wait.get_or_insert_with(|| Wait::from(boot));
            self.retries.set(slot.head, Some(wait.end().max(boot)));
            self.wait_to_count(id);
        } else {
            let head = slot.head;
            self.mark(head);
        }
    }

    /// A look at one of an object's targets has come to this.
    pub(super) fn note_member(&mut self, id: AssignmentId, member: Member, happenings: Vec<Happening>) {
        let Some(task) = self.assignments.get(id) else { return };
        let (policy, scaled, boot) = (task.policy, task.history.last_scale, self.time.boot());
        let Some((target, key)) = task.target.and_then(|target| Some((target, self.targets.key(target)?))) else {
            return;
        };
        let Some(slot) = self.policies.get_mut(policy) else { return };
        let Some(many) = &mut slot.many else { return };
        let called = format!("{} {}", key.kind.as_str(), key.name);
        let place = Arc::clone(&key.namespace);
        let mut is_news = many.tally.set(&target, Some(member.standing));
        if let Some(moved) = member.changed {
            let (object, reason, from, to) = (slot.policy.to_string(), moved.reason.as_str(), moved.from, moved.to);
            tracing::debug!(object, reason, namespace = &*place, target = called.as_str(), %from, %to);
            many.changes.entry(Arc::clone(&place)).or_default().note(&called, moved);
            is_news = true;
        }
        for happening in happenings {
            let changes = many.changes.entry(Arc::clone(&place)).or_default();
            if happening.reason.is_of_all() {
                changes.note_shared(happening);
            } else if happening.reason == Reason::OriginalUnknown {
                changes.note_unknown(&called);
            } else {
                changes.note_failed(&called, happening);
            }
            is_news = true;
        }
        if let Some(wait) = many.wait.as_mut().filter(|_| is_news) {
            wait.note_move(boot);
        }
        if let Some(head) = self.assignments.get_mut(slot.head) {
            head.history.last_scale = head.history.last_scale.max(scaled);
        }
        if is_news {
            self.settle(policy);
        }
    }

    /// Has an object told of if nothing of its targets is on its way any more, and that was waited for.
    pub(super) fn note_calm(&mut self, id: PolicyId) {
        let many = self.policies.get(id).and_then(|slot| slot.many.as_ref());
        if many.is_some_and(|many| many.wait.is_some() && !many.is_under_way()) {
            self.settle(id);
        }
    }

    /// An object of many targets was told of, as far as could be: what is still on its way has it told of again.
    pub(super) fn note_told(&mut self, id: PolicyId) {
        let Some(many) = self.policies.get_mut(id).and_then(|slot| slot.many.as_mut()) else { return };
        many.wait = None;
        if many.is_under_way() {
            self.settle(id);
        }
        self.forget_rest(id);
    }

    /// What has happened to an object's targets, for what is told of the object in each of their namespaces.
    pub(super) fn changes_of(&mut self, id: PolicyId, now: &Now) -> Vec<Due> {
        let Some(many) = self.policies.get_mut(id).and_then(|slot| slot.many.as_mut()) else { return Vec::new() };
        if many.changes.is_empty() {
            return Vec::new();
        }
        let mark = crate::api::instants::write(now.schedule);
        let mut all = Vec::new();
        for (place, mut changes) in std::mem::take(&mut many.changes) {
            let happenings = changes.take(&mark).into_iter();
            all.extend(happenings.map(|happening| Due { happening, place: Arc::clone(&place) }));
        }
        all
    }

    /// Whether what was remembered of one of an object's targets may be forgotten now; else it is once the status is written.
    pub(super) fn may_forget(&mut self, id: AssignmentId) -> bool {
        let Some(task) = self.assignments.get(id) else { return false };
        let Some(slot) = self.policies.get_mut(task.policy) else { return false };
        let is_untold = slot.reports.due || slot.reports.sending.is_some();
        let (Some(many), Some(target)) = (slot.many.as_mut().filter(|_| task.is_member), task.target) else {
            return !is_untold;
        };
        let told = self.assignments.get(slot.head).map(|head| &head.history);
        let is_of_all = |told: &History| told.effective == task.history.effective;
        // What an override of its namespace gives is in no status of the object: the override itself says so to the next process.
        let is_apart = |told: &History| task.history.overrule.is_some() && task.history.overrule != told.overrule;
        // Others that look for the same reason wait for nothing.
        let is_told =
            !is_untold && !many.tally.is_under_way() && told.is_some_and(|told| is_of_all(told) || is_apart(told));
        if !is_told {
            many.forgetting.insert(target);
        }
        is_told
    }

    /// The status says what there is to say, so that what is left to others may be forgotten.
    pub(super) fn forget_rest(&mut self, id: PolicyId) {
        let Some(slot) = self.policies.get_mut(id) else { return };
        if slot.reports.due || slot.reports.sending.is_some() {
            return;
        }
        let Some(many) = slot.many.as_mut() else { return };
        for target in std::mem::take(&mut many.forgetting) {
            if let Some(member) = self.assignments.find(&(id, Some(target))) {
                self.mark(member);
            }
        }
    }

    /// Makes the assignment of one of an object's targets.
    pub(super) fn take_member(&mut self, policy: PolicyId, target: TargetId) {
        let key: AssignmentKey = (policy, Some(target));
        if self.assignments.find(&key).is_some() {
            return;
        }
        let Some(history) = self.history_of_member(policy, target) else { return };
        let Some(name) = self.targets.key(target).map(|key| Arc::clone(&key.namespace)) else { return };
        let (namespace, _) = self.namespaces.intern(&name);
        let member = Assignment { is_member: true, ..Assignment::new(policy, namespace, Some(target), history) };
        let id = self.assignments.find_or_insert(key, |_| member);
        self.mark(id);
    }

    /// Drops it again.
    pub(super) fn drop_member(&mut self, policy: PolicyId, target: TargetId) {
        let key: AssignmentKey = (policy, Some(target));
        let Some(task) = self.assignments.find(&key).and_then(|id| self.assignments.get(id)) else { return };
        let waits = usize::from(task.dirty);
        if let Some(many) = self.policies.get_mut(policy).and_then(|slot| slot.many.as_mut()) {
            many.waiting = many.waiting.saturating_sub(waits);
            many.forgetting.remove(&target);
        }
        self.drop_assignment(key);
    }

    /// What was known of an object's targets is what the API has of the object: another process has acted since, or will.
    pub(super) fn renew_members(&mut self, id: PolicyId) {
        self.unfollow(id);
        let Some(many) = self.policies.get_mut(id).and_then(|slot| slot.many.as_mut()) else { return };
        many.changes.clear();
        many.brakes = Brakes::default();
        many.forgetting.clear();
        many.wait = None;
        let picked: Vec<_> = many.picked.iter().copied().collect();
        let boot = self.time.boot();
        for target in picked {
            let Some(member) = self.assignments.find(&(id, Some(target))) else { continue };
            let history = self.history_of_member(id, target);
            if let (Some(task), Some(history)) = (self.assignments.get_mut(member), history) {
                task.history = history;
                task.stand_by(boot);
            }
        }
    }

    /// How an object's targets stand, for what is told of it.
    pub(super) fn summary(&self, slot: &Slot, now: &Now) -> Option<Summary> {
        let many = slot.many.as_ref()?;
        let tally = &many.tally;
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let of = |stands| count(tally.of(stands));
        let unknown = tally.of(Stands::Unknown);
        let (held, failed) = (of(Stands::Held), of(Stands::Failed));
        let different = of(Stands::Different) + count(unknown);
        let first = tally.first(|target| self.targets.key(*target)).into_iter();
        let generation = slot.policy.identity.generation;
        let is_open = many.brakes.is_open(generation);
        let passed = if is_open { self.passed(slot) } else { slot.basis.passed.clone() };
        let targets = TargetsStatus {
            claimed: held + different + failed,
            held,
            different,
            conflict: of(Stands::Conflict),
            failed,
            excluded: count(many.left.of(Why::Excluded)),
            owned: count(many.left.of(Why::Owned)),
            governed: count(many.left.of(Why::Governed)),
            unconfirmed: slot.basis.unconfirmed,
            confirmed: slot.basis.confirmed,
            passed: passed.as_deref().cloned(),
            first: first.filter_map(|(target, stands)| self.line(slot, *target, stands, now)).collect(),
        };
        let targets = TargetsStatus { first: self.with_unread(targets.first, many), ..targets };
        let sought = sought(&many.selecting);
        let mut troubles = self.troubles_of_spaces(&many.selecting);
        let counting = many.brakes.trouble(generation);
        troubles.extend(counting.map(|(_, words)| words.to_owned()));
        troubles.extend(self.troubles(&many.selecting, counting.map(|(kind, _)| kind)));
        Some(Summary { targets, due: tally.due(), originals: tally.originals(), sought, troubles, unknown })
    }

    /// What is said of a target that isn't as it should be.
    fn line(&self, slot: &Slot, target: TargetId, stands: Stands, now: &Now) -> Option<TargetStatus> {
        let key = self.targets.key(target)?;
        let (because, message) = if stands == Stands::Conflict {
            (Because::ScaleConflict, self.lost(slot, target)?)
        } else if slot.policy.spec.is_err() {
            (Because::ConfigurationInvalid, "it is left as it is, as this object can't be followed".to_owned())
        } else {
            let member = self.assignments.find(&(slot.many.as_ref()?.claimant.policy, Some(target)))?;
            self.decide(member, now)?.0.member?.said?
        };
        let (kind, name) = (key.kind.as_str().to_owned(), key.name.to_string());
        let namespace = slot.policy.identity.is_of_cluster().then(|| key.namespace.as_ref().to_owned());
        Some(TargetStatus { namespace, kind, name, reason: because.as_str().to_owned(), message })
    }

    /// Adds those that are left out by an annotation that can't be read, as far as there is room.
    fn with_unread(&self, mut first: Vec<TargetStatus>, many: &Many) -> Vec<TargetStatus> {
        let line = |target: &TargetId| {
            let (key, state) = (self.targets.key(*target)?, self.targets.get(*target)?.state.as_ref()?);
            let Exclusion::Unreadable(annotation) = state.exclusion else { return None };
            let message = format!("it is left out: {}", annotation.words());
            let (kind, name) = (key.kind.as_str().to_owned(), key.name.to_string());
            let namespace = many.selecting.selection.namespaces().map(|_| key.namespace.as_ref().to_owned());
            let reason = Because::ConfigurationInvalid.as_str().to_owned();
            Some(TargetStatus { namespace, kind, name, reason, message })
        };
        let room = if many.selecting.allow_exclusion { NAMED_MAX.saturating_sub(first.len()) } else { 0 };
        let mut unread: Vec<_> = many.left.iter(Why::Excluded).filter_map(line).collect();
        unread.sort_unstable_by(|one, other| {
            (&one.namespace, &one.kind, &one.name).cmp(&(&other.namespace, &other.kind, &other.name))
        });
        first.extend(unread.into_iter().take(room));
        first
    }

    /// What keeps kinds from being looked at, but for one of which that is said already.
    fn troubles(&self, selecting: &Selecting, said: Option<&Kind>) -> Vec<String> {
        let words = |kind: &Kind| {
            let name = kind.as_str();
            if let Some(why) = self.kinds.unserved(kind) {
                return Some(format!("{why}, so none is scaled; they will be as soon as it is"));
            }
            if let Some(why) = self.kinds.misplaced(kind, true) {
                return Some(format!("{why}; none is scaled"));
            }
            let source = self.kinds.get(kind)?;
            let Some(why) = source.refusal() else {
                return source.outage().map(|why| format!("{name}s can't be listed, so none is scaled: {why}"));
            };
            let right = granted_by([kind], &self.installed);
            Some(format!("{name}s can't be read, so none is scaled: {why}; {right}"))
        };
        selecting.kinds.iter().filter(|kind| Some(*kind) != said).filter_map(words).collect()
    }
}

/// What is looked for, as part of a sentence.
fn sought(selecting: &Selecting) -> String {
    let kinds: Vec<_> = selecting.kinds.iter().map(|kind| format!("{}s", kind.as_str())).collect();
    let selector = selecting.selection.selector();
    let labels = if selector.takes_all() { String::new() } else { format!(" with the labels {selector}") };
    let place = selecting.selection.namespaces().map_or_else(|| "this namespace".to_owned(), ToString::to_string);
    format!("the {} of {place}{labels}", kinds.join(" and "))
}
