//! Autoscalers as targets: the real controller of HorizontalPodAutoscalers, and the schema of KEDA's ScaledObjects.

use std::collections::BTreeSet;
use std::sync::OnceLock;
use std::time::Instant;

use kube::api::{Api, DynamicObject, Patch, PatchParams};
use serde_json::{Value, json};

use crate::audit::{caught_up, requests, scalings};
use crate::clusters::kubectl;
use crate::kinds::until;
use crate::stage::Stage;
use crate::waits::{PATIENCE, message, pause, reason};

const BEGIN: &str = "2026-11-23T12:00:00Z";

/// An API of external metrics whose whole server is a CRD: what the autoscaler asks for is the list of a metric's objects.
pub(crate) fn metrics() -> Value {
    let whole = json!({
        "type": "object",
        "properties": {
            "metricName": { "type": "string" },
            "metricLabels": { "type": "object", "additionalProperties": { "type": "string" } },
            "timestamp": { "type": "string" },
            "value": { "x-kubernetes-int-or-string": true },
        },
    });
    json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {
            "name": "queuelength.external.metrics.k8s.io",
            "annotations": { "api-approved.kubernetes.io": "unapproved, it stands in for a server of metrics in a test" },
        },
        "spec": {
            "group": "external.metrics.k8s.io", "scope": "Namespaced",
            "names": { "kind": "ExternalMetricValue", "listKind": "ExternalMetricValueList", "plural": "queuelength" },
            "versions": [{ "name": "v1beta1", "served": true, "storage": true, "schema": { "openAPIV3Schema": whole } }],
        },
    })
}

/// The CRD of KEDA's ScaledObjects, with the fields of its schema that anything here has to do with.
pub(crate) fn scaled_objects() -> Value {
    let count = || json!({ "type": "integer", "format": "int32" });
    let target = json!({
        "type": "object", "required": ["name"],
        "properties": { "apiVersion": { "type": "string" }, "kind": { "type": "string" }, "name": { "type": "string" } },
    });
    let trigger = json!({
        "type": "object", "required": ["type", "metadata"],
        "properties": {
            "type": { "type": "string" },
            "metadata": { "type": "object", "additionalProperties": { "type": "string" } },
        },
    });
    let spec = json!({
        "type": "object", "required": ["scaleTargetRef", "triggers"],
        "properties": {
            "scaleTargetRef": target, "triggers": { "type": "array", "items": trigger },
            "minReplicaCount": count(), "maxReplicaCount": count(), "idleReplicaCount": count(),
        },
    });
    let whole = json!({
        "type": "object", "required": ["spec"],
        "properties": { "spec": spec, "status": { "type": "object", "x-kubernetes-preserve-unknown-fields": true } },
    });
    json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": { "name": "scaledobjects.keda.sh" },
        "spec": {
            "group": "keda.sh", "scope": "Namespaced",
            "names": { "kind": "ScaledObject", "listKind": "ScaledObjectList", "plural": "scaledobjects", "singular": "scaledobject" },
            "versions": [{
                "name": "v1alpha1", "served": true, "storage": true, "schema": { "openAPIV3Schema": whole },
                "subresources": { "status": {} },
            }],
        },
    })
}

impl Stage {
    pub(crate) fn hpas(&self) -> Api<DynamicObject> {
        self.objects("autoscaling", "v2", "HorizontalPodAutoscaler")
    }

    /// Has the API server serve the figures by which autoscalers go, once for all tests.
    fn serve_metrics(&self) {
        static SERVED: OnceLock<()> = OnceLock::new();
        SERVED.get_or_init(|| {
            let (done, said) = self.applies(&metrics(), &[]);
            assert!(done, "{said}");
            let crd = "crd/queuelength.external.metrics.k8s.io";
            kubectl(self.cluster(), &["wait", "--for=condition=Established", "--timeout=120s", crd]);
        });
    }

    /// An autoscaler from two to ten that gives each ten of a queue a Pod, without the waits by which it keeps calm.
    pub(crate) async fn autoscale(&self) {
        let metric =
            json!({ "metric": { "name": "queuelength" }, "target": { "type": "AverageValue", "averageValue": "10" } });
        let at_once = json!({
            "stabilizationWindowSeconds": 0, "policies": [{ "type": "Pods", "value": 100, "periodSeconds": 1 }],
        });
        let object = json!({
            "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": { "name": "web" },
            "spec": {
                "scaleTargetRef": { "apiVersion": "apps/v1", "kind": "Deployment", "name": "web" }, "minReplicas": 2, "maxReplicas": 10,
                "metrics": [{ "type": "External", "external": metric }], "behavior": { "scaleUp": at_once, "scaleDown": at_once },
            },
        });
        self.make(&self.hpas(), object).await;
    }

