//! Clocks that are wrong: the machine's, the API server's, or both.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use kyklos_testserver::{Fault, Filter, Kind};
use serde_json::json;

use crate::world::{World, office, options};

fn office_at(wall: &str, replicas: i32) -> World {
    let world = World::at(wall);
    world.deploy("web", replicas);
    world.scaler("web", office("web"));
    world
}

/// A skew that begins while it runs holds a boundary, and what it held comes once the clocks agree.
#[tokio::test(start_paused = true)]
async fn a_skew_that_begins_in_mid_run_holds_the_boundary_and_ends_by_itself() {
    let world = office_at("2026-11-23T08:58:00Z", 2);
    let _controller = world.controller();
    world.until("2026-11-23T08:59:10Z").await;
    world.server.set_date_offset(TimeDelta::seconds(120));
    world.until("2026-11-23T09:05:00Z").await;
    assert_eq!((world.scalings().len(), world.reason("web", "Degraded").as_str()), (0, "ClockSkew"));
    let words = world.message("web", "Degraded");
    assert!(words.contains("s behind the API server's") && words.contains("set it right"), "{words}");
    world.server.set_date_offset(TimeDelta::zero());
    world.pass(30).await;
    assert_eq!((world.replicas("web"), world.reason("web", "Degraded").as_str()), (10, "OperationalNormal"));
    assert_eq!(world.events("web"), ["ScaledUp"]);
}

/// A step back over a boundary that was met replays nothing, and the next boundary isn't met twice.
#[tokio::test(start_paused = true)]
async fn a_step_back_over_a_boundary_replays_nothing() {
    let world = office_at("2026-11-23T16:58:00Z", 10);
    let _controller = world.controller();
    world.until("2026-11-23T17:00:05Z").await;
    assert_eq!(world.scalings().len(), 1);
    world.machine.step(-20);
    world.pass(60).await;
    assert_eq!((world.scalings().len(), world.replicas("web")), (1, 2));
    assert_eq!(world.events("web"), ["ScaledDown"]);
}

/// The clock is set while a boundary's write is on its way: that was as late as it was.
#[tokio::test(start_paused = true)]
async fn a_step_while_a_write_is_on_its_way_makes_it_no_later() {
    let world = office_at("2026-11-23T08:59:00Z", 2);
    let options = options(Some("shop"), "pod-1");
    let metrics = Arc::clone(&options.metrics);
    world.server.fault(Filter::scale_writes(), None, Fault::AnswerLate(Duration::from_secs(2)));
    let _controller = world.start(options);
    world.until("2026-11-23T09:00:01Z").await;
    world.machine.step(31_536_000);
    world.pass(10).await;
    let page = metrics.encode(None).unwrap();
    let sum = page.lines().find_map(|line| line.strip_prefix("kyklos_boundary_lag_seconds_sum ")).unwrap();
    let lag: f64 = sum.parse().unwrap();
    assert!((1.9..2.5).contains(&lag), "{lag} s");
}

/// On a machine that is its own API server both clocks are the same one: 1970 is past for certain.
#[tokio::test(start_paused = true)]
async fn in_1970_nothing_is_written_and_the_object_says_why() {
    let world = office_at("1970-01-01T12:00:00Z", 2);
    let _controller = world.controller();
    world.pass(120).await;
    assert_eq!((world.scalings().len(), world.reason("web", "Degraded").as_str()), (0, "ClockSkew"));
    assert!(world.message("web", "Degraded").contains("which is past for certain"), "{:#}", world.status("web"));
}

/// Three API servers behind one name, one of them 40 s off.
#[tokio::test(start_paused = true)]
async fn api_servers_that_differ_cost_few_statuses_and_few_events() {
    let world = office_at("2026-11-23T12:00:00Z", 10);
    let _controller = world.controller();
    for round in 0..600 {
        world.server.set_date_offset(TimeDelta::seconds(if round % 3 == 0 { -40 } else { 0 }));
        world.pass(5).await;
    }
    let statuses = world.server.count(&Filter::status_writes());
    assert!(statuses <= 20, "{statuses} statuses in fifty minutes");
    assert_eq!(world.server.count(&Filter::writes().kind(Kind::Event)), 0);
    assert!(world.scalings().is_empty());
}

/// A rehearsal of a far evening that was killed in its grace period leaves nothing that the real clock goes by.
#[tokio::test(start_paused = true)]
async fn what_a_rehearsal_left_behind_is_a_first_sight_to_the_real_clock() {
    let world = World::at("2026-11-23T20:00:00Z");
    world.deploy("web", 10);
    let mut spec = office("web");
    spec["gracePeriodSeconds"] = json!(3_600);
    world.scaler("web", spec);
    let clock = kyklos::cluster::Clock::Rehearsed {
        from: crate::world::at("2031-12-24T16:50:00Z"),
        speed: 60,
        anchor: world.server.now(),
    };
    let rehearsal = world.start(kyklos::cli::controller::Options { clock, ..options(Some("shop"), "rehearsal") });
    world.pass(12).await;
    let expiry = world.status("web")["gracePeriodExpiry"].clone();
    assert!(expiry.as_str().is_some_and(|expiry| expiry.starts_with("2031")), "{expiry}");
    rehearsal.kill();
    let _real = world.controller_of(Some("shop"), "real");
    world.pass(30).await;
    assert_eq!((world.replicas("web"), world.status("web")["gracePeriodExpiry"].clone()), (2, json!(null)));
}
