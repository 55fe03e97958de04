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
        world
            .message("web", "Ready")
            .contains("`kyklos manifests --targets statefulsets --watch-namespace shop` grants it"),
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

fn of(api_version: &str, kind: &str, replicas: serde_json::Value) -> serde_json::Value {
    json!({
        "targetRef": { "apiVersion": api_version, "kind": kind, "name": "web" }, "timezone": "UTC",
        "gracePeriodSeconds": 0, "defaultReplicas": 0,
        "windows": [{ "name": "office", "start": "09:00", "end": "17:00", "replicas": replicas }],
    })
}

/// The same with another window like it twenty minutes after the first.
fn and_again(mut spec: serde_json::Value) -> serde_json::Value {
    let mut again = spec["windows"][0].clone();
    (again["start"], again["end"]) = (json!("17:20"), json!("18:00"));
    spec["windows"].as_array_mut().unwrap().push(again);
    spec
}

impl World {
    fn fleet(&self, name: &str, size: Option<i32>) {
        let mut object = json!({ "metadata": { "namespace": "shop", "name": name }, "spec": { "replicas": 7 } });
        if let Some(size) = size {
            object["spec"]["size"] = json!(size);
        }
        self.server.create(Kind::Fleet, "kubectl", &object).unwrap();
    }

    fn size(&self, name: &str) -> serde_json::Value {
        self.server.get(Kind::Fleet, "shop", name).unwrap()["spec"]["size"].clone()
    }

    fn cron_job(&self, name: &str, suspend: bool, deadline: Option<i32>) {
        let mut spec = json!({ "schedule": "* * * * *", "suspend": suspend });
        if let Some(deadline) = deadline {
            spec["startingDeadlineSeconds"] = json!(deadline);
        }
        let object = json!({ "metadata": { "namespace": "shop", "name": name }, "spec": spec });
        self.server.create(Kind::CronJob, "kubectl", &object).unwrap();
    }

    pub(crate) fn cron(&self, name: &str) -> serde_json::Value {
        self.server.get(Kind::CronJob, "shop", name).unwrap()["spec"].clone()
    }
}

/// C11 for a custom kind: its count lies elsewhere, and at none it is absent.
#[tokio::test(start_paused = true)]
async fn a_custom_kind_is_scaled_where_its_crd_says_and_an_absent_count_is_none() {
    let world = World::at("2026-11-23T08:58:00Z");
    world.fleet("web", None);
    let mut spec = of("example.com/v1", "Fleet", json!(3));
    spec["windows"][0]["end"] = json!("09:10");
    world.scaler("web", spec);
    let _controller = world.controller();
    world.until("2026-11-23T08:59:59Z").await;
    assert_eq!((world.reason("web", "Ready").as_str(), world.scalings().len()), ("Reconciled", 0));
    assert_eq!(world.status("web")["targetObservedReplicas"], 0);
    world.server.clear_requests();
    world.until("2026-11-23T09:00:02Z").await;
    assert_eq!((world.size("web"), world.status("web")["targetObservedReplicas"].clone()), (json!(3), json!(3)));
    assert_eq!((world.scalings().len(), world.server.count(&Filter::status_writes())), (1, 1));
    // Somebody's change is put back, and that of another field is none.
    let patch = json!({ "spec": { "size": 9, "replicas": 1 } });
    world.server.edit(Kind::Fleet, "shop", "web", "kubectl", &patch).unwrap();
    world.pass(2).await;
    assert_eq!((world.size("web"), world.events("web").contains(&"DriftCorrected".to_owned())), (json!(3), true));
    world.until("2026-11-23T09:10:02Z").await;
    assert_eq!((world.size("web"), world.server.open_watches(Kind::Fleet)), (json!(0), 1));
}

