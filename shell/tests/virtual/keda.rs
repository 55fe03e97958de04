//! KEDA's ScaledObjects.

use kyklos_testserver::{Filter, Kind};
use serde_json::{Value, json};

use crate::autoscalers::{floors, of_hpa};
use crate::world::{World, office};

const HPA: Kind = Kind::HorizontalPodAutoscaler;

fn of_scaled_object(fields: &Value) -> Value {
    let mut spec = of_hpa(fields);
    spec["targetRef"] = json!({ "apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject", "name": "web" });
    spec
}

/// Without KEDA: one quiet question a minute, and nobody's trouble.
#[tokio::test(start_paused = true)]
async fn keda_is_found_when_it_comes_and_costs_a_question_a_minute_until_then() {
    let world = World::at("2026-11-23T09:30:00Z");
    world.deploy("web", 2);
    world.scaler("web", of_scaled_object(&json!({ "defaultReplicas": 5 })));
    world.pass(2).await;
    world.scaler("other", office("web"));
    let _controller = world.controller();
    world.pass(5).await;
    assert_eq!((world.replicas("web"), world.reason("other", "Ready").as_str()), (10, "Reconciled"));
    assert_eq!(world.reason("web", "Ready"), "TargetNotFound");
    let said = world.message("web", "Ready");
    assert!(said.contains("the API server serves no ScaledObject of keda.sh/v1alpha1"), "{said}");
    world.server.clear_requests();
    world.pass(600).await;
    let asked = world.server.count(&Filter::all().kind(Kind::ScaledObject));
    assert!((8..=12).contains(&asked), "{asked}");
    world.server.install(Kind::ScaledObject);
    world.scaled_object("web", "web", &json!({}));
    world.pass(70).await;
    assert_eq!(
        (world.scaled("web")["spec"]["minReplicaCount"].clone(), world.reason("web", "Ready")),
        (json!(5), "Reconciled".to_owned())
    );
    assert_eq!(world.reason("other", "Ready"), "ScaleConflict", "both are on one workload");
    // It goes, and with it all that there is of it.
    world.server.uninstall(Kind::ScaledObject);
    world.pass(70).await;
    assert_eq!(
        (world.reason("web", "Ready").as_str(), world.reason("other", "Ready").as_str()),
        ("TargetNotFound", "Reconciled")
    );
}

/// C04: KEDA scales from none, too, so nothing at all is written beside it, whatever its own autoscaler is called.
#[tokio::test(start_paused = true)]
async fn beside_a_scaled_object_nothing_is_written() {
    let world = World::at("2026-11-23T16:58:00Z");
    world.server.install(Kind::ScaledObject);
    world.deploy("web", 7);
    world.scaled_object("queue", "web", &json!({ "maxReplicaCount": 20 }));
    world.hpa("keda-hpa-queue", "web", 1, 20);
    let owner = json!({ "apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject", "name": "queue", "uid": "1", "controller": true });
    let patch = json!({ "metadata": { "ownerReferences": [owner] } });
    world.server.edit(HPA, "shop", "keda-hpa-queue", "keda-operator", &patch).unwrap();
    let mut spec = office("web");
    spec["defaultReplicas"] = json!(0);
    spec["gracePeriodSeconds"] = json!(0);
    world.scaler("web", spec);
    world.pass(2).await;
    world.scaler("hpa", {
        let mut spec = floors();
        spec["targetRef"]["name"] = json!("keda-hpa-queue");
        spec
    });
    let _controller = world.controller();
    world.until("2026-11-23T17:00:05Z").await;
    assert_eq!(
        (world.replicas("web"), world.reason("web", "Ready").as_str(), world.scalings().len()),
        (7, "AutoscalerPresent", 0)
    );
    let said = world.message("web", "Ready");
    assert!(said.contains("name ScaledObject queue in targetRef instead"), "{said}");
    // The younger one of the two names what KEDA has made: it conflicts, and would be told to name KEDA's object.
    assert_eq!((world.reason("hpa", "Ready").as_str(), world.bounds("keda-hpa-queue")), ("ScaleConflict", (1, 20)));
    world.server.delete(Kind::TimeWindowScaler, "shop", "web").unwrap();
    world.pass(2).await;
    assert_eq!((world.reason("hpa", "Ready").as_str(), world.bounds("keda-hpa-queue")), ("AutoscalerPresent", (1, 20)));
    assert!(
        world.message("hpa", "Ready").contains("managed by ScaledObject queue"),
        "{}",
        world.message("hpa", "Ready")
    );
}

