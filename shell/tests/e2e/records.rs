//! What is remembered of targets, on the real control plane.

use serde_json::{Value, json};

use crate::stage::Stage;
use crate::waits::reason;

fn spec(fields: Value) -> Value {
    let mut spec = json!({ "targetRef": { "name": "web" }, "timezone": "UTC", "gracePeriodSeconds": 0 });
    spec.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    spec
}

/// W02, W03 and C12: down, a share, bounds, as it was, and back by the deletion of the schedule.
#[tokio::test(flavor = "multi_thread")]
async fn a_target_goes_by_each_value_and_gets_back_what_it_had() {
    let stage = Stage::new("records").await;
    stage.deploy("web", 5).await;
    stage.scaler("web", spec(json!({ "defaultReplicas": "original", "onDelete": "restore" }))).await;
    let controller = stage.controller("2026-11-23T12:00:00Z", 1);
    let as_it_is =
        |status: &Value| status["effectiveReplicas"] == "original" && reason(status, "Ready") == "Reconciled";
    stage.status_when("web", "nothing to do", as_it_is).await;
    assert_eq!(stage.replicas("web").await, Some(5));
    stage.no_records().await;
    for (edit, count) in [
        (json!({ "defaultReplicas": "50%" }), 3),
        (json!({ "defaultReplicas": 0 }), 0),
        (json!({ "defaultReplicas": null, "defaultMinReplicas": 2, "defaultMaxReplicas": 4 }), 2),
        (json!({ "defaultReplicas": "original", "defaultMinReplicas": null, "defaultMaxReplicas": null }), 5),
        (json!({ "defaultReplicas": 1 }), 1),
    ] {
        stage.edit("web", edit).await;
        stage.scaled("web", count).await;
    }
    assert!(controller.stop().success());
    // Nobody is there when it goes.
    stage.scalers().delete("web", &Default::default()).await.unwrap();
    let controller = stage.controller("2026-11-23T12:00:00Z", 1);
    stage.scaled("web", 5).await;
    stage.no_records().await;
    assert!(controller.stop().success());
}

/// Who asks is told who acts, who doesn't and why, and what is remembered.
#[tokio::test(flavor = "multi_thread")]
async fn it_is_told_who_claims_what_and_what_is_remembered() {
    let stage = Stage::new("claims").await;
    stage.deploy("web", 5).await;
    stage.scaler("web", spec(json!({ "defaultReplicas": 0, "onDelete": "restore" }))).await;
    stage.scaler("zero", spec(json!({ "defaultReplicas": 1 }))).await;
    let controller = stage.controller("2026-11-23T12:00:00Z", 1);
    stage.scaled("web", 0).await;
    let claims = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_kyklos"));
        command.arg("claims").args(arguments).env("KUBECONFIG", &stage.account.kubeconfig);
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.success(), String::from_utf8(output.stdout).unwrap(), said)
    };
    let (done, table, said) = claims(&["-n", &stage.namespace]);
    assert!(done, "{said}");
    let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
    let namespace = &stage.namespace;
    assert_eq!(rows.len(), 2, "{table}");
    let (workload, web) = (format!("{namespace}/web"), format!("{namespace}/web"));
    assert_eq!(rows[1][..5], ["Deployment", &*workload, &*web, "5", "0"], "{table}");
    let note = format!("{namespace}/zero doesn't act, {namespace}/web comes first: ");
    assert!(table.contains(&note), "{table}");
    let (done, _, said) = claims(&["-n", "default"]);
    assert!(!done && said.contains("the TimeWindowScalers: ") && said.contains("cannot list resource"), "{said}");
    assert!(controller.stop().success());
}
