//! What is remembered of targets, on the real control plane.

use serde_json::{Value, json};

use crate::stage::Stage;
use crate::waits::reason;

fn spec(fields: Value) -> Value {
    let mut spec = json!({ "targetRef": { "name": "web" }, "timezone": "UTC", "gracePeriodSeconds": 0 });
    spec.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    spec
}

/// W02, W03 and C12: down, a share, bounds, as it was, and back by the deletion of the schedule.
#[tokio::test(flavor = "multi_thread")]
async fn a_target_goes_by_each_value_and_gets_back_what_it_had() {
    let stage = Stage::new("records").await;
    stage.deploy("web", 5).await;
    stage.scaler("web", spec(json!({ "defaultReplicas": "original", "onDelete": "restore" }))).await;
    let controller = stage.controller("2026-11-23T12:00:00Z", 1);
    let as_it_is =
        |status: &Value| status["effectiveReplicas"] == "original" && reason(status, "Ready") == "Reconciled";
    stage.status_when("web", "nothing to do", as_it_is).await;
    assert_eq!(stage.replicas("web").await, Some(5));
    stage.no_records().await;
    for (edit, count) in [
        (json!({ "defaultReplicas": "50%" }), 3),
        (json!({ "defaultReplicas": 0 }), 0),
        (json!({ "defaultReplicas": null, "defaultMinReplicas": 2, "defaultMaxReplicas": 4 }), 2),
        (json!({ "defaultReplicas": "original", "defaultMinReplicas": null, "defaultMaxReplicas": null }), 5),
        (json!({ "defaultReplicas": 1 }), 1),
    ] {
        stage.edit("web", edit).await;
        stage.scaled("web", count).await;
    }
    assert!(controller.stop().success());
    // Nobody is there when it goes.
    stage.scalers().delete("web", &Default::default()).await.unwrap();
    let controller = stage.controller("2026-11-23T12:00:00Z", 1);
    stage.scaled("web", 5).await;
    stage.no_records().await;
    assert!(controller.stop().success());
}
