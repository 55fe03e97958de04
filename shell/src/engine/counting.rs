//! Whether an object of many targets may go on after an edit, or waits for somebody's word: how many would newly be lowered.

use std::sync::Arc;

use super::brakes::{Former, Missing};
use super::ids::{AssignmentId, PolicyId, TargetId};
use super::kinds::Kinds;
use super::now::Now;
use super::policies::Slot;
use super::state::Engine;
use crate::api::Entry;
use crate::policy::brake::{Brake, Braking};
use crate::policy::{Former as By, Holidays, Span, lowers_newly};
use crate::target::Kind;

/// What is to be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Count {
    /// All that is picked, after an edit.
    Edit(Span),
    /// The same by what the status says that was there before: this process acts from now on, and labels of namespaces may have changed.
    Begin,
    /// What a change of a namespace's labels has given to the object.
    Given,
    /// All that is picked, once more: it waits, and labels have changed since.
    Again,
}

impl Engine {
    /// Asks the brake before anything of a new generation is done, or of namespaces whose labels have changed, and again when somebody has
    /// said something. Those that would be lowered are counted once everything is known that this depends on, with nothing sent.
    pub(super) fn check_brake(&mut self, id: PolicyId, now: &Now) {
        let Some(slot) = self.policies.get(id) else { return };
        let Some(many) = slot.many.as_ref() else { return };
        if slot.policy.spec.is_err() || many.brakes.is_done(slot.policy.identity.generation) {
            return;
        }
        // Whoever waits for one target is asked for that one first, and not each of thousands for all.
        let boot = now.moment.boot;
        if let Some(Missing::Of(member)) = &many.brakes.missing
            && many.brakes.is_patient(boot)
            && self.lowers(slot, *member, Span::Now, now) == Some(None)
        {
            return;
        }
        let due = self.due_count(slot);
        match due.map(|count| self.count(id, slot, count, now)).transpose() {
            Ok(lowered) => self.note_counted(id, due, lowered),
            Err(missing) => {
                if let Some(many) = self.policies.get_mut(id).and_then(|slot| slot.many.as_mut()) {
                    many.brakes.note_missing(missing, boot);
                }
            }
        }
    }

    /// What there is to count of an object.
    fn due_count(&self, slot: &Slot) -> Option<Count> {
        let many = slot.many.as_ref()?;
        let (generation, brakes) = (slot.policy.identity.generation, &many.brakes);
        if brakes.counted == Some(generation) {
            let is_given = !brakes.unweighed.is_empty();
            return match brakes.waits_for_more() {
                true => (is_given || brakes.is_relieved).then_some(Count::Again),
                false => is_given.then_some(Count::Given),
            };
        }
        // Where the status speaks of this generation, another process has counted, or this one before it stood by.
        let is_known = self.head(slot).is_some_and(|head| head.history.generation == Some(generation));
        if is_known && brakes.counted.is_none() {
            let namespaces = many.selecting.selection.namespaces();
            let may_be_new = namespaces.is_some_and(|namespaces| namespaces.has_selector());
            return (may_be_new && slot.basis.unconfirmed != Some(generation)).then_some(Count::Begin);
        }
        // By day nothing of what waits would be lowered: another edit lets that go on only if it won't be at night either.
        let waited = slot.basis.unconfirmed.is_some_and(|waits| waits != generation);
        Some(Count::Edit(if waited { Span::Ever } else { Span::Now }))
    }

    /// How many would newly be lowered.
    fn count(&self, id: PolicyId, slot: &Slot, count: Count, now: &Now) -> Result<u32, Missing> {
        let Some(many) = slot.many.as_ref() else { return Ok(0) };
        if self.holidays(slot) == Holidays::Unknown {
            return Err(Missing::Holidays);
        }
        if let Some(kind) = many.selecting.kinds.iter().find(|kind| !self.kinds.is_settled(kind)) {
            // What is told now of a generation that the status knows would be taken for what was there before.
            let tells = matches!(count, Count::Edit(_));
            return Err(Missing::Kind(self.trouble_of(kind).filter(|_| tells)));
        }
        let (span, targets) = match count {
            Count::Edit(span) => (span, &many.picked),
            Count::Begin => (Span::Now, &many.picked),
            Count::Again => (Span::Ever, &many.picked),
            Count::Given => (Span::Now, &many.brakes.unweighed),
        };
        let mut lowered = 0_u32;
        for member in targets.iter().filter_map(|target| self.assignments.find(&(id, Some(*target)))) {
            match self.lowers(slot, member, span, now) {
                Some(None) if many.brakes.is_patient(now.moment.boot) => return Err(Missing::Of(member)),
                Some(None | Some(true)) => lowered = lowered.saturating_add(1),
                Some(Some(false)) | None => {}
            }
        }
        Ok(if count == Count::Begin { lowered.min(self.more_than_told(slot, lowered)) } else { lowered })
    }

    /// Whether one of an object's targets would newly be lowered, as far as that is known.
    fn lowers(&self, slot: &Slot, member: AssignmentId, span: Span, now: &Now) -> Option<Option<bool>> {
        let many = slot.many.as_ref()?;
        let target = self.assignments.get(member)?.target?;
        let former = many.brakes.former.as_deref().filter(|former| former.picked.contains(&target));
        let holidays = |former: &Former| match (&former.compiled.holidays, slot.policy.compiled()) {
            (Some(name), Some(compiled)) if compiled.holidays.as_ref() == Some(name) => self.holidays(slot),
            // Nobody follows that ConfigMap any more.
            _ => Holidays::NotAsked,
        };
        let former = former.map(|former| By { compiled: &former.compiled, holidays: holidays(former) });
        self.with_facts(member, now, |facts| lowers_newly(facts, former, span)).map(|(lowers, _)| lowers)
    }

