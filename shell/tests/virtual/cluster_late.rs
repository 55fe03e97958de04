//! Schedules of the cluster whose namespaces aren't known yet, and what happens in one namespace alone.

use std::time::Duration;

use kyklos_testserver::{Fault, Filter, Kind, Refusal, Verb};
use serde_json::{Value, json};

use crate::cluster::{counts, evening, night, sleeping};
use crate::world::World;

/// An override of `night` in `shop` alone.
fn overridden(world: &World, value: Value, until: &str) {
    let wide = json!({ "kind": "ClusterTimeWindowScaler", "name": "night" });
    let object = json!({
        "metadata": { "namespace": "shop", "name": "launch" },
        "spec": { "scalerRef": wide, "reason": "launch", "replicas": value, "until": until },
    });
    world.server.create(Kind::TimeWindowOverride, "kubectl", &object).unwrap();
}

/// What is told in `shop` of changes of this reason.
fn notes(world: &World, reason: &str) -> Vec<String> {
    let events = world.server.list(Kind::Event, "shop").into_iter().filter(|event| event["reason"] == reason);
    events.map(|event| event["note"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(start_paused = true)]
async fn while_it_is_not_known_which_namespaces_there_are_nothing_is_given_back() {
    let refused = Refusal::forbidden("no");
    for fault in [Fault::Refuse(Refusal::unavailable()), Fault::Refuse(refused), Fault::Hang] {
        let world = evening();
        world.wide("night", night(&sleeping()));
        let controller = world.controller_of(None, "wide");
        world.until("2026-11-23T20:05:00Z").await;
        assert_eq!((counts(&world, "shop"), counts(&world, "other")), ([0, 0], [0, 0]));
        controller.kill();
        let of_namespaces = Filter::all().kind(Kind::Namespace).verb(Verb::List).verb(Verb::Watch);
        let what = format!("{fault:?}");
        let fault = world.server.fault(of_namespaces, None, fault);
        world.server.clear_requests();
        let controller = world.controller_of(None, "wide-2");
        world.pass(90).await;
        assert_eq!((counts(&world, "shop"), world.scalings().len()), ([0, 0], 0), "{what}");
        // One leaves meanwhile, and a schedule that is gone isn't there whatever the labels are.
        world.relabel("other", None);
        world.pass(30).await;
        assert_eq!(counts(&world, "other"), [0, 0], "{what}");
        if what == "Hang" {
            // What hangs here does so for ever; the client gives up a real one.
            controller.kill();
            continue;
        }
        world.server.lift(fault);
        world.pass(120).await;
        assert_eq!((counts(&world, "shop"), counts(&world, "other")), ([0, 0], [3, 2]), "{what}");
        assert_eq!((world.scalings().len(), world.remembered("other").len()), (2, 0), "{what}");
        controller.kill();
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_of_namespaces_that_comes_late_wakes_nobody() {
    let world = evening();
    world.wide("night", night(&sleeping()));
    let controller = world.controller_of(None, "wide");
    world.until("2026-11-23T20:05:00Z").await;
    controller.stop().await;
    let of_namespaces = Filter::all().kind(Kind::Namespace).verb(Verb::List);
    world.server.fault(of_namespaces, None, Fault::Delay(Duration::from_secs(10)));
    world.server.clear_requests();
    let _controller = world.controller_of(None, "wide-2");
    world.pass(60).await;
    assert_eq!((counts(&world, "shop"), counts(&world, "other"), world.scalings().len()), ([0, 0], [0, 0], 0));
}

#[tokio::test(start_paused = true)]
async fn who_deletes_it_has_all_given_back_although_namespaces_are_not_known() {
    let world = evening();
    world.wide("night", night(&sleeping()));
    let controller = world.controller_of(None, "wide");
    world.until("2026-11-23T20:05:00Z").await;
    controller.kill();
    let of_namespaces = Filter::all().kind(Kind::Namespace).verb(Verb::List);
    world.server.fault(of_namespaces, None, Fault::Refuse(Refusal::unavailable()));
    world.server.delete(Kind::ClusterTimeWindowScaler, "", "night").unwrap();
    let _controller = world.controller_of(None, "wide-2");
    world.pass(60).await;
    assert_eq!((counts(&world, "shop"), counts(&world, "other")), ([3, 2], [3, 2]));
}

#[tokio::test(start_paused = true)]
async fn what_an_override_of_a_namespace_gives_back_is_left_to_its_team() {
    for restarts in [false, true] {
        let world = evening();
        world.wide("night", night(&sleeping()));
        let mut controller = world.controller_of(None, "wide");
        world.until("2026-11-23T20:05:00Z").await;
        overridden(&world, json!("original"), "2026-11-23T20:20:00Z");
        world.pass(30).await;
        assert_eq!((counts(&world, "shop"), world.remembered("shop").len()), ([3, 2], 0));
        assert_eq!((counts(&world, "other"), world.remembered("other").len()), ([0, 0], 2));
        world.server.scale(Kind::Deployment, "shop", "web", "kubectl", 7).unwrap();
        world.server.scale(Kind::Deployment, "shop", "api", "kubectl", 0).unwrap();
        if restarts {
            controller.kill();
            controller = world.controller_of(None, "wide-2");
        }
        world.pass(30).await;
        assert_eq!(counts(&world, "shop"), [7, 0], "they are its team's");
        world.until("2026-11-23T20:21:00Z").await;
        assert_eq!(counts(&world, "shop"), [0, 0]);
        world.until("2026-11-23T20:46:00Z").await;
        assert_eq!((counts(&world, "shop"), counts(&world, "other")), ([7, 0], [3, 2]), "restarts: {restarts}");
        controller.kill();
    }
}

#[tokio::test(start_paused = true)]
async fn an_event_of_a_namespace_says_what_applies_there() {
    let world = evening();
    world.wide("night", night(&sleeping()));
    let _controller = world.controller_of(None, "wide");
    world.until("2026-11-23T20:05:00Z").await;
    let asleep = "2 changes: Deployment api from 2 to 0, Deployment web from 3 to 0: 0 replicas: night until \
                  2026-11-23T20:45:00+00:00, then original (OffHours)";
    assert_eq!(notes(&world, "ScaledDown"), [asleep]);
    overridden(&world, json!(4), "2026-11-23T20:20:00Z");
    world.pass(30).await;
    let awake = "2 changes: Deployment api from 0 to 4, Deployment web from 0 to 4: 4 replicas: Override until \
                 2026-11-23T20:20:00+00:00, then 0 (night)";
    assert_eq!(notes(&world, "ScaledUp"), [awake]);
}
