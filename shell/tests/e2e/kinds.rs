//! What can be scaled beside Deployments, with the controllers of the real control plane.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use chrono::{Timelike as _, Utc};
use kube::api::{Api, ApiResource, DynamicObject, GroupVersionKind, ListParams, Patch, PatchParams, PostParams};
use serde_json::{Value, json};

use crate::account::{Scope, manifests};
use crate::audit::{caught_up, requests};
use crate::clusters::kubectl;
use crate::stage::Stage;
use crate::waits::{PATIENCE, message, pause, reason};

const BEGIN: &str = "2026-11-23T12:00:00Z";

fn always(api_version: &str, kind: &str, replicas: Value) -> Value {
    json!({
        "targetRef": { "apiVersion": api_version, "kind": kind, "name": "web" }, "timezone": "UTC",
        "gracePeriodSeconds": 0, "defaultReplicas": replicas,
    })
}

impl Stage {
    /// A stage whose controllers may scale these resources, as the manifests grant it.
    pub(crate) async fn with_targets(name: &str, targets: &str) -> Self {
        let stage = Self::new(name).await;
        assert_eq!(stage.account.scope, Scope::Namespace);
        let arguments = ["--namespace", name, "--watch-namespace", name, "--without-crd", "--targets", targets];
        for object in manifests(&arguments) {
            if matches!(object["kind"].as_str(), Some("Role" | "RoleBinding" | "ClusterRole" | "ClusterRoleBinding")) {
                let (done, said) = stage.applies(&object, &["--force-conflicts"]);
                assert!(done, "{said}");
            }
        }
        stage
    }

    pub(crate) fn objects(&self, group: &str, version: &str, kind: &str) -> Api<DynamicObject> {
        let resource = ApiResource::from_gvk(&GroupVersionKind::gvk(group, version, kind));
        Api::namespaced_with(self.client.clone(), &self.namespace, &resource)
    }

    /// Makes an object of any kind.
    pub(crate) async fn make(&self, api: &Api<DynamicObject>, object: Value) {
        let object: DynamicObject = serde_json::from_value(object).unwrap();
        api.create(&PostParams::default(), &object).await.unwrap();
    }
}

/// Waits until a field of an object is what it is to be.
pub(crate) async fn until(
    stage: &Stage,
    api: &Api<DynamicObject>,
    name: &str,
    pointer: &str,
    wanted: Value,
) -> DynamicObject {
    let begin = Instant::now();
    loop {
        let object = api.get(name).await.unwrap();
        if object.data.pointer(pointer) == Some(&wanted) {
            return object;
        }
        let statuses = stage.scalers().list(&ListParams::default()).await.unwrap().items;
        let statuses: Vec<_> = statuses.iter().map(|object| object.data.get("status")).collect();
        assert!(
            begin.elapsed() < PATIENCE,
            "{}: {name}{pointer} isn't {wanted}: {:#} {statuses:#?}",
            stage.namespace,
            object.data
        );
        pause().await;
    }
}

/// A CRD of which the count lies elsewhere.
fn fleets() -> Value {
    let schema = json!({
        "type": "object",
        "properties": {
            "spec": { "type": "object", "properties": { "size": { "type": "integer" }, "note": { "type": "string" } } },
            "status": { "type": "object", "properties": { "size": { "type": "integer" } } },
        },
    });
    json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": { "name": "fleets.e2e.example.com" },
        "spec": {
            "group": "e2e.example.com", "scope": "Namespaced",
            "names": { "kind": "Fleet", "plural": "fleets", "singular": "fleet", "listKind": "FleetList" },
            "versions": [{
                "name": "v1", "served": true, "storage": true, "schema": { "openAPIV3Schema": schema },
                "subresources": { "status": {}, "scale": { "specReplicasPath": ".spec.size", "statusReplicasPath": ".status.size" } },
            }],
        },
    })
}

