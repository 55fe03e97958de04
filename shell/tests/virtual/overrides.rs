//! Overrides, as objects and by the annotation.

use chrono::TimeDelta;
use kyklos::cli::controller::Options;
use kyklos_testserver::{Fault, Filter, Kind, Refusal, Verb};
use serde_json::{Value, json};

use crate::world::{World, at, office, options, reason};

/// The schedule of C13: two, and none at night and at the weekend.
fn sleepy(grace: i64) -> Value {
    json!({
        "targetRef": { "name": "web" }, "timezone": "CET", "defaultReplicas": 2, "gracePeriodSeconds": grace,
        "windows": [
            { "name": "night", "days": ["Mon-Thu"], "start": "21:00", "end": "07:00", "replicas": 0 },
            { "name": "weekend", "days": ["Fri"], "start": "21:00", "endDay": "Mon", "end": "07:00", "replicas": 0 },
        ],
    })
}

/// C13, to its last line, on a Saturday that no build is younger than.
#[tokio::test(start_paused = true)]
async fn a_person_overrides_by_the_annotation_and_the_end_has_grace() {
    let world = World::at("2026-11-28T15:59:00Z");
    world.deploy("web", 0);
    world.scaler("web", sleepy(300));
    let controller = world.controller();
    world.until("2026-11-28T16:00:00Z").await;
    world.scale("web", 2);
    world.pass(1).await;
    assert_eq!(world.replicas("web"), 0);
    world.until("2026-11-28T16:01:00Z").await;
    let annotation = "replicas=2 until=2026-11-28T16:30:00Z reason=test";
    let patch = json!({ "metadata": { "annotations": { "kyklos.io/override": annotation } } });
    world.server.edit(Kind::TimeWindowScaler, "shop", "web", "kubectl", &patch).unwrap();
    world.pass(1).await;
    assert_eq!(world.replicas("web"), 2);
    world.pass(2).await;
    assert_eq!(world.status("web")["currentWindow"], "Override");
    assert_eq!(world.events("web"), ["DriftCorrected", "ScaledUp", "WindowOverride"]);
    world.until("2026-11-28T16:31:00Z").await;
    assert_eq!((world.replicas("web"), world.reason("web", "Ready").as_str()), (2, "GracePeriodActive"));
    controller.kill();
    world.until("2026-11-28T16:32:00Z").await;
    let _second = world.controller_of(Some("shop"), "pod-2");
    world.until("2026-11-28T16:34:59.9Z").await;
    assert_eq!(world.replicas("web"), 2);
    world.until("2026-11-28T16:35:01Z").await;
    assert_eq!(world.replicas("web"), 0);
    world.pass(5).await;
    let wanted = ["DriftCorrected", "GracePeriodStarted", "OverrideEnded", "ScaledDown", "ScaledUp", "WindowOverride"];
    assert_eq!(world.events("web"), wanted);
}

/// The whole life of an object: it waits, applies, is over, and goes.
#[tokio::test(start_paused = true)]
async fn an_object_waits_applies_ends_and_goes() {
    let world = World::at("2026-11-23T12:00:00Z");
    world.deploy("web", 10);
    world.scaler("web", office("web"));
    let _controller = world.controller();
    world.pass(30).await;
    world.overrule(
        "launch",
        &json!({
            "replicas": 20, "from": "2026-11-23T13:00:00Z", "until": "2026-11-23T14:00:00Z", "ttlSecondsAfterEnd": 600,
            "requestedBy": "ann",
        }),
    );
    world.pass(2).await;
    let status = world.overrule_status("launch");
    assert_eq!((status["phase"].as_str(), status["until"].as_str()), (Some("Waiting"), Some("2026-11-23T14:00:00Z")));
    assert_eq!((&status["scalers"], &status["requester"]), (&json!(["web"]), &json!("Unverified")));
    assert_eq!((reason(&status, "Ready"), reason(&status, "Stalled")), ("Waiting".into(), "Progressing".into()));
    assert_eq!(
        (world.replicas("web"), world.status("web")["nextBoundary"].as_str()),
        (10, Some("2026-11-23T13:00:00Z"))
    );
    world.server.clear_requests();
    world.until("2026-11-23T12:59:59.9Z").await;
    assert_eq!(world.server.count(&Filter::writes().kind(Kind::TimeWindowOverride)), 0, "it waits without a word");
    world.until("2026-11-23T13:00:02Z").await;
    let write = &world.scalings()[0];
    assert!(write.wall - at("2026-11-23T13:00:00Z") < TimeDelta::seconds(1), "{write:?}");
    assert_eq!((world.replicas("web"), &world.overrule_status("launch")["phase"]), (20, &json!("Active")));
    assert_eq!(world.status("web")["currentOverride"], "launch");
    world.until("2026-11-23T14:00:02Z").await;
    assert_eq!((world.replicas("web"), &world.overrule_status("launch")["phase"]), (10, &json!("Ended")));
    world.until("2026-11-23T14:09:59.9Z").await;
    assert_ne!(world.overrule_status("launch"), Value::Null);
    world.until("2026-11-23T14:10:02Z").await;
    assert_eq!(world.overrule_status("launch"), Value::Null, "its time to live is over");
    let deleted = Filter::all().verb(Verb::Delete);
    assert_eq!(world.server.count(&deleted), 1);
    world.pass(600).await;
    assert_eq!((world.server.count(&deleted), world.scalings().len()), (1, 2));
    assert_eq!(world.events("web"), ["OverrideEnded", "ScaledDown", "ScaledUp", "WindowOverride"]);
}

