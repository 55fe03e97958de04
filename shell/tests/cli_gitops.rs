//! `kyklos gitops`: what it prints for Argo CD and for Flux, read as these read it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

mod program;

use kyklos::policy::{Because, Type};
use mlua::{Lua, LuaOptions, LuaSerdeExt as _, StdLib, Value as LuaValue};
use program::kyklos;
use serde_json::{Value, json};

const SHOP: &[u8] = b"\
apiVersion: kyklos.io/v1alpha1
kind: TimeWindowScaler
metadata: {name: web, namespace: shop}
spec: {targetRef: {name: web.v1}, timezone: UTC}
---
apiVersion: kyklos.io/v1alpha1
kind: TimeWindowScaler
metadata: {name: web-2, namespace: shop}
spec: {targetRef: {name: web.v1}, timezone: UTC}
---
apiVersion: kyklos.io/v1alpha1
kind: TimeWindowScaler
metadata: {name: api}
spec: {targetRef: {name: api}, timezone: UTC}
";

/// The documents that are printed, and the text around them.
fn printed(files: &[u8], more: &str) -> (Vec<Value>, String) {
    let run = kyklos(&[("shop.yaml", files)], &format!("gitops -f shop.yaml {more}"), "");
    assert_eq!(run.status, 0, "{}", run.err);
    (serde_saphyr::from_multiple(&run.out).unwrap(), run.out)
}

fn kinds(documents: &[Value]) -> Vec<&str> {
    documents.iter().map(|document| document["kind"].as_str().unwrap()).collect()
}

#[test]
fn argo_cd_ignores_each_target_once_and_at_syncs_too() {
    let (documents, _) = printed(SHOP, "--for argo-cd");
    assert_eq!(kinds(&documents), ["Application", "ConfigMap"]);
    let of = |namespace: &str, name: &str| {
        json!({
            "group": "apps", "kind": "Deployment", "namespace": namespace, "name": name,
            "jsonPointers": ["/spec/replicas"],
        })
    };
    assert_eq!(
        documents[0],
        json!({
            "apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
            "spec": {
                "ignoreDifferences": [of("default", "api"), of("shop", "web.v1")],
                "syncPolicy": { "syncOptions": ["RespectIgnoreDifferences=true"] },
            },
        })
    );
}

#[test]
fn flux_gives_the_fields_up_or_never_gets_them() {
    let (documents, _) = printed(SHOP, "--for flux");
    assert_eq!(kinds(&documents), ["Kustomization", "Kustomization"]);
    let target = |namespace: &str, name: &str| json!({ "group": "apps", "kind": "Deployment", "namespace": namespace, "name": name });
    let rule = |namespace: &str, name: &str| json!({ "paths": ["/spec/replicas"], "target": target(namespace, name) });
    // A dot of a name is no wildcard.
    assert_eq!(documents[0]["spec"], json!({ "ignore": [rule("default", "api"), rule("shop", "web\\.v1")] }));
    let patches = documents[1]["spec"]["patches"].as_array().unwrap();
    assert_eq!(patches[1]["target"], target("shop", "web\\.v1"));
    let patch: Value = serde_saphyr::from_str(patches[1]["patch"].as_str().unwrap()).unwrap();
    assert_eq!(
        patch,
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": "web.v1" }, "spec": { "replicas": null },
        })
    );
}

#[test]
fn every_kind_gives_up_what_is_written_of_it() {
    let scaler = |kind: &str, version: &str| {
        format!(
            "apiVersion: kyklos.io/v1alpha1\nkind: TimeWindowScaler\nmetadata: {{name: web}}\n\
             spec: {{targetRef: {{apiVersion: {version}, kind: {kind}, name: web}}, timezone: UTC}}\n"
        )
    };
    for (kind, version, pointers) in [
        ("StatefulSet", "apps/v1", vec!["/spec/replicas"]),
        ("HorizontalPodAutoscaler", "autoscaling/v2", vec!["/spec/minReplicas", "/spec/maxReplicas"]),
        (
            "ScaledObject",
            "keda.sh/v1alpha1",
            vec![
                "/spec/minReplicaCount",
                "/spec/maxReplicaCount",
                "/metadata/annotations/autoscaling.keda.sh~1paused-replicas",
            ],
        ),
        ("CronJob", "batch/v1", vec!["/spec/suspend"]),
        ("Cache", "example.com/v1", vec!["/spec/replicas"]),
    ] {
        let (documents, text) = printed(scaler(kind, version).as_bytes(), "");
        assert_eq!(documents[0]["spec"]["ignoreDifferences"][0]["jsonPointers"], json!(pointers), "{kind}");
        assert_eq!(documents[2]["spec"]["ignore"][0]["paths"], json!(pointers), "{kind}");
        assert_eq!(text.contains("specReplicasPath"), kind == "Cache", "{text}");
        // At none it is what an autoscaler scales that is written.
        let words = "HorizontalPodAutoscaler default/web: 0 is written to the /spec/replicas of what it scales";
        assert_eq!(text.contains(words), kind == "HorizontalPodAutoscaler", "{text}");
        // A field that the API server insists on can't be left out of a manifest.
        assert_eq!(text.contains("has to have /spec/maxReplicas"), kind == "HorizontalPodAutoscaler", "{text}");
        let patch: Value =
            serde_saphyr::from_str(documents[3]["spec"]["patches"][0]["patch"].as_str().unwrap()).unwrap();
        assert_eq!(patch["spec"].get("maxReplicas"), None);
        if kind == "ScaledObject" {
            let annotations = json!({ "autoscaling.keda.sh/paused-replicas": null });
            assert_eq!(patch["metadata"]["annotations"], annotations);
        }
    }
}

