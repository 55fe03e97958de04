//! Schedules of the cluster, on the real control plane.

use std::sync::OnceLock;
use std::time::Instant;

use k8s_openapi::api::core::v1::Namespace;
use k8s_openapi::api::events::v1::Event;
use kube::api::{Api, ApiResource, DynamicObject, GroupVersionKind, ListParams, Patch, PatchParams};
use kyklos::api::ClusterTimeWindowScaler;
use kyklos_devcluster::{DevCluster, Options};
use serde_json::{Value, json};

use crate::account::manifests;
use crate::clusters::{crd, install, kubectl, start};
use crate::stage::Stage;
use crate::waits::{PATIENCE, pause, reason};

/// A controller for the whole cluster has it for itself.
fn own() -> &'static DevCluster {
    static CLUSTER: OnceLock<DevCluster> = OnceLock::new();
    CLUSTER.get_or_init(|| {
        let cluster = start(Options { controller_manager: false, ..Options::default() });
        install(&cluster, &crd());
        cluster
    })
}

fn wide(name: &str, spec: Value) -> Value {
    json!({
        "apiVersion": "kyklos.io/v1alpha1", "kind": "ClusterTimeWindowScaler", "metadata": { "name": name }, "spec": spec,
    })
}

/// At none all day, in the namespaces with this label.
fn asleep(label: &str) -> Value {
    json!({
        "targets": {
            "kinds": [{ "kind": "Deployment" }],
            "namespaces": { "selector": { "matchLabels": { "sleeps": label } } },
        },
        "timezone": "UTC", "gracePeriodSeconds": 0,
        "windows": [{ "name": "always", "start": "00:00", "end": "24:00", "replicas": 0 }],
    })
}

/// A CRD of a kind that lies in no namespace.
fn pools() -> Value {
    let schema = json!({
        "type": "object",
        "properties": {
            "spec": { "type": "object", "properties": { "replicas": { "type": "integer" } } },
            "status": { "type": "object", "properties": { "nodes": { "type": "integer" } } },
        },
    });
    let scale = json!({ "specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.nodes" });
    json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": { "name": "nodepools.e2e.example.com" },
        "spec": {
            "group": "e2e.example.com", "scope": "Cluster",
            "names": { "kind": "NodePool", "plural": "nodepools", "singular": "nodepool", "listKind": "NodePoolList" },
            "versions": [{
                "name": "v1", "served": true, "storage": true, "schema": { "openAPIV3Schema": schema },
                "subresources": { "status": {}, "scale": scale },
            }],
        },
    })
}

impl Stage {
    fn of_cluster(&self, resource: &ApiResource) -> Api<DynamicObject> {
        Api::all_with(self.client.clone(), resource)
    }

    /// Makes an object of the cluster.
    pub(crate) fn wide(&self, name: &str, spec: Value) {
        let (done, said) = self.applies(&wide(name, spec), &[]);
        assert!(done, "{said}");
    }

    pub(crate) async fn delete_wide(&self, name: &str) {
        let all = self.of_cluster(&ApiResource::erase::<ClusterTimeWindowScaler>(&()));
        all.delete(name, &Default::default()).await.unwrap();
    }

    /// Waits until the status of an object of the cluster passes a test, and gives it.
    pub(crate) async fn wide_when(&self, name: &str, what: &str, test: impl Fn(&Value) -> bool) -> Value {
        let all = self.of_cluster(&ApiResource::erase::<ClusterTimeWindowScaler>(&()));
        let begin = Instant::now();
        loop {
            let status = all.get(name).await.unwrap().data.get("status").cloned().unwrap_or_default();
            if test(&status) {
                return status;
            }
            assert!(begin.elapsed() < PATIENCE, "{name}: waited for {what}, and the status is {status:#}");
            pause().await;
        }
    }

    /// Labels the stage's namespace.
    async fn sleeps(&self, label: &str) {
        let patch = Patch::Merge(json!({ "metadata": { "labels": { "sleeps": label } } }));
        let all = Api::<Namespace>::all(self.client.clone());
        all.patch(&self.namespace, &PatchParams::default(), &patch).await.unwrap();
    }

    /// The events of a namespace about objects of the cluster, by their reasons.
    async fn wide_events(&self, namespace: &str) -> Vec<String> {
        let events: Api<Event> = Api::namespaced(self.client.clone(), namespace);
        let all = events.list(&ListParams::default()).await.unwrap().items;
        let is_about = |event: &Event| {
            let about = event.regarding.as_ref().and_then(|about| about.kind.as_deref());
            about == Some("ClusterTimeWindowScaler")
        };
        all.into_iter().filter(is_about).filter_map(|event| event.reason).collect()
    }
}

