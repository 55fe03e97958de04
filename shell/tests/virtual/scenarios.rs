//! Scenarios of people who run such tools, and answers that are none.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use kyklos_testserver::{End, Fault, Filter, Kind, Refusal, Verb};
use serde_json::json;

use crate::world::{World, at, office, options, reason};

/// C01, its second run: killed in the middle of a storm, each target is written once and told of once.
#[tokio::test(start_paused = true)]
async fn a_kill_in_the_middle_of_a_storm_loses_and_repeats_nothing() {
    let world = World::at("2026-11-23T08:59:00Z");
    for index in 0..300 {
        let name = format!("web-{index:03}");
        world.deploy(&name, 2);
        world.scaler(&name, office(&name));
    }
    world.server.fault(Filter::scale_writes(), None, Fault::AnswerLate(Duration::from_millis(100)));
    let first = world.controller();
    world.until("2026-11-23T09:00:00Z").await;
    tokio::time::sleep(Duration::from_millis(350)).await;
    first.kill();
    let before = world.scalings().len();
    assert!(before > 0 && before < 300, "{before} had been written");
    let _second = world.controller_of(Some("shop"), "pod-2");
    world.until("2026-11-23T09:02:00Z").await;
    for index in 0..300 {
        let name = format!("web-{index:03}");
        assert_eq!(world.replicas(&name), 10, "{name}");
        assert_eq!(world.events(&name), ["ScaledUp"], "{name}");
    }
    assert_eq!(world.scalings().len(), 300);
}

/// C12, its second half: without the older of two objects the younger acts within a second, without grace.
#[tokio::test(start_paused = true)]
async fn the_younger_object_acts_within_a_second_of_the_end_of_the_older() {
    let world = World::at("2026-11-23T12:00:00Z");
    world.deploy("web", 10);
    world.scaler("peak", json!({ "targetRef": { "name": "web" }, "timezone": "UTC", "defaultReplicas": 10 }));
    world.pass(5).await;
    world.scaler("usual", json!({ "targetRef": { "name": "web" }, "timezone": "UTC", "defaultReplicas": 3 }));
    let _controller = world.controller();
    world.pass(30).await;
    assert_eq!((world.replicas("web"), world.reason("usual", "Ready").as_str()), (10, "ScaleConflict"));
    world.server.delete(Kind::TimeWindowScaler, "shop", "peak").unwrap();
    world.pass(1).await;
    assert_eq!(world.replicas("web"), 3);
    world.pass(5).await;
    assert_eq!(world.reason("usual", "Ready"), "Reconciled");
}

/// C15: the older acts, the younger says so; an invalid one claims nothing, a paused one does.
#[tokio::test(start_paused = true)]
async fn of_two_objects_on_one_target_one_acts() {
    let world = World::at("2026-11-23T12:00:00Z");
    let fixed = |target: &str, zone: &str, count: i32, pause: bool| json!({ "targetRef": { "name": target }, "timezone": zone, "defaultReplicas": count, "pause": pause });
    world.deploy("web", 5);
    world.deploy("api", 5);
    world.scaler("a", fixed("web", "UTC", 2, false));
    world.pass(5).await;
    world.scaler("b", fixed("web", "UTC", 1, false));
    world.scaler("c", fixed("api", "UTC", 4, false));
    let _controller = world.controller();
    world.pass(30).await;
    assert_eq!((world.replicas("web"), world.replicas("api"), world.scalings().len()), (2, 4, 2));
    assert!(world.message("b", "Ready").contains("shop/a"), "{}", world.message("b", "Ready"));
    assert_eq!(world.events("b"), ["ScaleConflict"]);
    world.edit("a", fixed("web", "CEST", 2, false));
    world.pass(1).await;
    assert_eq!(world.replicas("web"), 1);
    world.edit("a", fixed("web", "UTC", 2, false));
    world.pass(1).await;
    assert_eq!((world.replicas("web"), world.reason("b", "Ready").as_str()), (2, "ScaleConflict"));
    assert_eq!(world.events("b").iter().filter(|event| *event == "ScaleConflict").count(), 2, "it conflicts again");
    world.edit("a", fixed("web", "UTC", 2, true));
    world.server.clear_requests();
    world.pass(120).await;
    assert_eq!((world.scalings().len(), world.replicas("web")), (0, 2));
    world.server.delete(Kind::TimeWindowScaler, "shop", "a").unwrap();
    world.scaler("a", fixed("web", "UTC", 2, false));
    world.pass(30).await;
    assert_eq!((world.replicas("web"), world.reason("a", "Ready").as_str()), (1, "ScaleConflict"));
}

