//! What happens to the target: paused, changed by hand, missing, claimed twice.

use kube::api::{Patch, PatchParams};
use serde_json::{Value, json};

use crate::audit::scalings;
use crate::stage::{MACHINE, Stage};
use crate::waits::{message, reason};

fn always(replicas: i32) -> Value {
    json!({
        "targetRef": { "name": "web" }, "timezone": "UTC",
        "windows": [{ "name": "always", "start": "00:00", "end": "24:00", "replicas": replicas }],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_object_reports_and_leaves_the_target_alone() {
    let _shared = MACHINE.read().await;
    let stage = Stage::new("pause").await;
    stage.deploy("web", 1).await;
    let mut spec = always(4);
    spec["pause"] = json!(true);
    stage.scaler("web", spec).await;
    let _controller = stage.controller("2026-11-23T12:00:00Z", 1);
    let status = stage.status_when("web", "the mismatch", |status| reason(status, "Ready") == "TargetMismatch").await;
    assert_eq!((&status["effectiveReplicas"], &status["targetObservedReplicas"]), (&json!(4), &json!(1)));
    stage.event("web", "ScalingSkipped", 1).await;
    stage.scale_by_hand("web", 3);
    stage.status_when("web", "the new count", |status| status["targetObservedReplicas"] == 3).await;
    scalings(&stage, 0).await;
    stage.edit("web", json!({ "pause": false })).await;
    stage.scaled("web", 4).await;
    stage.status_when("web", "the end of it", |status| reason(status, "Ready") == "Reconciled").await;
    stage.event("web", "ScalingSkipped", 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manual_change_is_put_back() {
    let _shared = MACHINE.read().await;
    let stage = Stage::new("drift").await;
    stage.deploy("web", 1).await;
    stage.scaler("web", always(4)).await;
    let _controller = stage.controller("2026-11-23T12:00:00Z", 1);
    stage.scaled("web", 4).await;
    stage.status_when("web", "calm", |status| reason(status, "Reconciling") == "Stable").await;
    stage.scale_by_hand("web", 9);
    stage.event("web", "DriftCorrected", 1).await;
    stage.scaled("web", 4).await;
    stage.scale_by_hand("web", 0);
    stage.event("web", "DriftCorrected", 2).await;
    stage.scaled("web", 4).await;
    stage.event("web", "ScaledUp", 1).await;
    scalings(&stage, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_target_is_scaled_as_soon_as_it_is_there() {
    let _shared = MACHINE.read().await;
    let stage = Stage::new("missing").await;
    stage.scaler("web", always(4)).await;
    let _controller = stage.controller("2026-11-23T12:00:00Z", 1);
    let status =
        stage.status_when("web", "the target to be missed", |status| reason(status, "Ready") == "TargetNotFound").await;
    assert!(message(&status, "Ready").contains("no Deployment web"), "{}", message(&status, "Ready"));
    assert!(message(&status, "Ready").starts_with("Rehearsal on a clock that started at 2026-11-23T12:00:00Z"));
    assert_eq!(status.get("targetObservedReplicas"), None);
    stage.event("web", "MissingTarget", 1).await;
    stage.deploy("web", 1).await;
    stage.scaled("web", 4).await;
    stage.status_when("web", "the target", |status| reason(status, "Ready") == "Reconciled").await;
    stage.deployments().delete("web", &Default::default()).await.unwrap();
    stage.event("web", "MissingTarget", 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_objects_with_one_target_the_older_one_scales() {
    let _shared = MACHINE.read().await;
    let stage = Stage::new("rivals").await;
    stage.deploy("web", 1).await;
    stage.scaler("a-elder", always(4)).await;
    let _controller = stage.controller("2026-11-23T12:00:00Z", 1);
    stage.scaled("web", 4).await;
    stage.scaler("b-younger", always(6)).await;
    let conflict = |status: &_| reason(status, "Degraded") == "ScaleConflict";
    let status = stage.status_when("b-younger", "the conflict", conflict).await;
    assert!(message(&status, "Degraded").contains("a-elder"), "{}", message(&status, "Degraded"));
    stage.event("b-younger", "ScaleConflict", 1).await;
    scalings(&stage, 1).await;
    stage.scalers().delete("a-elder", &Default::default()).await.unwrap();
    stage.scaled("web", 6).await;
    stage.status_when("b-younger", "peace", |status| reason(status, "Degraded") == "OperationalNormal").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_older_object_claims_nothing() {
    let _shared = MACHINE.read().await;
    let stage = Stage::new("claims").await;
    stage.deploy("web", 1).await;
    let mut wrong = always(4);
    wrong["timezone"] = json!("Europe/Zurch");
    stage.scaler("a-elder", wrong).await;
    let _controller = stage.controller("2026-11-23T12:00:00Z", 1);
    let invalid = |status: &Value| reason(status, "Degraded") == "InvalidTimezone";
    stage.status_when("a-elder", "its refusal", invalid).await;
    stage.scaler("b-younger", always(6)).await;
    stage.scaled("web", 6).await;
    stage.event("b-younger", "ScaledUp", 1).await;
    assert_eq!(stage.events("b-younger").await, ["ScaledUp"]);
    // Once it is right, the older one has the target.
    stage.edit("a-elder", json!({ "timezone": "Europe/Zurich" })).await;
    stage.scaled("web", 4).await;
    let conflict = |status: &Value| reason(status, "Degraded") == "ScaleConflict";
    stage.status_when("b-younger", "the conflict", conflict).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_that_somebody_else_has_written_is_put_right() {
    let _shared = MACHINE.read().await;
    let stage = Stage::new("overwritten").await;
    stage.deploy("web", 1).await;
    stage.scaler("web", always(4)).await;
    let _controller = stage.controller("2026-11-23T12:00:00Z", 1);
    let calm = |status: &Value| reason(status, "Ready") == "Reconciled" && reason(status, "Reconciling") == "Stable";
    let right = stage.status_when("web", "calm", calm).await;
    let patch = Patch::Merge(json!({ "status": { "effectiveReplicas": 99, "conditions": [] } }));
    stage.scalers().patch_status("web", &PatchParams::default(), &patch).await.unwrap();
    assert_eq!(stage.status_when("web", "calm again", calm).await, right);
    scalings(&stage, 1).await;
}