/// C11, for a kind that comes later than the schedule that names it.
#[tokio::test(flavor = "multi_thread")]
async fn a_custom_kind_that_appears_later_is_scaled_from_an_absent_count() {
    let stage = Stage::with_targets("kinds-custom", "deployments,fleets.e2e.example.com").await;
    stage.scaler("web", always("e2e.example.com/v1", "Fleet", json!(3))).await;
    let controller = stage.controller(BEGIN, 1);
    let missed = |status: &Value| reason(status, "Ready") == "TargetNotFound";
    let status = stage.status_when("web", "the kind to be missed", missed).await;
    assert!(message(&status, "Ready").contains("serves no Fleet of e2e.example.com/v1"), "{status:#}");
    let (done, said) = stage.applies(&fleets(), &[]);
    assert!(done, "{said}");
    let crd = "crd/fleets.e2e.example.com";
    kubectl(stage.cluster(), &["wait", "--for=condition=Established", "--timeout=120s", crd]);
    let api = stage.objects("e2e.example.com", "v1", "Fleet");
    stage.make(&api, json!({
        "apiVersion": "e2e.example.com/v1", "kind": "Fleet", "metadata": { "name": "web" }, "spec": { "note": "x" },
    })).await;
    let object = until(&stage, &api, "web", "/spec/size", json!(3)).await;
    assert_eq!(object.data["spec"]["note"], "x", "nothing else is touched");
    stage
        .status_when("web", "the count", |status| {
            status["targetObservedReplicas"] == 3 && reason(status, "Ready") == "Reconciled"
        })
        .await;
    // To none and back, and what it had is given back when the schedule goes.
    stage.edit("web", json!({ "defaultReplicas": 0 })).await;
    until(&stage, &api, "web", "/spec/size", json!(0)).await;
    stage.edit("web", json!({ "defaultReplicas": 4 })).await;
    until(&stage, &api, "web", "/spec/size", json!(4)).await;
    stage.make(&api, json!({
        "apiVersion": "e2e.example.com/v1", "kind": "Fleet", "metadata": { "name": "other" }, "spec": { "size": 6 },
    })).await;
    let mut other = always("e2e.example.com/v1", "Fleet", json!("50%"));
    other["targetRef"]["name"] = json!("other");
    other["onDelete"] = json!("restore");
    stage.scaler("other", other).await;
    until(&stage, &api, "other", "/spec/size", json!(3)).await;
    stage.scalers().delete("other", &Default::default()).await.unwrap();
    until(&stage, &api, "other", "/spec/size", json!(6)).await;
    stage.no_records().await;
    assert!(controller.stop().success());

    // These rights and no others, beyond those of every installation.
    caught_up(&stage).await;
    let of_it = |group: &str| matches!(group, "e2e.example.com" | "apiextensions.k8s.io");
    let asked = requests(&stage);
    let refused: Vec<_> = asked.iter().filter(|request| request.code == 403).collect();
    assert!(refused.is_empty(), "{refused:#?}");
    let used: BTreeSet<_> = asked
        .iter()
        .filter(|request| of_it(&request.group) && !request.resource.is_empty())
        .map(|request| (request.resource.as_str(), request.verb.as_str()))
        .collect();
    let mut wanted = BTreeSet::from([
        ("customresourcedefinitions", "get"),
        ("fleets", "list"),
        ("fleets", "watch"),
        ("fleets/scale", "patch"),
    ]);
    // Which is for API servers without streaming lists.
    wanted.remove(&("fleets", "list"));
    assert_eq!(used, wanted);
}

/// Like a Deployment, and not like the one that has its name.
#[tokio::test(flavor = "multi_thread")]
async fn a_stateful_set_is_scaled_and_gets_back_what_it_had() {
    let stage = Stage::with_targets("kinds-statefulsets", "deployments,statefulsets").await;
    stage.deploy("web", 4).await;
    let api = stage.objects("apps", "v1", "StatefulSet");
    stage
        .make(
            &api,
            json!({
                "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": { "name": "web" },
                "spec": {
                    "replicas": 5, "serviceName": "web", "selector": { "matchLabels": { "app": "stateful" } },
                    "template": {
                        "metadata": { "labels": { "app": "stateful" } },
                        "spec": { "containers": [{ "name": "main", "image": "kyklos.example/none" }] },
                    },
                },
            }),
        )
        .await;
    let mut spec = always("apps/v1", "StatefulSet", json!("40%"));
    spec["onDelete"] = json!("restore");
    stage.scaler("web", spec).await;
    let controller = stage.controller(BEGIN, 1);
    until(&stage, &api, "web", "/spec/replicas", json!(2)).await;
    stage.edit("web", json!({ "defaultReplicas": 0 })).await;
    until(&stage, &api, "web", "/spec/replicas", json!(0)).await;
    stage.status_when("web", "none", |status| status["targetObservedReplicas"] == 0).await;
    stage.scalers().delete("web", &Default::default()).await.unwrap();
    until(&stage, &api, "web", "/spec/replicas", json!(5)).await;
    stage.no_records().await;
    assert_eq!(stage.replicas("web").await, Some(4));
    assert!(controller.stop().success());

    caught_up(&stage).await;
    let asked = requests(&stage);
    let used: BTreeSet<_> = asked
        .iter()
        .filter(|request| request.resource.starts_with("statefulsets"))
        .map(|request| (request.resource.as_str(), request.verb.as_str()))
        .collect();
    assert_eq!(used, BTreeSet::from([("statefulsets", "watch"), ("statefulsets/scale", "patch")]));
}

