//! What is remembered of targets, and how they get it back.

use kyklos_testserver::{Fault, Filter, Kind, Refusal, Verb};
use serde_json::{Value, json};
use std::time::Duration;

use crate::world::{Controller, World};

/// This from 09:00 to 09:40 UTC, else what the target had.
fn office(target: &str, replicas: Value) -> Value {
    json!({
        "targetRef": { "name": target }, "timezone": "UTC", "gracePeriodSeconds": 0, "defaultReplicas": "original",
        "windows": [{ "name": "office", "start": "09:00", "end": "09:40", "replicas": replicas }],
    })
}

/// 0 at all times, and back to what it was when the object goes.
pub(crate) fn down(target: &str) -> Value {
    json!({
        "targetRef": { "name": target }, "timezone": "UTC", "gracePeriodSeconds": 0, "defaultReplicas": 0,
        "onDelete": "restore",
    })
}

/// A minute before the office opens.
fn morning(replicas: Value) -> World {
    let world = World::at("2026-11-23T08:59:00Z");
    world.deploy("web", 5);
    world.scaler("web", office("web", replicas));
    world
}

/// One that is held at 0 and gets its 5 back, and its controller.
pub(crate) async fn held() -> (World, Controller) {
    let world = World::at("2026-11-23T08:59:00Z");
    world.deploy("web", 5);
    world.scaler("web", down("web"));
    let controller = world.controller();
    world.pass(5).await;
    assert_eq!((world.replicas("web"), world.original("web")), (0, Some(5)));
    (world, controller)
}

impl World {
    /// What is remembered of a Deployment of the namespace `shop`.
    pub(crate) fn entry(&self, name: &str) -> Option<Value> {
        let key = format!("deployments.apps/{name}");
        self.server
            .list(Kind::ScaleRecord, "shop")
            .iter()
            .find_map(|record| record["spec"]["entries"].get(&key).cloned())
    }

    pub(crate) fn original(&self, name: &str) -> Option<i64> {
        self.entry(name).and_then(|entry| entry["original"].as_i64())
    }

    pub(crate) fn records(&self) -> usize {
        self.server.list(Kind::ScaleRecord, "shop").len()
    }

