//! The Deployment, and what keeps one of its Pods running.

use serde_json::{Map, Value, json};

use super::{Install, NAME, labels};
use crate::serve::PORT;

/// One acts, and one is there to take over within seconds.
const REPLICAS: u8 = 2;
/// Seconds to stop in: 2, a request's limit of 15, and 2 to give the lease back, with some to spare.
const STOP: u8 = 30;
/// Half as much again as a Pod takes with 3,000 objects and targets (`benches/controller.json`).
const MEMORY_REQUEST: &str = "16Mi";
/// Twice what it takes with 10,000, while all of them are listed anew: pages of files and the kernel's own memory are part of it.
const MEMORY_LIMIT: &str = "64Mi";

fn pod_labels() -> Map<String, Value> {
    let mut pod_labels = labels();
    pod_labels.insert("app.kubernetes.io/component".to_owned(), json!("controller"));
    pod_labels
}

/// A drained node takes one Pod at a time.
pub(super) fn budget(install: &Install) -> Value {
    json!({
        "apiVersion": "policy/v1", "kind": "PodDisruptionBudget",
        "metadata": { "name": NAME, "namespace": install.namespace.0, "labels": labels() },
        "spec": { "maxUnavailable": 1, "selector": { "matchLabels": pod_labels() } },
    })
}

pub(super) fn deployment(install: &Install) -> Value {
    let pod_labels = pod_labels();
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": { "name": NAME, "namespace": install.namespace.0, "labels": labels() },
        "spec": {
            "replicas": REPLICAS,
            // The new one is ready before an old one ends: whichever has the lease gives it to another that is there.
            "strategy": { "type": "RollingUpdate", "rollingUpdate": { "maxSurge": 1, "maxUnavailable": 0 } },
            "selector": { "matchLabels": pod_labels },
            "template": { "metadata": { "labels": pod_labels }, "spec": pod(install) },
        },
    })
}

fn pod(install: &Install) -> Value {
    // Where there is but one node, both are there.
    let spread = |key: &str| {
        json!({
            "topologyKey": key, "maxSkew": 1, "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": { "matchLabels": pod_labels() },
        })
    };
    let architectures: Vec<_> = install.platforms.iter().map(|platform| platform.architecture()).collect();
    json!({
        "serviceAccountName": NAME,
        "automountServiceAccountToken": true,
        "terminationGracePeriodSeconds": STOP,
        "topologySpreadConstraints": [spread("kubernetes.io/hostname"), spread("topology.kubernetes.io/zone")],
        "affinity": { "nodeAffinity": { "requiredDuringSchedulingIgnoredDuringExecution": {
            "nodeSelectorTerms": [{ "matchExpressions": [
                { "key": "kubernetes.io/os", "operator": "In", "values": ["linux"] },
                { "key": "kubernetes.io/arch", "operator": "In", "values": architectures },
            ] }],
        } } },
        "securityContext": { "runAsNonRoot": true, "seccompProfile": { "type": "RuntimeDefault" } },
        "containers": [container(install)],
    })
}

fn container(install: &Install) -> Value {
    let mut arguments = vec!["controller".to_owned()];
    if let Some(watched) = &install.watched {
        arguments.push(format!("--namespace={watched}"));
    }
    if install.verify_requesters {
        arguments.push("--requesters-verified".to_owned());
    }
    if install.kube_namespaces {
        arguments.push("--include-kube-namespaces".to_owned());
    }
    let probe = |path: &str, every: u8, failures: u8| {
        json!({
            "httpGet": { "path": path, "port": "metrics" },
            "periodSeconds": every, "timeoutSeconds": 5, "failureThreshold": failures,
        })
    };
    let mut container = Map::from_iter([
        ("name".to_owned(), json!("controller")),
        ("image".to_owned(), json!(install.image.as_str())),
        ("args".to_owned(), json!(arguments)),
        // The name of the Pod, for its events and its lease.
        (
            "env".to_owned(),
            json!([{ "name": "HOSTNAME", "valueFrom": { "fieldRef": { "fieldPath": "metadata.name" } } }]),
        ),
        ("ports".to_owned(), json!([{ "name": "metrics", "containerPort": PORT }])),
        ("livenessProbe".to_owned(), probe("/healthz", 10, 3)),
        ("readinessProbe".to_owned(), probe("/readyz", 5, 1)),
        (
            "resources".to_owned(),
            json!({ "requests": { "cpu": "10m", "memory": MEMORY_REQUEST }, "limits": { "memory": MEMORY_LIMIT } }),
        ),
        (
            "securityContext".to_owned(),
            json!({
                "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true,
                "capabilities": { "drop": ["ALL"] },
            }),
        ),
    ]);
    if install.image.is_pinned() {
        // What a digest names never changes, so what is on the node is right.
        container.insert("imagePullPolicy".to_owned(), json!("IfNotPresent"));
    }
    Value::Object(container)
}
