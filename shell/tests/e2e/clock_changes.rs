//! Both clock changes of New York in 2026, as the contract's table has them.

use serde_json::json;

use crate::audit::scalings;
use crate::stage::{MACHINE, Stage};

/// Follows a window of every day from before its start, and checks that it is written within these two instants.
async fn becomes(name: &str, window: (&str, &str), from: &str, speed: u32, start: &str, end: &str) {
    let _shared = MACHINE.read().await;
    let stage = Stage::new(name).await;
    stage.deploy("web", 1).await;
    let windows = json!([{ "start": window.0, "end": window.1, "replicas": 6 }]);
    stage
        .scaler(
            "web",
            json!({
                "targetRef": { "name": "web" }, "timezone": "America/New_York", "gracePeriodSeconds": 0, "windows": windows,
            }),
        )
        .await;
    let controller = stage.controller(from, speed);
    stage.status_when("web", "the start ahead", |status| status["nextBoundary"] == start).await;
    let status = stage.status_when("web", "the window", |status| status["effectiveReplicas"] == 6).await;
    assert_eq!(status["nextBoundary"], end);
    stage.status_when("web", "its end", |status| status["effectiveReplicas"] == 1).await;
    let scalings = scalings(&stage, 2).await;
    for (write, boundary) in scalings.iter().zip([start, end]) {
        assert!(write.received >= controller.real(boundary), "written before {boundary}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn spring_8_march_2026_0130_to_0230_is_half_an_hour() {
    let (start, end) = ("2026-03-08T06:30:00Z", "2026-03-08T07:00:00Z");
    becomes("spring", ("01:30", "02:30"), "2026-03-08T05:40:00Z", 200, start, end).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn spring_8_march_2026_the_skipped_hour_does_not_happen() {
    let _shared = MACHINE.read().await;
    let stage = Stage::new("skipped").await;
    stage.deploy("web", 1).await;
    stage
        .scaler(
            "web",
            json!({
                "targetRef": { "name": "web" }, "timezone": "America/New_York",
                "windows": [{ "start": "02:00", "end": "03:00", "replicas": 6 }],
            }),
        )
        .await;
    let controller = stage.controller("2026-03-08T06:50:00Z", 300);
    let next = "2026-03-09T06:00:00Z";
    let status = stage.status_when("web", "a look", |status| status["nextBoundary"] == next).await;
    assert_eq!(status["currentWindow"], "OffHours");
    controller.until("2026-03-08T07:30:00Z").await;
    scalings(&stage, 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn autumn_1_november_2026_0100_to_0130_is_ninety_minutes() {
    let (start, end) = ("2026-11-01T05:00:00Z", "2026-11-01T06:30:00Z");
    becomes("autumn", ("01:00", "01:30"), "2026-11-01T03:20:00Z", 400, start, end).await;
}
