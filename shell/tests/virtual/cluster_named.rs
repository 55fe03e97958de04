//! Schedules of the cluster that name one thing, and who looks in the wrong place.

use kyklos_testserver::Kind;
use serde_json::json;

use crate::cluster::night;
use crate::world::{World, reason};

#[tokio::test(start_paused = true)]
async fn what_lies_in_no_namespace_is_scaled_by_its_name_and_remembered_where_kyklos_is() {
    let world = World::at("2026-11-23T23:39:00Z");
    let pool = json!({ "metadata": { "name": "batch" }, "spec": { "replicas": 6 } });
    world.server.create(Kind::NodePool, "kubectl", &pool).unwrap();
    let target = json!({ "apiVersion": "karpenter.sh/v1", "kind": "NodePool", "name": "batch" });
    let spec = json!({
        "targetRef": target, "timezone": "UTC", "gracePeriodSeconds": 0, "defaultReplicas": "original", "onDelete": "restore",
        "windows": [{ "name": "night", "start": "23:40", "end": "23:50", "replicas": 1 }],
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
    world.until("2026-11-23T23:40:20Z").await;
    assert_eq!((size(&world), reason(&world.wide_status("pools"), "Ready").as_str()), (json!(1), "Reconciled"));
    assert_eq!(world.wide_status("pools")["targetObservedReplicas"], 1);
    let entries = world.remembered("kyklos-system");
    assert_eq!((entries.len(), entries[0].0.as_str()), (1, "cluster/NodePool.karpenter.sh/batch"));
    assert!(world.events_in("default").contains(&"ScaledDown".to_owned()));
    controller.kill();
    let _next = world.controller_of(None, "wide-2");
    world.until("2026-11-23T23:50:30Z").await;
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
    kinds["targets"]["kinds"] = json!([{ "apiVersion": "karpenter.sh/v1", "kind": "NodePool" }]);
    world.wide("kinds", kinds);
    let _controller = world.controller_of(None, "wide");
    world.pass(30).await;
    let said = world.message("pool", "Ready");
    assert!(
        said.contains("is a kind of the cluster") && said.contains("in the targetRef of a ClusterTimeWindowScaler"),
        "{said}"
    );
    let said = world.wide_message("fleet", "Ready");
    assert!(said.contains("is a kind of namespaces") && said.contains("write targets with namespaces"), "{said}");
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
