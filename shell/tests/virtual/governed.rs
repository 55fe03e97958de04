//! Autoscalers in a selection, together with what they scale.

use kyklos::report::metrics::Metrics;
use kyklos_testserver::{Filter, Kind, Verb};
use serde_json::{Value, json};

use crate::world::{World, at, office, options};

pub(crate) const HPA: Kind = Kind::HorizontalPodAutoscaler;

/// Where KEDA's annotation stands.
pub(crate) const PAUSED: &str = "/metadata/annotations/autoscaling.keda.sh~1paused-replicas";

/// None at night, which is a quarter of an hour here, and what they had by day, of all of these kinds.
pub(crate) fn night(kinds: &[&str]) -> Value {
    let kinds: Vec<_> = kinds.iter().map(|kind| json!({ "kind": kind })).collect();
    json!({
        "targets": { "kinds": kinds }, "timezone": "UTC", "gracePeriodSeconds": 0,
        "windows": [{ "name": "night", "start": "20:00", "end": "20:15", "replicas": 0 }],
    })
}

/// Deployments and their autoscalers.
pub(crate) fn both() -> Value {
    night(&["Deployment", "HorizontalPodAutoscaler"])
}

impl World {
    /// How many are left to autoscalers that are picked.
    pub(crate) fn governed(&self) -> i64 {
        self.status("night")["targets"]["governed"].as_i64().unwrap()
    }

    pub(crate) fn annotate_in(&self, kind: Kind, name: &str, key: &str, value: Value) {
        let patch = json!({ "metadata": { "annotations": { key: value } } });
        self.server.edit(kind, "shop", name, "kubectl", &patch).unwrap();
    }

    /// Makes a CronJob.
    pub(crate) fn job(&self, name: &str, suspend: bool) {
        let spec = json!({ "schedule": "* * * * *", "startingDeadlineSeconds": 60, "suspend": suspend });
        let object = json!({ "metadata": { "namespace": "shop", "name": name }, "spec": spec });
        self.server.create(Kind::CronJob, "kubectl", &object).unwrap();
    }

    /// Makes the autoscaler that KEDA makes of a ScaledObject.
    pub(crate) fn kedas_own(&self, of: &str, target: &str) {
        let name = format!("keda-hpa-{of}");
        self.hpa(&name, target, 1, 20);
        let owner = json!({ "apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject", "name": of, "uid": "1", "controller": true });
        let patch = json!({ "metadata": { "ownerReferences": [owner] } });
        self.server.edit(HPA, "shop", &name, "keda-operator", &patch).unwrap();
    }

    pub(crate) fn reasons(&self) -> Vec<(String, String)> {
        let first = self.status("night")["targets"]["first"].as_array().unwrap().clone();
        let text = |line: &Value, field: &str| line[field].as_str().unwrap().to_owned();
        first.iter().map(|line| (text(line, "name"), text(line, "reason"))).collect()
    }
}

