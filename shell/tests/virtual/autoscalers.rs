//! Autoscalers as targets, and beside them.

use kyklos_testserver::{Fault, Filter, Kind, Refusal, Subresource, Verb};
use serde_json::{Value, json};

use crate::world::{World, office};

const HPA: Kind = Kind::HorizontalPodAutoscaler;

impl World {
    /// Makes a HorizontalPodAutoscaler of a Deployment.
    pub(crate) fn hpa(&self, name: &str, target: &str, min: u32, max: u32) {
        let of = json!({ "apiVersion": "apps/v1", "kind": "Deployment", "name": target });
        let spec = json!({ "scaleTargetRef": of, "minReplicas": min, "maxReplicas": max });
        let object = json!({ "metadata": { "namespace": "shop", "name": name }, "spec": spec });
        self.server.create(HPA, "kubectl", &object).unwrap();
    }

    /// Its bounds.
    pub(crate) fn bounds(&self, name: &str) -> (i64, i64) {
        let spec = self.server.get(HPA, "shop", name).unwrap()["spec"].clone();
        (spec["minReplicas"].as_i64().unwrap(), spec["maxReplicas"].as_i64().unwrap())
    }

    /// Somebody changes them.
    pub(crate) fn set_bounds(&self, name: &str, bounds: &Value) {
        self.server.edit(HPA, "shop", name, "kubectl-edit", &json!({ "spec": bounds })).unwrap();
    }

    /// Makes a ScaledObject of a Deployment.
    pub(crate) fn scaled_object(&self, name: &str, target: &str, more: &Value) {
        let mut spec = json!({ "scaleTargetRef": { "name": target }, "triggers": [{ "type": "cron" }] });
        spec.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let object = json!({ "metadata": { "namespace": "shop", "name": name }, "spec": spec });
        self.server.create(Kind::ScaledObject, "kubectl", &object).unwrap();
    }

    pub(crate) fn scaled(&self, name: &str) -> Value {
        self.server.get(Kind::ScaledObject, "shop", name).unwrap()
    }

    pub(crate) fn record(&self) -> Value {
        let records = self.server.list(Kind::ScaleRecord, "shop");
        records.first().map(|record| record["spec"]["entries"].clone()).unwrap_or_default()
    }
}

