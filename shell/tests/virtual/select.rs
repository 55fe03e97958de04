//! One schedule for many workloads of its namespace.

use kyklos_testserver::{Fault, Filter, Kind, Refusal, Verb};
use serde_json::{Value, json};

use crate::world::{World, office, options};

/// None at night, and what they had by day, of all with the label `tier: app`.
pub(crate) fn night() -> Value {
    json!({
        "targets": { "selector": { "matchLabels": { "tier": "app" } } }, "timezone": "UTC", "gracePeriodSeconds": 0,
        "windows": [{ "name": "night", "start": "20:00", "end": "21:30", "replicas": 0 }],
    })
}

impl World {
    /// Makes a workload with labels.
    pub(crate) fn labelled(&self, kind: Kind, name: &str, replicas: i32, labels: &Value) {
        let metadata = json!({ "namespace": "shop", "name": name, "labels": labels });
        let object = json!({ "metadata": metadata, "spec": { "replicas": replicas } });
        self.server.create(kind, "kubectl", &object).unwrap();
    }

    /// Makes a Deployment that the night is for.
    pub(crate) fn app(&self, name: &str, replicas: i32) {
        self.labelled(Kind::Deployment, name, replicas, &json!({ "tier": "app" }));
    }

    /// Changes what a Deployment says of itself.
    pub(crate) fn meta(&self, name: &str, metadata: Value) {
        let patch = json!({ "metadata": metadata });
        self.server.edit(Kind::Deployment, "shop", name, "kubectl", &patch).unwrap();
    }

    /// How the targets of `night` stand: claimed, held, different, in conflict, failed.
    pub(crate) fn stand(&self) -> [i64; 5] {
        let status = self.status("night");
        ["claimed", "held", "different", "conflict", "failed"].map(|count| status["targets"][count].as_i64().unwrap())
    }

    pub(crate) fn counts(&self, names: &[&str]) -> Vec<i64> {
        names.iter().map(|name| self.replicas(name)).collect()
    }

    pub(crate) fn of(&self, kind: Kind, verb: Verb) -> usize {
        self.server.count(&Filter::all().kind(kind).verb(verb).namespace("shop"))
    }
}

/// A minute before the night.
pub(crate) fn evening(spec: Value) -> World {
    let world = World::at("2026-11-23T19:59:00Z");
    world.scaler("night", spec);
    world
}

#[tokio::test(start_paused = true)]
async fn a_namespace_sleeps_at_night_and_is_in_the_morning_what_it_was() {
    let world = evening(night());
    for (name, replicas) in [("web", 3), ("api", 2), ("idle", 0)] {
        world.app(name, replicas);
    }
    world.labelled(Kind::StatefulSet, "db", 2, &json!({ "tier": "app" }));
    world.labelled(Kind::Deployment, "other", 4, &json!({ "tier": "tool" }));
    world.app("kept", 5);
    world.meta("kept", json!({ "annotations": { "kyklos.io/exclude": "true" } }));
    let _controller = world.controller();
    world.until("2026-11-23T19:59:59Z").await;
    assert_eq!((world.stand(), world.scalings().len(), world.records()), ([4, 4, 0, 0, 0], 0, 0));
    assert_eq!(world.status("night")["targets"]["excluded"], 1);
    world.server.clear_requests();
    world.until("2026-11-23T20:00:20Z").await;
    let db = || world.server.get(Kind::StatefulSet, "shop", "db").unwrap()["spec"]["replicas"].clone();
    let names = ["web", "api", "idle", "other", "kept"];
    assert_eq!((world.counts(&names), db()), (vec![0, 0, 0, 4, 5], json!(0)));
    assert_eq!((world.stand(), world.reason("night", "Ready").as_str()), ([4, 4, 0, 0, 0], "Reconciled"));
    assert_eq!(world.status("night")["effectiveReplicas"], 0);
    assert_eq!(world.scalings().len(), 3, "one write a target that has to be");
    assert_eq!(world.of(Kind::ScaleRecord, Verb::Create) + world.of(Kind::ScaleRecord, Verb::Patch), 1);
    assert_eq!(world.server.count(&Filter::status_writes()), 1, "one status write an object");
    assert_eq!(world.events("night"), ["ScaledDown"], "one event for all of them");
    let events = world.server.list(Kind::Event, "shop");
    let note = events.iter().find(|event| event["reason"] == "ScaledDown").unwrap()["note"].as_str().unwrap();
    assert!(
        note.starts_with("3 changes: Deployment api from 2 to 0, Deployment web from 3 to 0, StatefulSet db from 2"),
        "{note}"
    );
    world.server.clear_requests();
    world.until("2026-11-23T21:30:20Z").await;
    assert_eq!((world.counts(&names), db()), (vec![3, 2, 0, 4, 5], json!(2)));
    assert_eq!((world.records(), world.stand()), (0, [4, 4, 0, 0, 0]));
    assert_eq!(
        world.of(Kind::ScaleRecord, Verb::Delete) + world.of(Kind::ScaleRecord, Verb::Patch),
        1,
        "and one to forget"
    );
    assert_eq!((world.server.count(&Filter::status_writes()), world.scalings().len()), (1, 3));
    assert_eq!(world.events("night"), ["ScaledDown", "ScaledUp"]);
}

