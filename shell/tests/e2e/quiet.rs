//! A minute without a boundary is a minute without a write.

use chrono::TimeDelta;
use serde_json::json;

use crate::audit::{scalings, writes};
use crate::stage::{MACHINE, Stage};
use crate::waits::reason;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_in_a_minute_without_a_boundary() {
    let _shared = MACHINE.read().await;
    let stage = Stage::new("quiet").await;
    stage.deploy("web", 1).await;
    stage
        .scaler(
            "web",
            json!({
                "targetRef": { "name": "web" }, "timezone": "America/New_York", "gracePeriodSeconds": 0,
                "windows": [{ "start": "09:00", "end": "10:20", "replicas": 3 }],
            }),
        )
        .await;
    // A minute of the clock a second: a boundary after 10 seconds and another 80 seconds later.
    let controller = stage.controller("2026-11-23T13:50:00Z", 60);
    stage.scaled("web", 3).await;
    let settled = |status: &_| reason(status, "Reconciling") == "Stable";
    stage.status_when("web", "calm", settled).await;
    stage.event("web", "ScaledUp", 1).await;
    let start = controller.real("2026-11-23T14:15:00Z");
    let end = start + TimeDelta::seconds(60);
    assert!(chrono::Utc::now() < start);
    controller.until("2026-11-23T15:20:00Z").await;
    stage.scaled("web", 1).await;
    let scalings = scalings(&stage, 2).await;
    for (write, boundary) in scalings.iter().zip(["2026-11-23T14:00:00Z", "2026-11-23T15:20:00Z"]) {
        let late = write.received - controller.real(boundary);
        assert!(late >= TimeDelta::zero() && late < TimeDelta::seconds(5), "{boundary}: {late}");
    }
    // The log holds the last write, so it holds all before it.
    let during: Vec<_> =
        writes(&stage).into_iter().filter(|write| write.received >= start && write.received < end).collect();
    assert!(during.is_empty(), "{during:#?}");
    // Of what was written at all, every kind is known: the replicas, the status and the events.
    for write in writes(&stage) {
        let known = ["deployments/scale", "timewindowscalers/status", "events"];
        assert!(known.contains(&write.resource.as_str()), "{write:?}");
    }
}
