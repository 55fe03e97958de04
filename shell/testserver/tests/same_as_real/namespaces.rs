//! Namespaces and kinds, and what is asked of them when they are not there or going.

use serde_json::{Value, json};

use http_body_util::BodyExt as _;
use tokio::time::timeout;

use crate::ask::{Asker, JSON, PATIENCE};
use crate::lists::{Open, open, shown, tell};
use crate::scales::deployment;

pub(crate) async fn ask(server: &mut Asker) {
    let deployments = "/apis/apps/v1/namespaces/shop/deployments";
    let maps = "/api/v1/namespaces/shop/configmaps";
    server.ask("POST", deployments, JSON, deployment("web", 1)).await;
    server.ask("GET", deployments, JSON, Value::Null).await;
    server.ask("GET", "/api/v1/namespaces/shop", JSON, Value::Null).await;
    let space = json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "shop" } });
    let (code, _) = server.send("POST", "/api/v1/namespaces", JSON, &space).await;
    server.note("made", json!(code));
    let map = json!({ "metadata": { "name": "days" }, "data": { "2026-12-25": "" } });
    server.ask("POST", maps, JSON, map).await;
    server.ask("GET", &format!("{maps}/none"), JSON, Value::Null).await;
    server.ask("POST", maps, JSON, json!({ "metadata": { "name": "Not_A_Name" } })).await;
    server.ask("POST", maps, JSON, json!({ "metadata": { "name": "x", "namespace": "other" } })).await;
    server.ask("POST", maps, JSON, json!({ "data": {} })).await;

    let (code, gone) = server.send("DELETE", "/api/v1/namespaces/shop", JSON, &Value::Null).await;
    server.note("deleted", json!([code, gone["status"]["phase"]]));
    server.ask("POST", deployments, JSON, deployment("web", 1)).await;
    let (_, space) = server.send("GET", "/api/v1/namespaces/shop", JSON, &Value::Null).await;
    server.note("going", json!([space["status"]["phase"], space["metadata"]["deletionTimestamp"].is_string()]));
}

const SCALERS: &str = "/apis/kyklos.io/v1alpha1/namespaces/default/timewindowscalers";

/// A watch of the kind with one object in it.
pub(crate) async fn watch_kind(server: &mut Asker) -> Open {
    let object = json!({
        "apiVersion": "kyklos.io/v1alpha1", "kind": "TimeWindowScaler",
        "metadata": { "name": "last" },
        "spec": { "targetRef": { "name": "web" }, "timezone": "Europe/Zurich" },
    });
    assert_eq!(server.send("POST", SCALERS, JSON, &object).await.0, 201);
    let mut watch = open(server, &format!("{SCALERS}?watch=true&resourceVersion=0&timeoutSeconds=60")).await;
    tell(&mut watch, 1).await;
    watch
}

/// What is seen of the end of a kind whose CRD has been deleted.
pub(crate) async fn ask_after_kind(server: &mut Asker, watch: &mut Open) {
    let last = tell(watch, 1).await;
    server.note("the last line", json!([last[0]["type"], shown(&last[0])[3]]));
    let ended = timeout(PATIENCE, watch.body.frame()).await.map(|frame| frame.is_none());
    server.note("the end of a watch", json!(ended.ok()));
    // The real one takes a moment to forget the path.
    let begin = std::time::Instant::now();
    while server.send("GET", SCALERS, JSON, &Value::Null).await.0 != 404 {
        assert!(begin.elapsed() < PATIENCE, "the kind is still served");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    server.ask("GET", SCALERS, JSON, Value::Null).await;
    server.ask("GET", &format!("{SCALERS}/last"), JSON, Value::Null).await;
}
