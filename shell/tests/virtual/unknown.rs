//! Targets of a selection of which nobody knows what they had.

use kyklos_testserver::Kind;
use serde_json::json;

use crate::select::{evening, night};
use crate::world::World;

/// From targetRef with plain counts, of which nothing is remembered; with short nights.
async fn edited_at_night() -> World {
    let world = World::at("2026-11-23T19:59:00Z");
    for (name, replicas) in [("web", 7), ("api", 2)] {
        world.app(name, replicas);
    }
    let nights = [["20:00", "20:10"], ["20:20", "20:30"], ["20:40", "20:50"]]
        .map(|[start, end]| json!({ "name": "night", "start": start, "end": end, "replicas": 0 }));
    world.scaler(
        "night",
        json!({
            "targetRef": { "name": "web" }, "timezone": "UTC", "gracePeriodSeconds": 0, "defaultReplicas": 7,
            "windows": nights,
        }),
    );
    world
}

impl World {
    fn to_targets(&self) {
        let edit = json!({ "targetRef": null, "targets": night()["targets"], "defaultReplicas": null });
        self.edit("night", edit);
    }

    fn annotate(&self, name: &str, original: &str) {
        self.meta(name, json!({ "annotations": { "kyklos.io/original-replicas": original } }));
    }

    /// What was told of it in events.
    fn told_unknown(&self) -> Vec<String> {
        let events = self.server.list(Kind::Event, "shop").into_iter();
        let events = events.filter(|event| event["reason"] == "OriginalUnknown");
        events.map(|event| event["note"].as_str().unwrap().to_owned()).collect()
    }

    fn unknown(&self) -> String {
        assert_eq!(self.reason("night", "Degraded"), "OriginalUnknown", "{:#}", self.status("night"));
        self.message("night", "Degraded")
    }
}

const WEB: &str = "nobody knows what Deployment web had before this object held it";
const ANSWER: &str = "annotate it with kyklos.io/original-replicas: \"COUNT\", the count that it had";

/// It stays as it is until somebody answers, is told all the while, and no longer.
#[tokio::test(start_paused = true)]
async fn what_was_held_by_its_name_before_a_selection_had_it_is_told_and_answered() {
    for (away, restarts) in [(false, false), (false, true), (true, true)] {
        let case = format!("{away} {restarts}");
        let world = edited_at_night().await;
        let mut controller = world.controller();
        world.until("2026-11-23T20:00:20Z").await;
        assert_eq!((world.counts(&["web", "api"]), world.records()), (vec![0, 2], 0), "{case}");
        if away {
            controller.kill();
            world.to_targets();
            controller = world.controller_of(Some("shop"), "pod-2");
            world.pass(30).await;
        } else {
            world.to_targets();
        }
        world.pass(20).await;
        assert_eq!((world.counts(&["web", "api"]), world.stand()), (vec![0, 0], [2, 1, 1, 0, 0]), "{case}");
        assert_eq!(
            world.unknown(),
            format!("somebody has to say what 1 of 2 targets had before, the first: {WEB}: {ANSWER}"),
            "{case}"
        );
        let first = world.status("night")["targets"]["first"].clone();
        assert_eq!((&first[0]["name"], &first[0]["reason"]), (&json!("web"), &json!("OriginalUnknown")), "{first:#}");
        assert!(first[0]["message"].as_str().unwrap().contains(ANSWER), "{first:#}");
        assert_eq!(world.told_unknown(), [format!("{WEB}: {ANSWER}")], "{case}");
        world.until("2026-11-23T20:10:20Z").await;
        assert_eq!(world.counts(&["web", "api"]), [0, 2], "{case}");
        let left = format!(
            "somebody has to say what 1 of 2 targets had before, the first: {WEB}, so it is left as it is: {ANSWER}"
        );
        assert_eq!(world.unknown(), left, "{case}");
        if restarts {
            controller.kill();
            controller = world.controller_of(Some("shop"), "pod-3");
            world.pass(60).await;
            assert_eq!((world.unknown(), world.stand()), (left, [2, 1, 1, 0, 0]), "{case}");
        }
        // Another night and day change nothing.
        world.until("2026-11-23T20:30:20Z").await;
        assert_eq!((world.counts(&["web", "api"]), world.told_unknown().len()), (vec![0, 2], 1), "{case}");
        world.unknown();
        world.annotate("web", "7");
        world.pass(20).await;
        assert_eq!((world.counts(&["web", "api"]), world.stand()), (vec![7, 2], [2, 2, 0, 0, 0]), "{case}");
        assert_eq!(world.reason("night", "Degraded"), "OperationalNormal", "{case}");
        world.until("2026-11-23T20:40:20Z").await;
        assert_eq!(world.counts(&["web", "api"]), [0, 0], "{case}");
        world.until("2026-11-23T20:50:20Z").await;
        assert_eq!((world.counts(&["web", "api"]), world.records()), (vec![7, 2], 0), "{case}");
        controller.kill();
    }
}

