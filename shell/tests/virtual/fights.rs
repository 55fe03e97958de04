//! Somebody else writes what Kyklos writes: it ends, and is told of.

use kyklos_testserver::{Fault, Filter, Kind, Refusal};
use serde_json::json;

use crate::world::{World, office};

/// Default 3, nothing from 20:00 to 21:30, at once.
fn night() -> serde_json::Value {
    json!({
        "targetRef": { "name": "web" }, "timezone": "UTC", "defaultReplicas": 3, "gracePeriodSeconds": 0,
        "windows": [{ "name": "night", "start": "20:00", "end": "21:30", "replicas": 0 }],
    })
}

/// C03: GitOps puts the count back every minute for half an hour.
#[tokio::test(start_paused = true)]
async fn a_fight_with_self_heal_is_seen_and_not_fought() {
    let world = World::at("2026-11-23T19:59:00Z");
    world.deploy("web", 3);
    world.scaler("web", night());
    let _controller = world.controller();
    world.until("2026-11-23T20:10:00Z").await;
    assert_eq!((world.replicas("web"), world.scalings().len()), (0, 1));
    for _ in 0..30 {
        world.server.scale(Kind::Deployment, "shop", "web", "argocd-controller", 3).unwrap();
        world.pass(60).await;
    }
    let writes = world.scalings().len() - 1;
    assert!(writes < 12, "{writes} writes in half an hour");
    assert_eq!(world.reason("web", "Degraded"), "CountReverted");
    assert!(world.message("web", "Degraded").contains("argocd-controller"), "{}", world.message("web", "Degraded"));
    assert_eq!(world.reason("web", "Reconciling"), "Stable", "a budget that holds is no progress");
    let events = world.events("web");
    assert_eq!(events.iter().filter(|event| event.starts_with("CountReverted")).count(), 1, "{events:?}");
    assert!(events.len() <= 4, "{events:?}");
    // The other one stops: at the latest in ten minutes all is well, and after ten more it is calm.
    world.pass(25 * 60).await;
    assert_eq!((world.replicas("web"), world.reason("web", "Degraded").as_str()), (0, "OperationalNormal"));
    // A boundary was never delayed by it.
    world.until("2026-11-23T21:30:02Z").await;
    assert_eq!(world.replicas("web"), 3);
}

/// Finding 1.1: a shell loop that scales back at once.
#[tokio::test(start_paused = true)]
async fn a_loop_that_scales_back_costs_few_writes_and_few_events() {
    let world = World::at("2026-11-23T12:00:00Z");
    world.deploy("web", 10);
    world.scaler("web", office("web"));
    let _controller = world.controller();
    world.pass(10).await;
    for _ in 0..600 {
        if world.replicas("web") == 10 {
            world.scale("web", 4);
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let writes = world.scalings().len();
    assert!(writes <= 8, "{writes} writes in a minute");
    let events = world.server.requests(&Filter::writes().kind(Kind::Event)).len();
    assert!(events <= 4, "{events} requests about events");
    let statuses = world.server.count(&Filter::status_writes());
    assert!(statuses <= 16, "{statuses} statuses");
}

/// Finding 1.2: another writes the status, too.
#[tokio::test(start_paused = true)]
async fn a_status_that_somebody_else_writes_is_put_right_once_a_minute() {
    let world = World::at("2026-11-23T12:00:00Z");
    world.deploy("web", 10);
    world.scaler("web", office("web"));
    let _controller = world.controller();
    world.pass(10).await;
    let right = world.status("web");
    world.server.clear_requests();
    for round in 0..600 {
        let status = json!({ "status": { "effectiveReplicas": round } });
        world.server.edit_status(Kind::TimeWindowScaler, "shop", "web", "rival", &status).unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
    let writes = world.server.count(&Filter::status_writes());
    assert!((3..=7).contains(&writes), "{writes} in five minutes");
    world.pass(90).await;
    assert_eq!(world.status("web"), right);
    assert!(world.scalings().is_empty());
}

#[tokio::test(start_paused = true)]
async fn one_drift_is_put_back_at_once_and_told_of_once() {
    let world = World::at("2026-11-23T12:00:00Z");
    world.deploy("web", 10);
    world.scaler("web", office("web"));
    let _controller = world.controller();
    world.pass(10).await;
    world.server.clear_requests();
    world.scale("web", 4);
    world.pass(2).await;
    assert_eq!((world.replicas("web"), world.scalings().len()), (10, 1));
    assert_eq!(world.events("web"), ["DriftCorrected"]);
    assert_eq!(world.server.count(&Filter::status_writes()), 1);
}

/// The API server doesn't take the first event of a series: what repeats it belongs to the one that it takes.
#[tokio::test(start_paused = true)]
async fn a_series_whose_first_event_is_refused_loses_none() {
    let world = World::at("2026-11-23T12:00:00Z");
    world.deploy("web", 10);
    world.scaler("web", office("web"));
    let _controller = world.controller();
    world.pass(10).await;
    world.server.fault(Filter::writes().kind(Kind::Event), 3, Fault::Refuse(Refusal::internal("leader changed")));
    for _ in 0..4 {
        world.scale("web", 4);
        world.pass(1).await;
    }
    world.pass(120).await;
    assert_eq!(world.events("web"), ["DriftCorrected x4"]);
    // Somebody deletes it, and its next count finds nothing.
    let name = world.server.list(Kind::Event, "shop")[0]["metadata"]["name"].as_str().unwrap().to_owned();
    world.server.delete(Kind::Event, "shop", &name).unwrap();
    world.pass(600).await;
    world.scale("web", 4);
    world.pass(90).await;
    assert_eq!(world.events("web"), ["DriftCorrected"]);
}

/// A process knows nothing of the series of the one before.
#[tokio::test(start_paused = true)]
async fn a_series_that_begins_again_is_another_event() {
    let world = World::at("2026-11-23T12:00:00Z");
    world.deploy("web", 10);
    world.scaler("web", office("web"));
    let first = world.controller();
    for _ in 0..2 {
        world.pass(90).await;
        world.scale("web", 4);
    }
    world.pass(90).await;
    assert_eq!(world.events("web"), ["DriftCorrected x2"]);
    first.stop().await;
    let _second = world.controller_of(Some("shop"), "pod-2");
    world.pass(30).await;
    world.scale("web", 4);
    world.pass(90).await;
    assert_eq!(world.events("web"), ["DriftCorrected", "DriftCorrected x2"]);
    // Later than half an hour.
    world.pass(40 * 60).await;
    world.scale("web", 4);
    world.pass(90).await;
    assert_eq!(world.events("web"), ["DriftCorrected", "DriftCorrected", "DriftCorrected x2"]);
}
