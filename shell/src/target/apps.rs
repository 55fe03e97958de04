//! The kinds of `apps`, which have `scale` and keep their count there at 0, too.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;

use super::{Field, How, Ours, Own, Served, Size, TargetKey, TargetState};
use crate::cluster::requests::Request;
use crate::cluster::workloads::{Body, Has, Meta, watched};

/// `apps/v1` `Deployment`.
pub static DEPLOYMENT: Own = own("Deployment", "deployments", RIGHTS_TO_DEPLOYMENTS);
/// `apps/v1` `StatefulSet`.
pub static STATEFUL_SET: Own = own("StatefulSet", "statefulsets", RIGHTS_TO_STATEFUL_SETS);
/// `apps/v1` `ReplicaSet`: one that nobody has made and manages.
pub static REPLICA_SET: Own = own("ReplicaSet", "replicasets", RIGHTS_TO_REPLICA_SETS);

type Rights = &'static [(&'static str, &'static [&'static str])];

const RIGHTS_TO_DEPLOYMENTS: Rights = &[("deployments", &["list", "watch"]), ("deployments/scale", &["patch"])];
const RIGHTS_TO_STATEFUL_SETS: Rights = &[("statefulsets", &["list", "watch"]), ("statefulsets/scale", &["patch"])];
const RIGHTS_TO_REPLICA_SETS: Rights = &[("replicasets", &["list", "watch"]), ("replicasets/scale", &["patch"])];

const fn own(name: &'static str, plural: &'static str, rights: Rights) -> Own {
    Own {
        group: "apps",
        version: "v1",
        name,
        plural,
        short: None,
        how: How {
            most: kyklos_core::VALUE_MAX,
            ranges: false,
            stands_still: false,
            risk: None,
            watch: watched::<Replicas>,
            write,
            answered: |answer, _| answer.replicas().into(),
        },
        fields: Field::OF_SCALE,
        rights,
        adds: &[],
        amounts_to: None,
        is_optional: false,
    }
}

/// What is read of a `spec`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Replicas {
    replicas: Option<i32>,
}

/// What is read of the fields of a `spec` that somebody owns.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Owned {
    #[serde(rename = "f:replicas")]
    replicas: Option<IgnoredAny>,
}

impl Body for Replicas {
    type Owned = Owned;

    fn has(&self, _: &Served, _: Ours, _: &Meta) -> Has {
        // The API server writes 1 where nobody has said.
        Has::Count(self.replicas.unwrap_or(1))
    }

    fn is_owned(owned: &Owned, _: &Served) -> bool {
        owned.replicas.is_some()
    }
}

/// Server-side apply, so that the API server knows whose the count is, also at 0, where a patch would take everybody's ownership
/// away.
fn write(served: &Served, key: &TargetKey, seen: &TargetState, size: Size) -> Request {
    let TargetKey { namespace, name, .. } = key;
    let metadata = json!({
        "name": name, "namespace": &**namespace, "uid": seen.uid, "resourceVersion": seen.version.to_string(),
    });
    let scale = json!({
        "apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": metadata, "spec": { "replicas": size.replicas },
    });
    Request::apply(&format!("{}/scale", served.path(namespace, name)), scale)
}
