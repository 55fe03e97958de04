//! Scenarios of people who run such tools, and answers that are none.

use std::time::Duration;

use chrono::TimeDelta;
use kyklos_testserver::{Fault, Filter, Kind, Refusal};
use serde_json::json;

use crate::world::{World, at, office};

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
    assert_eq!(world.replicas("web"), 2);
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
