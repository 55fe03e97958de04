//! Objects, their versions and owners.

use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::events::v1::Event;
use kube::api::{Api, Patch, PatchParams, PostParams};
use kyklos_testserver::{End, Filter, Kind, Subresource, Verb};
use serde_json::{Value, json};

use crate::common::{apply_scale, deployments, refusal, scaler, scalers, server, text, web, with_web};

#[tokio::test(start_paused = true)]
async fn an_apply_to_the_scale_with_the_present_uid_and_version_is_taken_and_owned() {
    let server = with_web(2);
    let before = server.get(Kind::Deployment, "shop", "web").unwrap();
    let api = deployments(&server);
    let (uid, version) = (text(&before, "/metadata/uid"), text(&before, "/metadata/resourceVersion"));
    let scale = apply_scale(&api, "web", Some(uid), Some(version), 5).await.unwrap();
    assert_eq!(scale.spec.unwrap().replicas, Some(5));

    let after = server.get(Kind::Deployment, "shop", "web").unwrap();
    assert_eq!(after.pointer("/spec/replicas"), Some(&json!(5)));
    assert_eq!(after.pointer("/metadata/generation"), Some(&json!(2)));
    assert_eq!(scale.metadata.resource_version.as_deref(), Some(text(&after, "/metadata/resourceVersion")));
    assert_eq!(owners(&after), ["kyklos Apply scale"]);

    // The same version once more is stale now.
    assert_eq!(refusal(apply_scale(&api, "web", Some(uid), Some(version), 6).await), (409, "Conflict".to_owned()));
    let present = text(&after, "/metadata/resourceVersion");
    assert_eq!(refusal(apply_scale(&api, "web", Some("other"), Some(present), 6).await).0, 409);
    assert_eq!(refusal(apply_scale(&api, "none", None, None, 6).await), (404, "NotFound".to_owned()));
    assert_eq!(refusal(apply_scale(&api, "web", None, None, -1).await), (422, "Invalid".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_write_that_changes_nothing_makes_no_version() {
    let server = with_web(2);
    let api = deployments(&server);
    let first = apply_scale(&api, "web", None, None, 5).await.unwrap();
    let again = apply_scale(&api, "web", None, None, 5).await.unwrap();
    assert_eq!(first.metadata.resource_version, again.metadata.resource_version);
}

#[tokio::test(start_paused = true)]
async fn ownership_stays_at_zero_with_apply_and_is_lost_with_a_merge_patch() {
    let server = with_web(2);
    let api = deployments(&server);
    apply_scale(&api, "web", None, None, 0).await.unwrap();
    assert_eq!(owners(&server.get(Kind::Deployment, "shop", "web").unwrap()), ["kyklos Apply scale"]);
    assert_eq!(api.get_scale("web").await.unwrap().spec.unwrap().replicas, None);

    let merge = |replicas: i64| Patch::Merge(json!({ "spec": { "replicas": replicas } }));
    let params = PatchParams { field_manager: Some("hand".to_owned()), ..PatchParams::default() };
    api.patch_scale("web", &params, &merge(3)).await.unwrap();
    let after = server.get(Kind::Deployment, "shop", "web").unwrap();
    assert_eq!(owners(&after), ["hand Update scale"]);
    api.patch_scale("web", &params, &merge(0)).await.unwrap();
    assert_eq!(owners(&server.get(Kind::Deployment, "shop", "web").unwrap()), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn an_apply_without_force_yields_to_another_owner() {
    let server = with_web(2);
    let api = deployments(&server);
    let patch = json!({ "apiVersion": "autoscaling/v1", "kind": "Scale", "spec": { "replicas": 3 } });
    let gentle = api.patch_scale("web", &PatchParams::apply("kyklos"), &Patch::Apply(&patch)).await;
    assert_eq!(refusal(gentle), (409, "Conflict".to_owned()));
    assert_eq!(server.scale_writes().get(&("shop".to_owned(), "web".to_owned())), Some(&1));
}

#[tokio::test(start_paused = true)]
async fn a_status_changes_neither_spec_nor_generation() {
    let server = server();
    let created = scaler(&server, "web");
    let api = scalers(&server);
    let uid = text(&created, "/metadata/uid");
    let patch = json!({
        "metadata": { "uid": uid },
        "spec": { "timezone": "Asia/Tokyo" },
        "status": { "effectiveReplicas": 3, "observedGeneration": 1 },
    });
    let written = api.patch_status("web", &PatchParams::default(), &Patch::Merge(&patch)).await.unwrap();
    assert_eq!(written.data["status"]["effectiveReplicas"], 3);
    assert_eq!(written.data["spec"]["timezone"], "Europe/Zurich");
    assert_eq!(written.metadata.generation, Some(1));

    // A uid doesn't help there, in the real one neither; a version does.
    let stale = json!({ "metadata": { "resourceVersion": "1" }, "status": { "effectiveReplicas": 4 } });
    assert_eq!(refusal(api.patch_status("web", &PatchParams::default(), &Patch::Merge(&stale)).await).0, 409);
    let other = json!({ "metadata": { "uid": "other" }, "status": { "effectiveReplicas": 3 } });
    api.patch_status("web", &PatchParams::default(), &Patch::Merge(&other)).await.unwrap();

    let edited = server
        .edit(Kind::TimeWindowScaler, "shop", "web", "kubectl", &json!({ "spec": { "pause": true }, "status": null }))
        .unwrap();
    assert_eq!(edited.pointer("/metadata/generation"), Some(&json!(2)));
    assert_eq!(edited.pointer("/status/effectiveReplicas"), Some(&json!(3)));
}

#[tokio::test(start_paused = true)]
async fn events_are_created_once_and_counted_as_a_series() {
    let server = server();
    server.create_namespace("shop");
    let api: Api<Event> = Api::namespaced(server.client("test/1"), "shop");
    let event = |name: &str, action: Option<&str>| -> Event {
        serde_json::from_value(json!({
            "metadata": { "name": name, "namespace": "shop" },
            "eventTime": "2026-03-02T09:00:00.000000Z",
            "reportingController": "kyklos.io/controller", "reportingInstance": "one",
            "action": action, "reason": "ScaledUp", "note": "from 2 to 5", "type": "Normal",
            "regarding": { "kind": "TimeWindowScaler", "name": "web", "namespace": "shop" },
        }))
        .unwrap()
    };
    let params = PostParams::default();
    api.create(&params, &event("a", Some("Scale"))).await.unwrap();
    let twice = api.create(&params, &event("a", Some("Scale"))).await;
    assert_eq!(refusal(twice), (409, "AlreadyExists".to_owned()));
    assert_eq!(refusal(api.create(&params, &event("b", None)).await).0, 422);

    let series = |count: i32| {
        Patch::Merge(json!({ "series": { "count": count, "lastObservedTime": "2026-03-02T09:01:00.000000Z" } }))
    };
    let counted = api.patch("a", &PatchParams::default(), &series(2)).await.unwrap();
    assert_eq!(counted.series.unwrap().count, 2);
    assert_eq!(refusal(api.patch("a", &PatchParams::default(), &series(1)).await).0, 422);
    assert_eq!(server.list(Kind::Event, "shop").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_lease_is_given_to_one_of_two_that_ask_at_once() {
    let server = server();
    let api: Api<Lease> = Api::namespaced(server.client("test/1"), "default");
    let lease = |holder: &str, version: Option<&str>| -> Lease {
        serde_json::from_value(json!({
            "metadata": { "name": "kyklos", "resourceVersion": version },
            "spec": { "holderIdentity": holder, "leaseDurationSeconds": 8 },
        }))
        .unwrap()
    };
    let params = PostParams::default();
    let made = api.create(&params, &lease("a", None)).await.unwrap();
    let version = made.metadata.resource_version.as_deref();
    assert_eq!(refusal(api.create(&params, &lease("b", None)).await), (409, "AlreadyExists".to_owned()));
    // A renewal that changes nothing would make no version.
    let mut renewed = lease("a", version);
    renewed.spec.as_mut().unwrap().lease_transitions = Some(1);
    api.replace("kyklos", &params, &renewed).await.unwrap();
    assert_eq!(refusal(api.replace("kyklos", &params, &lease("b", version)).await), (409, "Conflict".to_owned()),);
    assert_eq!(refusal(api.replace("kyklos", &params, &lease("b", None)).await).0, 422);
}

#[tokio::test(start_paused = true)]
async fn requests_are_written_down_with_their_instants() {
    let server = with_web(2);
    let api = deployments(&server);
    let start = tokio::time::Instant::now();
    assert_eq!(server.client("test/1").apiserver_version().await.unwrap().minor, "36");
    tokio::time::advance(std::time::Duration::from_secs(7)).await;
    apply_scale(&api, "web", None, None, 4).await.unwrap();
    api.get("none").await.unwrap_err();

    let all = server.requests(&Filter::all());
    assert_eq!(all.len(), 3);
    assert_eq!(all[0].call.path, "/version");
    assert_eq!(all[0].call.agent, "test/1");
    let write = &all[1];
    assert_eq!((write.call.verb, write.call.kind), (Verb::Patch, Some(Kind::Deployment)));
    assert_eq!(write.call.subresource, Some(Subresource::Scale));
    assert_eq!((write.call.namespace.as_str(), write.call.name.as_str()), ("shop", "web"));
    assert_eq!((write.at - start).as_secs(), 7);
    assert_eq!(write.wall.to_rfc3339(), "2026-03-02T08:59:07+00:00");
    assert_eq!((write.end, write.replicas()), (End::Answered(200), Some(4)));
    assert_eq!(all[2].end, End::Answered(404));
    assert_eq!(server.count(&Filter::writes().kind(Kind::Deployment)), 1);
}

#[tokio::test(start_paused = true)]
async fn a_namespace_that_goes_takes_everything_along_and_lets_nothing_in() {
    let server = with_web(2);
    scaler(&server, "web");
    server.delete(Kind::Namespace, "", "shop").unwrap();
    assert!(server.list(Kind::Deployment, "shop").is_empty());
    assert!(server.list(Kind::TimeWindowScaler, "").is_empty());
    let api = deployments(&server);
    let object = serde_json::from_value(json!({ "metadata": { "name": "web" } })).unwrap();
    assert_eq!(refusal(api.create(&PostParams::default(), &object).await), (403, "Forbidden".to_owned()));
    server.finish_namespace("shop");
    assert_eq!(refusal(api.create(&PostParams::default(), &object).await), (404, "NotFound".to_owned()));
    web(&server, "web", 1);
}

/// Who owns the count: manager, operation, subresource.
fn owners(object: &Value) -> Vec<String> {
    let entries = object.pointer("/metadata/managedFields").and_then(Value::as_array);
    entries
        .into_iter()
        .flatten()
        .filter(|entry| entry.pointer("/fieldsV1/f:spec/f:replicas").is_some())
        .map(|entry| {
            let words = [text(entry, "/manager"), text(entry, "/operation"), text(entry, "/subresource")];
            words.join(" ").trim().to_owned()
        })
        .collect()
}
