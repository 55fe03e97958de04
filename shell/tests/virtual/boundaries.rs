//! What a boundary costs, and when it is acted on.

use chrono::TimeDelta;
use kyklos_testserver::{Filter, Kind, Verb};
use serde_json::json;

use crate::world::{World, at, office};

#[tokio::test(start_paused = true)]
async fn a_boundary_costs_two_requests_and_one_event_and_rest_costs_none() {
    let world = World::at("2026-11-23T08:58:00Z");
    world.deploy("web", 2);
    world.scaler("web", office("web"));
    let _controller = world.controller();
    world.until("2026-11-23T08:59:59Z").await;
    assert!(world.scalings().is_empty(), "it was as it should be");
    assert_eq!(world.reason("web", "Ready"), "Reconciled");
    world.server.clear_requests();
    world.until("2026-11-23T09:00:02Z").await;
    let scalings = world.scalings();
    assert_eq!(scalings.len(), 1);
    let late = scalings[0].wall - at("2026-11-23T09:00:00Z");
    assert!(late >= TimeDelta::zero() && late < TimeDelta::milliseconds(50), "{late}");
    assert_eq!(world.replicas("web"), 10);
    let target = world.server.get(Kind::Deployment, "shop", "web").unwrap();
    let sent = &scalings[0].body.as_ref().unwrap()["metadata"];
    assert_eq!(sent["uid"], target["metadata"]["uid"], "another target of the same name refuses it");
    assert!(sent["resourceVersion"].is_string(), "a target that has changed refuses it");
    assert_eq!(world.server.count(&Filter::status_writes()), 1);
    assert_eq!(world.events("web"), ["ScaledUp"]);
    let all = world.server.requests(&Filter::all());
    // Watches are taken up again every minute, whatever happens.
    let others = all.iter().filter(|request| {
        let call = &request.call;
        call.kind != Some(Kind::Lease) && call.path != "/version" && call.verb != Verb::Watch
    });
    assert_eq!(others.count(), 3, "a scale, an event and a status: {all:?}");
    let status = world.status("web");
    assert_eq!(
        (&status["effectiveReplicas"], &status["targetObservedReplicas"], &status["nextBoundary"]),
        (&json!(10), &json!(10), &json!("2026-11-23T17:00:00Z"))
    );
    world.server.clear_requests();
    world.until("2026-11-23T16:59:59Z").await;
    let writes: Vec<_> = world.server.requests(&Filter::writes());
    let others: Vec<_> = writes.iter().filter(|write| write.call.verb != Verb::Update).collect();
    assert!(others.is_empty(), "only the lease is renewed: {others:?}");
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_grace_period_is_met_to_the_second_and_outlives_the_process() {
    let world = World::at("2026-11-23T16:59:00Z");
    world.deploy("web", 10);
    let mut spec = office("web");
    spec["gracePeriodSeconds"] = json!(300);
    world.scaler("web", spec);
    let first = world.controller();
    world.until("2026-11-23T17:00:05Z").await;
    assert_eq!(world.reason("web", "Ready"), "GracePeriodActive");
    assert_eq!(world.status("web")["gracePeriodExpiry"], "2026-11-23T17:05:00Z");
    first.kill();
    world.until("2026-11-23T17:04:00Z").await;
    let _second = world.controller_of(Some("shop"), "pod-2");
    world.until("2026-11-23T17:04:59Z").await;
    assert_eq!((world.replicas("web"), world.scalings().len()), (10, 0));
    world.until("2026-11-23T17:05:02Z").await;
    assert_eq!(world.replicas("web"), 2);
    assert_eq!(world.events("web"), ["GracePeriodStarted", "ScaledDown"]);
    let late = world.scalings()[0].wall - at("2026-11-23T17:05:00Z");
    assert!(late >= TimeDelta::zero() && late < TimeDelta::milliseconds(50), "{late}");
}
