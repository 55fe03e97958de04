//! Whether an object of many targets may go on after an edit, or waits for somebody's word: how many would newly be lowered.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::brakes::Former;
use super::count::{Count, Counted, Lacks, Missing, Scope};
use super::ids::{AssignmentId, PolicyId, TargetId};
use super::kinds::Kinds;
use super::now::Now;
use super::policies::Slot;
use super::state::Engine;
use crate::policy::brake::{Brake, Braking, lacking};
use crate::policy::{Former as By, Holidays, Span, lowers_newly};
use crate::target::Kind;

impl Engine {
    /// Asks the brake before anything of a new generation is done, or of namespaces whose labels have changed, and again when somebody has
    /// said something. Those that would be lowered are counted once everything is known that this depends on, with nothing sent.
    pub(super) fn check_brake(&mut self, id: PolicyId, now: &Now) {
        let Some(slot) = self.policies.get(id) else { return };
        let Some(many) = slot.many.as_ref() else { return };
        if slot.policy.spec.is_err() || many.brakes.is_done(slot.policy.identity.generation) {
            return;
        }
        if self.still_lacks(slot, now) {
            return self.word_missing(id, now);
        }
        self.recall_former(id);
        let Some(slot) = self.policies.get(id) else { return };
        let found = self.due_count(slot).map(|count| (count, self.scope(slot, count)));
        let counted = found.as_ref().map(|(count, scope)| self.count(id, slot, *count, scope, now)).transpose();
        match counted {
            Ok(counted) => self.note_counted(id, found.map(|(count, _)| count).zip(counted), now.moment.boot),
            Err(missing) => {
                if let Some(found) = found {
                    self.note_missing(id, missing, found, now);
                }
            }
        }
    }

    /// Whether what wasn't known before isn't now either: whoever waits for one thing is asked for that one first, and not each of
    /// thousands for all.
    fn still_lacks(&self, slot: &Slot, now: &Now) -> bool {
        let Some(many) = slot.many.as_ref() else { return false };
        many.brakes.lacks().is_some_and(|lacks| match &lacks.what {
            Missing::Holidays => self.holidays(slot) == Holidays::Unknown,
            Missing::Kind(kind) => self.kinds.is_awaited(kind, is_strict(lacks.count, &lacks.scope)),
            Missing::Of(member) => {
                many.brakes.is_patient(now.moment.boot) && self.lowers(slot, *member, Span::Now, now) == Some(None)
            }
        })
    }

    /// What there is to count of an object.
    fn due_count(&self, slot: &Slot) -> Option<Count> {
        let many = slot.many.as_ref()?;
        let (generation, brakes) = (slot.policy.identity.generation, &many.brakes);
        if brakes.is_counted(generation) {
            let (given, waits) = (brakes.given(), brakes.waits(generation).is_some());
            let is_due = !given.is_counted() || waits && given.is_relieved();
            let is_again = waits && (is_due || brakes.is_lacking());
            return if is_again { Some(Count::Again) } else { is_due.then_some(Count::Given) };
        }
        // Where the status speaks of this generation, another process has counted, or this one before it stood by.
        let is_known = self.head(slot).is_some_and(|head| head.history.generation == Some(generation));
        if is_known && brakes.is_new() {
            if slot.basis.unconfirmed == Some(generation) {
                // Whoever was about to do the same without a word waits for labels alone, which may be put back by now.
                return matches!(brakes.former(), Some(Former::Same { .. })).then_some(Count::Again);
            }
            return slot.labelled().map(|_| Count::Begin);
        }
        // By day nothing of what waits would be lowered: another edit lets that go on only if it won't be at night either.
        let waited = slot.basis.unconfirmed.is_some_and(|waits| waits != generation);
        Some(Count::Edit(if waited { Span::Ever } else { Span::Now }))
    }

