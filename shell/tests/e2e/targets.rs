//! What happens to the target: paused, changed by hand, missing, claimed twice.

use chrono::Utc;
use kube::ResourceExt as _;
use kyklos::api::times::to_instant;
use serde_json::{Value, json};

use crate::audit::scalings;
use crate::stage::Stage;
use crate::waits::{message, pause, reason};

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

/// W05. A minute of the controller's clock is a second.
#[tokio::test(flavor = "multi_thread")]
async fn a_pause_ends_when_it_says() {
    let stage = Stage::new("pause-until").await;
    stage.deploy("web", 1).await;
    let mut spec = always(4);
    spec["pauseUntil"] = json!("2026-11-23T12:30:00Z");
    stage.scaler("web", spec).await;
    let controller = stage.controller("2026-11-23T12:00:00Z", 60);
    let status = stage.status_when("web", "the pause", |status| reason(status, "Ready") == "Paused").await;
    assert!(message(&status, "Ready").contains("Paused until 2026-11-23T12:30:00"), "{}", message(&status, "Ready"));
    stage.scaled("web", 4).await;
    assert!(chrono::Utc::now() >= controller.real("2026-11-23T12:30:00Z"), "before its end");
    stage.status_when("web", "the end of it", |status| reason(status, "Ready") == "Reconciled").await;
    scalings(&stage, 1).await;
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

/// C15, and the second half of C12.
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
    // An invalid one claims nothing.
    stage.edit("a-elder", json!({ "timezone": "CEST" })).await;
    stage.scaled("web", 6).await;
    stage.status_when("b-younger", "peace", |status| reason(status, "Degraded") == "OperationalNormal").await;
    stage.edit("a-elder", json!({ "timezone": "UTC" })).await;
    stage.scaled("web", 4).await;
    stage.status_when("b-younger", "the conflict again", conflict).await;
    stage.event("b-younger", "ScaleConflict", 2).await;
    // A paused one keeps its claim.
    stage.edit("a-elder", json!({ "pause": true })).await;
    stage.status_when("a-elder", "its pause", |status| reason(status, "Ready") == "Paused").await;
    stage.scale_by_hand("web", 5);
    stage.status_when("a-elder", "the other count", |status| status["targetObservedReplicas"] == 5).await;
    assert_eq!(reason(&stage.status("b-younger").await, "Degraded"), "ScaleConflict");
    scalings(&stage, 3).await;
    // Made anew, it is the younger one.
    stage.scalers().delete("a-elder", &Default::default()).await.unwrap();
    stage.scaled("web", 6).await;
    stage.status_when("b-younger", "peace", |status| reason(status, "Degraded") == "OperationalNormal").await;
    // The API server writes down whole seconds, and of equals the name would decide.
    let made = to_instant(&stage.scalers().get("b-younger").await.unwrap().creation_timestamp().unwrap());
    while Utc::now().timestamp() <= made.timestamp() {
        pause().await;
    }
    stage.scaler("a-elder", always(4)).await;
    let status = stage.status_when("a-elder", "the conflict", conflict).await;
    assert!(message(&status, "Degraded").contains("b-younger"), "{}", message(&status, "Degraded"));
    scalings(&stage, 4).await;
}
