//! Every other kind with `scale`: where its objects have their counts is in its CRD, and what is absent there is 0.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{How, Ours, Served, Size, TargetKey, TargetState};
use crate::api::names::{is_label, is_subdomain};
use crate::cluster::requests::Request;
use crate::cluster::workloads::{Body, Has, Meta, watched};

/// How they are scaled.
pub static HOW: How = How {
    most: kyklos_core::VALUE_MAX,
    ranges: false,
    stands_still: false,
    risk: None,
    watch: watched::<Spec>,
    write,
    answered: |answer, _| answer.replicas().into(),
};

/// A `spec`, or the fields of one that somebody owns, which are parsed whole: nobody knows beforehand where the count lies.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
struct Spec(Value);

impl Body for Spec {
    type Owned = Spec;
    const SAYS_READY: bool = false;

    fn has(&self, served: &Served, _: Ours, _: &Meta) -> Has {
        Has::Count(served.count.count(&self.0))
    }

    fn is_owned(owned: &Spec, served: &Served) -> bool {
        served.count.is_owned(&owned.0)
    }
}

/// A merge patch: to an apply the API server answers 500 here.
fn write(served: &Served, key: &TargetKey, seen: &TargetState, size: Size) -> Request {
    let metadata = json!({ "uid": seen.uid, "resourceVersion": seen.version.to_string() });
    let path = format!("{}/scale", served.path(&key.namespace, &key.name));
    Request::merge(&path, json!({ "metadata": metadata, "spec": { "replicas": size.replicas } })).whole()
}

/// Whether it can be the API group of a custom kind: those without a dot are Kubernetes' own.
pub fn is_group(text: &str) -> bool {
    is_subdomain(text) && text.contains('.')
}

/// Whether it can be a version of an API group.
pub fn is_version(text: &str) -> bool {
    is_label(text)
}

/// Whether it can be the name of a kind.
pub fn is_kind(text: &str) -> bool {
    is_label(&text.to_ascii_lowercase())
}
