//! Requests that hang over what happens meanwhile.

use std::time::Duration;

use kyklos_testserver::{Fault, Filter, Kind};
use serde_json::{Value, json};

use crate::select::{evening, night};
use crate::world::{World, office};

/// So many from 09:00 to noon, then 2, after five minutes.
fn until_noon(count: u32) -> Value {
    let mut spec = office("web");
    spec["gracePeriodSeconds"] = json!(300);
    spec["windows"] = json!([{ "name": "office", "start": "09:00", "end": "12:00", "replicas": count }]);
    spec
}

/// 10 at 11:58, and the next boundary is at 17:00.
async fn noon() -> (World, crate::world::Controller) {
    let world = World::at("2026-11-23T11:57:00Z");
    world.deploy("web", 2);
    let mut spec = until_noon(10);
    spec["windows"][0]["end"] = json!("17:00");
    world.scaler("web", spec);
    let controller = world.controller();
    world.pass(60).await;
    assert_eq!(world.replicas("web"), 10);
    (world, controller)
}

fn hangs(world: &World, seconds: u64) {
    world.server.fault(Filter::scale_writes(), Some(1), Fault::Delay(Duration::from_secs(seconds)));
}

#[tokio::test(start_paused = true)]
async fn an_edit_whose_write_hangs_over_a_boundary_keeps_the_grace_of_that() {
    let (world, _controller) = noon().await;
    world.until("2026-11-23T11:59:57Z").await;
    hangs(&world, 6);
    world.edit("web", until_noon(6));
    world.until("2026-11-23T12:04:59Z").await;
    let status = world.status("web");
    assert_eq!((world.replicas("web"), &status["effectiveReplicas"]), (6, &json!(6)), "{status:#}");
    assert_eq!(status["gracePeriodExpiry"], "2026-11-23T12:05:00Z");
    world.until("2026-11-23T12:05:02Z").await;
    assert_eq!(world.replicas("web"), 2);
    assert_eq!(world.events("web").iter().filter(|event| *event == "GracePeriodStarted").count(), 1);
}

/// The second one comes while the first one's write hangs.
#[tokio::test(start_paused = true)]
async fn an_edit_that_comes_while_a_write_hangs_is_seen_at_once() {
    let (world, _controller) = noon().await;
    world.until("2026-11-23T11:59:55Z").await;
    hangs(&world, 8);
    world.edit("web", until_noon(12));
    world.pass(2).await;
    world.edit("web", until_noon(6));
    world.until("2026-11-23T12:04:59Z").await;
    let status = world.status("web");
    assert_eq!((world.replicas("web"), &status["effectiveReplicas"]), (6, &json!(6)), "{status:#}");
    world.until("2026-11-23T12:05:02Z").await;
    assert_eq!(world.replicas("web"), 2);
}

#[tokio::test(start_paused = true)]
async fn a_storm_of_half_a_minute_is_told_once() {
    let world = evening(night());
    for number in 0..2_000 {
        world.app(&format!("d{number:04}"), 2);
    }
    // Sixteen at a time, so that it takes half a minute.
    world.server.fault(Filter::scale_writes(), None, Fault::AnswerLate(Duration::from_millis(240)));
    let _controller = world.controller();
    world.until("2026-11-23T19:59:59Z").await;
    world.server.clear_requests();
    world.until("2026-11-23T20:00:20Z").await;
    assert!((600..1_900).contains(&world.scalings().len()), "{}", world.scalings().len());
    assert_eq!(world.server.count(&Filter::status_writes()), 0);
    world.until("2026-11-23T20:01:30Z").await;
    assert_eq!((world.scalings().len(), world.stand()), (2_000, [2_000, 2_000, 0, 0, 0]));
    let events = world.server.count(&Filter::writes().kind(Kind::Event));
    let records = world.server.count(&Filter::writes().kind(Kind::ScaleRecord));
    assert_eq!((world.server.count(&Filter::status_writes()), events, records), (1, 1, 4));
    world.server.clear_requests();
    world.until("2026-11-23T21:31:30Z").await;
    assert_eq!((world.scalings().len(), world.records()), (2_000, 0));
    let events = world.server.count(&Filter::writes().kind(Kind::Event));
    let records = world.server.count(&Filter::writes().kind(Kind::ScaleRecord));
    assert_eq!((world.server.count(&Filter::status_writes()), events, records), (1, 1, 4));
}

#[tokio::test(start_paused = true)]
async fn one_that_hangs_behind_others_is_told_of_ten_seconds_after_the_last_of_them() {
    let world = evening(night());
    for name in ["a", "b", "slow"] {
        world.app(name, 3);
    }
    for (name, seconds) in [("b", 3), ("slow", 300)] {
        let delay = Fault::Delay(Duration::from_secs(seconds));
        world.server.fault(Filter::scale_writes().name(name), None, delay);
    }
    let _controller = world.controller();
    world.until("2026-11-23T20:00:12Z").await;
    assert_eq!(world.stand(), [3, 3, 0, 0, 0], "nothing is told of the night yet");
    world.until("2026-11-23T20:00:14Z").await;
    assert_eq!((world.counts(&["a", "b", "slow"]), world.stand()), (vec![0, 0, 3], [3, 2, 1, 0, 0]));
}

#[tokio::test(start_paused = true)]
async fn what_goes_on_for_ever_is_told_of_after_a_minute() {
    let world = evening(night());
    for number in 0..400 {
        world.app(&format!("d{number:03}"), 3);
    }
    world.server.fault(Filter::scale_writes(), None, Fault::AnswerLate(Duration::from_secs(4)));
    let _controller = world.controller();
    world.until("2026-11-23T20:00:59Z").await;
    assert_eq!(world.stand(), [400, 400, 0, 0, 0], "nothing is told of the night yet");
    world.until("2026-11-23T20:01:05Z").await;
    let [claimed, held, different, ..] = world.stand();
    assert!(claimed == 400 && held > 100 && different > 50, "{:?}", world.stand());
    assert_eq!(world.status("night")["effectiveReplicas"], 0);
}