    /// How many would newly be lowered.
    fn count(&self, id: PolicyId, slot: &Slot, count: Count, scope: &Scope, now: &Now) -> Result<Counted, Missing> {
        let mut counted = Counted { lowered: Some(0), ..Counted::default() };
        let Some(many) = slot.many.as_ref() else { return Ok(counted) };
        if scope.is_empty() {
            return Ok(counted);
        }
        if self.holidays(slot) == Holidays::Unknown {
            return Err(Missing::Holidays);
        }
        let is_strict = is_strict(count, scope);
        if let Some(kind) = many.selecting.kinds.iter().find(|kind| self.kinds.is_awaited(kind, is_strict)) {
            return Err(Missing::Kind(kind.clone()));
        }
        let span = match count {
            Count::Edit(span) => span,
            Count::Begin | Count::Given => Span::Now,
            Count::Again => Span::Ever,
        };
        let (mut lowered, boot) = (0_u32, now.moment.boot);
        for (target, cause) in self.counted_of(slot, scope) {
            let Some(member) = self.assignments.find(&(id, Some(target))) else { continue };
            match self.lowers(slot, member, span, now) {
                Some(None) if many.brakes.is_patient(boot) => return Err(Missing::Of(member)),
                Some(None | Some(true)) => {
                    lowered = lowered.saturating_add(1);
                    if let Some(place) = cause {
                        *counted.by.entry(place).or_insert(0_u32) += 1;
                    }
                }
                Some(Some(false)) | None => {}
            }
        }
        if lowered > 0 && scope.places.is_some() {
            let is_counted = |place| count != Count::Given && counted.by.contains_key(place);
            for (place, others) in many.brakes.given().lately(boot).filter(|(place, _)| !is_counted(*place)) {
                counted.lately.insert(Arc::clone(place));
                lowered = lowered.saturating_add(others);
            }
        }
        counted.lowered = Some(lowered);
        Ok(counted)
    }

    /// The targets that are counted, and the namespace whose labels have given each.
    fn counted_of(&self, slot: &Slot, scope: &Scope) -> BTreeMap<TargetId, Option<Arc<str>>> {
        let Some(many) = slot.many.as_ref() else { return BTreeMap::new() };
        let Some(places) = &scope.places else { return many.picked.iter().map(|target| (*target, None)).collect() };
        let mut all = scope.targets.clone();
        for place in places {
            let targets = self.targets.in_namespace(place).into_iter().filter(|target| many.picked.contains(target));
            all.extend(targets.map(|target| (target, Some(Arc::clone(place)))));
        }
        all
    }

    /// Whether one of an object's targets would newly be lowered, as far as that is known.
    fn lowers(&self, slot: &Slot, member: AssignmentId, span: Span, now: &Now) -> Option<Option<bool>> {
        let many = slot.many.as_ref()?;
        let target = self.assignments.get(member)?.target?;
        let former = match many.brakes.former() {
            Some(Former::Edited { compiled, picked }) if picked.contains(&target) => Some(compiled),
            _ => None,
        };
        let former = former.map(|compiled| {
            let holidays = match (&compiled.holidays, slot.policy.compiled()) {
                (Some(name), Some(now)) if now.holidays.as_ref() == Some(name) => self.holidays(slot),
                // Nobody follows that ConfigMap any more.
                _ => Holidays::NotAsked,
            };
            By { compiled, holidays }
        });
        self.with_facts(member, now, |facts| lowers_newly(facts, former, span)).map(|(lowers, _)| lowers)
    }

    /// So many would be lowered, where there was anything to count.
    fn note_counted(&mut self, id: PolicyId, counted: Option<(Count, Counted)>, boot: Duration) {
        let (count, counted) = counted.unzip();
        self.note_same(id, count);
        let Some(slot) = self.policies.get(id) else { return };
        let Some(many) = slot.many.as_ref() else { return };
        let identity = &slot.policy.identity;
        let namespace = match &*identity.namespace {
            "" => String::new(),
            namespace => format!("-n {namespace} "),
        };
        let called = format!("{namespace}{} {}", identity.kind().as_str().to_lowercase(), identity.name);
        let generation = identity.generation;
        let told = counted.as_ref().or_else(|| many.brakes.waits(generation));
        let relabelled: Vec<_> = told.into_iter().flat_map(|told| told.by.keys().chain(&told.lately)).collect();
        let facts = Braking {
            generation,
            confirm: slot.policy.confirm.as_deref(),
            confirmed: slot.basis.confirmed,
            // What has been counted again waits for what it is now.
            unconfirmed: slot.basis.unconfirmed.filter(|_| count != Some(Count::Again)),
            lowered: told.and_then(|told| told.lowered),
            most: many.selecting.max_new_targets,
            called: &called,
            relabelled: &relabelled,
            is_part: matches!(many.brakes.former(), Some(Former::Same { .. })),
            is_summed: told.is_some_and(|told| !told.lately.is_empty()),
        };
        let brake = Brake::of(&facts);
        let (words, used, is_meant) = (brake.in_words(&facts), facts.used(), facts.is_meant());
        let is_open = words.is_none();
        // All namespaces are gone through for it, and only what waits asks for it.
        let waits = words.map(|words| (self.scope(slot, Count::Again), words));
        let Some(many) = self.policies.get_mut(id).and_then(|slot| slot.many.as_mut()) else { return };
        if is_open {
            let is_edit = matches!(count, Some(Count::Edit(_)));
            many.brakes.let_through(counted.as_ref(), is_edit || is_meant, boot);
        }
        let have_waited = many.brakes.note_counted(generation, counted, waits);
        let passed = self.policies.get(id).filter(|_| is_open).and_then(|slot| self.passed(slot));
        let Some(slot) = self.policies.get_mut(id) else { return };
        slot.basis.unconfirmed = brake.unconfirmed(generation);
        slot.basis.confirmed = used;
        if is_open {
            slot.basis.passed = passed;
        }
        if have_waited {
            self.mark_policy(id);
        }
    }

