//! What the documents of a stream of manifests are to a command: schedules and overrides, the holidays and the workloads that schedules
//! refer to, and everything else, which is passed over.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::api::manifest::Document;
use crate::api::overrides::OVERRIDE_KIND;
use crate::api::selection::{CLUSTER_KIND, KindRef};
use crate::api::{GROUP, KIND, RECORD_KIND, ScalerKind};

/// What a document is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meant {
    /// A schedule, or something that isn't anything else and whose reader says what is wrong.
    Scaler,
    /// An override.
    Override,
    /// A ConfigMap in which a schedule looks for its holidays.
    Holidays,
    /// A namespace, whose labels may matter.
    Namespace,
    /// Something that may be scaled.
    Workload(KindRef),
    /// Nothing to do with schedules.
    Other,
}

/// What the schedules of the files refer to, as far as that can be told before they are checked.
#[derive(Debug, Default)]
pub(super) struct Referred {
    kinds: BTreeSet<KindRef>,
    /// Those among them that lie in no namespace.
    of_cluster: BTreeSet<KindRef>,
    config_maps: BTreeSet<(String, String)>,
}

/// The kinds that are workloads whether or not a schedule names them: what Kubernetes scales, and what scales it.
const WORKLOADS: [(&str, &str); 6] = [
    ("apps/v1", "Deployment"),
    ("apps/v1", "StatefulSet"),
    ("apps/v1", "ReplicaSet"),
    ("autoscaling/v2", "HorizontalPodAutoscaler"),
    ("batch/v1", "CronJob"),
    ("keda.sh/v1alpha1", "ScaledObject"),
];

impl Referred {
    /// What a document refers to, if it is a schedule. It is in the namespace `usual` where it names none.
    pub(super) fn note(&mut self, document: &Document, usual: &str, own_namespace: &str) {
        let value = &document.value;
        let Some(scaler) = text(value, "/kind").and_then(ScalerKind::read) else { return };
        let target = |field: &str| text(value, &format!("/spec/targetRef/{field}"));
        if let (Some(api_version), Some(kind)) = (target("apiVersion"), target("kind")) {
            let kind = KindRef::new(api_version, kind);
            if !scaler.is_of_namespace() {
                self.of_cluster.insert(kind.clone());
            }
            self.kinds.insert(kind);
        }
        if let Some(name) = text(value, "/spec/holidayConfigMap") {
            // One of the cluster has them where Kyklos itself is.
            let own = namespace(value).unwrap_or(usual);
            let namespace = if scaler.is_of_namespace() { own } else { own_namespace };
            self.config_maps.insert((namespace.to_owned(), name.to_owned()));
        }
        let kinds = value.pointer("/spec/targets/kinds").and_then(Value::as_array);
        for kind in kinds.into_iter().flatten() {
            if let (Some(api_version), Some(kind)) = (text(kind, "/apiVersion"), text(kind, "/kind")) {
                self.kinds.insert(KindRef::new(api_version, kind));
            }
        }
    }

    /// Puts a document into a namespace if it names none, but for what lies in none.
    pub(super) fn place(&self, document: &mut Document, usual: &str) {
        let value = &document.value;
        let kind = text(value, "/kind");
        let found = text(value, "/apiVersion").zip(kind).map(|(api_version, kind)| KindRef::new(api_version, kind));
        let is_of_cluster = matches!(kind, Some(CLUSTER_KIND | "Namespace"))
            || found.is_some_and(|found| self.of_cluster.iter().any(|named| named.is(&found)));
        let Some(Value::Object(metadata)) = document.value.get_mut("metadata").filter(|_| !is_of_cluster) else {
            return;
        };
        // What isn't a text is the reader's to refuse.
        if metadata.get("namespace").is_none_or(|found| found.is_null() || found.as_str() == Some("")) {
            metadata.insert("namespace".to_owned(), Value::String(usual.to_owned()));
        }
    }

    /// What a document is.
    pub(super) fn meant(&self, document: &Document) -> Meant {
        let value = &document.value;
        let (Some(api_version), Some(kind)) = (text(value, "/apiVersion"), text(value, "/kind")) else {
            return if text(value, "/kind") == Some(OVERRIDE_KIND) { Meant::Override } else { Meant::Scaler };
        };
        let found = KindRef::new(api_version, kind);
        let is_workload = WORKLOADS.iter().any(|(api_version, kind)| KindRef::new(api_version, kind).is(&found))
            || self.kinds.iter().any(|named| named.is(&found));
        match (found.group(), kind) {
            (_, KIND | CLUSTER_KIND) => Meant::Scaler,
            (_, OVERRIDE_KIND) => Meant::Override,
            (GROUP, RECORD_KIND) => Meant::Other,
            // Another kind of ours is a slip of the pen.
            (GROUP, _) => Meant::Scaler,
            ("", "ConfigMap") => {
                let key = (
                    namespace(value).unwrap_or_default().to_owned(),
                    text(value, "/metadata/name").unwrap_or_default().to_owned(),
                );
                if self.config_maps.contains(&key) { Meant::Holidays } else { Meant::Other }
            }
            ("", "Namespace") => Meant::Namespace,
            _ if is_workload => Meant::Workload(found),
            _ => Meant::Other,
        }
    }
}

/// The text at a JSON pointer (RFC 6901).
pub(super) fn text<'v>(value: &'v Value, pointer: &str) -> Option<&'v str> {
    value.pointer(pointer)?.as_str()
}

/// The namespace that an object names.
fn namespace(value: &Value) -> Option<&str> {
    text(value, "/metadata/namespace").filter(|namespace| !namespace.is_empty())
}

/// What an object is called, for whoever is told that it is passed over.
pub(super) fn called(value: &Value) -> String {
    let kind = text(value, "/kind").unwrap_or("an object");
    match text(value, "/metadata/name") {
        Some(name) => format!("{kind} {name}"),
        None => format!("{kind} without a name"),
    }
}
