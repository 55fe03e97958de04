//! TimeWindowScalers and their status.

use serde_json::{Value, json};

use crate::ask::{APPLY, Asker, JSON, MERGE};

const ALL: &str = "/apis/kyklos.io/v1alpha1/namespaces/default/timewindowscalers";
const WEB: &str = "/apis/kyklos.io/v1alpha1/namespaces/default/timewindowscalers/web";
const STATUS: &str = "/apis/kyklos.io/v1alpha1/namespaces/default/timewindowscalers/web/status?fieldManager=kyklos";

pub(crate) async fn ask(server: &mut Asker) {
    let object = json!({
        "apiVersion": "kyklos.io/v1alpha1", "kind": "TimeWindowScaler",
        "metadata": { "name": "web" },
        "spec": { "targetRef": { "name": "web" }, "timezone": "Europe/Zurich" },
        "status": { "effectiveReplicas": 9 },
    });
    let made = server.ask("POST", ALL, JSON, object.clone()).await;
    server.ask("POST", ALL, JSON, object).await;
    let uid = made["metadata"]["uid"].clone();
    let old = made["metadata"]["resourceVersion"].clone();

    let status = |replicas: i64| json!({ "effectiveReplicas": replicas, "observedGeneration": 1 });
    server.ask("PATCH", STATUS, MERGE, json!({ "metadata": { "uid": uid }, "status": status(3) })).await;
    // The same once more makes no version.
    let first = server.send("GET", WEB, JSON, &Value::Null).await.1;
    server.ask("PATCH", STATUS, MERGE, json!({ "metadata": { "uid": uid }, "status": status(3) })).await;
    let second = server.send("GET", WEB, JSON, &Value::Null).await.1;
    let same = first["metadata"]["resourceVersion"] == second["metadata"]["resourceVersion"];
    server.note("a version for the same status", json!(same));

    let other = "99999999-9999-4999-8999-999999999999";
    server.ask("PATCH", STATUS, MERGE, json!({ "metadata": { "uid": other }, "status": status(4) })).await;
    server.ask("PATCH", STATUS, MERGE, json!({ "metadata": { "resourceVersion": old }, "status": status(4) })).await;
    // Of an object's uid a write to its status takes no note, whatever patch it is; of its version it does.
    let apply = format!("{STATUS}&force=true");
    for metadata in [json!({ "name": "web", "uid": other }), json!({ "name": "web", "resourceVersion": old })] {
        let patch = json!({
            "apiVersion": "kyklos.io/v1alpha1", "kind": "TimeWindowScaler", "metadata": metadata, "status": status(7),
        });
        let (code, answer) = server.send("PATCH", &apply, APPLY, &patch).await;
        server.note("an apply to the status", json!([code, answer["reason"], answer["status"]["effectiveReplicas"]]));
    }
    server.ask("PATCH", WEB, MERGE, json!({ "metadata": { "uid": other, "labels": { "x": "y" } } })).await;
    let spec =
        json!({ "metadata": { "labels": { "a": "b" } }, "spec": { "timezone": "Asia/Tokyo" }, "status": status(5) });
    server.ask("PATCH", STATUS, MERGE, spec).await;
    server.ask("PATCH", STATUS, MERGE, json!({ "status": { "effectiveReplicas": null } })).await;
    server.ask("PATCH", &STATUS.replace("/web/", "/none/"), MERGE, json!({ "status": status(1) })).await;

    server.ask("PATCH", WEB, MERGE, json!({ "spec": { "timezone": "Asia/Tokyo" }, "status": status(6) })).await;
    server.ask("PATCH", WEB, MERGE, json!({ "metadata": { "annotations": { "a": "b" } } })).await;
    server
        .ask("PUT", WEB, JSON, {
            let mut object = made.clone();
            object["metadata"]["resourceVersion"] = Value::Null;
            object
        })
        .await;
    server.ask("PUT", WEB, JSON, made).await;
    server.ask("GET", WEB, JSON, Value::Null).await;
    server.ask("GET", &format!("{WEB}/scale"), JSON, Value::Null).await;

    // A finalizer holds it.
    server.ask("PATCH", WEB, MERGE, json!({ "metadata": { "finalizers": ["test.io/hold"] } })).await;
    server.ask("DELETE", WEB, JSON, Value::Null).await;
    server.ask("GET", WEB, JSON, Value::Null).await;
    server.ask("PATCH", WEB, MERGE, json!({ "metadata": { "finalizers": null } })).await;
    server.ask("GET", WEB, JSON, Value::Null).await;
}
