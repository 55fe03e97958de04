//! Namespaces, and what is asked of one that is not there or going.

use serde_json::{Value, json};

use crate::ask::{Asker, JSON};
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
