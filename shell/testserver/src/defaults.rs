//! What the API server adds to objects by itself.

use serde_json::{Value, json};

use crate::kind::Kind;
use crate::value::{child_mut, map_mut};

pub(crate) fn fill(kind: Kind, value: &mut Value) {
    match kind {
        Kind::Deployment | Kind::StatefulSet => {
            child_mut(value, "spec").entry("replicas").or_insert_with(|| 1.into());
            child_mut(value, "status");
        }
        Kind::Namespace => {
            child_mut(value, "status").entry("phase").or_insert_with(|| json!("Active"));
        }
        // By the schema of its CRD, so that what nobody has looked at isn't taken for current.
        Kind::TimeWindowOverride | Kind::TimeWindowScaler => {
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
        Kind::ConfigMap | Kind::Event | Kind::Fleet | Kind::Lease | Kind::ScaleRecord | Kind::ScaledObject => {}
    }
}
