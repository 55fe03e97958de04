//! Who writes a schedule needs the right to scale its target: the policy of `kyklos manifests --authorize`, with two users.

use std::time::Instant;

use serde_json::{Value, json};

use crate::account::manifests;
use crate::stage::Stage;
use crate::waits::PATIENCE;

fn scaler(name: &str, target: Value) -> Value {
    json!({
        "apiVersion": "kyklos.io/v1alpha1", "kind": "TimeWindowScaler", "metadata": { "name": name },
        "spec": { "targetRef": target, "timezone": "UTC", "defaultReplicas": 0 },
    })
}

/// Puts the admission policies of these manifests into force in the stage's namespace.
pub(crate) fn put_into_force(stage: &Stage, more: &str) {
    let namespace = stage.namespace.as_str();
    let printed = manifests(&["--namespace", namespace, "--watch-namespace", namespace, "--without-crd", more]);
    let mut applied = 0;
    for object in printed.iter().filter(|object| object["apiVersion"] == "admissionregistration.k8s.io/v1") {
        let (done, said) = stage.applies(object, &["--validate=strict"]);
        assert!(done, "{said}");
        applied += 1;
    }
    assert_eq!(applied, 2, "a policy and its binding");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_scale_the_target_may_write_no_schedule_for_it() {
    let stage = Stage::new("authorize").await;
    put_into_force(&stage, "--authorize");
    // All may write schedules; one may scale Deployments, one may write autoscalers, and one may scale a whole group.
    let write: (&str, &str, &[&str]) = ("kyklos.io", "timewindowscalers", &["create", "get", "patch"]);
    stage.grant("bob", &[write]);
    stage.grant("ann", &[write, ("apps", "deployments/scale", &["patch"])]);
    stage.grant("cleo", &[write, ("autoscaling", "horizontalpodautoscalers", &["patch"])]);
    stage.grant("dora", &[write, ("example.com", "*/scale", &["patch"])]);
    let web = scaler("web", json!({ "name": "web" }));
    // It counts a moment after it was made.
    let begin = Instant::now();
    let said = loop {
        let (done, said) = stage.kubectl_as("bob", &["create", "--dry-run=server"], &web);
        if !done && said.contains("kyklos-authorize") {
            break said;
        }
        assert!(begin.elapsed() < PATIENCE, "the policy doesn't count: {said}");
    };
    assert!(said.contains("the right to patch deployments/scale of the group \"apps\""), "{said}");
    let begin = Instant::now();
    loop {
        let (done, said) = stage.kubectl_as("ann", &["create"], &web);
        if done {
            break;
        }
        // The rights count a moment after they were given, too.
        assert!(begin.elapsed() < PATIENCE, "{said}");
    }
    // An edit is as good as a new one, of the schedule and of the annotation that overrides it; a label isn't.
    let apply = |user: &str, object: &Value| {
        stage.kubectl_as(user, &["apply", "--server-side", "--force-conflicts", "--field-manager=test"], object)
    };
    let mut edited = web.clone();
    edited["spec"]["defaultReplicas"] = json!(5);
    let mut overridden = web.clone();
    let annotation = "replicas=9 until=2030-01-01T00:00:00Z";
    overridden["metadata"]["annotations"] = json!({ "kyklos.io/override": annotation });
    let mut labelled = overridden.clone();
    labelled["metadata"]["labels"] = json!({ "team": "shop" });
    for (what, object, bob) in
        [("an edit", &edited, false), ("an override", &overridden, false), ("a label", &labelled, true)]
    {
        let (done, said) = apply("bob", object);
        assert_eq!(done, bob, "{what}: {said}");
        assert!(done || said.contains("kyklos-authorize"), "{what}: {said}");
        let (done, said) = apply("ann", object);
        assert!(done, "{what}: {said}");
    }
    // What has no `scale` takes the right on the thing itself, and of a kind that nobody knows the right on all of its group.
    let autoscaler = json!({ "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "name": "web" });
    let cache = json!({ "apiVersion": "example.com/v1", "kind": "Cache", "name": "web" });
    for (name, target, who, words) in [
        ("hpa", autoscaler, "cleo", "the right to patch horizontalpodautoscalers of the group \"autoscaling\""),
        ("cache", cache, "dora", "the right to patch */scale of the group \"example.com\""),
    ] {
        let object = scaler(name, target);
        let (done, said) = stage.kubectl_as("ann", &["create"], &object);
        assert!(!done && said.contains(words), "{said}");
        let (done, said) = stage.kubectl_as(who, &["create"], &object);
        assert!(done, "{said}");
    }
    // A selection is for all of its kinds, whatever they are called.
    let many = |targets: Value| {
        json!({
            "apiVersion": "kyklos.io/v1alpha1", "kind": "TimeWindowScaler", "metadata": { "name": "many" },
            "spec": { "targets": targets, "timezone": "UTC", "defaultReplicas": 0 },
        })
    };
    let (done, said) = stage.kubectl_as("ann", &["create"], &many(json!({})));
    assert!(!done && said.contains("statefulsets/scale of the group \"apps\""), "{said}");
    let (done, said) = stage.kubectl_as("bob", &["create"], &many(json!({ "kinds": [{ "kind": "Deployment" }] })));
    assert!(!done && said.contains("deployments/scale of the group \"apps\""), "{said}");
    let (done, said) = stage.kubectl_as("ann", &["create"], &many(json!({ "kinds": [{ "kind": "Deployment" }] })));
    assert!(done, "{said}");
}
