//! What an object of many targets did when nothing of it waited, as its status says so that the next process knows, too; and what is new
//! against that.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::brakes::Former;
use super::count::{Count, Scope};
use super::ids::{PolicyId, TargetId};
use super::policies::Slot;
use super::state::Engine;
use crate::api::PassedStatus;
use crate::api::selection::Namespaces;

/// The most namespaces that a status names; those beyond are new to the next process.
const NAMED_MAX: usize = 10_000;

/// The same again, or another.
fn renewed(known: Option<&Arc<PassedStatus>>, namespaces: Vec<String>, spec: &str) -> Arc<PassedStatus> {
    let known = known.filter(|known| known.namespaces == namespaces).cloned();
    known.unwrap_or_else(|| Arc::new(PassedStatus { spec: spec.to_owned(), namespaces }))
}

impl Slot {
    /// Which namespaces it is for, where it finds them by their labels.
    pub(super) fn labelled(&self) -> Option<&Namespaces> {
        self.many.as_ref()?.selecting.selection.namespaces().filter(|namespaces| namespaces.has_selector())
    }

    /// A namespace is one of those in which it goes on, or isn't any more; what waits is counted against that, too.
    fn change_passed(&mut self, place: &str, comes: bool) {
        let Some(passed) = &mut self.basis.passed else { return };
        match passed.namespaces.binary_search_by(|known| (**known).cmp(place)) {
            Err(at) if comes && passed.namespaces.len() < NAMED_MAX => {
                Arc::make_mut(passed).namespaces.insert(at, place.to_owned());
            }
            Ok(at) if !comes => {
                Arc::make_mut(passed).namespaces.remove(at);
            }
            Ok(_) | Err(_) => return,
        }
        if let Some(many) = &mut self.many {
            many.brakes.note_passed(passed);
        }
    }

    /// What it did when nothing of it waited, where it asks for the same now.
    pub(super) fn passed_before(&self) -> Option<&Arc<PassedStatus>> {
        self.basis.passed.as_ref().filter(|passed| *passed.spec == *self.policy.digest)
    }
}

impl Engine {
    /// What an object may do without a word now that nothing of it waits.
    pub(super) fn passed(&self, slot: &Slot) -> Option<Arc<PassedStatus>> {
        let spec = &slot.policy.digest;
        let known = slot.passed_before();
        let Some(places) = self.places_of(slot) else { return Some(renewed(known, Vec::new(), spec)) };
        if !self.spaces.source.complete {
            // Nobody may see them, or not yet.
            return known.cloned();
        }
        let open: BTreeSet<_> = slot.many.iter().flat_map(|many| many.brakes.given().open_places()).collect();
        let all = places.iter().filter(|place| !open.contains(place)).take(NAMED_MAX);
        Some(renewed(known, all.map(|place| place.as_ref().to_owned()).collect(), spec))
    }

    /// The namespaces that an object finds by their labels, or names beside; none where it asks for no labels.
    fn places_of(&self, slot: &Slot) -> Option<BTreeSet<Arc<str>>> {
        slot.labelled().map(|namespaces| self.places(namespaces))
    }

    /// Which targets a count is of.
    pub(super) fn scope(&self, slot: &Slot, count: Count) -> Scope {
        let Some(many) = slot.many.as_ref() else { return Scope::default() };
        let given = many.brakes.given();
        match (count, many.brakes.former()) {
            (Count::Given, _) => Scope { places: Some(given.places().clone()), targets: given.targets().clone() },
            (_, Some(Former::Same { passed, .. })) => {
                let places = self.places_of(slot).unwrap_or_default();
                let places = places.into_iter().filter(|place| !passed.has(place)).collect();
                Scope { places: Some(places), targets: many.brakes.later() }
            }
            (_, Some(Former::Edited { .. }) | None) => Scope::default(),
        }
    }

    /// Finds out by its status what an object did before, where it asks for the same now.
    pub(super) fn recall_former(&mut self, id: PolicyId) {
        let Some(slot) = self.policies.get_mut(id) else { return };
        let same = slot.passed_before().cloned();
        let Some(many) = &mut slot.many else { return };
        if let Some(passed) = same.filter(|_| !many.brakes.is_counted(slot.policy.identity.generation)) {
            let except = many.brakes.excepted();
            many.brakes.note_former(Former::Same { passed, except });
        }
    }

    /// A namespace is made while this process acts, which is no change of labels: it goes on there, whatever waits.
    pub(super) fn note_made(&mut self, place: &str) {
        for id in self.wide().into_iter().filter(|_| self.leading).collect::<Vec<_>>() {
            let Some(slot) = self.policies.get(id) else { continue };
            let takes = slot.labelled().is_some_and(|namespaces| self.takes(namespaces, place));
            let Some(slot) = self.policies.get_mut(id).filter(|_| takes) else { continue };
            if slot.passed_before().is_some() {
                slot.change_passed(place, true);
            }
        }
    }

    /// A namespace is taken away from an object: should it be given back, that is news.
    pub(super) fn note_unlabelled(&mut self, id: PolicyId, place: &str) {
        if let Some(slot) = self.policies.get_mut(id).filter(|_| self.leading) {
            slot.change_passed(place, false);
        }
    }

    /// What labels have given is counted against what there was before, which goes on while it waits.
    pub(super) fn note_same(&mut self, id: PolicyId, count: Option<Count>) {
        let Some(slot) = self.policies.get_mut(id) else { return };
        let same = slot.passed_before().cloned();
        let Some(many) = &mut slot.many else { return };
        let is_same = count == Some(Count::Given) || matches!(many.brakes.former(), Some(Former::Same { .. }));
        if let Some(passed) = same.filter(|_| is_same) {
            let except = many.brakes.later();
            many.brakes.note_former(Former::Same { passed, except });
        }
    }

    /// An object is about to be another one: what it did until now is what an edit is compared with, and an annotation that is changed is
    /// a new word.
    pub(super) fn note_before(&mut self, id: PolicyId, generation: i64, confirm: Option<&str>) {
        let Some(slot) = self.policies.get(id) else { return };
        let Some(many) = &slot.many else { return };
        let known = slot.policy.identity.generation;
        let asks = slot.labelled().is_some();
        let before = |target: &TargetId| {
            let Some(place) = self.targets.key(*target).map(|key| &*key.namespace) else { return false };
            match many.brakes.former() {
                Some(Former::Same { passed, except }) => (!asks || passed.has(place)) && !except.contains_key(target),
                _ => !many.brakes.given().has(*target, place),
            }
        };
        let is_same = matches!(many.brakes.former(), Some(Former::Same { .. }));
        let tells = generation != known && (is_same || many.brakes.is_open(known));
        let former = slot.policy.spec.as_ref().ok().filter(|_| tells).map(|compiled| Former::Edited {
            compiled: Arc::clone(compiled),
            picked: many.picked.iter().copied().filter(before).collect(),
        });
        let is_word = slot.policy.confirm.as_deref() != confirm;
        let Some(slot) = self.policies.get_mut(id) else { return };
        if is_word {
            slot.basis.confirmed = None;
        }
        let Some(many) = &mut slot.many else { return };
        if is_word {
            many.brakes.note_word();
        }
        if generation != known {
            many.brakes.note_edit(former);
        }
    }
}