#[tokio::test(start_paused = true)]
async fn one_that_is_made_later_is_in_it_within_a_second() {
    let world = World::at("2026-11-23T21:00:00Z");
    world.scaler("night", night());
    let _controller = world.controller();
    world.pass(10).await;
    assert_eq!(world.stand(), [0; 5]);
    let said = world.message("night", "Ready");
    assert!(said.starts_with("no target is there yet, which are the Deployments and StatefulSets of this namespace with the labels tier=app"), "{said}");
    assert_eq!(world.reason("night", "Ready"), "Reconciled", "to pick nothing is no error");
    world.app("web", 3);
    world.pass(1).await;
    assert_eq!((world.replicas("web"), world.original("web")), (0, Some(3)));
    world.pass(15).await;
    assert_eq!((world.stand(), world.events("night")), ([1, 1, 0, 0, 0], vec!["ScaledDown".to_owned()]));
    world.server.delete(Kind::Deployment, "shop", "web").unwrap();
    world.pass(15).await;
    assert_eq!((world.stand(), world.records()), ([0; 5], 0));
}

#[tokio::test(start_paused = true)]
async fn one_whose_labels_change_leaves_and_has_what_it_had_and_comes_back() {
    let world = World::at("2026-11-23T21:00:00Z");
    world.scaler("night", night());
    world.app("web", 3);
    world.app("api", 2);
    let _controller = world.controller();
    world.pass(15).await;
    assert_eq!(world.counts(&["web", "api"]), [0, 0]);
    world.meta("web", json!({ "labels": { "tier": "tool" } }));
    world.pass(15).await;
    assert_eq!((world.counts(&["web", "api"]), world.original("web")), (vec![3, 0], None));
    assert_eq!(world.stand(), [1, 1, 0, 0, 0]);
    world.meta("web", json!({ "labels": { "tier": "app" } }));
    world.pass(15).await;
    assert_eq!((world.counts(&["web", "api"]), world.stand()), (vec![0, 0], [2, 2, 0, 0, 0]));
}

#[tokio::test(start_paused = true)]
async fn one_is_left_out_until_an_instant_and_by_the_list() {
    let world = World::at("2026-11-23T21:00:00Z");
    let mut spec = night();
    spec["targets"]["exclude"] = json!([{ "name": "listed" }]);
    world.scaler("night", spec);
    for name in ["web", "late", "listed", "strange"] {
        world.app(name, 3);
    }
    world.meta("late", json!({ "annotations": { "kyklos.io/exclude-until": "2026-11-23T21:05:00Z" } }));
    world.meta("strange", json!({ "annotations": { "kyklos.io/exclude": "yes please" } }));
    let _controller = world.controller();
    world.until("2026-11-23T21:04:59Z").await;
    let names = ["web", "late", "listed", "strange"];
    assert_eq!(
        (world.counts(&names), world.status("night")["targets"]["excluded"].as_i64()),
        (vec![0, 3, 3, 3], Some(3))
    );
    let first = world.status("night")["targets"]["first"].clone();
    assert_eq!(first.as_array().map(Vec::len), Some(1), "{first}");
    assert_eq!((&first[0]["name"], &first[0]["reason"]), (&json!("strange"), &json!("ConfigurationInvalid")));
    let said = first[0]["message"].as_str().unwrap();
    assert!(said.contains("kyklos.io/exclude") && said.ends_with("write one of the two"), "{said}");
    world.until("2026-11-23T21:05:01Z").await;
    assert_eq!(world.counts(&names), [0, 0, 3, 3]);
    world.edit("night", json!({ "allowExclusion": false }));
    world.pass(15).await;
    assert_eq!(
        (world.counts(&names), world.stand()),
        (vec![0, 0, 3, 0], [3, 3, 0, 0, 0]),
        "the list is the object's own"
    );
    assert_eq!(world.status("night")["targets"]["first"], json!([]), "what nobody asks may say what it likes");
}

