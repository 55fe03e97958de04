//! Invalid objects: refused by the API server where it can, by the controller where it can't; and repaired.

use std::process::Command;
use std::sync::OnceLock;

use chrono::SecondsFormat;
use kyklos_devcluster::{DevCluster, Options};
use serde_json::{Value, json};

use crate::audit::scalings;
use crate::clusters::{crd, install, kubectl, start};
use crate::stage::Stage;
use crate::waits::{message, reason};

fn with(field: &str, value: Value) -> Value {
    let mut spec = valid();
    spec[field] = value;
    spec
}

fn window(field: &str, value: Value) -> Value {
    let mut spec = valid();
    spec["windows"][0][field] = value;
    spec
}

fn valid() -> Value {
    json!({
        "targetRef": { "name": "web" }, "timezone": "UTC", "defaultReplicas": 1,
        "windows": [{ "name": "always", "start": "00:00", "end": "24:00", "replicas": 4 }],
    })
}

/// What is wrong, with which reason, and words that have to be in the message.
fn cases() -> Vec<(&'static str, Value, &'static str, &'static str)> {
    let exception = json!([{ "start": "2026-12-24T18:00", "end": "2026-12-24T18:00", "replicas": 1 }]);
    let many: Vec<_> = (0..100).map(|_| json!({ "start": "00:00", "end": "24:00", "replicas": 4 })).collect();
    vec![
        ("zone", with("timezone", json!("Europe/Zurick")), "InvalidTimezone", "did you mean Europe/Zurich"),
        (
            "namespace",
            with("targetRef", json!({ "name": "web", "namespace": "other" })),
            "ConfigurationInvalid",
            "spec.targetRef.namespace",
        ),
        (
            "kind",
            with("targetRef", json!({ "name": "web", "kind": "DaemonSet" })),
            "ConfigurationInvalid",
            "spec.targetRef.kind",
        ),
        ("same", window("end", json!("00:00")), "ConfigurationInvalid", "00:00-24:00"),
        ("hour", window("end", json!("25:00")), "ConfigurationInvalid", "spec.windows[0].end: \"25:00\""),
        ("digits", window("start", json!("9:00")), "ConfigurationInvalid", "spec.windows[0].start: \"9:00\""),
        (
            "day",
            window("days", json!(["Mon", "Sunnday"])),
            "ConfigurationInvalid",
            "spec.windows[0].days[1]: \"Sunnday\"",
        ),
        ("no-days", window("days", json!([])), "ConfigurationInvalid", "spec.windows[0].days"),
        ("end-day", window("endDay", json!("Mon-Fri")), "ConfigurationInvalid", "spec.windows[0].endDay"),
        ("negative", window("replicas", json!(-1)), "ConfigurationInvalid", "spec.windows[0].replicas: -1"),
        (
            "text",
            window("replicas", json!("four")),
            "ConfigurationInvalid",
            "spec.windows[0].replicas: the text \"four\"",
        ),
        ("long-name", window("name", json!("n".repeat(64))), "ConfigurationInvalid", "at most 63"),
        ("field", window("replica", json!(3)), "ConfigurationInvalid", "did you mean replicas"),
        ("many", with("windows", json!(many)), "ConfigurationInvalid", "100 entries are too many: write at most 64"),
        ("mode", with("holidayMode", json!("closed")), "ConfigurationInvalid", "spec.holidayMode"),
        ("grace", with("gracePeriodSeconds", json!(3601)), "ConfigurationInvalid", "spec.gracePeriodSeconds: 3601"),
        ("exception", with("exceptions", exception), "ConfigurationInvalid", "spec.exceptions[0].end"),
        ("target", with("targetRef", json!({})), "ConfigurationInvalid", "spec.targetRef.name: missing"),
        ("no-spec", json!(null), "ConfigurationInvalid", "spec"),
        ("list-spec", json!([1]), "ConfigurationInvalid", "spec: a list"),
    ]
}

/// A control plane whose CRD of the schedules has no rules at all: the controller alone is left to refuse.
fn lenient() -> &'static DevCluster {
    static CLUSTER: OnceLock<DevCluster> = OnceLock::new();
    CLUSTER.get_or_init(|| {
        let cluster = start(Options { controller_manager: false, ..Options::default() });
        let all = String::from_utf8(crd()).unwrap();
        let others: Vec<_> =
            all.split("---\n").filter(|crd| !crd.contains("name: timewindowscalers.kyklos.io")).collect();
        install(&cluster, others.join("---\n").as_bytes());
        install(&cluster, crd_without_rules().as_bytes());
        cluster
    })
}