/// Which boundary that is is found once: an edit of the schedule afterwards moves nothing, nor does a restart.
#[tokio::test(start_paused = true)]
async fn the_next_boundary_is_found_once_and_kept() {
    let world = World::at("2026-11-23T16:50:00Z");
    world.deploy("web", 10);
    world.scaler("web", office("web"));
    let first = world.controller();
    world.pass(30).await;
    world.overrule("low", &json!({ "replicas": 3, "untilNextBoundary": true }));
    world.pass(2).await;
    assert_eq!(world.replicas("web"), 3, "at once, without grace");
    assert_eq!(world.overrule_status("low")["until"], "2026-11-23T17:00:00Z");
    let mut later = office("web");
    later["windows"][0]["end"] = json!("19:00");
    world.edit("web", later);
    world.pass(2).await;
    first.kill();
    let _second = world.controller_of(Some("shop"), "pod-2");
    world.until("2026-11-23T16:59:59Z").await;
    assert_eq!((world.replicas("web"), &world.overrule_status("low")["until"]), (3, &json!("2026-11-23T17:00:00Z")));
    world.until("2026-11-23T17:00:02Z").await;
    assert_eq!((world.replicas("web"), &world.overrule_status("low")["phase"]), (10, &json!("Ended")));
}

#[tokio::test(start_paused = true)]
async fn where_nothing_changes_there_is_no_next_boundary() {
    let world = World::at("2026-11-23T12:00:00Z");
    world.deploy("web", 1);
    world.scaler("web", json!({ "targetRef": { "name": "web" }, "timezone": "UTC" }));
    let _controller = world.controller();
    world.overrule("never", &json!({ "replicas": 3, "untilNextBoundary": true }));
    world.overrule("nobody", &json!({ "replicas": 3, "untilNextBoundary": true, "scalerRef": { "name": "api" } }));
    world.overrule("past", &json!({ "replicas": 3, "until": "2026-11-23T11:00:00Z" }));
    world.overrule("strange", &json!({ "replicas": 3, "until": "tonight" }));
    world.pass(30).await;
    assert_eq!(world.replicas("web"), 1);
    for (name, phase, ready, words) in [
        ("never", "Invalid", "OverrideInvalid", "the schedule of web has no next boundary: write until"),
        ("nobody", "Waiting", "Waiting", "there is no TimeWindowScaler api in this namespace"),
        ("past", "Invalid", "OverrideInvalid", "spec.until: it was over at 2026-11-23T11:00:00Z, before it was made"),
        ("strange", "Invalid", "OverrideInvalid", "spec.until: \"tonight\" is no instant"),
    ] {
        let status = world.overrule_status(name);
        assert_eq!((status["phase"].as_str(), reason(&status, "Ready").as_str()), (Some(phase), ready), "{status:#}");
        let said = status["conditions"][0]["message"].as_str().unwrap();
        assert!(said.contains(words), "{name}: {said}");
        assert_eq!(reason(&status, "Stalled") == "OverrideInvalid", phase == "Invalid", "{name}");
    }
    // What it is for comes, and has a boundary.
    world.deploy("api", 1);
    world.scaler("api", office("api"));
    world.pass(5).await;
    assert_eq!((world.replicas("api"), &world.overrule_status("nobody")["phase"]), (3, &json!("Active")));
}

