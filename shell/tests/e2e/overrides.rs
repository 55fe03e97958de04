//! Overrides on the real control plane: who may wake need not be able to edit.

use serde_json::{Value, json};

use crate::account::manifests;
use crate::stage::Stage;
use crate::waits::{PATIENCE, reason};

/// The schedule of C13: two, and none at night and at the weekend.
fn sleepy() -> Value {
    json!({
        "targetRef": { "name": "web" }, "timezone": "CET", "defaultReplicas": 2, "gracePeriodSeconds": 300,
        "windows": [
            { "name": "night", "days": ["Mon-Thu"], "start": "21:00", "end": "07:00", "replicas": 0 },
            { "name": "weekend", "days": ["Fri"], "start": "21:00", "endDay": "Mon", "end": "07:00", "replicas": 0 },
        ],
    })
}

pub(crate) fn overrule(name: &str, spec: &Value) -> Value {
    let mut all = json!({ "scalerRef": { "name": "web" }, "reason": "test" });
    for (field, value) in spec.as_object().unwrap() {
        all[field] = value.clone();
    }
    json!({
        "apiVersion": "kyklos.io/v1alpha1", "kind": "TimeWindowOverride", "metadata": { "name": name }, "spec": all,
    })
}

impl Stage {
    /// Gives somebody the printed role of those who override.
    pub(crate) async fn may_override(&self, user: &str) {
        let binding = json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": { "name": user },
            "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "kyklos-override" },
            "subjects": [{ "apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user }],
        });
        let (done, said) = self.applies(&binding, &[]);
        assert!(done, "{said}");
        let begin = std::time::Instant::now();
        let probe = overrule("probe", &json!({ "replicas": 1, "until": "2030-01-01T00:00:00Z" }));
        while !self.kubectl_as(user, &["create", "--dry-run=server"], &probe).0 {
            assert!(begin.elapsed() < PATIENCE, "the role doesn't count");
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
    }

    /// The status of an override; `null` where it is gone.
    pub(crate) fn overrule_status(&self, name: &str) -> Value {
        let mut command = self.cluster().kubectl();
        command.args(["-n", &self.namespace, "get", "timewindowoverrides", name, "--ignore-not-found", "-o", "json"]);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let object: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        object["status"].clone()
    }

    /// Waits until the status of an override passes a test.
    pub(crate) async fn overrule_when(&self, name: &str, what: &str, test: impl Fn(&Value) -> bool) -> Value {
        let begin = std::time::Instant::now();
        loop {
            let status = self.overrule_status(name);
            if test(&status) {
                return status;
            }
            assert!(begin.elapsed() < PATIENCE, "{}: waited for {what}: {status:#}", self.namespace);
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
    }
}

/// C13 with an object, by somebody with the printed role.
#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_may_not_edit_wakes_a_workload_and_it_falls_asleep_again() {
    let stage = Stage::new("overrides").await;
    stage.deploy("web", 0).await;
    stage.scaler("web", sleepy()).await;
    stage.may_override("ann").await;
    let (done, said) = stage.kubectl_as(
        "ann",
        &["apply", "--server-side"],
        &json!({
            "apiVersion": "kyklos.io/v1alpha1", "kind": "TimeWindowScaler", "metadata": { "name": "web" },
            "spec": { "pause": true },
        }),
    );
    assert!(!done && said.contains("cannot patch resource \"timewindowscalers\""), "{said}");
    // A Saturday. A minute of its clock is a second.
    let controller = stage.controller("2025-03-15T16:00:00Z", 60);
    stage.status_when("web", "a status", |status| reason(status, "Ready") == "Reconciled").await;
    let wake = overrule("wake", &json!({ "replicas": 2, "until": "2025-03-15T16:30:00Z", "ttlSecondsAfterEnd": 600 }));
    let (done, said) = stage.kubectl_as("ann", &["create"], &wake);
    assert!(done, "{said}");
    stage.scaled("web", 2).await;
    let status = stage.overrule_when("wake", "it to apply", |status| status["phase"] == "Active").await;
    assert_eq!((&status["until"], &status["scalers"]), (&json!("2025-03-15T16:30:00Z"), &json!(["web"])));
    stage.status_when("web", "the override", |status| status["currentWindow"] == "Override").await;
    stage.event("web", "WindowOverride", 1).await;
    // It falls asleep once the grace is over, and not before.
    stage.status_when("web", "grace", |status| status["gracePeriodExpiry"] == "2025-03-15T16:35:00Z").await;
    assert_eq!(stage.replicas("web").await, Some(2));
    stage.scaled("web", 0).await;
    assert!(chrono::Utc::now() >= controller.real("2025-03-15T16:35:00Z"), "before its grace was over");
    stage.event("web", "OverrideEnded", 1).await;
    // And the override goes.
    stage.overrule_when("wake", "it to go", Value::is_null).await;
    assert!(chrono::Utc::now() >= controller.real("2025-03-15T16:40:00Z"), "before its time to live was over");
    assert!(controller.stop().success());
}

/// A kubeconfig for a service account of the stage, with the printed role of those who override.
async fn person(stage: &Stage, name: &str) -> (String, std::path::PathBuf) {
    let user = format!("system:serviceaccount:{}:{name}", stage.namespace);
    crate::clusters::kubectl(stage.cluster(), &["-n", &stage.namespace, "create", "serviceaccount", name]);
    let account = format!("--serviceaccount={}:{name}", stage.namespace);
    crate::clusters::kubectl(
        stage.cluster(),
        &["-n", &stage.namespace, "create", "rolebinding", name, "--role=kyklos-override", &account],
    );
    let token = crate::clusters::kubectl(stage.cluster(), &["-n", &stage.namespace, "create", "token", name]);
    let admin = kube::config::Kubeconfig::read_from(stage.cluster().kubeconfig()).unwrap();
    let file = stage.folder.path().join(format!("{name}.kubeconfig"));
    std::fs::write(&file, crate::account::with_token(&admin, token.trim(), &stage.namespace)).unwrap();
    (user, file)
}

/// Runs `kyklos override` as somebody. Whether it went well, and what it says.
fn kyklos(kubeconfig: &std::path::Path, arguments: &[&str]) -> (bool, String) {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_kyklos"));
    let output = command.arg("override").args(arguments).env("KUBECONFIG", kubeconfig).output().unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    (output.status.success(), said)
}

/// `kyklos override`, by two people, on the real clock; with the policy that holds them to who they are.
#[tokio::test(flavor = "multi_thread")]
async fn two_people_make_list_and_end_overrides_and_are_held_to_their_names() {
    let stage = Stage::new("people").await;
    crate::authorize::put_into_force(&stage, "--verify-requesters");
    stage.deploy("web", 2).await;
    stage.scaler("web", json!({ "targetRef": { "name": "web" }, "timezone": "UTC", "defaultReplicas": 2 })).await;
    let (ann, anns) = person(&stage, "ann").await;
    let (bob, bobs) = person(&stage, "bob").await;
    let controller = stage.real_controller("pod-1");
    let begin = std::time::Instant::now();
    let wake = ["create", "web", "--replicas", "7", "--for", "2h", "--reason", "a demo", "--name", "demo"];
    let said = loop {
        let (done, said) = kyklos(&anns, &wake);
        if done {
            break said;
        }
        // The role counts a moment after it was bound.
        assert!(begin.elapsed() < PATIENCE, "{said}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    };
    assert!(said.starts_with("timewindowoverride.kyklos.io/demo created: web has 7 replicas until 20"), "{said}");
    stage.scaled("web", 7).await;
    let status = stage.overrule_when("demo", "it to apply", |status| status["phase"] == "Active").await;
    assert_eq!(status["requester"], "Unverified", "the controller wasn't told of the policy");
    // Nobody asks in another's name, neither in a new one nor in an edit.
    let forged = overrule("forged", &json!({ "replicas": 9, "until": "2040-01-01T00:00:00Z", "requestedBy": ann }));
    let anonymous = overrule("anonymous", &json!({ "replicas": 9, "until": "2040-01-01T00:00:00Z" }));
    let words = format!("write \"{bob}\"");
    let begin = std::time::Instant::now();
    loop {
        let (done, said) = stage.kubectl_as(&bob, &["create", "--dry-run=server"], &anonymous);
        if !done && said.contains(&words) {
            break;
        }
        // Policy and role count a moment after they were made.
        assert!(begin.elapsed() < PATIENCE, "{said}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let (done, said) = stage.kubectl_as(&bob, &["create"], &forged);
    assert!(!done && said.contains(&words), "{said}");
    let mut own = forged.clone();
    own["spec"]["requestedBy"] = json!(bob);
    let (done, said) = stage.kubectl_as(&bob, &["create"], &own);
    assert!(done, "{said}");
    let mut longer = overrule("demo", &json!({ "replicas": 8, "until": "2040-01-01T00:00:00Z", "requestedBy": ann }));
    longer["spec"]["reason"] = json!("a demo");
    let edit = ["apply", "--server-side", "--force-conflicts"];
    let (done, said) = stage.kubectl_as(&bob, &edit, &longer);
    assert!(!done && said.contains(&words), "{said}");

    let (done, table) = kyklos(&bobs, &["list"]);
    assert!(done, "{table}");
    let row: Vec<_> = table.lines().find(|line| line.contains("/demo ")).unwrap().split_whitespace().collect();
    assert_eq!((row[0], row[1], row[2], row[3]), ("people/demo", "web", "7", "Active"), "{table}");
    assert!(table.contains(&ann) && table.contains("a demo"), "{table}");
    let (_, list) = kyklos(&anns, &["list", "-o", "json"]);
    let list: Value = serde_json::from_str(&list).unwrap();
    assert_eq!(list["items"].as_array().map(Vec::len), Some(2), "{list:#}");
    // The last one made counts; the other one may end it.
    stage.scaled("web", 9).await;
    let (done, said) = kyklos(&anns, &["end", "forged"]);
    assert!(done && said.starts_with("timewindowoverride.kyklos.io/forged ended at "), "{said}");
    stage.scaled("web", 7).await;
    stage.overrule_when("forged", "its end", |status| status["phase"] == "Ended").await;
    let (done, said) = kyklos(&anns, &["end", "forged"]);
    assert!(done && said.contains(" already"), "{said}");
    // Also one that has hardly begun ends without grace.
    let brief = ["create", "web", "--replicas", "12", "--for", "1h", "--reason", "a slip", "--name", "brief"];
    let (done, said) = kyklos(&bobs, &brief);
    assert!(done, "{said}");
    let (done, said) = kyklos(&bobs, &["end", "brief"]);
    assert!(done && said.starts_with("timewindowoverride.kyklos.io/brief ended at "), "{said}");
    stage.overrule_when("brief", "its end", |status| status["phase"] == "Ended").await;
    stage.scaled("web", 7).await;
    let (done, said) = kyklos(
        &bobs,
        &[
            "create",
            "web",
            "--replicas",
            "3",
            "--from",
            "2040-01-01T00:00:00Z",
            "--for",
            "1h",
            "--reason",
            "x",
            "--name",
            "later",
        ],
    );
    assert!(done, "{said}");
    let (done, said) = kyklos(&bobs, &["end", "later"]);
    assert!(done && said.contains("deleted, as it had not begun"), "{said}");
    // What can't be is said in words.
    for (arguments, words) in [
        (vec!["end", "nothing"], "timewindowoverrides.kyklos.io \"nothing\" not found"),
        (vec!["create", "Web", "--replicas", "3", "--for", "1h", "--reason", "x"], "Invalid value"),
        (vec!["create", "web", "--replicas", "3", "--for", "1h", "--reason", ""], "spec.reason: the text is empty"),
        (
            vec![
                "create",
                "web",
                "--replicas",
                "3",
                "--until",
                "2026-01-01T00:00:00Z",
                "--from",
                "2026-01-02T00:00:00Z",
                "--reason",
                "x",
            ],
            "spec.until: it isn't after from",
        ),
        (
            vec!["create", "web", "--replicas", "3", "--until", "2026-01-01T00:00:00Z", "--reason", "x"],
            "spec.until: it was over at 2026-01-01T00:00:00Z, before it was made: write a later until",
        ),
        (vec!["create", "web", "--replicas", "3", "--reason", "x"], "--for"),
        (vec!["create", "web", "--replicas", "half", "--for", "1h", "--reason", "x"], "or bounds such as 2..5"),
        (
            vec!["create", "web", "--replicas", "3", "--for", "1h", "--until-next-boundary", "--reason", "x"],
            "cannot be used with",
        ),
        (vec!["list", "-n", "default"], "cannot list resource \"timewindowoverrides\""),
    ] {
        let (done, said) = kyklos(&anns, &arguments);
        assert!(!done && said.contains(words), "{arguments:?}: {said}");
    }
    assert!(controller.stop().success());
}

/// The role is part of `edit`, where it is the cluster's.
#[tokio::test(flavor = "multi_thread")]
async fn the_role_of_those_who_override_is_part_of_the_clusters_own() {
    let stage = Stage::new("aggregated").await;
    let printed = manifests(&[]);
    let mut role = printed.iter().find(|object| object["metadata"]["name"] == "kyklos-override").unwrap().clone();
    assert_eq!(role["kind"], "ClusterRole");
    role["metadata"]["name"] = json!("kyklos-override-aggregated-test");
    let (done, said) = stage.applies(&role, &[]);
    assert!(done, "{said}");
    let binding = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": { "name": "ed" },
        "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "edit" },
        "subjects": [{ "apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "ed" }],
    });
    let (done, said) = stage.applies(&binding, &[]);
    assert!(done, "{said}");
    let wake = overrule("wake", &json!({ "replicas": 2, "until": "2030-01-01T00:00:00Z" }));
    let begin = std::time::Instant::now();
    loop {
        let (done, said) = stage.kubectl_as("ed", &["create"], &wake);
        if done {
            break;
        }
        assert!(begin.elapsed() < PATIENCE, "{said}");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    // What is remembered is there to be read: who could write it could scale.
    let may = |verb: &str, resource: &str| {
        let mut command = stage.cluster().kubectl();
        command.args(["-n", stage.namespace.as_str(), "--as", "ed", "auth", "can-i", verb, resource]);
        command.output().unwrap().status.success()
    };
    let all = ["get", "patch", "create"].map(|verb| may(verb, "scalerecords.kyklos.io"));
    assert_eq!((all, may("patch", "timewindowscalers.kyklos.io")), ([true, false, false], false));
    crate::clusters::kubectl(stage.cluster(), &["delete", "clusterrole", "kyklos-override-aggregated-test"]);
}

/// What the API server refuses of an override by the CRD alone, and in which words.
#[tokio::test(flavor = "multi_thread")]
async fn the_api_server_refuses_overrides_by_their_own_rules() {
    let stage = Stage::new("override-rules").await;
    let right = json!({ "replicas": 3, "from": "2026-12-01T17:00:00Z", "until": "2026-12-01T18:00:00Z" });
    let with = |field: &str, value: Value| {
        let mut spec = right.clone();
        spec[field] = value;
        overrule("o", &spec)
    };
    let without = |field: &str| {
        let mut object = overrule("o", &right);
        object["spec"].as_object_mut().unwrap().remove(field);
        object
    };
    let bounded = |least: i64, most: i64| {
        let mut object = without("replicas");
        object["spec"]["minReplicas"] = json!(least);
        object["spec"]["maxReplicas"] = json!(most);
        object
    };
    let create = |object: &Value| {
        let file = stage.folder.path().join("o.json");
        std::fs::write(&file, object.to_string()).unwrap();
        let mut command = stage.cluster().kubectl();
        let output = command.args(["-n", &stage.namespace, "create", "-f"]).arg(&file).output().unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let mut next = with("untilNextBoundary", json!(true));
    next["spec"].as_object_mut().unwrap().remove("until");
    let mut selecting = next.clone();
    selecting["spec"].as_object_mut().unwrap().remove("scalerRef");
    selecting["spec"]["selector"] = json!({});
    for (what, object, words) in [
        ("no reason", without("reason"), "spec.reason"),
        ("no value", without("replicas"), "write either replicas, or minReplicas, maxReplicas or both"),
        ("two values", with("maxReplicas", json!(4)), "write either replicas, or minReplicas, maxReplicas or both"),
        ("bounds the wrong way round", bounded(5, 4), "minReplicas is above maxReplicas"),
        ("a bound below 0", bounded(-1, 4), "spec.minReplicas"),
        ("a share beyond what there is", with("replicas", json!("1001%")), "spec.replicas"),
        ("a text that is no value", with("replicas", json!("half")), "spec.replicas"),
        ("no end", without("until"), "write either until or untilNextBoundary: true"),
        ("two ends", with("untilNextBoundary", json!(true)), "write either until or untilNextBoundary: true"),
        ("nobody", without("scalerRef"), "write either scalerRef or selector"),
        ("two of them", with("selector", json!({})), "write either scalerRef or selector"),
        ("a boundary of many", selecting, "untilNextBoundary is of one schedule: write scalerRef"),
        ("an end before its beginning", with("until", json!("2026-12-01T17:00:00Z")), "until must be after from"),
        ("an end that is no instant", with("until", json!("tonight")), "spec.until"),
        ("a negative count", with("replicas", json!(-1)), "spec.replicas"),
        ("a long life", with("ttlSecondsAfterEnd", json!(31_536_001)), "spec.ttlSecondsAfterEnd"),
        ("another kind", with("scalerRef", json!({ "kind": "Deployment", "name": "web" })), "spec.scalerRef.kind"),
        ("a name that is none", with("scalerRef", json!({ "name": "Web" })), "spec.scalerRef.name"),
    ] {
        let (done, said) = create(&object);
        assert!(!done && said.contains(words), "{what}: {said}");
    }
    let (done, said) = create(&next);
    assert!(done, "{said}");
    let (done, said) = create(&overrule("other", &right));
    assert!(done, "{said}");
    for (name, value) in [("share", json!("50%")), ("original", json!("original"))] {
        let mut object = with("replicas", value);
        object["metadata"]["name"] = json!(name);
        let (done, said) = create(&object);
        assert!(done, "{name}: {said}");
    }
    let mut inside = bounded(2, 5);
    inside["metadata"]["name"] = json!("inside");
    let (done, said) = create(&inside);
    assert!(done, "{said}");
    // Whom it is for can't be changed; how long can.
    let mut moved = overrule("other", &right);
    moved["spec"]["scalerRef"]["name"] = json!("api");
    let (done, said) = stage.applies(&moved, &["--force-conflicts"]);
    assert!(!done && said.contains("whom it is for can't be changed"), "{said}");
    let (done, said) = stage.applies(&with("until", json!("2026-12-01T19:00:00Z")), &["--force-conflicts"]);
    assert!(!done && said.contains("write either until"), "the object o has no until: {said}");
    let mut longer = overrule("other", &right);
    longer["spec"]["until"] = json!("2026-12-01T19:00:00Z");
    let (done, said) = stage.applies(&longer, &["--force-conflicts"]);
    assert!(done, "{said}");
    // Which boundary is the next one is found once: of one that had another end it would be that.
    let bare = json!({ "replicas": 3, "from": "2026-12-01T17:00:00Z", "untilNextBoundary": true });
    let (done, said) = stage.applies(&overrule("other", &bare), &["--force-conflicts"]);
    assert!(!done && said.contains("make another one for the next boundary"), "{said}");
    // A schedule's bounds have rules, too.
    let bounds = json!({ "minReplicas": 5, "maxReplicas": 4 });
    let spec = json!({ "targetRef": { "name": "web" }, "timezone": "UTC", "overrides": bounds });
    let error = stage.try_scaler("bounds", spec).await.unwrap_err();
    assert!(error.contains("minReplicas must not be above maxReplicas"), "{error}");
}