/// An answer that breaks off, and a token that is refused once, change neither count nor telling.
#[tokio::test(start_paused = true)]
async fn a_half_answer_and_a_token_refused_once_delay_and_repeat_nothing() {
    for (fault, sent) in [(Fault::HalfAnswer, 1), (Fault::Refuse(Refusal::unauthorized()), 2)] {
        let world = World::at("2026-11-23T08:59:00Z");
        world.deploy("web", 2);
        world.scaler("web", office("web"));
        world.server.fault(Filter::scale_writes(), 1, fault.clone());
        let _controller = world.controller();
        world.until("2026-11-23T09:00:05Z").await;
        assert_eq!(world.replicas("web"), 10, "{fault:?}");
        world.pass(60).await;
        let events = world.events("web");
        assert_eq!(events.iter().filter(|event| *event == "ScaledUp").count(), 1, "{fault:?}: {events:?}");
        assert!(!events.iter().any(|event| event.starts_with("DriftCorrected")), "{fault:?}: {events:?}");
        assert_eq!(world.scalings().len(), sent, "{fault:?}: what was not carried out is sent again");
    }
}

/// Lists of watches that break off in the middle are listed again, and the boundary is met.
#[tokio::test(start_paused = true)]
async fn lists_that_break_off_are_made_up_for() {
    let world = World::at("2026-11-23T08:58:00Z");
    world.deploy("web", 2);
    world.scaler("web", office("web"));
    for kind in [Kind::TimeWindowScaler, Kind::Deployment] {
        world.server.fault(Filter::all().kind(kind), 2, Fault::HalfAnswer);
    }
    let _controller = world.controller();
    world.until("2026-11-23T09:00:05Z").await;
    let writes = world.scalings();
    assert_eq!((world.replicas("web"), writes.len()), (10, 1));
    assert!(writes[0].wall - at("2026-11-23T09:00:00Z") < TimeDelta::seconds(1));
}

/// C01, its first run, as far as virtual time can show it: late by minutes, and the metric says so from the boundary on.
#[tokio::test(start_paused = true)]
async fn late_by_minutes_is_late_and_no_day_lost() {
    late_by_minutes(false).await;
}

/// C01, its second run: nobody is there at the boundary, and minutes later a new process.
#[tokio::test(start_paused = true)]
async fn a_process_that_comes_minutes_after_the_boundary_makes_up_for_it() {
    late_by_minutes(true).await;
}

