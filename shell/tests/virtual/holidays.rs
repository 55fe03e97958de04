//! Holidays under failing answers.

use std::sync::Arc;
use std::time::Duration;

use kyklos_testserver::{Fault, Filter, Kind, Refusal};
use serde_json::json;

use crate::world::{World, office, options};

fn closed_day() -> World {
    let world = World::at("2026-12-25T12:00:00Z");
    let mut spec = office("web");
    spec["holidayMode"] = json!("treat-as-closed");
    spec["holidayConfigMap"] = json!("days");
    world.deploy("web", 2);
    world.scaler("web", spec);
    days(&world);
    world
}

fn days(world: &World) {
    let days = json!({ "metadata": { "namespace": "shop", "name": "days" }, "data": { "2026-12-25": "Christmas" } });
    world.server.create(Kind::ConfigMap, "kubectl", &days).unwrap();
}

fn reads() -> Filter {
    Filter::all().kind(Kind::ConfigMap)
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_no_refusal_makes_no_holiday_a_working_day() {
    for refusal in [
        Refusal::internal("leader changed"),
        Refusal::unavailable(),
        Refusal::too_many(1),
        Refusal::forbidden("not yet"),
    ] {
        let world = closed_day();
        world.server.fault(reads(), 3, Fault::Refuse(refusal.clone()));
        let _controller = world.controller();
        world.pass(50).await;
        assert_eq!(world.scalings().len(), 0, "{refusal:?}");
        assert_eq!(world.status("web")["currentWindow"], "Holiday-Closed", "{refusal:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_that_lasts_a_minute_counts() {
    let world = closed_day();
    world.server.fault(reads(), None, Fault::Refuse(Refusal::forbidden("no")));
    let _controller = world.controller();
    world.pass(55).await;
    assert_eq!(world.scalings().len(), 0);
    world.pass(120).await;
    assert_eq!(world.reason("web", "Degraded"), "HolidaySourceMissing");
    assert_eq!(world.replicas("web"), 10);
    world.server.lift_all();
    world.pass(120).await;
    assert_eq!(world.replicas("web"), 2);
}

/// A token that isn't renewed says nothing about the ConfigMap.
#[tokio::test(start_paused = true)]
async fn a_token_that_is_refused_for_minutes_makes_no_holiday_a_working_day() {
    let world = closed_day();
    world.server.fault(reads(), None, Fault::Refuse(Refusal::unauthorized()));
    let _controller = world.controller();
    world.pass(180).await;
    assert_eq!((world.scalings().len(), world.status("web")), (0, json!({ "observedGeneration": -1 })));
    world.server.lift_all();
    world.pass(75).await;
    assert_eq!(world.scalings().len(), 0);
    assert_eq!(world.status("web")["currentWindow"], "Holiday-Closed");
}

#[tokio::test(start_paused = true)]
async fn one_that_is_replaced_by_force_was_never_missing_and_one_that_is_deleted_is() {
    let world = closed_day();
    let _controller = world.controller();
    world.pass(10).await;
    world.server.delete(Kind::ConfigMap, "shop", "days").unwrap();
    tokio::time::sleep(Duration::from_secs(2)).await;
    days(&world);
    world.pass(30).await;
    assert_eq!(world.scalings().len(), 0);
    world.server.delete(Kind::ConfigMap, "shop", "days").unwrap();
    world.pass(10).await;
    assert_eq!((world.replicas("web"), world.reason("web", "Degraded").as_str()), (10, "HolidaySourceMissing"));
}

/// As many objects as are one too many, on a holiday, each with a ConfigMap of its own that isn't there yet.
fn seventeen() -> World {
    let world = World::at("2026-12-25T12:00:00Z");
    for index in 0..17 {
        let name = format!("web-{index:02}");
        let mut spec = office(&name);
        spec["holidayMode"] = json!("treat-as-closed");
        spec["holidayConfigMap"] = json!(format!("days-{index:02}"));
        world.deploy(&name, 2);
        world.scaler(&name, spec);
    }
    world
}

#[tokio::test(start_paused = true)]
async fn a_seventeenth_config_map_is_not_read_and_its_object_says_so() {
    let world = seventeen();
    let _controller = world.controller();
    world.pass(30).await;
    assert_eq!(world.server.open_watches(Kind::ConfigMap), 16);
    let capped: Vec<_> = (0..17)
        .filter(|index| world.message(&format!("web-{index:02}"), "Degraded").contains("more than 16"))
        .collect();
    assert_eq!(capped, [16]);
    world.server.delete(Kind::TimeWindowScaler, "shop", "web-03").unwrap();
    world.pass(30).await;
    assert!(!world.message("web-16", "Degraded").contains("more than 16"), "{}", world.message("web-16", "Degraded"));
}

/// An edit of something else gives nothing up: neither the place among the sixteen nor what is known of the holidays.
#[tokio::test(start_paused = true)]
async fn an_edit_of_something_else_costs_no_holiday_and_no_watch() {
    let world = seventeen();
    for index in 0..17 {
        let days = json!({
            "metadata": { "namespace": "shop", "name": format!("days-{index:02}") },
            "data": { "2026-12-25": "Christmas" },
        });
        world.server.create(Kind::ConfigMap, "kubectl", &days).unwrap();
    }
    let _controller = world.controller();
    world.pass(30).await;
    assert_eq!((world.replicas("web-16"), world.replicas("web-03")), (10, 2), "one is beyond the cap");
    world.server.clear_requests();
    for _ in 0..5 {
        let grace = json!({ "spec": { "gracePeriodSeconds": world.server.now().timestamp() % 60 } });
        world.server.edit(Kind::TimeWindowScaler, "shop", "web-03", "kubectl", &grace).unwrap();
        world.pass(5).await;
    }
    assert!(world.scalings().is_empty(), "{:#?}", world.scalings());
    assert_eq!(world.status("web-03")["currentWindow"], "Holiday-Closed");
    assert_eq!(world.server.count(&reads()), 0, "its watch goes on");
}

/// A window may be called whatever its owner likes.
#[tokio::test(start_paused = true)]
async fn a_window_that_is_called_like_a_holiday_counts_as_none() {
    let world = World::at("2026-12-24T22:59:00Z");
    for (name, mode) in [("shift", "ignore"), ("closed", "treat-as-closed")] {
        let mut spec = office(name);
        spec["windows"][0] = json!({ "name": "Holiday-Closed", "start": "23:00", "end": "23:30", "replicas": 10 });
        spec["holidayMode"] = json!(mode);
        if mode != "ignore" {
            spec["holidayConfigMap"] = json!("days");
        }
        world.deploy(name, 2);
        world.scaler(name, spec);
    }
    days(&world);
    let options = options(Some("shop"), "pod-1");
    let metrics = Arc::clone(&options.metrics);
    let _controller = world.start(options);
    let figures = |changes: u32, holidays: u32| {
        let page = metrics.encode(None).unwrap();
        for (name, value) in [("window_transitions", changes), ("holiday_overrides", holidays)] {
            assert!(page.contains(&format!("kyklos_{name}_total {value}\n")), "{name} isn't {value}: {page}");
        }
    };
    world.until("2026-12-24T23:10:00Z").await;
    figures(2, 0);
    // Both windows end, and then it is a holiday for one of the two.
    world.until("2026-12-25T00:10:00Z").await;
    figures(5, 1);
    assert_eq!(world.status("closed")["currentWindow"], "Holiday-Closed");
}
