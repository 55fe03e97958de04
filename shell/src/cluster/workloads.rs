//! What is read of an object that can be scaled, and the watch of a kind of them.

use std::borrow::Cow;
use std::fmt::Debug;
use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::core::DynamicResourceScope;
use kube::{Api, Client, Resource};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::sync::watch;

use super::FIELD_MANAGER;
use super::seen::{Parted, RawManager, RawMeta, Seen as _};
use super::watch::{Change, Recovered, What, watch_and};
use crate::api::selection::Exclusion;
use crate::api::times::to_instant;
use crate::target::{LabelSet, Ours, Scaling, Seen, Served, TargetState};

/// What a kind reads of the `spec` of its objects; the rest is passed over while it is parsed.
pub trait Body: DeserializeOwned + Clone + Debug + Default + Send + Sync + 'static {
    /// What it reads of the fields of a `spec` that somebody owns.
    type Owned: DeserializeOwned + Clone + Debug + Default + Send + Sync;

    /// Whether none are ready where its status says how many there are and not how many of them are ready.
    const SAYS_READY: bool = true;

    /// What it has. `ours` are those of its bounds that we own, where it is an autoscaler.
    fn has(&self, served: &Served, ours: Ours, meta: &Meta) -> Has;

    /// Whether the count is among these.
    fn is_owned(owned: &Self::Owned, served: &Served) -> bool;

    /// What may happen once it gets more than none.
    fn risk(&self) -> Option<&'static str> {
        None
    }

    /// Which bounds of an autoscaler are among these.
    fn owns(_: &Self::Owned) -> Ours {
        Ours::default()
    }
}

/// What an object that can be scaled has.
pub enum Has {
    /// So many replicas that it asks for.
    Count(i32),
    /// What it may give, and whom: it is an autoscaler.
    Bounds(Scaling),
}

/// What is read of annotations for those kinds that go by them.
#[derive(Debug, Clone, Default)]
pub struct Meta {
    /// That KEDA is to leave alone what it scales.
    pub paused: Option<Box<str>>,
    /// That KEDA is to hold it at this count.
    pub paused_replicas: Option<Box<str>>,
    /// Whether that one is ours.
    pub paused_by_us: bool,
}

/// An object that can be scaled.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "RawWorkload<B>", bound(deserialize = "B: Body"))]
struct Workload<B: Body> {
    metadata: ObjectMeta,
    original: Option<u32>,
    misread: bool,
    owner: Option<Box<str>>,
    labels: LabelSet,
    exclusion: Exclusion,
    owners: Vec<(Box<str>, B::Owned)>,
    meta: Meta,
    spec: B,
    ready: Option<i32>,
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "B: Body"))]
struct RawWorkload<B: Body> {
    #[serde(default)]
    metadata: RawMeta<B::Owned>,
    #[serde(default)]
    spec: B,
    #[serde(default)]
    status: RawStatus,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RawStatus {
    replicas: Option<i32>,
    ready_replicas: Option<i32>,
}

impl<B: Body> From<RawWorkload<B>> for Workload<B> {
    fn from(raw: RawWorkload<B>) -> Self {
        let Parted { metadata, original, misread, owner, labels, exclusion, managers, mut meta } = raw.metadata.split();
        let is_ours = |entry: &RawManager<B::Owned>| entry.manager.as_deref() == Some(FIELD_MANAGER);
        meta.paused_by_us = managers.iter().any(|entry| is_ours(entry) && entry.fields.has_paused_replicas());
        let owned = |entry: RawManager<B::Owned>| Some((entry.manager?, entry.fields.spec));
        // None that are ready is left out, where anything is said at all.
        let ready = raw.status.ready_replicas.or(raw.status.replicas.filter(|_| B::SAYS_READY).map(|_| 0));
        Self {
            metadata,
            original,
            misread,
            owner,
            labels,
            exclusion,
            owners: managers.into_iter().filter_map(owned).collect(),
            meta,
            spec: raw.spec,
            ready,
        }
    }
}

impl<B: Body> Workload<B> {
    fn seen(self, served: &Served) -> Seen {
        let mut writer: Option<Box<str>> = None;
        for (owner, _) in self.owners.iter().filter(|(_, owned)| B::is_owned(owned, served)) {
            if writer.as_deref().is_none_or(|known| known == FIELD_MANAGER) {
                writer = Some(owner.clone());
            }
        }
        let ours = self.owners.iter().filter(|(owner, _)| **owner == *FIELD_MANAGER).map(|(_, owned)| B::owns(owned));
        let ours =
            ours.fold(Ours::default(), |all, one| Ours { min: all.min || one.min, max: all.max || one.max, ..all });
        let (replicas, scaling) = match self.spec.has(served, ours, &self.meta) {
            Has::Count(replicas) => (replicas, None),
            Has::Bounds(scaling) => (scaling.size(scaling.range).replicas, Some(Box::new(scaling))),
        };
        Seen {
            namespace: self.in_namespace().into(),
            name: self.named().into(),
            created: self.created().map(to_instant),
            state: TargetState {
                uid: self.uid_text().into(),
                version: self.version(),
                replicas,
                ready: self.ready,
                writer,
                original: self.original,
                misread: self.misread,
                risk: self.spec.risk(),
                deleting: self.is_deleting(),
                labels: self.labels,
                exclusion: self.exclusion,
                scaling,
                owner: self.owner,
            },
        }
    }
}

impl<B: Body> Resource for Workload<B> {
    type DynamicType = Served;
    type Scope = DynamicResourceScope;