/// C04 and C06 in one namespace, and all are in the morning what they were.
#[tokio::test(start_paused = true)]
async fn hpas_and_what_they_govern_in_one_namespace() {
    let world = World::at("2026-11-23T19:59:00Z");
    world.server.install(Kind::ScaledObject);
    for (name, replicas) in [("web", 7), ("queue", 3), ("api", 2), ("idle", 0), ("kept", 4)] {
        world.deploy(name, replicas);
    }
    world.labelled(Kind::StatefulSet, "db", 2, &json!({}));
    world.hpa("web", "web", 2, 10);
    world.scaled_object("queue", "queue", &json!({ "maxReplicaCount": 20 }));
    world.kedas_own("queue", "queue");
    // What is left out has its autoscaler left out, too.
    world.annotate_in(Kind::Deployment, "kept", "kyklos.io/exclude", json!("true"));
    world.hpa("of-kept", "kept", 2, 9);
    world.job("report", false);
    world.job("stopped", true);
    let kinds = ["Deployment", "StatefulSet", "HorizontalPodAutoscaler", "CronJob", "ScaledObject"];
    world.scaler("night", night(&kinds));
    let _controller = world.controller();
    world.until("2026-11-23T19:59:59Z").await;
    assert_eq!((world.stand(), world.records(), world.governed()), ([7, 7, 0, 0, 0], 0, 2));
    let said = world.message("night", "Ready");
    assert!(said.ends_with("7 targets, to which 2 workloads are left that they scale"), "{said}");
    world.server.clear_requests();
    world.until("2026-11-23T20:00:20Z").await;
    let names = ["web", "queue", "api", "idle", "kept"];
    let db = || world.server.get(Kind::StatefulSet, "shop", "db").unwrap()["spec"]["replicas"].clone();
    let suspended = || ["report", "stopped"].map(|name| world.cron(name)["suspend"].clone());
    assert_eq!(world.counts(&names), [0, 3, 0, 0, 4], "KEDA scales the queue, and not Kyklos");
    assert_eq!((world.scaled("queue").pointer(PAUSED), db()), (Some(&json!("0")), json!(0)));
    assert_eq!((world.bounds("web"), world.bounds("of-kept")), ((2, 10), (2, 9)));
    assert_eq!(suspended(), [json!(true), json!(true)]);
    assert_eq!((world.stand(), world.governed()), ([7, 7, 0, 0, 0], 2));
    let targets = world.status("night")["targets"].clone();
    assert_eq!((&targets["excluded"], &targets["owned"]), (&json!(2), &json!(1)));
    assert_eq!(world.events("night"), ["ScaledDown"]);
    assert_eq!(world.server.count(&Filter::status_writes()), 1);
    assert_eq!(world.of(Kind::ScaleRecord, Verb::Create) + world.of(Kind::ScaleRecord, Verb::Patch), 1);
    // KEDA does what it is told.
    world.server.scale(Kind::Deployment, "shop", "queue", "keda-operator", 0).unwrap();
    world.server.clear_requests();
    world.until("2026-11-23T20:14:59Z").await;
    let others = world.server.count(&Filter::writes()) - world.server.count(&Filter::writes().kind(Kind::Lease));
    assert_eq!(others, 0, "the night costs nothing");
    world.until("2026-11-23T20:15:20Z").await;
    assert_eq!(world.counts(&names), [2, 0, 2, 0, 4], "an autoscaler goes on from its minimum");
    assert_eq!((world.scaled("queue").pointer(PAUSED), db()), (None, json!(2)));
    assert_eq!((world.bounds("web"), world.bounds("of-kept")), ((2, 10), (2, 9)));
    assert_eq!(suspended(), [json!(false), json!(true)]);
    assert_eq!((world.stand(), world.records(), world.governed()), ([7, 7, 0, 0, 0], 0, 2));
    assert_eq!(world.events("night"), ["ScaledDown", "ScaledUp"]);
}

/// What a value means is what it means for one target.
#[tokio::test(start_paused = true)]
async fn a_plain_count_is_the_floor_of_autoscalers_and_resumes_what_is_suspended() {
    let world = World::at("2026-11-23T08:59:00Z");
    world.deploy("web", 8);
    world.hpa("web", "web", 2, 5);
    world.deploy("api", 1);
    world.job("report", true);
    let mut spec = night(&["Deployment", "HorizontalPodAutoscaler", "CronJob"]);
    spec["windows"][0] = json!({ "name": "day", "start": "09:00", "end": "09:10", "replicas": 6 });
    world.scaler("night", spec);
    let _controller = world.controller();
    world.until("2026-11-23T08:59:59Z").await;
    assert_eq!((world.bounds("web"), world.replicas("api")), ((2, 5), 1));
    world.until("2026-11-23T09:00:20Z").await;
    assert_eq!((world.bounds("web"), world.counts(&["web", "api"])), ((6, 6), vec![8, 6]));
    assert_eq!((world.cron("report")["suspend"].clone(), world.stand()), (json!(false), [3, 3, 0, 0, 0]));
    world.until("2026-11-23T09:10:20Z").await;
    assert_eq!((world.bounds("web"), world.counts(&["web", "api"])), ((2, 5), vec![8, 1]));
    assert_eq!((world.cron("report")["suspend"].clone(), world.records()), (json!(true), 0));
}

