//! What `kyklos gitops` prints for Flux, carried out: by kubectl's own kustomize, and applied as Flux does.

use std::process::Command;

use serde_json::{Value, json};

use crate::stage::Stage;
use crate::waits::reason;

#[tokio::test(flavor = "multi_thread")]
async fn what_flux_applies_after_the_printed_patch_leaves_the_count_alone() {
    let stage = Stage::new("gitops").await;
    let folder = stage.folder.path();
    let spec = json!({ "targetRef": { "name": "web" }, "timezone": "UTC", "defaultReplicas": 0 });
    let scaler = json!({
        "apiVersion": "kyklos.io/v1alpha1", "kind": "TimeWindowScaler",
        "metadata": { "name": "web", "namespace": "gitops" }, "spec": spec,
    });
    std::fs::write(folder.join("scaler.json"), scaler.to_string()).unwrap();
    let printed = Command::new(env!("CARGO_BIN_EXE_kyklos"))
        .args(["gitops", "--for", "flux", "-f"])
        .arg(folder.join("scaler.json"))
        .output()
        .unwrap();
    assert!(printed.status.success(), "{}", String::from_utf8_lossy(&printed.stderr));
    let documents: Vec<Value> = serde_saphyr::from_multiple(std::str::from_utf8(&printed.stdout).unwrap()).unwrap();
    // A Kustomization of Flux has kustomize's own patches.
    let patches = &documents[1]["spec"]["patches"];
    let manifest = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": "web", "namespace": "gitops" },
        "spec": {
            "replicas": 3,
            "selector": { "matchLabels": { "app": "web" } },
            "template": {
                "metadata": { "labels": { "app": "web" } },
                "spec": { "containers": [{ "name": "main", "image": "kyklos.example/none" }] },
            },
        },
    });
    let git = folder.join("git");
    std::fs::create_dir(&git).unwrap();
    std::fs::write(git.join("web.yaml"), manifest.to_string()).unwrap();
    let built = |patches: &Value| {
        let kustomization = json!({ "resources": ["web.yaml"], "patches": patches });
        std::fs::write(git.join("kustomization.yaml"), kustomization.to_string()).unwrap();
        let output = stage.cluster().kubectl().arg("kustomize").arg(&git).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_saphyr::from_str::<Value>(std::str::from_utf8(&output.stdout).unwrap()).unwrap()
    };
    let flux = |object: &Value| {
        let file = folder.join("built.json");
        std::fs::write(&file, object.to_string()).unwrap();
        let mut command = stage.cluster().kubectl();
        command.args(["apply", "--server-side", "--force-conflicts", "--field-manager=kustomize-controller", "-f"]);
        let output = command.arg(&file).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    // As it is in Git: Flux has the count, and Kyklos takes it.
    let without = built(&json!([]));
    assert_eq!(without["spec"]["replicas"], 3);
    flux(&without);
    stage.scaler("web", spec).await;
    let _controller = stage.controller("2026-11-23T12:00:00Z", 1);
    stage.scaled("web", 0).await;
    stage.event("web", "ScaledDown", 1).await;
    // With the patch it says nothing of it any more, so nobody puts anything back.
    let patched = built(patches);
    assert_eq!(patched["spec"].get("replicas"), None, "{patched:#}");
    assert_eq!(patched["spec"]["selector"], without["spec"]["selector"]);
    flux(&patched);
    assert_eq!(stage.replicas("web").await, Some(0));
    // And without it, it does: the fault that the patch is for.
    flux(&without);
    stage.event("web", "DriftCorrected", 1).await;
    stage.scaled("web", 0).await;
    let status = stage.status_when("web", "its status", |status| reason(status, "Ready") == "Reconciled").await;
    assert_eq!(status["targetObservedReplicas"], 0, "{status:#}");
}