    pub(crate) fn delete_scaler(&self, name: &str) {
        self.server.delete(Kind::TimeWindowScaler, "shop", name).unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_boundary_that_takes_a_target_costs_one_request_more_and_a_second_look_none() {
    let world = morning(json!(0));
    let _controller = world.controller();
    world.until("2026-11-23T08:59:59Z").await;
    assert_eq!((world.records(), world.replicas("web")), (0, 5), "it is nobody's to scale");
    world.server.clear_requests();
    world.until("2026-11-23T09:00:05Z").await;
    let writes: Vec<_> = world.server.requests(&Filter::writes().namespace("shop"));
    let of = |kind| {
        writes.iter().filter(|write| write.call.kind == Some(kind)).map(|write| write.call.verb).collect::<Vec<_>>()
    };
    assert_eq!((of(Kind::ScaleRecord), of(Kind::Deployment)), (vec![Verb::Create], vec![Verb::Patch]));
    assert_eq!(of(Kind::TimeWindowScaler), [Verb::Patch]);
    let (record, scale) = (
        writes.iter().position(|write| write.call.kind == Some(Kind::ScaleRecord)),
        writes.iter().position(|write| write.call.kind == Some(Kind::Deployment)),
    );
    assert!(record < scale, "written down first");
    let entry = world.entry("web").unwrap();
    assert_eq!((&entry["original"], &entry["held"], &entry["holder"]), (&json!(5), &json!(0), &json!("web")));
    world.server.clear_requests();
    world.until("2026-11-23T09:39:59Z").await;
    let others = world.server.requests(&Filter::writes());
    assert!(others.iter().all(|write| write.call.verb == Verb::Update), "only the lease is renewed");
    world.until("2026-11-23T09:40:05Z").await;
    assert_eq!((world.replicas("web"), world.records()), (5, 0), "nothing is left to remember");
    assert_eq!(world.events("web"), ["ScaledDown", "ScaledUp"]);
    // From now on it is left to others.
    world.scale("web", 3);
    world.until("2026-11-23T09:50:00Z").await;
    assert_eq!((world.replicas("web"), world.status("web")["effectiveReplicas"].as_str()), (3, Some("original")));
}

#[tokio::test(start_paused = true)]
async fn a_boundary_that_changes_what_is_held_takes_one_more_request_for_all_of_a_namespace() {
    let world = World::at("2026-11-23T08:59:00Z");
    for name in ["api", "web"] {
        world.deploy(name, 10);
        let mut spec = office(name, json!("50%"));
        spec["defaultReplicas"] = json!("20%");
        world.scaler(name, spec);
    }
    let _controller = world.controller();
    world.until("2026-11-23T08:59:59Z").await;
    assert_eq!((world.replicas("api"), world.replicas("web")), (2, 2));
    world.server.clear_requests();
    world.until("2026-11-23T09:00:05Z").await;
    let entry = world.entry("web").unwrap();
    assert_eq!((world.replicas("web"), &entry["original"], &entry["held"]), (5, &json!(10), &json!(5)));
    let of = |kind| world.server.count(&Filter::writes().namespace("shop").kind(kind));
    assert_eq!((of(Kind::ScaleRecord), of(Kind::Deployment), of(Kind::TimeWindowScaler)), (1, 2, 2));
}

#[tokio::test(start_paused = true)]
async fn three_restarts_and_an_upgrade_keep_the_original() {
    let world = morning(json!("40%"));
    let mut controller = world.controller();
    world.until("2026-11-23T09:00:05Z").await;
    assert_eq!((world.replicas("web"), world.original("web")), (2, Some(5)));
    for number in 2..5 {
        // The fourth one ends as it is asked to, as in an upgrade.
        if number == 4 {
            controller.stop().await;
        } else {
            controller.kill();
        }
        controller = world.controller_of(Some("shop"), &format!("pod-{number}"));
        world.pass(60).await;
        assert_eq!((world.replicas("web"), world.original("web")), (2, Some(5)));
    }
    world.until("2026-11-23T09:40:05Z").await;
    assert_eq!((world.replicas("web"), world.records()), (5, 0));
}

#[tokio::test(start_paused = true)]
async fn a_kill_between_the_record_and_the_write_loses_no_original() {
    let world = morning(json!(0));
    let first = world.controller();
    // The write of the target never gets there.
    world.server.fault(Filter::scale_writes(), 1, Fault::Hang);
    world.until("2026-11-23T09:00:05Z").await;
    assert_eq!((world.replicas("web"), world.original("web")), (5, Some(5)));
    first.kill();
    let _second = world.controller_of(Some("shop"), "pod-2");
    world.pass(30).await;
    assert_eq!((world.replicas("web"), world.original("web")), (0, Some(5)));
    world.until("2026-11-23T09:40:05Z").await;
    assert_eq!((world.replicas("web"), world.records()), (5, 0));
}

#[tokio::test(start_paused = true)]
async fn a_template_that_is_rolled_and_a_count_that_is_applied_change_no_original() {
    let world = morning(json!(0));
    let _controller = world.controller();
    world.until("2026-11-23T09:20:00Z").await;
    let template = json!({ "spec": { "replicas": 5, "template": { "metadata": { "labels": { "version": "2" } } } } });
    world.server.edit(Kind::Deployment, "shop", "web", "helm", &template).unwrap();
    world.pass(5).await;
    assert_eq!((world.replicas("web"), world.original("web")), (0, Some(5)));
    world.until("2026-11-23T09:40:05Z").await;
    assert_eq!(world.replicas("web"), 5);
}

#[tokio::test(start_paused = true)]
async fn a_target_that_is_made_anew_has_an_original_of_its_own() {
    let world = morning(json!(0));
    let _controller = world.controller();
    world.until("2026-11-23T09:20:00Z").await;
    world.server.delete(Kind::Deployment, "shop", "web").unwrap();
    world.pass(5).await;
    world.deploy("web", 8);
    world.pass(5).await;
    assert_eq!((world.replicas("web"), world.original("web")), (0, Some(8)));
    // From a backup that was made while it was held.
    world.server.delete(Kind::Deployment, "shop", "web").unwrap();
    world.deploy("web", 0);
    world.until("2026-11-23T09:40:05Z").await;
    assert_eq!(world.replicas("web"), 8);
}

#[tokio::test(start_paused = true)]
async fn a_schedule_that_is_deleted_and_made_again_finds_what_is_remembered() {
    let world = morning(json!(0));
    let _controller = world.controller();
    world.until("2026-11-23T09:20:00Z").await;
    world.delete_scaler("web");
    world.pass(600).await;
    assert_eq!((world.replicas("web"), world.original("web")), (0, Some(5)), "it keeps the count that it has");
    assert!(world.entry("web").unwrap()["left"].is_string());
    world.scaler("web", office("web", json!(0)));
    world.pass(5).await;
    assert_eq!((world.original("web"), world.entry("web").unwrap().get("left")), (Some(5), None));
    world.until("2026-11-23T09:40:05Z").await;
    assert_eq!((world.replicas("web"), world.records()), (5, 0));
}

#[tokio::test(start_paused = true)]
async fn what_is_kept_is_forgotten_after_seven_days() {
    let world = morning(json!(0));
    let controller = world.controller();
    world.until("2026-11-23T09:20:00Z").await;
    world.delete_scaler("web");
    world.pass(5).await;
    controller.kill();
    // Also by a process that has not seen it go.
    world.until("2026-11-30T09:18:00Z").await;
    let _second = world.controller_of(Some("shop"), "pod-2");
    world.until("2026-11-30T09:19:50Z").await;
    assert_eq!(world.records(), 1);
    world.until("2026-11-30T09:20:10Z").await;
    assert_eq!((world.records(), world.replicas("web")), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn the_next_holder_takes_over_what_is_remembered() {
    let world = World::at("2026-11-23T08:59:00Z");
    world.deploy("web", 5);
    world.scaler("peak", down("web"));
    world.pass(2).await;
    world.scaler("usual", office("web", json!(2)));
    let _controller = world.controller();
    world.until("2026-11-23T09:30:00Z").await;
    assert_eq!((world.replicas("web"), world.original("web")), (0, Some(5)));
    assert_eq!(world.reason("usual", "Ready"), "ScaleConflict");
    world.delete_scaler("peak");
    world.pass(1).await;
    let entry = world.entry("web").unwrap();
    assert_eq!((world.replicas("web"), &entry["original"], &entry["holder"]), (2, &json!(5), &json!("usual")));
    world.until("2026-11-23T09:40:05Z").await;
    assert_eq!((world.replicas("web"), world.records()), (5, 0));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_written_down_by_a_connection_that_comes_after_the_lease() {
    let world = morning(json!(0));
    let _first = world.controller_of(Some("shop"), "pod-1");
    world.pass(5).await;
    let _second = world.controller_of(Some("shop"), "pod-2");
    let by_the_first = Filter::writes().kind(Kind::ScaleRecord).agent("pod-1");
    world.server.fault(by_the_first.clone(), None, Fault::ConnectLate(Duration::from_secs(7)));
    world.until("2026-11-23T08:59:59Z").await;
    world.server.fault(Filter::all().kind(Kind::Lease).agent("pod-1"), None, Fault::Hang);
    world.until("2026-11-23T09:00:30Z").await;
    assert_eq!(world.server.count(&by_the_first), 0, "nothing has left");
    assert_eq!((world.replicas("web"), world.original("web")), (0, Some(5)));
}

#[tokio::test(start_paused = true)]
async fn what_can_not_be_written_down_is_not_taken() {
    let world = morning(json!(0));
    let denied = Fault::Refuse(Refusal::forbidden("no"));
    let fault = world.server.fault(Filter::writes().kind(Kind::ScaleRecord), None, denied);
    let _controller = world.controller();
    world.until("2026-11-23T09:02:00Z").await;
    assert_eq!((world.replicas("web"), world.reason("web", "Ready").as_str()), (5, "TargetUpdateFailed"));
    assert!(
        world.message("web", "Ready").contains("can't be written down in a ScaleRecord"),
        "{}",
        world.message("web", "Ready")
    );
    assert!(world.server.count(&Filter::writes().kind(Kind::ScaleRecord)) < 12, "more and more rarely");
    world.server.lift(fault);
    world.pass(90).await;
    assert_eq!((world.replicas("web"), world.original("web")), (0, Some(5)));
}

/// Nobody guesses: what is gone is said, and the annotation answers it.
#[tokio::test(start_paused = true)]
async fn a_record_that_somebody_deletes_is_missed() {
    let world = morning(json!("40%"));
    let _controller = world.controller();
    world.until("2026-11-23T09:00:05Z").await;
    world.server.delete(Kind::ScaleRecord, "shop", "kyklos").unwrap();
    world.until("2026-11-23T09:10:00Z").await;
    assert_eq!((world.replicas("web"), world.reason("web", "Degraded").as_str()), (2, "OriginalUnknown"));
    world.until("2026-11-23T09:50:00Z").await;
    assert_eq!((world.replicas("web"), world.reason("web", "Degraded").as_str()), (2, "OriginalUnknown"));
    assert!(world.message("web", "Degraded").contains("kyklos.io/original-replicas"), "{:#}", world.status("web"));
    let annotation = json!({ "metadata": { "annotations": { "kyklos.io/original-replicas": "5" } } });
    world.server.edit(Kind::Deployment, "shop", "web", "kubectl", &annotation).unwrap();
    world.pass(3).await;
    assert_eq!((world.replicas("web"), world.records()), (5, 0));
    assert_eq!(world.reason("web", "Degraded"), "OperationalNormal");
}

/// Somebody else's, or those of a version that knows more.
#[tokio::test(start_paused = true)]
async fn entries_that_can_not_be_read_stay_where_they_are() {
    let (world, _controller) = held().await;
    let mut later = world.entry("web").unwrap();
    // A patch of nothing takes a field away.
    later.as_object_mut().unwrap().remove("left");
    later["since"] = json!("2026-11-23T08:59:00Z");
    let strange = json!({ "fleets.example.com/web": later, "deployments.apps/api": { "original": "many" } });
    let patch = json!({ "spec": { "entries": strange } });
    world.server.edit(Kind::ScaleRecord, "shop", "kyklos", "kubectl", &patch).unwrap();
    world.pass(2).await;
    // What is read has a field more, too.
    let patch = json!({ "spec": { "entries": { "deployments.apps/web": { "since": "2026-11-23T08:59:00Z" } } } });
    world.server.edit(Kind::ScaleRecord, "shop", "kyklos", "kubectl", &patch).unwrap();
    world.server.clear_requests();
    world.pass(60).await;
    assert_eq!(world.server.count(&Filter::writes().kind(Kind::ScaleRecord)), 0);
    world.delete_scaler("web");
    world.pass(2).await;
    assert_eq!(world.replicas("web"), 5);
    let record = world.server.get(Kind::ScaleRecord, "shop", "kyklos").unwrap();
    assert_eq!(record["spec"]["entries"], strange);
}

#[tokio::test(start_paused = true)]
async fn more_targets_than_a_record_holds_take_another_one() {
    let world = World::at("2026-11-23T08:59:00Z");
    let names: Vec<_> = (0..600).map(|number| format!("web-{number:03}")).collect();
    for name in &names {
        world.deploy(name, 5);
        world.scaler(name, office(name, json!(0)));
    }
    let _controller = world.controller();
    world.until("2026-11-23T09:02:00Z").await;
    assert!(names.iter().all(|name| (world.replicas(name), world.original(name)) == (0, Some(5))));
    let records = world.server.list(Kind::ScaleRecord, "shop");
    let mut sizes: Vec<_> = records.iter().map(|record| record["spec"]["entries"].as_object().unwrap().len()).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [100, 500]);
    world.until("2026-11-23T09:42:00Z").await;
    assert!(names.iter().all(|name| world.replicas(name) == 5));
    assert_eq!(world.records(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_hundred_targets_of_a_namespace_are_written_down_together() {
    let world = World::at("2026-11-23T08:59:00Z");
    for number in 0..100 {
        let name = format!("web-{number:02}");
        world.deploy(&name, 5);
        world.scaler(&name, office(&name, json!(0)));
    }
    let _controller = world.controller();
    world.until("2026-11-23T08:59:59Z").await;
    world.server.clear_requests();
    world.until("2026-11-23T09:00:10Z").await;
    assert!((0..100).all(|number| world.replicas(&format!("web-{number:02}")) == 0));
    let records = world.server.count(&Filter::writes().kind(Kind::ScaleRecord));
    assert!((1..=8).contains(&records), "{records}");
    assert_eq!((world.records(), world.scalings().len()), (1, 100));
    world.until("2026-11-23T09:40:30Z").await;
    assert!((0..100).all(|number| world.replicas(&format!("web-{number:02}")) == 5));
    assert_eq!(world.records(), 0);
}
