//! Leases and events.

use serde_json::{Value, json};

use crate::ask::{Asker, JSON, MERGE};

const LEASES: &str = "/apis/coordination.k8s.io/v1/namespaces/default/leases";
const EVENTS: &str = "/apis/events.k8s.io/v1/namespaces/default/events";

pub(crate) async fn ask(server: &mut Asker) {
    leases(server).await;
    events(server).await;
}

async fn leases(server: &mut Asker) {
    let lease = |holder: &str, seconds: i64, version: &Value| {
        json!({
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
            "metadata": { "name": "kyklos", "resourceVersion": version },
            "spec": { "holderIdentity": holder, "leaseDurationSeconds": seconds, "renewTime": "2026-03-02T09:00:00.000000Z" },
        })
    };
    let one = format!("{LEASES}/kyklos");
    server.ask("GET", &one, JSON, Value::Null).await;
    let made = server.ask("POST", LEASES, JSON, lease("a", 8, &Value::Null)).await;
    server.ask("POST", LEASES, JSON, lease("b", 8, &Value::Null)).await;
    let version = made["metadata"]["resourceVersion"].clone();
    server.ask("PUT", &one, JSON, lease("b", 8, &version)).await;
    server.ask("PUT", &one, JSON, lease("c", 8, &version)).await;
    server.ask("PUT", &one, JSON, lease("c", 8, &Value::Null)).await;
    server.ask("POST", LEASES, JSON, lease("", 8, &Value::Null)).await;
    let present = server.send("GET", &one, JSON, &Value::Null).await.1["metadata"]["resourceVersion"].clone();
    server.ask("PUT", &one, JSON, lease("b", 0, &present)).await;
    let mut other = lease("x", 8, &Value::Null);
    other["metadata"]["name"] = "other".into();
    server.ask("PUT", &format!("{LEASES}/other"), JSON, other.clone()).await;
    server.ask("PUT", &format!("{LEASES}/third"), JSON, other).await;
    server.ask("DELETE", &one, JSON, Value::Null).await;
}

async fn events(server: &mut Asker) {
    let event = |name: &str| {
        json!({
            "apiVersion": "events.k8s.io/v1", "kind": "Event",
            "metadata": { "name": name, "namespace": "default" },
            "eventTime": "2026-03-02T09:00:00.000000Z",
            "reportingController": "kyklos.io/controller", "reportingInstance": "one",
            "action": "Scale", "reason": "ScaledUp", "note": "from 2 to 5", "type": "Normal",
            "regarding": { "apiVersion": "kyklos.io/v1alpha1", "kind": "TimeWindowScaler", "name": "web", "namespace": "default" },
        })
    };
    server.ask("POST", EVENTS, JSON, event("a")).await;
    server.ask("POST", EVENTS, JSON, event("a")).await;
    for (name, field, value) in [
        ("no-action", "action", Value::Null),
        ("no-reason", "reason", Value::Null),
        ("no-time", "eventTime", Value::Null),
        ("no-controller", "reportingController", Value::Null),
        ("long", "note", Value::from("x".repeat(1_025))),
        ("odd", "type", Value::from("Odd")),
    ] {
        let mut wrong = event(name);
        wrong[field] = value;
        let (code, answer) = server.send("POST", EVENTS, JSON, &wrong).await;
        // The words are the real one's own; that it is refused, and how, is compared.
        server.note(name, json!([code, answer["reason"]]));
    }
    let mut elsewhere = event("elsewhere");
    elsewhere["regarding"]["namespace"] = "kube-system".into();
    let (code, answer) = server.send("POST", EVENTS, JSON, &elsewhere).await;
    server.note("elsewhere", json!([code, answer["reason"]]));

    let one = format!("{EVENTS}/a");
    for (what, patch) in [
        ("series", json!({ "series": { "count": 2, "lastObservedTime": "2026-03-02T09:01:00.000000Z" } })),
        ("more", json!({ "series": { "count": 3, "lastObservedTime": "2026-03-02T09:02:00.000000Z" } })),
        ("one", json!({ "series": { "count": 1, "lastObservedTime": "2026-03-02T09:03:00.000000Z" } })),
        ("note", json!({ "note": "something else" })),
        ("reason", json!({ "reason": "Other" })),
    ] {
        let (code, answer) = server.send("PATCH", &one, MERGE, &patch).await;
        server.note(what, json!([code, answer["reason"], answer["series"]]));
    }
    let missing = json!({ "series": { "count": 2, "lastObservedTime": "2026-03-02T09:01:00.000000Z" } });
    server.ask("PATCH", &format!("{EVENTS}/none"), MERGE, missing).await;
}