    fn kind(served: &Served) -> Cow<'_, str> {
        Cow::Borrowed(&served.name)
    }

    fn group(served: &Served) -> Cow<'_, str> {
        Cow::Borrowed(&served.group)
    }

    fn version(served: &Served) -> Cow<'_, str> {
        Cow::Borrowed(&served.version)
    }

    fn plural(served: &Served) -> Cow<'_, str> {
        Cow::Borrowed(&served.plural)
    }

    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }

    fn meta_mut(&mut self) -> &mut ObjectMeta {
        &mut self.metadata
    }
}

/// Takes what a watch has to tell. Says whether anybody still receives it.
pub type Tell = Box<dyn FnMut(Change<Seen>) -> BoxFuture<'static, bool> + Send>;

/// What the watch of a kind needs.
pub struct Watching {
    /// Whom to ask.
    pub client: Client,
    /// The one namespace to look at; all of them when absent.
    pub namespace: Option<String>,
    /// How the kind is served.
    pub served: Arc<Served>,
    /// Tells that the API server answers again.
    pub recovered: watch::Receiver<Recovered>,
    /// Whether it is nobody's trouble where it isn't served.
    pub is_optional: bool,
    /// Who hears of it.
    pub tell: Tell,
}

/// Watches the objects of a kind, of which `B` reads what matters. Ends when nobody receives it.
pub fn watched<B: Body>(watching: Watching) -> BoxFuture<'static, ()> {
    let Watching { client, namespace, served, recovered, is_optional, mut tell } = watching;
    async move {
        let api: Api<Workload<B>> = match &namespace {
            Some(namespace) => Api::namespaced_with(client, namespace, &*served),
            None => Api::all_with(client, &*served),
        };
        let what = format!("{}s", served.name);
        let seen = Arc::clone(&served);
        let what = What { name: what, fields: None, is_optional };
        watch_and(api, what, recovered, move |change| tell(change.map(|object| object.seen(&seen)))).await;
    }
    .boxed()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::api::ORIGINAL_ANNOTATION;
    use crate::target::{CountPath, OWN};

    #[derive(Debug, Clone, Default, Deserialize)]
    #[serde(transparent)]
    struct Whole(Value);

    impl Body for Whole {
        type Owned = Whole;

        fn has(&self, served: &Served, _: Ours, _: &Meta) -> Has {
            Has::Count(served.count.count(&self.0))
        }

        fn is_owned(owned: &Whole, served: &Served) -> bool {
            served.count.is_owned(&owned.0)
        }
    }

    fn read(object: &Value, path: &str) -> Seen {
        let served = Served { count: CountPath::read(path).unwrap(), ..Served::own(OWN[0]) };
        serde_json::from_str::<Workload<Whole>>(&object.to_string()).unwrap().seen(&served)
    }

    fn owned(manager: &str, fields: &Value) -> Value {
        json!({ "manager": manager, "operation": "Apply", "fieldsV1": fields })
    }

    #[test]
    fn an_object_leaves_its_count_and_who_owns_it() {
        let count = json!({ "f:spec": { "f:replicas": {} } });
        let ours = owned("kyklos", &count);
        let theirs = owned("argocd", &json!({ "f:spec": { "f:replicas": {}, "f:template": {} }, "f:metadata": {} }));
        let other = owned("kubectl", &json!({ "f:spec": { "f:template": {} } }));
        let object = |managers: &[&Value]| {
            json!({
                "metadata": {
                    "name": "web", "namespace": "shop", "uid": "u", "resourceVersion": "12", "labels": { "a": "b" },
                    "annotations": { "a": "b", "kyklos.io/original-replicas": "4" }, "managedFields": managers,
                },
                "spec": { "replicas": 3, "template": { "x": [1] } }, "status": { "replicas": 2, "readyReplicas": 1 },
            })
        };
        let seen = read(&object(&[&other, &ours]), ".spec.replicas");
        assert_eq!((&*seen.namespace, &*seen.name, &*seen.state.uid), ("shop", "web", "u"));
        let state = &seen.state;
        assert_eq!((state.replicas, state.version, state.ready, state.original), (3, 12, Some(1), Some(4)));
        assert_eq!((state.labels.get("a"), state.exclusion), (Some("b"), Exclusion::None));
        assert_eq!((state.writer.as_deref(), &state.owner, state.deleting), (Some("kyklos"), &None, false));
        assert_eq!(read(&object(&[&ours, &theirs]), ".spec.replicas").state.writer.as_deref(), Some("argocd"));
        assert_eq!(read(&object(&[&other]), ".spec.replicas").state.writer, None);
    }

    #[test]
    fn an_annotation_that_is_no_count_is_none_and_known_to_be_there() {
        let read = |annotations: Value| {
            let state = read(&json!({ "metadata": { "annotations": annotations } }), ".spec.replicas").state;
            (state.original, state.misread)
        };
        assert_eq!(read(json!({})), (None, false));
        for (text, original) in [("4", Some(4)), ("0", Some(0)), ("2147483647", Some(2_147_483_647))] {
            assert_eq!(read(json!({ ORIGINAL_ANNOTATION: text })), (original, false), "{text}");
        }
        for text in ["", "four", "-1", "50%", "original", "2147483648", "3 "] {
            assert_eq!(read(json!({ ORIGINAL_ANNOTATION: text })), (None, true), "{text}");
        }
    }

    #[test]
    fn a_count_elsewhere_is_found_there_and_its_absence_is_none() {
        let ours = owned("kyklos", &json!({ "f:spec": { "f:size": {} } }));
        let object =
            json!({ "metadata": { "name": "x", "managedFields": [ours] }, "spec": { "size": 5, "replicas": 1 } });
        let state = read(&object, ".spec.size").state;
        assert_eq!((state.replicas, state.writer.as_deref(), state.ready), (5, Some("kyklos"), None));
        for empty in [json!({ "spec": { "replicas": 1 } }), json!({ "spec": null }), json!({})] {
            assert_eq!(read(&empty, ".spec.size").state.replicas, 0, "{empty}");
        }
    }

    #[test]
    fn how_many_are_ready_is_what_the_status_says() {
        #[derive(Debug, Clone, Default, Deserialize)]
        struct Silent {}

        impl Body for Silent {
            type Owned = Silent;
            const SAYS_READY: bool = false;

            fn has(&self, _: &Served, _: Ours, _: &Meta) -> Has {
                Has::Count(0)
            }

            fn is_owned(_: &Silent, _: &Served) -> bool {
                false
            }
        }

        fn ready<B: Body>(status: &Value) -> Option<i32> {
            let object = json!({ "status": status }).to_string();
            serde_json::from_str::<Workload<B>>(&object).unwrap().seen(&Served::own(OWN[0])).state.ready
        }
        for (status, of_own, of_custom) in [
            (json!({ "replicas": 3, "readyReplicas": 2 }), Some(2), Some(2)),
            // Of a kind that somebody else has made nobody knows whether it ever says how many are ready.
            (json!({ "replicas": 3 }), Some(0), None),
            (json!({}), None, None),
        ] {
            assert_eq!((ready::<Whole>(&status), ready::<Silent>(&status)), (of_own, of_custom), "{status}");
        }
    }

    #[test]
    fn who_manages_it_is_its_controller_and_nobody_else() {
        let owner = |controller: Value| json!({ "kind": "Deployment", "name": "web", "controller": controller });
        let read =
            |owners: Value| read(&json!({ "metadata": { "ownerReferences": owners } }), ".spec.replicas").state.owner;
        assert_eq!(read(json!([owner(json!(null)), owner(json!(true))])).as_deref(), Some("Deployment web"));
        assert_eq!(read(json!([owner(json!(false))])), None);
    }
}