    /// By how many an object picks more than its status says, where that matters for so many. What is written down of those that it
    /// doesn't pick any more tells how many of them the status means that are gone.
    fn more_than_told(&self, slot: &Slot, lowered: u32) -> u32 {
        let Some(many) = slot.many.as_ref().filter(|many| lowered > many.selecting.max_new_targets) else {
            return lowered;
        };
        let identity = &slot.policy.identity;
        let is_holder = |entry: &Entry| entry.holder == *identity.name && entry.holder_kind == identity.kind();
        let is_left = |target: &TargetId| {
            let entry = self.targets.get(*target).and_then(|target| target.entry.as_deref());
            entry.is_some_and(|(entry, _)| is_holder(entry)) && !many.picked.contains(target)
        };
        let left = self.targets.all().into_iter().filter(is_left).count();
        let known = usize::try_from(slot.basis.picked).unwrap_or_default().saturating_sub(left);
        u32::try_from(many.picked.len().saturating_sub(known)).unwrap_or(u32::MAX)
    }

    /// So many would be lowered, where there was anything to count.
    fn note_counted(&mut self, id: PolicyId, count: Option<Count>, lowered: Option<u32>) {
        let Some(slot) = self.policies.get_mut(id) else { return };
        let Some(many) = slot.many.as_mut() else { return };
        let identity = &slot.policy.identity;
        let namespace = match &*identity.namespace {
            "" => String::new(),
            namespace => format!("-n {namespace} "),
        };
        let called = format!("{namespace}{} {}", identity.kind().as_str().to_lowercase(), identity.name);
        let facts = Braking {
            generation: identity.generation,
            confirm: slot.policy.confirm.as_deref(),
            confirmed: slot.basis.confirmed,
            // What has been counted again waits for what it is now.
            unconfirmed: slot.basis.unconfirmed.filter(|_| count != Some(Count::Again)),
            lowered,
            most: many.selecting.max_new_targets,
            called: &called,
        };
        let brake = Brake::of(&facts);
        let brakes = &mut many.brakes;
        let waited = brakes.words.is_some() || slot.basis.unconfirmed.is_some();
        slot.basis.unconfirmed = brake.unconfirmed(facts.generation);
        slot.basis.confirmed = facts.used();
        brakes.words = brake.in_words(&facts).map(Into::into);
        (brakes.counted, brakes.is_heard) = (Some(facts.generation), true);
        let given = std::mem::take(&mut brakes.unweighed);
        (brakes.patience, brakes.is_relieved) = (None, false);
        match (brake, &slot.policy.spec) {
            (Brake::Open, _) => brakes.former = None,
            (Brake::Waits { .. }, Ok(compiled)) if count == Some(Count::Given) && !waited => {
                let picked = many.picked.difference(&given).copied().collect();
                brakes.former = Some(Box::new(Former { compiled: Arc::clone(compiled), picked }));
            }
            _ => {}
        }
        if brakes.missing.take().is_some() {
            // They have waited for it.
            self.mark_policy(id);
        }
    }

    /// Has an object looked at once it has waited for its targets for long enough.
    pub(super) fn wait_to_count(&mut self, id: PolicyId) {
        let Some(slot) = self.policies.get(id) else { return };
        let brakes = slot.many.as_ref().map(|many| &many.brakes);
        let waits = brakes.filter(|brakes| matches!(brakes.missing, Some(Missing::Of(_))));
        if let Some(until) = waits.and_then(|brakes| brakes.patience) {
            self.retries.set(slot.head, Some(until));
        }
    }

    /// Has an object looked at that waits for something to be known before it counts.
    pub(super) fn count_on(&mut self, id: PolicyId) {
        let Some(slot) = self.policies.get(id) else { return };
        let waits = slot.many.as_ref().is_some_and(|many| many.brakes.missing.is_some());
        let head = slot.head;
        if waits {
            self.mark(head);
        }
    }

    /// Namespaces are seen that nobody could see: what they give to the objects of the cluster is counted by what was told.
    pub(super) fn count_anew(&mut self) {
        for id in self.wide() {
            if let Some(many) = self.policies.get_mut(id).and_then(|slot| slot.many.as_mut()) {
                many.brakes.counted = None;
            }
        }
    }

    /// Why not all of a kind are known, where that may last and isn't said elsewhere.
    fn trouble_of(&self, kind: &Kind) -> Option<Box<str>> {
        let trouble = self.kinds.get(kind)?.trouble.as_ref().filter(|trouble| !trouble.is_refusal())?;
        let words = format!(
            "it isn't known yet how many workloads would be lowered, so nothing is lowered or taken anew: {}s can't be listed: {}",
            kind.as_str(),
            trouble.what
        );
        Some(words.into())
    }
}

impl Kinds {
    /// Whether all of a kind are known, or that there is nothing to be known of them for a while.
    fn is_settled(&self, kind: &Kind) -> bool {
        let is_refused = || self.get(kind).is_some_and(|source| source.refusal().is_some());
        self.is_complete(kind) || self.unserved(kind).is_some() || is_refused()
    }
}
