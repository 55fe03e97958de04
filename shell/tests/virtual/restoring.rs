//! What many targets have back once their schedule is gone: soon, with few requests, and told once.

use std::time::Duration;

use kyklos_testserver::{Fault, Filter, Kind, Refusal, Verb};
use serde_json::json;

use crate::cluster::night as wide_night;
use crate::select::{evening, night};
use crate::world::{Controller, World, at};

/// How long answers take.
fn slow(world: &World, millis: u64) {
    for filter in [Filter::writes(), Filter::all().verb(Verb::Get)] {
        world.server.fault(filter, None, Fault::AnswerLate(Duration::from_millis(millis)));
    }
}

/// A thousand that sleep, each of two.
async fn asleep(millis: u64) -> (World, Controller) {
    let world = evening(night());
    for number in 0..1_000 {
        world.app(&format!("d{number:03}"), 2);
    }
    let controller = world.controller();
    world.until("2026-11-23T20:01:00Z").await;
    assert_eq!(world.stand(), [1_000, 1_000, 0, 0, 0]);
    slow(&world, millis);
    world.server.clear_requests();
    (world, controller)
}

impl World {
    /// How many in `shop` have so many replicas.
    fn with(&self, replicas: i64) -> usize {
        let all = self.server.list(Kind::Deployment, "shop");
        all.iter().filter(|object| object["spec"]["replicas"] == replicas).count()
    }

    fn asked(&self, path: &str) -> usize {
        self.server.count(&Filter::all().verb(Verb::Get).path(path))
    }

    fn recorded(&self) -> usize {
        self.server.count(&Filter::writes().kind(Kind::ScaleRecord))
    }

    /// What the events say of what was given back in a namespace, and about which kind.
    fn returned(&self, namespace: &str) -> Vec<(String, String)> {
        let all = self.server.list(Kind::Event, namespace).into_iter().filter(|event| event["reason"] == "Restored");
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        all.map(|event| (text(&event["regarding"]["kind"]), text(&event["note"]))).collect()
    }
}

#[tokio::test(start_paused = true)]
async fn a_thousand_of_one_namespace_have_back_what_they_had_within_ten_seconds() {
    let (world, _controller) = asleep(50).await;
    world.delete_scaler("night");
    world.pass(10).await;
    assert_eq!((world.with(2), world.records(), world.scalings().len()), (1_000, 0, 1_000));
    let last = world.scalings().iter().map(|write| write.wall).max().unwrap() - at("2026-11-23T20:01:00Z");
    assert!(last < chrono::TimeDelta::seconds(5), "{last}");
    let holder = world.asked("/apis/kyklos.io/v1alpha1/namespaces/shop/timewindowscalers/night");
    let namespace = world.asked("/api/v1/namespaces/shop");
    assert!((1..=2).contains(&holder) && (1..=2).contains(&namespace), "{holder} and {namespace}");
    assert_eq!(world.recorded(), 2, "one write for 500 targets");
    let told = world.returned("shop");
    let [(kind, note)] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(kind, "TimeWindowScaler");
    assert!(note.starts_with("1000 changes: Deployment d000 from 0 to 2, Deployment d001 from 0 to 2, "), "{note}");
    let end = "Deployment d009 from 0 to 2, and 990 more: what they had before TimeWindowScaler night held them";
    assert!(note.ends_with(end), "{note}");
}