    /// The queue is as long as this.
    pub(crate) async fn queue(&self, length: u32) {
        let object = json!({
            "apiVersion": "external.metrics.k8s.io/v1beta1", "kind": "ExternalMetricValue", "metadata": { "name": "queue" },
            "metricName": "queuelength", "timestamp": "2026-11-23T12:00:00Z", "value": length.to_string(),
        });
        let (done, said) = self.applies(&object, &[]);
        assert!(done, "{said}");
    }

    /// Waits until the autoscaler has these bounds.
    pub(crate) async fn bounded(&self, min: u32, max: u32) {
        until(self, &self.hpas(), "web", "/spec/minReplicas", json!(min)).await;
        until(self, &self.hpas(), "web", "/spec/maxReplicas", json!(max)).await;
    }

    /// Waits until a condition of the autoscaler has this reason.
    pub(crate) async fn autoscaler_says(&self, kind: &str, wanted: &str) {
        let begin = Instant::now();
        loop {
            let object = self.hpas().get("web").await.unwrap();
            let conditions = object.data["status"]["conditions"].as_array().cloned().unwrap_or_default();
            if conditions.iter().any(|condition| condition["type"] == kind && condition["reason"] == wanted) {
                return;
            }
            assert!(begin.elapsed() < PATIENCE, "{}: {kind} isn't {wanted}: {conditions:#?}", self.namespace);
            pause().await;
        }
    }
}

fn of(api_version: &str, kind: &str, fields: &Value) -> Value {
    let mut spec = json!({
        "targetRef": { "apiVersion": api_version, "kind": kind, "name": "web" }, "timezone": "UTC", "gracePeriodSeconds": 0,
    });
    spec.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    spec
}

/// C05, each boundary an edit, so that nobody hurries the autoscaler; W03, and what is given back in the end.
#[tokio::test(flavor = "multi_thread")]
async fn an_autoscaler_keeps_its_floor_sleeps_wakes_and_gets_back_what_it_had() {
    let stage = Stage::with_targets("autoscalers", "hpas").await;
    stage.serve_metrics();
    stage.deploy("web", 8).await;
    stage.queue(80).await;
    stage.autoscale().await;
    stage.autoscaler_says("ScalingActive", "ValidMetricFound").await;
    stage
        .scaler(
            "web",
            of("autoscaling/v2", "HorizontalPodAutoscaler", &json!({ "defaultReplicas": 2, "onDelete": "restore" })),
        )
        .await;
    let controller = stage.controller(BEGIN, 1);
    let calm = |status: &Value| reason(status, "Ready") == "Reconciled" && status["targetObservedReplicas"] == 2;
    stage.status_when("web", "calm", calm).await;
    // The floor counts although eight are running: minutes later there would be three.
    stage.edit("web", json!({ "defaultReplicas": 6 })).await;
    stage.bounded(6, 10).await;
    stage.queue(30).await;
    stage.scaled("web", 6).await;
    stage.edit("web", json!({ "defaultReplicas": 11 })).await;
    stage.bounded(11, 11).await;
    stage.scaled("web", 11).await;
    // What was there before is known to the next process, and what somebody sets meanwhile is the new one.
    assert!(controller.stop().success());
    let by_hand = Patch::Merge(json!({ "spec": { "maxReplicas": 20 } }));
    stage.hpas().patch("web", &PatchParams::default(), &by_hand).await.unwrap();
    let controller = stage.controller(BEGIN, 1);
    stage.edit("web", json!({ "defaultReplicas": 6 })).await;
    stage.bounded(6, 20).await;
    stage.scaled("web", 6).await;
    // None: what it scales has none, at which it stands still, and its own minimum stays one that it may have.
    stage.edit("web", json!({ "defaultReplicas": 0 })).await;
    stage.scaled("web", 0).await;
    stage.autoscaler_says("ScalingActive", "ScalingDisabled").await;
    stage.bounded(6, 20).await;
    stage.edit("web", json!({ "defaultReplicas": 2 })).await;
    stage.bounded(2, 20).await;
    stage.autoscaler_says("ScalingActive", "ValidMetricFound").await;
    stage.scaled("web", 3).await;
    // A floor and a ceiling by time.
    stage.edit("web", json!({ "defaultReplicas": null, "defaultMinReplicas": 10, "defaultMaxReplicas": 50 })).await;
    stage.bounded(10, 50).await;
    stage.scaled("web", 10).await;
    stage.edit("web", json!({ "defaultMinReplicas": 2, "defaultMaxReplicas": 5 })).await;
    stage.bounded(2, 5).await;
    stage.scaled("web", 3).await;
    // It sleeps when its schedule goes, and has everything back.
    stage.edit("web", json!({ "defaultReplicas": 0, "defaultMinReplicas": null, "defaultMaxReplicas": null })).await;
    stage.scaled("web", 0).await;
    let asleep = |status: &Value| reason(status, "Ready") == "Reconciled" && status["targetObservedReplicas"] == 0;
    stage.status_when("web", "none", asleep).await;
    stage.scalers().delete("web", &Default::default()).await.unwrap();
    stage.bounded(2, 20).await;
    stage.scaled("web", 3).await;
    stage.no_records().await;
    assert!(controller.stop().success());

    // These rights and no others, beyond those of every installation.
    caught_up(&stage).await;
    let asked = requests(&stage);
    let refused: Vec<_> = asked.iter().filter(|request| request.code == 403).collect();
    assert!(refused.is_empty(), "{refused:#?}");
    let of_it = |group: &str| matches!(group, "autoscaling" | "apps");
    let used: BTreeSet<_> = asked
        .iter()
        .filter(|request| of_it(&request.group))
        .map(|request| (request.resource.as_str(), request.verb.as_str()))
        .collect();
    let wanted = [
        ("deployments", "watch"),
        ("deployments/scale", "patch"),
        ("horizontalpodautoscalers", "patch"),
        ("horizontalpodautoscalers", "watch"),
    ];
    assert_eq!(used, BTreeSet::from(wanted));
}

