//! Writes on nobody's account that are refused: who looks after the targets finds that in an event.

use kyklos_testserver::{Fault, Filter, Kind, Refusal};
use serde_json::{Value, json};

use crate::select::{evening, night};
use crate::world::{Controller, World, options};

/// Three that sleep, and their controller.
async fn asleep() -> (World, Controller) {
    let world = evening(night());
    for name in ["api", "db", "web"] {
        world.app(name, 3);
    }
    let controller = world.controller();
    world.until("2026-11-23T20:00:20Z").await;
    assert_eq!((world.counts(&["api", "db", "web"]), world.stand()), (vec![0; 3], [3, 3, 0, 0, 0]));
    world.server.clear_requests();
    (world, controller)
}

fn forbidden() -> Fault {
    Fault::Refuse(Refusal::forbidden("User \"kyklos\" cannot patch resource"))
}

/// What events say of what is refused, and about which kind.
fn told(world: &World) -> Vec<(String, String)> {
    let all =
        world.server.list(Kind::Event, "shop").into_iter().filter(|event| event["reason"] == "TargetUpdateFailed");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    all.map(|event| (text(&event["regarding"]["kind"]), text(&event["note"]))).collect()
}

/// As it ends where the right is granted by a command.
const COMMAND: &str = "the API server refuses it (403): User \"kyklos\" cannot patch resource; where it is a right that is missing, `kyklos \
                       manifests --targets deployments --watch-namespace shop` grants it, with the kinds that are scaled already in the \
                       same list";

#[tokio::test(start_paused = true)]
async fn what_can_not_be_given_back_is_told_once_of_all() {
    let (world, _controller) = asleep().await;
    let refused = world.server.fault(Filter::scale_writes(), None, forbidden());
    world.delete_scaler("night");
    world.pass(120).await;
    let events = told(&world);
    let [(kind, note)] = events.as_slice() else { panic!("{events:?}") };
    let words = "3 targets can't be given back what they had before TimeWindowScaler night held them, the first: Deployment api keeps 0 \
                 instead of 3, which it had before TimeWindowScaler night held it; it is tried again: ";
    assert_eq!((kind.as_str(), note.as_str()), ("TimeWindowScaler", format!("{words}{COMMAND}").as_str()));
    assert!(world.scalings().len() < 3 * 10, "{}", world.scalings().len());
    world.server.lift(refused);
    world.pass(60).await;
    assert_eq!((world.counts(&["api", "db", "web"]), world.records(), told(&world).len()), (vec![3; 3], 0, 1));
}

/// Whoever gave it up tells it, while that is there; else it is told of the target.
#[tokio::test(start_paused = true)]
async fn it_is_told_about_the_schedule_that_gave_it_up_or_about_the_target() {
    for is_deleted in [false, true] {
        let (world, _controller) = asleep().await;
        world.server.fault(Filter::scale_writes().name("web"), None, forbidden());
        if is_deleted {
            world.delete_scaler("night");
        } else {
            world.meta("web", json!({ "labels": { "tier": "tool" } }));
        }
        world.pass(60).await;
        let events = told(&world);
        let [(kind, note)] = events.as_slice() else { panic!("{events:?}") };
        assert_eq!(kind, if is_deleted { "Deployment" } else { "TimeWindowScaler" });
        assert!(
            note.starts_with("Deployment web keeps 0 instead of 3, which it had before") && note.ends_with(COMMAND),
            "{note}"
        );
    }
}

/// What may be over in a moment is no event.
#[tokio::test(start_paused = true)]
async fn what_fails_once_is_told_in_the_log_alone() {
    for (times, events) in [(2, 0), (4, 1)] {
        let (world, _controller) = asleep().await;
        let web = Filter::scale_writes().name("web");
        world.server.fault(web, times, Fault::Refuse(Refusal::internal("no")));
        world.delete_scaler("night");
        world.pass(60).await;
        assert_eq!((world.replicas("web"), told(&world).len()), (3, events), "{times}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_record_that_may_not_be_written_is_tried_more_and_more_rarely_and_told_once() {
    for is_deleted in [false, true] {
        let (world, _controller) = asleep().await;
        let records = || Filter::writes().kind(Kind::ScaleRecord);
        let refused = world.server.fault(records(), None, forbidden());
        if is_deleted {
            world.delete_scaler("night");
        } else {
            world.meta("web", json!({ "labels": { "tier": "tool" } }));
        }
        world.pass(300).await;
        assert_eq!(world.replicas("web"), 3);
        let tries = world.server.count(&records());
        assert!((5..=14).contains(&tries), "{tries}");
        let events = told(&world);
        let [(kind, note)] = events.as_slice() else { panic!("{events:?}") };
        let (about, many) = if is_deleted { ("ScaleRecord", "3 targets") } else { ("TimeWindowScaler", "1 target") };
        let words = format!("ScaleRecord kyklos can't be brought up to date with {many}; it is tried again: {COMMAND}");
        assert_eq!((kind.as_str(), note), (about, &words));
        world.server.lift(refused);
        world.pass(90).await;
        assert_eq!((world.original("web"), told(&world).len()), (None, 1));
        assert_eq!(world.records(), usize::from(!is_deleted));
    }
}

/// Where records can't be written, neither who waits for one nor a namespace on its way out is looked at again and again.
#[tokio::test(start_paused = true)]
async fn a_record_that_may_not_be_written_is_no_hot_loop() {
    for (is_on_its_way_out, has_younger) in [(false, false), (true, false), (false, true), (true, true)] {
        let world = evening(night());
        world.app("web", 3);
        let options = options(Some("shop"), "pod-1");
        let metrics = std::sync::Arc::clone(&options.metrics);
        let _controller = world.start(options);
        world.until("2026-11-23T20:00:20Z").await;
        assert_eq!(world.replicas("web"), 0);
        if has_younger {
            world.scaler("younger", night());
        }
        let invalid = Fault::Refuse(Refusal { code: 422, ..Refusal::forbidden("no") });
        world.server.fault(Filter::writes().kind(Kind::ScaleRecord), None, invalid);
        if is_on_its_way_out {
            world.server.terminate_namespace("shop");
        }
        world.delete_scaler("night");
        world.pass(180).await;
        let looks = || {
            let page = metrics.encode(None).unwrap();
            let line = page.lines().find(|line| line.starts_with("kyklos_reconcile_duration_seconds_count")).unwrap();
            line.rsplit(' ').next().unwrap().parse::<f64>().unwrap()
        };
        let before = looks();
        world.server.clear_requests();
        world.pass(600).await;
        let writes = world.server.count(&Filter::writes().kind(Kind::ScaleRecord));
        let case = format!("on its way out {is_on_its_way_out}, younger {has_younger}");
        // At a minute each, on nobody's account and on the younger one's.
        assert!(writes <= 2 * 14, "{case}: {writes}");
        assert!(looks() - before <= 3.0 * 14.0, "{case}: {} looks", looks() - before);
    }
}
