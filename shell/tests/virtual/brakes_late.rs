//! An edit is counted once everything is known that it depends on, and with what it does later.

use std::time::Duration;

use kyklos_testserver::{Fault, Filter, Kind, Refusal};
use serde_json::{Value, json};

use crate::brake::{night, world};
use crate::world::World;

/// Thirty Deployments of 2, of which the first three are to sleep, and at most ten more at once.
fn thirty(wall: &str) -> World {
    let world = world(wall, 30);
    world.edit("night", json!({ "maxNewTargets": 10 }));
    world
}

/// What they had, and none on the days of a ConfigMap.
fn closed() -> Value {
    json!({
        "targets": {}, "timezone": "UTC", "gracePeriodSeconds": 0, "maxNewTargets": 10,
        "holidayMode": "treat-as-closed", "holidayReplicas": 0, "holidayConfigMap": "days",
    })
}

impl World {
    /// Today is a holiday, which is answered so much later.
    fn close(&self, late: Duration) {
        let days = json!({ "metadata": { "namespace": "shop", "name": "days" }, "data": { "2026-11-23": "closed" } });
        self.server.create(Kind::ConfigMap, "kubectl", &days).unwrap();
        self.server.fault(Filter::all().kind(Kind::ConfigMap), None, Fault::Delay(late));
    }

    /// How many sleep, and why it isn't otherwise.
    fn night_is(&self) -> (usize, String) {
        (self.asleep(), self.reason("night", "Ready"))
    }

    fn waits_with(&self, asleep: usize, count: usize) {
        assert_eq!(self.night_is(), (asleep, "ConfirmationNeeded".to_owned()));
        let said = self.message("night", "Ready");
        assert!(said.starts_with(&format!("{count} workloads would be lowered at once")), "{said}");
        assert_eq!(self.status("night")["targets"]["unconfirmed"], self.generation());
    }
}

