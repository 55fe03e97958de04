//! One schedule for many namespaces, or for what lies in none.

use kyklos_testserver::{Fault, Filter, Kind, Refusal, Verb};
use serde_json::{Value, json};

use crate::world::{World, office, options, reason};

/// None at night, and what they had by day, in these namespaces.
pub(crate) fn night(namespaces: &Value) -> Value {
    json!({
        "targets": { "namespaces": namespaces }, "timezone": "UTC", "gracePeriodSeconds": 0,
        "windows": [{ "name": "night", "start": "20:00", "end": "20:45", "replicas": 0 }],
    })
}

/// Those with the label `sleeps: nightly`.
pub(crate) fn sleeping() -> Value {
    json!({ "selector": { "matchLabels": { "sleeps": "nightly" } } })
}

impl World {
    /// Makes an object of the cluster.
    pub(crate) fn wide(&self, name: &str, spec: Value) {
        let object = json!({
            "apiVersion": "kyklos.io/v1alpha1", "kind": "ClusterTimeWindowScaler",
            "metadata": { "name": name }, "spec": spec,
        });
        self.server.create(Kind::ClusterTimeWindowScaler, "kubectl", &object).unwrap();
    }

    pub(crate) fn wide_status(&self, name: &str) -> Value {
        self.server.get(Kind::ClusterTimeWindowScaler, "", name).unwrap()["status"].clone()
    }

    pub(crate) fn wide_message(&self, name: &str, condition: &str) -> String {
        let status = self.wide_status(name);
        let all = status["conditions"].as_array().unwrap();
        all.iter().find(|found| found["type"] == condition).unwrap()["message"].as_str().unwrap().to_owned()
    }

    pub(crate) fn edit_wide(&self, name: &str, spec: Value) {
        let patch = json!({ "spec": spec });
        self.server.edit(Kind::ClusterTimeWindowScaler, "", name, "kubectl", &patch).unwrap();
    }

    /// How the targets of an object of the cluster stand: claimed, held, different, in conflict, failed.
    pub(crate) fn wide_stand(&self, name: &str) -> [i64; 5] {
        let status = self.wide_status(name);
        ["claimed", "held", "different", "conflict", "failed"].map(|count| status["targets"][count].as_i64().unwrap())
    }

    /// Gives a namespace a label, or takes it away.
    pub(crate) fn relabel(&self, namespace: &str, sleeps: Option<&str>) {
        let patch = json!({ "metadata": { "labels": { "sleeps": sleeps } } });
        self.server.edit(Kind::Namespace, "", namespace, "kubectl", &patch).unwrap();
    }

    /// The reasons of the events in a namespace about an object of the cluster, sorted.
    pub(crate) fn events_in(&self, namespace: &str) -> Vec<String> {
        let events = self.server.list(Kind::Event, namespace);
        let about = events.iter().filter(|event| event["regarding"]["kind"] == "ClusterTimeWindowScaler");
        let mut reasons: Vec<_> = about.map(|event| event["reason"].as_str().unwrap().to_owned()).collect();
        reasons.sort();
        reasons
    }

    /// What is remembered in a namespace, by what the records call it.
    pub(crate) fn remembered(&self, namespace: &str) -> Vec<(String, Value)> {
        let records = self.server.list(Kind::ScaleRecord, namespace);
        let entries = records.iter().filter_map(|record| record["spec"]["entries"].as_object());
        entries.flatten().map(|(called, entry)| (called.clone(), entry.clone())).collect()
    }
}

/// `shop`, `other` and `lab`, each with two Deployments, of which the first two are to sleep, on a minute before the night.
pub(crate) fn evening() -> World {
    let world = World::at("2026-11-23T19:59:00Z");
    world.server.create_namespace("lab");
    world.server.create_namespace("kube-system");
    for namespace in ["shop", "other", "lab", "kube-system", "kyklos-system"] {
        world.deploy_in(namespace, "web", 3);
        world.deploy_in(namespace, "api", 2);
    }
    world.relabel("shop", Some("nightly"));
    world.relabel("other", Some("nightly"));
    world
}

