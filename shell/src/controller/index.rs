//! What is known of each object: its version, which target it scales and which ConfigMap has its holidays.

use std::collections::{BTreeSet, HashMap};

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use kube::api::DynamicObject;
use serde_json::Value;

use super::memory::override_annotation;
use super::seen::Key;

/// What matters of an object before it is looked at, read without judging whether it is valid.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Refs {
    /// Its identity and the generation of its spec.
    pub version: (Option<String>, Option<i64>),
    /// The override annotation.
    pub annotation: Option<String>,
    /// The Deployment that it scales.
    pub target: Option<Key>,
    /// The ConfigMap with its holidays, when they matter to it.
    pub config_map: Option<Key>,
    /// When it was created.
    pub created: Option<Time>,
}

impl Refs {
    /// The references of an object.
    pub fn of(object: &DynamicObject) -> Self {
        let namespace = object.metadata.namespace.clone().unwrap_or_default();
        let text = |path: &str| object.data.pointer(path).and_then(Value::as_str);
        let key = |name: &str| Key { namespace: namespace.clone(), name: name.to_owned() };
        let ignored = text("/spec/holidayMode").is_none_or(|mode| mode == "ignore");
        let deployment = text("/spec/targetRef/kind").is_none_or(|kind| kind == "Deployment");
        Self {
            version: (object.metadata.uid.clone(), object.metadata.generation),
            annotation: override_annotation(object).map(str::to_owned),
            target: text("/spec/targetRef/name").filter(|_| deployment).map(key),
            config_map: text("/spec/holidayConfigMap").filter(|_| !ignored).map(key),
            created: object.metadata.creation_timestamp.clone(),
        }
    }
}

/// Whether an older object has the same target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rival {
    /// None has.
    None,
    /// One has of which isn't known yet whether it is valid.
    Unjudged,
    /// This one has.
    Older(Key),
}

/// The references of all objects, in both directions.
#[derive(Debug, Default)]
pub struct Index {
    refs: HashMap<Key, Refs>,
    /// Whether an object is valid, where that is known: an invalid one claims nothing.
    valid: HashMap<Key, bool>,
    by_target: HashMap<Key, BTreeSet<Key>>,
    by_config_map: HashMap<Key, BTreeSet<Key>>,
}

impl Index {
    /// Takes note of an object. Returns those that have to be looked at: itself and the others that share its old or its
    /// new target, or none when nothing is new but what the controller itself has written, which is the status.
    pub fn set(&mut self, object: Key, refs: Refs) -> BTreeSet<Key> {
        if self.refs.get(&object) == Some(&refs) {
            return BTreeSet::new();
        }
        let mut others = self.remove(&object);
        if let Some(target) = &refs.target {
            let sharing = self.by_target.entry(target.clone()).or_default();
            others.extend(sharing.iter().cloned());
            sharing.insert(object.clone());
        }
        if let Some(config_map) = &refs.config_map {
            self.by_config_map.entry(config_map.clone()).or_default().insert(object.clone());
        }
        self.refs.insert(object.clone(), refs);
        others.insert(object);
        others
    }

    /// Removes an object. Returns the others that share its target.
    pub fn remove(&mut self, object: &Key) -> BTreeSet<Key> {
        let Some(refs) = self.refs.remove(object) else { return BTreeSet::new() };
        self.valid.remove(object);
        if let Some(config_map) = &refs.config_map {
            take_out(&mut self.by_config_map, config_map, object);
        }
        refs.target.map(|target| take_out(&mut self.by_target, &target, object)).unwrap_or_default()
    }

    /// Whether an object is known.
    pub fn has(&self, object: &Key) -> bool {
        self.refs.contains_key(object)
    }

    /// The objects that scale a target.
    pub fn scalers_of(&self, target: &Key) -> BTreeSet<Key> {
        self.by_target.get(target).cloned().unwrap_or_default()
    }

    /// The objects that take their holidays from a ConfigMap.
    pub fn users_of(&self, config_map: &Key) -> BTreeSet<Key> {
        self.by_config_map.get(config_map).cloned().unwrap_or_default()
    }

