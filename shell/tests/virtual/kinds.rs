//! Kinds of targets.

use kyklos_testserver::{Fault, Filter, Kind, Refusal, Verb};
use serde_json::json;

use crate::world::{World, office};

impl World {
    fn stateful(&self, name: &str, replicas: i32) {
        let object = json!({ "metadata": { "namespace": "shop", "name": name }, "spec": { "replicas": replicas } });
        self.server.create(Kind::StatefulSet, "kubectl", &object).unwrap();
    }

    fn stateful_replicas(&self, name: &str) -> i64 {
        self.server.get(Kind::StatefulSet, "shop", name).unwrap()["spec"]["replicas"].as_i64().unwrap()
    }
}

fn of_stateful() -> serde_json::Value {
    let mut spec = office("web");
    spec["targetRef"] = json!({ "kind": "StatefulSet", "name": "web" });
    spec
}

#[tokio::test(start_paused = true)]
async fn a_stateful_set_is_no_deployment_of_the_same_name() {
    let world = World::at("2026-11-23T08:58:00Z");
    world.deploy("web", 4);
    world.stateful("web", 2);
    world.scaler("web", of_stateful());
    let _controller = world.controller();
    world.until("2026-11-23T08:59:59Z").await;
    assert_eq!((world.reason("web", "Ready").as_str(), world.scalings().len()), ("Reconciled", 0));
    world.server.clear_requests();
    world.until("2026-11-23T09:00:02Z").await;
    assert_eq!((world.stateful_replicas("web"), world.replicas("web")), (10, 4));
    assert_eq!((world.scalings().len(), world.server.count(&Filter::status_writes())), (1, 1));
    // Both may be scaled, each by its own.
    world.scaler("other", office("web"));
    world.pass(2).await;
    assert_eq!((world.stateful_replicas("web"), world.replicas("web")), (10, 10));
}

#[tokio::test(start_paused = true)]
async fn a_kind_is_watched_from_when_somebody_names_it() {
    let world = World::at("2026-11-23T09:30:00Z");
    world.stateful("web", 2);
    let _controller = world.controller();
    world.pass(60).await;
    let asks = Filter::all().kind(Kind::StatefulSet);
    assert_eq!(world.server.count(&asks), 0, "nobody has named it");
    world.scaler("web", of_stateful());
    world.pass(2).await;
    assert_eq!((world.stateful_replicas("web"), world.reason("web", "Ready").as_str()), (10, "Reconciled"));
}

#[tokio::test(start_paused = true)]
async fn without_the_right_to_read_a_kind_its_objects_say_how_to_grant_it_and_the_others_go_on() {
    let world = World::at("2026-11-23T09:30:00Z");
    world.deploy("web", 2);
    world.stateful("web", 2);
    world.scaler("web", of_stateful());
    world.scaler("other", office("web"));
    let forbidden = Fault::Refuse(Refusal::forbidden("statefulsets.apps is forbidden"));
    let fault =
        world.server.fault(Filter::all().kind(Kind::StatefulSet).verb(Verb::Watch).verb(Verb::List), None, forbidden);
    let _controller = world.controller();
    world.pass(120).await;
    assert_eq!((world.replicas("web"), world.reason("web", "Ready").as_str()), (10, "TargetNotFound"));
    assert!(
        world.message("web", "Ready").contains("`kyklos manifests --targets statefulsets`"),
        "{}",
        world.message("web", "Ready")
    );
    world.server.lift(fault);
    world.pass(90).await;
    assert_eq!((world.stateful_replicas("web"), world.reason("web", "Ready").as_str()), (10, "Reconciled"));
}

#[tokio::test(start_paused = true)]
async fn a_stateful_set_gets_back_what_it_had_though_nobody_names_its_kind_any_more() {
    let world = World::at("2026-11-23T09:30:00Z");
    world.stateful("web", 3);
    let mut spec = of_stateful();
    spec["onDelete"] = json!("restore");
    world.scaler("web", spec);
    let controller = world.controller();
    world.pass(5).await;
    assert_eq!(world.stateful_replicas("web"), 10);
    controller.kill();
    world.server.delete(Kind::TimeWindowScaler, "shop", "web").unwrap();
    let _second = world.controller_of(Some("shop"), "pod-2");
    world.pass(30).await;
    assert_eq!(world.stateful_replicas("web"), 3);
    assert!(world.server.list(Kind::ScaleRecord, "shop").is_empty());
}
