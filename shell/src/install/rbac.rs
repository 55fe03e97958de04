//! What the controller may do: exactly what it does.

use serde_json::{Value, json};

use super::{Install, NAME, NamespaceName, labels};
use crate::cluster::lease;

const RBAC: &str = "rbac.authorization.k8s.io";

/// Verbs on a resource.
struct Rule {
    group: &'static str,
    resource: &'static str,
    /// Where nothing else of that resource is asked for. List and watch go by the name then, too.
    names: &'static [&'static str],
    verbs: &'static [&'static str],
}

const LEASES: &str = "coordination.k8s.io";

/// One rule for each kind of request, and none for the clock's comparison: `/version` is everybody's.
const RULES: [Rule; 6] = [
    Rule { group: "kyklos.io", resource: "timewindowscalers", names: &[], verbs: &["list", "watch"] },
    Rule { group: "kyklos.io", resource: "timewindowscalers/status", names: &[], verbs: &["patch"] },
    Rule { group: "apps", resource: "deployments", names: &[], verbs: &["list", "watch"] },
    Rule { group: "apps", resource: "deployments/scale", names: &[], verbs: &["patch"] },
    // The one that is named by an object is all that is asked for, but a rule can't say so.
    Rule { group: "", resource: "configmaps", names: &[], verbs: &["list", "watch"] },
    // An event that repeats is one that counts.
    Rule { group: "events.k8s.io", resource: "events", names: &[], verbs: &["create", "patch"] },
];

/// To lead in a namespace.
const NAMESPACE_LEASE: [Rule; 2] = [
    // What isn't there yet has no name that a rule could go by.
    Rule { group: LEASES, resource: "leases", names: &[], verbs: &["create"] },
    Rule { group: LEASES, resource: "leases", names: &[lease::NAME], verbs: &["get", "list", "update", "watch"] },
];

/// To lead in the cluster, in Kyklos' own namespace; to watch it is everywhere, with the next.
const CLUSTER_LEASE: [Rule; 2] = [
    Rule { group: LEASES, resource: "leases", names: &[], verbs: &["create"] },
    Rule { group: LEASES, resource: "leases", names: &[lease::CLUSTER_NAME], verbs: &["get", "update"] },
];

/// To see who leads in a namespace, and whether there is another one for the cluster, before which this one stands back.
const OTHERS_LEASES: Rule = Rule {
    group: LEASES,
    resource: "leases",
    names: &[lease::NAME, lease::CLUSTER_NAME],
    verbs: &["get", "list", "watch"],
};

/// The role and its binding: in the watched namespace; or of the cluster, and one more in the controller's own namespace.
pub(super) fn objects(install: &Install) -> Vec<Value> {
    let place = |namespace: &NamespaceName| json!({ "name": NAME, "namespace": namespace.0, "labels": labels() });
    match &install.watched {
        Some(watched) => role(install, "Role", &place(watched), RULES.iter().chain(&NAMESPACE_LEASE)).into(),
        None => {
            let everywhere = json!({ "name": NAME, "labels": labels() });
            let own = role(install, "Role", &place(&install.namespace), CLUSTER_LEASE.iter());
            let [role, binding] = role(install, "ClusterRole", &everywhere, RULES.iter().chain([&OTHERS_LEASES]));
            [role, binding].into_iter().chain(own).collect()
        }
    }
}

fn role<'a>(install: &Install, kind: &str, metadata: &Value, rules: impl Iterator<Item = &'a Rule>) -> [Value; 2] {
    let rule = |rule: &Rule| {
        let mut value = json!({ "apiGroups": [rule.group], "resources": [rule.resource], "verbs": rule.verbs });
        if let (Some(fields), false) = (value.as_object_mut(), rule.names.is_empty()) {
            fields.insert("resourceNames".to_owned(), json!(rule.names));
        }
        value
    };
    let rules: Vec<_> = rules.map(rule).collect();
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