#[tokio::test(start_paused = true)]
async fn a_kind_that_appears_later_is_found_and_one_that_goes_is_missed() {
    let world = World::at("2026-11-23T09:30:00Z");
    world.deploy("web", 2);
    world.server.uninstall(Kind::Fleet);
    world.scaler("fleet", of("example.com/v1", "Fleet", json!(3)));
    world.scaler("web", office("web"));
    let _controller = world.controller();
    world.pass(30).await;
    assert_eq!(world.replicas("web"), 10, "nobody else waits for it");
    assert_eq!(world.reason("fleet", "Ready"), "TargetNotFound");
    let said = world.message("fleet", "Ready");
    assert!(said.contains("the API server serves no Fleet of example.com/v1"), "{said}");
    assert_eq!(world.events("fleet"), ["MissingTarget"]);
    // It is asked for again, and not too often.
    world.server.clear_requests();
    world.pass(600).await;
    let asked = world.server.count(&Filter::all().path("/apis/example.com/v1"));
    assert!((5..=30).contains(&asked), "{asked}");
    world.server.install(Kind::Fleet);
    world.fleet("web", Some(1));
    world.pass(90).await;
    assert_eq!((world.size("web"), world.reason("fleet", "Ready").as_str()), (json!(3), "Reconciled"));
    world.server.uninstall(Kind::Fleet);
    world.pass(90).await;
    assert_eq!(world.reason("fleet", "Ready"), "TargetNotFound");
    // Nobody names it any more, so nobody asks.
    world.server.delete(Kind::TimeWindowScaler, "shop", "fleet").unwrap();
    world.pass(5).await;
    world.server.clear_requests();
    world.pass(600).await;
    assert_eq!(world.server.count(&Filter::all().path("/apis/example.com/v1")), 0);
}

#[tokio::test(start_paused = true)]
async fn where_the_crd_may_not_be_read_the_object_says_what_grants_it() {
    let world = World::at("2026-11-23T09:30:00Z");
    world.fleet("web", Some(1));
    world.scaler("web", of("example.com/v1", "Fleet", json!(3)));
    let crd = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/fleets.example.com";
    let forbidden = Fault::Refuse(Refusal::forbidden("customresourcedefinitions is forbidden"));
    let fault = world.server.fault(Filter::all().path(crd), None, forbidden);
    let _controller = world.controller();
    world.pass(180).await;
    assert_eq!((world.size("web"), world.reason("web", "Ready").as_str()), (json!(1), "TargetNotFound"));
    let said = world.message("web", "Ready");
    assert!(said.contains("which can't be read: customresourcedefinitions is forbidden"), "{said}");
    assert!(said.contains("`kyklos manifests --targets RESOURCE.example.com --watch-namespace shop`"), "{said}");
    world.server.lift(fault);
    world.pass(90).await;
    assert_eq!((world.size("web"), world.reason("web", "Ready").as_str()), (json!(3), "Reconciled"));
}

/// Names of kinds that don't exist, three hundred, cost a bounded number of questions and keep nobody waiting.
#[tokio::test(start_paused = true)]
async fn kinds_that_nobody_serves_cost_few_questions_and_delay_nobody() {
    let world = World::at("2026-11-23T08:30:00Z");
    world.deploy("web", 2);
    world.scaler("web", office("web"));
    for number in 0..300 {
        world.scaler(&format!("junk-{number}"), of(&format!("g{number}.example.org/v1"), "Junk", json!(3)));
    }
    let _controller = world.controller();
    world.until("2026-11-23T09:00:01Z").await;
    assert_eq!(world.replicas("web"), 10);
    world.server.clear_requests();
    world.pass(600).await;
    let asked: usize = (0..300)
        .map(|number| world.server.count(&Filter::all().path(&format!("/apis/g{number}.example.org/v1"))))
        .sum();
    assert!((300..=3_100).contains(&asked), "{asked}");
}

#[tokio::test(start_paused = true)]
async fn two_versions_of_one_kind_are_one_target() {
    let world = World::at("2026-11-23T09:30:00Z");
    world.fleet("web", Some(1));
    // The older one names a version that isn't served, and is served by the one that is.
    world.scaler("a", of("example.com/v1beta1", "Fleet", json!(3)));
    world.pass(2).await;
    world.scaler("b", of("example.com/v1", "Fleet", json!(5)));
    let _controller = world.controller();
    world.pass(30).await;
    assert_eq!((world.size("web"), world.reason("a", "Ready").as_str()), (json!(3), "Reconciled"));
    assert_eq!(world.reason("b", "Ready"), "ScaleConflict");
}

