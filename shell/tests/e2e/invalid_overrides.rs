//! Overrides that are wrong, on a control plane that takes anything: the controller refuses them, in the words of `validate`.

use kube::api::{Api, ApiResource, DynamicObject, PostParams};
use kyklos::api::overrides::TimeWindowOverride;
use serde_json::{Value, json};

use crate::audit::scalings;
use crate::invalid::{lenient, said_by_validate, told, valid};
use crate::stage::Stage;
use crate::waits::reason;

/// What is wrong with an override, and words that have to be in the message.
fn override_cases() -> Vec<(&'static str, Value, &'static str)> {
    let right = json!({
        "scalerRef": { "name": "sound" }, "replicas": 2, "until": "2040-01-01T00:00:00Z", "reason": "test",
    });
    let with = |field: &str, value: Value| {
        let mut spec = right.clone();
        spec[field] = value;
        spec
    };
    let without = |field: &str| {
        let mut spec = right.clone();
        spec.as_object_mut().unwrap().remove(field);
        spec
    };
    vec![
        ("nobody", without("scalerRef"), "spec.scalerRef: missing"),
        ("two-of-them", with("selector", json!({})), "spec.selector: it stands beside scalerRef"),
        (
            "kind",
            with("scalerRef", json!({ "kind": "Deployment", "name": "sound" })),
            "spec.scalerRef.kind: \"Deployment\"",
        ),
        ("name", with("scalerRef", json!({ "name": "Sound" })), "spec.scalerRef.name: \"Sound\""),
        ("no-value", without("replicas"), "spec.replicas: missing"),
        ("text", with("replicas", json!("half")), "spec.replicas: the text \"half\""),
        ("negative", with("replicas", json!(-1)), "spec.replicas: -1 is out of range"),
        ("two-values", with("maxReplicas", json!(5)), "spec.replicas: stands beside bounds"),
        ("bound", with("minReplicas", json!(-1)), "spec.minReplicas: -1 is out of range"),
        ("from", with("from", json!("now")), "spec.from: \"now\" is no instant"),
        ("order", with("from", json!("2040-01-01T00:00:00Z")), "spec.until: it isn't after from"),
        ("no-end", without("until"), "spec.until: missing"),
        ("until", with("until", json!("tonight")), "spec.until: \"tonight\" is no instant"),
        ("two-ends", with("untilNextBoundary", json!(true)), "spec.untilNextBoundary: it stands beside until"),
        ("no-reason", without("reason"), "spec.reason: missing"),
        ("two-lines", with("reason", json!("a\nb")), "spec.reason: \"a\\nb\" has control characters"),
        ("nameless", with("requestedBy", json!("")), "spec.requestedBy: the text is empty"),
        ("life", with("ttlSecondsAfterEnd", json!(-1)), "spec.ttlSecondsAfterEnd: -1 is out of range"),
        ("field", with("replica", json!(3)), "did you mean replicas"),
        ("no-spec", json!(null), "spec: missing"),
        ("list-spec", json!([1]), "spec: a list"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn without_rules_the_controller_refuses_each_error_of_an_override() {
    let stage = Stage::on(lenient(), "lenient-overrides").await;
    let resource = ApiResource::erase::<TimeWindowOverride>(&());
    let overrides: Api<DynamicObject> = Api::namespaced_with(stage.client.clone(), &stage.namespace, &resource);
    let object = |name: &str, spec: &Value| {
        json!({
            "apiVersion": "kyklos.io/v1alpha1", "kind": "TimeWindowOverride",
            "metadata": { "name": name, "namespace": "lenient-overrides" }, "spec": spec,
        })
    };
    stage.deploy("web", 1).await;
    stage.scaler("sound", valid()).await;
    for (name, spec, _) in override_cases() {
        let made = serde_json::from_value(object(name, &spec)).unwrap();
        overrides.create(&PostParams::default(), &made).await.unwrap();
    }
    let controller = stage.controller("2026-11-23T12:00:00Z", 1);
    stage.scaled("web", 4).await;
    for (name, spec, words) in override_cases() {
        let status = stage.overrule_when(name, "its refusal", |status| status["phase"] == "Invalid").await;
        assert_eq!(
            (reason(&status, "Ready"), reason(&status, "Stalled")),
            ("OverrideInvalid", "OverrideInvalid"),
            "{name}"
        );
        let told = told(&controller, &status, "Stalled");
        assert!(told.contains(words), "{name}: {told}");
        let said = said_by_validate(&object(name, &spec)).join("; ");
        assert_eq!(told, said, "{name}: the condition and validate say the same");
    }
    // None of them has any effect, and a right one has.
    let status = stage.status_when("sound", "calm", |status| reason(status, "Ready") == "Reconciled").await;
    assert_eq!(reason(&status, "Degraded"), "OperationalNormal", "{status:#}");
    scalings(&stage, 1).await;
    let spec =
        json!({ "scalerRef": { "name": "sound" }, "replicas": 2, "until": "2040-01-01T00:00:00Z", "reason": "test" });
    let made = serde_json::from_value(object("right", &spec)).unwrap();
    overrides.create(&PostParams::default(), &made).await.unwrap();
    stage.scaled("web", 2).await;
    stage.overrule_when("right", "that it applies", |status| status["phase"] == "Active").await;
}
