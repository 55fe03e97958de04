//! What a tenant can pile up in a namespace, against the memory of the real process.

use futures::future::join_all;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Api, DynamicObject, PostParams};
use serde_json::{Value, json};

use crate::stage::Stage;

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

/// Sixty Deployments and sixty objects of 250 KB each, and a ConfigMap of half a megabyte of keys that are no dates.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_tenant_piles_up_stays_below_the_limit_of_memory() {
    const OBJECTS: usize = 60;
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
                "holidayMode": "treat-as-closed", "holidayConfigMap": "days",
            },
        }))
        .unwrap();
        stage.scalers().create(&PostParams::default(), &scaler).await.unwrap();
    };
    for some in (0..OBJECTS).collect::<Vec<_>>().chunks(10) {
        join_all(some.iter().map(|number| make(*number))).await;
    }
    let controller = stage.controller("2026-11-23T12:00:00Z", 1);
    // One by one, since all of them are megabytes to this test, too.
    let right = async {
        for number in 0..OBJECTS {
            let is_right = |status: &Value| status["targetObservedReplicas"] == 3;
            stage.status_when(&format!("web-{number:03}"), "three replicas", is_right).await;
        }
    };
    let highest = peak(|| controller.memory(), right).await;
    println!("{highest} KiB at the most, {} KiB in the end", controller.memory());
    assert!(highest < LIMIT, "{highest} KiB");
    assert!(controller.stop().success());
}