/// Runs the script as Argo CD does: Lua 5.1 with the language's core and `table`.
fn health(script: &str, object: &Value) -> (String, String) {
    let lua = Lua::new_with(StdLib::TABLE, LuaOptions::default()).unwrap();
    lua.globals().set("obj", lua.to_value(object).unwrap()).unwrap();
    let answer: LuaValue = lua.load(script).eval().unwrap();
    let answer: Value = lua.from_value(answer).unwrap();
    (answer["status"].as_str().unwrap().to_owned(), answer["message"].as_str().unwrap().to_owned())
}

fn script() -> String {
    let (documents, _) = printed(SHOP, "--for argo-cd");
    assert_eq!(documents[1]["metadata"]["name"], "argocd-cm");
    documents[1]["data"]["resource.customizations.health.kyklos.io_TimeWindowScaler"].as_str().unwrap().to_owned()
}

/// An object that is as it should be, but for one condition.
fn object(kind: Type, because: Because, holds: bool) -> Value {
    let conditions: Vec<_> = Type::ALL
        .into_iter()
        .map(|other| {
            let fine = other == Type::Ready;
            let (reason, holds) =
                if other == kind { (because.as_str(), holds) } else { ("Fine", fine) };
            let status = if holds { "True" } else { "False" };
            json!({ "type": other.as_str(), "status": status, "reason": reason, "message": format!("{reason} says why") })
        })
        .collect();
    json!({ "metadata": { "generation": 3 }, "status": { "observedGeneration": 3, "conditions": conditions } })
}

#[test]
fn argo_cd_sees_every_condition_as_kstatus_does() {
    let script = script();
    for kind in Type::ALL {
        let (holding, failing) = kind.reasons();
        let all = holding.iter().map(|because| (*because, true)).chain(failing.iter().map(|because| (*because, false)));
        for (because, holds) in all {
            let wanted = match (kind, because, holds) {
                (Type::Ready, Because::Paused, _) => "Suspended",
                (Type::Ready, _, false) | (Type::Reconciling, _, true) => "Progressing",
                (Type::Stalled, _, true) => "Degraded",
                _ => "Healthy",
            };
            let (status, message) = health(&script, &object(kind, because, holds));
            assert_eq!(status, wanted, "{kind:?} {because:?}");
            // What is said is of the condition that says it.
            if wanted != "Healthy" && kind != Type::Reconciling || (kind == Type::Degraded && holds) {
                assert_eq!(message, format!("{} says why", because.as_str()));
            }
        }
    }
}

#[test]
fn argo_cd_waits_for_what_nobody_has_looked_at() {
    let script = script();
    let mut stale = object(Type::Ready, Because::Reconciled, true);
    stale["metadata"]["generation"] = json!(4);
    let new = json!({ "metadata": { "generation": 1 }, "status": { "observedGeneration": -1 } });
    for object in [json!({ "metadata": { "generation": 1 } }), new, stale] {
        let (status, message) = health(&script, &object);
        assert_eq!((status.as_str(), message.as_str()), ("Progressing", "The controller hasn't looked at it yet"));
    }
}

#[test]
fn argo_cd_sees_an_override_by_the_same_script() {
    let (documents, _) = printed(SHOP, "--for argo-cd");
    let data = documents[1]["data"].as_object().unwrap();
    let script = data["resource.customizations.health.kyklos.io_TimeWindowOverride"].as_str().unwrap();
    assert_eq!((data.len(), script.to_owned()), (3, self::script()));
    for (reason, holds, wanted) in [
        ("Waiting", true, "Healthy"),
        ("Active", true, "Healthy"),
        ("Ended", true, "Healthy"),
        ("OverrideInvalid", false, "Degraded"),
    ] {
        let text = |holds: bool| if holds { "True" } else { "False" };
        let conditions = json!([
            { "type": "Ready", "status": text(holds), "reason": reason, "message": "why" },
            { "type": "Stalled", "status": text(!holds), "reason": reason, "message": "why" },
        ]);
        let object =
            json!({ "metadata": { "generation": 1 }, "status": { "observedGeneration": 1, "conditions": conditions } });
        assert_eq!(health(script, &object), (wanted.to_owned(), "why".to_owned()), "{reason}");
    }
}

#[test]
fn what_is_wrong_with_the_file_is_said_and_nothing_is_printed() {
    let bad = String::from_utf8_lossy(SHOP).replace("timezone: UTC", "timezone: Mars/Olympus");
    let run = kyklos(&[("shop.yaml", bad.as_bytes())], "gitops -f shop.yaml", "");
    assert_eq!((run.status, run.out.as_str()), (2, ""));
    assert!(run.err.contains("shop.yaml: document 1: spec.timezone: \"Mars/Olympus\" is no time zone"), "{}", run.err);
}
