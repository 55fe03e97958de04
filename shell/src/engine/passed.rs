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