#[tokio::test(start_paused = true)]
async fn what_another_object_makes_is_counted_and_left() {
    let world = World::at("2026-11-23T21:00:00Z");
    world.scaler("night", night());
    world.app("web", 3);
    let owner = json!([{ "apiVersion": "db.example.com/v1", "kind": "Database", "name": "main", "uid": "1", "controller": true }]);
    let metadata = json!({ "namespace": "shop", "name": "db", "labels": { "tier": "app" }, "ownerReferences": owner });
    let object = json!({ "metadata": metadata, "spec": { "replicas": 2 } });
    world.server.create(Kind::StatefulSet, "operator", &object).unwrap();
    let _controller = world.controller();
    world.pass(15).await;
    assert_eq!(world.server.get(Kind::StatefulSet, "shop", "db").unwrap()["spec"]["replicas"], 2);
    assert_eq!((world.stand(), world.status("night")["targets"]["owned"].as_i64()), ([1, 1, 0, 0, 0], Some(1)));
}

#[tokio::test(start_paused = true)]
async fn whoever_names_a_workload_has_it_also_while_that_is_wrong_elsewhere() {
    let world = World::at("2026-11-23T21:00:00Z");
    world.scaler("night", night());
    world.pass(1).await;
    world.app("web", 3);
    world.app("api", 3);
    let _controller = world.controller();
    world.pass(15).await;
    assert_eq!(world.counts(&["web", "api"]), [0, 0]);
    // Younger, and narrower.
    world.scaler("web", office("web"));
    world.pass(15).await;
    assert_eq!((world.counts(&["web", "api"]), world.stand()), (vec![2, 0], [1, 1, 0, 1, 0]));
    let first = world.status("night")["targets"]["first"].clone();
    assert_eq!((&first[0]["name"], &first[0]["reason"]), (&json!("web"), &json!("ScaleConflict")));
    assert_eq!(first[0]["message"], "TimeWindowScaler web has it: it names the target, which is narrower");
    assert_eq!(world.reason("night", "Ready"), "Reconciled", "what another has hurts nobody");
    world.edit("web", json!({ "timezone": "Mars/Olympus" }));
    world.pass(15).await;
    assert_eq!((world.replicas("web"), world.reason("web", "Ready").as_str()), (2, "ConfigurationInvalid"));
    assert_eq!(world.stand(), [1, 1, 0, 1, 0], "a typo doesn't hand it to the night");
    world.delete_scaler("web");
    world.pass(15).await;
    assert_eq!((world.counts(&["web", "api"]), world.stand()), (vec![0, 0], [2, 2, 0, 0, 0]));
}

