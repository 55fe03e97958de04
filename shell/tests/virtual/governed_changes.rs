//! Autoscalers of a selection that come and go at night, and those that nobody picks.

use kyklos_testserver::{Fault, Filter, Kind, Refusal, Verb};
use serde_json::json;

use crate::governed::{HPA, PAUSED, both, night};
use crate::world::World;

#[tokio::test(start_paused = true)]
async fn an_autoscaler_that_comes_at_night_takes_over_what_it_scales() {
    let world = World::at("2026-11-23T19:59:00Z");
    world.deploy("web", 3);
    world.scaler("night", both());
    let controller = world.controller();
    world.until("2026-11-23T20:00:20Z").await;
    assert_eq!((world.replicas("web"), world.original("web"), world.governed()), (0, Some(3), 0));
    world.hpa("web", "web", 2, 10);
    world.pass(20).await;
    assert_eq!((world.replicas("web"), world.stand(), world.governed()), (0, [1, 1, 0, 0, 0], 1));
    let record = world.record();
    assert_eq!(record.get("deployments.apps/web"), None, "{record:#}");
    let entry = &record["horizontalpodautoscalers.autoscaling/web"];
    assert_eq!(entry["beneath"], json!({ "target": "deployments.apps/web", "original": 3 }), "{record:#}");
    // It is known to the next process, too.
    controller.kill();
    let _next = world.controller_of(Some("shop"), "pod-2");
    world.until("2026-11-23T20:15:20Z").await;
    assert_eq!((world.replicas("web"), world.bounds("web"), world.records()), (2, (2, 10), 0));
    assert_eq!(world.stand(), [1, 1, 0, 0, 0]);
}

#[tokio::test(start_paused = true)]
async fn what_an_autoscaler_scales_is_taken_when_that_goes_at_night() {
    for restarts in [false, true] {
        let world = World::at("2026-11-23T19:59:00Z");
        world.deploy("web", 7);
        world.hpa("web", "web", 2, 10);
        world.scaler("night", both());
        let mut controller = world.controller();
        world.until("2026-11-23T20:00:20Z").await;
        assert_eq!((world.replicas("web"), world.governed()), (0, 1));
        if restarts {
            controller.kill();
            world.server.delete(HPA, "shop", "web").unwrap();
            controller = world.controller_of(Some("shop"), "pod-2");
            world.pass(30).await;
        } else {
            world.server.delete(HPA, "shop", "web").unwrap();
            world.pass(15).await;
        }
        assert_eq!((world.replicas("web"), world.original("web"), world.governed()), (0, Some(7), 0), "{restarts}");
        assert_eq!((world.stand(), world.record().as_object().unwrap().len()), ([1, 1, 0, 0, 0], 1));
        world.until("2026-11-23T20:15:20Z").await;
        assert_eq!((world.replicas("web"), world.records()), (7, 0), "{restarts}");
        controller.kill();
    }
}

/// KEDA goes with its object, and leaves what it scaled at none.
#[tokio::test(start_paused = true)]
async fn what_keda_scales_is_taken_when_its_object_goes_at_night() {
    let world = World::at("2026-11-23T19:59:00Z");
    world.server.install(Kind::ScaledObject);
    world.deploy("queue", 3);
    world.scaled_object("queue", "queue", &json!({}));
    world.scaler("night", night(&["Deployment", "ScaledObject"]));
    let _controller = world.controller();
    world.until("2026-11-23T20:00:20Z").await;
    assert_eq!(world.scaled("queue").pointer(PAUSED), Some(&json!("0")));
    world.server.scale(Kind::Deployment, "shop", "queue", "keda-operator", 0).unwrap();
    world.pass(15).await;
    world.server.delete(Kind::ScaledObject, "shop", "queue").unwrap();
    world.pass(15).await;
    assert_eq!((world.replicas("queue"), world.original("queue"), world.stand()), (0, Some(3), [1, 1, 0, 0, 0]));
    world.until("2026-11-23T20:15:20Z").await;
    assert_eq!((world.replicas("queue"), world.records()), (3, 0));
}

