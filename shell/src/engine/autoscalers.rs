//! The HorizontalPodAutoscalers, and which targets they scale.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::state::Engine;
use crate::cluster::seen::{Autoscaler, Seen as _};
use crate::target::{Kind, TargetKey};

/// Which autoscaler scales what.
#[derive(Debug, Default)]
pub struct Autoscalers {
    /// By its namespace and name: its identity, of which list it is, and what it scales.
    all: HashMap<(Arc<str>, Box<str>), Known>,
    /// The names of those that scale a target.
    by_target: HashMap<TargetKey, BTreeSet<Box<str>>>,
}

#[derive(Debug)]
struct Known {
    uid: Box<str>,
    epoch: u32,
    target: Option<TargetKey>,
}

impl Autoscalers {
    /// The first of those that scale a target, by name.
    pub(super) fn of(&self, target: &TargetKey) -> Option<&str> {
        self.by_target.get(target)?.first().map(|name| &**name)
    }

    /// It is gone. What it has scaled.
    fn forget(&mut self, key: &(Arc<str>, Box<str>)) -> Option<TargetKey> {
        let target = self.all.remove(key)?.target?;
        if let Some(names) = self.by_target.get_mut(&target) {
            names.remove(&key.1);
            if names.is_empty() {
                self.by_target.remove(&target);
            }
        }
        Some(target)
    }
}

impl Engine {
    /// An autoscaler as a watch has brought it.
    pub(super) fn note_autoscaler(&mut self, object: &Autoscaler) {
        let namespace = self.namespaces.intern(object.in_namespace()).1;
        let key = (Arc::clone(&namespace), Box::from(object.named()));
        let epoch = self.hpas.epoch;
        let target = object.target.as_ref().and_then(|target| {
            let kind = Kind::of_group(&target.group, &target.kind)?;
            Some(TargetKey { kind, namespace, name: target.name.as_str().into() })
        });
        if let Some(known) = self.autoscalers.all.get_mut(&key)
            && known.target == target
        {
            (known.uid, known.epoch) = (object.uid_text().into(), epoch);
            return;
        }
        let before = self.autoscalers.forget(&key);
        if let Some(target) = &target {
            self.autoscalers.by_target.entry(target.clone()).or_default().insert(key.1.clone());
        }
        let known = Known { uid: object.uid_text().into(), epoch, target: target.clone() };
        self.autoscalers.all.insert(key, known);
        before.iter().chain(&target).for_each(|target| self.mark_autoscaled(target));
    }

    /// An autoscaler is gone.
    pub(super) fn forget_autoscaler(&mut self, object: &Autoscaler) {
        let key = (Arc::from(object.in_namespace()), Box::from(object.named()));
        if self.autoscalers.all.get(&key).is_some_and(|known| *known.uid == *object.uid_text())
            && let Some(target) = self.autoscalers.forget(&key)
        {
            self.mark_autoscaled(&target);
        }
    }

    /// All autoscalers are known.
    pub(super) fn autoscalers_complete(&mut self) {
        let first = !self.hpas.complete;
        let epoch = self.hpas.complete();
        let old = self.autoscalers.all.iter().filter(|(_, known)| known.epoch != epoch);
        let old: Vec<_> = old.map(|(key, _)| key.clone()).collect();
        for key in old {
            if let Some(target) = self.autoscalers.forget(&key) {
                self.mark_autoscaled(&target);
            }
        }
        if first {
            tracing::info!("all HorizontalPodAutoscalers are known");
            self.mark_all();
        }
    }

    fn mark_autoscaled(&mut self, target: &TargetKey) {
        if let Some(id) = self.targets.find(target) {
            self.mark_claimants(id);
        }
    }

    /// Whether the autoscalers are known, or known to stay unknown for a while: a count that is written beside one is undone by it.
    pub(super) fn knows_autoscalers(&self) -> bool {
        self.hpas.complete || self.hpas.trouble.is_some()
    }
}
