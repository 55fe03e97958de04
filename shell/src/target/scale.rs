//! What has a `scale` subresource and keeps its count there at 0, too: the kinds of apps.

use serde_json::json;

use super::{TargetKey, TargetState};
use crate::cluster::requests::Request;

/// The write of a count: server-side apply, so that the API server knows whose it is, also at 0, where a patch would take
/// everybody's ownership away. With the identity and the resource version that the decision saw, it is refused once anybody
/// has written since.
pub fn write(key: &TargetKey, seen: &TargetState, count: i32) -> Request {
    let TargetKey { kind, namespace, name } = key;
    let path = format!("/apis/{}/namespaces/{namespace}/{}/{name}/scale", kind.api_version(), kind.plural());
    let metadata = json!({
        "name": name, "namespace": &**namespace, "uid": seen.uid, "resourceVersion": seen.version.to_string(),
    });
    let scale = json!({
        "apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": metadata, "spec": { "replicas": count },
    });
    Request::apply(&path, scale)
}
