//! A decision is never older than its write: whatever changes while others wait for their turn stops what was decided before.

use std::time::Duration;

use chrono::TimeDelta;
use kyklos_testserver::{Fault, Filter, Kind};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::world::{Controller, World, office};

const OBJECTS: usize = 300;

/// 300 objects of which each is due at 09:00, and an API server that answers the write of a scale after a second.
fn many() -> World {
    let world = World::at("2026-11-23T08:59:00Z");
    for index in 0..OBJECTS {
        let name = format!("web-{index:03}");
        world.deploy(&name, 2);
        world.scaler(&name, office(&name));
    }
    world.server.fault(Filter::scale_writes(), None, Fault::AnswerLate(Duration::from_secs(1)));
    world
}

/// Until the first of them are on their way, but by far not all.
async fn midway(world: &World) -> usize {
    world.until("2026-11-23T09:00:03.5Z").await;
    let sent = world.scalings().len();
    assert!((20..200).contains(&sent), "{sent} were sent, so this would say nothing");
    sent
}

/// The writes of 10 that were sent after an instant.
fn old_ones(world: &World, after: Instant) -> usize {
    world.scalings().into_iter().filter(|write| write.at > after && write.replicas() == Some(10)).count()
}

fn edit_all(world: &World, patch: &Value) {
    for index in 0..OBJECTS {
        let name = format!("web-{index:03}");
        world.server.edit(Kind::TimeWindowScaler, "shop", &name, "kubectl", patch).unwrap();
    }
}

/// W05: a pause with an end, over a boundary and a restart.
#[tokio::test(start_paused = true)]
async fn a_pause_ends_when_it_says() {
    let world = World::at("2026-11-23T08:59:00Z");
    world.deploy("web", 2);
    let mut spec = office("web");
    spec["pauseUntil"] = json!("2026-11-23T11:30:00Z");
    world.scaler("web", spec);
    let first = world.controller();
    world.until("2026-11-23T10:00:00Z").await;
    assert_eq!((world.scalings().len(), world.reason("web", "Ready").as_str()), (0, "Paused"));
    first.kill();
    let _second = world.controller_of(Some("shop"), "pod-2");
    world.until("2026-11-23T11:29:59.9Z").await;
    assert_eq!((world.scalings().len(), world.events("web")), (0, vec!["ScalingSkipped".to_owned()]));
    world.until("2026-11-23T11:30:01Z").await;
    assert_eq!((world.replicas("web"), world.scalings().len()), (10, 1));
    world.pass(5).await;
    assert_eq!((world.reason("web", "Ready"), world.events("web").len()), ("Reconciled".to_owned(), 2));
}

#[tokio::test(start_paused = true)]
async fn a_pause_stops_all_that_wait() {
    let world = many();
    let _controller = world.controller();
    midway(&world).await;
    edit_all(&world, &json!({ "spec": { "pause": true } }));
    // The controller sees it at once: the watch has no delay.
    tokio::time::sleep(Duration::from_millis(1)).await;
    let seen = Instant::now();
    world.pass(60).await;
    assert_eq!(old_ones(&world, seen), 0);
    assert_eq!(world.reason("web-299", "Ready"), "Paused");
    assert_eq!(world.replicas("web-299"), 2);
}

