//! The Deployment.

use serde_json::{Map, Value, json};

use super::{Install, NAME, labels};
use crate::controller::{PROBE_PORT, STOP_LIMIT};

/// The platforms that the image has: on another one it couldn't be pulled.
const ARCHITECTURES: [&str; 2] = ["amd64", "arm64"];

pub(super) fn deployment(install: &Install) -> Value {
    let mut pod_labels = labels();
    pod_labels.insert("app.kubernetes.io/component".to_owned(), json!("controller"));
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": { "name": NAME, "namespace": install.namespace.0, "labels": labels() },
        "spec": {
            "replicas": 1,
            // One at a time: two would write in turns.
            "strategy": { "type": "Recreate" },
            "selector": { "matchLabels": pod_labels },
            "template": { "metadata": { "labels": pod_labels }, "spec": pod(install) },
        },
    })
}

fn pod(install: &Install) -> Value {
    json!({
        "serviceAccountName": NAME,
        "automountServiceAccountToken": true,
        "terminationGracePeriodSeconds": STOP_LIMIT.as_secs(),
        "affinity": { "nodeAffinity": { "requiredDuringSchedulingIgnoredDuringExecution": {
            "nodeSelectorTerms": [{ "matchExpressions": [
                { "key": "kubernetes.io/os", "operator": "In", "values": ["linux"] },
                { "key": "kubernetes.io/arch", "operator": "In", "values": ARCHITECTURES },
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
    let probe = |path: &str, every: u8, failures: u8| {
        json!({
            "httpGet": { "path": path, "port": "probes" },
            "periodSeconds": every, "timeoutSeconds": 5, "failureThreshold": failures,
        })
    };
    let mut container = Map::from_iter([
        ("name".to_owned(), json!("controller")),
        ("image".to_owned(), json!(install.image.as_str())),
        ("args".to_owned(), json!(arguments)),
        // The name of the Pod, for its events.
        (
            "env".to_owned(),
            json!([{ "name": "HOSTNAME", "valueFrom": { "fieldRef": { "fieldPath": "metadata.name" } } }]),
        ),
        ("ports".to_owned(), json!([{ "name": "probes", "containerPort": PROBE_PORT }])),
        ("livenessProbe".to_owned(), probe("/healthz", 10, 3)),
        ("readinessProbe".to_owned(), probe("/readyz", 5, 1)),
        (
            "resources".to_owned(),
            json!({ "requests": { "cpu": "10m", "memory": "16Mi" }, "limits": { "memory": "64Mi" } }),
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