pub(crate) fn counts(world: &World, namespace: &str) -> [i64; 2] {
    ["web", "api"].map(|name| world.replicas_in(namespace, name))
}

#[tokio::test(start_paused = true)]
async fn namespaces_sleep_by_one_object_and_are_in_the_morning_what_they_were() {
    let world = evening();
    world.wide("night", night(&sleeping()));
    let _controller = world.controller_of(None, "wide");
    world.until("2026-11-23T19:59:59Z").await;
    assert_eq!((world.wide_stand("night"), world.scalings().len()), ([4, 4, 0, 0, 0], 0));
    world.server.clear_requests();
    world.until("2026-11-23T20:00:20Z").await;
    let asleep = |world: &World| ["shop", "other", "lab", "kube-system"].map(|namespace| counts(world, namespace));
    assert_eq!(asleep(&world), [[0, 0], [0, 0], [3, 2], [3, 2]]);
    assert_eq!((world.wide_stand("night"), world.scalings().len()), ([4, 4, 0, 0, 0], 4));
    assert_eq!(reason(&world.wide_status("night"), "Ready"), "Reconciled");
    assert_eq!(world.server.count(&Filter::status_writes()), 1, "one status write");
    for namespace in ["shop", "other"] {
        assert_eq!(world.events_in(namespace), ["ScaledDown"], "one event, where its team sees it");
        let entries = world.remembered(namespace);
        assert_eq!(entries.len(), 2);
        assert!(entries.iter().all(|(_, entry)| entry["holderKind"] == "ClusterTimeWindowScaler"), "{entries:?}");
    }
    let records = Filter::all().kind(Kind::ScaleRecord);
    let written = |verb| world.server.count(&records.clone().verb(verb));
    assert_eq!(written(Verb::Create) + written(Verb::Patch), 2, "one record write a namespace");
    let events = world.server.list(Kind::Event, "shop");
    let note = events[0]["note"].as_str().unwrap();
    assert!(
        note.starts_with("2 changes: Deployment api from 2 to 0, Deployment web from 3 to 0: 0 replicas: night"),
        "{note}"
    );
    world.until("2026-11-23T20:45:20Z").await;
    assert_eq!(asleep(&world), [[3, 2]; 4]);
    assert_eq!(
        (world.events_in("shop"), world.remembered("shop").len()),
        (vec!["ScaledDown".into(), "ScaledUp".into()], 0)
    );
    assert_eq!(counts(&world, "kyklos-system"), [3, 2], "Kyklos' own namespace isn't in it");
}

#[tokio::test(start_paused = true)]
async fn what_is_made_later_and_namespaces_that_are_relabelled_are_in_it_within_a_second() {
    let world = evening();
    world.wide("night", night(&sleeping()));
    let _controller = world.controller_of(None, "wide");
    world.until("2026-11-23T20:10:00Z").await;
    world.deploy_in("shop", "late", 5);
    world.relabel("lab", Some("nightly"));
    world.pass(1).await;
    assert_eq!((world.replicas_in("shop", "late"), counts(&world, "lab")), (0, [0, 0]));
    world.pass(15).await;
    assert_eq!(world.wide_stand("night"), [7, 7, 0, 0, 0]);
    // One that leaves has what it had, and so has one that says so itself.
    world.relabel("shop", Some("never"));
    let exclude = json!({ "metadata": { "annotations": { "kyklos.io/exclude": "true" } } });
    world.server.edit(Kind::Deployment, "lab", "api", "kubectl", &exclude).unwrap();
    world.pass(15).await;
    assert_eq!((counts(&world, "shop"), world.replicas_in("shop", "late")), ([3, 2], 5));
    assert_eq!((counts(&world, "lab"), counts(&world, "other")), ([0, 2], [0, 0]));
    assert_eq!((world.remembered("shop").len(), world.wide_stand("night")), (0, [3, 3, 0, 0, 0]));
    world.edit_wide("night", json!({ "allowExclusion": false }));
    world.pass(15).await;
    assert_eq!(counts(&world, "lab"), [0, 0], "what the object doesn't allow doesn't count");
    // A change of one namespace's labels asks nobody else.
    world.server.clear_requests();
    world.relabel("lab", Some("never"));
    world.pass(15).await;
    let written: Vec<_> = world.scalings().into_iter().map(|write| write.call.namespace).collect();
    assert_eq!((written, counts(&world, "lab")), (vec!["lab".to_owned(); 2], [3, 2]));
    world.edit_wide(
        "night",
        json!({ "targets": { "namespaces": { "names": ["lab", "kube-system"], "selector": null } } }),
    );
    world.pass(30).await;
    let now = ["shop", "other", "lab", "kube-system"].map(|namespace| counts(&world, namespace));
    assert_eq!(now, [[3, 2], [3, 2], [0, 0], [0, 0]], "what stands in names is in it, the system's, too");
}

