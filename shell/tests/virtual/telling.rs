//! What is told, and that it is told once: whoever is killed, loses the lease or finds somebody else's words in between.

use std::time::Duration;

use kyklos_testserver::{Fault, Filter, Kind, Refusal, Verb};
use serde_json::json;
use tokio::time::Instant;

use crate::world::{World, morning, office};

/// Killed at any instant of a storm, also between the two requests of a report.
#[tokio::test(start_paused = true)]
async fn a_kill_between_event_and_status_loses_and_repeats_no_event() {
    const OBJECTS: usize = 60;
    for killed_after in [150, 350, 550, 750, 950] {
        let world = World::at("2026-11-23T08:59:00Z");
        let names: Vec<_> = (0..OBJECTS).map(|index| format!("web-{index:02}")).collect();
        for name in &names {
            world.deploy(name, 2);
            world.scaler(name, office(name));
        }
        let first = world.controller();
        world.until("2026-11-23T08:59:59Z").await;
        for kind in [Kind::Event, Kind::TimeWindowScaler, Kind::Deployment] {
            world.server.fault(Filter::writes().kind(kind), None, Fault::AnswerLate(Duration::from_millis(100)));
        }
        world.until("2026-11-23T09:00:00Z").await;
        tokio::time::sleep(Duration::from_millis(killed_after)).await;
        first.kill();
        let told = names.iter().filter(|name| !world.events(name).is_empty()).count();
        let _second = world.controller_of(Some("shop"), "pod-2");
        world.pass(60).await;
        for name in &names {
            assert_eq!(world.events(name), ["ScaledUp"], "{name}, killed after {killed_after} ms with {told} told");
            assert_eq!(world.status(name)["effectiveReplicas"], 10);
        }
        assert_eq!(world.scalings().len(), OBJECTS);
    }
}