/// It leaves with what it was allowed, and what it scales stays where the night has it.
#[tokio::test(start_paused = true)]
async fn an_autoscaler_that_is_left_out_at_night_leaves_what_it_scales_in() {
    let world = World::at("2026-11-23T19:59:00Z");
    world.deploy("web", 7);
    world.hpa("web", "web", 2, 10);
    let mut spec = both();
    let late = json!({ "name": "late", "start": "20:30", "end": "20:50", "replicas": 0 });
    spec["windows"].as_array_mut().unwrap().push(late);
    world.scaler("night", spec);
    let _controller = world.controller();
    world.until("2026-11-23T20:00:20Z").await;
    world.annotate_in(HPA, "web", "kyklos.io/exclude", json!("true"));
    world.pass(20).await;
    assert_eq!((world.replicas("web"), world.bounds("web"), world.original("web")), (0, (2, 10), Some(7)));
    assert_eq!((world.stand(), world.governed()), ([1, 1, 0, 0, 0], 0));
    assert_eq!(world.status("night")["targets"]["excluded"], 1);
    // At none it stands still, and from none the next count is the schedule's.
    world.until("2026-11-23T20:15:20Z").await;
    assert_eq!((world.replicas("web"), world.records(), world.stand()), (7, 0, [1, 1, 0, 0, 0]));
    // What it scales is left out itself, and with that both are.
    world.annotate_in(HPA, "web", "kyklos.io/exclude", json!(null));
    world.annotate_in(Kind::Deployment, "web", "kyklos.io/exclude-until", json!("2026-11-23T20:40:00Z"));
    world.until("2026-11-23T20:30:20Z").await;
    assert_eq!((world.replicas("web"), world.stand()), (7, [0; 5]));
    world.until("2026-11-23T20:40:20Z").await;
    assert_eq!((world.replicas("web"), world.stand(), world.governed()), (0, [1, 1, 0, 0, 0], 1));
}

#[tokio::test(start_paused = true)]
async fn what_an_autoscaler_leaves_at_night_for_another_workload_is_taken() {
    let world = World::at("2026-11-23T19:59:00Z");
    world.deploy("web", 7);
    world.deploy("api", 4);
    world.hpa("web", "web", 2, 10);
    world.scaler("night", both());
    let _controller = world.controller();
    world.until("2026-11-23T20:00:20Z").await;
    assert_eq!((world.counts(&["web", "api"]), world.stand(), world.governed()), (vec![0, 0], [2, 2, 0, 0, 0], 1));
    let elsewhere = json!({ "scaleTargetRef": { "apiVersion": "apps/v1", "kind": "Deployment", "name": "api" } });
    world.set_bounds("web", &elsewhere);
    world.pass(20).await;
    assert_eq!((world.counts(&["web", "api"]), world.original("web")), (vec![0, 0], Some(7)));
    assert_eq!((world.stand(), world.governed()), ([2, 2, 0, 0, 0], 1));
    world.until("2026-11-23T20:15:20Z").await;
    assert_eq!((world.counts(&["web", "api"]), world.records()), (vec![7, 2], 0));
}