/// Something that the HorizontalPodAutoscaler `web` is to have.
pub(crate) fn of_hpa(fields: &Value) -> Value {
    let mut spec = json!({
        "targetRef": { "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "name": "web" }, "timezone": "UTC",
        "gracePeriodSeconds": 0,
    });
    spec.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    spec
}

/// C05: two, six by day, eleven at its height, none by night; with short days.
pub(crate) fn floors() -> Value {
    of_hpa(&json!({
        "defaultReplicas": 2,
        "windows": [
            { "name": "day", "start": "09:00", "end": "10:20", "replicas": 6 },
            { "name": "peak", "start": "09:40", "end": "10:00", "replicas": 11 },
            { "name": "night", "start": "10:40", "end": "11:00", "replicas": 0 },
        ],
    }))
}

#[tokio::test(start_paused = true)]
async fn a_count_is_the_floor_of_an_autoscaler_and_none_puts_what_it_scales_to_sleep() {
    let world = World::at("2026-11-23T08:58:00Z");
    world.deploy("web", 8);
    world.hpa("web", "web", 2, 10);
    world.scaler("web", floors());
    let controller = world.controller();
    world.until("2026-11-23T08:59:59Z").await;
    assert_eq!((world.bounds("web"), world.replicas("web"), world.scalings().len()), ((2, 10), 8, 0));
    assert_eq!(
        (world.reason("web", "Ready").as_str(), &world.status("web")["targetObservedReplicas"]),
        ("Reconciled", &json!(2))
    );
    world.server.clear_requests();
    // The present count was high enough, and an autoscaler would shrink it.
    world.until("2026-11-23T09:00:02Z").await;
    assert_eq!((world.bounds("web"), world.replicas("web"), world.scalings().len()), ((6, 10), 8, 0));
    let writes = |kind| world.server.count(&Filter::writes().kind(kind));
    assert_eq!((writes(HPA), writes(Kind::ScaleRecord), world.server.count(&Filter::status_writes())), (1, 1, 1));
    world.until("2026-11-23T09:40:02Z").await;
    assert_eq!(world.bounds("web"), (11, 11));
    world.until("2026-11-23T09:50:00Z").await;
    controller.kill();
    let _second = world.controller_of(Some("shop"), "pod-2");
    world.until("2026-11-23T10:00:02Z").await;
    assert_eq!(world.bounds("web"), (6, 10), "what was there before is known to the next process");
    world.until("2026-11-23T10:40:02Z").await;
    assert_eq!((world.bounds("web"), world.replicas("web"), world.scalings().len()), ((2, 10), 0, 1));
    assert_eq!(&world.status("web")["targetObservedReplicas"], &json!(0));
    world.until("2026-11-23T11:00:02Z").await;
    assert_eq!((world.bounds("web"), world.replicas("web"), world.scalings().len()), ((2, 10), 2, 2));
    assert_eq!(world.events("web"), ["ScaledDown", "ScaledDown", "ScaledDown", "ScaledUp", "ScaledUp", "ScaledUp"]);
    // How it goes on is the autoscaler's.
    world.server.clear_requests();
    for count in [5, 7, 3] {
        world.server.scale(Kind::Deployment, "shop", "web", "horizontal-pod-autoscaler", count).unwrap();
        world.pass(60).await;
    }
    let others = world.server.count(&Filter::writes()) - world.server.count(&Filter::writes().kind(Kind::Lease));
    assert_eq!((world.replicas("web"), others), (3, 0));
}

#[tokio::test(start_paused = true)]
async fn a_ceiling_that_somebody_sets_at_noon_is_the_one_that_comes_back() {
    let world = World::at("2026-11-23T09:38:00Z");
    world.deploy("web", 8);
    world.hpa("web", "web", 2, 10);
    world.scaler("web", floors());
    let controller = world.controller();
    world.until("2026-11-23T09:50:00Z").await;
    assert_eq!(world.bounds("web"), (11, 11));
    world.set_bounds("web", &json!({ "maxReplicas": 20 }));
    world.pass(5).await;
    assert_eq!((world.bounds("web"), world.events("web").contains(&"DriftCorrected".to_owned())), ((11, 20), false));
    controller.kill();
    let _second = world.controller_of(Some("shop"), "pod-2");
    world.until("2026-11-23T10:00:02Z").await;
    assert_eq!(world.bounds("web"), (6, 20));
    // What is lower than what is asked for is put back, once, and is the original all the same.
    world.set_bounds("web", &json!({ "minReplicas": 1, "maxReplicas": 4 }));
    world.pass(5).await;
    assert_eq!((world.bounds("web"), world.events("web").contains(&"DriftCorrected".to_owned())), ((6, 6), true));
    assert_eq!(world.record()["horizontalpodautoscalers.autoscaling/web"]["ranges"]["original"], "1..4");
    world.edit("web", json!({ "defaultReplicas": "original" }));
    world.until("2026-11-23T10:20:02Z").await;
    assert_eq!((world.bounds("web"), world.record()), ((1, 4), json!(null)));
}

/// The bounds first, and then what they are for; each with the version that was seen.
#[tokio::test(start_paused = true)]
async fn what_wakes_has_its_bounds_before_its_count() {
    let world = World::at("2026-11-23T08:58:00Z");
    world.deploy("web", 0);
    world.hpa("web", "web", 2, 10);
    world.scaler(
        "web",
        of_hpa(&json!({
            "defaultReplicas": 0, "windows": [{ "start": "09:00", "end": "09:20", "replicas": 11 }],
        })),
    );
    let _controller = world.controller();
    world.until("2026-11-23T08:59:59Z").await;
    assert_eq!((world.replicas("web"), world.reason("web", "Ready").as_str()), (0, "Reconciled"));
    world.server.clear_requests();
    // The write of the bounds is refused for a while: nothing wakes with the wrong ones.
    let refused = world.server.fault(Filter::writes().kind(HPA), 2, Fault::Refuse(Refusal::unavailable()));
    world.until("2026-11-23T09:00:10Z").await;
    world.server.lift(refused);
    assert_eq!((world.bounds("web"), world.replicas("web")), ((11, 11), 11));
    let written: Vec<_> = world
        .server
        .requests(&Filter::writes())
        .into_iter()
        .filter_map(|seen| {
            let part = seen.call.subresource;
            match seen.call.kind? {
                HPA => Some("bounds"),
                Kind::Deployment if part == Some(Subresource::Scale) => Some("count"),
                _ => None,
            }
        })
        .collect();
    assert_eq!(written, ["bounds", "bounds", "bounds", "count"]);
    assert_eq!(world.events("web"), ["ScaledUp"]);
    // Somebody was faster: it is looked at again, and is no failure.
    world.set_bounds("web", &json!({ "maxReplicas": 15 }));
    world.until("2026-11-23T09:20:02Z").await;
    assert_eq!((world.replicas("web"), world.bounds("web")), (0, (11, 15)));
}

/// W03.
#[tokio::test(start_paused = true)]
async fn a_night_of_two_to_five_and_a_day_of_ten_to_fifty() {
    let world = World::at("2026-11-23T07:58:00Z");
    world.deploy("web", 4);
    world.hpa("web", "web", 3, 30);
    world.scaler(
        "web",
        of_hpa(&json!({
            "defaultReplicas": "original", "onDelete": "restore",
            "windows": [
                { "name": "night", "start": "07:00", "end": "09:00", "minReplicas": 2, "maxReplicas": 5 },
                { "name": "day", "start": "08:00", "end": "08:30", "minReplicas": 10, "maxReplicas": 50 },
                { "name": "day", "start": "09:00", "end": "10:00", "minReplicas": 10, "maxReplicas": 50 },
            ],
        })),
    );
    let controller = world.controller();
    world.until("2026-11-23T07:59:59Z").await;
    assert_eq!((world.bounds("web"), &world.status("web")["effectiveReplicas"]), ((2, 5), &json!("2..5")));
    for (at, bounds) in
        [("2026-11-23T08:00:02Z", (10, 50)), ("2026-11-23T08:30:02Z", (2, 5)), ("2026-11-23T09:00:02Z", (10, 50))]
    {
        world.until(at).await;
        assert_eq!(world.bounds("web"), bounds, "{at}");
    }
    assert_eq!((world.replicas("web"), world.scalings().len()), (4, 0), "the autoscaler's");
    // Both come back when the schedule goes, also where nobody was there to see it.
    controller.kill();
    world.server.delete(Kind::TimeWindowScaler, "shop", "web").unwrap();
    let _second = world.controller_of(Some("shop"), "pod-2");
    world.pass(30).await;
    assert_eq!((world.bounds("web"), world.record()), ((3, 30), json!(null)));
}

#[tokio::test(start_paused = true)]
async fn one_that_sleeps_when_its_schedule_goes_is_woken_with_what_it_had() {
    let world = World::at("2026-11-23T08:58:00Z");
    world.deploy("web", 8);
    world.hpa("web", "web", 2, 10);
    let mut spec = floors();
    spec["onDelete"] = json!("restore");
    spec["windows"][2]["start"] = json!("09:40");
    spec["windows"][2]["end"] = json!("09:50");
    spec["defaultReplicas"] = json!(12);
    world.scaler("web", spec);
    let _controller = world.controller();
    world.pass(5).await;
    assert_eq!(world.bounds("web"), (12, 12));
    world.until("2026-11-23T09:40:02Z").await;
    assert_eq!((world.bounds("web"), world.replicas("web")), ((6, 10), 0));
    world.server.clear_requests();
    world.server.delete(Kind::TimeWindowScaler, "shop", "web").unwrap();
    world.pass(10).await;
    assert_eq!((world.bounds("web"), world.replicas("web"), world.record()), ((2, 10), 2, json!(null)));
    let restored = world.server.list(Kind::Event, "shop").into_iter().filter(|event| event["reason"] == "Restored");
    let notes: Vec<_> = restored.map(|event| event["note"].as_str().unwrap().to_owned()).collect();
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert!(notes[0].starts_with("HorizontalPodAutoscaler web from 0 to 2..10"), "{notes:?}");
}

/// Of two schedules, one names the autoscaler and the other one what it scales: they are two on one workload.
#[tokio::test(start_paused = true)]
async fn a_claim_on_an_autoscaler_is_one_on_what_it_scales_and_the_other_way_round() {
    for elder in ["hpa", "deployment"] {
        let world = World::at("2026-11-23T09:58:00Z");
        world.deploy("web", 4);
        let of_both = [("hpa", of_hpa(&json!({ "defaultReplicas": 6 }))), ("deployment", office("web"))];
        let (first, then): (Vec<_>, Vec<_>) = of_both.into_iter().partition(|(name, _)| *name == elder);
        for (name, spec) in first.into_iter().chain(then) {
            world.scaler(name, spec);
            world.pass(2).await;
        }
        let younger = if elder == "hpa" { "deployment" } else { "hpa" };
        let _controller = world.controller();
        world.pass(5).await;
        // Nothing scales the other yet.
        assert_eq!(world.replicas("web"), 10);
        world.hpa("web", "web", 2, 10);
        world.pass(5).await;
        assert_eq!(world.reason(younger, "Ready"), "ScaleConflict", "{elder}");
        let said = world.message(younger, "Ready");
        let other = if elder == "hpa" { "HorizontalPodAutoscaler web" } else { "Deployment web" };
        assert!(
            said.contains(&format!("TimeWindowScaler shop/{elder} is older and scales {other}, which is one with")),
            "{said}"
        );
        // The one on the Deployment leaves it to the autoscaler, and says what to name.
        let ready = if elder == "hpa" { "Reconciled" } else { "AutoscalerPresent" };
        assert_eq!(world.reason(elder, "Ready"), ready);
        assert_eq!(world.bounds("web"), if elder == "hpa" { (6, 10) } else { (2, 10) });
        assert_eq!(world.events(younger).iter().filter(|event| *event == "ScaleConflict").count(), 1);
        // It scales another one now: each has its own.
        let elsewhere = json!({ "scaleTargetRef": { "apiVersion": "apps/v1", "kind": "Deployment", "name": "api" } });
        world.deploy("api", 3);
        world.set_bounds("web", &elsewhere);
        world.pass(5).await;
        assert_eq!(
            (world.reason("hpa", "Ready").as_str(), world.reason("deployment", "Ready").as_str()),
            ("Reconciled", "Reconciled")
        );
        assert_eq!(world.bounds("web").0, 6);
    }
}

#[tokio::test(start_paused = true)]
async fn the_younger_acts_at_once_when_the_elder_on_the_autoscaler_goes() {
    let world = World::at("2026-11-23T16:58:00Z");
    world.deploy("web", 4);
    world.hpa("web", "web", 2, 10);
    world.scaler("elder", of_hpa(&json!({ "defaultReplicas": 6 })));
    world.pass(2).await;
    let mut spec = office("web");
    spec["defaultReplicas"] = json!(0);
    world.scaler("younger", spec);
    let _controller = world.controller();
    world.until("2026-11-23T17:00:05Z").await;
    assert_eq!(
        (world.replicas("web"), world.bounds("web"), world.reason("younger", "Ready").as_str()),
        (4, (6, 10), "ScaleConflict")
    );
    world.server.delete(Kind::TimeWindowScaler, "shop", "elder").unwrap();
    world.pass(2).await;
    assert_eq!((world.replicas("web"), world.reason("younger", "Ready").as_str()), (0, "Reconciled"));
}

#[tokio::test(start_paused = true)]
async fn what_an_autoscaler_scales_and_is_not_there_is_missed_by_its_name() {
    let world = World::at("2026-11-23T09:30:00Z");
    world.hpa("web", "gone", 2, 10);
    world.scaler("web", floors());
    let _controller = world.controller();
    world.pass(5).await;
    assert_eq!((world.reason("web", "Ready").as_str(), world.bounds("web")), ("TargetNotFound", (2, 10)));
    let said = world.message("web", "Ready");
    assert!(said.contains("There is no Deployment gone, which HorizontalPodAutoscaler web scales"), "{said}");
    assert_eq!(world.events("web"), ["MissingTarget"]);
    world.deploy("gone", 3);
    world.pass(2).await;
    assert_eq!((world.reason("web", "Ready").as_str(), world.bounds("web")), ("Reconciled", (6, 10)));
}

#[tokio::test(start_paused = true)]
async fn without_the_right_to_what_an_autoscaler_scales_it_says_what_grants_both() {
    let world = World::at("2026-11-23T09:30:00Z");
    let spec = json!({ "scaleTargetRef": { "apiVersion": "apps/v1", "kind": "StatefulSet", "name": "db" }, "maxReplicas": 10 });
    world
        .server
        .create(HPA, "kubectl", &json!({ "metadata": { "namespace": "shop", "name": "web" }, "spec": spec }))
        .unwrap();
    let set = json!({ "metadata": { "namespace": "shop", "name": "db" }, "spec": { "replicas": 3 } });
    world.server.create(Kind::StatefulSet, "kubectl", &set).unwrap();
    world.scaler("web", floors());
    let forbidden = Fault::Refuse(Refusal::forbidden("statefulsets.apps is forbidden"));
    let asks = Filter::all().kind(Kind::StatefulSet).verb(Verb::Watch).verb(Verb::List);
    let fault = world.server.fault(asks, None, forbidden);
    let _controller = world.controller();
    world.pass(120).await;
    assert_eq!((world.reason("web", "Ready").as_str(), world.bounds("web")), ("TargetNotFound", (1, 10)));
    let said = world.message("web", "Ready");
    assert!(said.contains("StatefulSet db, which HorizontalPodAutoscaler web scales can't be read"), "{said}");
    assert!(said.contains("`kyklos manifests --targets hpas,statefulsets --watch-namespace shop` grants it"), "{said}");
    world.server.lift(fault);
    world.pass(90).await;
    assert_eq!((world.reason("web", "Ready").as_str(), world.bounds("web")), ("Reconciled", (6, 10)));
}
