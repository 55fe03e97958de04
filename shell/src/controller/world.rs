//! The caches that the watches fill, and who has to be looked at again when something in them changes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use futures::channel::mpsc;
use kube::Client;
use kube::api::DynamicObject;
use kube::runtime::reflector::{ObjectRef, Store};

use super::clock::Clock;
use super::health::{Check, Health};
use super::index::{Index, Refs, Rival};
use super::memory::Memory;
use super::seen::{ClockState, Deployment, Holidays, Key, SeenDeployment, deployment_resource, object_resource};
use crate::calendar::Dates;

/// Everything that the controller knows.
pub struct World {
    /// The API server.
    pub client: Client,
    /// The clock.
    pub clock: Clock,
    /// What to say of the clock, when it is a rehearsed one.
    pub rehearsal: Option<String>,
    /// The name of this process in events.
    pub instance: String,
    /// What the probes are told.
    pub health: Health,
    objects: Store<DynamicObject>,
    deployments: Store<Deployment>,
    index: Mutex<Index>,
    config_maps: Mutex<HashMap<Key, Holidays>>,
    clock_state: Mutex<ClockState>,
    memories: Mutex<HashMap<Key, Memory>>,
    triggers: mpsc::UnboundedSender<ObjectRef<DynamicObject>>,
}

impl World {
    /// A world in which nothing has been seen yet, and the objects to look at as they become known.
    pub fn new(
        client: Client,
        clock: Clock,
        instance: String,
        objects: Store<DynamicObject>,
        deployments: Store<Deployment>,
    ) -> (Self, mpsc::UnboundedReceiver<ObjectRef<DynamicObject>>) {
        let (triggers, triggered) = mpsc::unbounded();
        let world = Self {
            client,
            clock,
            rehearsal: clock.rehearsal(),
            instance,
            health: Health::default(),
            objects,
            deployments,
            index: Mutex::default(),
            config_maps: Mutex::default(),
            clock_state: Mutex::new(ClockState::Right),
            memories: Mutex::default(),
            triggers,
        };
        (world, triggered)
    }

    /// Has an object looked at.
    pub fn trigger(&self, key: &Key) {
        let object = ObjectRef::new_with(&key.name, object_resource()).within(&key.namespace);
        // Without a receiver the controller is on its way out.
        let _ = self.triggers.unbounded_send(object);
    }

    /// Puts something into the queue that is no object's, and comes out again by itself.
    pub fn knock(&self) {
        self.trigger(&Key { namespace: String::new(), name: String::new() });
    }

    /// What has to be so for anything to be scaled.
    pub fn readiness(&self, now: Instant) -> Vec<Check> {
        let mut unanswered = self.config_maps_asked_for();
        {
            let known = lock(&self.config_maps);
            unanswered.retain(|key| !known.contains_key(key));
        }
        unanswered.sort();
        self.health.readiness(self.clock_state(), &unanswered, now)
    }

    /// Has every object looked at.
    pub fn trigger_all(&self) {
        for object in self.objects.state() {
            self.trigger(&Key::of(object.as_ref()));
        }
    }

    /// Takes note of an object and has it, and those that share its target, looked at, if anything about it is new.
    pub fn note_object(&self, object: &DynamicObject) {
        let key = Key::of(object);
        let affected = lock(&self.index).set(key.clone(), Refs::of(object));
        affected.iter().for_each(|key| self.trigger(key));
        let overwritten = lock(&self.memories).get_mut(&key).is_some_and(|memory| memory.is_overwritten(object));
        if overwritten {
            self.trigger(&key);
        }
    }

    /// Forgets an object that is gone.
    pub fn forget_object(&self, object: &DynamicObject) {
        let key = Key::of(object);
        lock(&self.memories).remove(&key);
        let others = lock(&self.index).remove(&key);
        others.iter().for_each(|other| self.trigger(other));
    }

    /// Takes note of all objects at once, after the watch has started anew.
    pub fn note_all_objects(&self) {
        let objects = self.objects.state();
        let mut index = Index::default();
        for object in &objects {
            index.set(Key::of(object.as_ref()), Refs::of(object));
        }
        lock(&self.memories).retain(|key, _| index.has(key));
        *lock(&self.index) = index;
        self.health.objects.note_filled();
        self.trigger_all();
    }

    /// All Deployments are known from now on.
    pub fn note_all_deployments(&self) {
        self.health.deployments.note_filled();
        self.trigger_all();
    }