#[tokio::test(start_paused = true)]
async fn those_of_ten_namespaces_have_back_what_they_had_and_each_is_told_of_it() {
    let world = World::at("2026-11-23T19:59:00Z");
    let spaces: Vec<_> = (0..10).map(|number| format!("team-{number}")).collect();
    for space in &spaces {
        world.server.create_namespace(space);
        for number in 0..200 {
            world.deploy_in(space, &format!("d{number:03}"), 2);
        }
    }
    world.wide("night", wide_night(&json!({ "names": spaces })));
    let _controller = world.controller_of(None, "wide");
    world.until("2026-11-23T20:01:00Z").await;
    assert_eq!(world.wide_stand("night"), [2_000, 2_000, 0, 0, 0]);
    slow(&world, 50);
    world.server.clear_requests();
    world.server.delete(Kind::ClusterTimeWindowScaler, "", "night").unwrap();
    world.pass(10).await;
    assert_eq!((world.scalings().len(), world.recorded()), (2_000, 10));
    let holder = world.asked("/apis/kyklos.io/v1alpha1/clustertimewindowscalers/night");
    assert!((1..=2).contains(&holder), "{holder}");
    for space in &spaces {
        assert_eq!((world.replicas_in(space, "d123"), world.remembered(space).len()), (2, 0));
        let namespace = world.asked(&format!("/api/v1/namespaces/{space}"));
        assert!((1..=2).contains(&namespace), "{namespace}");
        let told = world.returned(space);
        let [(kind, note)] = told.as_slice() else { panic!("{told:?}") };
        assert!(kind == "ClusterTimeWindowScaler" && note.starts_with("200 changes: "), "{kind}: {note}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_somebody_has_scaled_meanwhile_is_left_to_him() {
    let (world, _controller) = asleep(300).await;
    world.delete_scaler("night");
    world.pass(1).await;
    assert_eq!(world.replicas("d900"), 0, "its turn hasn't come");
    world.scale("d900", 5);
    world.pass(30).await;
    assert_eq!((world.with(2), world.replicas("d900"), world.records()), (999, 5, 0));
    assert_eq!((world.scalings().len(), world.recorded()), (999, 2));
    let told = world.returned("shop");
    assert!(told.len() == 1 && told[0].1.starts_with("999 changes: "), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn a_schedule_that_is_made_anew_stops_the_rest() {
    let (world, _controller) = asleep(300).await;
    world.delete_scaler("night");
    world.pass(5).await;
    let back = world.with(2);
    assert!((100..500).contains(&back), "{back}");
    // A schedule that is made at night is an edit, and has some of them to lower again.
    let mut anew = night();
    anew["maxNewTargets"] = json!(1_000);
    world.scaler("night", anew);
    world.pass(2).await;
    let given = world.scalings().iter().filter(|write| write.replicas() == Some(2)).count();
    assert!(given <= back + 32, "{given} after {back}");
    world.pass(60).await;
    let given = world.scalings().iter().filter(|write| write.replicas() == Some(2)).count();
    assert!(given <= back + 32, "{given} after {back}");
    let originals = |world: &World| {
        let entries = world.remembered("shop");
        entries.iter().filter(|(_, entry)| entry["original"] == 2).count()
    };
    assert_eq!((world.with(0), originals(&world)), (1_000, 1_000));
    world.until("2026-11-23T21:31:30Z").await;
    assert_eq!((world.with(2), world.records()), (1_000, 0));
}

#[tokio::test(start_paused = true)]
async fn one_that_hangs_keeps_no_other_from_being_told_of() {
    let (world, _controller) = asleep(20).await;
    world.server.fault(Filter::scale_writes().name("d500"), 3, Fault::Delay(Duration::from_secs(300)));
    world.delete_scaler("night");
    world.pass(8).await;
    assert_eq!((world.with(2), world.returned("shop").len(), world.recorded()), (999, 0, 0));
    world.pass(8).await;
    assert_eq!((world.returned("shop").len(), world.recorded()), (1, 2));
    world.pass(120).await;
    let told = world.returned("shop");
    assert_eq!((world.with(2), world.records(), told.len()), (1_000, 0, 2), "{told:?}");
    let alone = (
        "Deployment".to_owned(),
        "Deployment d500 from 0 to 2, which it had before TimeWindowScaler night held it".to_owned(),
    );
    assert!(told.contains(&alone), "{told:?}");
}

/// All schedules are listed anew while it is being given back.
#[tokio::test(start_paused = true)]
async fn a_list_that_is_made_anew_meanwhile_keeps_nothing_from_being_told() {
    let (world, _controller) = asleep(20).await;
    world.server.fault(Filter::scale_writes().name("d500"), 3, Fault::Delay(Duration::from_secs(300)));
    world.delete_scaler("night");
    world.pass(8).await;
    assert_eq!((world.with(2), world.returned("shop").len()), (999, 0));
    let watches = Filter::all().kind(Kind::TimeWindowScaler).verb(Verb::Watch);
    world.server.fault(watches, 1, Fault::Refuse(Refusal::expired("too old resource version")));
    world.server.close_watches(Kind::TimeWindowScaler, true);
    world.pass(30).await;
    let told = world.returned("shop");
    assert!(matches!(&*told, [(_, first)] if first.starts_with("999 changes: ")), "{told:?}");
}

/// Somebody deletes the record while what it says is being given back.
#[tokio::test(start_paused = true)]
async fn a_record_that_is_deleted_meanwhile_is_not_made_again_and_again() {
    let world = evening(night());
    world.app("web", 2);
    let _controller = world.controller();
    world.until("2026-11-23T20:01:00Z").await;
    world.server.fault(Filter::scale_writes(), 1, Fault::AnswerLate(Duration::from_secs(5)));
    world.delete_scaler("night");
    world.pass(2).await;
    assert_eq!(world.replicas("web"), 2, "it is on its way");
    world.server.delete(Kind::ScaleRecord, "shop", "kyklos").unwrap();
    world.pass(60).await;
    world.server.clear_requests();
    world.pass(60).await;
    assert_eq!((world.replicas("web"), world.records(), world.recorded()), (2, 0, 0));
}
