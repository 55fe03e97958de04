//! What is remembered of targets, on the real control plane.

use std::sync::OnceLock;

use k8s_openapi::api::events::v1::Event;
use kube::api::{Api, ListParams, Patch, PatchParams};
use kyklos_devcluster::{DevCluster, Options};
use serde_json::{Value, json};

use crate::audit::{caught_up, requests, scalings};
use crate::clusters::{crd, install, kubectl, start};
use crate::stage::Stage;
use crate::waits::{pause, reason};

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

/// What an original count has to outlive while it is held, one after the other.
#[tokio::test(flavor = "multi_thread")]
async fn the_original_outlives_all_that_happens_while_it_is_held() {
    let stage = Stage::new("originals").await;
    stage.deploy("web", 5).await;
    stage.scaler("web", spec(json!({ "defaultReplicas": "40%" }))).await;
    let begin = || stage.controller("2026-11-23T12:00:00Z", 1);
    let controller = begin();
    stage.scaled("web", 2).await;
    // SIGKILL, and the end that an upgrade asks for.
    drop(controller);
    let controller = begin();
    stage.scale_by_hand("web", 3);
    stage.scaled("web", 2).await;
    assert!(controller.stop().success());
    let controller = begin();
    // A release with a new template and the count of its manifest.
    let release = json!({ "spec": { "replicas": 5, "template": { "metadata": { "labels": { "version": "2" } } } } });
    stage.deployments().patch("web", &PatchParams::default(), &Patch::Merge(release)).await.unwrap();
    stage.scaled("web", 2).await;
    let entry = stage.entry_when("web", "its original", |entry| entry["original"] == 5).await;
    assert_eq!((&entry["held"], &entry["holder"]), (&json!(2), &json!("web")));
    // Another object of its name has an original of its own.
    stage.deployments().delete("web", &Default::default()).await.unwrap();
    stage.event("web", "MissingTarget", 1).await;
    stage.deploy("web", 8).await;
    stage.scaled("web", 4).await;
    stage.entry_when("web", "the original of its successor", |entry| entry["original"] == 8).await;
    // Its schedule is deleted, and comes back.
    stage.scalers().delete("web", &Default::default()).await.unwrap();
    stage.entry_when("web", "that it is kept", |entry| entry["left"].is_string()).await;
    drop(controller);
    stage.scaler("web", spec(json!({ "defaultReplicas": "40%" }))).await;
    let _controller = begin();
    stage.entry_when("web", "its holder", |entry| entry["left"].is_null() && entry["original"] == 8).await;
    // Another schedule takes it over, and gives it back.
    stage.scaler("younger", spec(json!({ "defaultReplicas": "75%" }))).await;
    stage.status_when("younger", "its turn", |status| reason(status, "Ready") == "ScaleConflict").await;
    assert_eq!(stage.replicas("web").await, Some(4));
    stage.scalers().delete("web", &Default::default()).await.unwrap();
    stage.scaled("web", 6).await;
    let entry = stage.entry_when("web", "another holder", |entry| entry["holder"] == "younger").await;
    assert_eq!(entry["original"], 8);
    stage.edit("younger", json!({ "defaultReplicas": "original" })).await;
    stage.scaled("web", 8).await;
    stage.no_records().await;
}

/// W02: what lowers doesn't raise, and a share of none is none.
#[tokio::test(flavor = "multi_thread")]
async fn a_teams_own_none_stays_none() {
    let stage = Stage::new("own-none").await;
    for (name, value) in [
        ("share", json!({ "defaultReplicas": "200%" })),
        ("most", json!({ "defaultMaxReplicas": 1 })),
        ("left", json!({ "defaultReplicas": "original" })),
    ] {
        stage.deploy(name, 0).await;
        let mut spec = spec(value);
        spec["targetRef"]["name"] = json!(name);
        stage.scaler(name, spec).await;
    }
    let controller = stage.controller("2026-11-23T12:00:00Z", 1);
    let at = |count: i32| {
        move |status: &Value| reason(status, "Ready") == "Reconciled" && status["targetObservedReplicas"] == count
    };
    for name in ["share", "most", "left"] {
        stage.status_when(name, "its none", at(0)).await;
    }
    scalings(&stage, 0).await;
    // The team wakes it, which is too much, and puts it to sleep again.
    stage.scale_by_hand("most", 4);
    stage.scaled("most", 1).await;
    stage.scale_by_hand("most", 0);
    stage.status_when("most", "its none again", at(0)).await;
    assert_eq!(scalings(&stage, 1).await[0].name, "most");
    assert!(controller.stop().success());
}

/// Between the two requests that take a target: by a policy that lets nobody scale, and SIGKILL.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_down_outlives_a_process_that_is_killed_before_it_scales() {
    let stage = Stage::new("killed").await;
    stage.deploy("web", 5).await;
    forbid_scaling(&stage);
    stage.scaler("web", spec(json!({ "defaultReplicas": "40%" }))).await;
    let controller = stage.controller("2026-11-23T12:00:00Z", 1);
    stage.entry_when("web", "its original", |entry| entry["original"] == 5 && entry["held"] == 2).await;
    let failed = |status: &Value| reason(status, "Degraded") == "TargetUpdateFailed";
    stage.status_when("web", "the refusal", failed).await;
    drop(controller);
    assert_eq!(stage.replicas("web").await, Some(5));
    for kind in ["validatingadmissionpolicybinding", "validatingadmissionpolicy"] {
        kubectl(stage.cluster(), &["delete", kind, "kyklos-test-killed"]);
    }
    let controller = stage.controller("2026-11-23T12:00:00Z", 1);
    stage.scaled("web", 2).await;
    let entry = stage.entry_when("web", "its original", |entry| entry["held"] == 2).await;
    assert_eq!(entry["original"], 5);
    stage.edit("web", json!({ "defaultReplicas": "original" })).await;
    stage.scaled("web", 5).await;
    stage.no_records().await;
    assert!(controller.stop().success());
}

