//! Somebody else who puts the count back again and again.

use std::time::{Duration, Instant};

use kube::api::{Patch, PatchParams};
use serde_json::{Value, json};

use crate::admission::manifest;
use crate::audit::{Request, caught_up, requests};
use crate::stage::Stage;
use crate::waits::{PATIENCE, message, pause, reason};

/// Three minutes of the controller's clock.
const A_WHILE: Duration = Duration::from_secs(18);

/// C03, by a tool that applies its manifest by force whenever it is taken back, at once: half an hour of it, once a minute, is shown in
/// virtual time. A minute of the controller's clock is six seconds, so that a slow machine, too, has five reverts in ten minutes.
#[tokio::test(flavor = "multi_thread")]
async fn a_fight_with_self_heal_is_seen_and_not_fought() {
    let stage = Stage::new("self-heal").await;
    stage.deploy("web", 3).await;
    let spec = json!({
        "targetRef": { "name": "web" }, "timezone": "UTC", "defaultReplicas": 3, "gracePeriodSeconds": 0,
        "windows": [{ "name": "night", "start": "20:00", "end": "08:00", "replicas": 0 }],
    });
    stage.scaler("web", spec).await;
    let _controller = stage.controller("2026-11-23T20:00:00Z", 10);
    stage.scaled("web", 0).await;
    let argo_cd = PatchParams::apply("argocd-controller").force();
    let begin = Instant::now();
    let mut seen: Option<Instant> = None;
    while seen.is_none_or(|seen| seen.elapsed() < A_WHILE) {
        if stage.replicas("web").await == Some(0) {
            stage.deployments().patch("web", &argo_cd, &Patch::Apply(manifest(Some(3)))).await.unwrap();
        }
        let status = stage.status("web").await;
        if seen.is_none() && reason(&status, "Degraded") == "CountReverted" {
            assert!(message(&status, "Degraded").contains("\"argocd-controller\""), "{status:#}");
            seen = Some(Instant::now());
        }
        assert!(begin.elapsed() < PATIENCE, "{status:#}");
        pause().await;
    }
    let stopped = chrono::Utc::now();
    // After ten minutes without it all is calm by itself.
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
    assert!((4..12).contains(&tries), "{tries} writes");
}
