//! What the API server adds to objects by itself.

use serde_json::{Value, json};

use crate::kind::Kind;
use crate::value::{child_mut, map_mut, metadata_mut, text};

pub(crate) fn fill(kind: Kind, value: &mut Value) {
    match kind {
        Kind::Deployment | Kind::StatefulSet => {
            child_mut(value, "spec").entry("replicas").or_insert_with(|| 1.into());
            child_mut(value, "status");
        }
        Kind::Namespace => {
            child_mut(value, "status").entry("phase").or_insert_with(|| json!("Active"));
            let name = text(value, "/metadata/name").to_owned();
            let labels = metadata_mut(value).entry("labels").or_insert_with(|| json!({}));
            map_mut(labels).insert("kubernetes.io/metadata.name".to_owned(), name.into());
        }
        // By the schema of its CRD, so that what nobody has looked at isn't taken for current.
        Kind::ClusterTimeWindowScaler | Kind::TimeWindowOverride | Kind::TimeWindowScaler => {
            map_mut(value).entry("status").or_insert_with(|| json!({ "observedGeneration": -1 }));
        }
        Kind::CronJob => {
            child_mut(value, "spec").entry("suspend").or_insert_with(|| false.into());
            child_mut(value, "status");
        }
        Kind::HorizontalPodAutoscaler => {
            child_mut(value, "spec").entry("minReplicas").or_insert_with(|| 1.into());
            child_mut(value, "status");
        }
        Kind::ConfigMap
        | Kind::Event
        | Kind::Fleet
        | Kind::Lease
        | Kind::NodePool
        | Kind::ScaleRecord
        | Kind::ScaledObject => {}
    }
}
