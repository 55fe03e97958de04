//! Requests that hang over what happens meanwhile.

use std::time::Duration;

use kyklos_testserver::{Fault, Filter};
use serde_json::{Value, json};

use crate::world::{World, office};

/// So many from 09:00 to noon, then 2, after five minutes.
fn until_noon(count: u32) -> Value {
    let mut spec = office("web");
    spec["gracePeriodSeconds"] = json!(300);
    spec["windows"] = json!([{ "name": "office", "start": "09:00", "end": "12:00", "replicas": count }]);
    spec
}

/// 10 at 11:58, and the next boundary is at 17:00.
async fn noon() -> (World, crate::world::Controller) {
    let world = World::at("2026-11-23T11:57:00Z");
    world.deploy("web", 2);
    let mut spec = until_noon(10);
    spec["windows"][0]["end"] = json!("17:00");
    world.scaler("web", spec);
    let controller = world.controller();
    world.pass(60).await;
    assert_eq!(world.replicas("web"), 10);
    (world, controller)
}

fn hangs(world: &World, seconds: u64) {
    world.server.fault(Filter::scale_writes(), Some(1), Fault::Delay(Duration::from_secs(seconds)));
}

#[tokio::test(start_paused = true)]
async fn an_edit_whose_write_hangs_over_a_boundary_keeps_the_grace_of_that() {
    let (world, _controller) = noon().await;
    world.until("2026-11-23T11:59:57Z").await;
    hangs(&world, 6);
    world.edit("web", until_noon(6));
    world.until("2026-11-23T12:04:59Z").await;
    let status = world.status("web");
    assert_eq!((world.replicas("web"), &status["effectiveReplicas"]), (6, &json!(6)), "{status:#}");
    assert_eq!(status["gracePeriodExpiry"], "2026-11-23T12:05:00Z");
    world.until("2026-11-23T12:05:02Z").await;
    assert_eq!(world.replicas("web"), 2);
    assert_eq!(world.events("web").iter().filter(|event| *event == "GracePeriodStarted").count(), 1);
}

/// The second one comes while the first one's write hangs.
#[tokio::test(start_paused = true)]
async fn an_edit_that_comes_while_a_write_hangs_is_seen_at_once() {
    let (world, _controller) = noon().await;
    world.until("2026-11-23T11:59:55Z").await;
    hangs(&world, 8);
    world.edit("web", until_noon(12));
    world.pass(2).await;
    world.edit("web", until_noon(6));
    world.until("2026-11-23T12:04:59Z").await;
    let status = world.status("web");
    assert_eq!((world.replicas("web"), &status["effectiveReplicas"]), (6, &json!(6)), "{status:#}");
    world.until("2026-11-23T12:05:02Z").await;
    assert_eq!(world.replicas("web"), 2);
}