    /// A Deployment has changed.
    pub fn note_deployment(&self, deployment: &Deployment) {
        let scalers = lock(&self.index).scalers_of(&Key::of(deployment));
        scalers.iter().for_each(|key| self.trigger(key));
    }

    /// Whether all Deployments are known.
    pub fn deployments_ready(&self) -> bool {
        self.health.deployments.is_filled()
    }

    /// A Deployment.
    pub fn deployment(&self, namespace: &str, name: &str) -> Option<SeenDeployment> {
        let key = ObjectRef::new_with(name, deployment_resource()).within(namespace);
        let found = self.deployments.get(&key)?;
        let replicas = found.spec.replicas.unwrap_or(1);
        let status = found.status.clone().unwrap_or_default();
        Some(SeenDeployment {
            name: name.to_owned(),
            version: found.metadata.resource_version.clone().unwrap_or_default(),
            replicas,
            settled: status.observed_generation >= found.metadata.generation
                && status.replicas.unwrap_or_default() == replicas,
        })
    }

    /// The ConfigMaps that any object refers to.
    pub fn config_maps_asked_for(&self) -> Vec<Key> {
        lock(&self.index).config_maps()
    }

    /// What is known of the holidays of an object.
    pub fn holidays_of(&self, object: &Key) -> Holidays {
        let Some(config_map) = lock(&self.index).config_map_of(object) else { return Holidays::NotAsked };
        lock(&self.config_maps).get(&config_map).cloned().unwrap_or(Holidays::Unknown)
    }

    /// Takes note of a ConfigMap; `None` when it isn't there. Nobody is bothered when its dates are the same as before.
    pub fn note_config_map(&self, key: &Key, dates: Option<Dates>) {
        {
            let mut known = lock(&self.config_maps);
            let now = match (known.get(key), dates) {
                (Some(Holidays::Missing), None) => return,
                (Some(Holidays::Found(old)), Some(new)) if **old == new => return,
                (_, None) => Holidays::Missing,
                (_, Some(new)) => Holidays::Found(Arc::new(new)),
            };
            known.insert(key.clone(), now);
        }
        let objects = lock(&self.index).users_of(key);
        objects.iter().for_each(|object| self.trigger(object));
    }

    /// Takes note that a ConfigMap can't be read, and why. What was read of it before still counts.
    pub fn note_unreadable_config_map(&self, key: &Key, why: &str) {
        {
            let mut known = lock(&self.config_maps);
            match known.get(key) {
                Some(Holidays::Found(_)) => return,
                Some(Holidays::Unreadable(before)) if before == why => return,
                _ => known.insert(key.clone(), Holidays::Unreadable(why.to_owned())),
            };
        }
        let objects = lock(&self.index).users_of(key);
        objects.iter().for_each(|object| self.trigger(object));
    }

    /// Forgets a ConfigMap that nobody refers to any more.
    pub fn forget_config_map(&self, key: &Key) {
        lock(&self.config_maps).remove(key);
    }

    /// Whether an older object has the same target.
    pub fn rival(&self, object: &Key) -> Rival {
        lock(&self.index).rival(object)
    }

    /// Takes note of whether an object is valid, so that it can claim its target.
    pub fn judge(&self, object: &Key, valid: bool) {
        let others = lock(&self.index).judge(object, valid);
        others.iter().for_each(|other| self.trigger(other));
    }

    /// A message for the status, which says so when the clock is a rehearsed one.
    pub fn say(&self, text: &str) -> String {
        self.rehearsal.as_ref().map_or_else(|| text.to_owned(), |rehearsal| format!("{rehearsal}: {text}"))
    }

    /// Whether the clock can be trusted.
    pub fn clock_state(&self) -> ClockState {
        *lock(&self.clock_state)
    }

    /// Sets whether the clock can be trusted, and has everything looked at when that is new. Says whether it is.
    pub fn set_clock_state(&self, state: ClockState) -> bool {
        let before = std::mem::replace(&mut *lock(&self.clock_state), state);
        let turned = std::mem::discriminant(&before) != std::mem::discriminant(&state);
        if turned {
            self.trigger_all();
        }
        turned
    }

    /// Takes what is remembered of an object, for the time of a look at it.
    pub fn take_memory(&self, key: &Key) -> Memory {
        lock(&self.memories).remove(key).unwrap_or_default()
    }

    /// Puts back what is remembered of an object, unless it has gone meanwhile.
    pub fn put_memory(&self, key: Key, memory: Memory) {
        if lock(&self.index).has(&key) {
            lock(&self.memories).insert(key, memory);
        }
    }
}

/// A lock whose holder panicked still guards whole values: each is replaced in one step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
