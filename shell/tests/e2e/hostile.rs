//! What a tenant can pile up in a namespace, against the memory of the real process.

use std::net::TcpStream;

use futures::future::join_all;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Api, DynamicObject, PostParams};
use serde_json::{Value, json};

use crate::stage::Stage;
use crate::waits::reason;

/// What the manifests allow, in KiB.
pub(crate) const LIMIT: u64 = 64 * 1024;

/// The highest of what it has while `wait` lasts.
pub(crate) async fn peak(memory: impl Fn() -> u64, wait: impl Future<Output = ()>) -> u64 {
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
