//! The requests that write of an override: its status, and that it goes.

use serde_json::{Value, json};

use crate::api::overrides::{OVERRIDE_KIND, TimeWindowOverrideStatus};
use crate::api::{API_VERSION, Identity};
use crate::cluster::requests::Request;

fn path(identity: &Identity) -> String {
    format!("/apis/{API_VERSION}/namespaces/{}/timewindowoverrides/{}", identity.namespace, identity.name)
}

/// The request that writes the status: a merge patch that takes away every field that has no value now, of the version that was
/// seen.
pub fn write(identity: &Identity, version: u64, status: &TimeWindowOverrideStatus) -> Request {
    let mut fields = json!({
        "observedGeneration": null, "phase": null, "until": null, "scalers": null, "requester": null, "clock": null,
    });
    if let (Some(all), Ok(Value::Object(known))) = (fields.as_object_mut(), serde_json::to_value(status)) {
        all.extend(known);
    }
    Request::merge(
        &format!("{}/status", path(identity)),
        json!({
            "apiVersion": API_VERSION, "kind": OVERRIDE_KIND,
            "metadata": { "resourceVersion": version.to_string() },
            "status": fields,
        }),
    )
}

/// The request that deletes it, as it was seen: whoever has edited it since keeps it.
pub fn delete(identity: &Identity, version: u64) -> Request {
    Request::delete(&path(identity), &identity.uid, version)
}