#[tokio::test(start_paused = true)]
async fn who_deletes_it_at_night_gets_everything_back() {
    let world = evening();
    world.wide("night", night(&sleeping()));
    let controller = world.controller_of(None, "wide");
    world.until("2026-11-23T20:10:00Z").await;
    assert_eq!((counts(&world, "shop"), counts(&world, "other")), ([0, 0], [0, 0]));
    world.server.delete(Kind::ClusterTimeWindowScaler, "", "night").unwrap();
    world.pass(30).await;
    assert_eq!((counts(&world, "shop"), counts(&world, "other")), ([3, 2], [3, 2]));
    assert_eq!((world.remembered("shop").len(), world.remembered("other").len()), (0, 0));
    // The same while nobody is there.
    world.wide("night", night(&sleeping()));
    world.pass(30).await;
    assert_eq!((counts(&world, "shop"), counts(&world, "other")), ([0, 0], [0, 0]));
    controller.kill();
    world.server.delete(Kind::ClusterTimeWindowScaler, "", "night").unwrap();
    // One of the namespace alone doesn't know who holds its workloads, and leaves them.
    let narrow = world.controller_of(Some("shop"), "narrow");
    world.pass(120).await;
    assert_eq!((counts(&world, "shop"), world.remembered("shop").len()), ([0, 0], 2));
    narrow.stop().await;
    let _next = world.controller_of(None, "wide-2");
    world.pass(120).await;
    assert_eq!((counts(&world, "shop"), counts(&world, "other")), ([3, 2], [3, 2]));
    assert_eq!((world.remembered("shop").len(), world.remembered("other").len()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_restart_in_the_grace_period_changes_nothing() {
    let world = evening();
    let mut spec = night(&sleeping());
    spec["gracePeriodSeconds"] = json!(300);
    world.wide("night", spec);
    let first = world.controller_of(None, "wide");
    world.until("2026-11-23T20:01:00Z").await;
    assert_eq!(
        (counts(&world, "shop"), reason(&world.wide_status("night"), "Ready").as_str()),
        ([3, 2], "GracePeriodActive")
    );
    assert_eq!(world.events_in("shop"), ["GracePeriodStarted"], "each namespace is told");
    assert_eq!(world.events_in("default"), ["GracePeriodStarted"], "and so is whoever looks at the object");
    first.kill();
    let _second = world.controller_of(None, "wide-2");
    world.until("2026-11-23T20:04:58Z").await;
    assert_eq!(counts(&world, "shop"), [3, 2]);
    world.until("2026-11-23T20:05:10Z").await;
    assert_eq!(counts(&world, "shop"), [0, 0]);
    world.pass(30).await;
    assert_eq!(world.events_in("shop"), ["GracePeriodStarted", "ScaledDown"]);
}

#[tokio::test(start_paused = true)]
async fn a_namespace_that_is_relabelled_at_night_waits_for_somebodys_word_if_it_is_too_many() {
    let world = evening();
    for number in 0..20 {
        world.deploy_in("lab", &format!("d{number:02}"), 2);
    }
    let mut spec = night(&sleeping());
    spec["maxNewTargets"] = json!(10);
    world.wide("night", spec);
    let controller = world.controller_of(None, "wide");
    world.until("2026-11-23T20:10:00Z").await;
    assert_eq!((counts(&world, "shop"), world.wide_stand("night")), ([0, 0], [4, 4, 0, 0, 0]), "a boundary is no edit");
    world.relabel("lab", Some("nightly"));
    world.pass(20).await;
    let awake = |world: &World| (0..20).filter(|n| world.replicas_in("lab", &format!("d{n:02}")) == 2).count();
    assert_eq!((awake(&world), counts(&world, "lab"), counts(&world, "shop")), (20, [3, 2], [0, 0]));
    let status = world.wide_status("night");
    assert_eq!(
        (reason(&status, "Ready").as_str(), &status["targets"]["unconfirmed"]),
        ("ConfirmationNeeded", &json!(1))
    );
    let said = world.wide_message("night", "Ready");
    assert!(
        said.starts_with(
            "22 workloads would be lowered at once by new labels of the namespace lab, and spec.maxNewTargets is 10"
        ),
        "{said}"
    );
    assert!(world.events_in("default").contains(&"ConfirmationNeeded".to_owned()));
    // It waits in the next process, too, and until somebody says that it is meant.
    controller.kill();
    let _next = world.controller_of(None, "wide-2");
    world.pass(60).await;
    assert_eq!((awake(&world), reason(&world.wide_status("night"), "Ready").as_str()), (20, "ConfirmationNeeded"));
    let confirm = json!({ "metadata": { "annotations": { "kyklos.io/confirm": "1" } } });
    world.server.edit(Kind::ClusterTimeWindowScaler, "", "night", "kubectl", &confirm).unwrap();
    world.pass(30).await;
    assert_eq!((awake(&world), counts(&world, "lab"), world.wide_stand("night")), (0, [0, 0], [26, 26, 0, 0, 0]));
}

#[tokio::test(start_paused = true)]
async fn kyklos_itself_is_never_picked_by_one_of_the_cluster() {
    let world = evening();
    world.deploy_in("kyklos-system", "kyklos", 2);
    world.wide("night", night(&json!({ "names": ["kyklos-system"] })));
    let _controller = world.start(options(None, "kyklos-7d9f8c6b5-abcde"));
    world.until("2026-11-23T20:00:20Z").await;
    assert_eq!((world.replicas_in("kyklos-system", "kyklos"), counts(&world, "kyklos-system")), (2, [0, 0]));
}

#[tokio::test(start_paused = true)]
async fn a_kind_that_is_absent_is_no_error_and_comes_alive_when_it_appears() {
    let world = evening();
    world.server.uninstall(Kind::ClusterTimeWindowScaler);
    world.scaler("web", office("web"));
    let _controller = world.controller_of(None, "wide");
    world.pass(30).await;
    assert_eq!(
        (world.replicas("web"), world.reason("web", "Ready").as_str()),
        (2, "Reconciled"),
        "nobody waits for it"
    );
    world.server.install(Kind::ClusterTimeWindowScaler);
    world.wide("night", night(&sleeping()));
    world.pass(120).await;
    assert_eq!((counts(&world, "shop"), counts(&world, "other")), ([2, 0], [0, 0]));
    // It goes again, and what it held has what it had once that has lasted.
    world.server.uninstall(Kind::ClusterTimeWindowScaler);
    world.pass(180).await;
    assert_eq!((counts(&world, "shop"), counts(&world, "other")), ([2, 2], [3, 2]));
}

#[tokio::test(start_paused = true)]
async fn without_the_right_to_see_namespaces_it_says_so() {
    let world = evening();
    world.wide("night", night(&sleeping()));
    let forbidden = Fault::Refuse(Refusal::forbidden("namespaces is forbidden"));
    let spaces = Filter::all().kind(Kind::Namespace).verb(Verb::Watch).verb(Verb::List);
    let fault = world.server.fault(spaces, None, forbidden);
    let _controller = world.controller_of(None, "wide");
    world.until("2026-11-23T20:02:00Z").await;
    assert_eq!(counts(&world, "shop"), [3, 2]);
    let said = world.wide_message("night", "Degraded");
    assert!(said.contains("namespaces can't be read") && said.contains("kyklos manifests"), "{said}");
    world.server.lift(fault);
    world.pass(90).await;
    assert_eq!((counts(&world, "shop"), world.wide_stand("night")), ([0, 0], [4, 4, 0, 0, 0]));
}