#[tokio::test(start_paused = true)]
async fn a_scaled_object_sleeps_by_its_annotation_and_has_its_bounds_by_day() {
    let world = World::at("2026-11-23T08:58:00Z");
    world.server.install(Kind::ScaledObject);
    world.deploy("web", 3);
    world.scaled_object("web", "web", &json!({ "idleReplicaCount": 0, "maxReplicaCount": 20 }));
    // KEDA's own, which is no rival of it.
    world.hpa("keda-hpa-web", "web", 1, 20);
    let owner = json!({ "apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject", "name": "web", "uid": "1", "controller": true });
    let patch = json!({ "metadata": { "ownerReferences": [owner] } });
    world.server.edit(HPA, "shop", "keda-hpa-web", "keda-operator", &patch).unwrap();
    world.scaler(
        "web",
        of_scaled_object(&json!({
            "defaultReplicas": "original",
            "windows": [
                { "name": "day", "start": "09:00", "end": "09:20", "replicas": 30 },
                { "name": "night", "start": "09:40", "end": "10:00", "replicas": 0 },
            ],
        })),
    );
    let controller = world.controller();
    world.until("2026-11-23T08:59:59Z").await;
    assert_eq!(world.reason("web", "Ready"), "Reconciled");
    let before = world.scaled("web")["spec"].clone();
    world.until("2026-11-23T09:00:02Z").await;
    let spec = world.scaled("web")["spec"].clone();
    assert_eq!(
        (&spec["minReplicaCount"], &spec["maxReplicaCount"], &spec["idleReplicaCount"]),
        (&json!(30), &json!(30), &json!(0))
    );
    world.until("2026-11-23T09:20:02Z").await;
    assert_eq!(
        (world.scaled("web")["spec"].clone(), world.record()),
        (before.clone(), json!(null)),
        "absence is put back, too"
    );
    world.until("2026-11-23T09:40:02Z").await;
    let paused = "/metadata/annotations/autoscaling.keda.sh~1paused-replicas";
    assert_eq!(
        (world.scaled("web").pointer(paused).cloned(), world.scaled("web")["spec"].clone()),
        (Some(json!("0")), before.clone())
    );
    controller.kill();
    let _second = world.controller_of(Some("shop"), "pod-2");
    world.until("2026-11-23T09:59:00Z").await;
    assert_eq!(
        (world.reason("web", "Ready").as_str(), &world.status("web")["targetObservedReplicas"]),
        ("Reconciled", &json!(0))
    );
    world.until("2026-11-23T10:00:02Z").await;
    assert_eq!(
        (world.scaled("web").pointer(paused), world.scaled("web")["spec"].clone(), world.record()),
        (None, before, json!(null))
    );
    assert_eq!((world.scalings().len(), world.replicas("web")), (0, 3), "KEDA scales, and we don't");
}