/// By labels, which come and go; and beyond the bounds of one of them.
#[tokio::test(start_paused = true)]
async fn a_selector_takes_those_with_the_labels_and_bounds_are_each_schedules_own() {
    let world = World::at("2026-11-23T12:00:00Z");
    for name in ["web", "api", "cart"] {
        world.deploy(name, 10);
        let mut spec = office(name);
        if name == "cart" {
            spec["overrides"] = json!({ "maxReplicas": 15 });
        }
        world.scaler(name, spec);
        let tier = if name == "api" { "back" } else { "front" };
        let patch = json!({ "metadata": { "labels": { "tier": tier } } });
        world.server.edit(Kind::TimeWindowScaler, "shop", name, "kubectl", &patch).unwrap();
    }
    let _controller = world.controller();
    world.pass(30).await;
    let selector = json!({ "matchLabels": { "tier": "front" } });
    world.overrule(
        "front",
        &json!({ "scalerRef": null, "selector": selector, "replicas": 20, "until": "2026-11-23T16:00:00Z" }),
    );
    world.pass(3).await;
    let all = |world: &World| ["web", "api", "cart"].map(|name| world.replicas(name));
    assert_eq!(all(&world), [20, 10, 10]);
    let status = world.overrule_status("front");
    assert_eq!((status["phase"].as_str(), &status["scalers"]), (Some("Active"), &json!(["cart", "web"])));
    let refusal = "it asks for 20, and the schedule allows no more than 15 (spec.overrides.maxReplicas)";
    let said = status["conditions"][0]["message"].as_str().unwrap();
    assert!(said.contains(&format!("TimeWindowScaler cart: {refusal}")), "{said}");
    assert_eq!(world.reason("cart", "Degraded"), "OverrideInvalid");
    assert!(world.message("cart", "Degraded").contains(&format!("TimeWindowOverride front: {refusal}")));
    assert_eq!(world.events("cart"), ["InvalidSchedule"]);
    let patch = json!({ "metadata": { "labels": { "tier": "front" } } });
    world.server.edit(Kind::TimeWindowScaler, "shop", "api", "kubectl", &patch).unwrap();
    world.pass(3).await;
    assert_eq!(all(&world), [20, 20, 10]);
    world.server.delete(Kind::TimeWindowOverride, "shop", "front").unwrap();
    world.pass(3).await;
    assert_eq!(all(&world), [10, 10, 10], "taken away it is an edit, without grace");
    assert_eq!(world.reason("cart", "Degraded"), "OperationalNormal");
}

/// A restart in the middle of it, with watches that come in any order, undoes nothing.
#[tokio::test(start_paused = true)]
async fn a_restart_undoes_no_override() {
    let world = World::at("2026-11-23T12:00:00Z");
    world.deploy("web", 10);
    world.scaler("web", office("web"));
    let first = world.controller();
    world.overrule("high", &json!({ "replicas": 20, "until": "2026-11-23T16:00:00Z" }));
    world.pass(30).await;
    assert_eq!(world.replicas("web"), 20);
    first.kill();
    world.server.clear_requests();
    // The list of overrides is the last to come.
    let slow = Fault::Delay(std::time::Duration::from_secs(5));
    world.server.fault(Filter::all().kind(Kind::TimeWindowOverride), 1, slow);
    let _second = world.controller_of(Some("shop"), "pod-2");
    world.pass(60).await;
    assert_eq!((world.replicas("web"), world.scalings().len()), (20, 0));
    assert_eq!(world.server.count(&Filter::writes().kind(Kind::TimeWindowOverride)), 0, "nothing new is said");
    let told = world.events("web");
    assert_eq!(told.iter().filter(|event| *event == "WindowOverride").count(), 1, "{told:?}");
}

/// As of schedules: of a kind that the API server hasn't known for a minute there is nothing, though nobody saw it go.
#[tokio::test(start_paused = true)]
async fn overrides_whose_crd_is_gone_apply_no_more() {
    let world = World::at("2026-11-23T12:00:00Z");
    world.deploy("web", 10);
    world.scaler("web", office("web"));
    let _controller = world.controller();
    world.overrule("high", &json!({ "replicas": 20, "until": "2026-11-23T16:00:00Z" }));
    world.pass(30).await;
    assert_eq!(world.replicas("web"), 20);
    let watches = Filter::all().kind(Kind::TimeWindowOverride).verb(Verb::Watch);
    let away = world.server.fault(watches, None, Fault::Refuse(Refusal::unavailable()));
    world.server.close_watches(Kind::TimeWindowOverride, true);
    world.pass(5).await;
    world.server.uninstall(Kind::TimeWindowOverride);
    world.server.lift(away);
    world.pass(180).await;
    assert_eq!((world.replicas("web"), world.reason("web", "Ready").as_str()), (10, "Reconciled"));
}

