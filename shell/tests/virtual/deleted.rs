//! Autoscalers that are deleted while they sleep, and what they have left at none.

use kyklos_testserver::Kind;
use serde_json::{Value, json};

use crate::world::{Controller, World, office};

const HPA: Kind = Kind::HorizontalPodAutoscaler;
/// What a record calls the autoscaler.
const CALLED: &str = "horizontalpodautoscalers.autoscaling/web";

/// None from 20:00 to 20:15, else this.
fn night(default: &Value, on_delete: &str) -> Value {
    json!({
        "targetRef": { "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "name": "web" }, "timezone": "UTC",
        "gracePeriodSeconds": 0, "defaultReplicas": default, "onDelete": on_delete,
        "windows": [{ "name": "night", "start": "20:00", "end": "20:15", "replicas": 0 }],
    })
}

/// Seven of a Deployment, put to sleep by their autoscaler, and the controller that did it.
async fn asleep(spec: Value) -> (World, Controller) {
    let world = World::at("2026-11-23T19:59:00Z");
    world.deploy("web", 7);
    world.hpa("web", "web", 2, 10);
    world.scaler("night", spec);
    let controller = world.controller();
    world.until("2026-11-23T20:00:20Z").await;
    assert_eq!((world.replicas("web"), &world.beneath()), (0, &seven()));
    (world, controller)
}

impl World {
    fn delete_hpa(&self) {
        self.server.delete(HPA, "shop", "web").unwrap();
    }

    fn beneath(&self) -> Value {
        self.record()[CALLED]["beneath"].clone()
    }

    fn notes(&self, reason: &str) -> Vec<String> {
        let events = self.server.list(Kind::Event, "shop").into_iter().filter(|event| event["reason"] == reason);
        events.map(|event| event["note"].as_str().unwrap().to_owned()).collect()
    }
}

fn seven() -> Value {
    json!({ "target": "deployments.apps/web", "original": 7 })
}

#[tokio::test(start_paused = true)]
async fn what_it_has_left_at_none_is_told_with_what_to_do() {
    let (world, controller) = asleep(night(&json!("original"), "keep")).await;
    world.delete_hpa();
    world.pass(20).await;
    let words = "There is no HorizontalPodAutoscaler web; it will be scaled as soon as it is there; meanwhile Deployment web, which it \
                 scaled, stays at 0, to which this object has put it, and had 7 before: make HorizontalPodAutoscaler web again, which \
                 wakes it when more than 0 is due, or scale Deployment web yourself";
    assert_eq!(
        (world.reason("night", "Ready").as_str(), world.message("night", "Ready").as_str()),
        ("TargetNotFound", words)
    );
    assert_eq!((world.notes("MissingTarget"), world.replicas("web")), (vec![words.to_owned()], 0));
    assert_eq!((world.beneath(), world.original("web")), (seven(), None));
    // The next process says it, too, and no second time.
    controller.kill();
    let _second = world.controller_of(Some("shop"), "pod-2");
    world.until("2026-11-23T20:25:00Z").await;
    assert_eq!((world.message("night", "Ready").as_str(), world.beneath()), (words, seven()));
    assert_eq!((world.replicas("web"), world.notes("MissingTarget").len()), (0, 1));
    // What its annotation says is what it had.
    let annotation = json!({ "metadata": { "annotations": { "kyklos.io/original-replicas": "9" } } });
    world.server.edit(Kind::Deployment, "shop", "web", "kubectl", &annotation).unwrap();
    world.pass(20).await;
    assert!(world.message("night", "Ready").contains("and had 9 before"), "{}", world.message("night", "Ready"));
    // Somebody wakes it.
    world.scale("web", 5);
    world.pass(20).await;
    let words = "There is no HorizontalPodAutoscaler web; it will be scaled as soon as it is there";
    assert_eq!(
        (world.message("night", "Ready").as_str(), world.beneath(), world.replicas("web")),
        (words, Value::Null, 5)
    );
}

#[tokio::test(start_paused = true)]
async fn it_is_remembered_for_as_long_as_the_schedule_names_it() {
    let (world, controller) = asleep(night(&json!("original"), "keep")).await;
    world.delete_hpa();
    world.pass(600).await;
    assert_eq!(world.beneath(), seven());
    controller.kill();
    // Longer than what is left of a schedule that is gone.
    world.until("2026-12-03T20:02:00Z").await;
    let _second = world.controller_of(Some("shop"), "pod-2");
    world.pass(300).await;
    assert_eq!((world.beneath(), world.replicas("web")), (seven(), 0));
    world.hpa("web", "web", 2, 10);
    world.until("2026-12-03T20:15:20Z").await;
    assert_eq!((world.replicas("web"), world.records(), world.reason("night", "Ready").as_str()), (2, 0, "Reconciled"));
}

/// With the same bounds and with others, in the night and by day, whatever the next value is.
#[tokio::test(start_paused = true)]
async fn one_that_is_made_anew_wakes_it_at_the_next_value_above_none() {
    let bounds = [(2, 10), (3, 30)];
    let values = [json!("original"), json!(4), json!("200%"), json!(null)];
    for ((min, max), value) in bounds.into_iter().flat_map(|bounds| values.iter().map(move |value| (bounds, value))) {
        for (by_day, restarts) in [(false, false), (true, true)] {
            let case = format!("{min}..{max} {value} by day {by_day} restarts {restarts}");
            let mut spec = night(value, "keep");
            if value.is_null() {
                spec.as_object_mut().unwrap().remove("defaultReplicas");
                spec["defaultMaxReplicas"] = json!(8);
            }
            let (world, mut controller) = asleep(spec).await;
            world.delete_hpa();
            world.pass(20).await;
            if restarts {
                controller.kill();
                controller = world.controller_of(Some("shop"), "pod-2");
                world.pass(20).await;
            }
            if by_day {
                world.until("2026-11-23T20:20:00Z").await;
            }
            world.hpa("web", "web", min, max);
            world.pass(20).await;
            if !by_day {
                assert_eq!((world.replicas("web"), world.beneath()), (0, seven()), "{case}");
                world.until("2026-11-23T20:15:20Z").await;
            }
            let (least, most) = match value.as_str() {
                Some("original") => (min, max),
                Some(_) => (2 * min, max),
                None if value.is_null() => (min, 8),
                None => (4, max),
            };
            assert_eq!(world.bounds("web"), (least.into(), most.into()), "{case}");
            assert_eq!(world.replicas("web"), i64::from(least), "{case}");
            assert_eq!(world.reason("night", "Ready"), "Reconciled", "{case}");
            controller.kill();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_scaled_object_that_goes_leaves_the_same() {
    let world = World::at("2026-11-23T19:59:00Z");
    world.server.install(Kind::ScaledObject);
    world.deploy("web", 7);
    world.scaled_object("web", "web", &json!({ "minReplicaCount": 2 }));
    let mut spec = night(&json!("original"), "restore");
    spec["targetRef"] = json!({ "apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject", "name": "web" });
    world.scaler("night", spec);
    let _controller = world.controller();
    world.until("2026-11-23T20:00:20Z").await;
    world.server.scale(Kind::Deployment, "shop", "web", "keda-operator", 0).unwrap();
    world.pass(5).await;
    world.server.delete(Kind::ScaledObject, "shop", "web").unwrap();
    world.pass(20).await;
    // KEDA's none isn't ours to take away.
    let said = world.message("night", "Ready");
    assert!(said.contains("meanwhile Deployment web, which it scaled, stays at 0"), "{said}");
    assert_eq!((world.replicas("web"), &world.record()["scaledobjects.keda.sh/web"]["beneath"]), (0, &seven()));
    world.scaled_object("web", "web", &json!({ "minReplicaCount": 3 }));
    world.pass(20).await;
    let paused = "/metadata/annotations/autoscaling.keda.sh~1paused-replicas";
    assert_eq!(world.scaled("web").pointer(paused), Some(&json!("0")));
    assert_eq!(&world.record()["scaledobjects.keda.sh/web"]["beneath"], &seven());
    world.until("2026-11-23T20:15:20Z").await;
    assert_eq!((world.scaled("web").pointer(paused), world.records()), (None, 0));
}

/// Whoever names what it scaled has it, and knows what it had.
#[tokio::test(start_paused = true)]
async fn another_schedule_takes_over_what_it_has_left() {
    let (world, _controller) = asleep(night(&json!("original"), "keep")).await;
    world.delete_hpa();
    world.pass(20).await;
    let mut spec = office("web");
    spec["defaultReplicas"] = json!("original");
    world.scaler("web", spec);
    world.pass(20).await;
    assert_eq!((world.replicas("web"), world.beneath()), (7, Value::Null));
    assert_eq!(
        world.message("night", "Ready"),
        "There is no HorizontalPodAutoscaler web; it will be scaled as soon as it is there"
    );
}

/// The schedule goes as well, while nobody is there.
#[tokio::test(start_paused = true)]
async fn with_its_schedule_gone_what_it_scaled_has_back_what_it_had() {
    for (on_delete, replicas) in [("restore", 7), ("keep", 0)] {
        let (world, controller) = asleep(night(&json!("original"), on_delete)).await;
        controller.kill();
        world.delete_hpa();
        world.delete_scaler("night");
        let _second = world.controller_of(Some("shop"), "pod-2");
        world.pass(60).await;
        assert_eq!((world.replicas("web"), world.notes("Restored").len()), (replicas, usize::from(replicas > 0)));
        assert_eq!(world.records(), usize::from(on_delete == "keep"), "for seven days");
    }
}

#[tokio::test(start_paused = true)]
async fn an_edit_that_gives_back_does_so_though_it_is_gone() {
    for restarts in [false, true] {
        let (world, mut controller) = asleep(night(&json!("original"), "keep")).await;
        world.delete_hpa();
        world.pass(20).await;
        let edit = json!({ "onDelete": "restore" });
        if restarts {
            controller.kill();
            world.edit("night", edit);
            controller = world.controller_of(Some("shop"), "pod-2");
            world.pass(40).await;
        } else {
            world.edit("night", edit);
        }
        world.pass(20).await;
        world.delete_scaler("night");
        world.pass(60).await;
        assert_eq!(
            (world.replicas("web"), world.original("web"), world.beneath()),
            (7, None, Value::Null),
            "{restarts}"
        );
        controller.kill();
    }
}

/// The four conditions, for what it scaled.
#[tokio::test(start_paused = true)]
async fn nothing_is_given_back_that_is_another_s_or_on_its_way_out() {
    let gone = |world: &World| {
        world.delete_hpa();
        world.delete_scaler("night");
    };
    // Another schedule claims it.
    let (world, controller) = asleep(night(&json!("original"), "restore")).await;
    controller.kill();
    gone(&world);
    let mut spec = office("web");
    spec["defaultReplicas"] = json!(0);
    world.scaler("younger", spec);
    world.server.clear_requests();
    let _second = world.controller_of(Some("shop"), "pod-2");
    world.pass(60).await;
    assert_eq!((world.replicas("web"), world.scalings().len()), (0, 0));
    // Somebody has scaled it, to some or to none.
    for count in [3, 0] {
        let (world, controller) = asleep(night(&json!("original"), "restore")).await;
        controller.kill();
        gone(&world);
        world.scale("web", 4);
        world.scale("web", count);
        world.server.clear_requests();
        let _second = world.controller_of(Some("shop"), "pod-2");
        world.pass(60).await;
        assert_eq!((world.replicas("web"), world.scalings().len(), world.records()), (count, 0, 0));
    }
    // The namespace is on its way out.
    let (world, controller) = asleep(night(&json!("original"), "restore")).await;
    controller.kill();
    world.server.clear_requests();
    world.server.terminate_namespace("shop");
    gone(&world);
    let _second = world.controller_of(Some("shop"), "pod-2");
    world.pass(120).await;
    assert_eq!((world.replicas("web"), world.scalings().len(), world.record()), (0, 0, Value::Null));
}

/// The first of them: a schedule of that name is there again.
#[tokio::test(start_paused = true)]
async fn a_schedule_that_is_made_anew_finds_what_it_has_left() {
    let (world, controller) = asleep(night(&json!("original"), "keep")).await;
    controller.kill();
    world.delete_hpa();
    world.delete_scaler("night");
    let _second = world.controller_of(Some("shop"), "pod-2");
    world.pass(60).await;
    assert_eq!(world.beneath(), seven());
    world.scaler("night", night(&json!("original"), "keep"));
    world.pass(20).await;
    assert!(world.message("night", "Ready").contains("and had 7 before"), "{}", world.message("night", "Ready"));
    world.hpa("web", "web", 4, 12);
    world.until("2026-11-23T20:15:20Z").await;
    assert_eq!((world.replicas("web"), world.bounds("web"), world.records()), (4, (4, 12), 0));
}
