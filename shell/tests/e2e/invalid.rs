//! Invalid objects: refused by the API server where it can, by the controller where it can't; and repaired.

use std::process::Command;
use std::sync::OnceLock;

use chrono::SecondsFormat;
use kyklos_devcluster::{DevCluster, Options};
use serde_json::{Value, json};

use crate::audit::scalings;
use crate::clusters::{install, kubectl, start};
use crate::controller::Controller;
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

/// With these bounds instead of a count.
fn bounded(least: i64, most: i64) -> Value {
    let mut spec = valid();
    let bounds =
        json!({ "name": "always", "start": "00:00", "end": "24:00", "minReplicas": least, "maxReplicas": most });
    spec["windows"][0] = bounds;
    spec
}

pub(crate) fn valid() -> Value {
    json!({
        "targetRef": { "name": "web" }, "timezone": "UTC", "defaultReplicas": 1,
        "windows": [{ "name": "always", "start": "00:00", "end": "24:00", "replicas": 4 }],
    })
}

/// What is wrong, with which reason, and words that have to be in the message.
fn cases() -> Vec<(&'static str, Value, &'static str, &'static str)> {
    let exception = json!([{ "start": "2026-12-24T18:00", "end": "2026-12-24T18:00", "replicas": 1 }]);
    let mut paused = with("pauseUntil", json!("2026-12-01T18:00:00Z"));
    paused["pause"] = json!(true);
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
        (
            "share",
            window("replicas", json!("1001%")),
            "ConfigurationInvalid",
            "spec.windows[0].replicas: the text \"1001%\"",
        ),
        ("two-values", window("maxReplicas", json!(5)), "ConfigurationInvalid", "replicas: stands beside bounds"),
        ("bounds", bounded(3, 2), "ConfigurationInvalid", "spec.windows[0].maxReplicas: 2 is below minReplicas"),
        ("bound", bounded(-1, 2), "ConfigurationInvalid", "spec.windows[0].minReplicas: -1 is out of range"),
        (
            "two-defaults",
            with("defaultMaxReplicas", json!(5)),
            "ConfigurationInvalid",
            "spec.defaultReplicas: stands beside",
        ),
        (
            "holiday",
            with("holidayReplicas", json!(5)),
            "ConfigurationInvalid",
            "spec.holidayReplicas: holidays are ignored",
        ),
        ("on-delete", with("onDelete", json!("undo")), "ConfigurationInvalid", "spec.onDelete: \"undo\""),
        (
            "pause-until",
            with("pauseUntil", json!("soon")),
            "ConfigurationInvalid",
            "spec.pauseUntil: \"soon\" is no instant",
        ),
        ("two-pauses", paused, "ConfigurationInvalid", "spec.pauseUntil: it stands beside pause: true"),
        (
            "override-bounds",
            with("overrides", json!({ "minReplicas": 5, "maxReplicas": 4 })),
            "ConfigurationInvalid",
            "spec.overrides.minReplicas: 5 is above maxReplicas",
        ),
        (
            "override-length",
            with("overrides", json!({ "maxSeconds": 0 })),
            "ConfigurationInvalid",
            "spec.overrides.maxSeconds: 0 is out of range",
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

/// A control plane whose CRDs have no rules at all: the controller alone is left to refuse.
pub(crate) fn lenient() -> &'static DevCluster {
    static CLUSTER: OnceLock<DevCluster> = OnceLock::new();
    CLUSTER.get_or_init(|| {
        let cluster = start(Options { controller_manager: false, ..Options::default() });
        install(&cluster, crds_without_rules().as_bytes());
        cluster
    })
}

/// The CRDs with no rules at all.
pub(crate) fn crds_without_rules() -> String {
    let any = json!({ "x-kubernetes-preserve-unknown-fields": true });
    let crd = |kind: &str, plural: &str| {
        json!({
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": { "name": format!("{plural}.kyklos.io") },
            "spec": {
                "group": "kyklos.io",
                "scope": "Namespaced",
                "names": { "kind": kind, "plural": plural },
                "versions": [{
                    "name": "v1alpha1", "served": true, "storage": true, "subresources": { "status": {} },
                    "schema": { "openAPIV3Schema": { "type": "object", "properties": { "spec": any, "status": any } } },
                }],
            },
        })
    };
    let all = [
        crd("TimeWindowScaler", "timewindowscalers"),
        crd("TimeWindowOverride", "timewindowoverrides"),
        crd("ScaleRecord", "scalerecords"),
    ];
    json!({ "apiVersion": "v1", "kind": "List", "items": all }).to_string()
}

/// What a condition says under a controller that rehearses from this instant on, without what it says of the rehearsal.
pub(crate) fn told<'s>(controller: &Controller, status: &'s Value, condition: &str) -> &'s str {
    let clock = controller.clock;
    let at = |at: chrono::DateTime<chrono::Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let rehearsal = format!(
        "Rehearsal on a clock that started at {} (at {}, really) and runs 1 times as fast: ",
        at(clock.from),
        at(clock.anchor)
    );
    message(status, condition).strip_prefix(rehearsal.as_str()).unwrap()
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
    for (name, spec, stalled, words) in cases() {
        let status = stage.status_when(name, "its refusal", |status| reason(status, "Stalled") == stalled).await;
        assert_eq!(reason(&status, "Ready"), "ConfigurationInvalid", "{name}");
        assert!(message(&status, "Stalled").contains(words), "{name}: {}", message(&status, "Stalled"));
        assert_eq!(status.get("effectiveReplicas"), None, "{name}");
        let told = told(&controller, &status, "Stalled");
        let object = json!({
            "apiVersion": "kyklos.io/v1alpha1", "kind": "TimeWindowScaler",
            "metadata": { "name": name, "namespace": "lenient" }, "spec": spec,
        });
        let said = said_by_validate(&object).join("; ");
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
pub(crate) fn said_by_validate(object: &Value) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("object.json");
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
    let words = "the schedule goes on without an override: metadata.annotations[kyklos.io/override]: until: \"tonight\" is no instant";
    assert!(message(&status, "Degraded").contains(words), "{}", message(&status, "Degraded"));
    assert_eq!((reason(&status, "Ready"), &status["effectiveReplicas"]), ("Reconciled", &json!(4)));
    stage.event("web", "InvalidSchedule", 1).await;
    scalings(&stage, 1).await;
    annotate("replicas=20 until=2026-12-01T18:00:00Z reason=launch");
    stage.scaled("web", 20).await;
    let applies = |status: &Value| status["currentWindow"] == "Override" && reason(status, "Ready") == "Reconciled";
    let status = stage.status_when("web", "the override", applies).await;
    assert_eq!(reason(&status, "Degraded"), "OperationalNormal", "{status:#}");
    stage.event("web", "WindowOverride", 1).await;
    scalings(&stage, 2).await;
}
