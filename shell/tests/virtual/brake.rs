//! An edit that would lower more at once than anybody meant waits for a word.

use kyklos_testserver::Kind;
use serde_json::{Value, json};

use crate::world::World;

/// None at night, of all with a label; with short nights.
pub(crate) fn night(tier: &str) -> Value {
    let nights = [["20:00", "21:10"], ["21:20", "21:30"], ["21:40", "21:50"]]
        .map(|[start, end]| json!({ "name": "night", "start": start, "end": end, "replicas": 0 }));
    json!({
        "targets": { "selector": { "matchLabels": { "tier": tier } } }, "timezone": "UTC", "gracePeriodSeconds": 0,
        "windows": nights,
    })
}

/// So many Deployments of 2, of which the first three have the label that the night is for.
pub(crate) fn world(wall: &str, many: usize) -> World {
    let world = World::at(wall);
    for number in 0..many {
        let labels = json!({ "tier": if number < 3 { "app" } else { "tool" } });
        let metadata = json!({ "namespace": "shop", "name": format!("d{number:03}"), "labels": labels });
        let object = json!({ "metadata": metadata, "spec": { "replicas": 2 } });
        world.server.create(Kind::Deployment, "kubectl", &object).unwrap();
    }
    world.scaler("night", night("app"));
    world
}

impl World {
    /// How many of the Deployments have none.
    pub(crate) fn asleep(&self) -> usize {
        let all = self.server.list(Kind::Deployment, "shop");
        all.iter().filter(|object| object["spec"]["replicas"] == 0).count()
    }

    pub(crate) fn generation(&self) -> i64 {
        self.server.get(Kind::TimeWindowScaler, "shop", "night").unwrap()["metadata"]["generation"].as_i64().unwrap()
    }

    pub(crate) fn confirm(&self, what: &str) {
        let patch = json!({ "metadata": { "annotations": { "kyklos.io/confirm": what } } });
        self.server.edit(Kind::TimeWindowScaler, "shop", "night", "kubectl", &patch).unwrap();
    }

    pub(crate) fn pick_all(&self) {
        self.edit("night", json!({ "targets": { "selector": null } }));
    }
}

#[tokio::test(start_paused = true)]
async fn a_selector_that_suddenly_matches_everything_waits_for_a_word() {
    let world = world("2026-11-23T21:00:00Z", 250);
    let _controller = world.controller();
    world.pass(20).await;
    assert_eq!((world.asleep(), world.reason("night", "Ready").as_str()), (3, "Reconciled"));
    world.pick_all();
    world.pass(60).await;
    assert_eq!(world.asleep(), 3);
    for condition in ["Ready", "Stalled"] {
        assert_eq!(world.reason("night", condition), "ConfirmationNeeded");
    }
    let (generation, said) = (world.generation(), world.message("night", "Ready"));
    assert!(said.starts_with("247 workloads would be lowered at once, and spec.maxNewTargets is 200"), "{said}");
    assert_eq!(world.status("night")["targets"]["unconfirmed"], generation);
    assert!(world.events("night").contains(&"ConfirmationNeeded".to_owned()));
    world.confirm(&(generation - 1).to_string());
    world.pass(20).await;
    assert_eq!(world.asleep(), 3);
    assert!(world.message("night", "Ready").ends_with("which is another generation"));
    world.confirm(&generation.to_string());
    world.pass(60).await;
    assert_eq!((world.asleep(), world.reason("night", "Ready").as_str()), (250, "Reconciled"));
    assert_eq!(world.status("night")["targets"].get("unconfirmed"), None);
    // Nobody has touched anything.
    let told = world.events("night");
    assert!(told.contains(&"ScaledDown".to_owned()) && !told.contains(&"DriftCorrected".to_owned()), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn what_waits_goes_on_waiting_over_restarts_and_at_boundaries_and_what_is_held_is_given_back() {
    let world = world("2026-11-23T21:00:00Z", 250);
    let controller = world.controller();
    world.pass(20).await;
    world.pick_all();
    world.pass(60).await;
    controller.kill();
    let controller = world.controller_of(Some("shop"), "pod-2");
    world.pass(60).await;
    assert_eq!((world.asleep(), world.reason("night", "Ready").as_str()), (3, "ConfirmationNeeded"));
    world.until("2026-11-23T21:11:00Z").await;
    assert_eq!(world.asleep(), 0, "nobody stays down because of it");
    controller.kill();
    let _controller = world.controller_of(Some("shop"), "pod-3");
    world.until("2026-11-23T21:21:00Z").await;
    assert_eq!((world.asleep(), world.reason("night", "Ready").as_str()), (0, "ConfirmationNeeded"));
    world.edit("night", night("app"));
    world.pass(60).await;
    assert_eq!((world.asleep(), world.reason("night", "Ready").as_str()), (3, "Reconciled"), "an edit mends it, too");
}

#[tokio::test(start_paused = true)]
async fn a_boundary_is_no_edit_and_more_may_be_allowed() {
    let world = world("2026-11-23T19:58:00Z", 250);
    world.edit("night", json!({ "targets": { "selector": null } }));
    let controller = world.controller();
    world.until("2026-11-23T20:01:00Z").await;
    assert_eq!(world.asleep(), 250);
    controller.kill();
    let next = self::world("2026-11-23T21:00:00Z", 250);
    next.edit("night", json!({ "maxNewTargets": 250, "targets": { "selector": null } }));
    let _controller = next.controller();
    next.pass(60).await;
    assert_eq!(next.asleep(), 250);
}
