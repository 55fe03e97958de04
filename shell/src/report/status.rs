//! The status as it is written.

use std::hash::Hasher as _;

use serde_json::{Value, json};

use crate::api::{API_VERSION, Policy, TimeWindowScalerStatus};
use crate::cluster::requests::Request;

/// What tells one status from another. It lives no longer than the process.
pub fn hash(status: &TimeWindowScalerStatus) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    hasher.write(serde_json::to_string(status).unwrap_or_default().as_bytes());
    hasher.finish()
}

/// The hash of a status as the API server has it; one that can't be read is like no other.
pub fn hash_of(status: &Value) -> u64 {
    read(status).map_or(0, |status| hash(&status))
}

/// The status as the API server has it. One that can't be read is as good as none: it is written anew.
pub fn read(status: &Value) -> Option<TimeWindowScalerStatus> {
    serde::Deserialize::deserialize(status).ok()
}

/// The request that writes it: a merge patch that takes away every field that has no value now. With the resource version that
/// was seen, another object of the same name refuses it; a `uid` wouldn't do, which the API server doesn't look at here.
pub fn write(policy: &Policy, version: u64, status: &TimeWindowScalerStatus) -> Request {
    let mut fields = json!({
        "observedGeneration": null,
        "effectiveReplicas": null,
        "targetObservedReplicas": null,
        "currentWindow": null,
        "currentOverride": null,
        "nextBoundary": null,
        "nextReplicas": null,
        "lastScaleTime": null,
        "gracePeriodExpiry": null,
        "clock": null,
        "targets": null,
    });
    if let (Some(all), Ok(Value::Object(known))) = (fields.as_object_mut(), serde_json::to_value(status)) {
        all.extend(known);
    }
    let (identity, kind) = (&policy.identity, policy.identity.kind());
    let path = format!("{}/status", kind.path(&identity.namespace, &identity.name));
    Request::merge(
        &path,
        json!({
            "apiVersion": API_VERSION, "kind": kind.as_str(),
            "metadata": { "resourceVersion": version.to_string() },
            "status": fields,
        }),
    )
}
