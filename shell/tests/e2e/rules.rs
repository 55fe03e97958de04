//! What the API server refuses by the CRD alone.

use kube::api::{Api, ApiResource, DynamicObject, PostParams};
use kyklos::api::ScaleRecord;
use serde_json::{Value, json};

use crate::stage::Stage;

fn spec(window: Value) -> Value {
    json!({ "targetRef": { "name": "web" }, "timezone": "Europe/Zurich", "windows": [window] })
}

fn window(field: &str, value: Value) -> Value {
    let mut window = json!({ "start": "09:00", "end": "17:00", "replicas": 1 });
    window[field] = value;
    spec(window)
}

fn with(field: &str, value: Value) -> Value {
    let mut spec = spec(json!({ "start": "09:00", "end": "17:00", "replicas": 1 }));
    spec[field] = value;
    spec
}

fn bounds(min: Value, max: Value) -> Value {
    spec(json!({ "start": "09:00", "end": "17:00", "minReplicas": min, "maxReplicas": max }))
}

fn default(fields: Value) -> Value {
    let mut spec = with("pause", json!(false));
    spec.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    spec
}

/// Of many targets, and this beside it.
fn many(targets: Value, fields: Value) -> Value {
    let mut spec = json!({ "targets": targets, "timezone": "UTC" });
    spec.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    spec
}

fn exception(start: &str, end: &str) -> Value {
    with("exceptions", json!([{ "start": start, "end": end, "replicas": 1 }]))
}