async fn late_by_minutes(killed: bool) {
    const OBJECTS: usize = 300;
    let world = World::at("2026-11-23T08:05:00Z");
    for index in 0..OBJECTS {
        let name = format!("web-{index:03}");
        world.deploy(&name, 0);
        let windows = json!([{ "start": "08:10", "end": "20:00", "replicas": 1 }]);
        let spec = json!({
            "targetRef": { "name": name }, "timezone": "UTC", "defaultReplicas": 0, "gracePeriodSeconds": 0,
            "windows": windows,
        });
        world.scaler(&name, spec);
    }
    let first = options(Some("shop"), "pod-1");
    let mut metrics = Arc::clone(&first.metrics);
    let mut controller = world.start(first);
    world.until("2026-11-23T08:09:30Z").await;
    if killed {
        controller.kill();
        world.until("2026-11-23T08:13:00Z").await;
        world.server.clear_requests();
        let second = options(Some("shop"), "pod-2");
        metrics = Arc::clone(&second.metrics);
        controller = world.start(second);
    } else {
        let away = world.server.outage();
        world.until("2026-11-23T08:13:00Z").await;
        assert!(world.scalings().iter().all(|write| !write.done()), "nothing got through");
        world.server.clear_requests();
        world.server.lift(away);
    }
    // A new one waits until the other's lease has lapsed, 8 s, and then 2 s for one that watches the whole cluster.
    world.until(if killed { "2026-11-23T08:13:11Z" } else { "2026-11-23T08:13:10Z" }).await;
    let writes = world.server.scale_writes();
    assert_eq!((writes.len(), writes.values().max()), (OBJECTS, Some(&1)));
    for index in 0..OBJECTS {
        assert_eq!(world.replicas(&format!("web-{index:03}")), 1);
    }
    world.pass(30).await;
    for index in 0..OBJECTS {
        assert_eq!(world.events(&format!("web-{index:03}")), ["ScaledUp"]);
    }
    assert_eq!(world.status("web-000")["nextBoundary"], "2026-11-23T20:00:00Z");
    let page = metrics.encode(None).unwrap();
    let figure = |name: &str| -> f64 {
        page.lines()
            .find_map(|line| line.strip_prefix(name))
            .unwrap_or_else(|| panic!("{page}"))
            .trim()
            .parse()
            .unwrap()
    };
    let (count, sum) = (figure("kyklos_boundary_lag_seconds_count "), figure("kyklos_boundary_lag_seconds_sum "));
    assert!((count - 300.0).abs() < 0.5 && (180.0..192.0).contains(&(sum / count)), "{count} {sum}");
    drop(controller);
}

/// C08: the target goes first, over a boundary, comes back as another one, and goes with its object.
#[tokio::test(start_paused = true)]
async fn a_target_that_goes_and_comes_is_scaled_once_it_is_there() {
    let world = World::at("2026-11-23T08:58:00Z");
    world.deploy("web", 4);
    world.scaler("web", office("web"));
    let _controller = world.controller();
    world.until("2026-11-23T08:58:30Z").await;
    assert_eq!((world.replicas("web"), world.scalings().len()), (2, 1));
    world.server.delete(Kind::Deployment, "shop", "web").unwrap();
    world.until("2026-11-23T09:10:00Z").await;
    assert_eq!(world.reason("web", "Ready"), "TargetNotFound");
    assert_eq!(world.events("web"), ["MissingTarget", "ScaledDown"]);
    assert_eq!(world.scalings().len(), 1, "nothing is written that isn't there");
    world.deploy("web", 1);
    world.pass(1).await;
    assert_eq!((world.replicas("web"), world.scalings().len()), (10, 2));
    world.pass(10).await;
    assert!(!world.events("web").iter().any(|event| event.starts_with("DriftCorrected")), "{:?}", world.events("web"));
    world.server.delete(Kind::Deployment, "shop", "web").unwrap();
    world.server.delete(Kind::TimeWindowScaler, "shop", "web").unwrap();
    world.server.clear_requests();
    world.pass(600).await;
    let writes = world.server.requests(&Filter::writes());
    assert!(writes.iter().all(|write| write.call.kind == Some(Kind::Lease)), "{writes:#?}");
    // One that goes while its write is on its way.
    world.deploy("web", 1);
    world.server.fault(Filter::scale_writes(), 1, Fault::Delay(Duration::from_secs(2)));
    world.scaler("web", office("web"));
    world.pass(1).await;
    world.server.delete(Kind::Deployment, "shop", "web").unwrap();
    world.pass(120).await;
    assert_eq!(world.reason("web", "Ready"), "TargetNotFound");
    assert_eq!(world.scalings().len(), 1, "its answer was that it isn't there");
}

