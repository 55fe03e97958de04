//! What a schedule of many costs, and what happens to it over restarts, deletions and edits.

use kyklos_testserver::{Fault, Filter, Kind, Verb};
use serde_json::json;

use crate::select::{evening, night};
use crate::world::{World, options};

#[tokio::test(start_paused = true)]
async fn labels_that_flap_cost_few_writes() {
    let world = World::at("2026-11-23T21:00:00Z");
    world.scaler("night", night());
    world.app("web", 3);
    world.app("api", 2);
    let _controller = world.controller();
    world.pass(15).await;
    world.server.clear_requests();
    for round in 0..600 {
        world.meta("web", json!({ "labels": { "tier": if round % 2 == 0 { "tool" } else { "app" } } }));
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
    // 300 s: 32 at once and one in five seconds, each with a way there and back.
    let writes = world.scalings().len();
    assert!((20..=2 * (32 + 61)).contains(&writes), "{writes}");
    world.pass(30).await;
    assert_eq!((world.counts(&["web", "api"]), world.stand()), (vec![0, 0], [2, 2, 0, 0, 0]));
    world.until("2026-11-23T21:30:30Z").await;
    assert_eq!((world.counts(&["web", "api"]), world.records()), (vec![3, 2], 0));
}

#[tokio::test(start_paused = true)]
async fn twelve_hundred_take_three_records_and_one_status() {
    let world = evening(night());
    for number in 0..1_200 {
        world.app(&format!("d{number:04}"), 2);
    }
    let _controller = world.controller();
    world.until("2026-11-23T19:59:59Z").await;
    world.server.clear_requests();
    world.until("2026-11-23T20:01:00Z").await;
    assert_eq!((world.stand(), world.scalings().len()), ([1_200, 1_200, 0, 0, 0], 1_200));
    let written = |verbs: &[Verb]| verbs.iter().map(|verb| world.of(Kind::ScaleRecord, *verb)).sum::<usize>();
    assert_eq!((written(&[Verb::Create, Verb::Patch]), world.server.count(&Filter::status_writes())), (3, 1));
    world.server.clear_requests();
    world.until("2026-11-23T21:31:00Z").await;
    assert_eq!((world.records(), world.scalings().len(), world.server.count(&Filter::status_writes())), (0, 1_200, 1));
    assert_eq!(written(&[Verb::Delete, Verb::Patch]), 3);
    assert_eq!(world.events("night"), ["ScaledDown", "ScaledUp"]);
}

#[tokio::test(start_paused = true)]
async fn a_change_of_labels_costs_one_look_and_not_one_of_each_target() {
    let world = World::at("2026-11-23T21:00:00Z");
    world.scaler("night", night());
    for number in 0..1_000 {
        world.app(&format!("d{number:04}"), 0);
    }
    let options = options(Some("shop"), "pod-1");
    let metrics = std::sync::Arc::clone(&options.metrics);
    let _controller = world.start(options);
    world.pass(60).await;
    let looks = || {
        let page = metrics.encode(None).unwrap();
        let line = page.lines().find(|line| line.starts_with("kyklos_reconcile_duration_seconds_count")).unwrap();
        line.rsplit(' ').next().unwrap().parse::<f64>().unwrap()
    };
    let before = looks();
    assert!(before >= 1_000.0, "{before}");
    world.meta("d0007", json!({ "labels": { "tier": "tool" } }));
    world.pass(20).await;
    assert_eq!(world.stand(), [999, 999, 0, 0, 0]);
    assert!(looks() - before <= 3.0, "{}", looks() - before);
    let before = looks();
    world.meta("d0007", json!({ "annotations": { "team": "a" } }));
    world.pass(20).await;
    assert!(looks() - before <= 0.0, "what nobody asks for costs none");
}

#[tokio::test(start_paused = true)]
async fn a_hundred_keep_their_originals_through_restarts_and_rollouts() {
    let world = evening(night());
    let names: Vec<_> = (0..100).map(|number| format!("d{number:02}")).collect();
    for (number, name) in names.iter().enumerate() {
        world.app(name, i32::try_from(number % 7).unwrap());
    }
    let mut controller = world.controller();
    world.until("2026-11-23T20:00:20Z").await;
    for round in 2..5 {
        // Killed while something is rolled out, which somebody else scales up, too.
        for name in names.iter().step_by(3) {
            let patch =
                json!({ "spec": { "template": { "metadata": { "annotations": { "round": round.to_string() } } } } });
            world.server.edit(Kind::Deployment, "shop", name, "argocd", &patch).unwrap();
        }
        world.scale(&names[50], 9);
        controller.kill();
        controller = world.controller_of(Some("shop"), &format!("pod-{round}"));
        world.pass(60).await;
        assert!(names.iter().all(|name| world.replicas(name) == 0), "round {round}");
    }
    world.until("2026-11-23T21:30:30Z").await;
    let written = world.originals();
    for (number, name) in names.iter().enumerate() {
        let had = i64::try_from(number % 7).unwrap();
        assert_eq!(world.replicas(name), had, "{name}");
        let key = ("shop".to_owned(), format!("deployments.apps/{name}"));
        assert_eq!(written.get(&key), Some(&[had].into()), "{name}");
    }
    assert_eq!(world.records(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_restart_in_the_grace_period_changes_nothing() {
    let mut spec = night();
    spec["gracePeriodSeconds"] = json!(300);
    let world = evening(spec);
    world.app("web", 3);
    let first = world.controller();
    world.until("2026-11-23T20:01:00Z").await;
    assert_eq!((world.replicas("web"), world.reason("night", "Ready").as_str()), (3, "GracePeriodActive"));
    assert_eq!(world.status("night")["gracePeriodExpiry"], "2026-11-23T20:05:00Z");
    first.kill();
    let second = world.controller_of(Some("shop"), "pod-2");
    world.until("2026-11-23T20:04:59Z").await;
    assert_eq!(world.replicas("web"), 3);
    world.until("2026-11-23T20:05:01Z").await;
    assert_eq!(world.replicas("web"), 0);
    second.kill();
    let _third = world.controller_of(Some("shop"), "pod-3");
    world.until("2026-11-23T21:30:20Z").await;
    assert_eq!((world.replicas("web"), world.records()), (3, 0));
    let events = world.events("night");
    assert_eq!(events.iter().filter(|reason| reason.starts_with("GracePeriodStarted")).count(), 1, "{events:?}");
}

#[tokio::test(start_paused = true)]
async fn who_deletes_it_at_night_gets_everything_back() {
    let world = evening(night());
    for (name, replicas) in [("web", 3), ("api", 2)] {
        world.app(name, replicas);
    }
    let controller = world.controller();
    world.until("2026-11-23T20:00:20Z").await;
    assert_eq!(world.counts(&["web", "api"]), [0, 0]);
    world.delete_scaler("night");
    world.pass(20).await;
    assert_eq!((world.counts(&["web", "api"]), world.records()), (vec![3, 2], 0));
    // The same while nobody is there.
    world.scaler("night", night());
    world.pass(20).await;
    assert_eq!(world.counts(&["web", "api"]), [0, 0]);
    controller.kill();
    world.delete_scaler("night");
    let _next = world.controller_of(Some("shop"), "pod-2");
    world.pass(60).await;
    assert_eq!((world.counts(&["web", "api"]), world.records()), (vec![3, 2], 0));
}

#[tokio::test(start_paused = true)]
async fn one_that_leaves_while_it_is_written_has_what_it_had() {
    let world = evening(night());
    world.app("web", 3);
    world.server.fault(Filter::scale_writes(), 1, Fault::Delay(std::time::Duration::from_secs(8)));
    let _controller = world.controller();
    world.until("2026-11-23T20:00:02Z").await;
    world.meta("web", json!({ "labels": { "tier": "tool" } }));
    world.pass(60).await;
    assert_eq!((world.replicas("web"), world.records()), (3, 0));
}

#[tokio::test(start_paused = true)]
async fn an_override_of_it_is_for_all_of_them() {
    let world = World::at("2026-11-23T21:00:00Z");
    world.scaler("night", night());
    world.app("web", 3);
    world.app("api", 2);
    let _controller = world.controller();
    world.pass(15).await;
    assert_eq!(world.counts(&["web", "api"]), [0, 0]);
    world.overrule(
        "launch",
        &json!({ "scalerRef": { "name": "night" }, "replicas": "original", "until": "2026-11-23T21:05:00Z" }),
    );
    world.pass(20).await;
    assert_eq!(world.counts(&["web", "api"]), [3, 2]);
    assert_eq!((&world.status("night")["currentOverride"], world.records()), (&json!("launch"), 0));
    world.until("2026-11-23T21:05:20Z").await;
    assert_eq!(world.counts(&["web", "api"]), [0, 0]);
}

#[tokio::test(start_paused = true)]
async fn an_edit_of_the_selector_takes_and_gives_back() {
    let world = World::at("2026-11-23T21:00:00Z");
    world.scaler("night", night());
    world.app("web", 3);
    world.labelled(Kind::Deployment, "tool", 4, &json!({ "tier": "tool" }));
    let _controller = world.controller();
    world.pass(15).await;
    assert_eq!(world.counts(&["web", "tool"]), [0, 4]);
    world.edit("night", json!({ "targets": { "selector": { "matchLabels": { "tier": "tool" } } } }));
    world.pass(20).await;
    assert_eq!((world.counts(&["web", "tool"]), world.stand()), (vec![3, 0], [1, 1, 0, 0, 0]));
    world.edit("night", json!({ "targets": null, "targetRef": { "name": "web" } }));
    world.pass(20).await;
    assert_eq!(world.counts(&["web", "tool"]), [0, 4]);
    assert_eq!(world.status("night").get("targets"), None);
}
