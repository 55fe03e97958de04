//! What the controller may do: exactly what it does.

use serde_json::{Value, json};

use super::{Install, NAME, labels};

const RBAC: &str = "rbac.authorization.k8s.io";

/// Verbs on a resource.
struct Rule {
    group: &'static str,
    resource: &'static str,
    verbs: &'static [&'static str],
}

/// One rule for each kind of request, and none for the clock's comparison: `/version` is everybody's.
const RULES: [Rule; 6] = [
    Rule { group: "kyklos.io", resource: "timewindowscalers", verbs: &["list", "watch"] },
    Rule { group: "kyklos.io", resource: "timewindowscalers/status", verbs: &["patch"] },
    Rule { group: "apps", resource: "deployments", verbs: &["list", "watch"] },
    Rule { group: "apps", resource: "deployments/scale", verbs: &["patch"] },
    // The one that is named by an object is all that is asked for, but a rule can't say so.
    Rule { group: "", resource: "configmaps", verbs: &["list", "watch"] },
    Rule { group: "events.k8s.io", resource: "events", verbs: &["create"] },
];

/// The role and its binding: in the watched namespace, or of the cluster.
pub(super) fn objects(install: &Install) -> [Value; 2] {
    let (kind, metadata) = match &install.watched {
        Some(watched) => ("Role", json!({ "name": NAME, "namespace": watched.0, "labels": labels() })),
        None => ("ClusterRole", json!({ "name": NAME, "labels": labels() })),
    };
    let rules: Vec<_> = RULES
        .iter()
        .map(|rule| json!({ "apiGroups": [rule.group], "resources": [rule.resource], "verbs": rule.verbs }))
        .collect();
    let version = format!("{RBAC}/v1");
    [
        json!({ "apiVersion": version, "kind": kind, "metadata": metadata, "rules": rules }),
        json!({
            "apiVersion": version, "kind": format!("{kind}Binding"), "metadata": metadata,
            "roleRef": { "apiGroup": RBAC, "kind": kind, "name": NAME },
            "subjects": [{ "kind": "ServiceAccount", "name": NAME, "namespace": install.namespace.0 }],
        }),
    ]
}
