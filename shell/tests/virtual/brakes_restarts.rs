//! What the brake of an object goes by is in its status: the next process tells by it what is new, also while it doesn't know everything.

use kyklos_testserver::{Fault, Filter, Kind, Refusal};
use serde_json::{Value, json};

use crate::brake::{night as app, world as shop};
use crate::brakes_relabelled::{awake, fill, ready, ten};
use crate::cluster::{counts, evening, night, sleeping};
use crate::world::{World, reason};

/// The night of Deployments and Fleets, which may newly lower ten at once.
fn of_fleets() -> Value {
    let mut spec = night(&sleeping());
    spec["targets"]["kinds"] = json!([{ "kind": "Deployment" }, { "apiVersion": "example.com/v1", "kind": "Fleet" }]);
    spec["maxNewTargets"] = json!(10);
    spec
}

/// A minute before the night: `shop` has thirty Fleets beside its Deployments, `lab` twenty Deployments more and no label.
fn with_fleets() -> World {
    let world = evening();
    fill(&world, "lab");
    for number in 0..30 {
        let metadata = json!({ "namespace": "shop", "name": format!("f{number:02}") });
        world.server.create(Kind::Fleet, "kubectl", &json!({ "metadata": metadata, "spec": { "size": 2 } })).unwrap();
    }
    world.wide("night", of_fleets());
    world
}

fn sleeping_fleets(world: &World) -> usize {
    world.server.list(Kind::Fleet, "shop").iter().filter(|fleet| fleet["spec"]["size"] == 0).count()
}

fn degraded(world: &World) -> String {
    reason(&world.wide_status("night"), "Degraded")
}

#[tokio::test(start_paused = true)]
async fn a_kind_that_cannot_be_listed_keeps_no_other_awake_and_is_told() {
    for refusal in [Refusal::unavailable(), Refusal::forbidden("no")] {
        let world = with_fleets();
        let controller = world.controller_of(None, "wide");
        world.until("2026-11-23T19:59:30Z").await;
        assert_eq!(world.wide_stand("night"), [34, 34, 0, 0, 0]);
        controller.kill();
        world.server.fault(Filter::all().kind(Kind::Fleet), None, Fault::Refuse(refusal));
        let controller = world.controller_of(None, "wide-2");
        world.until("2026-11-23T20:00:10Z").await;
        assert_eq!((counts(&world, "shop"), counts(&world, "other")), ([0, 0], [0, 0]));
        world.until("2026-11-23T20:03:00Z").await;
        assert_eq!((ready(&world).as_str(), degraded(&world).as_str()), ("Reconciled", "TargetUpdateFailed"));
        let said = world.wide_message("night", "Degraded");
        assert!(said.starts_with("Fleets can't be"), "{said}");
        // What it has told meanwhile makes them new to nobody.
        controller.kill();
        world.server.lift_all();
        let _controller = world.controller_of(None, "wide-3");
        world.pass(60).await;
        assert_eq!((ready(&world).as_str(), degraded(&world).as_str()), ("Reconciled", "OperationalNormal"));
        assert_eq!((sleeping_fleets(&world), world.wide_stand("night")), (30, [34, 34, 0, 0, 0]));
    }
}