#[tokio::test(start_paused = true)]
async fn a_scaled_object_that_a_person_has_paused_is_left_alone_until_that_is_over() {
    let world = World::at("2026-11-23T16:58:00Z");
    world.server.install(Kind::ScaledObject);
    world.deploy("web", 3);
    world.scaled_object("web", "web", &json!({}));
    let annotate = |key: &str, value: Value| {
        let patch = json!({ "metadata": { "annotations": { key: value } } });
        world.server.edit(Kind::ScaledObject, "shop", "web", "kubectl-annotate", &patch).unwrap();
    };
    world.scaler(
        "web",
        of_scaled_object(&json!({
            "defaultReplicas": 0, "windows": [{ "start": "09:00", "end": "17:00", "replicas": 5 }],
        })),
    );
    let _controller = world.controller();
    world.pass(5).await;
    assert_eq!(world.scaled("web")["spec"]["minReplicaCount"], 5);
    for (key, value) in [("autoscaling.keda.sh/paused-replicas", "0"), ("autoscaling.keda.sh/paused", "true")] {
        annotate(key, json!(value));
        world.pass(2).await;
        assert_eq!(world.reason("web", "Ready"), "Paused", "{key}");
        assert!(world.message("web", "Ready").contains(&format!("is paused by somebody ({key}: \"{value}\")")));
        let before = world.scaled("web")["metadata"]["resourceVersion"].clone();
        world.pass(300).await;
        assert_eq!(world.scaled("web")["metadata"]["resourceVersion"], before, "{key}");
        annotate(key, json!(null));
        world.pass(2).await;
        assert_eq!(world.reason("web", "Ready"), "Reconciled", "{key}");
    }
    // By now it is night.
    let paused = "/metadata/annotations/autoscaling.keda.sh~1paused-replicas";
    assert_eq!(world.scaled("web").pointer(paused), Some(&json!("0")));
}

/// Its bounds stay what they are, and say nothing about what there is.
#[tokio::test(start_paused = true)]
async fn a_scaled_object_that_sleeps_with_a_minimum_has_none_to_every_process() {
    let world = World::at("2026-11-23T16:58:00Z");
    world.server.install(Kind::ScaledObject);
    world.deploy("web", 3);
    world.scaled_object("web", "web", &json!({ "minReplicaCount": 4 }));
    world.scaler(
        "web",
        of_scaled_object(&json!({
            "defaultReplicas": 0, "windows": [{ "start": "09:00", "end": "17:00", "replicas": 5 }],
        })),
    );
    let controller = world.controller();
    world.until("2026-11-23T17:10:00Z").await;
    let paused = "/metadata/annotations/autoscaling.keda.sh~1paused-replicas";
    let asleep = world.scaled("web");
    assert_eq!((asleep.pointer(paused), &asleep["spec"]["minReplicaCount"]), (Some(&json!("0")), &json!(5)));
    controller.kill();
    let _second = world.controller_of(Some("shop"), "pod-2");
    world.pass(300).await;
    assert_eq!(world.scaled("web")["metadata"]["resourceVersion"], asleep["metadata"]["resourceVersion"]);
    assert_eq!(
        (world.status("web")["targetObservedReplicas"].clone(), world.reason("web", "Degraded")),
        (json!(0), "OperationalNormal".to_owned())
    );
}

/// What KEDA is told by a person stays, also when the bounds are given back meanwhile.
#[tokio::test(start_paused = true)]
async fn a_scaled_object_that_a_person_has_paused_stays_so_when_its_schedule_goes() {
    let world = World::at("2026-11-23T12:00:00Z");
    world.server.install(Kind::ScaledObject);
    world.deploy("web", 3);
    world.scaled_object("web", "web", &json!({ "minReplicaCount": 1 }));
    world.scaler("web", of_scaled_object(&json!({ "defaultReplicas": 5, "onDelete": "restore" })));
    let _controller = world.controller();
    world.pass(5).await;
    assert_eq!(world.scaled("web")["spec"]["minReplicaCount"], 5);
    let patch = json!({ "metadata": { "annotations": { "autoscaling.keda.sh/paused-replicas": "2" } } });
    world.server.edit(Kind::ScaledObject, "shop", "web", "kubectl-annotate", &patch).unwrap();
    world.pass(2).await;
    assert_eq!(world.reason("web", "Ready"), "Paused");
    world.server.delete(Kind::TimeWindowScaler, "shop", "web").unwrap();
    world.pass(10).await;
    let object = world.scaled("web");
    let paused = object.pointer("/metadata/annotations/autoscaling.keda.sh~1paused-replicas");
    assert_eq!((&object["spec"]["minReplicaCount"], paused), (&json!(1), Some(&json!("2"))));
    assert_eq!(world.record(), json!(null));
}
