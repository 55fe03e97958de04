//! What goes wrong with those that a selection picks: each is told, and keeps no other from anything.

use std::time::Duration;

use kyklos_testserver::{Fault, Filter, Kind};
use serde_json::json;

use crate::select::{evening, night};
use crate::world::{World, at};

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_set_wrong_takes_nobody_who_is_left_out_for_a_while() {
    let world = World::at("2026-11-23T21:00:00Z");
    world.scaler("night", night());
    world.app("web", 3);
    world.app("late", 3);
    world.meta("late", json!({ "annotations": { "kyklos.io/exclude-until": "2026-11-23T21:10:00Z" } }));
    let _controller = world.controller();
    world.pass(20).await;
    assert_eq!((world.replicas("web"), world.replicas("late")), (0, 3));
    world.machine.step(7_200);
    world.pass(120).await;
    assert_eq!(world.reason("night", "Degraded"), "ClockSkew");
    world.machine.step(-7_200);
    world.pass(120).await;
    assert_eq!((world.replicas("web"), world.replicas("late")), (0, 3));
    assert_eq!(
        (world.reason("night", "Degraded").as_str(), world.stand(), &world.status("night")["targets"]["excluded"]),
        ("OperationalNormal", [1, 1, 0, 0, 0], &json!(1))
    );
    world.until("2026-11-23T21:10:02Z").await;
    assert_eq!(world.replicas("late"), 0);
}

#[tokio::test(start_paused = true)]
async fn an_original_that_is_no_count_is_told_of_the_one_that_says_it() {
    let world = evening(night());
    world.app("web", 3);
    world.app("api", 2);
    world.meta("web", json!({ "annotations": { "kyklos.io/original-replicas": "four" } }));
    let _controller = world.controller();
    world.until("2026-11-23T20:00:20Z").await;
    assert_eq!((world.replicas("web"), world.replicas("api"), world.stand()), (0, 0, [2, 1, 1, 0, 0]));
    let first = world.status("night")["targets"]["first"].clone();
    assert_eq!((&first[0]["name"], &first[0]["reason"]), (&json!("web"), &json!("OriginalUnknown")));
    assert!(first[0]["message"].as_str().unwrap().contains("is no count"), "{first}");
    assert_eq!(world.reason("night", "Ready"), "Reconciled");
    world.until("2026-11-23T21:30:20Z").await;
    assert_eq!((world.replicas("web"), world.replicas("api"), world.stand()), (3, 2, [2, 2, 0, 0, 0]));
}

/// C03 beside one that nobody fights for.
#[tokio::test(start_paused = true)]
async fn a_fight_for_one_is_told_and_is_no_other_ones() {
    let world = evening(night());
    world.app("web", 3);
    world.app("api", 2);
    let _controller = world.controller();
    world.until("2026-11-23T20:10:00Z").await;
    for _ in 0..30 {
        world.server.scale(Kind::Deployment, "shop", "web", "argocd-controller", 3).unwrap();
        world.pass(60).await;
    }
    let writes = world.scalings().len() - 2;
    assert!(writes < 12, "{writes} writes in half an hour");
    let first = world.status("night")["targets"]["first"].clone();
    assert_eq!((&first[0]["name"], &first[0]["reason"]), (&json!("web"), &json!("CountReverted")), "{first}");
    assert!(first[0]["message"].as_str().unwrap().contains("argocd-controller"), "{first}");
    assert_eq!((world.stand(), world.reason("night", "Ready").as_str()), ([2, 1, 1, 0, 0], "Reconciled"));
    let events = world.events("night");
    assert_eq!(events.iter().filter(|event| event.starts_with("CountReverted")).count(), 1, "{events:?}");
    world.pass(25 * 60).await;
    assert_eq!((world.replicas("web"), world.stand()), (0, [2, 2, 0, 0, 0]));
    world.until("2026-11-23T21:30:05Z").await;
    assert_eq!((world.replicas("web"), world.replicas("api")), (3, 2), "a boundary was never delayed by it");
}

#[tokio::test(start_paused = true)]
async fn a_pause_leaves_all_alone_and_is_told_once() {
    let mut spec = night();
    spec["pauseUntil"] = json!("2026-11-23T20:20:00Z");
    let world = evening(spec);
    world.app("web", 3);
    world.app("api", 2);
    let first = world.controller();
    world.until("2026-11-23T20:10:00Z").await;
    assert_eq!((world.scalings().len(), world.records(), world.stand()), (0, 0, [2, 0, 2, 0, 0]));
    assert_eq!(
        (world.reason("night", "Ready"), world.events("night")),
        ("Paused".into(), vec!["ScalingSkipped".into()])
    );
    first.kill();
    let _second = world.controller_of(Some("shop"), "pod-2");
    world.until("2026-11-23T20:19:59Z").await;
    assert_eq!((world.scalings().len(), world.events("night").len()), (0, 1));
    world.until("2026-11-23T20:20:20Z").await;
    assert_eq!((world.replicas("web"), world.replicas("api"), world.stand()), (0, 0, [2, 2, 0, 0, 0]));
}

/// What one namespace has many of is its own to wait for, also where the others sleep by the same object of the cluster.
#[tokio::test(start_paused = true)]
async fn five_thousand_in_one_namespace_keep_no_other_waiting() {
    let world = World::at("2026-11-23T19:58:00Z");
    let mut all = night();
    all["targets"] = json!({});
    world.scaler_in("other", "night", all.clone());
    all["targets"]["namespaces"] = json!({ "names": ["hostile", "same"] });
    world.wide("night", all);
    for number in 0..5_000 {
        world.deploy_in("hostile", &format!("d{number:04}"), 1);
    }
    for number in 0..20 {
        for namespace in ["other", "same"] {
            world.deploy_in(namespace, &format!("d{number:02}"), 2);
        }
    }
    world.server.fault(Filter::scale_writes(), None, Fault::AnswerLate(Duration::from_millis(20)));
    let _controller = world.controller_of(None, "wide");
    world.until("2026-11-23T19:59:59Z").await;
    // That many are no edit's to take by surprise.
    assert_eq!(world.wide_stand("night"), [5_020, 5_020, 0, 0, 0]);
    world.until("2026-11-23T20:00:20Z").await;
    for namespace in ["other", "same"] {
        let writes = world.server.requests(&Filter::scale_writes().namespace(namespace));
        assert_eq!(writes.len(), 20, "{namespace}");
        let late = writes.iter().map(|write| write.wall).max().unwrap() - at("2026-11-23T20:00:00Z");
        assert!(late < chrono::TimeDelta::seconds(1), "{namespace}: {late}");
    }
    assert_eq!(world.wide_stand("night"), [5_020, 5_020, 0, 0, 0]);
}
