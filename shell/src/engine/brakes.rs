//! Whether an object of many targets may go on after an edit, or waits for somebody's word.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::ids::{AssignmentId, PolicyId, TargetId};
use super::kinds::Kinds;
use super::now::Now;
use super::policies::Slot;
use super::state::Engine;
use crate::api::{Compiled, Entry, TimeWindowScalerStatus};
use crate::policy::brake::{Brake, Braking};
use crate::policy::{Braked, Former as By, Holidays, Span, lowers_newly};
use crate::target::Kind;

/// For so long it is waited for each target to be known; one that isn't then counts as lowered.
const PATIENCE: Duration = Duration::from_secs(60);

/// What an object's brake knows.
#[derive(Debug, Default)]
pub struct Brakes {
    /// The generation that was counted.
    counted: Option<i64>,
    /// Whether what the annotation says was heard since it was changed.
    is_heard: bool,
    /// Those that a change of a namespace's labels has given to the object, and that aren't counted yet.
    unweighed: BTreeSet<TargetId>,
    /// What it did before an edit that isn't counted yet, or waits.
    former: Option<Box<Former>>,
    /// What isn't known yet without which there is nothing to count.
    missing: Option<Missing>,
    /// Until when it is waited for targets.
    patience: Option<Duration>,
    /// Why nothing is lowered or taken anew, while that waits for somebody's word.
    words: Option<Box<str>>,
}

/// An object before it was edited.
#[derive(Debug)]
struct Former {
    compiled: Arc<Compiled>,
    picked: BTreeSet<TargetId>,
}

/// What isn't known yet.
#[derive(Debug)]
enum Missing {
    /// Which days are holidays.
    Holidays,
    /// All of a kind; why, where that lasts.
    Kind(Option<Box<str>>),
    /// What one of the targets is to have.
    Of(AssignmentId),
}

/// What is to be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Count {
    /// All that is picked, after an edit.
    Edit(Span),
    /// The same by what the status says that was there before: this process acts from now on, and labels of namespaces may have changed.
    Begin,
    /// What a change of a namespace's labels has given to the object.
    Given,
}

/// What an object's status says that its brake goes by, in this process and in the next one.
#[derive(Debug, Clone, Copy, Default)]
pub struct Basis {
    /// The generation that waits for somebody's word.
    pub unconfirmed: Option<i64>,
    /// The generation of which that word is used.
    pub confirmed: Option<i64>,
    /// How many it has picked, those that another object has among them.
    picked: i64,
}

impl Basis {
    /// What a status says.
    pub fn of(status: &TimeWindowScalerStatus) -> Self {
        let targets = status.targets.as_ref();
        let mut basis = Self {
            unconfirmed: targets.and_then(|targets| targets.unconfirmed),
            confirmed: targets.and_then(|targets| targets.confirmed),
            picked: 0,
        };
        basis.note(status);
        basis
    }

    /// This is told now.
    pub fn note(&mut self, status: &TimeWindowScalerStatus) {
        let targets = status.targets.as_ref();
        self.picked = targets.map_or(0, |targets| targets.claimed.saturating_add(targets.conflict));
    }
}

impl Brakes {
    /// What it comes to for each decision.
    pub fn braked(&self) -> Braked<'_> {
        match (&self.missing, &self.words) {
            (Some(Missing::Kind(words)), _) => Braked::Counting(words.as_deref()),
            (Some(Missing::Holidays | Missing::Of(_)), _) => Braked::Counting(None),
            (None, Some(words)) => Braked::Waits(words),
            (None, None) => Braked::No,
        }
    }

    /// A change of a namespace's labels has given these to the object.
    pub fn note_given(&mut self, targets: impl Iterator<Item = TargetId>) {
        self.unweighed.extend(targets);
    }

    fn note_missing(&mut self, missing: Missing, boot: Duration) {
        if matches!(missing, Missing::Of(_)) {
            self.patience.get_or_insert(boot + PATIENCE);
        }
        self.missing = Some(missing);
    }

    /// Whether it is still waited for targets.
    fn is_patient(&self, boot: Duration) -> bool {
        self.patience.is_none_or(|until| boot < until)
    }

    fn is_open(&self, generation: i64) -> bool {
        self.counted == Some(generation) && self.missing.is_none() && self.words.is_none()
    }

    fn is_done(&self, generation: i64) -> bool {
        self.counted == Some(generation) && self.missing.is_none() && self.is_heard && self.unweighed.is_empty()
    }
}

impl Slot {
    /// The object is about to be another one: what it did until now is what an edit is compared with, and an annotation that is changed is
    /// a new word.
    pub(super) fn note_before(&mut self, generation: i64, confirm: Option<&str>) {
        let Some(many) = &mut self.many else { return };
        if self.policy.confirm.as_deref() != confirm {
            self.basis.confirmed = None;
            many.brakes.is_heard = false;
        }
        let known = self.policy.identity.generation;
        if let (true, Ok(compiled)) = (generation != known && many.brakes.is_open(known), &self.policy.spec) {
            let picked = many.picked.difference(&many.brakes.unweighed).copied().collect();
            many.brakes.former = Some(Box::new(Former { compiled: Arc::clone(compiled), picked }));
        }
    }
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
        let counted = self.due_count(slot).map(|count| self.count(id, slot, count, now)).transpose();
        match counted {
            Ok(lowered) => self.note_counted(id, lowered),
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
            return (!brakes.unweighed.is_empty()).then_some(Count::Given);
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
    fn note_counted(&mut self, id: PolicyId, lowered: Option<u32>) {
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
            unconfirmed: slot.basis.unconfirmed,
            lowered,
            most: many.selecting.max_new_targets,
            called: &called,
        };
        let brake = Brake::of(&facts);
        let brakes = &mut many.brakes;
        slot.basis.unconfirmed = brake.unconfirmed(facts.generation);
        slot.basis.confirmed = facts.used();
        brakes.words = brake.in_words(&facts).map(Into::into);
        (brakes.counted, brakes.is_heard) = (Some(facts.generation), true);
        brakes.unweighed.clear();
        brakes.patience = None;
        if brake == Brake::Open {
            brakes.former = None;
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