/// Two schedules, of which one picks workloads and the other one autoscalers: losing there is losing here.
#[tokio::test(start_paused = true)]
async fn claims_go_through_autoscalers() {
    for elder in ["night", "floors"] {
        let world = World::at("2026-11-23T19:59:00Z");
        world.deploy("web", 7);
        world.deploy("api", 2);
        world.hpa("web", "web", 2, 10);
        let mut floors = night(&["HorizontalPodAutoscaler"]);
        floors["windows"][0]["replicas"] = json!(4);
        let specs = [("night", night(&["Deployment"])), ("floors", floors)];
        let (first, then): (Vec<_>, Vec<_>) = specs.into_iter().partition(|(name, _)| *name == elder);
        for (name, spec) in first.into_iter().chain(then) {
            world.scaler(name, spec);
            world.pass(2).await;
        }
        let _controller = world.controller();
        world.until("2026-11-23T20:00:20Z").await;
        let younger = if elder == "night" { "floors" } else { "night" };
        let lost = world.status(younger)["targets"].clone();
        assert_eq!((&lost["conflict"], world.reason(younger, "Ready").as_str()), (&json!(1), "Reconciled"), "{elder}");
        let by = if elder == "night" { "Deployment" } else { "HorizontalPodAutoscaler" };
        assert_eq!(
            lost["first"][0]["message"],
            format!("TimeWindowScaler {elder} has it by {by} web: it is older"),
            "{lost:#}"
        );
        let (web, bounds) = if elder == "night" { (0, (2, 10)) } else { (7, (4, 10)) };
        assert_eq!((world.counts(&["web", "api"]), world.bounds("web")), (vec![web, 0], bounds), "{elder}");
        world.until("2026-11-23T20:15:20Z").await;
        assert_eq!((world.counts(&["web", "api"]), world.bounds("web"), world.records()), (vec![7, 2], (2, 10), 0));
    }
}

/// Who names a Deployment has it before who picks its autoscaler.
#[tokio::test(start_paused = true)]
async fn whoever_names_what_an_autoscaler_scales_has_it() {
    let world = World::at("2026-11-23T19:59:00Z");
    world.deploy("web", 7);
    world.hpa("web", "web", 2, 10);
    world.scaler("night", both());
    world.pass(2).await;
    let mut spec = office("web");
    spec["defaultReplicas"] = json!("original");
    world.scaler("web", spec);
    let _controller = world.controller();
    world.until("2026-11-23T20:00:20Z").await;
    assert_eq!((world.replicas("web"), world.stand(), world.governed()), (7, [0, 0, 0, 1, 0], 1));
    let words = "TimeWindowScaler web has it by Deployment web: it names the target, which is narrower";
    assert_eq!(world.status("night")["targets"]["first"][0]["message"], words);
    world.delete_scaler("web");
    world.pass(15).await;
    assert_eq!((world.replicas("web"), world.stand()), (0, [1, 1, 0, 0, 0]));
}

/// The originals of a hundred of all kinds outlive whatever happens to the process and to their autoscalers.
#[tokio::test(start_paused = true)]
async fn a_hundred_of_all_kinds_are_in_the_morning_what_they_were() {
    let world = World::at("2026-11-23T19:59:00Z");
    let names: Vec<_> = (0..100).map(|number| format!("d{number:02}")).collect();
    for (number, name) in names.iter().enumerate() {
        world.deploy(name, i32::try_from(number % 7).unwrap());
        if number % 3 == 0 {
            world.hpa(name, name, 2, 10);
        }
    }
    world.scaler("night", both());
    let mut controller = world.controller();
    world.until("2026-11-23T20:00:20Z").await;
    for round in 2..5 {
        for name in names.iter().step_by(4) {
            let patch =
                json!({ "spec": { "template": { "metadata": { "annotations": { "round": round.to_string() } } } } });
            world.server.edit(Kind::Deployment, "shop", name, "argocd", &patch).unwrap();
        }
        // One loses its autoscaler while nobody is there.
        controller.kill();
        world.server.delete(HPA, "shop", &names[3 * round]).unwrap();
        controller = world.controller_of(Some("shop"), &format!("pod-{round}"));
        world.pass(60).await;
        assert!(names.iter().all(|name| world.replicas(name) == 0), "round {round}");
    }
    world.until("2026-11-23T20:15:30Z").await;
    for (number, name) in names.iter().enumerate() {
        let had = i64::try_from(number % 7).unwrap();
        let is_scaled = number % 3 == 0 && !(2..5).any(|round| number == 3 * round);
        // An autoscaler goes on from its minimum, and stands still at none.
        assert_eq!(world.replicas(name), if is_scaled && had > 0 { 2 } else { had }, "{name}");
    }
    assert_eq!(world.records(), 0);
}

