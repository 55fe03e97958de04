//! The rights that `kyklos manifests` prints: all of them are used, and nothing else is asked for.

use std::collections::BTreeSet;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use futures::future::join_all;
use k8s_openapi::api::coordination::v1::Lease;
use kube::api::{Api, PostParams};
use kyklos_devcluster::{DevCluster, Options};
use serde_json::{Value, json};

use crate::account::Right;
use crate::audit::{Request, caught_up, requests};
use crate::autoscalers::scaled_objects;
use crate::clusters::{crd, install, start};
use crate::stage::Stage;
use crate::waits::{PATIENCE, message, reason};

/// An object whose life takes everything that the controller does.
fn spec() -> Value {
    json!({
        "targetRef": { "name": "web" }, "timezone": "UTC", "gracePeriodSeconds": 0,
        "holidayMode": "treat-as-closed", "holidayConfigMap": "days",
        "windows": [{ "name": "always", "start": "00:00", "end": "24:00", "replicas": 4 }],
    })
}

fn start_older() -> DevCluster {
    let apiserver_arguments = vec!["--feature-gates=WatchList=false".to_owned()];
    let cluster = start(Options { controller_manager: false, apiserver_arguments, ..Options::default() });
    install(&cluster, &crd());
    // Where KEDA isn't installed nothing of its is listed.
    install(&cluster, scaled_objects().to_string().as_bytes());
    cluster
}

/// An API server without streaming lists, as before Kubernetes 1.32: on a newer one no right to list is needed, but for the
/// lease.
fn older() -> &'static DevCluster {
    static CLUSTER: OnceLock<DevCluster> = OnceLock::new();
    CLUSTER.get_or_init(start_older)
}

/// When the controllers on a rehearsed clock begin.
const BEGIN: &str = "2026-11-23T12:00:00Z";

async fn furnished(name: &str) -> Stage {
    let stage = Stage::on(older(), name).await;
    furnish(&stage, BEGIN.parse().unwrap(), TimeDelta::seconds(40)).await;
    stage
}

/// `begin` is when the controller begins, and after `short` an override is over.
async fn furnish(stage: &Stage, begin: DateTime<Utc>, short: TimeDelta) {
    stage.deploy("web", 1).await;
    stage.holidays("days", &[("2026-12-25", "Christmas")]).await;
    stage.scaler("web", spec()).await;
    // One that is over soon and goes then, and one that stays.
    for (name, until) in [("short", begin + short), ("past", begin - TimeDelta::hours(1))] {
        let until = until.to_rfc3339_opts(SecondsFormat::Secs, true);
        let spec = json!({
            "replicas": 4, "until": until, "ttlSecondsAfterEnd": if name == "short" { 0 } else { 86_400 },
        });
        let (done, said) = stage.applies(&crate::overrides::overrule(name, &spec), &[]);
        assert!(done, "{said}");
    }
}

/// An object that holds a Deployment of three at none, and gives the three back when it goes.
async fn held(stage: &Stage, name: &str) {
    stage.deploy(name, 3).await;
    let spec = json!({ "targetRef": { "name": name }, "timezone": "UTC", "defaultReplicas": 0, "onDelete": "restore" });
    stage.scaler(name, spec).await;
}

/// What is remembered of the one, and then of the other, too, until both have it back.
async fn held_and_given_back(stage: &Stage) {
    for name in ["first", "second"] {
        held(stage, name).await;
        stage.scaled(name, 0).await;
    }
    for name in ["first", "second"] {
        stage.scalers().delete(name, &Default::default()).await.unwrap();
        stage.scaled(name, 3).await;
    }
    stage.no_records().await;
}

