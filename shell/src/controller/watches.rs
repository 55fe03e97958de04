//! The watches on the API server that fill the caches.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Instant;

use futures::{Stream, StreamExt, TryStreamExt};
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Api, DynamicObject, ObjectMeta};
use kube::runtime::reflector::store::Writer;
use kube::runtime::watcher::{Config, Error, Event};
use kube::runtime::{WatchStreamExt, reflector, watcher};
use kube::{Client, ResourceExt};
use tokio::task::JoinHandle;

use super::failure::{plain_watch, refusal_of_watch};
use super::health::Cache;
use super::patience::Patience;
use super::seen::{Deployment, Key, deployment_resource, object_resource};
use super::world::World;
use crate::calendar::{Dates, dates};
use crate::api::problems::Problems;

/// Objects of a list page: small pages keep the memory of a large cluster's first list low.
const PAGE: u32 = 100;

/// Watches the TimeWindowScalers, and the ConfigMaps that they refer to. Never ends by itself.
pub async fn watch_objects(
    world: Arc<World>,
    client: Client,
    namespace: Option<String>,
    writer: Writer<DynamicObject>,
) -> std::convert::Infallible {
    let api: Api<DynamicObject> = match &namespace {
        Some(namespace) => Api::namespaced_with(client, namespace, &object_resource()),
        None => Api::all_with(client, &object_resource()),
    };
    let stream = watcher(api, Config::default().page_size(PAGE)).modify(|object| lean(&mut object.metadata));
    let mut events = Box::pin(reflector(writer, stream));
    let mut patience = Patience::default();
    let mut config_maps = ConfigMapWatches::default();
    loop {
        match next(&mut events, "TimeWindowScalers", &world.health.objects, &mut patience).await {
            Event::InitDone => world.note_all_objects(),
            Event::Apply(object) => world.note_object(&object),
            Event::Delete(object) => world.forget_object(&object),
            Event::Init | Event::InitApply(_) => continue,
        }
        config_maps.follow(&world);
    }
}

/// Watches the Deployments. Never ends by itself.
pub async fn watch_deployments(
    world: Arc<World>,
    client: Client,
    namespace: Option<String>,
    writer: Writer<Deployment>,
) -> std::convert::Infallible {
    let resource = deployment_resource();
    let api: Api<Deployment> = match &namespace {
        Some(namespace) => Api::namespaced_with(client, namespace, &resource),
        None => Api::all_with(client, &resource),
    };
    let stream = watcher(api, Config::default().page_size(PAGE)).modify(|deployment| {
        lean(&mut deployment.metadata);
        deployment.metadata.annotations = None;
        deployment.metadata.labels = None;
    });
    let mut events = Box::pin(reflector(writer, stream));
    let mut patience = Patience::default();
    loop {
        match next(&mut events, "Deployments", &world.health.deployments, &mut patience).await {
            Event::InitDone => world.note_all_deployments(),
            Event::Apply(deployment) | Event::Delete(deployment) => world.note_deployment(&deployment),
            Event::Init | Event::InitApply(_) => {}
        }
    }
}

/// The next event. Errors are told about, and after each the watch is left alone for a while.
async fn next<K>(
    events: &mut (impl Stream<Item = Result<Event<K>, Error>> + Unpin),
    what: &str,
    cache: &Cache,
    patience: &mut Patience,
) -> Event<K> {
    loop {
        match events.next().await {
            Some(Ok(event)) => {
                // The first comes before each list, whether or not that is let through.
                let through = !matches!(event, Event::Init | Event::InitApply(_));
                if through && patience.is_over() {
                    tracing::info!("the watch of {what} goes on");
                }
                cache.note_event();
                return event;
            }
            Some(Err(error)) => {
                let refusal = refusal_of_watch(&error);
                let why = if refusal == Some(404) { missing(what) } else { plain_watch(&error) };
                let wait = patience.wait();
                if !patience.tells(&why, Instant::now()) {
                    tracing::debug!(error = why, ?wait, "the watch of {what} is still interrupted");
                } else if refusal == Some(404) {
                    tracing::error!("{why}");
                } else {
                    tracing::warn!(error = why, "the watch of {what} was interrupted and is taken up again");
                }
                // One that is on its way out or up (5xx), or has too much to do (429), refuses nothing for good.
                let refused = refusal.is_some_and(|code| (400..500).contains(&code) && code != 429);
                cache.note_trouble(why, refused);
                tokio::time::sleep(wait).await;
            }
            // A watcher never ends; if it did, nothing would be left to wait for.
            None => std::future::pending().await,
        }
    }
}

fn missing(what: &str) -> String {
    format!("the API server knows no {what}: install the CRD with `kyklos crd | kubectl apply --server-side -f -`")
}

/// Drops what nobody here reads, which is most of an object's size.
fn lean(metadata: &mut ObjectMeta) {
    metadata.managed_fields = None;
    if let Some(annotations) = &mut metadata.annotations {
        annotations.remove("kubectl.kubernetes.io/last-applied-configuration");
    }
}

/// A watch for each ConfigMap that somebody refers to, and for no other: clusters hold many and large ones.
#[derive(Default)]
struct ConfigMapWatches(HashMap<Key, JoinHandle<()>>);

impl ConfigMapWatches {
    /// Starts and stops watches so that they are those that are asked for.
    fn follow(&mut self, world: &Arc<World>) {
        let asked: BTreeSet<Key> = world.config_maps_asked_for().into_iter().collect();
        self.0.retain(|key, task| {
            let keep = asked.contains(key);
            if !keep {
                task.abort();
                world.forget_config_map(key);
            }
            keep
        });
        for key in asked {
            self.0.entry(key.clone()).or_insert_with(|| tokio::spawn(watch_config_map(Arc::clone(world), key)));
        }
    }
}

async fn watch_config_map(world: Arc<World>, key: Key) {
    let api: Api<ConfigMap> = Api::namespaced(world.client.clone(), &key.namespace);
    let mut versions = Box::pin(watcher::watch_object(api, &key.name));
    let mut patience = Patience::default();
    loop {
        match versions.try_next().await {
            Ok(Some(version)) => {
                if patience.is_over() {
                    tracing::info!(config_map = %key, "the watch goes on");
                }
                world.note_config_map(&key, version.as_ref().map(read));
            }
            Ok(None) => return,
            Err(error) => {
                let why = plain_watch(&error);
                let wait = patience.wait();
                if patience.tells(&why, Instant::now()) {
                    tracing::warn!(error = why, config_map = %key, "the watch was interrupted and is taken up again");
                }
                if refusal_of_watch(&error).is_some() {
                    world.note_unreadable_config_map(&key, &why);
                }
                tokio::time::sleep(wait).await;
            }
        }
    }
}

fn read(config_map: &ConfigMap) -> Dates {
    let mut problems = Problems::default();
    let keys = config_map.data.iter().flatten().map(|(key, _)| key.as_str());
    let calendar = dates(keys, &mut problems);
    if !problems.is_empty() {
        tracing::warn!(config_map = config_map.name_any(), %problems, "keys that are no dates are skipped");
    }
    Dates { calendar, problems }
}
