//! Who has a workload that a schedule of the cluster picks, and what an override of a namespace does to it.

use kyklos_testserver::{Filter, Kind, Verb};
use serde_json::{Value, json};

use crate::cluster::{counts, evening, night, sleeping};
use crate::world::{World, office, reason};

#[tokio::test(start_paused = true)]
async fn a_schedule_of_the_namespace_has_it_also_while_that_is_wrong() {
    let world = evening();
    world.wide("night", night(&sleeping()));
    world.pass(1).await;
    world.scaler("web", office("web"));
    let all = json!({ "targets": {}, "timezone": "UTC", "gracePeriodSeconds": 0, "defaultReplicas": 1 });
    world.scaler_in("other", "all", all);
    let _controller = world.controller_of(None, "wide");
    world.until("2026-11-23T20:10:00Z").await;
    assert_eq!((counts(&world, "shop"), counts(&world, "other")), ([2, 0], [1, 1]));
    assert_eq!(world.wide_stand("night"), [1, 1, 0, 3, 0]);
    let first = world.wide_status("night")["targets"]["first"].clone();
    let said: Vec<_> = first.as_array().unwrap().iter().map(|line| line["message"].as_str().unwrap()).collect();
    assert!(said.contains(&"TimeWindowScaler web has it: it names the target, which is narrower"), "{said:?}");
    assert!(said.contains(&"TimeWindowScaler all has it: it selects the target, which is narrower"), "{said:?}");
    assert!(first.as_array().unwrap().iter().any(|line| line["namespace"] == "other"));
    assert_eq!(reason(&world.wide_status("night"), "Ready"), "Reconciled", "what others have hurts nobody");
    world.edit("web", json!({ "timezone": "Mars/Olympus" }));
    world.pass(15).await;
    assert_eq!(
        (counts(&world, "shop"), world.wide_stand("night")),
        ([2, 0], [1, 1, 0, 3, 0]),
        "a typo hands nothing over"
    );
    world.delete_scaler("web");
    world.server.delete(Kind::TimeWindowScaler, "other", "all").unwrap();
    world.pass(30).await;
    assert_eq!((counts(&world, "shop"), counts(&world, "other")), ([0, 0], [0, 0]));
    world.until("2026-11-23T20:45:30Z").await;
    assert_eq!(counts(&world, "other"), [3, 2], "a change of holder changes no original");
}

#[tokio::test(start_paused = true)]
async fn of_a_hundred_of_the_cluster_the_oldest_acts_and_the_others_are_told() {
    let world = evening();
    world.wide("night", night(&sleeping()));
    world.pass(1).await;
    for number in 0..99 {
        world.wide(&format!("x{number:02}"), night(&sleeping()));
    }
    let _controller = world.controller_of(None, "wide");
    world.until("2026-11-23T20:01:00Z").await;
    assert_eq!((world.scalings().len(), world.wide_stand("night")), (4, [4, 4, 0, 0, 0]));
    for name in ["x00", "x98"] {
        assert_eq!(
            (world.wide_stand(name), reason(&world.wide_status(name), "Ready").as_str()),
            ([0, 0, 0, 4, 0], "Reconciled")
        );
    }
    let first = world.wide_status("x07")["targets"]["first"][0]["message"].clone();
    assert_eq!(first, "ClusterTimeWindowScaler night has it: it is older");
    world.server.delete(Kind::ClusterTimeWindowScaler, "", "night").unwrap();
    world.pass(20).await;
    assert_eq!(
        (world.scalings().len(), world.wide_stand("x00")),
        (4, [4, 4, 0, 0, 0]),
        "the next one takes them as they are"
    );
}