#[tokio::test(start_paused = true)]
async fn an_edit_is_what_is_written() {
    let world = many();
    let _controller = world.controller();
    midway(&world).await;
    let windows = json!([{ "name": "office", "start": "09:00", "end": "17:00", "replicas": 7 }]);
    edit_all(&world, &json!({ "spec": { "windows": windows } }));
    tokio::time::sleep(Duration::from_millis(1)).await;
    let seen = Instant::now();
    world.pass(120).await;
    assert_eq!(old_ones(&world, seen), 0);
    for index in 0..OBJECTS {
        assert_eq!(world.replicas(&format!("web-{index:03}")), 7, "{index}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_deleted_scales_nothing() {
    let world = many();
    let _controller = world.controller();
    midway(&world).await;
    for index in 0..OBJECTS {
        world.server.delete(Kind::TimeWindowScaler, "shop", &format!("web-{index:03}")).unwrap();
    }
    tokio::time::sleep(Duration::from_millis(1)).await;
    let seen = Instant::now();
    world.pass(60).await;
    assert_eq!(old_ones(&world, seen), 0);
}

#[tokio::test(start_paused = true)]
async fn an_older_claim_takes_the_target_at_once() {
    let world = World::at("2026-11-23T08:50:00Z");
    let mut paused = office("web");
    paused["pause"] = json!(true);
    // The elder is invalid, so it claims nothing yet.
    let mut elder = paused.clone();
    elder["timezone"] = json!("Mars/Olympus");
    for index in 0..OBJECTS {
        elder["targetRef"]["name"] = json!(format!("web-{index:03}"));
        world.scaler(&format!("elder-{index:03}"), elder.clone());
    }
    world.until("2026-11-23T08:59:00Z").await;
    for index in 0..OBJECTS {
        let name = format!("web-{index:03}");
        world.deploy(&name, 2);
        world.scaler(&name, office(&name));
    }
    world.server.fault(Filter::scale_writes(), None, Fault::AnswerLate(Duration::from_secs(1)));
    let _controller = world.controller();
    midway(&world).await;
    for index in 0..OBJECTS {
        world.edit(&format!("elder-{index:03}"), json!({ "timezone": "UTC" }));
    }
    tokio::time::sleep(Duration::from_millis(1)).await;
    let seen = Instant::now();
    world.pass(60).await;
    assert_eq!(old_ones(&world, seen), 0);
    assert_eq!(world.reason("web-299", "Ready"), "ScaleConflict");
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_set_wrong_holds_first_and_compares_then() {
    let world = many();
    let _controller = world.controller();
    midway(&world).await;
    // A comparison that fails verifies nothing.
    let silence = world.server.fault(Filter::all().path("/version"), None, Fault::NoConnection);
    world.machine.step(600);
    let seen = Instant::now();
    world.pass(120).await;
    assert_eq!(old_ones(&world, seen), 0);
    world.server.lift(silence);
    world.pass(120).await;
    assert_eq!(old_ones(&world, seen), 0);
    assert_eq!(world.reason("web-299", "Degraded"), "ClockSkew");
    world.machine.step(-600);
    world.pass(120).await;
    assert_eq!(world.replicas("web-299"), 10);
    assert_eq!(world.reason("web-299", "Degraded"), "OperationalNormal");
}

#[tokio::test(start_paused = true)]
async fn without_the_lease_nothing_is_sent() {
    let world = many();
    let _controller = world.controller();
    midway(&world).await;
    let silence = world.server.fault(Filter::all().kind(Kind::Lease), None, Fault::Hang);
    let begin = Instant::now();
    world.pass(60).await;
    let late: Vec<_> = world.scalings().into_iter().filter(|write| write.at > begin + Duration::from_secs(5)).collect();
    assert!(late.is_empty(), "nothing is sent later than 5 s after the last renewal began");
    assert_ne!(world.replicas("web-299"), 10);
    world.server.lift(silence);
    world.pass(60).await;
    assert_eq!(world.replicas("web-299"), 10, "and it goes on with the lease");
}

#[tokio::test(start_paused = true)]
async fn asked_to_stop_it_begins_no_write_and_is_gone_with_what_is_in_flight() {
    let world = many();
    let controller = world.controller();
    midway(&world).await;
    let seen = Instant::now();
    let took = controller.stop().await;
    assert!(took <= Duration::from_secs(3), "{took:?}");
    world.pass(30).await;
    let late: Vec<_> = world.server.requests(&Filter::writes()).into_iter().filter(|write| write.at > seen).collect();
    let only_the_lease = late.iter().all(|write| write.call.kind == Some(Kind::Lease));
    assert!(only_the_lease, "{late:#?}");
    let lease = world.server.get(Kind::Lease, "shop", "kyklos").unwrap();
    assert_eq!(lease["spec"]["holderIdentity"].as_str().unwrap_or_default(), "", "it is given back");
    // The next one makes up for all of it.
    let _next = world.controller_of(Some("shop"), "pod-2");
    world.pass(60).await;
    assert_eq!(world.replicas("web-299"), 10);
    let writes = world.server.scale_writes();
    assert_eq!(writes.len(), OBJECTS);
    assert!(writes.values().all(|count| *count == 1), "each is written once");
}

#[tokio::test(start_paused = true)]
async fn a_target_that_somebody_changes_in_between_is_refused_and_looked_at_again() {
    let world = World::at("2026-11-23T08:59:00Z");
    world.deploy("web", 2);
    world.scaler("web", office("web"));
    // The write arrives after somebody else's.
    world.server.fault(Filter::scale_writes(), 1, Fault::Delay(Duration::from_secs(1)));
    let _controller = world.controller();
    world.until("2026-11-23T09:00:00.5Z").await;
    world.scale("web", 4);
    world.until("2026-11-23T09:00:05Z").await;
    assert_eq!(world.replicas("web"), 10);
    let ends: Vec<_> = world.scalings().iter().map(|write| write.done()).collect();
    assert_eq!(ends, [false, true]);
    assert_eq!(world.events("web"), ["ScaledUp"], "it is the boundary that is told of, not a drift");
    let late = world.scalings()[1].wall - world.scalings()[0].wall;
    assert!(late < TimeDelta::seconds(3), "{late}");
}

/// Ten objects whose writes are decided at 09:00 and have a connection a second and a half later.
async fn without_a_connection() -> (World, Controller) {
    let world = World::at("2026-11-23T08:50:00Z");
    let names = || (0..10).map(|index| format!("web-{index}"));
    for name in names() {
        // It claims nothing as long as it is invalid.
        let mut elder = office(&name);
        (elder["pause"], elder["timezone"]) = (json!(true), json!("Mars/Olympus"));
        world.scaler(&format!("elder-of-{name}"), elder);
    }
    world.until("2026-11-23T08:59:00Z").await;
    for name in names() {
        world.deploy(&name, 2);
        world.scaler(&name, office(&name));
    }
    world.server.fault(Filter::scale_writes(), None, Fault::ConnectLate(Duration::from_millis(1_500)));
    let controller = world.controller();
    world.until("2026-11-23T09:00:00.5Z").await;
    assert!(world.scalings().is_empty(), "nothing has left yet");
    (world, controller)
}

/// The writes of 10 and of other counts that leave after a change of each object.
async fn sent_after(change: impl Fn(&World, &str)) -> (usize, usize) {
    let (world, _controller) = without_a_connection().await;
    (0..10).for_each(|index| change(&world, &format!("web-{index}")));
    world.pass(120).await;
    let (old, new): (Vec<_>, Vec<_>) = world.scalings().into_iter().partition(|write| write.replicas() == Some(10));
    (old.len(), new.len())
}

/// What waits for a connection is stopped by the same changes as what waits for its turn.
#[tokio::test(start_paused = true)]
async fn what_waits_for_a_connection_is_stopped_by_whatever_changes_meanwhile() {
    assert_eq!(sent_after(|_, _| {}).await, (10, 0), "where nothing changes it is sent");
    let paused = sent_after(|world, name| world.edit(name, json!({ "pause": true })));
    assert_eq!(paused.await, (0, 0), "a pause");
    let windows = json!([{ "name": "office", "start": "09:00", "end": "17:00", "replicas": 7 }]);
    let edited = sent_after(|world, name| world.edit(name, json!({ "windows": windows })));
    assert_eq!(edited.await, (0, 10), "an edit");
    let deleted = sent_after(|world, name| {
        world.server.delete(Kind::TimeWindowScaler, "shop", name).unwrap();
    });
    assert_eq!(deleted.await, (0, 0), "a deletion");
    let claimed = sent_after(|world, name| world.edit(&format!("elder-of-{name}"), json!({ "timezone": "UTC" })));
    assert_eq!(claimed.await, (0, 0), "an older claim");
    // A step is seen with the next thing that happens.
    let set = sent_after(|world, name| {
        if name == "web-0" {
            world.machine.step(600);
            world.edit("elder-of-web-0", json!({ "pause": false }));
        }
    });
    assert_eq!(set.await, (0, 0), "a clock that is set");
}

/// So it is by the end of the process, and nothing is told of it as of a failure.
#[tokio::test(start_paused = true)]
async fn asked_to_stop_it_sends_nothing_that_still_waits_for_a_connection() {
    let (world, controller) = without_a_connection().await;
    let took = controller.stop().await;
    assert!(took <= Duration::from_secs(2), "{took:?}");
    world.pass(30).await;
    assert!(world.scalings().is_empty(), "{:#?}", world.scalings());
    assert_eq!(world.reason("web-0", "Ready"), "Reconciled", "what was known before stays");
    let _next = world.controller_of(Some("shop"), "pod-2");
    world.pass(30).await;
    assert_eq!((world.scalings().len(), world.events("web-0")), (10, vec!["ScaledUp".to_owned()]));
}
