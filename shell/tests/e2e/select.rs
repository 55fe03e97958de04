//! One schedule for many workloads, on the real control plane.

use serde_json::{Value, json};

use std::collections::BTreeSet;

use crate::audit::{Request, caught_up, requests};
use crate::autoscalers::metrics;
use crate::clusters::kubectl;
use crate::kinds::{cron_job, until};
use crate::stage::Stage;
use crate::waits::reason;

fn night() -> Value {
    json!({
        "targets": { "kinds": [{ "kind": "Deployment" }], "exclude": [{ "name": "kept" }] }, "timezone": "UTC",
        "gracePeriodSeconds": 0, "windows": [{ "name": "night", "start": "20:00", "end": "06:00", "replicas": 0 }],
    })
}

/// A namespace sleeps and wakes, one is left out, and the rights that a single target takes are enough.
#[tokio::test(flavor = "multi_thread")]
async fn a_namespace_sleeps_and_wakes() {
    let stage = Stage::new("select").await;
    for (name, replicas) in [("web", 3), ("api", 2), ("kept", 4)] {
        stage.deploy(name, replicas).await;
    }
    stage.scaler("night", night()).await;
    let controller = stage.controller("2026-11-23T21:00:00Z", 1);
    stage.scaled("web", 0).await;
    stage.scaled("api", 0).await;
    let settled = |status: &Value| status["targets"]["held"] == 2 && reason(status, "Ready") == "Reconciled";
    let status = stage.status_when("night", "two held", settled).await;
    assert_eq!((&status["targets"]["excluded"], &status["targets"]["claimed"]), (&json!(1), &json!(2)));
    assert_eq!(stage.replicas("kept").await, Some(4));
    // Made later.
    stage.deploy("late", 5).await;
    stage.scaled("late", 0).await;
    let events = stage.events("night").await;
    assert!(events.iter().all(|reason| reason == "ScaledDown"), "{events:?}");
    assert!(controller.stop().success());
    let controller = stage.controller("2026-11-24T07:00:00Z", 1);
    for (name, replicas) in [("web", 3), ("api", 2), ("late", 5), ("kept", 4)] {
        stage.scaled(name, replicas).await;
    }
    stage.no_records().await;
    // Nobody runs Pods here: of none it is told that its morning came up.
    let series = "kyklos_target_unready_seconds{namespace=\"select\",name=\"night\"} ";
    let lacks = |page: &str| {
        let value = page.lines().find_map(|line| line.strip_prefix(series));
        value.is_some_and(|value| value.parse::<f64>().unwrap() > 0.0)
    };
    let begin = std::time::Instant::now();
    while !lacks(&controller.probe("/metrics").1) {
        assert!(begin.elapsed() < crate::waits::PATIENCE, "{}", controller.probe("/metrics").1);
        crate::waits::pause().await;
    }
    assert!(controller.stop().success());
}

/// Who asks is told what is picked, and whoever names it comes first.
#[tokio::test(flavor = "multi_thread")]
async fn it_is_told_what_is_picked() {
    let stage = Stage::new("select-claims").await;
    stage.deploy("web", 3).await;
    stage.deploy("api", 2).await;
    stage.scaler("night", night()).await;
    let named = json!({ "targetRef": { "name": "web" }, "timezone": "UTC", "defaultReplicas": 1 });
    stage.scaler("web", named).await;
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_kyklos"));
    command.args(["claims", "-n", &stage.namespace]).env("KUBECONFIG", &stage.account.kubeconfig);
    let output = command.output().unwrap();
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
    let called = |name: &str| format!("{}/{name}", stage.namespace);
    assert_eq!(rows[1][..3], ["Deployment", &*called("api"), &*called("night")], "{table}");
    assert_eq!(rows[2][..3], ["Deployment", &*called("web"), &*called("web")], "{table}");
    assert!(table.contains("night doesn't act"), "{table}");
}

