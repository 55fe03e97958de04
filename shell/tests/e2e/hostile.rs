//! What a tenant can pile up in a namespace, against the memory and the time of the real process.

use std::net::TcpStream;

use chrono::{TimeDelta, Utc};
use futures::future::join_all;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Api, DynamicObject, Patch, PatchParams, PostParams};
use serde_json::{Value, json};

use crate::audit::{Request, answered};
use crate::stage::Stage;
use crate::waits::reason;

/// What the manifests allow, in KiB.
const LIMIT: u64 = 64 * 1024;

/// The highest of what it has while `wait` lasts.
async fn peak(memory: impl Fn() -> u64, wait: impl Future<Output = ()>) -> u64 {
    let mut wait = std::pin::pin!(wait);
    let mut highest = 0;
    loop {
        highest = highest.max(memory());
        tokio::select! {
            () = &mut wait => return highest.max(memory()),
            () = tokio::time::sleep(std::time::Duration::from_millis(10)) => {}
        }
    }
}

/// Sixty Deployments and sixty objects of 250 KB each, most of which name a ConfigMap of their own, and one of them one of half a
/// megabyte of keys that are no dates; two hundred more on one of the targets; and a hundred connections to the probes.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_tenant_piles_up_stays_below_the_limit_of_memory() {
    const OBJECTS: usize = 60;
    const RIVALS: usize = 200;
    let stage = Stage::new("hostile").await;
    let note = "x".repeat(250_000);
    let data: serde_json::Map<_, _> = (0..40_000).map(|key| (format!("no-{key}"), json!(""))).collect();
    let days: ConfigMap = serde_json::from_value(json!({ "metadata": { "name": "days" }, "data": data })).unwrap();
    Api::namespaced(stage.client.clone(), "hostile").create(&PostParams::default(), &days).await.unwrap();
    let make = async |number: usize| {
        let name = format!("web-{number:03}");
        let metadata = json!({ "name": name, "annotations": { "note": note } });
        let labels = json!({ "app": name });
        let deployment: Deployment = serde_json::from_value(json!({
            "metadata": metadata,
            "spec": {
                "replicas": 1, "selector": { "matchLabels": labels },
                "template": {
                    "metadata": { "labels": labels },
                    "spec": { "containers": [{ "name": "main", "image": "kyklos.example/none" }] },
                },
            },
        }))
        .unwrap();
        stage.deployments().create(&PostParams::default(), &deployment).await.unwrap();
        let scaler: DynamicObject = serde_json::from_value(json!({
            "apiVersion": "kyklos.io/v1alpha1", "kind": "TimeWindowScaler", "metadata": metadata,
            "spec": {
                "targetRef": { "name": name }, "timezone": "UTC", "defaultReplicas": 3, "gracePeriodSeconds": 0,
                "holidayMode": "treat-as-closed",
                "holidayConfigMap": if number < 20 { "days".to_owned() } else { format!("days-{number}") },
            },
        }))
        .unwrap();
        stage.scalers().create(&PostParams::default(), &scaler).await.unwrap();
    };
    let rival = async |number: usize| {
        let spec = json!({ "targetRef": { "name": "web-000" }, "timezone": "UTC", "defaultReplicas": 7 });
        stage.scaler(&format!("younger-{number:03}"), spec).await;
    };
    for some in (0..OBJECTS).collect::<Vec<_>>().chunks(10) {
        join_all(some.iter().map(|number| make(*number))).await;
    }
    for some in (0..RIVALS).collect::<Vec<_>>().chunks(20) {
        join_all(some.iter().map(|number| rival(*number))).await;
    }
    let controller = stage.controller("2026-11-23T12:00:00Z", 1);
    let _idle: Vec<_> = (0..100).map(|_| TcpStream::connect(controller.probes()).unwrap()).collect();
    // One by one, since all of them are megabytes to this test, too.
    let right = async {
        for number in 0..OBJECTS {
            let is_right = |status: &Value| status["targetObservedReplicas"] == 3;
            stage.status_when(&format!("web-{number:03}"), "three replicas", is_right).await;
        }
        for number in 0..RIVALS {
            let says_so = |status: &Value| reason(status, "Ready") == "ScaleConflict";
            stage.status_when(&format!("younger-{number:03}"), "what keeps it", says_so).await;
        }
    };
    let highest = peak(|| controller.memory(), right).await;
    println!("{highest} KiB at the most, {} KiB in the end", controller.memory());
    assert!(highest < LIMIT, "{highest} KiB");
    assert_eq!(controller.probe("/healthz").0, 200);
    assert!(controller.stop().success());
}

