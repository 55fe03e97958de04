//! Boundaries: the write comes after them, never before, and soon.

use chrono::TimeDelta;
use serde_json::json;

use crate::audit::scalings;
use crate::controller::at;
use crate::stage::{MACHINE, Stage};
use crate::waits::reason;

#[tokio::test(flavor = "multi_thread")]
async fn scales_up_and_down_at_a_boundary_and_never_before_it() {
    let _alone = MACHINE.write().await;
    let stage = Stage::new("boundary").await;
    stage.deploy("web", 1).await;
    stage
        .scaler(
            "web",
            json!({
                "targetRef": { "name": "web" }, "timezone": "America/New_York", "defaultReplicas": 1,
                "gracePeriodSeconds": 0,
                "windows": [{ "name": "office", "days": ["Mon-Fri"], "start": "09:00", "end": "09:10", "replicas": 5 }],
            }),
        )
        .await;
    // A Monday in winter: New York is five hours behind.
    let controller = stage.controller("2026-11-23T13:45:00Z", 60);
    stage.status_when("web", "a first look", |status| reason(status, "Ready") == "Reconciled").await;
    stage.scaled("web", 5).await;
    stage.scaled("web", 1).await;
    let scalings = scalings(&stage, 2).await;
    for (write, boundary) in scalings.iter().zip(["2026-11-23T14:00:00Z", "2026-11-23T14:10:00Z"]) {
        let boundary = controller.real(boundary);
        assert!(write.received >= boundary, "{} is before {boundary}", write.received);
        let late = write.answered - boundary;
        assert!(late <= TimeDelta::seconds(1), "accepted {late} after the boundary");
    }
    let status = stage.status_when("web", "the end", |status| status["nextReplicas"] == 5).await;
    assert_eq!(status["nextBoundary"], "2026-11-24T14:00:00Z");
    assert_eq!(status["currentWindow"], "OffHours");
    stage.event("web", "ScaledUp", 1).await;
    stage.event("web", "ScaledDown", 1).await;
    assert!(controller.stop().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_over_midnight_belongs_to_the_day_on_which_it_starts() {
    let _shared = MACHINE.read().await;
    let stage = Stage::new("midnight").await;
    stage.deploy("web", 1).await;
    stage
        .scaler(
            "web",
            json!({
                "targetRef": { "name": "web" }, "timezone": "America/New_York", "gracePeriodSeconds": 0,
                "windows": [{ "name": "night", "days": ["Fri"], "start": "22:00", "end": "06:00", "replicas": 4 }],
            }),
        )
        .await;
    // Friday 27 November 2026, early: the Friday window covers Saturday morning and not this one.
    let controller = stage.controller("2026-11-27T10:00:00Z", 3600);
    let status = stage.status_when("web", "a first look", |status| status["effectiveReplicas"].is_number()).await;
    assert_eq!(
        (&status["currentWindow"], &status["nextBoundary"]),
        (&json!("OffHours"), &json!("2026-11-28T03:00:00Z"))
    );
    stage.scaled("web", 4).await;
    assert!(controller.real("2026-11-28T03:00:00Z") <= chrono::Utc::now());
    let status = stage.status_when("web", "the night", |status| status["currentWindow"] == "night").await;
    assert_eq!(status["nextBoundary"], "2026-11-28T11:00:00Z");
    stage.scaled("web", 1).await;
    let status = stage.status_when("web", "the morning", |status| status["currentWindow"] == "OffHours").await;
    assert_eq!(status["nextBoundary"], "2026-12-05T03:00:00Z");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exception_outranks_the_windows_while_it_lasts() {
    let _shared = MACHINE.read().await;
    let stage = Stage::new("exception").await;
    stage.deploy("web", 1).await;
    stage
        .scaler(
            "web",
            json!({
                "targetRef": { "name": "web" }, "timezone": "America/New_York", "gracePeriodSeconds": 0,
                "windows": [{ "start": "00:00", "end": "24:00", "replicas": 3 }],
                "exceptions": [{ "start": "2026-11-23T09:00", "end": "2026-11-23T10:00", "replicas": 9 }],
            }),
        )
        .await;
    let _controller = stage.controller("2026-11-23T12:45:00Z", 300);
    stage.scaled("web", 3).await;
    let status = stage.status_when("web", "the exception", |status| status["effectiveReplicas"] == 9).await;
    assert_eq!(status["currentWindow"], "2026-11-23T09:00");
    assert_eq!(status["nextBoundary"], "2026-11-23T15:00:00Z");
    let status = stage.status_when("web", "its end", |status| status["effectiveReplicas"] == 3).await;
    assert_eq!(status["currentWindow"], "00:00-24:00");
    assert_eq!(status.get("nextBoundary"), None, "nothing changes any more");
    let changed = status["lastScaleTime"].as_str().unwrap();
    assert!(at(changed) >= at("2026-11-23T15:00:00Z"));
}