/// C04 with figures: what it asks for stays, and from none the next count wakes it, from which it goes on.
#[tokio::test(flavor = "multi_thread")]
async fn an_autoscaler_that_acts_has_its_way_but_at_none() {
    let stage = Stage::new("autoscalers-beside").await;
    stage.serve_metrics();
    stage.deploy("web", 3).await;
    stage.queue(70).await;
    stage.autoscale().await;
    stage.scaled("web", 7).await;
    stage.scaler("web", of("apps/v1", "Deployment", &json!({ "defaultReplicas": 3 }))).await;
    let controller = stage.controller(BEGIN, 1);
    let present = |status: &Value| reason(status, "Ready") == "AutoscalerPresent";
    stage.status_when("web", "the autoscaler to be named", present).await;
    scalings(&stage, 0).await;
    stage.edit("web", json!({ "defaultReplicas": 0 })).await;
    stage.scaled("web", 0).await;
    stage.autoscaler_says("ScalingActive", "ScalingDisabled").await;
    stage.status_when("web", "peace", |status| reason(status, "Ready") == "Reconciled").await;
    stage.edit("web", json!({ "defaultReplicas": 3 })).await;
    stage.scaled("web", 7).await;
    stage.status_when("web", "it to be named again", present).await;
    // None, and from none the three.
    scalings(&stage, 2).await;
    assert_eq!(stage.replicas("web").await, Some(7), "nothing is undone");
    assert!(controller.stop().success());
}

/// Two schedules, one on the autoscaler and one on what it scales; C15 through an autoscaler.
#[tokio::test(flavor = "multi_thread")]
async fn a_claim_on_an_autoscaler_is_one_on_what_it_scales() {
    let stage = Stage::with_targets("autoscalers-claims", "hpas").await;
    stage.deploy("web", 3).await;
    stage.autoscale().await;
    stage.scaler("elder", of("autoscaling/v2", "HorizontalPodAutoscaler", &json!({ "defaultReplicas": 4 }))).await;
    // Of one second the first by name is the elder: it is this one either way.
    stage.scaler("younger", of("apps/v1", "Deployment", &json!({ "defaultReplicas": 0 }))).await;
    let controller = stage.controller(BEGIN, 1);
    stage.bounded(4, 10).await;
    let conflict = |status: &Value| reason(status, "Ready") == "ScaleConflict";
    let status = stage.status_when("younger", "the conflict", conflict).await;
    let said = message(&status, "Ready");
    assert!(said.contains("autoscalers-claims/elder is older and scales HorizontalPodAutoscaler web"), "{said}");
    stage.event("younger", "ScaleConflict", 1).await;
    stage.scalers().delete("elder", &Default::default()).await.unwrap();
    stage.scaled("web", 0).await;
    stage.status_when("younger", "that it acts", |status| reason(status, "Ready") == "Reconciled").await;
    assert!(controller.stop().success());
}