fn target(api_version: &str, kind: &str) -> Value {
    with("targetRef", json!({ "apiVersion": api_version, "kind": kind, "name": "web" }))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_server_itself_refuses_what_it_can() {
    let stage = Stage::new("rules").await;
    let refused = [
        ("a time of one digit", window("start", json!("9:00")), "spec.windows[0].start"),
        ("an hour that isn't", window("start", json!("25:00")), "spec.windows[0].start"),
        ("24:00 as a start", window("start", json!("24:00")), "spec.windows[0].start"),
        ("a minute that isn't", window("end", json!("09:60")), "spec.windows[0].end"),
        ("an empty window", window("end", json!("09:00")), "00:00-24:00"),
        ("an unknown day", window("days", json!(["Mo"])), "spec.windows[0].days[0]"),
        ("no days at all", window("days", json!([])), "spec.windows[0].days"),
        ("a range as an end day", window("endDay", json!("Mon-Fri")), "spec.windows[0].endDay"),
        ("a negative count", window("replicas", json!(-1)), "spec.windows[0].replicas"),
        ("a count beyond 32 bits", window("replicas", json!(2_147_483_648_u64)), "spec.windows[0].replicas"),
        ("a text as a count", window("replicas", json!("1")), "spec.windows[0].replicas"),
        ("a share beyond 1000%", window("replicas", json!("1001%")), "spec.windows[0].replicas"),
        ("a count beside a bound", window("maxReplicas", json!(2)), "write either replicas, or minReplicas"),
        ("no target", with("targetRef", Value::Null), "write either targetRef, or targets"),
        ("a target and targets", with("targets", json!({})), "write either targetRef, or targets"),
        ("an exclusion of one target", with("allowExclusion", json!(true)), "allowExclusion goes with targets"),
        ("a brake of one target", with("maxNewTargets", json!(5)), "maxNewTargets goes with targets"),
        ("no labels", many(json!({ "selector": { "matchLabels": {} } }), json!({})), "so it takes every workload"),
        ("no kinds at all", many(json!({ "kinds": [] }), json!({})), "spec.targets.kinds"),
        ("a brake of nothing", many(json!({}), json!({ "maxNewTargets": 0 })), "spec.maxNewTargets"),
        ("no value", window("replicas", Value::Null), "write either replicas, or minReplicas"),
        ("a negative bound", bounds(json!(-1), Value::Null), "spec.windows[0].minReplicas"),
        ("a share as a bound", bounds(json!("50%"), Value::Null), "spec.windows[0].minReplicas"),
        ("bounds the wrong way round", bounds(json!(3), json!(2)), "minReplicas is above maxReplicas"),
        (
            "a default beside a bound",
            default(json!({ "defaultReplicas": 1, "defaultMinReplicas": 1 })),
            "write either defaultReplicas",
        ),
        (
            "bounds of the default the wrong way round",
            default(json!({ "defaultMinReplicas": 2, "defaultMaxReplicas": 1 })),
            "defaultMinReplicas is above defaultMaxReplicas",
        ),
        ("a holiday's value without a mode", with("holidayReplicas", json!(3)), "holidayReplicas has no effect"),
        (
            "the largest of what are no counts",
            {
                let mut open = bounds(json!(1), json!(2));
                open["holidayMode"] = json!("treat-as-open");
                open
            },
            "write holidayReplicas",
        ),
        ("a long name", window("name", json!("n".repeat(64))), "spec.windows[0].name"),
        ("a negative default", with("defaultReplicas", json!(-1)), "spec.defaultReplicas"),
        ("a long grace", with("gracePeriodSeconds", json!(3601)), "spec.gracePeriodSeconds"),
        ("an unknown mode", with("holidayMode", json!("closed")), "spec.holidayMode"),
        ("another end", with("onDelete", json!("undo")), "spec.onDelete"),
        (
            "bounds of overrides the wrong way round",
            with("overrides", json!({ "minReplicas": 5, "maxReplicas": 4 })),
            "minReplicas must not be above maxReplicas",
        ),
        ("no time for overrides", with("overrides", json!({ "maxSeconds": 0 })), "spec.overrides.maxSeconds"),
        (
            "a negative bound of overrides",
            with("overrides", json!({ "minReplicas": -1 })),
            "spec.overrides.minReplicas",
        ),
        ("an end of a pause that is no instant", with("pauseUntil", json!("tomorrow")), "spec.pauseUntil"),
        (
            "a pause with an end and without",
            {
                let mut both = with("pauseUntil", json!("2026-12-01T18:00:00Z"));
                both["pause"] = json!(true);
                both
            },
            "pauseUntil stands beside pause: true, which has no end: keep one of the two",
        ),
        ("no zone", with("timezone", Value::Null), "spec.timezone"),
        ("no target", with("targetRef", json!({})), "spec.targetRef.name"),
        (
            "a kind that isn't scaled",
            target("apps/v1", "DaemonSet"),
            "this version scales no such kind: write one of the kinds",
        ),
        (
            "another version of a kind",
            target("autoscaling/v1", "HorizontalPodAutoscaler"),
            "spec.targetRef: Invalid value",
        ),
        ("another version of KEDA's", target("keda.sh/v1", "ScaledObject"), "this version scales no such kind"),
        ("a kind of the core", target("v1", "ReplicationController"), "this version scales no such kind"),
        ("an end before its start", exception("2026-12-24T18:00", "2026-12-24T17:00"), "spec.exceptions[0]"),
        ("a date that isn't", exception("2026-02-30T18:00", "2026-12-24T17:00"), "spec.exceptions[0]"),
        ("a date without a time", exception("2026-12-24", "2026-12-25T00:00"), "spec.exceptions[0].start"),
        (
            "65 windows",
            with("windows", json!(vec![json!({ "start": "09:00", "end": "17:00", "replicas": 1 }); 65])),
            "spec.windows",
        ),
    ];
    for (what, spec, words) in refused {
        let error = stage.try_scaler("refused", spec).await.expect_err(what);
        assert!(error.contains(words), "{what}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_server_takes_no_record_that_could_not_be_read() {
    let stage = Stage::new("rules-records").await;
    let resource = ApiResource::erase::<ScaleRecord>(&());
    let records: Api<DynamicObject> = Api::namespaced_with(stage.client.clone(), &stage.namespace, &resource);
    let right = json!({ "uid": "1", "original": 3, "held": 0, "holder": "web" });
    let with = |field: &str, value: Value| {
        let mut entry = right.clone();
        entry[field] = value;
        json!({ "deployments.apps/web": entry })
    };
    let many = |count: usize| {
        let entries = (0..count).map(|number| (format!("deployments.apps/web-{number}"), right.clone()));
        Value::Object(entries.collect())
    };
    let record = |name: &str, entries: &Value| -> DynamicObject {
        let object = json!({
            "apiVersion": "kyklos.io/v1alpha1", "kind": "ScaleRecord", "metadata": { "name": name },
            "spec": { "entries": entries },
        });
        serde_json::from_value(object).unwrap()
    };
    for (what, entries, words) in [
        ("no identity", with("uid", Value::Null), "uid"),
        ("no original", with("original", Value::Null), "original"),
        ("an original below 0", with("original", json!(-1)), "original"),
        ("an original beyond 32 bits", with("original", json!(2_147_483_648_u64)), "original"),
        ("a share", with("held", json!("50%")), "held"),
        ("no holder", with("holder", Value::Null), "holder"),
        ("a long holder", with("holder", json!("n".repeat(254))), "holder"),
        ("another end", with("onDelete", json!("undo")), "onDelete"),
        ("no instant", with("left", json!("yesterday")), "left"),
        ("501 entries", many(501), "spec.entries"),
    ] {
        let error = records.create(&PostParams::default(), &record("refused", &entries)).await.expect_err(what);
        assert!(error.to_string().contains(words), "{what}: {error}");
    }
    records.create(&PostParams::default(), &record("taken", &many(500))).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_server_takes_everything_that_the_contract_has() {
    let stage = Stage::new("rules-taken").await;
    let taken = [
        window("days", json!(["monday", "FRI-Mon", "Wednesday-wednesday", "Tue"])),
        window("end", json!("24:00")),
        window("endDay", json!("sunday")),
        {
            let mut same = window("endDay", json!("Mon"));
            same["windows"][0]["end"] = json!("09:00");
            same
        },
        window("replicas", json!(0)),
        window("replicas", json!(i32::MAX)),
        window("name", json!("é".repeat(63))),
        window("replicas", json!("0%")),
        window("replicas", json!("1000%")),
        window("replicas", json!("original")),
        bounds(json!(0), json!(0)),
        bounds(json!(2), Value::Null),
        default(json!({ "defaultMaxReplicas": 5 })),
        {
            let mut open = bounds(json!(1), json!(2));
            open["holidayMode"] = json!("treat-as-open");
            open["holidayReplicas"] = json!("50%");
            open
        },
        exception("2028-02-29T00:00", "2028-02-29T00:01"),
        target("apps/v1", "StatefulSet"),
        target("autoscaling/v2", "HorizontalPodAutoscaler"),
        target("keda.sh/v1alpha1", "ScaledObject"),
        target("batch/v1", "CronJob"),
        target("apps.kruise.io/v1alpha1", "StatefulSet"),
        with("timezone", json!("America/Argentina/Buenos_Aires")),
        with("timezone", json!("Etc/GMT+5")),
        with("pauseUntil", json!("2026-12-01T19:00:00+01:00")),
        with("holidayMode", json!("treat-as-open")),
        with("windows", json!(vec![json!({ "start": "09:00", "end": "17:00", "replicas": 1 }); 64])),
        many(json!({}), json!({})),
        many(
            json!({
                "kinds": [{ "kind": "Deployment" }, { "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout" }],
                "selector": { "matchExpressions": [{ "key": "tier", "operator": "NotIn", "values": ["db"] }] },
                "exclude": [{ "kind": "Deployment", "name": "web" }],
            }),
            json!({ "allowExclusion": false, "maxNewTargets": 10_000, "onDelete": "keep", "defaultReplicas": 1 }),
        ),
        json!({ "targetRef": { "name": "web" }, "timezone": "UTC" }),
    ];
    let last = taken.len() - 1;
    for (number, spec) in taken.into_iter().enumerate() {
        stage
            .try_scaler(&format!("taken-{number}"), spec.clone())
            .await
            .unwrap_or_else(|error| panic!("{spec}: {error}"));
    }
    let defaults = stage.scalers().get(&format!("taken-{last}")).await.unwrap().data["spec"].clone();
    assert_eq!(
        defaults,
        json!({
            "targetRef": { "apiVersion": "apps/v1", "kind": "Deployment", "name": "web" }, "timezone": "UTC",
            "windows": [], "exceptions": [], "holidayMode": "ignore", "gracePeriodSeconds": 300, "pause": false,
        })
    );
}
