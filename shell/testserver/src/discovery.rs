//! What the server says of the kinds that it serves: the custom ones that can be scaled, and their CRDs.

use serde_json::{Value, json};

use crate::kind::Kind;
use crate::store::Store;

/// The answer to a question about kinds; `None` to any other.
pub(crate) fn answer(store: &mut Store, path: &str) -> Option<Value> {
    let served: Vec<_> = [Kind::Fleet, Kind::NodePool].into_iter().filter(|kind| store.shelf(*kind).served).collect();
    served.into_iter().find_map(|kind| of(kind, path))
}

fn of(kind: Kind, path: &str) -> Option<Value> {
    let about = kind.about();
    let (group, version, plural) = (about.group, about.version, about.plural);
    if path == format!("/apis/{group}") {
        let version = json!({ "groupVersion": kind.api_version(), "version": version });
        return Some(json!({
            "kind": "APIGroup", "apiVersion": "v1", "name": group, "versions": [version], "preferredVersion": version,
        }));
    }
    if path == format!("/apis/{group}/{version}") {
        let resource = |name: String, kind: &str| json!({ "name": name, "singularName": "", "namespaced": about.namespaced, "kind": kind });
        return Some(json!({
            "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": kind.api_version(),
            "resources": [
                resource(plural.to_owned(), about.name),
                resource(format!("{plural}/status"), about.name),
                resource(format!("{plural}/scale"), "Scale"),
            ],
        }));
    }
    let scale = json!({ "specReplicasPath": format!(".spec.{}", about.count), "statusReplicasPath": format!(".status.{}", about.count) });
    (path == format!("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{plural}.{group}")).then(|| {
        json!({
            "kind": "CustomResourceDefinition", "apiVersion": "apiextensions.k8s.io/v1",
            "metadata": { "name": format!("{plural}.{group}") },
            "spec": { "versions": [{ "name": version, "subresources": { "status": {}, "scale": scale } }] },
        })
    })
}
