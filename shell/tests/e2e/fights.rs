//! Somebody else who puts the count back again and again.

use kube::api::{Patch, PatchParams};
use serde_json::{Value, json};

use crate::admission::manifest;
use crate::audit::{Request, caught_up, requests};
use crate::stage::Stage;
use crate::waits::{message, reason};

/// C03: a tool that applies its manifest by force, every minute for half an hour. Each minute of the controller's clock is a second.
#[tokio::test(flavor = "multi_thread")]
async fn a_fight_with_self_heal_is_seen_and_not_fought() {
    let stage = Stage::new("self-heal").await;
    stage.deploy("web", 3).await;
    let spec = json!({
        "targetRef": { "name": "web" }, "timezone": "UTC", "defaultReplicas": 3, "gracePeriodSeconds": 0,
        "windows": [{ "name": "night", "start": "20:00", "end": "08:00", "replicas": 0 }],
    });
    stage.scaler("web", spec).await;
    let controller = stage.controller("2026-11-23T20:00:00Z", 60);
    stage.scaled("web", 0).await;
    let argo_cd = PatchParams::apply("argocd-controller").force();
    for minute in 10..=40 {
        controller.until(&format!("2026-11-23T20:{minute}:00Z")).await;
        stage.deployments().patch("web", &argo_cd, &Patch::Apply(manifest(Some(3)))).await.unwrap();
    }
    let stopped = chrono::Utc::now();
    let fought = |status: &Value| reason(status, "Degraded") == "CountReverted";
    let status = stage.status_when("web", "that it is seen", fought).await;
    assert!(message(&status, "Degraded").contains("\"argocd-controller\""), "{}", message(&status, "Degraded"));
    // It stops, and after ten minutes without it all is calm.
    let calm = |status: &Value| reason(status, "Degraded") == "OperationalNormal";
    stage.status_when("web", "calm", calm).await;
    assert_eq!(stage.replicas("web").await, Some(0));
    stage.event("web", "CountReverted", 1).await;
    caught_up(&stage).await;
    let is_try = |request: &Request| {
        request.resource == "deployments/scale" && request.code == 200 && request.received < stopped
    };
    // The first was the boundary's.
    let tries = requests(&stage).iter().filter(|request| is_try(request)).count() - 1;
    assert!((5..12).contains(&tries), "{tries} writes in half an hour");
}
