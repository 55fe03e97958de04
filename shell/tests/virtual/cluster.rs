//! One schedule for many namespaces, or for what lies in none.

use kyklos_testserver::{Fault, Filter, Kind, Refusal, Verb};
use serde_json::{Value, json};

use crate::world::{World, office, options, reason};

/// None at night, and what they had by day, in these namespaces.
pub(crate) fn night(namespaces: &Value) -> Value {
    json!({
        "targets": {}, "namespaces": namespaces, "timezone": "UTC", "gracePeriodSeconds": 0,
        "windows": [{ "name": "night", "start": "20:00", "end": "23:00", "replicas": 0 }],
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
    world.until("2026-11-23T23:00:20Z").await;
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
    world.until("2026-11-23T21:00:00Z").await;
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
    world.edit_wide("night", json!({ "namespaces": { "names": ["lab", "kube-system"], "selector": null } }));
    world.pass(30).await;
    let now = ["shop", "other", "lab", "kube-system"].map(|namespace| counts(&world, namespace));
    assert_eq!(now, [[3, 2], [3, 2], [0, 0], [0, 0]], "what stands in names is in it, the system's, too");
}

#[tokio::test(start_paused = true)]
async fn a_schedule_of_the_namespace_has_it_also_while_that_is_wrong() {
    let world = evening();
    world.wide("night", night(&sleeping()));
    world.pass(1).await;
    world.scaler("web", office("web"));
    let all = json!({ "targets": {}, "timezone": "UTC", "gracePeriodSeconds": 0, "defaultReplicas": 1 });
    world.scaler_in("other", "all", all);
    let _controller = world.controller_of(None, "wide");
    world.until("2026-11-23T21:00:00Z").await;
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
    world.until("2026-11-23T23:00:30Z").await;
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
    world.until("2026-11-23T21:00:00Z").await;
    assert_eq!((counts(&world, "shop"), counts(&world, "other")), ([0, 0], [0, 0]));
    let overrule = |name: &str, namespace: &str, fields: Value| {
        let mut spec = json!({
            "scalerRef": { "kind": "ClusterTimeWindowScaler", "name": "night" }, "reason": "release",
            "until": "2026-11-23T22:00:00Z", "replicas": 4,
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
    world.until("2026-11-23T22:01:00Z").await;
    assert_eq!((counts(&world, "shop"), phase("shop", "release").0.as_str()), ([4, 4], "Ended"));
    controller.kill();
    let _next = world.controller_of(None, "wide-2");
    world.until("2026-11-23T22:04:58Z").await;
    assert_eq!(
        (counts(&world, "shop"), counts(&world, "other")),
        ([4, 4], [0, 0]),
        "a restart in between changes nothing"
    );
    world.until("2026-11-23T22:05:10Z").await;
    assert_eq!(counts(&world, "shop"), [0, 0]);
    world.until("2026-11-23T23:00:30Z").await;
    assert_eq!((counts(&world, "shop"), world.remembered("shop").len()), ([3, 2], 0));
}

/// In shop, 4 of each until ten.
fn release(world: &World) {
    let object = json!({
        "apiVersion": "kyklos.io/v1alpha1", "kind": "TimeWindowOverride",
        "metadata": { "namespace": "shop", "name": "release" },
        "spec": {
            "scalerRef": { "kind": "ClusterTimeWindowScaler", "name": "night" }, "reason": "release", "replicas": 4,
            "until": "2026-11-23T22:00:00Z",
        },
    });
    world.server.create(Kind::TimeWindowOverride, "kubectl", &object).unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_override_that_begins_while_nobody_is_there_is_no_drift() {
    let world = evening();
    world.wide("night", night(&sleeping()));
    let controller = world.controller_of(None, "wide");
    world.until("2026-11-23T21:00:00Z").await;
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
async fn who_deletes_it_at_night_gets_everything_back() {
    let world = evening();
    world.wide("night", night(&sleeping()));
    let controller = world.controller_of(None, "wide");
    world.until("2026-11-23T21:00:00Z").await;
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
    world.until("2026-11-23T21:00:00Z").await;
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
async fn what_lies_in_no_namespace_is_scaled_by_its_name_and_remembered_where_kyklos_is() {
    let world = World::at("2026-11-23T19:59:00Z");
    let pool = json!({ "metadata": { "name": "batch" }, "spec": { "replicas": 6 } });
    world.server.create(Kind::NodePool, "kubectl", &pool).unwrap();
    let target = json!({ "apiVersion": "karpenter.sh/v1", "kind": "NodePool", "name": "batch" });
    let spec = json!({
        "targetRef": target, "timezone": "UTC", "gracePeriodSeconds": 0, "defaultReplicas": "original", "onDelete": "restore",
        "windows": [{ "name": "night", "start": "20:00", "end": "23:00", "replicas": 1 }],
        "holidayMode": "treat-as-closed", "holidayReplicas": 0, "holidayConfigMap": "days",
    });
    world.wide("pools", spec);
    let size = |world: &World| world.server.get(Kind::NodePool, "", "batch").unwrap()["spec"]["replicas"].clone();
    let controller = world.controller_of(None, "wide");
    world.pass(30).await;
    let said = world.wide_message("pools", "Degraded");
    assert!(said.contains("there is no ConfigMap \"days\" in Kyklos' own namespace"), "{said}");
    let days =
        json!({ "metadata": { "namespace": "kyklos-system", "name": "days" }, "data": { "2026-11-24": "closed" } });
    world.server.create(Kind::ConfigMap, "kubectl", &days).unwrap();
    world.until("2026-11-23T20:00:20Z").await;
    assert_eq!((size(&world), reason(&world.wide_status("pools"), "Ready").as_str()), (json!(1), "Reconciled"));
    assert_eq!(world.wide_status("pools")["targetObservedReplicas"], 1);
    let entries = world.remembered("kyklos-system");
    assert_eq!((entries.len(), entries[0].0.as_str()), (1, "cluster/NodePool.karpenter.sh/batch"));
    assert!(world.events_in("default").contains(&"ScaledDown".to_owned()));
    controller.kill();
    let _next = world.controller_of(None, "wide-2");
    world.until("2026-11-23T23:00:30Z").await;
    assert_eq!((size(&world), world.remembered("kyklos-system").len()), (json!(6), 0));
    world.until("2026-11-24T00:00:30Z").await;
    assert_eq!(size(&world), 0, "a holiday");
    world.server.delete(Kind::ClusterTimeWindowScaler, "", "pools").unwrap();
    world.pass(30).await;
    assert_eq!((size(&world), world.remembered("kyklos-system").len()), (json!(6), 0));
    let restored = world.server.list(Kind::Event, "default");
    assert!(restored.iter().any(|event| event["reason"] == "Restored" && event["regarding"]["kind"] == "NodePool"));
}

#[tokio::test(start_paused = true)]
async fn who_looks_in_the_wrong_place_is_told_where_to_look() {
    let world = World::at("2026-11-23T12:00:00Z");
    let pool = json!({ "metadata": { "name": "batch" }, "spec": { "replicas": 6 } });
    world.server.create(Kind::NodePool, "kubectl", &pool).unwrap();
    let target = |version: &str, kind: &str| json!({ "targetRef": { "apiVersion": version, "kind": kind, "name": "batch" }, "timezone": "UTC" });
    world.scaler("pool", target("karpenter.sh/v1", "NodePool"));
    world.wide("fleet", target("example.com/v1", "Fleet"));
    world.wide("unheard", target("example.com/v1", "Unheard"));
    world.wide("web", target("apps/v1", "Deployment"));
    let mut kinds = night(&json!({ "names": ["nowhere", "shop"] }));
    kinds["targets"] = json!({ "kinds": [{ "apiVersion": "karpenter.sh/v1", "kind": "NodePool" }] });
    world.wide("kinds", kinds);
    let _controller = world.controller_of(None, "wide");
    world.pass(30).await;
    let said = world.message("pool", "Ready");
    assert!(
        said.contains("is a kind of the cluster") && said.contains("in the targetRef of a ClusterTimeWindowScaler"),
        "{said}"
    );
    let said = world.wide_message("fleet", "Ready");
    assert!(said.contains("is a kind of namespaces") && said.contains("write targets and namespaces"), "{said}");
    assert!(world.wide_message("unheard", "Ready").contains("serves no Unheard of example.com/v1"));
    let said = world.wide_message("web", "Ready");
    assert!(said.starts_with("spec.targetRef.kind: a Deployment is in a namespace"), "{said}");
    assert_eq!(reason(&world.wide_status("web"), "Ready"), "ConfigurationInvalid");
    let said = world.wide_message("kinds", "Degraded");
    assert!(
        said.contains("there is no namespace nowhere; what comes to be there")
            && said.contains("is a kind of the cluster"),
        "{said}"
    );
    let said = world.wide_message("kinds", "Ready");
    assert!(
        said.starts_with("no target is there yet, which are the NodePools of the namespaces nowhere, shop;"),
        "{said}"
    );
    assert_eq!(world.scalings().len(), 0);
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
async fn one_for_a_single_namespace_asks_for_nothing_of_the_cluster() {
    let world = evening();
    world.wide("night", night(&sleeping()));
    world.scaler("web", office("web"));
    let _controller = world.controller();
    world.until("2026-11-23T21:00:00Z").await;
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
    world.until("2026-11-23T21:00:00Z").await;
    assert_eq!((counts(&world, "shop"), counts(&world, "other")), ([3, 2], [0, 0]));
    assert_eq!(world.wide_stand("night"), [2, 2, 0, 0, 0]);
    narrow.stop().await;
    world.pass(120).await;
    assert_eq!((counts(&world, "shop"), world.wide_stand("night")), ([0, 0], [4, 4, 0, 0, 0]));
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

#[tokio::test(start_paused = true)]
async fn fifty_namespaces_are_told_of_a_boundary_each_and_the_object_once() {
    let world = World::at("2026-11-23T19:59:00Z");
    let names: Vec<_> = (0..50).map(|number| format!("team-{number:02}")).collect();
    for namespace in &names {
        world.server.create_namespace(namespace);
        world.relabel(namespace, Some("nightly"));
        for number in 0..6 {
            world.deploy_in(namespace, &format!("d{number}"), 3);
        }
    }
    world.wide("night", night(&sleeping()));
    let _controller = world.controller_of(None, "wide");
    world.until("2026-11-23T19:59:58Z").await;
    world.server.clear_requests();
    world.until("2026-11-23T20:00:30Z").await;
    assert_eq!((world.scalings().len(), world.wide_stand("night")), (300, [300, 300, 0, 0, 0]));
    assert_eq!(world.server.count(&Filter::status_writes()), 1);
    let records = Filter::all().kind(Kind::ScaleRecord);
    let written = |verb| world.server.count(&records.clone().verb(verb));
    assert_eq!((written(Verb::Create), written(Verb::Patch)), (50, 0));
    assert!(names.iter().all(|namespace| world.events_in(namespace) == ["ScaledDown"]), "one each, and none is lost");
    assert!(world.events_in("default").is_empty());
    // One in which nothing can be told keeps no other from being told.
    let refused = Filter::all().kind(Kind::Event).namespace("team-00");
    world.server.fault(refused, None, Fault::Refuse(Refusal::unavailable()));
    world.server.clear_requests();
    world.until("2026-11-23T23:01:00Z").await;
    assert_eq!((written(Verb::Delete), written(Verb::Patch)), (50, 0), "and one to forget");
    let told = |namespace: &&String| world.events_in(namespace).contains(&"ScaledUp".to_owned());
    assert_eq!((names.iter().filter(told).count(), world.wide_stand("night")), (49, [300, 300, 0, 0, 0]));
}

#[tokio::test(start_paused = true)]
async fn a_namespace_whose_labels_flap_costs_few_writes_and_no_original() {
    let world = evening();
    world.wide("night", night(&sleeping()));
    let mut controller = world.controller_of(None, "wide");
    world.until("2026-11-23T21:00:00Z").await;
    world.server.clear_requests();
    for round in 0..600 {
        world.relabel("shop", if round % 2 == 0 { None } else { Some("nightly") });
        if round % 200 == 199 {
            controller.kill();
            controller = world.controller_of(None, &format!("wide-{round}"));
        }
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
    // In 300 s three processes take each of the two 32 times at once and then once in five seconds, with a way there and back.
    let writes = world.scalings();
    let most = 2 * 2 * (3 * 32 + 61);
    assert!((most / 4..=most).contains(&writes.len()), "{}", writes.len());
    assert!(writes.iter().all(|write| write.call.namespace == "shop"), "no other namespace has a part in it");
    world.pass(60).await;
    assert_eq!((counts(&world, "shop"), world.wide_stand("night")), ([0, 0], [4, 4, 0, 0, 0]));
    world.until("2026-11-23T23:01:00Z").await;
    assert_eq!((counts(&world, "shop"), counts(&world, "other"), world.remembered("shop").len()), ([3, 2], [3, 2], 0));
}

/// Twenty minutes without a boundary: nobody is looked at, and nothing is asked or written.
async fn rests(state: &str, world: &World) {
    let options = options(None, "wide");
    let metrics = std::sync::Arc::clone(&options.metrics);
    let controller = world.start(options);
    let looks = || {
        let page = metrics.encode(None).unwrap();
        let line = page.lines().find(|line| line.starts_with("kyklos_reconcile_duration_seconds_count")).unwrap();
        line.rsplit(' ').next().unwrap().parse::<f64>().unwrap()
    };
    world.pass(180).await;
    world.server.clear_requests();
    let before = looks();
    world.pass(1_200).await;
    assert!(looks() - before <= 0.0, "{state}: {} looks", looks() - before);
    let asks = [Verb::Get, Verb::List, Verb::Create, Verb::Update, Verb::Patch, Verb::Delete];
    let all = world.server.requests(&Filter::all());
    let asked: Vec<_> = all
        .iter()
        .filter(|seen| seen.call.kind.is_some_and(|kind| kind != Kind::Lease) && asks.contains(&seen.call.verb))
        .collect();
    assert!(asked.is_empty(), "{state}: {asked:#?}");
    controller.kill();
}

#[tokio::test(start_paused = true)]
async fn no_state_is_a_hot_loop() {
    let with = |name: &str, spec: Value| {
        let world = evening();
        world.wide(name, spec);
        world
    };
    let asleep = |namespaces: Value| {
        let mut spec = night(&namespaces);
        spec["windows"] = json!([{ "name": "always", "start": "00:00", "end": "24:00", "replicas": 0 }]);
        spec
    };
    rests("settled", &with("night", asleep(sleeping()))).await;
    rests("namespaces that aren't there", &with("night", asleep(json!({ "names": ["nowhere"] })))).await;
    let mut braked = asleep(sleeping());
    braked["maxNewTargets"] = json!(1);
    rests("waiting for a word", &with("night", braked)).await;
    let pool = json!({ "apiVersion": "karpenter.sh/v1", "kind": "NodePool", "name": "none" });
    rests("without a target", &with("pools", json!({ "targetRef": pool, "timezone": "UTC" }))).await;
    rests("invalid", &with("night", json!({ "targets": {}, "timezone": "Mars/Olympus" }))).await;
    let lost = with("night", asleep(sleeping()));
    lost.scaler("all", json!({ "targets": {}, "timezone": "UTC", "defaultReplicas": 0 }));
    lost.scaler_in("other", "all", json!({ "targets": {}, "timezone": "UTC", "defaultReplicas": 0 }));
    rests("lost to narrower ones", &lost).await;
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
    spec["targets"] = json!({ "kinds": [{ "kind": "Deployment" }, { "kind": "HorizontalPodAutoscaler" }] });
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