/// The CRD with no rules at all.
pub(crate) fn crd_without_rules() -> String {
    let any = json!({ "x-kubernetes-preserve-unknown-fields": true });
    let crd = json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": { "name": "timewindowscalers.kyklos.io" },
        "spec": {
            "group": "kyklos.io",
            "scope": "Namespaced",
            "names": { "kind": "TimeWindowScaler", "plural": "timewindowscalers" },
            "versions": [{
                "name": "v1alpha1", "served": true, "storage": true, "subresources": { "status": {} },
                "schema": { "openAPIV3Schema": { "type": "object", "properties": { "spec": any, "status": any } } },
            }],
        },
    });
    crd.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn without_rules_the_controller_refuses_each_error_and_goes_on_with_the_others() {
    let stage = Stage::on(lenient(), "lenient").await;
    stage.deploy("web", 1).await;
    for (name, spec, ..) in cases() {
        stage.scaler(name, spec).await;
    }
    // Created last, and so younger than all the wrong ones that claim nothing by being wrong.
    let controller = stage.controller("2026-11-23T12:00:00Z", 1);
    let anchor = controller.clock.anchor.to_rfc3339_opts(SecondsFormat::Secs, true);
    for (name, spec, stalled, words) in cases() {
        let status = stage.status_when(name, "its refusal", |status| reason(status, "Stalled") == stalled).await;
        assert_eq!(reason(&status, "Ready"), "ConfigurationInvalid", "{name}");
        assert!(message(&status, "Stalled").contains(words), "{name}: {}", message(&status, "Stalled"));
        assert_eq!(status.get("effectiveReplicas"), None, "{name}");
        let rehearsal = format!(
            "Rehearsal on a clock that started at 2026-11-23T12:00:00Z (at {anchor}, really) and runs 1 times as fast: "
        );
        let told = message(&status, "Stalled").strip_prefix(rehearsal.as_str()).unwrap();
        let said = said_by_validate(name, &spec).join("; ");
        assert_eq!(told, said, "{name}: the condition and validate say the same");
        assert!(message(&status, "Ready").contains(told), "{name}: {}", message(&status, "Ready"));
        stage.event(name, "InvalidSchedule", 1).await;
    }
    // An invalid object scales nothing, and keeps the controller from nothing.
    scalings(&stage, 0).await;
    let (code, said) = controller.probe("/readyz");
    assert_eq!(code, 200, "{said}");
    stage.deploy("api", 1).await;
    let mut other = valid();
    other["targetRef"] = json!({ "name": "api" });
    stage.scaler("sound", other).await;
    stage.scaled("api", 4).await;
    scalings(&stage, 1).await;
}

/// What `kyklos validate` says of an object, without the name of the file: an error or a warning a line.
fn said_by_validate(name: &str, spec: &Value) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("object.json");
    let object = json!({
        "apiVersion": "kyklos.io/v1alpha1", "kind": "TimeWindowScaler",
        "metadata": { "name": name, "namespace": "lenient" }, "spec": spec,
    });
    std::fs::write(&file, object.to_string()).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_kyklos")).args(["validate", "-f"]).arg(&file).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let prefix = format!("{}: ", file.display());
    said.lines().filter_map(|line| line.split_once(&prefix)).map(|(_, words)| words.to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_rules_let_through_is_refused_and_can_be_repaired() {
    let stage = Stage::new("repair").await;
    stage.deploy("web", 1).await;
    stage.scaler("web", with("timezone", json!("America/New_Yrok"))).await;
    let _controller = stage.controller("2026-11-23T12:00:00Z", 1);
    let invalid = |status: &Value| reason(status, "Stalled") == "InvalidTimezone";
    let status = stage.status_when("web", "its refusal", invalid).await;
    assert!(message(&status, "Ready").contains("did you mean America/New_York"), "{}", message(&status, "Ready"));
    stage.event("web", "InvalidSchedule", 1).await;
    scalings(&stage, 0).await;
    stage.edit("web", json!({ "timezone": "America/New_York" })).await;
    stage.scaled("web", 4).await;
    let sound = |status: &Value| reason(status, "Ready") == "Reconciled";
    stage.status_when("web", "its repair", sound).await;

    stage.edit("web", json!({ "targetRef": { "namespace": "elsewhere" } })).await;
    let status = stage
        .status_when("web", "a foreign target", |status| reason(status, "Stalled") == "ConfigurationInvalid")
        .await;
    assert!(message(&status, "Stalled").contains("spec.targetRef.namespace: \"elsewhere\""));
    stage.edit("web", json!({ "targetRef": { "namespace": "repair" } })).await;
    stage.status_when("web", "its own namespace", sound).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_override_is_said_and_a_right_one_applies() {
    let stage = Stage::new("override").await;
    stage.deploy("web", 1).await;
    stage.scaler("web", valid()).await;
    let _controller = stage.controller("2026-11-23T12:00:00Z", 1);
    stage.scaled("web", 4).await;
    let annotate = |text: &str| {
        let annotation = format!("kyklos.io/override={text}");
        kubectl(stage.cluster(), &["-n", "override", "annotate", "--overwrite", "tws/web", &annotation]);
    };
    annotate("replicas=20 until=tonight reason=launch");
    let refused = |status: &Value| reason(status, "Degraded") == "OverrideInvalid";
    let status = stage.status_when("web", "its refusal", refused).await;
    assert!(message(&status, "Degraded").contains("tonight"), "{status:#}");
    scalings(&stage, 1).await;
    annotate("replicas=20 until=2026-12-01T18:00:00Z reason=launch");
    stage.scaled("web", 20).await;
    stage.status_when("web", "the override", |status| status["currentWindow"] == "Override").await;
    scalings(&stage, 2).await;
}