/// C04 and C06 in one namespace: the autoscaler that acts there sleeps and wakes, and what it scales with it.
#[tokio::test(flavor = "multi_thread")]
async fn autoscalers_and_cron_jobs_sleep_and_wake_beside_what_they_govern() {
    let stage = Stage::with_targets("select-mixed", "deployments,hpas,cronjobs").await;
    let (done, said) = stage.applies(&metrics(), &[]);
    assert!(done, "{said}");
    kubectl(
        stage.cluster(),
        &["wait", "--for=condition=Established", "--timeout=120s", "crd/queuelength.external.metrics.k8s.io"],
    );
    stage.deploy("web", 5).await;
    stage.deploy("api", 2).await;
    stage.queue(50).await;
    stage.autoscale().await;
    stage.autoscaler_says("ScalingActive", "ValidMetricFound").await;
    let jobs = stage.objects("batch", "v1", "CronJob");
    for (name, suspend) in [("report", false), ("stopped", true)] {
        stage.make(&jobs, cron_job(name, suspend)).await;
    }
    let mut spec = night();
    spec["targets"] =
        json!({ "kinds": [{ "kind": "Deployment" }, { "kind": "HorizontalPodAutoscaler" }, { "kind": "CronJob" }] });
    stage.scaler("night", spec).await;
    let controller = stage.controller("2026-11-23T21:00:00Z", 1);
    stage.scaled("web", 0).await;
    stage.scaled("api", 0).await;
    stage.autoscaler_says("ScalingActive", "ScalingDisabled").await;
    stage.bounded(2, 10).await;
    until(&stage, &jobs, "report", "/spec/suspend", json!(true)).await;
    let asleep = |status: &Value| {
        let targets = &status["targets"];
        (&targets["held"], &targets["governed"]) == (&json!(4), &json!(1)) && reason(status, "Ready") == "Reconciled"
    };
    let status = stage.status_when("night", "four held", asleep).await;
    assert_eq!((&status["targets"]["claimed"], &status["effectiveReplicas"]), (&json!(4), &json!(0)));
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_kyklos"));
    command.args(["claims", "-n", &stage.namespace]).env("KUBECONFIG", &stage.account.kubeconfig);
    let output = command.output().unwrap();
    let table = String::from_utf8(output.stdout).unwrap();
    let left = "it is left to HorizontalPodAutoscaler web, which scales it and is picked as well";
    assert!(output.status.success() && table.contains(left), "{table}{}", String::from_utf8_lossy(&output.stderr));
    assert!(controller.stop().success());

    let controller = stage.controller("2026-11-24T07:00:00Z", 1);
    stage.scaled("api", 2).await;
    stage.autoscaler_says("ScalingActive", "ValidMetricFound").await;
    stage.scaled("web", 5).await;
    stage.bounded(2, 10).await;
    until(&stage, &jobs, "report", "/spec/suspend", json!(false)).await;
    assert_eq!(jobs.get("stopped").await.unwrap().data["spec"]["suspend"], true, "a person had suspended it");
    stage.no_records().await;
    assert!(controller.stop().success());

    // What one target of each kind takes is enough.
    caught_up(&stage).await;
    let asked = requests(&stage);
    // Neither KEDA nor what is the cluster's was granted, and claims are told without.
    let others = ["scaledobjects", "clustertimewindowscalers"];
    let is_others = |request: &&Request| request.verb == "list" && others.contains(&&*request.resource);
    let refused: Vec<_> = asked.iter().filter(|request| request.code == 403 && !is_others(request)).collect();
    assert!(refused.is_empty(), "{refused:#?}");
    let written: BTreeSet<_> = asked
        .iter()
        .filter(|request| request.verb == "patch" && ["apps", "autoscaling", "batch"].contains(&&*request.group))
        .map(|request| request.resource.as_str())
        .collect();
    assert_eq!(written, BTreeSet::from(["cronjobs", "deployments/scale"]), "at none an autoscaler's bounds stay");
}
