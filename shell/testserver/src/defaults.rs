//! What the API server adds to objects by itself.

use serde_json::{Value, json};

use crate::kind::Kind;
use crate::value::child_mut;

pub(crate) fn fill(kind: Kind, value: &mut Value) {
    match kind {
        Kind::Deployment | Kind::StatefulSet => {
            child_mut(value, "spec").entry("replicas").or_insert_with(|| 1.into());
            child_mut(value, "status");
        }
        Kind::Namespace => {
            child_mut(value, "status").entry("phase").or_insert_with(|| json!("Active"));
        }
        Kind::ConfigMap | Kind::Event | Kind::Lease | Kind::TimeWindowScaler => {}
    }
}
