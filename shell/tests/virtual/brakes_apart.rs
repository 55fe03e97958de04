//! What labels of one namespace have waiting keeps no other namespace awake.

use kyklos_testserver::Kind;
use serde_json::json;

use crate::brakes_relabelled::{awake, confirm, fill, ready, ten};
use crate::cluster::counts;
use crate::world::{Controller, World};

/// In the first of three nights the labels of `lab` have changed, and it waits for a word.
async fn waiting() -> (World, Controller) {
    let world = ten();
    let nights = [["20:00", "20:10"], ["20:20", "20:30"], ["20:40", "20:50"]]
        .map(|[start, end]| json!({ "name": "night", "start": start, "end": end, "replicas": 0 }));
    world.edit_wide("night", json!({ "windows": nights }));
    let controller = world.controller_of(None, "wide");
    world.until("2026-11-23T20:05:00Z").await;
    world.relabel("lab", Some("nightly"));
    world.pass(30).await;
    assert_eq!((awake(&world, "lab"), ready(&world).as_str()), (20, "ConfirmationNeeded"));
    // Its team is told, who may put its labels back, and no other.
    let told =
        |namespace| world.events_in(namespace).into_iter().filter(|reason| reason == "ConfirmationNeeded").count();
    assert_eq!(["lab", "default", "shop", "other"].map(told), [1, 1, 0, 0]);
    (world, controller)
}

#[tokio::test(start_paused = true)]
async fn the_other_namespaces_go_on_at_their_boundaries_in_the_next_process_too() {
    for restarts in [false, true] {
        let (world, mut controller) = waiting().await;
        if restarts {
            controller.kill();
            controller = world.controller_of(None, "wide-2");
        }
        world.until("2026-11-23T20:15:00Z").await;
        assert_eq!(counts(&world, "shop"), [3, 2], "{restarts}");
        assert_eq!(world.wide_status("night")["nextBoundary"], "2026-11-23T20:20:00Z", "{restarts}");
        world.until("2026-11-23T20:22:00Z").await;
        assert_eq!((counts(&world, "shop"), counts(&world, "other")), ([0, 0], [0, 0]), "{restarts}");
        assert_eq!(world.wide_status("night")["currentWindow"], "night", "{restarts}");
        world.deploy_in("shop", "late", 4);
        world.deploy_in("lab", "late", 4);
        world.pass(20).await;
        assert_eq!((world.replicas_in("shop", "late"), world.replicas_in("lab", "late")), (0, 4), "{restarts}");
        assert_eq!((awake(&world, "lab"), ready(&world).as_str()), (20, "ConfirmationNeeded"), "{restarts}");
        assert_eq!(world.wide_status("night")["targets"]["passed"]["namespaces"], json!(["other", "shop"]));
        assert!(world.wide_message("night", "Ready").contains("so nothing of that is lowered"));
        confirm(&world, Some("2"));
        world.pass(30).await;
        assert_eq!((awake(&world, "lab"), ready(&world).as_str()), (0, "Reconciled"), "{restarts}");
        controller.kill();
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_is_made_while_another_waits_goes_on() {
    let (world, _controller) = waiting().await;
    let made = json!({ "metadata": { "name": "fresh", "labels": { "sleeps": "nightly" } } });
    world.server.create(Kind::Namespace, "kubectl", &made).unwrap();
    world.deploy_in("fresh", "web", 3);
    world.pass(20).await;
    assert_eq!((world.replicas_in("fresh", "web"), ready(&world).as_str()), (0, "ConfirmationNeeded"));
}

#[tokio::test(start_paused = true)]
async fn one_that_is_taken_away_and_given_back_while_another_waits_waits_too() {
    let (world, _controller) = waiting().await;
    world.relabel("shop", None);
    world.pass(20).await;
    world.relabel("shop", Some("nightly"));
    world.pass(20).await;
    assert_eq!((counts(&world, "shop"), counts(&world, "other")), ([3, 2], [0, 0]));
}

/// Each waits for itself, and one word is for all that wait.
#[tokio::test(start_paused = true)]
async fn a_second_one_that_is_relabelled_meanwhile_waits_too_and_the_first_may_be_put_back() {
    for restarts in [false, true] {
        let (world, mut controller) = waiting().await;
        world.server.create_namespace("attic");
        fill(&world, "attic");
        world.relabel("attic", Some("nightly"));
        world.pass(30).await;
        assert_eq!((awake(&world, "attic"), counts(&world, "shop")), (20, [0, 0]));
        if restarts {
            controller.kill();
            controller = world.controller_of(None, "wide-2");
        }
        world.relabel("lab", None);
        world.until("2026-11-23T20:22:00Z").await;
        assert_eq!((awake(&world, "attic"), counts(&world, "shop"), counts(&world, "lab")), (20, [0, 0], [3, 2]));
        let said = world.wide_message("night", "Ready");
        assert!(said.contains("the namespace attic, and spec.maxNewTargets is 10"), "{restarts}: {said}");
        confirm(&world, Some("2"));
        world.pass(30).await;
        assert_eq!((awake(&world, "attic"), ready(&world).as_str()), (0, "Reconciled"), "{restarts}");
        controller.kill();
    }
}

/// An edit that takes too many holds all of it; what waits for its labels is no other thing than what waits for that.
#[tokio::test(start_paused = true)]
async fn an_edit_while_one_waits_is_counted_with_it_and_who_deletes_the_object_has_all_back() {
    let (world, controller) = waiting().await;
    world.edit_wide("night", json!({ "maxNewTargets": 9 }));
    world.until("2026-11-23T20:22:00Z").await;
    assert_eq!((awake(&world, "lab"), ready(&world).as_str()), (20, "ConfirmationNeeded"));
    world.edit_wide("night", json!({ "maxNewTargets": 30 }));
    world.pass(30).await;
    assert_eq!((awake(&world, "lab"), ready(&world).as_str()), (0, "Reconciled"));
    assert_eq!(counts(&world, "shop"), [0, 0]);
    controller.kill();
    let (world, _controller) = waiting().await;
    world.server.delete(Kind::ClusterTimeWindowScaler, "", "night").unwrap();
    world.pass(60).await;
    assert_eq!((counts(&world, "shop"), awake(&world, "lab")), ([3, 2], 20));
    assert!(world.remembered("shop").is_empty() && world.remembered("lab").is_empty());
}
