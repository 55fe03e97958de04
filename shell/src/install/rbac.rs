//! What the controller may do: exactly what it does.

use serde_json::{Value, json};

use super::{Install, NAME, NamespaceName, labels};
use crate::cluster::lease;
use crate::target::Resource;

const RBAC: &str = "rbac.authorization.k8s.io";
/// The name of the role of those who override.
const OVERRIDE_ROLE: &str = "kyklos-override";

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
const RULES: [Rule; 10] = [
    // One that is gone is asked for again before its target gets back what it had.
    Rule { group: "kyklos.io", resource: "timewindowscalers", names: &[], verbs: &["get", "list", "watch"] },
    Rule { group: "kyklos.io", resource: "timewindowscalers/status", names: &[], verbs: &["patch"] },
    Rule {
        group: "kyklos.io",
        resource: "scalerecords",
        names: &[],
        verbs: &["create", "delete", "list", "patch", "watch"],
    },
    // In one that is on its way out nothing gets anything back.
    Rule { group: "", resource: "namespaces", names: &[], verbs: &["get"] },
    // An override goes some time after its end.
    Rule { group: "kyklos.io", resource: "timewindowoverrides", names: &[], verbs: &["delete", "list", "watch"] },
    Rule { group: "kyklos.io", resource: "timewindowoverrides/status", names: &[], verbs: &["patch"] },
    // What an autoscaler scales, too, is left to it.
    Rule { group: "autoscaling", resource: "horizontalpodautoscalers", names: &[], verbs: &["list", "watch"] },
    Rule { group: "keda.sh", resource: "scaledobjects", names: &[], verbs: &["list", "watch"] },
    // The one that is named by an object is all that is asked for, but a rule can't say so.
    Rule { group: "", resource: "configmaps", names: &[], verbs: &["list", "watch"] },
    // An event that repeats is one that counts.
    Rule { group: "events.k8s.io", resource: "events", names: &[], verbs: &["create", "patch"] },
];

