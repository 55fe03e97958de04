//! Values that are no counts, on the whole way from the object to the target.

use kyklos_testserver::Filter;
use serde_json::{Value, json};

use crate::world::World;

/// W03: 10 to 50 from 09:00 to 09:20 UTC, else 2 to 5, at once.
fn floor_and_ceiling(target: &str) -> Value {
    json!({
        "targetRef": { "name": target }, "timezone": "UTC", "gracePeriodSeconds": 0,
        "defaultMinReplicas": 2, "defaultMaxReplicas": 5,
        "windows": [{ "name": "office", "start": "09:00", "end": "09:20", "minReplicas": 10, "maxReplicas": 50 }],
    })
}

#[tokio::test(start_paused = true)]
async fn what_moves_inside_its_bounds_costs_nothing_and_a_boundary_two_requests() {
    let world = World::at("2026-11-23T08:58:00Z");
    world.deploy("web", 3);
    world.scaler("web", floor_and_ceiling("web"));
    let first = world.controller();
    world.until("2026-11-23T08:59:59Z").await;
    assert_eq!((world.scalings().len(), world.status("web")["effectiveReplicas"].as_str()), (0, Some("2..5")));
    assert_eq!(world.status("web")["nextReplicas"], "10..50");
    world.server.clear_requests();
    world.until("2026-11-23T09:00:02Z").await;
    assert_eq!((world.replicas("web"), world.scalings().len()), (10, 1));
    assert_eq!(world.server.count(&Filter::status_writes()), 1);
    world.server.clear_requests();
    for count in [20, 50, 11] {
        world.scale("web", count);
        world.pass(2).await;
    }
    assert_eq!((world.replicas("web"), world.scalings().len()), (11, 0));
    world.scale("web", 60);
    world.pass(2).await;
    assert_eq!((world.replicas("web"), world.scalings().len()), (50, 1));
    // A restart finds it inside.
    first.kill();
    world.scale("web", 30);
    let _second = world.controller_of(Some("shop"), "pod-2");
    world.until("2026-11-23T09:19:59Z").await;
    assert_eq!((world.replicas("web"), world.scalings().len()), (30, 1));
    world.until("2026-11-23T09:20:02Z").await;
    assert_eq!((world.replicas("web"), world.reason("web", "Ready").as_str()), (5, "Reconciled"));
    assert_eq!(world.events("web"), ["DriftCorrected", "ScaledDown", "ScaledUp"]);
}