#[tokio::test(start_paused = true)]
async fn an_override_is_for_its_own_namespace_alone_and_grace_after_it_survives_a_restart() {
    let world = evening();
    let spec = json!({ "gracePeriodSeconds": 300 });
    let mut all = night(&sleeping());
    all["gracePeriodSeconds"] = spec["gracePeriodSeconds"].clone();
    world.wide("night", all);
    let controller = world.controller_of(None, "wide");
    world.until("2026-11-23T20:10:00Z").await;
    assert_eq!((counts(&world, "shop"), counts(&world, "other")), ([0, 0], [0, 0]));
    let overrule = |name: &str, namespace: &str, fields: Value| {
        let mut spec = json!({
            "scalerRef": { "kind": "ClusterTimeWindowScaler", "name": "night" }, "reason": "release",
            "until": "2026-11-23T20:20:00Z", "replicas": 4,
        });
        for (field, value) in fields.as_object().unwrap() {
            spec[field] = value.clone();
        }
        let object = json!({
            "apiVersion": "kyklos.io/v1alpha1", "kind": "TimeWindowOverride",
            "metadata": { "namespace": namespace, "name": name }, "spec": spec,
        });
        world.server.create(Kind::TimeWindowOverride, "kubectl", &object).unwrap();
    };
    overrule("release", "shop", json!({}));
    overrule("apart", "lab", json!({}));
    overrule("typo", "shop", json!({ "scalerRef": { "kind": "ClusterTimeWindowScaler", "name": "nihgt" } }));
    // A schedule of the namespace of the same name is another one.
    overrule("narrow", "shop", json!({ "scalerRef": { "name": "night" }, "replicas": 9 }));
    world.pass(15).await;
    assert_eq!((counts(&world, "shop"), counts(&world, "other"), counts(&world, "lab")), ([4, 4], [0, 0], [3, 2]));
    assert_eq!(world.wide_stand("night"), [4, 4, 0, 0, 0]);
    assert_eq!(
        (world.events_in("shop").contains(&"WindowOverride".to_owned()), world.events_in("other").len()),
        (true, 2)
    );
    let phase = |namespace: &str, name: &str| {
        let status = world.server.get(Kind::TimeWindowOverride, namespace, name).unwrap()["status"].clone();
        let said = status["conditions"][0]["message"].as_str().unwrap().to_owned();
        (status["phase"].as_str().unwrap().to_owned(), said)
    };
    assert_eq!(phase("shop", "release").0, "Active");
    assert_eq!(phase("shop", "typo").1, "there is no ClusterTimeWindowScaler nihgt; it will apply as soon as there is");
    assert!(phase("lab", "apart").1.starts_with("the ClusterTimeWindowScaler isn't for this namespace"));
    assert_eq!(phase("shop", "narrow").0, "Waiting");
    // Its end is a boundary, with grace, there alone.
    world.until("2026-11-23T20:21:00Z").await;
    assert_eq!((counts(&world, "shop"), phase("shop", "release").0.as_str()), ([4, 4], "Ended"));
    controller.kill();
    let _next = world.controller_of(None, "wide-2");
    world.until("2026-11-23T20:24:58Z").await;
    assert_eq!(
        (counts(&world, "shop"), counts(&world, "other")),
        ([4, 4], [0, 0]),
        "a restart in between changes nothing"
    );
    world.until("2026-11-23T20:25:10Z").await;
    assert_eq!(counts(&world, "shop"), [0, 0]);
    world.until("2026-11-23T20:45:30Z").await;
    assert_eq!((counts(&world, "shop"), world.remembered("shop").len()), ([3, 2], 0));
}

