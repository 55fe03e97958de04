//! Holidays come from a ConfigMap that appears, changes and vanishes.

use serde_json::json;

use crate::stage::Stage;
use crate::waits::{message, reason};

#[tokio::test(flavor = "multi_thread")]
async fn a_holiday_config_map_appears_changes_and_vanishes() {
    let stage = Stage::new("holidays").await;
    stage.deploy("web", 1).await;
    stage
        .scaler(
            "web",
            json!({
                "targetRef": { "name": "web" }, "timezone": "Europe/Zurich", "defaultReplicas": 2,
                "windows": [{ "name": "day", "start": "00:00", "end": "24:00", "replicas": 7 }],
                "holidayMode": "treat-as-closed", "holidayConfigMap": "feasts",
            }),
        )
        .await;
    let _controller = stage.controller("2026-12-25T11:00:00Z", 1);
    let status = stage
        .status_when("web", "the source to be missed", |status| reason(status, "Degraded") == "HolidaySourceMissing")
        .await;
    assert_eq!(status["currentWindow"], "day", "a missing source is no holiday");
    assert!(message(&status, "Degraded").contains("\"feasts\""));
    stage.scaled("web", 7).await;

    stage.holidays("feasts", &[("2026-12-24..2026-12-25", "Christmas"), ("12-26", "St Stephen")]).await;
    let status = stage.status_when("web", "the holiday", |status| status["currentWindow"] == "Holiday-Closed").await;
    assert_eq!(reason(&status, "Degraded"), "OperationalNormal");
    // Two holidays in a row are one state; the second ends at midnight in Zurich.
    assert_eq!(status["nextBoundary"], "2026-12-26T23:00:00Z");
    assert_eq!(status["nextReplicas"], 7);
    stage.scaled("web", 2).await;

    stage.holidays("feasts", &[("12-26", "St Stephen"), ("christmas", "no date"), ("2206-12-25", "a typo")]).await;
    let status = stage.status_when("web", "the change", |status| status["currentWindow"] == "day").await;
    assert_eq!(status["nextBoundary"], "2026-12-25T23:00:00Z");
    assert_eq!(reason(&status, "Degraded"), "HolidaySourceInvalid");
    for key in ["data[christmas]", "data[2206-12-25]"] {
        assert!(message(&status, "Degraded").contains(key), "{}", message(&status, "Degraded"));
    }
    stage.scaled("web", 7).await;

    stage.edit("web", json!({ "holidayMode": "treat-as-open" })).await;
    stage.holidays("feasts", &[("2026-12-25", "Christmas")]).await;
    stage.status_when("web", "an open holiday", |status| status["currentWindow"] == "Holiday-Open").await;

    stage.delete_holidays("feasts").await;
    let gone = |status: &_| reason(status, "Degraded") == "HolidaySourceMissing";
    let status = stage.status_when("web", "the source to be missed again", gone).await;
    assert_eq!(status["currentWindow"], "day");
}