/// C06, without the controller that runs the jobs.
#[tokio::test(start_paused = true)]
async fn a_cron_job_is_suspended_and_resumed_and_nothing_else_of_it_is_touched() {
    let world = World::at("2026-11-23T16:58:00Z");
    world.cron_job("web", false, Some(60));
    world.scaler("web", and_again(of("batch/v1", "CronJob", json!(3))));
    let _controller = world.controller();
    world.until("2026-11-23T16:59:59Z").await;
    // Three are as good as one.
    let writes = || world.server.count(&Filter::writes().kind(Kind::CronJob));
    assert_eq!((world.reason("web", "Ready").as_str(), writes()), ("Reconciled", 0));
    assert_eq!(world.status("web")["targetObservedReplicas"], 1);
    world.server.clear_requests();
    world.until("2026-11-23T17:00:02Z").await;
    let wanted = json!({ "schedule": "* * * * *", "suspend": true, "startingDeadlineSeconds": 60 });
    assert_eq!((world.cron("web"), writes(), world.server.count(&Filter::status_writes())), (wanted, 1, 1));
    world.until("2026-11-23T17:20:02Z").await;
    assert_eq!((&world.cron("web")["suspend"], writes()), (&json!(false), 2));
    assert_eq!(world.events("web"), ["ScaledDown", "ScaledUp"]);
    // Somebody suspends it by day.
    let patch = json!({ "spec": { "suspend": true } });
    world.server.edit(Kind::CronJob, "shop", "web", "kubectl", &patch).unwrap();
    world.pass(2).await;
    assert_eq!(world.cron("web")["suspend"], false);
}

#[tokio::test(start_paused = true)]
async fn a_cron_job_that_a_person_had_suspended_stays_so_where_it_is_left_as_it_was() {
    let world = World::at("2026-11-23T16:58:00Z");
    for (name, suspend) in [("web", true), ("busy", false)] {
        world.cron_job(name, suspend, None);
        let mut spec = and_again(of("batch/v1", "CronJob", json!("original")));
        spec["targetRef"]["name"] = json!(name);
        world.scaler(name, spec);
    }
    let _controller = world.controller();
    world.until("2026-11-23T17:01:00Z").await;
    assert_eq!((&world.cron("web")["suspend"], &world.cron("busy")["suspend"]), (&json!(true), &json!(true)));
    world.until("2026-11-23T17:21:00Z").await;
    assert_eq!((&world.cron("web")["suspend"], &world.cron("busy")["suspend"]), (&json!(true), &json!(false)));
    // Without a deadline a missed run may start at once, which is said.
    let events = world.server.list(Kind::Event, "shop");
    let up = events.iter().find(|event| event["reason"] == "ScaledUp").unwrap();
    assert!(up["note"].as_str().unwrap().contains("without startingDeadlineSeconds"), "{up}");
}

/// Shares and bounds are of the one that it has, and no fall from many to few is a fall.
#[tokio::test(start_paused = true)]
async fn a_cron_job_has_one_or_none_whatever_the_value_is() {
    let world = World::at("2026-11-23T08:00:00Z");
    for (name, value) in [
        ("half", json!({ "replicas": "50%" })),
        ("none", json!({ "replicas": "0%" })),
        ("floor", json!({ "minReplicas": 2 })),
        ("cap", json!({ "maxReplicas": 5 })),
    ] {
        world.cron_job(name, false, Some(60));
        let mut spec = of("batch/v1", "CronJob", json!(0));
        let window = spec["windows"][0].as_object_mut().unwrap();
        window.remove("replicas");
        window.extend(value.as_object().unwrap().clone());
        spec["targetRef"]["name"] = json!(name);
        spec["defaultReplicas"] = json!(9);
        spec["gracePeriodSeconds"] = json!(600);
        world.scaler(name, spec);
    }
    let _controller = world.controller();
    world.until("2026-11-23T09:00:30Z").await;
    for name in ["half", "floor", "cap"] {
        assert_eq!((&world.cron(name)["suspend"], world.events(name)), (&json!(false), vec![]), "{name}");
    }
    assert_eq!(world.cron("none")["suspend"], false, "the grace period");
    world.until("2026-11-23T09:10:30Z").await;
    assert_eq!(world.cron("none")["suspend"], true);
}