/// In shop, 4 of each until 20:20.
fn release(world: &World) {
    let object = json!({
        "apiVersion": "kyklos.io/v1alpha1", "kind": "TimeWindowOverride",
        "metadata": { "namespace": "shop", "name": "release" },
        "spec": {
            "scalerRef": { "kind": "ClusterTimeWindowScaler", "name": "night" }, "reason": "release", "replicas": 4,
            "until": "2026-11-23T20:20:00Z",
        },
    });
    world.server.create(Kind::TimeWindowOverride, "kubectl", &object).unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_override_that_begins_while_nobody_is_there_is_no_drift() {
    let world = evening();
    world.wide("night", night(&sleeping()));
    let controller = world.controller_of(None, "wide");
    world.until("2026-11-23T20:10:00Z").await;
    controller.kill();
    release(&world);
    let controller = world.controller_of(None, "wide-2");
    world.pass(60).await;
    assert_eq!((counts(&world, "shop"), counts(&world, "other")), ([4, 4], [0, 0]));
    assert_eq!(world.events_in("shop"), ["ScaledDown", "ScaledUp", "WindowOverride"]);
    // Once it has what it asks for, another process has nothing to say.
    controller.kill();
    world.server.clear_requests();
    let _next = world.controller_of(None, "wide-3");
    world.pass(60).await;
    assert_eq!((world.scalings().len(), world.events_in("shop").len()), (0, 3));
}

#[tokio::test(start_paused = true)]
async fn one_for_a_single_namespace_asks_for_nothing_of_the_cluster() {
    let world = evening();
    world.wide("night", night(&sleeping()));
    world.scaler("web", office("web"));
    let _controller = world.controller();
    world.until("2026-11-23T20:10:00Z").await;
    assert_eq!((counts(&world, "shop"), counts(&world, "other")), ([2, 2], [3, 2]));
    release(&world);
    world.pass(15).await;
    let said = world.overrule_status("release")["conditions"][0]["message"].clone();
    assert_eq!(
        said,
        "the Kyklos of this namespace follows no ClusterTimeWindowScaler: name a TimeWindowScaler of this namespace"
    );
    for kind in [Kind::ClusterTimeWindowScaler, Kind::Namespace] {
        for verb in [Verb::Get, Verb::List, Verb::Watch, Verb::Patch] {
            assert_eq!(world.server.count(&Filter::all().kind(kind).verb(verb)), 0, "{kind:?} {verb:?}");
        }
    }
}

/// A namespace with a lease of its own is that controller's, and comes back with what it had.
#[tokio::test(start_paused = true)]
async fn a_namespace_with_a_controller_of_its_own_is_left_to_that() {
    let world = evening();
    world.wide("night", night(&sleeping()));
    let narrow = world.controller_of(Some("shop"), "narrow");
    world.pass(20).await;
    let _wide = world.controller_of(None, "wide");
    world.until("2026-11-23T20:10:00Z").await;
    assert_eq!((counts(&world, "shop"), counts(&world, "other")), ([3, 2], [0, 0]));
    assert_eq!(world.wide_stand("night"), [2, 2, 0, 0, 0]);
    narrow.stop().await;
    world.pass(120).await;
    assert_eq!((counts(&world, "shop"), world.wide_stand("night")), ([0, 0], [4, 4, 0, 0, 0]));
}

/// C04, in one of several namespaces.
#[tokio::test(start_paused = true)]
async fn what_an_autoscaler_scales_is_left_to_it_in_each_namespace() {
    let world = evening();
    let of = json!({ "apiVersion": "apps/v1", "kind": "Deployment", "name": "web" });
    let spec = json!({ "scaleTargetRef": of, "minReplicas": 2, "maxReplicas": 10 });
    let object = json!({ "metadata": { "namespace": "shop", "name": "web" }, "spec": spec });
    world.server.create(Kind::HorizontalPodAutoscaler, "kubectl", &object).unwrap();
    let mut spec = night(&sleeping());
    spec["targets"]["kinds"] = json!([{ "kind": "Deployment" }, { "kind": "HorizontalPodAutoscaler" }]);
    world.wide("night", spec);
    let _controller = world.controller_of(None, "wide");
    world.until("2026-11-23T20:00:30Z").await;
    assert_eq!((counts(&world, "shop"), counts(&world, "other")), ([0, 0], [0, 0]));
    assert_eq!(world.wide_stand("night"), [4, 4, 0, 0, 0], "the autoscaler instead of what it scales");
    assert_eq!(world.remembered("shop").len(), 2);
    world.relabel("shop", Some("never"));
    world.pass(30).await;
    assert_eq!((counts(&world, "shop"), world.remembered("shop").len()), ([2, 2], 0), "it wakes with its floor");
    let floor = world.server.get(Kind::HorizontalPodAutoscaler, "shop", "web").unwrap()["spec"]["minReplicas"].clone();
    assert_eq!((floor, world.wide_stand("night")), (json!(2), [2, 2, 0, 0, 0]));
}