/// One that nobody manages is scaled like a Deployment, and that of a Deployment is its own.
#[tokio::test(flavor = "multi_thread")]
async fn a_replica_set_is_scaled_unless_a_deployment_manages_it() {
    let stage = Stage::with_targets("kinds-replicasets", "deployments,replicasets").await;
    let api = stage.objects("apps", "v1", "ReplicaSet");
    stage
        .make(
            &api,
            json!({
                "apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": { "name": "web" },
                "spec": {
                    "replicas": 1, "selector": { "matchLabels": { "app": "bare" } },
                    "template": {
                        "metadata": { "labels": { "app": "bare" } },
                        "spec": { "containers": [{ "name": "main", "image": "kyklos.example/none" }] },
                    },
                },
            }),
        )
        .await;
    stage.scaler("web", always("apps/v1", "ReplicaSet", json!(2))).await;
    stage.deploy("owner", 1).await;
    let begin = Instant::now();
    let owned = loop {
        let all = api.list(&ListParams::default()).await.unwrap().items;
        if let Some(owned) =
            all.into_iter().find_map(|object| object.metadata.name.filter(|name| name.starts_with("owner-")))
        {
            break owned;
        }
        assert!(begin.elapsed() < PATIENCE, "no ReplicaSet of the Deployment");
        pause().await;
    };
    let mut spec = always("apps/v1", "ReplicaSet", json!(5));
    spec["targetRef"]["name"] = json!(owned);
    stage.scaler("owned", spec).await;
    let controller = stage.controller(BEGIN, 1);
    until(&stage, &api, "web", "/spec/replicas", json!(2)).await;
    let present = |status: &Value| reason(status, "Ready") == "AutoscalerPresent";
    let status = stage.status_when("owned", "the owner to be named", present).await;
    assert!(message(&status, "Ready").contains("managed by Deployment owner"), "{status:#}");
    stage.event("owned", "AutoscalerPresent", 1).await;
    assert_eq!(api.get(&owned).await.unwrap().data["spec"]["replicas"], 1);
    assert!(controller.stop().success());
}

pub(crate) fn cron_job(name: &str, suspend: bool) -> Value {
    json!({
        "apiVersion": "batch/v1", "kind": "CronJob", "metadata": { "name": name },
        "spec": {
            "schedule": "* * * * *", "suspend": suspend, "startingDeadlineSeconds": 60,
            "jobTemplate": { "spec": { "template": { "spec": {
                "restartPolicy": "Never", "containers": [{ "name": "main", "image": "kyklos.example/none" }],
            } } } },
        },
    })
}

