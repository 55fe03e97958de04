//! What happens to the target: paused, changed by hand, missing, claimed twice.

use serde_json::{Value, json};

use crate::audit::scalings;
use crate::stage::Stage;
use crate::waits::{message, reason};

fn always(replicas: i32) -> Value {
    json!({
        "targetRef": { "name": "web" }, "timezone": "UTC",
        "windows": [{ "name": "always", "start": "00:00", "end": "24:00", "replicas": replicas }],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_object_reports_and_leaves_the_target_alone() {
    let stage = Stage::new("pause").await;
    stage.deploy("web", 1).await;
    let mut spec = always(4);
    spec["pause"] = json!(true);
    stage.scaler("web", spec).await;
    let _controller = stage.controller("2026-11-23T12:00:00Z", 1);
    let status = stage.status_when("web", "the pause", |status| reason(status, "Ready") == "Paused").await;
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
    let stage = Stage::new("drift").await;
    stage.deploy("web", 1).await;
    stage.scaler("web", always(4)).await;
    let _controller = stage.controller("2026-11-23T12:00:00Z", 20);
    stage.scaled("web", 4).await;
    stage.status_when("web", "calm", |status| reason(status, "Reconciling") == "Stable").await;
    stage.scale_by_hand("web", 9);
    stage.event("web", "DriftCorrected", 1).await;
    stage.scaled("web", 4).await;
    stage.scale_by_hand("web", 0);
    stage.scaled("web", 4).await;
    // The same thing again: one event that counts, which is told about a minute after the first, seconds of this clock.
    stage.series("web", "DriftCorrected", 2).await;
    stage.event("web", "DriftCorrected", 1).await;
    stage.event("web", "ScaledUp", 1).await;
    scalings(&stage, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_target_is_scaled_as_soon_as_it_is_there() {
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