/// Lets nobody scale anything in the stage's namespace.
fn forbid_scaling(stage: &Stage) {
    let name = "kyklos-test-killed";
    let policy = json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy", "metadata": { "name": name },
        "spec": {
            "matchConstraints": { "resourceRules": [{
                "apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["UPDATE"], "resources": ["deployments/scale"],
            }] },
            "validations": [{ "expression": "false", "message": "nobody scales here" }],
        },
    });
    let binding = json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicyBinding", "metadata": { "name": name },
        "spec": {
            "policyName": name, "validationActions": ["Deny"],
            "matchResources": { "namespaceSelector": { "matchLabels": { "kubernetes.io/metadata.name": stage.namespace } } },
        },
    });
    for object in [policy, binding] {
        let (done, said) = stage.applies(&object, &[]);
        assert!(done, "{said}");
    }
    // It counts a moment after it was made.
    let begin = std::time::Instant::now();
    let tried = ["-n", stage.namespace.as_str(), "scale", "deployment/web", "--replicas=6", "--dry-run=server"];
    while stage.cluster().kubectl().args(tried).output().unwrap().status.success() {
        assert!(begin.elapsed() < crate::waits::PATIENCE, "the policy doesn't count");
    }
}

/// 0 at all times, and back to what it was when the object goes.
fn down(target: &str) -> Value {
    spec(json!({ "targetRef": { "name": target }, "defaultReplicas": 0, "onDelete": "restore" }))
}

/// Of four schedules that were deleted while nobody was there, one alone gives something back: the target of another is claimed, one
/// was scaled by somebody, and one has its schedule again.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_given_back_but_what_is_as_it_was_given() {
    let stage = Stage::new("restores").await;
    let all = ["claimed", "scaled", "again", "gone"];
    for name in all {
        stage.deploy(name, 3).await;
        stage.scaler(name, down(name)).await;
    }
    let controller = stage.controller("2026-11-23T12:00:00Z", 1);
    for name in all {
        stage.scaled(name, 0).await;
    }
    assert!(controller.stop().success());
    for name in all {
        stage.scalers().delete(name, &Default::default()).await.unwrap();
    }
    stage.scaler("heir", spec(json!({ "targetRef": { "name": "claimed" }, "defaultReplicas": 0 }))).await;
    stage.scale_by_hand("scaled", 1);
    stage.scaler("again", down("again")).await;
    let controller = stage.controller("2026-11-23T12:00:00Z", 1);
    stage.scaled("gone", 3).await;
    stage.entry_when("gone", "that it is forgotten", Value::is_null).await;
    stage.entry_when("claimed", "its heir", |entry| entry["holder"] == "heir" && entry["original"] == 3).await;
    stage.entry_when("scaled", "that it is forgotten", Value::is_null).await;
    stage.status_when("again", "that it is held", |status| reason(status, "Ready") == "Reconciled").await;
    stage.entry_when("again", "its original", |entry| entry["original"] == 3).await;
    for (name, count) in [("claimed", 0), ("scaled", 1), ("again", 0)] {
        assert_eq!(stage.replicas(name).await, Some(count), "{name}");
    }
    let writes = scalings(&stage, 5).await;
    assert_eq!(writes.last().unwrap().name, "gone");
    // It is told of where people look: at the target.
    let events: Api<Event> = Api::namespaced(stage.client.clone(), &stage.namespace);
    let told = async {
        loop {
            let all = events.list(&ListParams::default()).await.unwrap().items;
            if let Some(event) = all.into_iter().find(|event| event.reason.as_deref() == Some("Restored")) {
                return event;
            }
            pause().await;
        }
    };
    let event = tokio::time::timeout(crate::waits::PATIENCE, told).await.unwrap();
    let about = event.regarding.unwrap();
    assert_eq!((about.kind.as_deref(), about.name.as_deref()), (Some("Deployment"), Some("gone")));
    assert!(controller.stop().success());
}

/// On its way nothing gets anything back, and nothing keeps it from going.
#[tokio::test(flavor = "multi_thread")]
async fn a_namespace_goes_with_all_that_is_remembered_in_it() {
    // A controller for the whole cluster has it for itself: the rights of one for the namespace would go with that.
    static CLUSTER: OnceLock<DevCluster> = OnceLock::new();
    let cluster = CLUSTER.get_or_init(|| {
        let cluster = start(Options::default());
        install(&cluster, &crd());
        cluster
    });
    let home = Stage::whole(cluster, "home").await;
    let stage = Stage::on(cluster, "leaving").await;
    for name in ["web", "api"] {
        stage.deploy(name, 3).await;
        stage.scaler(name, down(name)).await;
    }
    let controller = home.real_controller("wide");
    for name in ["web", "api"] {
        stage.scaled(name, 0).await;
        stage.entry_when(name, "its original", |entry| entry["original"] == 3).await;
    }
    kubectl(cluster, &["delete", "namespace", "leaving", "--timeout=120s"]);
    caught_up(&home).await;
    let writes = requests(&home).into_iter().filter(|request| request.resource == "deployments/scale").count();
    assert_eq!(writes, 2, "nothing but what took them");
    assert!(controller.stop().success());
}