/// Where the controller is told that the API server holds people to what they say of themselves.
#[tokio::test(start_paused = true)]
async fn who_has_asked_is_verified_where_the_api_server_sees_to_it() {
    let world = World::at("2026-11-23T12:00:00Z");
    world.deploy("web", 10);
    world.scaler("web", office("web"));
    let _controller = world.start(Options { requesters_verified: true, ..options(Some("shop"), "pod-1") });
    world.overrule("asked", &json!({ "replicas": 3, "until": "2026-11-23T14:00:00Z", "requestedBy": "ann" }));
    world.overrule("silent", &json!({ "replicas": 3, "until": "2026-11-23T14:00:00Z" }));
    world.pass(30).await;
    let requester = |name: &str| world.overrule_status(name)["requester"].clone();
    assert_eq!((requester("asked"), requester("silent")), (json!("Verified"), Value::Null));
}

/// Nothing is written at rest, whatever state overrides are in.
#[tokio::test(start_paused = true)]
async fn overrides_at_rest_cost_nothing() {
    let world = World::at("2026-11-23T12:00:00Z");
    world.deploy("web", 10);
    world.scaler("web", office("web"));
    let _controller = world.controller();
    for number in 0..30 {
        world.overrule(&format!("active-{number}"), &json!({ "replicas": number, "until": "2026-11-23T16:30:00Z" }));
        world.overrule(&format!("ended-{number}"), &json!({ "replicas": 1, "until": "2026-11-23T12:00:05Z" }));
        world.overrule(&format!("strange-{number}"), &json!({ "replicas": -1 }));
    }
    world.pass(120).await;
    world.server.clear_requests();
    world.pass(900).await;
    let writes = world.server.requests(&Filter::writes());
    let writes: Vec<_> = writes.iter().filter(|seen| seen.call.kind != Some(Kind::Lease)).collect();
    assert!(writes.is_empty(), "{writes:#?}");
}

/// A schedule of plain counts remembers nothing, but for an override that asks for what its target had.
#[tokio::test(start_paused = true)]
async fn a_share_is_of_the_original_and_takes_one_record() {
    let world = World::at("2026-11-23T12:00:00Z");
    world.deploy("web", 7);
    world.scaler("web", office("web"));
    world.overrule("half", &json!({ "replicas": "50%", "until": "2026-11-23T12:20:00Z" }));
    let first = world.controller();
    world.pass(30).await;
    assert_eq!(world.replicas("web"), 4);
    let records = || world.server.count(&Filter::writes().kind(Kind::ScaleRecord));
    assert_eq!((records(), world.scalings().len()), (1, 1));
    first.kill();
    let _second = world.controller_of(Some("shop"), "pod-2");
    world.pass(30).await;
    assert_eq!((world.replicas("web"), records(), world.scalings().len()), (4, 1, 1));
    world.until("2026-11-23T12:20:02Z").await;
    assert_eq!((world.replicas("web"), world.status("web")["effectiveReplicas"].as_i64()), (10, Some(10)));
    let refused = json!({ "replicas": "half", "until": "2026-11-23T16:00:00Z" });
    world.overrule("wrong", &refused);
    world.pass(30).await;
    assert_eq!((world.replicas("web"), &world.overrule_status("wrong")["phase"]), (10, &json!("Invalid")));
}

#[tokio::test(start_paused = true)]
async fn what_is_remembered_for_an_override_costs_nothing_once_it_is_over() {
    let world = World::at("2026-11-23T16:30:00Z");
    world.deploy("web", 7);
    let mut spec = office("web");
    let again = json!({ "name": "late", "start": "17:20", "end": "18:00", "replicas": 10 });
    spec["windows"].as_array_mut().unwrap().push(again);
    world.scaler("web", spec);
    world.overrule("half", &json!({ "replicas": "50%", "until": "2026-11-23T16:45:00Z" }));
    let _controller = world.controller();
    world.until("2026-11-23T16:45:30Z").await;
    assert_eq!((world.replicas("web"), world.server.list(Kind::ScaleRecord, "shop").len()), (10, 1));
    world.server.clear_requests();
    world.until("2026-11-23T17:30:00Z").await;
    assert_eq!(world.scalings().len(), 2);
    assert_eq!(world.server.count(&Filter::writes().kind(Kind::ScaleRecord)), 0);
}