/// How late somebody's change of a target's count is put back, by the API server's word.
async fn put_back(stage: &Stage, before: usize) -> TimeDelta {
    let seven = Patch::Merge(json!({ "spec": { "replicas": 7 } }));
    stage.deployments().patch_scale("good", &PatchParams::default(), &seven).await.unwrap();
    let changed = Utc::now();
    let is_good = |request: &Request| request.resource == "deployments/scale" && request.name == "good";
    let writes = answered(stage, before + 1, "writes of the good one", is_good).await;
    writes.last().unwrap().received - changed
}

/// Three hundred names of ConfigMaps, sixty thousand keys that are no dates and four hundred claims on one target, while the
/// controller runs: beside them a target is put right as soon as before.
#[tokio::test(flavor = "multi_thread")]
async fn names_keys_and_claims_that_pile_up_cost_neither_memory_nor_time() {
    let stage = Stage::new("piled").await;
    let spec = |target: &str, days: Option<&str>| {
        let mut spec = json!({
            "targetRef": { "name": target }, "timezone": "UTC", "defaultReplicas": 3, "gracePeriodSeconds": 0,
        });
        if let Some(days) = days {
            (spec["holidayMode"], spec["holidayConfigMap"]) = (json!("treat-as-closed"), json!(days));
        }
        spec
    };
    stage.deploy("good", 1).await;
    stage.deploy("shared", 1).await;
    stage.scaler("good", spec("good", None)).await;
    let controller = stage.controller("2026-11-23T12:00:00Z", 1);
    stage.scaled("good", 3).await;
    // Five would be a fight.
    let alone = put_back(&stage, 1).await.max(put_back(&stage, 2).await);

    let pile = async {
        let data: serde_json::Map<_, _> = (0..60_000).map(|key| (format!("no-{key}"), json!(""))).collect();
        let days = json!({ "metadata": { "name": "days-0" }, "data": data });
        let days: ConfigMap = serde_json::from_value(days).unwrap();
        Api::namespaced(stage.client.clone(), "piled").create(&PostParams::default(), &days).await.unwrap();
        let names = (0..300).map(|n| (format!("name-{n}"), spec(&format!("none-{n}"), Some(&format!("days-{n}")))));
        let claims = (0..400).map(|n| (format!("claim-{n}"), spec("shared", None)));
        let all: Vec<_> = names.chain(claims).collect();
        for some in all.chunks(20) {
            join_all(some.iter().map(|(name, spec)| stage.scaler(name, spec.clone()))).await;
        }
        for name in ["name-0", "name-299", "claim-399"] {
            stage.status_when(name, "a first look", |status| !reason(status, "Ready").is_empty()).await;
        }
    };
    let highest = peak(|| controller.memory(), pile).await;
    let beside = put_back(&stage, 3).await.max(put_back(&stage, 4).await);
    println!("{highest} KiB at the most; put back after {alone} alone, after {beside} beside");
    assert!(highest < LIMIT, "{highest} KiB");
    // Half a second is what the machine takes for the other tests.
    assert!(beside <= alone * 2 + TimeDelta::milliseconds(500), "{beside} instead of {alone}");
    assert!(controller.stop().success());
}
