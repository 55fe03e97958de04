//! What has bounds: HorizontalPodAutoscalers, and ScaledObjects, whose CRD stands in for KEDA.

use serde_json::{Value, json};

use crate::ask::{Asker, JSON, MERGE};

const HPAS: &str = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers";
const SCALED: &str = "/apis/keda.sh/v1alpha1/namespaces/default/scaledobjects";
const OTHER: &str = "99999999-9999-4999-8999-999999999999";

/// A CRD with the fields that are written.
pub(crate) fn crd() -> Value {
    let target = json!({ "type": "object", "required": ["name"], "properties": { "name": { "type": "string" } } });
    let count = json!({ "type": "integer", "format": "int32" });
    let spec = json!({
        "type": "object", "required": ["scaleTargetRef"],
        "properties": { "scaleTargetRef": target, "minReplicaCount": count, "maxReplicaCount": count },
    });
    json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": { "name": "scaledobjects.keda.sh" },
        "spec": {
            "group": "keda.sh", "scope": "Namespaced",
            "names": { "kind": "ScaledObject", "listKind": "ScaledObjectList", "plural": "scaledobjects", "singular": "scaledobject" },
            "versions": [{
                "name": "v1alpha1", "served": true, "storage": true, "subresources": { "status": {} },
                "schema": { "openAPIV3Schema": { "type": "object", "properties": { "spec": spec, "status": { "type": "object" } } } },
            }],
        },
    })
}

pub(crate) async fn ask(server: &mut Asker) {
    let target = json!({ "apiVersion": "apps/v1", "kind": "Deployment", "name": "web" });
    let hpa = |bounds: Value| object("autoscaling/v2", "HorizontalPodAutoscaler", &target, bounds);
    let one = format!("{HPAS}/web?fieldManager=kyklos");
    for wrong in [
        json!({ "minReplicas": 0, "maxReplicas": 3 }),
        json!({ "minReplicas": 4, "maxReplicas": 3 }),
        json!({ "minReplicas": 1, "maxReplicas": 0 }),
    ] {
        server.ask("POST", HPAS, JSON, hpa(wrong)).await;
    }
    let made =
        server.ask("POST", &format!("{HPAS}?fieldManager=kubectl"), JSON, hpa(json!({ "maxReplicas": 10 }))).await;
    let bounds = |min: Value, max: Value| json!({ "minReplicas": min, "maxReplicas": max });
    write(server, &one, &made, [bounds(json!(2), json!(5)), bounds(json!(3), json!(5))]).await;
    // Nobody's minimum is the kind's own again, and no autoscaler is without a maximum.
    for patch in [
        bounds(Value::Null, json!(5)),
        bounds(json!(6), json!(5)),
        bounds(json!(0), json!(5)),
        bounds(json!(1), Value::Null),
    ] {
        server.ask("PATCH", &one, MERGE, json!({ "spec": patch })).await;
    }
    server.ask("DELETE", &one, JSON, Value::Null).await;
    server.ask("PATCH", &one, MERGE, json!({ "spec": bounds(json!(1), json!(2)) })).await;

    let target = json!({ "name": "web" });
    let scaled = |bounds: Value| object("keda.sh/v1alpha1", "ScaledObject", &target, bounds);
    let one = format!("{SCALED}/web?fieldManager=kyklos");
    let made = server.ask("POST", &format!("{SCALED}?fieldManager=kubectl"), JSON, scaled(json!({}))).await;
    let bounds = |min: Value, max: Value| json!({ "minReplicaCount": min, "maxReplicaCount": max });
    write(server, &one, &made, [bounds(json!(2), json!(5)), bounds(json!(3), json!(5))]).await;
    let paused = |count: Value| json!({ "annotations": { "autoscaling.keda.sh/paused-replicas": count } });
    for (metadata, spec) in [
        (paused(json!("0")), bounds(json!(3), json!(5))),
        (paused(json!("0")), bounds(Value::Null, json!(5))),
        (paused(Value::Null), bounds(Value::Null, Value::Null)),
    ] {
        server.ask("PATCH", &one, MERGE, json!({ "metadata": metadata, "spec": spec })).await;
    }
    server.ask("DELETE", &one, JSON, Value::Null).await;
}

/// Two writes with the identity and the version that were seen; and those that others have been before.
async fn write(server: &mut Asker, one: &str, made: &Value, [first, second]: [Value; 2]) {
    let seen = |uid: &Value, version: &Value| json!({ "uid": uid, "resourceVersion": version });
    let (uid, version) = (&made["metadata"]["uid"], &made["metadata"]["resourceVersion"]);
    let written = server.ask("PATCH", one, MERGE, json!({ "metadata": seen(uid, version), "spec": first })).await;
    server.ask("PATCH", one, MERGE, json!({ "metadata": seen(uid, version), "spec": second })).await;
    let present = &written["metadata"]["resourceVersion"];
    server.ask("PATCH", one, MERGE, json!({ "metadata": seen(&json!(OTHER), present), "spec": second })).await;
    // The same once more makes no version.
    let again = server.ask("PATCH", one, MERGE, json!({ "metadata": seen(uid, present), "spec": first })).await;
    server.note("a version for the same bounds", json!(again["metadata"]["resourceVersion"] == *present));
    server.ask("PATCH", one, MERGE, json!({ "metadata": seen(uid, present), "spec": second })).await;
}

fn object(version: &str, kind: &str, target: &Value, bounds: Value) -> Value {
    let mut spec = json!({ "scaleTargetRef": target });
    if let (Some(spec), Value::Object(bounds)) = (spec.as_object_mut(), bounds) {
        spec.extend(bounds);
    }
    json!({ "apiVersion": version, "kind": kind, "metadata": { "name": "web" }, "spec": spec })
}
