//! The API server goes, comes back, and forgets.

use std::time::Duration;

use kyklos_testserver::{Fault, Filter, Kind};

use crate::world::{World, office};

const OBJECTS: usize = 50;

fn many() -> World {
    let world = World::at("2026-11-23T08:59:00Z");
    for index in 0..OBJECTS {
        let name = format!("web-{index:02}");
        world.deploy(&name, 2);
        world.scaler(&name, office(&name));
    }
    world
}

fn all_at(world: &World, count: i64) {
    for index in 0..OBJECTS {
        assert_eq!(world.replicas(&format!("web-{index:02}")), count, "{index}");
    }
    assert!(world.server.scale_writes().values().all(|writes| *writes >= 1));
}

#[tokio::test(start_paused = true)]
async fn an_outage_over_a_boundary_is_made_up_for_soon_after_it() {
    let world = many();
    let _controller = world.controller();
    world.until("2026-11-23T08:59:30Z").await;
    world.server.fault(Filter::all(), None, Fault::NoConnection);
    for kind in [Kind::TimeWindowScaler, Kind::Deployment, Kind::Lease] {
        world.server.close_watches(kind, true);
    }
    world.until("2026-11-23T09:03:00Z").await;
    assert_eq!(world.replicas("web-00"), 2);
    world.server.lift_all();
    world.pass(30).await;
    all_at(&world, 10);
}

#[tokio::test(start_paused = true)]
async fn watches_that_break_expire_or_lose_their_bookmarks_miss_nothing() {
    let world = many();
    world.server.set_bookmarks(false);
    let _controller = world.controller();
    world.until("2026-11-23T09:00:10Z").await;
    all_at(&world, 10);
    for round in 0..6u64 {
        for kind in [Kind::TimeWindowScaler, Kind::Deployment] {
            world.server.close_watches(kind, round % 2 == 0);
            if round % 3 == 0 {
                world.server.fault(Filter::all().kind(kind), 1, Fault::Expire);
            }
        }
        // While nobody watches.
        let changed = format!("web-{round:02}");
        world.scale(&changed, 3);
        world.server.delete(Kind::Deployment, "shop", "web-48").unwrap();
        world.deploy("web-48", 1);
        world.pass(20).await;
        all_at(&world, 10);
    }
}

#[tokio::test(start_paused = true)]
async fn a_crd_that_is_deleted_scales_nothing_and_comes_back() {
    let world = many();
    let _controller = world.controller();
    world.until("2026-11-23T08:59:30Z").await;
    world.server.uninstall(Kind::TimeWindowScaler);
    world.until("2026-11-23T09:01:00Z").await;
    assert!(world.scalings().is_empty(), "what is gone scales nothing");
    world.server.install(Kind::TimeWindowScaler);
    for index in 0..OBJECTS {
        let name = format!("web-{index:02}");
        world.scaler(&name, office(&name));
    }
    world.pass(90).await;
    all_at(&world, 10);
}

#[tokio::test(start_paused = true)]
async fn the_target_goes_first() {
    let world = many();
    let _controller = world.controller();
    world.until("2026-11-23T08:59:30Z").await;
    world.server.delete(Kind::Deployment, "shop", "web-00").unwrap();
    world.until("2026-11-23T09:00:10Z").await;
    assert_eq!(world.reason("web-00", "Ready"), "TargetNotFound");
    assert_eq!(world.events("web-00"), ["MissingTarget"]);
    assert!(!world.server.scale_writes().keys().any(|(_, name)| name == "web-00"));
    world.deploy("web-00", 1);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(world.replicas("web-00"), 10);
    let events = world.events("web-00");
    assert!(!events.iter().any(|event| event.starts_with("DriftCorrected")), "{events:?}");
    world.server.delete(Kind::Deployment, "shop", "web-00").unwrap();
    world.server.delete(Kind::TimeWindowScaler, "shop", "web-00").unwrap();
    world.pass(60).await;
}