/// What schedules of the cluster take, where all of it is looked at: to see which namespaces they are for, and how those are labelled.
const OF_CLUSTER: [Rule; 3] = [
    Rule { group: "kyklos.io", resource: "clustertimewindowscalers", names: &[], verbs: &["get", "list", "watch"] },
    Rule { group: "kyklos.io", resource: "clustertimewindowscalers/status", names: &[], verbs: &["patch"] },
    Rule { group: "", resource: "namespaces", names: &[], verbs: &["list", "watch"] },
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

/// For people who may override schedules without being able to edit them: they see those and what is remembered, and make, change and
/// end overrides. Who could write what is remembered could scale.
const OVERRIDING: [Rule; 3] = [
    Rule {
        group: "kyklos.io",
        resource: "timewindowoverrides",
        names: &[],
        verbs: &["create", "delete", "get", "list", "patch", "update", "watch"],
    },
    Rule { group: "kyklos.io", resource: "timewindowscalers", names: &[], verbs: &["get", "list", "watch"] },
    Rule { group: "kyklos.io", resource: "scalerecords", names: &[], verbs: &["get", "list", "watch"] },
];
/// The roles of every cluster that get it, too: those who may edit workloads may wake them.
const AGGREGATED: [&str; 2] = ["admin", "edit"];

/// The role of those who override: of the cluster, part of its own roles; or in the watched namespace.
pub(super) fn overriding(install: &Install) -> Value {
    let mut labels = labels();
    let (kind, namespace) = match &install.watched {
        Some(watched) => ("Role", Some(watched)),
        None => {
            let aggregated = AGGREGATED.map(|role| (format!("{RBAC}/aggregate-to-{role}"), json!("true")));
            labels.extend(aggregated);
            ("ClusterRole", None)
        }
    };
    let mut metadata = json!({ "name": OVERRIDE_ROLE, "labels": labels });
    if let (Some(fields), Some(namespace)) = (metadata.as_object_mut(), namespace) {
        fields.insert("namespace".to_owned(), json!(namespace.0));
    }
    let rules: Vec<_> = OVERRIDING.iter().map(value).collect();
    json!({ "apiVersion": format!("{RBAC}/v1"), "kind": kind, "metadata": metadata, "rules": rules })
}

/// The role and its binding: in the watched namespace; or of the cluster, and one more in the controller's own namespace. To read a
/// CRD, which is of the cluster, takes one of the cluster in any case.
pub(super) fn objects(install: &Install) -> Vec<Value> {
    let place = |namespace: &NamespaceName| json!({ "name": NAME, "namespace": namespace.0, "labels": labels() });
    let mut targets = of_kinds(&install.targets);
    let crds = crds(&install.targets);
    match &install.watched {
        Some(watched) => {
            let everywhere = json!({ "name": format!("{NAME}.{}", watched.0), "labels": labels() });
            let of_crds = crds.map(|crds| role(install, "ClusterRole", &everywhere, &[crds], [].into_iter()));
            let own = role(install, "Role", &place(watched), &targets, RULES.iter().chain(&NAMESPACE_LEASE));
            of_crds.into_iter().flatten().chain(own).collect()
        }
        None => {
            targets.extend(crds);
            let everywhere = json!({ "name": NAME, "labels": labels() });
            let own = role(install, "Role", &place(&install.namespace), &[], CLUSTER_LEASE.iter());
            let rules = RULES.iter().chain(&OF_CLUSTER).chain([&OTHERS_LEASES]);
            let [role, binding] = role(install, "ClusterRole", &everywhere, &targets, rules);
            [role, binding].into_iter().chain(own).collect()
        }
    }
}

/// To see the objects of kinds, and to scale them, with those that some of them take beside.
fn of_kinds(kinds: &[Resource]) -> Vec<Value> {
    let mut all: Vec<Resource> = Vec::new();
    for kind in kinds.iter().flat_map(|kind| [kind.clone()].into_iter().chain(kind.adds())) {
        if !all.contains(&kind) {
            all.push(kind);
        }
    }
    let rights = |kind: &Resource| {
        let group = kind.group.clone();
        let rights = kind.rights().into_iter();
        rights.map(move |(part, verbs)| json!({ "apiGroups": [group], "resources": [part], "verbs": verbs }))
    };
    all.iter().flat_map(rights).collect()
}

/// To see where the custom kinds have their counts; none where there are none.
fn crds(kinds: &[Resource]) -> Option<Value> {
    let names: Vec<_> = kinds.iter().filter_map(Resource::crd).collect();
    let rule = json!({
        "apiGroups": ["apiextensions.k8s.io"], "resources": ["customresourcedefinitions"], "resourceNames": names, "verbs": ["get"],
    });
    (!names.is_empty()).then_some(rule)
}

fn role<'a>(
    install: &Install,
    kind: &str,
    metadata: &Value,
    targets: &[Value],
    rules: impl Iterator<Item = &'a Rule>,
) -> [Value; 2] {
    let rules: Vec<_> = targets.iter().cloned().chain(rules.map(value)).collect();
    let version = format!("{RBAC}/v1");
    [
        json!({ "apiVersion": version, "kind": kind, "metadata": metadata, "rules": rules }),
        json!({
            "apiVersion": version, "kind": format!("{kind}Binding"), "metadata": metadata,
            "roleRef": { "apiGroup": RBAC, "kind": kind, "name": metadata["name"] },
            "subjects": [{ "kind": "ServiceAccount", "name": NAME, "namespace": install.namespace.0 }],
        }),
    ]
}

fn value(rule: &Rule) -> Value {
    let mut value = json!({ "apiGroups": [rule.group], "resources": [rule.resource], "verbs": rule.verbs });
    if let (Some(fields), false) = (value.as_object_mut(), rule.names.is_empty()) {
        fields.insert("resourceNames".to_owned(), json!(rule.names));
    }
    value
}
