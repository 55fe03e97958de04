//! What stands between a write and its target: a policy that says no, and an owner who is named.

use serde_json::{Value, json};

use crate::audit::{answered, scalings};
use crate::clusters::kubectl;
use crate::stage::Stage;
use crate::waits::{message, reason};

fn always(replicas: i32) -> Value {
    json!({
        "targetRef": { "name": "web" }, "timezone": "UTC",
        "windows": [{ "name": "always", "start": "00:00", "end": "24:00", "replicas": replicas }],
    })
}

/// A Deployment as a manifest has it, with a count of its own or without.
pub(crate) fn manifest(replicas: Option<i32>) -> Value {
    let mut manifest = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": "web" },
        "spec": {
            "selector": { "matchLabels": { "app": "web" } },
            "template": {
                "metadata": { "labels": { "app": "web" } },
                "spec": { "containers": [{ "name": "main", "image": "kyklos.example/none" }] },
            },
        },
    });
    if let Some(replicas) = replicas {
        manifest["spec"]["replicas"] = json!(replicas);
    }
    manifest
}

impl Stage {
    /// Applies an object as a person does. What kubectl says, and whether it went well.
    pub(crate) fn applies(&self, object: &Value, more: &[&str]) -> (bool, String) {
        let file = self.folder.path().join("applied.json");
        std::fs::write(&file, object.to_string()).unwrap();
        let mut command = self.cluster().kubectl();
        command.args(["-n", &self.namespace, "apply", "--server-side", "-f"]).arg(&file).args(more);
        let output = command.output().unwrap();
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        (output.status.success(), said)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_that_refuses_the_count_is_quoted() {
    let stage = Stage::new("admission").await;
    let policy = json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy",
        "metadata": { "name": "kyklos-test-at-most-5" },
        "spec": {
            "matchConstraints": { "resourceRules": [{
                "apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["UPDATE"], "resources": ["deployments/scale"],
            }] },
            "validations": [{ "expression": "object.spec.replicas <= 5", "message": "five are enough for everybody" }],
        },
    });
    let binding = json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": { "name": "kyklos-test-at-most-5" },
        "spec": {
            "policyName": "kyklos-test-at-most-5", "validationActions": ["Deny"],
            "matchResources": { "namespaceSelector": { "matchLabels": { "kubernetes.io/metadata.name": "admission" } } },
        },
    });
    for object in [policy, binding] {
        let (done, said) = stage.applies(&object, &[]);
        assert!(done, "{said}");
    }
    stage.deploy("web", 1).await;
    // It counts a moment after it was made.
    let begin = std::time::Instant::now();
    loop {
        let mut tried = stage.cluster().kubectl();
        tried.args(["-n", "admission", "scale", "deployment/web", "--replicas=6", "--dry-run=server"]);
        if !tried.output().unwrap().status.success() {
            break;
        }
        assert!(begin.elapsed() < crate::waits::PATIENCE, "the policy doesn't count");
    }
    stage.scaler("web", always(8)).await;
    let controller = stage.controller("2026-11-23T12:00:00Z", 1);
    let failed = |status: &Value| reason(status, "Degraded") == "TargetUpdateFailed";
    let status = stage.status_when("web", "the refusal", failed).await;
    assert_eq!((reason(&status, "Ready"), &status["targetObservedReplicas"]), ("TargetUpdateFailed", &json!(1)));
    assert!(message(&status, "Degraded").contains("five are enough for everybody"), "{status:#}");
    // It is tried again, and is no change that could be told.
    answered(&stage, 2, "refused writes", |request| request.resource == "deployments/scale" && request.code != 200)
        .await;
    assert_eq!(stage.events("web").await, [""; 0]);
    // Nobody is told that the morning has come up.
    let series = "kyklos_target_unready_seconds{namespace=\"admission\",name=\"web\"} ";
    let is_unready = |page: &str| {
        let value = page.lines().find_map(|line| line.strip_prefix(series));
        value.is_some_and(|value| value.parse::<f64>().unwrap() > 0.0)
    };
    let begin = std::time::Instant::now();
    while !is_unready(&controller.probe("/metrics").1) {
        assert!(begin.elapsed() < crate::waits::PATIENCE, "{}", controller.probe("/metrics").1);
        crate::waits::pause().await;
    }
    stage.edit("web", json!({ "windows": [{ "start": "00:00", "end": "24:00", "replicas": 5 }] })).await;
    stage.scaled("web", 5).await;
    stage.status_when("web", "the end of it", |status| reason(status, "Degraded") == "OperationalNormal").await;
    stage.event("web", "ScaledUp", 1).await;
    for kind in ["validatingadmissionpolicybinding", "validatingadmissionpolicy"] {
        kubectl(stage.cluster(), &["delete", kind, "kyklos-test-at-most-5"]);
    }
}

/// Who applies a manifest with a count of its own is told by the API server whose count it is, also at 0.
#[tokio::test(flavor = "multi_thread")]
async fn whose_count_it_is_is_known_to_the_api_server() {
    let stage = Stage::new("owner").await;
    stage.deploy("web", 3).await;
    stage.scaler("web", always(0)).await;
    let _controller = stage.controller("2026-11-23T12:00:00Z", 1);
    stage.scaled("web", 0).await;
    let (done, said) = stage.applies(&manifest(Some(3)), &[]);
    assert!(!done && said.contains("conflict with \"kyklos\"") && said.contains(".spec.replicas"), "{said}");
    // A manifest without a count is nobody's rival.
    let (done, said) = stage.applies(&manifest(None), &[]);
    assert!(done, "{said}");
    scalings(&stage, 1).await;
    // Taken by force, it is put back, and who took it is known.
    let (done, said) = stage.applies(&manifest(Some(3)), &["--force-conflicts", "--field-manager=argocd-controller"]);
    assert!(done, "{said}");
    stage.scaled("web", 0).await;
    stage.event("web", "DriftCorrected", 1).await;
    scalings(&stage, 2).await;
}
