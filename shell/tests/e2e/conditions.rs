//! Those who wait and look, by the API server's own means: `kubectl wait`, columns, field selectors.

use serde_json::{Value, json};

use crate::clusters::kubectl;
use crate::stage::Stage;

fn always(target: &str, zone: &str) -> Value {
    json!({
        "targetRef": { "name": target }, "timezone": zone, "gracePeriodSeconds": 0,
        "windows": [{ "name": "always", "start": "00:00", "end": "24:00", "replicas": 4 }],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn kubectl_waits_for_conditions_and_shows_what_applies() {
    let stage = Stage::new("waiting").await;
    let run = |arguments: &[&str]| kubectl(stage.cluster(), &[&["-n", "waiting"], arguments].concat());
    stage.deploy("web", 1).await;
    stage.scaler("web", always("web", "Europe/Zurich")).await;
    stage.scaler("typo", always("web", "Europe/Zurick")).await;
    stage.scaler("paused", always("api", "UTC")).await;
    stage.deploy("api", 1).await;
    stage.edit("paused", json!({ "pause": true })).await;
    // Nobody has looked at it yet, and kstatus takes it for one that is under way.
    assert_eq!(stage.status("web").await["observedGeneration"], -1);
    let controller = stage.controller("2026-11-23T12:00:00Z", 1);
    for (name, condition) in [
        ("web", "condition=Ready"),
        ("web", "condition=Reconciling=false"),
        ("web", "condition=Stalled=false"),
        ("web", "condition=Degraded=false"),
        ("typo", "condition=Stalled"),
        ("typo", "condition=Ready=false"),
        // It is as it is to be: whoever waits for it isn't kept.
        ("paused", "condition=Ready"),
    ] {
        run(&["wait", &format!("--for={condition}"), "--timeout=120s", &format!("tws/{name}")]);
    }
    run(&["wait", "--for=jsonpath={.status.observedGeneration}=2", "--timeout=120s", "tws/paused"]);
    run(&["wait", "--for=jsonpath={.status.targetObservedReplicas}=4", "--timeout=120s", "tws/web"]);
    stage.status_when("web", "its clock", |status| status["clock"].is_string()).await;

    let table = run(&["get", "tws"]);
    let columns: Vec<_> = table.lines().next().unwrap().split_whitespace().collect();
    assert_eq!(columns, ["NAME", "APPLIES", "WANTED", "OBSERVED", "NEXT", "THEN", "READY", "PAUSED", "AGE"], "{table}");
    let row = table.lines().find(|line| line.starts_with("web ")).unwrap();
    let row: Vec<_> = row.split_whitespace().collect();
    assert_eq!(row[..6], ["web", "always", "4", "4", "Reconciled", "false"], "{table}");
    assert!(table.lines().any(|line| line.starts_with("paused ") && line.contains(" true ")), "{table}");
    assert!(run(&["get", "kyklos", "-o", "name"]).contains("timewindowscaler.kyklos.io/web"), "the category");
    let of_api = run(&["get", "tws", "--field-selector", "spec.targetRef.name=api", "-o", "name"]);
    assert_eq!(of_api, "timewindowscaler.kyklos.io/paused\n");
    assert!(controller.stop().success());
}

/// C17 of the scenarios: a role in one namespace is enough, and nothing outside of it is asked for.
#[tokio::test(flavor = "multi_thread")]
async fn one_namespace_is_all_that_is_asked_for() {
    let stage = Stage::new("narrow").await;
    stage.deploy("web", 1).await;
    stage.scaler("web", always("web", "UTC")).await;
    let controller = stage.controller("2026-11-23T12:00:00Z", 1);
    stage.event("web", "ScaledUp", 1).await;
    assert!(controller.stop().success());
    crate::audit::caught_up(&stage).await;
    let requests = crate::audit::requests(&stage);
    assert!(requests.len() > 5, "{requests:#?}");
    for request in requests {
        assert!(request.namespace == "narrow" || request.uri == "/version", "{request:?}");
        assert_ne!(request.code, 403, "{request:?}");
        assert!(request.agent.starts_with("kyklos/"), "{request:?}");
    }
}