/// A claim on an autoscaler is one on what it scales, and narrower than to pick that.
#[tokio::test(start_paused = true)]
async fn whoever_names_the_autoscaler_of_a_workload_has_it() {
    let world = World::at("2026-11-23T19:58:00Z");
    world.app("web", 3);
    world.app("api", 3);
    let of = json!({ "apiVersion": "apps/v1", "kind": "Deployment", "name": "web" });
    let spec = json!({ "scaleTargetRef": of, "minReplicas": 2, "maxReplicas": 10 });
    let object = json!({ "metadata": { "namespace": "shop", "name": "web" }, "spec": spec });
    world.server.create(Kind::HorizontalPodAutoscaler, "kubectl", &object).unwrap();
    world.scaler("night", night());
    world.pass(1).await;
    let target = json!({ "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "name": "web" });
    let floor = json!({ "targetRef": target, "timezone": "UTC", "gracePeriodSeconds": 0, "defaultReplicas": 4 });
    world.scaler("floor", floor);
    let _controller = world.controller();
    world.until("2026-11-23T20:00:20Z").await;
    assert_eq!((world.counts(&["web", "api"]), world.stand()), (vec![3, 0], [1, 1, 0, 1, 0]));
    let floor = world.server.get(Kind::HorizontalPodAutoscaler, "shop", "web").unwrap()["spec"]["minReplicas"].clone();
    assert_eq!((floor, world.reason("floor", "Ready").as_str()), (json!(4), "Reconciled"));
    let words = "TimeWindowScaler floor has it by HorizontalPodAutoscaler web: it names the target, which is narrower";
    assert_eq!(world.status("night")["targets"]["first"][0]["message"], words);
    // At none the autoscaler stands still, so the night may have it.
    world.delete_scaler("floor");
    world.pass(15).await;
    assert_eq!((world.counts(&["web", "api"]), world.stand()), (vec![0, 0], [2, 2, 0, 0, 0]));
}

#[tokio::test(start_paused = true)]
async fn of_a_hundred_that_pick_one_the_oldest_acts_and_the_others_are_told() {
    let world = World::at("2026-11-23T21:00:00Z");
    world.app("web", 3);
    world.scaler("night", night());
    for number in 0..99 {
        world.scaler(&format!("x{number:02}"), night());
    }
    let _controller = world.controller();
    world.pass(30).await;
    assert_eq!((world.replicas("web"), world.scalings().len(), world.stand()), (0, 1, [1, 1, 0, 0, 0]));
    for name in ["x00", "x98"] {
        assert_eq!(
            (&world.status(name)["targets"]["conflict"], world.reason(name, "Ready").as_str()),
            (&json!(1), "Reconciled")
        );
    }
    world.delete_scaler("night");
    world.pass(15).await;
    assert_eq!((world.replicas("web"), world.scalings().len()), (0, 1), "the next one takes it as it is");
    assert_eq!(world.entry("web").unwrap()["holder"], "x00");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_picked_before_the_autoscalers_are_known() {
    let world = World::at("2026-11-23T21:00:00Z");
    world.app("web", 3);
    world.scaler("night", night());
    let forbidden = Fault::Refuse(Refusal::forbidden("horizontalpodautoscalers.autoscaling is forbidden"));
    let hpas = Filter::all().kind(Kind::HorizontalPodAutoscaler).verb(Verb::Watch).verb(Verb::List);
    let fault = world.server.fault(hpas, None, forbidden);
    let _controller = world.controller();
    world.pass(90).await;
    assert_eq!((world.replicas("web"), world.reason("night", "Ready").as_str()), (3, "TargetUpdateFailed"));
    let said = world.message("night", "Ready");
    assert!(said.contains("until it is known which autoscalers there are"), "{said}");
    world.server.lift(fault);
    world.pass(90).await;
    assert_eq!((world.replicas("web"), world.stand()), (0, [1, 1, 0, 0, 0]));
}

#[tokio::test(start_paused = true)]
async fn kyklos_itself_is_never_picked() {
    let world = World::at("2026-11-23T21:00:00Z");
    world.deploy_in("kyklos-system", "kyklos", 2);
    world.deploy_in("kyklos-system", "kyklos-web", 2);
    let mut spec = night();
    spec["targets"] = json!({});
    world.scaler_in("kyklos-system", "night", spec);
    let _controller = world.start(options(Some("kyklos-system"), "kyklos-7d9f8c6b5-abcde"));
    world.pass(15).await;
    assert_eq!(
        (world.replicas_in("kyklos-system", "kyklos"), world.replicas_in("kyklos-system", "kyklos-web")),
        (2, 0)
    );
    let status = world.server.get(Kind::TimeWindowScaler, "kyklos-system", "night").unwrap()["status"].clone();
    assert_eq!((&status["targets"]["claimed"], &status["targets"]["excluded"]), (&json!(1), &json!(1)));
}

#[tokio::test(start_paused = true)]
async fn kinds_that_are_none_are_said_and_the_others_go_on() {
    let world = World::at("2026-11-23T21:00:00Z");
    world.app("web", 3);
    let mut spec = night();
    spec["targets"]["kinds"] = json!([{ "kind": "Deployment" }, { "apiVersion": "example.com/v1", "kind": "Nothing" }]);
    world.scaler("night", spec);
    let _controller = world.controller();
    world.pass(120).await;
    assert_eq!((world.replicas("web"), world.stand()), (0, [1, 1, 0, 0, 0]));
    let said = world.message("night", "Degraded");
    assert!(said.contains("Nothing") && said.contains("so none is scaled"), "{said}");
    world.edit("night", json!({ "targets": { "kinds": [{ "apiVersion": "apps/v1", "kind": "DaemonSet" }] } }));
    world.pass(15).await;
    let said = world.message("night", "Ready");
    assert!(said.starts_with("spec.targets.kinds[0].kind: a DaemonSet has no count that could be scaled"), "{said}");
    let old = json!({ "apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler" });
    world.edit("night", json!({ "targets": { "kinds": [{ "kind": "Deployment" }, old] } }));
    world.pass(15).await;
    let said = world.message("night", "Ready");
    let words = "spec.targets.kinds[1].apiVersion: this version scales no HorizontalPodAutoscaler of autoscaling/v1: write apiVersion \
                 autoscaling/v2";
    assert!(said.starts_with(words), "{said}");
}

#[tokio::test(start_paused = true)]
async fn one_that_fails_is_told_and_keeps_nobody_waiting() {
    let world = evening(night());
    for name in ["web", "api", "bad"] {
        world.app(name, 3);
    }
    let denied = Fault::Refuse(Refusal::forbidden("admission webhook denied it"));
    let fault = world.server.fault(Filter::scale_writes().name("bad"), None, denied);
    let _controller = world.controller();
    world.until("2026-11-23T20:00:20Z").await;
    assert_eq!((world.counts(&["web", "api", "bad"]), world.stand()), (vec![0, 0, 3], [3, 2, 0, 0, 1]));
    assert_eq!(
        (world.reason("night", "Ready").as_str(), world.reason("night", "Degraded").as_str()),
        ("Reconciled", "TargetUpdateFailed")
    );
    let first = world.status("night")["targets"]["first"].clone();
    assert_eq!((&first[0]["name"], &first[0]["reason"]), (&json!("bad"), &json!("TargetUpdateFailed")));
    assert_eq!(
        world.events("night"),
        ["ScaledDown", "TargetUpdateFailed"],
        "one for all of them, and one for that one"
    );
    let notes: Vec<_> = world.server.list(Kind::Event, "shop").iter().map(|event| event["note"].to_string()).collect();
    assert!(notes.iter().any(|note| note.contains("Deployment bad keeps 3") && note.contains("denied")), "{notes:?}");
    world.pass(600).await;
    assert_eq!(world.events("night").len(), 2, "it is told once");
    world.server.lift(fault);
    world.pass(400).await;
    assert_eq!(
        (world.replicas("bad"), world.stand(), world.reason("night", "Degraded").as_str()),
        (0, [3, 3, 0, 0, 0], "OperationalNormal")
    );
}

#[tokio::test(start_paused = true)]
async fn one_that_hangs_keeps_nobody_in_the_dark() {
    let world = evening(night());
    for name in ["web", "api", "slow"] {
        world.app(name, 3);
    }
    let hangs = Fault::Delay(std::time::Duration::from_secs(300));
    world.server.fault(Filter::scale_writes().name("slow"), None, hangs);
    let _controller = world.controller();
    world.until("2026-11-23T20:00:05Z").await;
    assert_eq!((world.counts(&["web", "api", "slow"]), world.stand()), (vec![0, 0, 3], [3, 3, 0, 0, 0]));
    world.until("2026-11-23T20:00:14Z").await;
    assert_eq!((world.status("night")["effectiveReplicas"].clone(), world.stand()), (json!(0), [3, 2, 1, 0, 0]));
    let status = world.status("night");
    assert_eq!(status["targets"]["first"][0]["name"], "slow", "{status:#}");
    assert_eq!(world.reason("night", "Reconciling"), "WindowTransition");
}
