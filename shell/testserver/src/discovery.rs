//! What the server says of the kinds that it serves: the custom one that can be scaled, and its CRD.

use serde_json::{Value, json};

use crate::kind::Kind;
use crate::store::Store;

/// The answer to a question about kinds; `None` to any other.
pub(crate) fn answer(store: &mut Store, path: &str) -> Option<Value> {
    let kind = Kind::Fleet;
    let about = kind.about();
    let (group, version, plural) = (about.group, about.version, about.plural);
    if !store.shelf(kind).served {
        return None;
    }
    if path == format!("/apis/{group}") {
        let version = json!({ "groupVersion": kind.api_version(), "version": version });
        return Some(json!({
            "kind": "APIGroup", "apiVersion": "v1", "name": group, "versions": [version], "preferredVersion": version,
        }));
    }
    if path == format!("/apis/{group}/{version}") {
        let resource =
            |name: String, kind: &str| json!({ "name": name, "singularName": "", "namespaced": true, "kind": kind });
        return Some(json!({
            "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": kind.api_version(),
            "resources": [
                resource(plural.to_owned(), about.name),
                resource(format!("{plural}/status"), about.name),
                resource(format!("{plural}/scale"), "Scale"),
            ],
        }));
    }
    let scale = json!({ "specReplicasPath": format!(".spec.{}", about.count), "statusReplicasPath": ".status.size" });
    (path == format!("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{plural}.{group}")).then(|| {
        json!({
            "kind": "CustomResourceDefinition", "apiVersion": "apiextensions.k8s.io/v1",
            "metadata": { "name": format!("{plural}.{group}") },
            "spec": { "versions": [{ "name": version, "subresources": { "status": {}, "scale": scale } }] },
        })
    })
}