/// Two namespaces, one that comes to be in it, and what lies in none, by the printed rights.
#[tokio::test(flavor = "multi_thread")]
async fn namespaces_and_a_node_pool_are_scaled_by_the_printed_rights() {
    let stage = Stage::whole(own(), "cluster-home").await;
    let [lab, shop] = [Stage::on(own(), "cluster-lab").await, Stage::on(own(), "cluster-shop").await];
    let (done, said) = stage.applies(&pools(), &[]);
    assert!(done, "{said}");
    kubectl(own(), &["wait", "--for=condition=Established", "--timeout=120s", "crd/nodepools.e2e.example.com"]);
    for object in manifests(&[
        "--namespace",
        "cluster-home",
        "--without-crd",
        "--targets",
        "deployments,nodepools.e2e.example.com",
    ]) {
        if matches!(object["kind"].as_str(), Some("ClusterRole" | "ClusterRoleBinding")) {
            let (done, said) = stage.applies(&object, &["--force-conflicts"]);
            assert!(done, "{said}");
        }
    }
    for stage in [&lab, &shop] {
        stage.deploy("web", 3).await;
    }
    lab.sleeps("cluster").await;
    let resource = ApiResource::from_gvk(&GroupVersionKind::gvk("e2e.example.com", "v1", "NodePool"));
    let nodes = stage.of_cluster(&resource);
    let pool = json!({
        "apiVersion": "e2e.example.com/v1", "kind": "NodePool", "metadata": { "name": "batch" }, "spec": { "replicas": 6 },
    });
    stage.make(&nodes, pool).await;
    stage.wide("night", asleep("cluster"));
    let target = json!({ "apiVersion": "e2e.example.com/v1", "kind": "NodePool", "name": "batch" });
    stage.wide(
        "pools",
        json!({ "targetRef": target, "timezone": "UTC", "defaultReplicas": "50%", "onDelete": "restore" }),
    );
    let controller = stage.real_controller("wide");
    lab.scaled("web", 0).await;
    crate::kinds::until(&stage, &nodes, "batch", "/spec/replicas", json!(3)).await;
    let settled = |status: &Value| status["targets"]["held"] == 1 && reason(status, "Ready") == "Reconciled";
    stage.wide_when("night", "one held", settled).await;
    assert_eq!(shop.replicas("web").await, Some(3));
    shop.sleeps("cluster").await;
    shop.scaled("web", 0).await;
    // What the API server doesn't take anywhere else.
    let begin = Instant::now();
    while shop.wide_events("cluster-shop").await != ["ScaledDown"]
        || stage.wide_events("default").await != ["ScaledDown"]
    {
        assert!(begin.elapsed() < PATIENCE, "{}", controller.log());
        pause().await;
    }
    let both = |status: &Value| status["targets"]["held"] == 2 && reason(status, "Ready") == "Reconciled";
    stage.wide_when("night", "two held", both).await;
    crate::shown::of_the_cluster(own(), "pools", "cluster-shop").await;
    // Its own team may wake a namespace.
    let mut wake = std::process::Command::new(env!("CARGO_BIN_EXE_kyklos"));
    wake.args(["override", "create", "night", "--cluster", "-n", "cluster-lab", "--replicas", "5", "--for", "2h"]);
    wake.args(["--reason", "release"]).env("KUBECONFIG", own().kubeconfig());
    let output = wake.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    lab.scaled("web", 5).await;
    assert_eq!(shop.replicas("web").await, Some(0));
    let mut claims = std::process::Command::new(env!("CARGO_BIN_EXE_kyklos"));
    claims.args(["claims", "-A", "--kyklos-namespace", "cluster-home"]).env("KUBECONFIG", own().kubeconfig());
    let table = String::from_utf8(claims.output().unwrap().stdout).unwrap();
    let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
    let row = |name: &str| rows.iter().find(|row| row.contains(&name)).unwrap_or_else(|| panic!("{name}: {table}"));
    assert_eq!(row("cluster-shop/web")[1..], ["cluster-shop/web", "night", "3", "0"], "{table}");
    assert!(row("batch").ends_with(&["pools", "6", "3"]), "{table}");
    kubectl(own(), &["delete", "-n", "cluster-lab", "timewindowoverrides", "--all"]);
    lab.scaled("web", 0).await;
    for name in ["night", "pools"] {
        stage.delete_wide(name).await;
    }
    crate::kinds::until(&stage, &nodes, "batch", "/spec/replicas", json!(6)).await;
    for stage in [&lab, &shop] {
        stage.scaled("web", 3).await;
        stage.no_records().await;
    }
    stage.no_records().await;
    assert!(!controller.log().contains("is forbidden"), "{}", controller.log());
    assert!(controller.stop().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_server_itself_refuses_what_a_schedule_of_the_cluster_can_not_be() {
    let stage = Stage::new("cluster-rules").await;
    let dry = |spec: Value| stage.applies(&wide("rules", spec), &["--dry-run=server"]);
    let named = |target: Value| json!({ "targetRef": target, "timezone": "UTC" });
    let pool = json!({ "apiVersion": "karpenter.sh/v1", "kind": "NodePool", "name": "batch" });
    let mut placed = pool.clone();
    placed["namespace"] = json!("shop");
    let mut both = asleep("x");
    both["targetRef"] = pool.clone();
    let mut names = asleep("x");
    names["targets"]["namespaces"] =
        json!({ "names": (0..257).map(|number| format!("n{number}")).collect::<Vec<_>>() });
    let of = |namespaces: Value| {
        let mut spec = asleep("x");
        spec["targets"]["namespaces"] = namespaces;
        spec
    };
    for (what, spec, said) in [
        ("no names", of(json!({ "names": [] })), "spec.targets.namespaces.names"),
        ("nothing at all", of(json!({})), "it says nothing, so it takes every namespace"),
        ("nothing to leave out", of(json!({ "exclude": [] })), "it says nothing, so it takes every namespace"),
        ("no labels", of(json!({ "selector": { "matchLabels": {} } })), "so it takes every namespace"),
        ("a Deployment", named(json!({ "name": "web" })), "targetRef names what lies in no namespace"),
        ("a namespace of a target", named(placed), "leave its namespace out"),
        ("a target and targets", both, "write either targetRef, or targets"),
        ("neither", json!({ "timezone": "UTC" }), "write either targetRef, or targets"),
        ("too many names", names, "spec.targets.namespaces.names"),
    ] {
        let (done, answer) = dry(spec);
        assert!(!done && answer.contains(said), "{what}: {answer}");
    }
    let by_expression = of(json!({ "selector": { "matchExpressions": [{ "key": "env", "operator": "Exists" }] } }));
    for spec in [
        named(pool),
        asleep("x"),
        by_expression,
        of(json!({ "exclude": ["lab"] })),
        json!({ "targets": {}, "timezone": "UTC", "allowExclusion": false }),
    ] {
        let (done, answer) = dry(spec);
        assert!(done, "{answer}");
    }
    let scaler = json!({
        "apiVersion": "kyklos.io/v1alpha1", "kind": "TimeWindowScaler", "metadata": { "name": "x" }, "spec": asleep("x"),
    });
    let (done, answer) = stage.applies(&scaler, &["--dry-run=server"]);
    let said = "spec.targets.namespaces: Invalid value: a TimeWindowScaler is for its own namespace alone";
    assert!(!done && answer.replace("\"object\": ", "").contains(said), "one of a namespace has none: {answer}");
}

/// Who may not scale in every namespace may write none.
#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_scale_everywhere_may_write_none_of_the_cluster() {
    static CLUSTER: OnceLock<DevCluster> = OnceLock::new();
    let cluster = CLUSTER.get_or_init(|| {
        let cluster = start(Options { controller_manager: false, ..Options::default() });
        install(&cluster, &crd());
        cluster
    });
    let stage = Stage::on(cluster, "cluster-authorize").await;
    let printed = manifests(&["--namespace", "cluster-authorize", "--without-crd", "--authorize"]);
    let admission = printed.iter().filter(|object| object["apiVersion"] == "admissionregistration.k8s.io/v1");
    for object in admission {
        let (done, said) = stage.applies(object, &["--validate=strict"]);
        assert!(done, "{said}");
    }
    // Of a role of the cluster: what is bound in a namespace counts there alone.
    let rules = |name: &str, more: Value| {
        let write = json!({ "apiGroups": ["kyklos.io"], "resources": ["clustertimewindowscalers"], "verbs": ["*"] });
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": { "name": name },
            "rules": [write, more],
        })
    };
    let bound = |name: &str| {
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": { "name": name },
            "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": name },
            "subjects": [{ "apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": name }],
        })
    };
    let right =
        |group: &str, resource: &str| json!({ "apiGroups": [group], "resources": [resource], "verbs": ["patch"] });
    for (name, more) in [
        ("bob", right("apps", "statefulsets/scale")),
        ("ann", right("apps", "deployments/scale")),
        ("dora", right("karpenter.sh", "*/scale")),
    ] {
        for object in [rules(name, more), bound(name)] {
            let (done, said) = stage.applies(&object, &[]);
            assert!(done, "{said}");
        }
    }
    stage.grant("bob", &[("apps", "deployments/scale", &["patch"])]);
    let night = wide("night", asleep("x"));
    let create = |who: &str, object: &Value| stage.kubectl_as(who, &["create", "--dry-run=server"], object);
    // Policies and rights count a moment after they were made.
    let begin = Instant::now();
    let said = loop {
        let (done, said) = create("bob", &night);
        if !done && said.contains("kyklos-authorize-cluster") {
            break said;
        }
        assert!(begin.elapsed() < PATIENCE, "the policy doesn't count: {said}");
    };
    let words = "a ClusterTimeWindowScaler scales its targets, so who writes one needs the right to patch deployments/scale of the \
                 group \"apps\" in every namespace";
    assert!(said.contains(words), "{said}");
    let pool = json!({ "apiVersion": "karpenter.sh/v1", "kind": "NodePool", "name": "batch" });
    let pools = wide("pools", json!({ "targetRef": pool, "timezone": "UTC" }));
    let (done, said) = create("ann", &pools);
    assert!(!done && said.contains("*/scale of the group \"karpenter.sh\", at least of batch"), "{said}");
    for (who, object) in [("ann", &night), ("dora", &pools)] {
        let begin = Instant::now();
        loop {
            let (done, said) = create(who, object);
            if done {
                break;
            }
            assert!(begin.elapsed() < PATIENCE, "{who}: {said}");
        }
    }
}