/// The API server goes away when the target has its count and nobody knows that yet.
#[tokio::test(start_paused = true)]
async fn a_lease_that_is_lost_and_got_again_loses_no_event() {
    let world = morning();
    let _controller = world.controller();
    world.until("2026-11-23T08:59:59Z").await;
    for filter in [Filter::status_writes(), Filter::writes().kind(Kind::Event)] {
        world.server.fault(filter, None, Fault::NoConnection);
    }
    world.until("2026-11-23T09:00:01Z").await;
    assert_eq!((world.replicas("web"), world.events("web")), (10, vec![]));
    world.server.fault(Filter::all().kind(Kind::Lease), None, Fault::NoConnection);
    world.pass(20).await;
    world.server.lift_all();
    world.pass(30).await;
    assert_eq!(world.events("web"), ["ScaledUp"]);
    assert_eq!(world.status("web")["effectiveReplicas"], 10);
    assert_eq!(world.scalings().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_status_that_somebody_writes_during_a_write_is_put_right() {
    let world = morning();
    world.server.fault(Filter::scale_writes(), 1, Fault::AnswerLate(Duration::from_secs(5)));
    let _controller = world.controller();
    world.until("2026-11-23T09:00:02Z").await;
    let foreign = json!({ "status": { "effectiveReplicas": 77, "currentWindow": "nobody's" } });
    world.server.edit_status(Kind::TimeWindowScaler, "shop", "web", "rival", &foreign).unwrap();
    world.until("2026-11-23T09:00:10Z").await;
    let status = world.status("web");
    assert_eq!((&status["effectiveReplicas"], &status["currentWindow"]), (&json!(10), &json!("office")));
    assert_eq!(world.events("web"), ["ScaledUp"]);
}

/// Somebody writes it, too, before the answer to our own is there.
#[tokio::test(start_paused = true)]
async fn a_status_that_somebody_writes_before_the_answer_to_ours_is_put_right() {
    let world = World::at("2026-11-23T12:00:00Z");
    world.deploy("web", 10);
    world.scaler("web", office("web"));
    let _controller = world.controller();
    world.pass(10).await;
    world.server.fault(Filter::status_writes(), 1, Fault::AnswerLate(Duration::from_secs(5)));
    world.scale("web", 4);
    world.pass(2).await;
    let foreign = json!({ "status": { "effectiveReplicas": 77, "currentWindow": "nobody's" } });
    world.server.edit_status(Kind::TimeWindowScaler, "shop", "web", "rival", &foreign).unwrap();
    world.pass(10).await;
    let status = world.status("web");
    assert_eq!((&status["effectiveReplicas"], &status["currentWindow"]), (&json!(10), &json!("office")));
    assert_eq!(world.server.count(&Filter::status_writes()), 3, "the first, the correction's and that");
}

/// The status that tells of a scaling is on its way when the lease is lost, and arrives before it is got again.
#[tokio::test(start_paused = true)]
async fn a_lease_that_is_lost_with_a_status_on_its_way_tells_nothing_twice() {
    let world = morning();
    let _controller = world.controller();
    world.until("2026-11-23T08:59:59Z").await;
    world.server.fault(Filter::status_writes(), 1, Fault::Delay(Duration::from_secs(12)));
    world.until("2026-11-23T09:00:01Z").await;
    world.server.fault(Filter::all().kind(Kind::Lease), None, Fault::NoConnection);
    world.pass(20).await;
    assert_eq!(world.status("web")["lastScaleTime"], "2026-11-23T09:00:00Z");
    world.server.lift_all();
    world.pass(60).await;
    assert_eq!(world.status("web")["lastScaleTime"], "2026-11-23T09:00:00Z");
    assert_eq!(world.server.count(&Filter::writes().kind(Kind::Event)), 1);
    assert_eq!((world.events("web"), world.scalings().len()), (vec!["ScaledUp".to_owned()], 1));
}

/// What is to be said changes and changes back while a status is on its way.
#[tokio::test(start_paused = true)]
async fn what_turns_back_while_a_status_is_on_its_way_is_written_after_it() {
    let world = World::at("2026-11-23T12:00:00Z");
    world.deploy("web", 10);
    let mut spec = office("web");
    spec["holidayMode"] = json!("treat-as-closed");
    spec["holidayConfigMap"] = json!("days");
    world.scaler("web", spec);
    let days = json!({ "metadata": { "namespace": "shop", "name": "days" }, "data": { "first": "" } });
    world.server.create(Kind::ConfigMap, "kubectl", &days).unwrap();
    let _controller = world.controller();
    world.pass(10).await;
    let right = world.status("web");
    assert!(world.message("web", "Degraded").contains("data[first]"), "{right:#}");
    world.server.fault(Filter::status_writes(), 1, Fault::AnswerLate(Duration::from_secs(3)));
    for (key, other) in [("second", "first"), ("first", "second")] {
        let patch = json!({ "data": { key: "", other: null } });
        world.server.edit(Kind::ConfigMap, "shop", "days", "kubectl", &patch).unwrap();
        world.pass(1).await;
    }
    assert!(world.message("web", "Degraded").contains("data[second]"), "{:#}", world.status("web"));
    world.pass(10).await;
    assert_eq!(world.status("web"), right);
}

#[tokio::test(start_paused = true)]
async fn what_is_on_its_way_for_an_object_never_reaches_the_next_one_of_its_name() {
    let world = World::at("2026-11-23T12:00:00Z");
    world.deploy("web", 10);
    let mut spec = office("web");
    spec["pause"] = json!(true);
    world.server.fault(Filter::status_writes(), 1, Fault::Delay(Duration::from_secs(2)));
    let _controller = world.controller();
    world.pass(5).await;
    world.scaler("web", spec);
    world.pass(1).await;
    world.server.delete(Kind::TimeWindowScaler, "shop", "web").unwrap();
    world.scaler("web", office("web"));
    world.pass(10).await;
    let statuses = world.server.requests(&Filter::status_writes());
    assert!(!statuses[0].done(), "the first was the other object's: {statuses:#?}");
    assert_eq!(world.reason("web", "Ready"), "Reconciled");
    assert!(!world.message("web", "Ready").contains("Paused"));
}

/// A refusal doesn't wait for less because its target is rolled out meanwhile.
#[tokio::test(start_paused = true)]
async fn a_target_that_changes_all_the_time_is_tried_no_oftener() {
    let world = morning();
    world.server.fault(Filter::scale_writes(), None, Fault::Refuse(Refusal::forbidden("no")));
    let _controller = world.controller();
    world.until("2026-11-23T09:00:00Z").await;
    for round in 0..600 {
        let status = json!({ "status": { "readyReplicas": round % 3, "updatedReplicas": round } });
        world.server.edit_status(Kind::Deployment, "shop", "web", "kube-controller-manager", &status).unwrap();
        if round % 10 == 0 {
            let template =
                json!({ "spec": { "template": { "metadata": { "annotations": { "round": round.to_string() } } } } });
            world.server.edit(Kind::Deployment, "shop", "web", "kubectl", &template).unwrap();
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let tries = world.scalings().len();
    assert!((6..=14).contains(&tries), "{tries} in five minutes");
}

/// Asked to stop while the API server hangs: it ends when the request's own limit does, and idles until then.
#[tokio::test(start_paused = true)]
async fn asked_to_stop_it_waits_for_a_hanging_request_no_longer_than_its_limit() {
    // The clock is compared every 30 s, so a comparison would be due at 09:00:10.
    let world = World::at("2026-11-23T08:59:10Z");
    world.deploy("web", 2);
    world.scaler("web", office("web"));
    let controller = world.controller();
    world.until("2026-11-23T08:59:59Z").await;
    world.server.fault(Filter::scale_writes(), None, Fault::Hang);
    world.until("2026-11-23T09:00:01Z").await;
    // The lease, too, its renewals and the last request, which gives it back.
    world.server.fault(Filter::all().kind(Kind::Lease), None, Fault::Hang);
    let asked = Instant::now();
    let compared = world.server.count(&Filter::all().path("/version"));
    let stopped = tokio::time::timeout(Duration::from_secs(60), controller.stop()).await;
    assert!(stopped.is_ok_and(|took| took <= Duration::from_secs(16)), "{:?}", asked.elapsed());
    assert_eq!(world.server.count(&Filter::all().path("/version")), compared, "nothing new is asked");
    assert_eq!(world.server.count(&Filter::all().kind(Kind::Deployment).verb(Verb::Patch)), 1);
}