#[tokio::test(start_paused = true)]
async fn while_one_cannot_be_counted_what_was_there_before_goes_on_and_it_is_told_what_is_waited_for() {
    for restarts in [true, false] {
        let world = with_fleets();
        let controller = world.controller_of(None, "wide");
        world.until("2026-11-23T19:59:30Z").await;
        controller.kill();
        world.server.fault(Filter::all().kind(Kind::Fleet), None, Fault::Refuse(Refusal::unavailable()));
        if restarts {
            world.relabel("lab", Some("nightly"));
        }
        let _controller = world.controller_of(None, "wide-2");
        world.until("2026-11-23T19:59:50Z").await;
        if !restarts {
            world.relabel("lab", Some("nightly"));
        }
        world.until("2026-11-23T20:05:00Z").await;
        assert_eq!((counts(&world, "shop"), counts(&world, "other")), ([0, 0], [0, 0]), "{restarts}");
        assert_eq!((counts(&world, "lab"), awake(&world, "lab")), ([3, 2], 20), "{restarts}");
        assert_eq!((ready(&world).as_str(), degraded(&world).as_str()), ("Reconciled", "TargetUpdateFailed"));
        let said = world.wide_message("night", "Degraded");
        let begin = "it isn't known yet how many workloads of the namespace lab would be lowered, so nothing of that is lowered or taken \
                     anew: since 2026-11-23T19:59:";
        assert!(said.starts_with(begin) && said.contains("Fleets can't be listed: "), "{said}");
        world.server.lift_all();
        world.pass(60).await;
        let stands = (ready(&world), awake(&world, "lab"), sleeping_fleets(&world));
        assert_eq!(stands, ("ConfirmationNeeded".to_owned(), 20, 30), "those of the others go on");
        let said = world.wide_message("night", "Ready");
        assert!(
            said.starts_with("22 workloads would be lowered at once by new labels of the namespace lab, and"),
            "{said}"
        );
        world.until("2026-11-23T23:01:00Z").await;
        assert_eq!((counts(&world, "shop"), sleeping_fleets(&world)), ([3, 2], 0), "what is held is given back");
    }
}

#[tokio::test(start_paused = true)]
async fn labels_that_are_put_back_end_the_wait_in_the_next_process_too() {
    for while_nobody_acts in [false, true] {
        let world = ten();
        let controller = world.controller_of(None, "wide");
        world.until("2026-11-23T20:10:00Z").await;
        world.relabel("lab", Some("nightly"));
        world.pass(30).await;
        let said = world.wide_message("night", "Ready");
        assert!(
            said.contains("by new labels of the namespace lab, ") && said.contains("put its labels back"),
            "{said}"
        );
        controller.kill();
        let controller = world.controller_of(None, "wide-2");
        world.pass(60).await;
        assert_eq!((awake(&world, "lab"), ready(&world).as_str()), (20, "ConfirmationNeeded"));
        assert_eq!(world.wide_message("night", "Ready"), said, "it knows as much as the one before");
        let controller = if while_nobody_acts {
            controller.kill();
            world.relabel("lab", None);
            world.controller_of(None, "wide-3")
        } else {
            world.relabel("lab", None);
            controller
        };
        world.pass(60).await;
        assert_eq!((ready(&world).as_str(), world.wide_stand("night")), ("Reconciled", [4, 4, 0, 0, 0]));
        assert_eq!(world.wide_status("night")["targets"].get("unconfirmed"), None);
        assert_eq!((counts(&world, "shop"), awake(&world, "lab")), ([0, 0], 20));
        controller.kill();
    }
}

/// Whoever has edited it wrongly puts it right, also where that is more than an edit may newly lower.
#[tokio::test(start_paused = true)]
async fn what_passed_before_is_no_news_when_an_edit_is_taken_back_after_a_restart() {
    let world = shop("2026-11-23T19:59:00Z", 30);
    let windows = json!([{ "name": "night", "start": "20:00", "end": "20:30", "replicas": 0 }]);
    world.edit("night", json!({ "maxNewTargets": 2, "windows": windows }));
    let controller = world.controller();
    world.until("2026-11-23T20:05:00Z").await;
    assert_eq!((world.asleep(), world.reason("night", "Ready").as_str()), (3, "Reconciled"));
    world.pick_all();
    world.pass(30).await;
    assert_eq!((world.asleep(), world.reason("night", "Ready").as_str()), (3, "ConfirmationNeeded"));
    controller.kill();
    world.until("2026-11-23T20:31:00Z").await;
    let _controller = world.controller_of(Some("shop"), "pod-2");
    world.pass(30).await;
    assert_eq!((world.asleep(), world.reason("night", "Ready").as_str()), (0, "ConfirmationNeeded"));
    // Another one doesn't do.
    world.edit("night", json!({ "targets": app("tool")["targets"] }));
    world.pass(30).await;
    assert_eq!(world.reason("night", "Ready"), "ConfirmationNeeded");
    world.edit("night", json!({ "targets": app("app")["targets"] }));
    world.pass(30).await;
    assert_eq!(world.reason("night", "Ready"), "Reconciled");
    assert_eq!(world.status("night")["targets"].get("unconfirmed"), None);
}