    /// Something isn't known without which there is nothing to count. What waits for a word goes on doing so, and hears it.
    fn note_missing(&mut self, id: PolicyId, missing: Missing, found: (Count, Scope), now: &Now) {
        let boot = now.moment.boot;
        let Some(slot) = self.policies.get(id) else { return };
        let generation = slot.policy.identity.generation;
        let is_heard = slot.many.as_ref().is_some_and(|many| many.brakes.is_heard(generation));
        if found.0 == Count::Again && !is_heard {
            self.note_counted(id, None, boot);
        }
        let Some(many) = self.policies.get_mut(id).and_then(|slot| slot.many.as_mut()) else { return };
        if found.0 != Count::Again || many.brakes.waits(generation).is_some() {
            many.brakes.note_missing(Lacks::new(missing, found, generation, (now.schedule, boot)), boot);
            self.word_missing(id, now);
        }
    }

    /// Takes note of what is to be said of what isn't known, where that lasts and isn't said elsewhere.
    fn word_missing(&mut self, id: PolicyId, now: &Now) {
        let Some(slot) = self.policies.get(id) else { return };
        let Some(lacks) = slot.many.as_ref().and_then(|many| many.brakes.lacks()) else { return };
        let Missing::Kind(kind) = &lacks.what else { return };
        let trouble = self.kinds.get(kind).and_then(|source| source.trouble.as_ref());
        let is_refused = trouble.is_some_and(|trouble| trouble.is_refusal());
        let places = lacks.scope.places.as_ref();
        // Where nothing at all goes on it is told as soon as it is known why.
        let tells = lacks.is_overdue(now.moment.boot) || places.is_none() && trouble.is_some();
        let words = (tells && !is_refused).then(|| {
            let places = places.map(|places| places.iter().collect::<Vec<_>>());
            lacking(kind.as_str(), trouble.map(|trouble| &*trouble.what), lacks.since, places.as_deref())
        });
        let (object, said) = (slot.policy.to_string(), words.clone());
        let many = self.policies.get_mut(id).and_then(|slot| slot.many.as_mut());
        if many.is_some_and(|many| many.brakes.note_words(words)) {
            tracing::warn!(object, "{}", said.unwrap_or_default());
        }
    }

    /// Has an object looked at once it has waited for long enough for what it doesn't know.
    pub(super) fn wait_to_count(&mut self, id: PolicyId) {
        let boot = self.time.boot();
        let Some(slot) = self.policies.get(id) else { return };
        if let Some(until) = slot.many.as_ref().and_then(|many| many.brakes.waits_until(boot)) {
            // It may have to be told before that how its targets stand.
            self.retries.bring_forward(slot.head, until);
        }
    }

    /// Has an object looked at that waits for something to be known before it counts.
    pub(super) fn count_on(&mut self, id: PolicyId) {
        let Some(slot) = self.policies.get(id) else { return };
        let waits = slot.many.as_ref().is_some_and(|many| many.brakes.is_lacking());
        let head = slot.head;
        if waits {
            self.mark(head);
        }
    }

    /// Namespaces are seen that nobody could see: what they give to the objects of the cluster is counted by what was told.
    pub(super) fn count_anew(&mut self) {
        for id in self.wide() {
            if let Some(many) = self.policies.get_mut(id).and_then(|slot| slot.many.as_mut()) {
                many.brakes.count_anew();
            }
        }
    }
}

/// Whether what nobody may read keeps a count waiting, too: what labels have given waits for a word, and no process that sees less of it
/// than the last one takes that for less.
fn is_strict(count: Count, scope: &Scope) -> bool {
    count == Count::Again && scope.places.is_some()
}

impl Kinds {
    /// Whether a count waits for a kind: until all of it are known, or known to stay unknown for a while.
    fn is_awaited(&self, kind: &Kind, is_strict: bool) -> bool {
        let is_refused = || self.get(kind).is_some_and(|source| source.refusal().is_some());
        let is_settled = self.is_complete(kind) || self.unserved(kind).is_some();
        !is_settled && (is_strict || !is_refused())
    }
}