/// C06.
#[tokio::test(flavor = "multi_thread")]
async fn cron_jobs_are_suspended_and_run_again_without_a_burst() {
    let stage = Stage::with_targets("kinds-cronjobs", "deployments,cronjobs").await;
    let (api, jobs) = (stage.objects("batch", "v1", "CronJob"), stage.objects("batch", "v1", "Job"));
    for (name, suspend) in [("web", false), ("asleep", true)] {
        stage.make(&api, cron_job(name, suspend)).await;
    }
    // A Job of it that runs goes on: one as `kubectl create job --from` makes it, so that it is there whatever the minute is.
    let owner = api.get("web").await.unwrap().metadata.uid.unwrap();
    let owner = json!({ "apiVersion": "batch/v1", "kind": "CronJob", "name": "web", "uid": owner, "controller": true });
    let metadata = json!({ "name": "by-hand", "ownerReferences": [owner] });
    let mut job = json!({ "apiVersion": "batch/v1", "kind": "Job", "metadata": metadata });
    job["spec"] = cron_job("", false)["spec"]["jobTemplate"]["spec"].clone();
    stage.make(&jobs, job).await;
    stage.scaler("web", always("batch/v1", "CronJob", json!(0))).await;
    let mut spec = always("batch/v1", "CronJob", json!("original"));
    spec["targetRef"]["name"] = json!("asleep");
    spec["windows"] = json!([{ "start": "00:00", "end": "24:00", "replicas": 0 }]);
    stage.scaler("asleep", spec).await;
    let controller = stage.controller(BEGIN, 1);
    let object = until(&stage, &api, "web", "/spec/suspend", json!(true)).await;
    assert_eq!(object.data["spec"]["startingDeadlineSeconds"], 60);
    let calm = |status: &Value| reason(status, "Ready") == "Reconciled" && status["targetObservedReplicas"] == 0;
    stage.status_when("web", "none", calm).await;
    stage.status_when("asleep", "none", calm).await;
    // Over the beginning of a minute, in which a run is missed.
    let wait = 61 - u64::from(Utc::now().second());
    tokio::time::sleep(Duration::from_secs(wait)).await;
    let of_cron = async || {
        let all = jobs.list(&ListParams::default()).await.unwrap().items;
        all.into_iter().filter(|job| job.metadata.name.as_deref() != Some("by-hand")).count()
    };
    let before = of_cron().await;
    assert!(before <= 1, "one may have begun before it was suspended");
    stage.edit("web", json!({ "defaultReplicas": 3 })).await;
    stage.edit("asleep", json!({ "windows": [] })).await;
    let object = until(&stage, &api, "web", "/spec/suspend", json!(false)).await;
    assert_eq!(object.data["spec"]["startingDeadlineSeconds"], 60);
    let begin = Instant::now();
    while of_cron().await == before {
        assert!(begin.elapsed() < PATIENCE, "no Job begins");
        pause().await;
    }
    assert_eq!(of_cron().await, before + 1, "one, and no burst");
    assert_eq!(jobs.get("by-hand").await.unwrap().data["spec"]["suspend"], false, "it goes on");
    // One that a person had suspended is as it was.
    stage
        .status_when("asleep", "its original", |status| {
            status["effectiveReplicas"] == "original" && reason(status, "Ready") == "Reconciled"
        })
        .await;
    assert_eq!(api.get("asleep").await.unwrap().data["spec"]["suspend"], true);
    // Somebody's own change of something else stays.
    let patch = Patch::Merge(json!({ "spec": { "schedule": "*/5 * * * *" } }));
    api.patch("web", &PatchParams::default(), &patch).await.unwrap();
    stage.edit("web", json!({ "defaultReplicas": 0 })).await;
    let object = until(&stage, &api, "web", "/spec/suspend", json!(true)).await;
    assert_eq!(object.data["spec"]["schedule"], "*/5 * * * *");
    assert!(controller.stop().success());

    caught_up(&stage).await;
    let asked = requests(&stage);
    let used: BTreeSet<_> = asked
        .iter()
        .filter(|request| request.group == "batch")
        .map(|request| (request.resource.as_str(), request.verb.as_str()))
        .collect();
    assert_eq!(used, BTreeSet::from([("cronjobs", "patch"), ("cronjobs", "watch")]));
}

/// Without the right, the schedule says what grants it, and goes on once it is granted.
#[tokio::test(flavor = "multi_thread")]
async fn a_right_that_is_missing_is_told_with_the_command_that_grants_it() {
    let stage = Stage::new("kinds-rights").await;
    let api = stage.objects("batch", "v1", "CronJob");
    stage.make(&api, cron_job("web", false)).await;
    stage.scaler("web", always("batch/v1", "CronJob", json!(0))).await;
    // A refusal counts once it has lasted a minute, by the machine's clock.
    let controller = stage.controller(BEGIN, 1);
    let unread = |status: &Value| reason(status, "Ready") == "TargetNotFound";
    let status = stage.status_when("web", "the missing right", unread).await;
    let said = message(&status, "Ready");
    assert!(
        said.contains("cannot list resource \"cronjobs\"") || said.contains("cannot watch resource \"cronjobs\""),
        "{said}"
    );
    assert!(said.contains("`kyklos manifests --targets cronjobs "), "{said}");
    for object in manifests(&[
        "--namespace",
        "kinds-rights",
        "--watch-namespace",
        "kinds-rights",
        "--without-crd",
        "--targets",
        "deployments,cronjobs",
    ]) {
        if object["kind"] == "Role" {
            let (done, said) = stage.applies(&object, &["--force-conflicts"]);
            assert!(done, "{said}");
        }
    }
    until(&stage, &api, "web", "/spec/suspend", json!(true)).await;
    assert!(controller.stop().success());
}