/// KEDA's schema, without KEDA: what is written is what its operator reads.
#[tokio::test(flavor = "multi_thread")]
async fn a_scaled_object_is_bounded_and_paused_and_left_alone_by_turns() {
    let stage = Stage::with_targets("autoscalers-keda", "deployments,scaledobjects").await;
    let (done, said) = stage.applies(&scaled_objects(), &[]);
    assert!(done, "{said}");
    kubectl(stage.cluster(), &["wait", "--for=condition=Established", "--timeout=120s", "crd/scaledobjects.keda.sh"]);
    stage.deploy("web", 3).await;
    let api = stage.objects("keda.sh", "v1alpha1", "ScaledObject");
    let trigger = json!({ "type": "cron", "metadata": { "timezone": "UTC" } });
    let spec = json!({ "scaleTargetRef": { "name": "web" }, "triggers": [trigger], "idleReplicaCount": 0 });
    stage
        .make(
            &api,
            json!({
                "apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject", "metadata": { "name": "web" }, "spec": spec,
            }),
        )
        .await;
    // C04: beside it nothing is written, whatever the count is.
    stage.scaler("beside", of("apps/v1", "Deployment", &json!({ "defaultReplicas": 0 }))).await;
    let controller = stage.controller(BEGIN, 1);
    let present = |status: &Value| reason(status, "Ready") == "AutoscalerPresent";
    let status = stage.status_when("beside", "KEDA's object to be named", present).await;
    assert!(message(&status, "Ready").contains("name ScaledObject web in targetRef instead"), "{status:#}");
    scalings(&stage, 0).await;
    stage.scalers().delete("beside", &Default::default()).await.unwrap();
    // As a target.
    stage.scaler("web", of("keda.sh/v1alpha1", "ScaledObject", &json!({ "defaultReplicas": 5 }))).await;
    until(&stage, &api, "web", "/spec/minReplicaCount", json!(5)).await;
    stage.edit("web", json!({ "defaultReplicas": 120 })).await;
    until(&stage, &api, "web", "/spec/maxReplicaCount", json!(120)).await;
    stage.edit("web", json!({ "defaultReplicas": 0 })).await;
    let paused = "autoscaling.keda.sh/paused-replicas";
    let annotated = async |wanted: Option<&str>| {
        let begin = Instant::now();
        loop {
            let object = api.get("web").await.unwrap();
            let found = object.metadata.annotations.unwrap_or_default().remove(paused);
            if found.as_deref() == wanted {
                return object.data;
            }
            assert!(begin.elapsed() < PATIENCE, "{found:?} instead of {wanted:?}");
            pause().await;
        }
    };
    annotated(Some("0")).await;
    stage.status_when("web", "none", |status| status["targetObservedReplicas"] == 0).await;
    // KEDA says so in its status, which is no change of anything.
    let said = Patch::Merge(json!({ "status": { "conditions": [{ "type": "Paused", "status": "True" }] } }));
    api.patch_status("web", &PatchParams::default(), &said).await.unwrap();
    let calm = |status: &Value| reason(status, "Ready") == "Reconciled" && reason(status, "Reconciling") == "Stable";
    stage.status_when("web", "calm", calm).await;
    stage.edit("web", json!({ "defaultReplicas": "original" })).await;
    let data = annotated(None).await;
    assert_eq!((data["spec"].get("minReplicaCount"), data["spec"].get("maxReplicaCount")), (None, None), "{data:#}");
    stage.no_records().await;
    // A person pauses it, and that counts.
    let by_hand = |value: Value| Patch::Merge(json!({ "metadata": { "annotations": { paused: value } } }));
    api.patch("web", &PatchParams::default(), &by_hand(json!("2"))).await.unwrap();
    stage.edit("web", json!({ "defaultReplicas": 7 })).await;
    let status = stage.status_when("web", "the pause", |status| reason(status, "Ready") == "Paused").await;
    assert!(message(&status, "Ready").contains("is paused by somebody"), "{status:#}");
    assert_eq!(api.get("web").await.unwrap().data["spec"].get("minReplicaCount"), None);
    api.patch("web", &PatchParams::default(), &by_hand(json!(null))).await.unwrap();
    until(&stage, &api, "web", "/spec/minReplicaCount", json!(7)).await;
    assert!(controller.stop().success());
    scalings(&stage, 0).await;
    caught_up(&stage).await;
    let asked = requests(&stage);
    let used: BTreeSet<_> = asked
        .iter()
        .filter(|request| request.group == "keda.sh")
        .map(|request| (request.resource.as_str(), request.verb.as_str()))
        .collect();
    assert_eq!(used, BTreeSet::from([("scaledobjects", "patch"), ("scaledobjects", "watch")]));
    let patches: Vec<_> =
        asked.iter().filter(|request| request.verb == "patch" && request.group == "keda.sh").collect();
    let done = patches.iter().filter(|request| request.code == 200).count();
    assert_eq!(done, 5, "one for each edit: {patches:#?}");
}
