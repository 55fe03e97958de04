//! Workloads that leave a selection while they are held, and come back.

use std::time::Duration;

use kyklos_testserver::{Fault, Filter, Kind};
use serde_json::{Value, json};

use crate::select::{evening, night};

fn tier(tier: &str) -> Value {
    json!({ "labels": { "tier": tier } })
}

/// What was given back was written by us, and is its own all the same.
#[tokio::test(start_paused = true)]
async fn one_that_comes_back_is_held_again_and_has_in_the_morning_what_it_had() {
    let values = [(json!("50%"), 2), (json!(0), 0), (json!(3), 3), (json!(4), 4), (json!("original"), 4)];
    for (value, held) in values {
        for restarts in [false, true] {
            let case = format!("{value} {restarts}");
            let mut spec = night();
            (spec["windows"][0]["replicas"], spec["windows"][0]["end"]) = (value.clone(), json!("20:05"));
            let world = evening(spec);
            world.app("web", 4);
            let mut controller = world.controller();
            world.until("2026-11-23T20:00:20Z").await;
            assert_eq!(world.replicas("web"), held, "{case}");
            for round in 0..2 {
                world.meta("web", tier("tool"));
                world.pass(20).await;
                assert_eq!((world.replicas("web"), world.records()), (4, 0), "{case} {round}");
                if restarts {
                    controller.kill();
                    controller = world.controller_of(Some("shop"), &format!("pod-{round}"));
                    world.pass(40).await;
                }
                world.meta("web", tier("app"));
                world.pass(20).await;
                assert_eq!(world.replicas("web"), held, "{case} {round}");
                assert_eq!(world.reason("night", "Degraded"), "OperationalNormal", "{case} {round}");
                assert_eq!(world.stand(), [1, 1, 0, 0, 0], "{case} {round}");
            }
            world.until("2026-11-23T20:05:20Z").await;
            assert_eq!((world.replicas("web"), world.records()), (4, 0), "{case}");
            assert_eq!(world.reason("night", "Degraded"), "OperationalNormal", "{case}");
            controller.kill();
        }
    }
}

/// What is remembered is being taken away just then.
#[tokio::test(start_paused = true)]
async fn one_that_comes_back_while_it_is_forgotten_is_held_again() {
    for seconds in 1..8 {
        let mut spec = night();
        (spec["windows"][0]["replicas"], spec["windows"][0]["end"]) = (json!("50%"), json!("20:05"));
        let world = evening(spec);
        world.app("web", 4);
        let _controller = world.controller();
        world.until("2026-11-23T20:00:20Z").await;
        let records = Filter::writes().kind(Kind::ScaleRecord);
        let slow = world.server.fault(records, None, Fault::Delay(Duration::from_secs(4)));
        world.meta("web", tier("tool"));
        world.pass(seconds).await;
        world.meta("web", tier("app"));
        world.pass(30).await;
        world.server.lift(slow);
        assert_eq!((world.replicas("web"), world.original("web")), (2, Some(4)), "{seconds}");
        assert_eq!(world.reason("night", "Degraded"), "OperationalNormal", "{seconds}");
        world.until("2026-11-23T20:05:20Z").await;
        assert_eq!((world.replicas("web"), world.records()), (4, 0), "{seconds}");
    }
}

/// The answer to the write that gives it back is late.
#[tokio::test(start_paused = true)]
async fn one_that_comes_back_before_it_is_known_that_it_was_given_back_keeps_what_it_had() {
    for seconds in 1..8 {
        let mut spec = night();
        (spec["windows"][0]["replicas"], spec["windows"][0]["end"]) = (json!(0), json!("20:05"));
        let world = evening(spec);
        world.app("web", 4);
        let _controller = world.controller();
        world.until("2026-11-23T20:00:20Z").await;
        let late = world.server.fault(Filter::scale_writes(), 1, Fault::AnswerLate(Duration::from_secs(5)));
        world.meta("web", tier("tool"));
        world.pass(seconds).await;
        world.meta("web", tier("app"));
        world.pass(40).await;
        world.server.lift(late);
        assert_eq!((world.replicas("web"), world.original("web")), (0, Some(4)), "{seconds}");
        assert_eq!(world.reason("night", "Degraded"), "OperationalNormal", "{seconds}");
        world.until("2026-11-23T20:05:20Z").await;
        assert_eq!((world.replicas("web"), world.records()), (4, 0), "{seconds}");
    }
}

/// Somebody scales it while it is elsewhere: that is what it has then.
#[tokio::test(start_paused = true)]
async fn what_it_was_given_elsewhere_is_its_original() {
    let mut spec = night();
    spec["windows"][0]["replicas"] = json!("50%");
    let world = evening(spec);
    world.app("web", 4);
    let _controller = world.controller();
    world.until("2026-11-23T20:00:20Z").await;
    world.meta("web", tier("tool"));
    world.pass(20).await;
    world.server.scale(Kind::Deployment, "shop", "web", "kubectl", 10).unwrap();
    world.meta("web", tier("app"));
    world.pass(20).await;
    assert_eq!((world.replicas("web"), world.original("web")), (5, Some(10)));
    world.until("2026-11-23T21:30:20Z").await;
    assert_eq!(world.replicas("web"), 10);
}