/// Whoever makes thousands of autoscalers for one workload, and leaves it out and takes it in again and again, keeps no other waiting.
#[tokio::test(start_paused = true)]
async fn thousands_of_autoscalers_for_one_workload_keep_no_other_waiting() {
    let world = World::at("2026-11-23T19:58:00Z");
    for namespace in ["hostile", "other"] {
        world.scaler_in(namespace, "night", both());
    }
    world.deploy_in("hostile", "web", 3);
    for number in 0..3_000 {
        let of = json!({ "apiVersion": "apps/v1", "kind": "Deployment", "name": "web" });
        let spec = json!({ "scaleTargetRef": of, "minReplicas": 2, "maxReplicas": 10 });
        let metadata = json!({ "namespace": "hostile", "name": format!("h{number:04}") });
        world.server.create(HPA, "kubectl", &json!({ "metadata": metadata, "spec": spec })).unwrap();
    }
    for number in 0..20 {
        world.deploy_in("other", &format!("d{number:02}"), 2);
    }
    let options = options(None, "wide");
    let metrics = std::sync::Arc::clone(&options.metrics);
    let _controller = world.start(options);
    world.until("2026-11-23T19:59:30Z").await;
    let hostile = || world.server.get(Kind::TimeWindowScaler, "hostile", "night").unwrap()["status"]["targets"].clone();
    assert_eq!((&hostile()["claimed"], &hostile()["governed"]), (&json!(1), &json!(3_000)));
    let before = looks(&metrics);
    for round in 0..300 {
        let exclude = if round % 2 == 0 { json!("true") } else { json!(null) };
        let patch = json!({ "metadata": { "annotations": { "kyklos.io/exclude": exclude } } });
        world.server.edit(Kind::Deployment, "hostile", "web", "kubectl", &patch).unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert!(looks(&metrics) - before < 400.0, "{}", looks(&metrics) - before);
    world.until("2026-11-23T20:00:30Z").await;
    let writes = world.server.requests(&Filter::scale_writes().namespace("other"));
    let late = writes.iter().map(|write| write.wall).max().unwrap() - at("2026-11-23T20:00:00Z");
    assert!(writes.len() == 20 && late < chrono::TimeDelta::seconds(1), "{} {late}", writes.len());
    world.pass(300).await;
    assert_eq!(world.replicas_in("hostile", "web"), 0);
    assert_eq!((&hostile()["claimed"], &hostile()["governed"]), (&json!(1), &json!(3_000)));
}

/// How often anything was looked at.
fn looks(metrics: &Metrics) -> f64 {
    let page = metrics.encode(None).unwrap();
    let line = page.lines().find(|line| line.starts_with("kyklos_reconcile_duration_seconds_count")).unwrap();
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

/// Labels that flap where an autoscaler is picked by them: it goes and comes, and what it scales with it.
#[tokio::test(start_paused = true)]
async fn an_autoscaler_that_flaps_costs_few_writes() {
    let world = World::at("2026-11-23T20:00:30Z");
    world.deploy("web", 3);
    world.hpa("web", "web", 2, 10);
    let mut spec = both();
    spec["targets"]["selector"] = json!({ "matchLabels": { "tier": "app" } });
    world.scaler("night", spec);
    world.meta("web", json!({ "labels": { "tier": "app" } }));
    let label = |tier: &str| {
        world
            .server
            .edit(HPA, "shop", "web", "kubectl", &json!({ "metadata": { "labels": { "tier": tier } } }))
            .unwrap();
    };
    label("app");
    let _controller = world.controller();
    world.pass(15).await;
    assert_eq!((world.replicas("web"), world.stand(), world.governed()), (0, [1, 1, 0, 0, 0], 1));
    world.server.clear_requests();
    for round in 0..600 {
        label(if round % 2 == 0 { "tool" } else { "app" });
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
    let others = world.server.count(&Filter::writes()) - world.server.count(&Filter::writes().kind(Kind::Lease));
    assert!((30..=800).contains(&others), "{others}");
    world.pass(60).await;
    assert_eq!((world.replicas("web"), world.stand(), world.governed()), (0, [1, 1, 0, 0, 0], 1));
    world.until("2026-11-23T20:15:30Z").await;
    assert_eq!((world.replicas("web"), world.bounds("web"), world.records()), (2, (2, 10), 0));
}
