//! The grace period outlives the process.

use serde_json::{Value, json};

use crate::audit::scalings;
use crate::stage::{MACHINE, Stage};
use crate::waits::reason;

fn office(grace: i32) -> Value {
    json!({
        "targetRef": { "name": "web" }, "timezone": "UTC", "defaultReplicas": 2, "gracePeriodSeconds": grace,
        "windows": [{ "name": "office", "start": "09:00", "end": "17:00", "replicas": 5 }],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_in_a_grace_period_changes_nothing() {
    let _shared = MACHINE.read().await;
    let stage = Stage::new("grace").await;
    stage.deploy("web", 1).await;
    stage.scaler("web", office(1200)).await;
    let first = stage.controller("2026-11-23T16:45:00Z", 60);
    stage.scaled("web", 5).await;
    let waiting = |status: &Value| reason(status, "Ready") == "GracePeriodActive";
    let status = stage.status_when("web", "the grace", waiting).await;
    assert_eq!(status["gracePeriodExpiry"], "2026-11-23T17:20:00Z");
    assert_eq!((&status["effectiveReplicas"], &status["currentWindow"]), (&json!(5), &json!("OffHours")));
    stage.event("web", "GracePeriodStarted", 1).await;
    // The second one shares the first one's clock.
    let second = stage.controller_at(first.clock);
    first.kill();
    stage.scaled("web", 2).await;
    let down = scalings(&stage, 2).await.pop().unwrap();
    assert!(down.received >= second.real("2026-11-23T17:20:00Z"), "{} is within the grace", down.received);
    let status = stage.status_when("web", "the end", |status| status["effectiveReplicas"] == 2).await;
    assert_eq!(status.get("gracePeriodExpiry"), None);
    // The last one to be written, so the others are there.
    stage.event("web", "ScaledDown", 1).await;
    assert_eq!(stage.events("web").await, ["GracePeriodStarted", "ScaledDown", "ScaledUp"]);
    scalings(&stage, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rise_cancels_the_grace() {
    let _shared = MACHINE.read().await;
    let stage = Stage::new("cancel").await;
    stage.deploy("web", 1).await;
    let mut spec = office(3600);
    spec["windows"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "name": "late", "start": "17:10", "end": "22:00", "replicas": 6 }));
    stage.scaler("web", spec).await;
    let _controller = stage.controller("2026-11-23T16:30:00Z", 120);
    stage.event("web", "GracePeriodStarted", 1).await;
    stage.scaled("web", 6).await;
    stage.event("web", "GracePeriodCancelled", 1).await;
    let status = stage.status_when("web", "the late window", |status| status["effectiveReplicas"] == 6).await;
    assert_eq!(status.get("gracePeriodExpiry"), None);
}
