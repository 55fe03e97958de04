//! The caches that the watches fill, and who has to be looked at again when something in them changes.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::channel::mpsc;
use kube::Client;
use kube::api::{ApiResource, DynamicObject, Object};
use kube::runtime::reflector::{ObjectRef, Store};
use serde::{Deserialize, Serialize};

use super::clock::Clock;
use super::index::{Index, Refs};
use super::memory::Memory;
use super::observe::ClockState;
use crate::holidays::Dates;

/// The name of an object in a namespace.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// The namespace.
    pub namespace: String,
    /// The name.
    pub name: String,
}

impl Key {
    /// The key of an object.
    pub fn of<K: kube::ResourceExt>(object: &K) -> Self {
        Self { namespace: object.namespace().unwrap_or_default(), name: object.name_any() }
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

/// A Deployment without everything that doesn't matter here.
pub type Deployment = Object<DeploymentSpec, DeploymentStatus>;

/// What matters of a Deployment's spec.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
pub struct DeploymentSpec {
    /// How many Pods are asked for; the API server writes 1 where nobody has said.
    #[serde(default)]
    pub replicas: Option<i32>,
}

/// What matters of a Deployment's status.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentStatus {
    /// The generation that this status speaks of.
    #[serde(default)]
    pub observed_generation: Option<i64>,
    /// How many Pods there are.
    #[serde(default)]
    pub replicas: Option<i32>,
}

/// A Deployment as the cache shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenDeployment {
    /// Its name.
    pub name: String,
    /// Its resource version.
    pub version: String,
    /// Its `spec.replicas`.
    pub replicas: i32,
    /// Whether it has as many Pods as it asks for.
    pub settled: bool,
}

/// What is known of a ConfigMap of holidays.
#[derive(Debug, Clone)]
pub enum Holidays {
    /// The object asks for none.
    NotAsked,
    /// The watch hasn't answered yet.
    Unknown,
    /// It isn't there.
    Missing,
    /// It is there.
    Found(Arc<Dates>),
}

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
    objects: Store<DynamicObject>,
    deployments: Store<Deployment>,
    deployments_ready: AtomicBool,
    index: Mutex<Index>,
    config_maps: Mutex<HashMap<Key, Holidays>>,
    clock_state: Mutex<ClockState>,
    memories: Mutex<HashMap<Key, Memory>>,
    triggers: mpsc::UnboundedSender<ObjectRef<DynamicObject>>,
}

/// The TimeWindowScaler as the API server's discovery has it.
pub fn object_resource() -> ApiResource {
    ApiResource::erase::<crate::resource::TimeWindowScaler>(&())
}

/// Deployments as the API server's discovery has them.
pub fn deployment_resource() -> ApiResource {
    ApiResource::erase::<k8s_openapi::api::apps::v1::Deployment>(&())
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
            objects,
            deployments,
            deployments_ready: AtomicBool::new(false),
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

    /// Has every object looked at.
    pub fn trigger_all(&self) {
        for object in self.objects.state() {
            self.trigger(&Key::of(object.as_ref()));
        }
    }

    /// Takes note of an object and has it, and those that share its target, looked at.
    pub fn note_object(&self, object: &DynamicObject) {
        let key = Key::of(object);
        let others = lock(&self.index).set(key.clone(), Refs::of(object));
        self.trigger(&key);
        others.iter().for_each(|other| self.trigger(other));
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
        self.trigger_all();
    }

    /// All Deployments are known from now on.
    pub fn note_all_deployments(&self) {
        self.deployments_ready.store(true, Ordering::Release);
        self.trigger_all();
    }

    /// A Deployment has changed.
    pub fn note_deployment(&self, deployment: &Deployment) {
        let scalers = lock(&self.index).scalers_of(&Key::of(deployment));
        scalers.iter().for_each(|key| self.trigger(key));
    }

    /// Whether all Deployments are known.
    pub fn deployments_ready(&self) -> bool {
        self.deployments_ready.load(Ordering::Acquire)
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

    /// Forgets a ConfigMap that nobody refers to any more.
    pub fn forget_config_map(&self, key: &Key) {
        lock(&self.config_maps).remove(key);
    }

    /// The older object with the same target, if there is one.
    pub fn older_rival(&self, object: &Key) -> Option<String> {
        lock(&self.index).older_rival(object).map(|key| key.name)
    }

    /// Whether the clock can be trusted.
    pub fn clock_state(&self) -> ClockState {
        *lock(&self.clock_state)
    }

    /// Sets whether the clock can be trusted, and has everything looked at when that is new.
    pub fn set_clock_state(&self, state: ClockState) {
        let before = std::mem::replace(&mut *lock(&self.clock_state), state);
        if std::mem::discriminant(&before) != std::mem::discriminant(&state) {
            self.trigger_all();
        }
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