#[tokio::test(start_paused = true)]
async fn a_new_object_waits_for_its_holidays_before_it_is_counted() {
    for late in [1, 3_000] {
        let world = world("2026-11-23T12:00:00Z", 30);
        world.server.delete(Kind::TimeWindowScaler, "shop", "night").unwrap();
        world.close(Duration::from_millis(late));
        let _controller = world.controller();
        world.pass(20).await;
        world.scaler("night", closed());
        world.pass(30).await;
        world.waits_with(0, 30);
        world.confirm("1");
        world.pass(30).await;
        assert_eq!(world.night_is(), (30, "Reconciled".to_owned()), "{late}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_edit_with_another_calendar_is_counted_once_that_is_known() {
    let world = thirty("2026-11-23T12:00:00Z");
    world.pick_all();
    world.close(Duration::from_secs(2));
    let _controller = world.controller();
    world.pass(20).await;
    assert_eq!(world.night_is(), (0, "Reconciled".to_owned()));
    world.edit("night", closed());
    world.pass(30).await;
    world.waits_with(0, 30);
    // One that isn't there is known, too.
    world.edit("night", json!({ "holidayConfigMap": "none" }));
    world.pass(30).await;
    assert_eq!((world.asleep(), world.reason("night", "Degraded").as_str()), (0, "HolidaySourceMissing"));
}

/// A night for Fleets as well.
fn fleets() -> Value {
    let kinds = json!([{ "kind": "Deployment" }, { "apiVersion": "example.com/v1", "kind": "Fleet" }]);
    json!({ "targets": { "kinds": kinds, "selector": null } })
}

fn sleeping_fleets(world: &World) -> usize {
    world.server.list(Kind::Fleet, "shop").iter().filter(|fleet| fleet["spec"]["size"] == 0).count()
}

/// Three Deployments and thirty Fleets.
fn with_fleets() -> World {
    let world = world("2026-11-23T21:00:00Z", 3);
    world.edit("night", json!({ "maxNewTargets": 10 }));
    for number in 0..30 {
        let metadata = json!({ "namespace": "shop", "name": format!("f{number:03}") });
        world.server.create(Kind::Fleet, "kubectl", &json!({ "metadata": metadata, "spec": { "size": 2 } })).unwrap();
    }
    world
}

#[tokio::test(start_paused = true)]
async fn a_kind_that_nobody_has_named_before_is_counted_once_it_is_listed() {
    let world = with_fleets();
    let lists = Filter::all().kind(Kind::Fleet);
    let fault = world.server.fault(lists.clone(), None, Fault::Delay(Duration::from_secs(3)));
    let controller = world.controller();
    world.pass(20).await;
    assert_eq!(world.night_is(), (3, "Reconciled".to_owned()));
    world.edit("night", fleets());
    world.pass(60).await;
    world.waits_with(3, 30);
    assert_eq!(sleeping_fleets(&world), 0);
    controller.kill();
    // Where that lasts it is said, and the generation isn't taken for counted by whoever comes next.
    world.server.lift(fault);
    world.server.fault(lists, None, Fault::Refuse(Refusal::unavailable()));
    world.edit("night", json!({ "targets": { "kinds": [{ "kind": "Deployment" }] } }));
    let controller = world.controller_of(Some("shop"), "pod-2");
    world.pass(60).await;
    assert_eq!(world.night_is(), (3, "Reconciled".to_owned()));
    world.edit("night", fleets());
    world.pass(90).await;
    assert_eq!(world.night_is(), (3, "TargetUpdateFailed".to_owned()));
    let said = world.message("night", "Ready");
    assert!(said.starts_with("it isn't known yet how many workloads would be lowered"), "{said}");
    assert!(world.status("night")["observedGeneration"].as_i64().unwrap() < world.generation());
    controller.kill();
    let _controller = world.controller_of(Some("shop"), "pod-3");
    world.pass(60).await;
    world.server.lift_all();
    world.pass(120).await;
    world.waits_with(3, 30);
    assert_eq!(sleeping_fleets(&world), 0);
}

#[tokio::test(start_paused = true)]
async fn a_kind_that_is_not_served_or_refused_keeps_nobody_waiting() {
    let world = with_fleets();
    world.server.uninstall(Kind::Fleet);
    let controller = world.controller();
    world.pass(20).await;
    let mut spec = fleets();
    spec["defaultReplicas"] = json!(1);
    spec["windows"] = json!([{ "name": "night", "start": "22:00", "end": "06:00", "replicas": 0 }]);
    world.edit("night", spec);
    world.pass(30).await;
    let counts = || ["d000", "d001", "d002"].map(|name| world.replicas(name));
    assert_eq!((counts(), world.reason("night", "Ready").as_str()), ([1, 1, 1], "Reconciled"));
    controller.kill();
    let world = with_fleets();
    world.server.fault(Filter::all().kind(Kind::Fleet), None, Fault::Refuse(Refusal::forbidden("no")));
    world.scaler("other", json!({ "targetRef": { "name": "none" }, "timezone": "UTC" }));
    world.edit("night", fleets());
    let _controller = world.controller();
    world.pass(180).await;
    assert_eq!((world.asleep(), sleeping_fleets(&world)), (3, 0));
    assert_eq!(world.reason("night", "Degraded"), "TargetUpdateFailed");
}

/// What is kept for a while now falls later, and then it is the edit's doing.
#[tokio::test(start_paused = true)]
async fn what_a_grace_period_keeps_is_counted_by_what_comes_after_it() {
    let world = thirty("2026-11-23T19:59:00Z");
    world.edit("night", json!({ "gracePeriodSeconds": 600 }));
    let controller = world.controller();
    world.until("2026-11-23T20:02:00Z").await;
    assert_eq!(world.night_is(), (0, "GracePeriodActive".to_owned()));
    world.pick_all();
    world.until("2026-11-23T20:15:00Z").await;
    assert!(world.asleep() <= 3, "{}", world.asleep());
    assert_eq!(world.reason("night", "Ready"), "ConfirmationNeeded");
    controller.kill();
    // Another edit takes nothing away that wasn't about to be taken away without it.
    let world = thirty("2026-11-23T19:59:00Z");
    world.edit("night", json!({ "gracePeriodSeconds": 600, "targets": { "selector": null } }));
    let _controller = world.controller();
    world.until("2026-11-23T20:02:00Z").await;
    world.edit("night", json!({ "gracePeriodSeconds": 601 }));
    world.until("2026-11-23T20:15:00Z").await;
    assert_eq!(world.night_is(), (30, "Reconciled".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn what_an_override_keeps_is_counted_by_what_comes_beneath_it() {
    let overrule = |world: &World| {
        let annotation = "replicas=original until=2026-11-23T20:40:00Z reason=release";
        let patch = json!({ "metadata": { "annotations": { "kyklos.io/override": annotation } } });
        world.server.edit(Kind::TimeWindowScaler, "shop", "night", "kubectl", &patch).unwrap();
    };
    let world = thirty("2026-11-23T20:30:00Z");
    let controller = world.controller();
    world.pass(20).await;
    assert_eq!(world.asleep(), 3);
    overrule(&world);
    world.pass(20).await;
    assert_eq!(world.asleep(), 0);
    world.pick_all();
    world.pass(30).await;
    world.waits_with(0, 27);
    world.until("2026-11-23T20:41:00Z").await;
    assert_eq!(world.night_is(), (0, "ConfirmationNeeded".to_owned()));
    controller.kill();
    let world = thirty("2026-11-23T19:59:00Z");
    world.pick_all();
    let _controller = world.controller();
    world.until("2026-11-23T20:30:00Z").await;
    assert_eq!(world.asleep(), 30);
    overrule(&world);
    world.pass(20).await;
    assert_eq!(world.asleep(), 0);
    world.edit("night", json!({ "gracePeriodSeconds": 1 }));
    world.until("2026-11-23T20:41:00Z").await;
    assert_eq!(world.night_is(), (30, "Reconciled".to_owned()), "it was to be so without the edit");
}

/// A pause that ends by itself is over some day, and one without an end is ended by an edit, which is counted then.
#[tokio::test(start_paused = true)]
async fn what_a_pause_keeps_is_counted_as_the_edits_doing() {
    let world = thirty("2026-11-23T21:00:00Z");
    world.edit("night", json!({ "pauseUntil": "2026-11-23T21:05:00Z" }));
    let controller = world.controller();
    world.pass(20).await;
    world.pick_all();
    world.until("2026-11-23T21:06:00Z").await;
    world.waits_with(0, 27);
    controller.kill();
    let world = thirty("2026-11-23T21:00:00Z");
    world.edit("night", json!({ "pause": true, "targets": { "selector": null } }));
    let _controller = world.controller();
    world.pass(20).await;
    assert_eq!(world.night_is(), (0, "Paused".to_owned()));
    world.edit("night", json!({ "pause": null }));
    world.pass(20).await;
    world.waits_with(0, 30);
}

/// What an autoscaler scales is left to that, so nothing would be written.
#[tokio::test(start_paused = true)]
async fn what_is_left_to_an_autoscaler_does_not_count() {
    let world = thirty("2026-11-23T21:00:00Z");
    for number in 3..30 {
        let name = format!("d{number:03}");
        world.hpa(&name, &name, 2, 10);
    }
    let _controller = world.controller();
    world.pass(20).await;
    let windows = json!([{ "name": "night", "start": "20:00", "end": "06:00", "replicas": 1 }]);
    world.edit("night", json!({ "targets": { "selector": null }, "windows": windows }));
    world.pass(30).await;
    assert_ne!(world.reason("night", "Ready"), "ConfirmationNeeded");
    assert_eq!(["d000", "d002", "d003", "d029"].map(|name| world.replicas(name)), [1, 1, 2, 2]);
    // At none an autoscaler stands still, so there it would be.
    let windows = json!([{ "name": "night", "start": "20:00", "end": "06:00", "replicas": 0 }]);
    world.edit("night", json!({ "windows": windows }));
    world.pass(30).await;
    world.waits_with(0, 30);
}

#[tokio::test(start_paused = true)]
async fn another_edit_by_day_does_not_end_the_wait_and_one_that_mends_it_does() {
    for restarts in [false, true] {
        let world = thirty("2026-11-23T21:00:00Z");
        let mut controller = world.controller();
        world.pass(20).await;
        world.pick_all();
        world.pass(30).await;
        world.waits_with(3, 27);
        world.until("2026-11-23T21:15:00Z").await;
        assert_eq!(world.asleep(), 0);
        if restarts {
            controller.kill();
            controller = world.controller_of(Some("shop"), "pod-2");
            world.pass(30).await;
        }
        world.edit("night", json!({ "gracePeriodSeconds": 1 }));
        world.pass(30).await;
        assert_eq!(world.night_is(), (0, "ConfirmationNeeded".to_owned()), "{restarts}");
        assert_eq!(world.status("night")["targets"]["unconfirmed"], world.generation());
        world.until("2026-11-23T21:21:00Z").await;
        assert_eq!(world.night_is(), (0, "ConfirmationNeeded".to_owned()), "{restarts}");
        world.until("2026-11-23T21:35:00Z").await;
        world.edit("night", json!({ "targets": night("app")["targets"] }));
        world.pass(30).await;
        assert_eq!(world.night_is(), (0, "Reconciled".to_owned()), "{restarts}");
        world.until("2026-11-23T21:41:00Z").await;
        assert_eq!(world.night_is(), (3, "Reconciled".to_owned()), "{restarts}");
        controller.kill();
    }
}

/// Of plain counts nothing is written down.
#[tokio::test(start_paused = true)]
async fn what_plain_counts_hold_is_raised_while_an_edit_waits() {
    let world = thirty("2026-11-23T21:00:00Z");
    world.edit("night", json!({ "defaultReplicas": 4, "onDelete": "keep" }));
    let _controller = world.controller();
    world.pass(20).await;
    assert_eq!(world.asleep(), 3);
    world.pick_all();
    world.pass(20).await;
    world.waits_with(3, 27);
    world.until("2026-11-23T21:11:00Z").await;
    assert_eq!(["d000", "d002", "d003", "d029"].map(|name| world.replicas(name)), [4, 4, 2, 2], "and nothing is taken");
}