/// A ReplicaSet of a Deployment, or an operator's StatefulSet: whoever has made it scales it.
#[tokio::test(start_paused = true)]
async fn what_somebody_else_manages_is_left_alone_and_said() {
    let world = World::at("2026-11-23T08:30:00Z");
    world.stateful("web", 2);
    let owner =
        json!({ "apiVersion": "example.com/v1", "kind": "Database", "name": "main", "uid": "1", "controller": true });
    let patch = json!({ "metadata": { "ownerReferences": [owner] } });
    world.server.edit(Kind::StatefulSet, "shop", "web", "operator", &patch).unwrap();
    world.scaler("web", of_stateful());
    let _controller = world.controller();
    world.until("2026-11-23T09:01:00Z").await;
    assert_eq!((world.stateful_replicas("web"), world.scalings().len()), (2, 0));
    assert_eq!(
        (world.reason("web", "Ready").as_str(), world.reason("web", "Stalled").as_str()),
        ("AutoscalerPresent", "AutoscalerPresent")
    );
    assert!(world.message("web", "Ready").contains("managed by Database main"), "{}", world.message("web", "Ready"));
    assert_eq!(world.events("web"), ["AutoscalerPresent"]);
    // It is given up by it.
    let patch = json!({ "metadata": { "ownerReferences": null } });
    world.server.edit(Kind::StatefulSet, "shop", "web", "operator", &patch).unwrap();
    world.pass(2).await;
    assert_eq!((world.stateful_replicas("web"), world.reason("web", "Ready").as_str()), (10, "Reconciled"));
}

/// C04: an autoscaler beside a Deployment, from before the first write.
#[tokio::test(start_paused = true)]
async fn an_autoscaler_has_its_way_but_at_none() {
    let world = World::at("2026-11-23T16:50:00Z");
    world.deploy("web", 7);
    let hpa = |target: &str| {
        json!({
            "metadata": { "namespace": "shop", "name": "hpa" },
            "spec": { "scaleTargetRef": { "apiVersion": "apps/v1", "kind": "Deployment", "name": target }, "minReplicas": 2, "maxReplicas": 10 },
        })
    };
    world.server.create(Kind::HorizontalPodAutoscaler, "kubectl", &hpa("web")).unwrap();
    let mut spec = and_again(office("web"));
    spec["defaultReplicas"] = json!(0);
    spec["gracePeriodSeconds"] = json!(0);
    world.scaler("web", spec);
    let controller = world.controller();
    world.pass(5).await;
    assert_eq!((world.reason("web", "Ready").as_str(), world.scalings().len()), ("AutoscalerPresent", 0));
    assert_eq!(world.events("web"), ["AutoscalerPresent"]);
    assert_eq!(world.server.open_watches(Kind::HorizontalPodAutoscaler), 1);
    world.until("2026-11-23T17:00:01Z").await;
    assert_eq!((world.replicas("web"), world.reason("web", "Ready").as_str()), (0, "Reconciled"));
    // A restart in the night changes nothing.
    controller.kill();
    let _second = world.controller_of(Some("shop"), "pod-2");
    world.until("2026-11-23T17:19:59Z").await;
    assert_eq!(world.replicas("web"), 0);
    world.until("2026-11-23T17:20:01Z").await;
    assert_eq!((world.replicas("web"), world.scalings().len()), (10, 2));
    world.server.scale(Kind::Deployment, "shop", "web", "horizontal-pod-autoscaler", 6).unwrap();
    world.pass(60).await;
    assert_eq!((world.replicas("web"), world.scalings().len()), (6, 2), "nothing is undone");
    assert!(world.message("web", "Ready").contains("HorizontalPodAutoscaler hpa"), "{}", world.message("web", "Ready"));
    // It scales another one now, and then nothing.
    world.server.edit(Kind::HorizontalPodAutoscaler, "shop", "hpa", "kubectl", &hpa("other")).unwrap();
    world.pass(2).await;
    assert_eq!((world.replicas("web"), world.reason("web", "Ready").as_str()), (10, "Reconciled"));
    world.server.edit(Kind::HorizontalPodAutoscaler, "shop", "hpa", "kubectl", &hpa("web")).unwrap();
    world.pass(2).await;
    assert_eq!(world.reason("web", "Ready"), "AutoscalerPresent");
    world.server.delete(Kind::HorizontalPodAutoscaler, "shop", "hpa").unwrap();
    world.pass(2).await;
    assert_eq!(world.reason("web", "Ready"), "Reconciled");
}