/// A count that somebody sets answers it, too; and what somebody writes that is no count is said.
#[tokio::test(start_paused = true)]
async fn a_count_answers_it_and_what_is_none_does_not() {
    let world = edited_at_night().await;
    let _controller = world.controller();
    world.until("2026-11-23T20:00:20Z").await;
    world.to_targets();
    world.pass(20).await;
    world.annotate("web", "seven");
    world.pass(20).await;
    assert!(world.unknown().contains(WEB), "{}", world.unknown());
    world.until("2026-11-23T20:10:20Z").await;
    assert_eq!(world.replicas("web"), 0);
    world.scale("web", 6);
    world.pass(20).await;
    assert_eq!((world.replicas("web"), world.stand()), (6, [2, 2, 0, 0, 0]));
    assert_eq!(world.reason("night", "Degraded"), "OperationalNormal");
}

/// The record of many is gone: they are counted, in the status and in one event.
#[tokio::test(start_paused = true)]
async fn many_are_counted_and_one_event_tells_of_them() {
    let world = evening(night());
    let names: Vec<_> = (0..25).map(|number| format!("d{number:02}")).collect();
    names.iter().for_each(|name| world.app(name, 4));
    let controller = world.controller();
    world.until("2026-11-23T20:00:30Z").await;
    assert_eq!((world.stand(), world.records()), ([25, 25, 0, 0, 0], 1));
    world.server.delete(Kind::ScaleRecord, "shop", "kyklos").unwrap();
    world.pass(20).await;
    assert_eq!(
        (world.stand(), world.status("night")["targets"]["first"].as_array().unwrap().len()),
        ([25, 0, 25, 0, 0], 20)
    );
    let said = world.unknown();
    assert!(
        said.starts_with(
            "somebody has to say what 25 of 25 targets had before, the first: nobody knows what Deployment d00 had"
        ),
        "{said}"
    );
    let told = world.told_unknown();
    let begin = "nobody knows what 25 targets (Deployment d00, Deployment d01, ";
    assert!(told.len() == 1 && told[0].starts_with(begin) && told[0].contains("and 15 more) had before"), "{told:?}");
    // By day, and for the next process, they are as many.
    world.until("2026-11-23T21:31:00Z").await;
    controller.kill();
    let _second = world.controller_of(Some("shop"), "pod-2");
    world.pass(60).await;
    assert_eq!((world.stand(), world.told_unknown().len()), ([25, 0, 25, 0, 0], 1));
    names.iter().for_each(|name| world.annotate(name, "4"));
    world.pass(30).await;
    assert_eq!((world.stand(), world.reason("night", "Degraded").as_str()), ([25, 25, 0, 0, 0], "OperationalNormal"));
    assert!(names.iter().all(|name| world.replicas(name) == 4));
}

/// What they were given back by us stays theirs in the next process, also while of another one nobody knows what it had.
#[tokio::test(start_paused = true)]
async fn the_others_are_known_to_the_next_process() {
    let world = edited_at_night().await;
    let controller = world.controller();
    world.until("2026-11-23T20:00:20Z").await;
    world.to_targets();
    world.until("2026-11-23T20:10:20Z").await;
    controller.kill();
    let _second = world.controller_of(Some("shop"), "pod-2");
    world.until("2026-11-23T20:15:00Z").await;
    assert_eq!((world.stand(), world.counts(&["web", "api"])), ([2, 1, 1, 0, 0], vec![0, 2]));
    world.until("2026-11-23T20:20:20Z").await;
    assert_eq!((world.counts(&["web", "api"]), world.original("api")), (vec![0, 0], Some(2)));
    assert_eq!(world.original("web"), None, "nobody guesses");
}