/// A targetRef has the same: what an autoscaler held at none isn't lost with it.
#[tokio::test(start_paused = true)]
async fn what_a_named_autoscaler_held_at_none_has_its_count_back_when_that_goes() {
    let world = World::at("2026-11-23T19:59:00Z");
    world.deploy("web", 7);
    world.hpa("web", "web", 2, 10);
    let mut spec = night(&[]);
    spec.as_object_mut().unwrap().remove("targets");
    spec["targetRef"] = json!({ "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "name": "web" });
    spec["defaultReplicas"] = json!("original");
    spec["onDelete"] = json!("restore");
    world.scaler("night", spec);
    let _controller = world.controller();
    world.until("2026-11-23T20:00:20Z").await;
    assert_eq!(world.replicas("web"), 0);
    world.server.delete(HPA, "shop", "web").unwrap();
    world.pass(20).await;
    assert_eq!((world.replicas("web"), world.reason("night", "Ready").as_str()), (7, "TargetNotFound"));
    // By now somebody scales it to none, which is left to them.
    world.pass(20).await;
    assert_eq!(
        world.record().as_object().unwrap().keys().collect::<Vec<_>>(),
        ["horizontalpodautoscalers.autoscaling/web"]
    );
    world.scale("web", 0);
    world.server.clear_requests();
    world.pass(60).await;
    let others = world.server.count(&Filter::writes()) - world.server.count(&Filter::writes().kind(Kind::Lease));
    assert_eq!((world.replicas("web"), others), (0, 0));
}

/// Deployments whose autoscaler nobody picks: none, and from none the next count; else it has its way, which is said and no failure.
#[tokio::test(start_paused = true)]
async fn what_an_autoscaler_scales_that_nobody_picks_is_held_at_none_alone() {
    let world = World::at("2026-11-23T08:59:00Z");
    world.deploy("web", 7);
    world.hpa("web", "web", 2, 10);
    world.deploy("api", 2);
    let mut spec = night(&["Deployment"]);
    spec["windows"] = json!([
        { "name": "day", "start": "09:00", "end": "09:10", "replicas": 3 },
        { "name": "night", "start": "09:20", "end": "09:30", "replicas": 0 },
        { "name": "again", "start": "09:40", "end": "10:00", "replicas": 3 },
    ]);
    world.scaler("night", spec);
    let _controller = world.controller();
    world.until("2026-11-23T09:00:20Z").await;
    assert_eq!((world.counts(&["web", "api"]), world.stand()), (vec![7, 3], [2, 1, 1, 0, 0]));
    assert_eq!(world.reasons(), [("web".to_owned(), "AutoscalerPresent".to_owned())]);
    assert_eq!(
        (world.reason("night", "Ready").as_str(), world.reason("night", "Degraded").as_str()),
        ("Reconciled", "OperationalNormal")
    );
    world.until("2026-11-23T09:20:20Z").await;
    assert_eq!((world.counts(&["web", "api"]), world.stand()), (vec![0, 0], [2, 2, 0, 0, 0]));
    world.until("2026-11-23T09:30:20Z").await;
    assert_eq!((world.counts(&["web", "api"]), world.bounds("web"), world.records()), (vec![7, 2], (2, 10), 0));
    // From now on nobody but the schedule has a say.
    world.until("2026-11-23T09:40:20Z").await;
    world.server.delete(HPA, "shop", "web").unwrap();
    world.pass(15).await;
    assert_eq!((world.counts(&["web", "api"]), world.stand()), (vec![3, 3], [2, 2, 0, 0, 0]));
}

/// KEDA scales from none, so beside its object nobody picks nothing is written at all.
#[tokio::test(start_paused = true)]
async fn what_keda_scales_that_nobody_picks_is_left_to_it() {
    let world = World::at("2026-11-23T19:59:00Z");
    world.server.install(Kind::ScaledObject);
    world.deploy("queue", 3);
    world.deploy("api", 2);
    world.scaled_object("queue", "queue", &json!({}));
    world.kedas_own("queue", "queue");
    world.scaler("night", both());
    let _controller = world.controller();
    world.until("2026-11-23T20:00:20Z").await;
    assert_eq!((world.counts(&["queue", "api"]), world.stand()), (vec![3, 0], [2, 1, 1, 0, 0]));
    assert_eq!(world.reasons(), [("queue".to_owned(), "AutoscalerPresent".to_owned())]);
    assert_eq!((world.reason("night", "Ready").as_str(), world.governed()), ("Reconciled", 0));
    assert_eq!(world.bounds("keda-hpa-queue"), (1, 20));
    let targets = world.status("night")["targets"].clone();
    assert_eq!(targets["owned"], 1, "KEDA's own is counted and left");
    // It is picked from when somebody says so.
    let kinds = ["Deployment", "HorizontalPodAutoscaler", "ScaledObject"];
    world.edit("night", json!({ "targets": night(&kinds)["targets"] }));
    world.pass(20).await;
    assert_eq!((world.scaled("queue").pointer(PAUSED), world.stand()), (Some(&json!("0")), [2, 2, 0, 0, 0]));
    assert_eq!(world.governed(), 1);
}

/// Nothing is written before it is known who scales what: neither workloads nor autoscalers.
#[tokio::test(start_paused = true)]
async fn holds_until_it_knows_the_autoscalers() {
    for kind in [HPA, Kind::ScaledObject] {
        let world = World::at("2026-11-23T20:00:30Z");
        world.server.install(Kind::ScaledObject);
        world.deploy("web", 3);
        world.deploy("queue", 3);
        world.hpa("web", "web", 2, 10);
        world.scaled_object("queue", "queue", &json!({}));
        world.scaler("night", night(&["Deployment", "HorizontalPodAutoscaler", "ScaledObject"]));
        let watches = Filter::all().kind(kind).verb(Verb::Watch).verb(Verb::List);
        let fault = world.server.fault(watches, None, Fault::Refuse(Refusal::forbidden("it is forbidden")));
        let _controller = world.controller();
        world.pass(150).await;
        assert_eq!((world.counts(&["web", "queue"]), world.bounds("web")), (vec![3, 3], (2, 10)), "{kind:?}");
        assert_eq!(world.scaled("queue").pointer(PAUSED), None, "{kind:?}");
        assert_eq!((world.reason("night", "Ready").as_str(), world.records()), ("TargetUpdateFailed", 0), "{kind:?}");
        let said = world.message("night", "Ready");
        assert!(said.contains("until it is known which autoscalers there are"), "{said}");
        world.server.lift(fault);
        world.pass(150).await;
        assert_eq!((world.replicas("web"), world.scaled("queue").pointer(PAUSED)), (0, Some(&json!("0"))), "{kind:?}");
        assert_eq!((world.stand(), world.governed()), ([2, 2, 0, 0, 0], 2), "{kind:?}");
    }
}
