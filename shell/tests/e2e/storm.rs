//! Two hundred objects at one boundary.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use futures::future::join_all;
use serde_json::json;

use crate::audit::scalings;
use crate::stage::{MACHINE, Stage};
use crate::waits::reason;

const OBJECTS: usize = 200;

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_objects_at_one_boundary() {
    let _alone = MACHINE.write().await;
    let stage = Stage::new("storm").await;
    let names: Vec<_> = (0..OBJECTS).map(|number| format!("web-{number:03}")).collect();
    for some in names.chunks(20) {
        let stage = &stage;
        join_all(some.iter().map(|name| async move {
            // No Pods at first, so that the controller manager has no part in what is measured until the boundary.
            stage.deploy(name, 0).await;
            stage
                .scaler(
                    name,
                    json!({
                        "targetRef": { "name": name }, "timezone": "America/New_York", "defaultReplicas": 0,
                        "windows": [{ "days": ["Mon-Fri"], "start": "09:00", "end": "17:00", "replicas": 1 }],
                    }),
                )
                .await;
        }))
        .await;
    }
    let controller = stage.controller("2026-11-23T13:30:00Z", 60);
    stage.many(OBJECTS, "first looks", |status| reason(status, "Ready") == "Reconciled").await;
    let boundary = "2026-11-23T14:00:00Z";
    assert!(
        chrono::Utc::now() < controller.real(boundary),
        "the first looks took too long for this test to say anything"
    );
    controller.until(boundary).await;
    stage.many(OBJECTS, "the window", |status| status["effectiveReplicas"] == 1).await;
    // Nobody has anything left to do, so a second write would have come.
    stage.many(OBJECTS, "calm", |status| reason(status, "Reconciling") == "Stable").await;
    let scalings = scalings(&stage, OBJECTS).await;
    let written: BTreeSet<_> = scalings.iter().map(|write| write.name.clone()).collect();
    assert_eq!(written.len(), OBJECTS, "each once");
    let boundary = controller.real(boundary);
    let first = scalings.iter().map(|write| write.received).min().unwrap();
    assert!(first >= boundary, "the first write is early: {first} is before {boundary}");
    let last = scalings.iter().map(|write| write.answered).max().unwrap();
    println!(
        "{OBJECTS} writes: the first came {} after the boundary, the last was accepted {} after it",
        first - boundary,
        last - boundary
    );
    assert!(last - boundary <= TimeDelta::seconds(2), "the last write was accepted {} late", last - boundary);
}
