//! What a schedule of the cluster costs: at a boundary, by labels that flap, and at rest.

use kyklos_testserver::{Fault, Filter, Kind, Refusal, Verb};
use serde_json::{Value, json};

use crate::cluster::{counts, evening, night, sleeping};
use crate::world::{World, options};

#[tokio::test(start_paused = true)]
async fn fifty_namespaces_are_told_of_a_boundary_each_and_the_object_once() {
    let world = World::at("2026-11-23T19:59:00Z");
    let names: Vec<_> = (0..50).map(|number| format!("team-{number:02}")).collect();
    for namespace in &names {
        world.server.create_namespace(namespace);
        world.relabel(namespace, Some("nightly"));
        for number in 0..6 {
            world.deploy_in(namespace, &format!("d{number}"), 3);
        }
    }
    world.wide("night", night(&sleeping()));
    let _controller = world.controller_of(None, "wide");
    world.until("2026-11-23T19:59:58Z").await;
    world.server.clear_requests();
    world.until("2026-11-23T20:00:30Z").await;
    assert_eq!((world.scalings().len(), world.wide_stand("night")), (300, [300, 300, 0, 0, 0]));
    assert_eq!(world.server.count(&Filter::status_writes()), 1);
    let records = Filter::all().kind(Kind::ScaleRecord);
    let written = |verb| world.server.count(&records.clone().verb(verb));
    assert_eq!((written(Verb::Create), written(Verb::Patch)), (50, 0));
    assert!(names.iter().all(|namespace| world.events_in(namespace) == ["ScaledDown"]), "one each, and none is lost");
    assert!(world.events_in("default").is_empty());
    // One in which nothing can be told keeps no other from being told.
    let refused = Filter::all().kind(Kind::Event).namespace("team-00");
    world.server.fault(refused, None, Fault::Refuse(Refusal::unavailable()));
    world.server.clear_requests();
    world.until("2026-11-23T20:46:00Z").await;
    assert_eq!((written(Verb::Delete), written(Verb::Patch)), (50, 0), "and one to forget");
    let told = |namespace: &&String| world.events_in(namespace).contains(&"ScaledUp".to_owned());
    assert_eq!((names.iter().filter(told).count(), world.wide_stand("night")), (49, [300, 300, 0, 0, 0]));
}

#[tokio::test(start_paused = true)]
async fn a_namespace_whose_labels_flap_costs_few_writes_and_no_original() {
    let world = evening();
    world.wide("night", night(&sleeping()));
    let mut controller = world.controller_of(None, "wide");
    world.until("2026-11-23T20:10:00Z").await;
    world.server.clear_requests();
    for round in 0..600 {
        world.relabel("shop", if round % 2 == 0 { None } else { Some("nightly") });
        if round % 200 == 199 {
            controller.kill();
            controller = world.controller_of(None, &format!("wide-{round}"));
        }
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
    // In 300 s three processes take each of the two 32 times at once and then once in five seconds, with a way there and back.
    let writes = world.scalings();
    let most = 2 * 2 * (3 * 32 + 61);
    assert!((most / 4..=most).contains(&writes.len()), "{}", writes.len());
    assert!(writes.iter().all(|write| write.call.namespace == "shop"), "no other namespace has a part in it");
    world.pass(60).await;
    assert_eq!((counts(&world, "shop"), world.wide_stand("night")), ([0, 0], [4, 4, 0, 0, 0]));
    world.until("2026-11-23T20:46:00Z").await;
    assert_eq!((counts(&world, "shop"), counts(&world, "other"), world.remembered("shop").len()), ([3, 2], [3, 2], 0));
}

/// Ten minutes without a boundary: nobody is looked at, and nothing is asked or written.
async fn rests(state: &str, world: &World) {
    let options = options(None, "wide");
    let metrics = std::sync::Arc::clone(&options.metrics);
    let controller = world.start(options);
    let looks = || {
        let page = metrics.encode(None).unwrap();
        let line = page.lines().find(|line| line.starts_with("kyklos_reconcile_duration_seconds_count")).unwrap();
        line.rsplit(' ').next().unwrap().parse::<f64>().unwrap()
    };
    world.pass(180).await;
    world.server.clear_requests();
    let before = looks();
    world.pass(600).await;
    assert!(looks() - before <= 0.0, "{state}: {} looks", looks() - before);
    let asks = [Verb::Get, Verb::List, Verb::Create, Verb::Update, Verb::Patch, Verb::Delete];
    let all = world.server.requests(&Filter::all());
    let asked: Vec<_> = all
        .iter()
        .filter(|seen| seen.call.kind.is_some_and(|kind| kind != Kind::Lease) && asks.contains(&seen.call.verb))
        .collect();
    assert!(asked.is_empty(), "{state}: {asked:#?}");
    controller.kill();
}

#[tokio::test(start_paused = true)]
async fn no_state_is_a_hot_loop() {
    let with = |name: &str, spec: Value| {
        let world = evening();
        world.wide(name, spec);
        world
    };
    let asleep = |namespaces: Value| {
        let mut spec = night(&namespaces);
        spec["windows"] = json!([{ "name": "always", "start": "00:00", "end": "24:00", "replicas": 0 }]);
        spec
    };
    rests("settled", &with("night", asleep(sleeping()))).await;
    rests("namespaces that aren't there", &with("night", asleep(json!({ "names": ["nowhere"] })))).await;
    let mut braked = asleep(sleeping());
    braked["maxNewTargets"] = json!(1);
    rests("waiting for a word", &with("night", braked)).await;
    let pool = json!({ "apiVersion": "karpenter.sh/v1", "kind": "NodePool", "name": "none" });
    rests("without a target", &with("pools", json!({ "targetRef": pool, "timezone": "UTC" }))).await;
    rests("invalid", &with("night", json!({ "targets": {}, "timezone": "Mars/Olympus" }))).await;
    let lost = with("night", asleep(sleeping()));
    lost.scaler("all", json!({ "targets": {}, "timezone": "UTC", "defaultReplicas": 0 }));
    lost.scaler_in("other", "all", json!({ "targets": {}, "timezone": "UTC", "defaultReplicas": 0 }));
    rests("lost to narrower ones", &lost).await;
}