/// C10: two thousand Deployments, a thousand of them with an object, a hundred that roll all the time.
#[tokio::test(start_paused = true)]
async fn a_thousand_objects_cost_nothing_at_rest_and_a_write_each_at_a_boundary() {
    const OBJECTS: usize = 1_000;
    let world = World::at("2026-11-23T08:45:00Z");
    for index in 0..2 * OBJECTS {
        let name = format!("web-{index:04}");
        world.deploy(&name, 2);
        if index < OBJECTS {
            world.scaler(&name, office(&name));
        }
    }
    let roll = |world: &World, round: i32| {
        for index in 0..100 {
            let name = format!("web-{:04}", 10 * index);
            let status = json!({ "status": { "updatedReplicas": round, "readyReplicas": round % 3 } });
            world.server.edit_status(Kind::Deployment, "shop", &name, "kube-controller-manager", &status).unwrap();
        }
    };
    world.server.fault(Filter::scale_writes(), None, Fault::AnswerLate(Duration::from_millis(20)));
    let _controller = world.controller();
    world.until("2026-11-23T08:48:00Z").await;
    world.server.clear_requests();
    for round in 0..20 {
        roll(&world, round);
        world.pass(30).await;
    }
    let at_rest = world.server.requests(&Filter::all());
    let costs: Vec<_> = at_rest
        .iter()
        .filter(|seen| {
            seen.call.kind != Some(Kind::Lease) && seen.call.verb != Verb::Watch && seen.call.path != "/version"
        })
        .collect();
    assert!(costs.is_empty(), "{costs:#?}");
    world.until("2026-11-23T08:59:59.9Z").await;
    world.server.clear_requests();
    for round in 0..20 {
        roll(&world, 100 + round);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    world.pass(60).await;
    let writes = world.scalings();
    let accepted = writes.iter().filter(|write| write.done()).count();
    assert_eq!(accepted, OBJECTS, "one each");
    for refused in writes.iter().filter(|write| !write.done()) {
        assert!(refused.call.name.ends_with('0'), "{} doesn't roll: {refused:?}", refused.call.name);
        assert_eq!(refused.end, End::Answered(409));
    }
    assert_eq!(world.server.count(&Filter::all().verb(Verb::Get).kind(Kind::Deployment)), 0, "nothing is read");
    assert_eq!(world.server.count(&Filter::status_writes()), OBJECTS);
}

/// C10, its last line: an API server that says when to come again is not asked before.
#[tokio::test(start_paused = true)]
async fn an_api_server_that_says_when_to_come_again_is_not_asked_before() {
    const OBJECTS: usize = 300;
    let world = World::at("2026-11-23T08:58:00Z");
    for index in 0..OBJECTS {
        let name = format!("web-{index:03}");
        world.deploy(&name, 2);
        world.scaler(&name, office(&name));
    }
    let _controller = world.controller();
    world.until("2026-11-23T08:59:30Z").await;
    let busy = world.server.fault(Filter::scale_writes(), None, Fault::Refuse(Refusal::too_many(5)));
    world.until("2026-11-23T09:00:30Z").await;
    world.server.lift(busy);
    world.pass(90).await;
    let mut tries: BTreeMap<String, Vec<tokio::time::Instant>> = BTreeMap::new();
    for write in world.scalings() {
        tries.entry(write.call.name.clone()).or_default().push(write.at);
    }
    assert_eq!(tries.len(), OBJECTS);
    for (name, tries) in &tries {
        for pair in tries.windows(2) {
            assert!(pair[1] - pair[0] >= Duration::from_secs(5), "{name}: {:?}", pair[1] - pair[0]);
        }
        assert_eq!((world.replicas(name), world.events(name)), (10, vec!["ScaledUp".to_owned()]), "{name}");
    }
}

/// Nobody would be there to scale it up again.
#[tokio::test(start_paused = true)]
async fn nobody_scales_kyklos_by_itself() {
    let world = World::at("2026-11-23T12:00:00Z");
    let none =
        json!({ "targetRef": { "name": "kyklos" }, "timezone": "UTC", "defaultReplicas": 0, "gracePeriodSeconds": 0 });
    for namespace in ["kyklos-system", "shop"] {
        world.deploy_in(namespace, "kyklos", 2);
        world.scaler_in(namespace, "kyklos", none.clone());
    }
    let _controller = world.controller_of(None, "kyklos-6b8f9d7c5-x2x9z");
    world.pass(30).await;
    assert_eq!((world.replicas_in("kyklos-system", "kyklos"), world.replicas_in("shop", "kyklos")), (2, 0));
    let status = world.server.get(Kind::TimeWindowScaler, "kyklos-system", "kyklos").unwrap()["status"].clone();
    for condition in ["Ready", "Stalled"] {
        assert_eq!(reason(&status, condition), "ConfigurationInvalid");
    }
}