/// What a request takes; `None` for one that concerns no resource.
fn right(request: &Request) -> Option<Right> {
    let Request { verb, group, resource, name, .. } = request.clone();
    // The only ones that are allowed by name; what isn't made yet has none.
    let name = (resource == "leases" && verb != "create").then_some(name);
    (!resource.is_empty()).then_some(Right { group, resource, verb, name })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_printed_rights_are_exactly_those_that_are_used() {
    let stage = furnished("rights").await;
    let granted: BTreeSet<_> = stage.account.rights().await.into_iter().collect();
    let controller = stage.controller(BEGIN, 20);
    stage.scaled("web", 4).await;
    stage.event("web", "ScaledUp", 1).await;
    stage.status_when("web", "a status", |status| reason(status, "Ready") == "Reconciled").await;
    // The watches tell of changes.
    stage.scale_by_hand("web", 7);
    stage.scaled("web", 4).await;
    stage.scale_by_hand("web", 8);
    stage.series("web", "DriftCorrected", 2).await;
    stage.holidays("days", &[("2026-11-23", "today")]).await;
    stage.scaled("web", 1).await;
    stage.edit("web", json!({ "holidayMode": "ignore" })).await;
    stage.scaled("web", 4).await;
    held_and_given_back(&stage).await;
    assert!(controller.stop().success());

    caught_up(&stage).await;
    let asked = requests(&stage);
    let used: BTreeSet<_> = asked.iter().filter_map(right).collect();
    assert_eq!(used, granted);
    let rest: Vec<_> = asked.iter().filter(|request| right(request).is_none()).collect();
    assert!(!rest.is_empty(), "the clock was never compared");
    for request in rest {
        let Request { verb, uri, code, .. } = request;
        assert_eq!((verb.as_str(), uri.as_str()), ("get", "/version"));
        assert_eq!(*code, 200, "everybody may see the version");
    }
}

/// Those for the whole cluster. What repeats is a minute on the real clock; the one above has shown it.
#[tokio::test(flavor = "multi_thread")]
async fn those_for_the_whole_cluster_are_used_as_well() {
    // A controller for the whole cluster has it for itself.
    static CLUSTER: OnceLock<DevCluster> = OnceLock::new();
    let stage = Stage::whole(CLUSTER.get_or_init(start_older), "wide").await;
    // The end of the short one comes while the controller runs, however long this takes until then.
    furnish(&stage, Utc::now(), TimeDelta::seconds(20)).await;
    let mut granted: BTreeSet<_> = stage.account.rights().await.into_iter().collect();
    let controller = stage.real_controller("wide");
    stage.scaled("web", 4).await;
    stage.event("web", "ScaledUp", 1).await;
    stage.status_when("web", "a status", |status| reason(status, "Ready") == "Reconciled").await;
    stage.scale_by_hand("web", 7);
    stage.scaled("web", 4).await;
    held_and_given_back(&stage).await;
    // One of the cluster takes more than all of those of namespaces.
    stage.deploy("third", 3).await;
    // Its own namespace is in it by its name alone; labels are what namespaces are watched for.
    let namespaces =
        json!({ "names": ["wide"], "selector": { "matchLabels": { "kubernetes.io/metadata.name": "wide" } } });
    let targets =
        json!({ "kinds": [{ "kind": "Deployment" }], "namespaces": namespaces, "exclude": [{ "name": "web" }] });
    let third = json!({ "targets": targets, "timezone": "UTC", "defaultReplicas": 0 });
    stage.wide("third", third);
    stage.scaled("third", 0).await;
    stage.wide_when("third", "a status", |status| reason(status, "Ready") == "Reconciled").await;
    stage.delete_wide("third").await;
    stage.scaled("third", 3).await;
    stage.overrule_when("short", "that it goes", Value::is_null).await;
    // Leases that nobody renews are asked for before they count as dead.
    let leases = Api::<Lease>::namespaced(stage.client.clone(), "default");
    for name in ["kyklos", "kyklos-cluster"] {
        let lease = json!({ "metadata": { "name": name }, "spec": { "holderIdentity": "nobody" } });
        leases.create(&PostParams::default(), &serde_json::from_value(lease).unwrap()).await.unwrap();
    }
    let asked = |request: &Request| (request.resource.as_str(), request.verb.as_str()) == ("leases", "get");
    for name in ["kyklos", "kyklos-cluster"] {
        let elsewhere = |request: &Request| asked(request) && request.uri.contains("/default/") && request.name == name;
        crate::audit::answered(&stage, 1, name, elsewhere).await;
    }
    assert!(controller.stop().success());

    caught_up(&stage).await;
    let used: BTreeSet<_> = requests(&stage).iter().filter_map(right).collect();
    granted.retain(|right| (right.resource.as_str(), right.verb.as_str()) != ("events", "patch"));
    assert_eq!(used, granted);
}

/// Where the lack of a right shows.
#[derive(Debug, Clone, Copy)]
enum Sign {
    /// The controller isn't ready, and says why in this line.
    Unready(&'static str),
    /// It is ready for the rest, and says why in this line.
    Ready(&'static str),
    /// The object's condition `Degraded` has this reason, and a message that says why.
    Degraded(&'static str),
    /// The log says why.
    Log,
}

fn sign(right: &Right) -> Sign {
    match (right.resource.as_str(), right.verb.as_str()) {
        ("timewindowscalers", "list" | "watch") => Sign::Unready("timewindowscalers"),
        ("scalerecords", "list" | "watch") => Sign::Unready("scalerecords"),
        ("timewindowoverrides", "list" | "watch") => Sign::Unready("timewindowoverrides"),
        ("deployments", "list" | "watch") => Sign::Ready("deployments"),
        ("horizontalpodautoscalers", "list" | "watch") => Sign::Unready("horizontalpodautoscalers"),
        ("scaledobjects", "list" | "watch") => Sign::Unready("scaledobjects"),
        ("leases", "create" | "get" | "update") => Sign::Unready("lease"),
        ("deployments/scale", "patch") => Sign::Degraded("TargetUpdateFailed"),
        ("configmaps", "list") => Sign::Degraded("HolidaySourceMissing"),
        ("scalerecords", "create" | "delete" | "patch")
        | ("timewindowscalers" | "namespaces", "get")
        | ("configmaps", "watch")
        | ("timewindowscalers/status" | "timewindowoverrides/status", "patch")
        | ("timewindowoverrides", "delete")
        | ("events", "create" | "patch")
        | ("leases", "list" | "watch") => Sign::Log,
        other => panic!("{other:?} is a right of which this test doesn't know what it is for"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_any_one_of_the_rights_something_fails_and_is_told_about() {
    let all = Stage::on(older(), "rights-all").await.account.rights().await;
    assert!(all.len() >= 9, "{all:?}");
    join_all(all.into_iter().enumerate().map(|(number, taken)| async move {
        let stage = furnished(&format!("rights-{number}")).await;
        let mut rights = stage.account.rights().await;
        rights.retain(|right| *right != taken);
        stage.account.allow(&rights).await;
        let controller = stage.controller(BEGIN, 20);
        if (taken.resource.as_str(), taken.verb.as_str()) == ("events", "patch") {
            // What happens again is the same event, a minute of its clock later.
            for _ in 0..2 {
                stage.scaled("web", 4).await;
                stage.scale_by_hand("web", 7);
            }
        }
        match (taken.resource.as_str(), taken.verb.as_str()) {
            ("scalerecords", "create") => held(&stage, "first").await,
            ("scalerecords", "patch") => {
                held(&stage, "first").await;
                stage.scaled("first", 0).await;
                held(&stage, "second").await;
            }
            ("scalerecords", "delete") | ("timewindowscalers" | "namespaces", "get") => {
                held(&stage, "first").await;
                stage.scaled("first", 0).await;
                stage.scalers().delete("first", &Default::default()).await.unwrap();
            }
            _ => {}
        }
        let words = taken.refusal();
        let begin = Instant::now();
        loop {
            let told = match sign(&taken) {
                sign @ (Sign::Unready(line) | Sign::Ready(line)) => {
                    let (code, body) = controller.probe("/readyz");
                    let is_ready = matches!(sign, Sign::Ready(_));
                    let (wanted, mark) = if is_ready { (200, '+') } else { (503, '-') };
                    let line = format!("[{mark}] {line}: ");
                    code == wanted && body.lines().any(|found| found.starts_with(&line) && found.contains(&words))
                }
                Sign::Degraded(wanted) => {
                    let status = stage.status("web").await;
                    reason(&status, "Degraded") == wanted && message(&status, "Degraded").contains(&words)
                }
                // Some of the texts in a line of the log have their quotes escaped.
                Sign::Log => controller.log().replace('\\', "").contains(&words),
            };
            if told {
                break;
            }
            assert!(begin.elapsed() < PATIENCE, "{taken:?}: nobody says {words}: {}", controller.log());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert_eq!(controller.probe("/healthz").0, 200, "to start again would give no right");
        assert!(controller.stop().success());
    }))
    .await;
}
