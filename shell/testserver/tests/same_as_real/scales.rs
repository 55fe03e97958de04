//! Writes to Deployments and their scale.

use serde_json::{Value, json};

use crate::ask::{APPLY, Asker, JSON, MERGE};

const ALL: &str = "/apis/apps/v1/namespaces/default/deployments";
const WEB: &str = "/apis/apps/v1/namespaces/default/deployments/web";
const SCALE: &str = "/apis/apps/v1/namespaces/default/deployments/web/scale";

pub(crate) async fn ask(server: &mut Asker) {
    let made = server.ask("POST", &format!("{ALL}?fieldManager=kubectl"), JSON, deployment("web", 2)).await;
    server.ask("POST", ALL, JSON, deployment("web", 2)).await;
    let uid = made["metadata"]["uid"].as_str().unwrap().to_owned();
    let old = made["metadata"]["resourceVersion"].as_str().unwrap().to_owned();
    server.ask("GET", SCALE, JSON, Value::Null).await;

    let apply = format!("{SCALE}?fieldManager=kyklos&force=true");
    let scale = |replicas: i64, uid: &str, version: &str| {
        json!({
            "apiVersion": "autoscaling/v1", "kind": "Scale",
            "metadata": { "name": "web", "uid": uid, "resourceVersion": version },
            "spec": { "replicas": replicas },
        })
    };
    let bare =
        |replicas: i64| json!({ "apiVersion": "autoscaling/v1", "kind": "Scale", "spec": { "replicas": replicas } });
    server.ask("PATCH", &format!("{SCALE}?fieldManager=kyklos"), APPLY, bare(4)).await;
    server.ask("PATCH", &apply, APPLY, scale(5, &uid, &old)).await;
    server.ask("GET", WEB, JSON, Value::Null).await;
    server.ask("PATCH", &apply, APPLY, scale(6, &uid, &old)).await;
    let other = "99999999-9999-4999-8999-999999999999";
    let present = version(server, WEB).await;
    server.ask("PATCH", &apply, APPLY, scale(6, other, &present)).await;
    server.ask("PATCH", &apply, APPLY, bare(-1)).await;
    server.ask("PATCH", &apply.replace("/web/", "/none/"), APPLY, bare(1)).await;
    // The same once more makes no version.
    server.ask("PATCH", &apply, APPLY, bare(5)).await;
    let again = version(server, WEB).await;
    server.note("a version for the same count", json!(again == present));

    server.ask("PATCH", &apply, APPLY, bare(0)).await;
    server.ask("GET", WEB, JSON, Value::Null).await;
    server.ask("GET", SCALE, JSON, Value::Null).await;
    let hand = format!("{SCALE}?fieldManager=hand");
    server.ask("PATCH", &hand, MERGE, json!({ "spec": { "replicas": 3 } })).await;
    server.ask("GET", WEB, JSON, Value::Null).await;
    server.ask("PATCH", &hand, MERGE, json!({ "spec": { "replicas": 0 } })).await;
    server.ask("GET", WEB, JSON, Value::Null).await;
    server.ask("PATCH", &hand, MERGE, json!({ "metadata": { "uid": other }, "spec": { "replicas": 1 } })).await;
    server
        .ask("PATCH", &hand, MERGE, json!({ "metadata": { "resourceVersion": old }, "spec": { "replicas": 1 } }))
        .await;
    server.ask("PATCH", &apply, APPLY, bare(7)).await;
    server.ask("GET", WEB, JSON, Value::Null).await;

    // Another writer on the object itself, by the way of an edit.
    let edit = format!("{WEB}?fieldManager=hand");
    server.ask("PATCH", &edit, MERGE, json!({ "spec": { "replicas": 4 } })).await;
    server.ask("PATCH", &apply, APPLY, bare(8)).await;
    server.ask("GET", WEB, JSON, Value::Null).await;
    server.ask("PATCH", &edit, MERGE, json!({ "metadata": { "annotations": { "a": "b" } } })).await;
    server.ask("PATCH", &edit, MERGE, json!({ "metadata": { "labels": { "a": "b" } } })).await;
    server.ask("PATCH", &edit, MERGE, json!({ "spec": { "replicas": -3 } })).await;
    server.ask("PATCH", &edit, MERGE, json!({ "metadata": { "uid": other }, "spec": { "replicas": 3 } })).await;
    let mut put = server.send("GET", WEB, JSON, &Value::Null).await.1;
    put["metadata"]["uid"] = other.into();
    let (code, answer) = server.send("PUT", &edit, JSON, &put).await;
    server.note("another uid", json!([code, answer["reason"]]));
    let status = format!("{WEB}/status?fieldManager=hand");
    let of_other = json!({ "metadata": { "uid": other }, "status": { "replicas": 3, "observedGeneration": 1 } });
    server.ask("PATCH", &status, MERGE, of_other).await;
    server.ask("PATCH", &edit, "text/plain", json!({ "spec": { "replicas": 4 } })).await;
    server.ask("PATCH", SCALE, APPLY, bare(2)).await;

    let mut put = server.send("GET", SCALE, JSON, &Value::Null).await.1;
    put["spec"]["replicas"] = 9.into();
    server.ask("PUT", &hand, JSON, put.clone()).await;
    server.ask("PUT", &hand, JSON, put).await;
    server.ask("GET", WEB, JSON, Value::Null).await;
    server.ask("GET", &SCALE.replace("/web/", "/none/"), JSON, Value::Null).await;
    server.ask("GET", &WEB.replace("/web", "/none"), JSON, Value::Null).await;

    let other_uid = json!({ "preconditions": { "uid": other } });
    server.ask("DELETE", WEB, JSON, other_uid).await;
    server.ask("DELETE", WEB, JSON, Value::Null).await;
    server.ask("DELETE", WEB, JSON, Value::Null).await;
}

pub(crate) fn deployment(name: &str, replicas: i64) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": { "name": name },
        "spec": {
            "replicas": replicas,
            "selector": { "matchLabels": { "app": name } },
            "template": {
                "metadata": { "labels": { "app": name } },
                "spec": { "containers": [{ "name": "web", "image": "none" }] },
            },
        },
    })
}

async fn version(server: &Asker, path: &str) -> String {
    let (_, object) = server.send("GET", path, JSON, &Value::Null).await;
    object["metadata"]["resourceVersion"].as_str().unwrap().to_owned()
}
