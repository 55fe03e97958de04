//! One schedule for many workloads, on the real control plane.

use serde_json::{Value, json};

use crate::stage::Stage;
use crate::waits::reason;

fn night() -> Value {
    json!({
        "targets": { "kinds": [{ "kind": "Deployment" }], "exclude": [{ "name": "kept" }] }, "timezone": "UTC",
        "gracePeriodSeconds": 0, "windows": [{ "name": "night", "start": "20:00", "end": "06:00", "replicas": 0 }],
    })
}

/// A namespace sleeps and wakes, one is left out, and the rights that a single target takes are enough.
#[tokio::test(flavor = "multi_thread")]
async fn a_namespace_sleeps_and_wakes() {
    let stage = Stage::new("select").await;
    for (name, replicas) in [("web", 3), ("api", 2), ("kept", 4)] {
        stage.deploy(name, replicas).await;
    }
    stage.scaler("night", night()).await;
    let controller = stage.controller("2026-11-23T21:00:00Z", 1);
    stage.scaled("web", 0).await;
    stage.scaled("api", 0).await;
    let settled = |status: &Value| status["targets"]["held"] == 2 && reason(status, "Ready") == "Reconciled";
    let status = stage.status_when("night", "two held", settled).await;
    assert_eq!((&status["targets"]["excluded"], &status["targets"]["claimed"]), (&json!(1), &json!(2)));
    assert_eq!(stage.replicas("kept").await, Some(4));
    // Made later.
    stage.deploy("late", 5).await;
    stage.scaled("late", 0).await;
    let events = stage.events("night").await;
    assert!(events.iter().all(|reason| reason == "ScaledDown"), "{events:?}");
    assert!(controller.stop().success());
    let controller = stage.controller("2026-11-24T07:00:00Z", 1);
    for (name, replicas) in [("web", 3), ("api", 2), ("late", 5), ("kept", 4)] {
        stage.scaled(name, replicas).await;
    }
    stage.no_records().await;
    assert!(controller.stop().success());
}