/// C04 with the real autoscaler, which has no figures to act on and is named all the same; at 0 it stands still.
#[tokio::test(flavor = "multi_thread")]
async fn beside_an_autoscaler_only_none_is_written() {
    let stage = Stage::new("kinds-autoscaled").await;
    stage.deploy("web", 3).await;
    let api = stage.objects("autoscaling", "v2", "HorizontalPodAutoscaler");
    stage.make(&api, json!({
        "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": { "name": "web" },
        "spec": {
            "scaleTargetRef": { "apiVersion": "apps/v1", "kind": "Deployment", "name": "web" }, "minReplicas": 2, "maxReplicas": 10,
            "metrics": [{ "type": "Resource", "resource": { "name": "cpu", "target": { "type": "Utilization", "averageUtilization": 50 } } }],
        },
    })).await;
    stage.scaler("web", always("apps/v1", "Deployment", json!(5))).await;
    let controller = stage.controller(BEGIN, 1);
    let present = |status: &Value| reason(status, "Ready") == "AutoscalerPresent";
    let status = stage.status_when("web", "the autoscaler to be named", present).await;
    assert!(message(&status, "Ready").contains("name HorizontalPodAutoscaler web in targetRef instead"), "{status:#}");
    assert_eq!(stage.replicas("web").await, Some(3));
    crate::audit::scalings(&stage, 0).await;
    stage.edit("web", json!({ "defaultReplicas": 0 })).await;
    stage.scaled("web", 0).await;
    let disabled = |object: &DynamicObject| {
        let conditions = object.data["status"]["conditions"].as_array().cloned().unwrap_or_default();
        conditions.iter().any(|condition| condition["reason"] == "ScalingDisabled")
    };
    let begin = Instant::now();
    while !disabled(&api.get("web").await.unwrap()) {
        assert!(begin.elapsed() < PATIENCE, "the autoscaler doesn't stand still");
        pause().await;
    }
    assert_eq!(stage.replicas("web").await, Some(0));
    // From none the next count, by which it is woken.
    stage.edit("web", json!({ "defaultReplicas": 5 })).await;
    stage.scaled("web", 5).await;
    stage.status_when("web", "it to be named again", present).await;
    assert!(controller.stop().success());
}

/// Whether the morning came up: from the watch, with no request.
#[tokio::test(flavor = "multi_thread")]
async fn how_long_fewer_are_ready_than_wanted_is_told() {
    let stage = Stage::new("kinds-ready").await;
    stage.deploy("web", 1).await;
    stage.scaler("web", always("apps/v1", "Deployment", json!(2))).await;
    let controller = stage.controller(BEGIN, 1);
    stage.scaled("web", 2).await;
    stage.status_when("web", "calm", |status| reason(status, "Reconciling") == "Stable").await;
    let series = "kyklos_target_unready_seconds{namespace=\"kinds-ready\",name=\"web\"} ";
    let told = |wanted: &dyn Fn(f64) -> bool| {
        let page = controller.probe("/metrics").1;
        let found = page.lines().find_map(|line| line.strip_prefix(series)).map(|value| value.parse::<f64>().unwrap());
        found.is_some_and(wanted)
    };
    let begin = Instant::now();
    while !told(&|seconds| seconds > 0.0) {
        assert!(begin.elapsed() < PATIENCE, "{}", controller.probe("/metrics").1);
        pause().await;
    }
    // Nobody runs Pods here, so each is made ready by hand.
    let pods = stage.objects("", "v1", "Pod");
    let ready = Patch::Merge(json!({ "status": { "conditions": [{ "type": "Ready", "status": "True" }] } }));
    while !told(&|seconds| seconds == 0.0) {
        for pod in pods.list(&ListParams::default()).await.unwrap().items {
            pods.patch_status(pod.metadata.name.as_deref().unwrap(), &PatchParams::default(), &ready).await.unwrap();
        }
        assert!(begin.elapsed() < PATIENCE, "{}", controller.probe("/metrics").1);
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    assert!(controller.stop().success());
    caught_up(&stage).await;
    let statuses = requests(&stage).iter().filter(|request| request.resource == "timewindowscalers/status").count();
    assert!(statuses <= 2, "{statuses}");
}