    /// All ConfigMaps that are referred to.
    pub fn config_maps(&self) -> Vec<Key> {
        self.by_config_map.keys().cloned().collect()
    }

    /// The ConfigMap that an object refers to.
    pub fn config_map_of(&self, object: &Key) -> Option<Key> {
        self.refs.get(object)?.config_map.clone()
    }

    /// Takes note of whether an object is valid. Returns the others that share its target, when that is new.
    pub fn judge(&mut self, object: &Key, valid: bool) -> BTreeSet<Key> {
        if !self.has(object) || self.valid.insert(object.clone(), valid) == Some(valid) {
            return BTreeSet::new();
        }
        let target = self.refs.get(object).and_then(|refs| refs.target.as_ref());
        let mut others = target.map(|target| self.scalers_of(target)).unwrap_or_default();
        others.remove(object);
        others
    }

    /// The oldest valid object with the same target, unless that is the object itself; the name decides between two of
    /// one second.
    pub fn rival(&self, object: &Key) -> Rival {
        let age = |key: &Key| (self.refs.get(key).and_then(|refs| refs.created.clone()), key.clone());
        let sharing = self.refs.get(object).and_then(|refs| refs.target.as_ref()).map(|target| self.scalers_of(target));
        let mut older: Vec<_> = sharing.into_iter().flatten().filter(|key| age(key) < age(object)).collect();
        older.sort_by_key(age);
        for key in older {
            match self.valid.get(&key) {
                None => return Rival::Unjudged,
                Some(true) => return Rival::Older(key),
                Some(false) => {}
            }
        }
        Rival::None
    }
}

/// Takes an object out of a set, and the set out of the map when it was the last. Returns those that are left.
fn take_out(map: &mut HashMap<Key, BTreeSet<Key>>, at: &Key, object: &Key) -> BTreeSet<Key> {
    let Some(set) = map.get_mut(at) else { return BTreeSet::new() };
    set.remove(object);
    if set.is_empty() {
        map.remove(at);
        return BTreeSet::new();
    }
    set.clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> Key {
        Key { namespace: "shop".into(), name: name.into() }
    }

    fn refs(target: &str, created: &str) -> Refs {
        Refs { target: Some(key(target)), created: Some(Time(created.parse().unwrap())), ..Refs::default() }
    }

    #[test]
    fn the_oldest_has_the_target_and_the_others_are_told_when_it_goes() {
        let mut index = Index::default();
        assert_eq!(index.set(key("b"), refs("web", "2026-01-02T00:00:00Z")), [key("b")].into());
        assert_eq!(index.set(key("a"), refs("web", "2026-01-03T00:00:00Z")), [key("a"), key("b")].into());
        assert_eq!(index.set(key("a"), refs("web", "2026-01-03T00:00:00Z")), [].into(), "nothing is new");
        assert_eq!(index.rival(&key("a")), Rival::Unjudged);
        assert_eq!(index.judge(&key("b"), false), [key("a")].into());
        assert_eq!(index.rival(&key("a")), Rival::None, "an invalid object claims nothing");
        assert_eq!(index.judge(&key("b"), true), [key("a")].into());
        assert_eq!(index.judge(&key("b"), true), [].into(), "nothing is new");
        assert_eq!(index.rival(&key("a")), Rival::Older(key("b")));
        assert_eq!(index.rival(&key("b")), Rival::None);
        assert_eq!(index.set(key("b"), refs("api", "2026-01-02T00:00:00Z")), [key("a"), key("b")].into());
        assert_eq!(index.rival(&key("a")), Rival::None);
        assert!(index.remove(&key("b")).is_empty());
        assert!(index.scalers_of(&key("api")).is_empty());
    }

    #[test]
    fn config_maps_are_known_as_long_as_somebody_refers_to_them() {
        let mut index = Index::default();
        let asking = Refs { config_map: Some(key("days")), ..Refs::default() };
        index.set(key("a"), asking.clone());
        index.set(key("b"), asking);
        assert_eq!(index.users_of(&key("days")), [key("a"), key("b")].into());
        index.remove(&key("a"));
        index.set(key("b"), Refs::default());
        assert!(index.config_maps().is_empty());
    }
}
