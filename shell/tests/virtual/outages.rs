//! The API server goes, comes back, and forgets.

use std::time::Duration;

use kyklos_testserver::{Fault, Filter, Kind, Refusal, Verb};
use serde_json::json;

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

/// The same where nobody was let see it, so that no deletion was told of.
#[tokio::test(start_paused = true)]
async fn a_crd_that_is_deleted_while_nobody_watches_scales_nothing_and_comes_back() {
    let world = World::at("2026-11-23T08:50:00Z");
    for name in ["web", "api"] {
        world.deploy(name, 2);
        world.scaler(name, office(name));
    }
    let _controller = world.controller();
    world.until("2026-11-23T08:52:00Z").await;
    let scalers = || Filter::all().kind(Kind::TimeWindowScaler);
    let away = world.server.fault(scalers().verb(Verb::Watch), None, Fault::Refuse(Refusal::unavailable()));
    world.server.close_watches(Kind::TimeWindowScaler, true);
    world.pass(5).await;
    world.server.uninstall(Kind::TimeWindowScaler);
    world.server.lift(away);
    world.until("2026-11-23T09:01:00Z").await;
    assert!(world.scalings().is_empty(), "what is gone scales nothing");
    world.server.install(Kind::TimeWindowScaler);
    world.scaler("web", office("web"));
    world.pass(90).await;
    assert_eq!((world.replicas("web"), world.replicas("api"), world.scalings().len()), (10, 2, 1));
    // Not found for a moment is none of that: an API server that starts says so, too.
    let moment = world.server.fault(scalers(), None, Fault::Refuse(Refusal::unknown_path()));
    world.server.close_watches(Kind::TimeWindowScaler, true);
    world.pass(30).await;
    world.scale("web", 4);
    world.pass(1).await;
    assert_eq!(world.replicas("web"), 10);
    world.server.lift(moment);
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

/// Whatever everything is answered with for a minute, what changed at its end is seen soon after it.
#[tokio::test(start_paused = true)]
async fn after_a_minute_of_refusals_a_drift_is_seen_within_seconds() {
    for refusal in [
        Refusal::unavailable(),
        Refusal::internal("etcdserver: leader changed"),
        Refusal::too_many(1),
        Refusal::unauthorized(),
        Refusal::timeout("the server was unable to return a response in the time allotted"),
    ] {
        let world = many();
        let _controller = world.controller();
        world.until("2026-11-23T09:00:10Z").await;
        world.server.fault(Filter::all(), None, Fault::Refuse(refusal.clone()));
        for kind in [Kind::TimeWindowScaler, Kind::Deployment, Kind::Lease] {
            world.server.close_watches(kind, true);
        }
        world.pass(60).await;
        world.scale("web-07", 4);
        world.server.lift_all();
        world.pass(5).await;
        assert_eq!(world.replicas("web-07"), 10, "{refusal:?}");
        world.pass(60).await;
        assert_eq!(world.events("web-07"), ["DriftCorrected", "ScaledUp"], "{refusal:?}");
    }
}

/// Connections that nothing comes through any more, and nobody says so: what happened meanwhile is seen soon after.
#[tokio::test(start_paused = true)]
async fn watches_that_fall_silent_in_an_outage_begin_anew_after_it() {
    let world = many();
    let _controller = world.controller();
    world.until("2026-11-23T09:00:10Z").await;
    let silence = world.server.fault(Filter::all(), None, Fault::Hang);
    for kind in [Kind::TimeWindowScaler, Kind::Deployment, Kind::Lease] {
        assert!(world.server.silence_watches(kind) > 0);
    }
    world.pass(90).await;
    world.scale("web-07", 4);
    world.edit("web-08", json!({ "windows": [{ "start": "09:00", "end": "17:00", "replicas": 7 }] }));
    world.server.lift(silence);
    world.pass(20).await;
    assert_eq!((world.replicas("web-07"), world.replicas("web-08")), (10, 7));
}

/// The watch of the leases, too: somebody takes a namespace while nothing comes through.
#[tokio::test(start_paused = true)]
async fn a_lease_that_was_taken_in_an_outage_is_seen_after_it() {
    let world = many();
    let _wide = world.controller_of(None, "wide");
    // A watch begins anew every minute, so what is to be seen is seen before that.
    world.until("2026-11-23T09:00:05Z").await;
    let silence = world.server.fault(Filter::all().agent("wide"), None, Fault::Hang);
    assert!(world.server.silence_watches(Kind::Lease) > 0);
    world.until("2026-11-23T09:00:30Z").await;
    let _narrow = world.controller_of(Some("shop"), "narrow");
    world.until("2026-11-23T09:00:38Z").await;
    world.server.lift(silence);
    world.until("2026-11-23T09:00:55Z").await;
    world.server.clear_requests();
    world.scale("web-07", 4);
    world.until("2026-11-23T09:00:58Z").await;
    assert_eq!(world.scaled_by(), ["narrow (write)"]);
}

/// One connection that dies alone: there is no outage that anybody could notice.
#[tokio::test(start_paused = true)]
async fn a_watch_of_the_leases_that_falls_silent_alone_is_believed_for_a_minute() {
    let world = many();
    let _wide = world.controller_of(None, "wide");
    world.until("2026-11-23T09:00:10Z").await;
    assert!(world.server.silence_watches(Kind::Lease) > 0);
    let _narrow = world.controller_of(Some("shop"), "narrow");
    world.pass(75).await;
    world.server.clear_requests();
    world.scale("web-07", 4);
    world.pass(10).await;
    assert_eq!(world.scaled_by(), ["narrow (write)"]);
}

/// Of objects, targets and holidays, too: what was asked for and done meanwhile is seen a minute and a bit later.
#[tokio::test(start_paused = true)]
async fn a_watch_that_falls_silent_alone_is_believed_for_a_minute() {
    let world = many();
    let days = |data| json!({ "metadata": { "namespace": "shop", "name": "days" }, "data": data });
    world.server.create(Kind::ConfigMap, "kubectl", &days(json!({ "2026-12-25": "" }))).unwrap();
    world.edit("web-09", json!({ "holidayMode": "treat-as-closed", "holidayConfigMap": "days" }));
    let _controller = world.controller();
    // Watches begin anew every minute, so the first ones end as they should.
    world.until("2026-11-23T09:01:10Z").await;
    all_at(&world, 10);
    for kind in [Kind::Deployment, Kind::TimeWindowScaler, Kind::ConfigMap] {
        assert_eq!(world.server.silence_watches(kind), 1, "{kind:?}");
    }
    world.scale("web-07", 4);
    world.edit("web-08", json!({ "windows": [{ "start": "09:00", "end": "17:00", "replicas": 7 }] }));
    let holiday = json!({ "data": { "2026-11-23": "" } });
    world.server.edit(Kind::ConfigMap, "shop", "days", "kubectl", &holiday).unwrap();
    world.server.clear_requests();
    world.pass(66).await;
    assert_eq!(["web-07", "web-08", "web-09"].map(|name| world.replicas(name)), [10, 7, 2]);
    let lists = world.server.requests(&Filter::all().verb(Verb::List));
    let again = world.server.requests(&Filter::all().verb(Verb::Watch));
    // What isn't served is asked for from the start each time.
    let served = again.iter().filter(|watch| watch.call.kind != Some(Kind::ScaledObject));
    let listed = served.filter(|watch| watch.call.query.contains_key("sendInitialEvents"));
    assert_eq!((lists.len(), listed.count()), (0, 0), "they are taken up where they were");
}

/// A list that takes longer than a watch lasts isn't begun again and again.
#[tokio::test(start_paused = true)]
async fn a_list_that_takes_longer_than_a_minute_is_given_the_time() {
    let world = many();
    world.server.fault(Filter::all().kind(Kind::Deployment), None, Fault::SlowList(Duration::from_secs(2)));
    let _controller = world.controller();
    // A minute for nothing, and then a hundred seconds.
    world.until("2026-11-23T09:01:45Z").await;
    all_at(&world, 10);
    world.scale("web-07", 4);
    world.pass(1).await;
    assert_eq!(world.replicas("web-07"), 10);
}

/// etcd is put back to an earlier instant: counts, schedules and statuses are those of then.
#[tokio::test(start_paused = true)]
async fn what_goes_back_in_versions_is_seen_and_put_right() {
    let world = many();
    let _controller = world.controller();
    world.until("2026-11-23T08:59:30Z").await;
    let before = world.server.snapshot();
    world.until("2026-11-23T09:00:30Z").await;
    all_at(&world, 10);
    let right = world.status("web-00");
    world.scale("web-03", 5);
    world.pass(60).await;
    world.server.restore(&before);
    assert_eq!(world.replicas("web-00"), 2);
    world.pass(60).await;
    all_at(&world, 10);
    let status = world.status("web-00");
    for field in ["effectiveReplicas", "targetObservedReplicas", "currentWindow", "nextBoundary"] {
        assert_eq!(status[field], right[field], "{field}");
    }
    assert_eq!(world.reason("web-00", "Ready"), "Reconciled");
    // And goes on from there.
    world.scale("web-01", 3);
    world.pass(2).await;
    assert_eq!(world.replicas("web-01"), 10);
}

/// Lists and watches that are refused, each in its way, from before the start until shortly before a boundary.
#[tokio::test(start_paused = true)]
async fn whatever_a_watch_is_refused_with_the_boundary_is_met() {
    for refusal in [
        Refusal::expired("too old resource version"),
        Refusal::too_many(5),
        Refusal::internal("etcdserver: leader changed"),
        Refusal::unavailable(),
        Refusal::forbidden("not yet"),
    ] {
        let world = many();
        for kind in [Kind::TimeWindowScaler, Kind::TimeWindowOverride, Kind::Deployment] {
            world.server.fault(Filter::all().kind(kind).verb(Verb::Watch), 4, Fault::Refuse(refusal.clone()));
        }
        let _controller = world.controller();
        world.until("2026-11-23T09:00:02Z").await;
        all_at(&world, 10);
        for kind in [Kind::TimeWindowScaler, Kind::Deployment] {
            world.server.fault(Filter::all().kind(kind).verb(Verb::Watch), 2, Fault::Refuse(refusal.clone()));
            world.server.close_watches(kind, true);
        }
        world.scale("web-00", 3);
        world.pass(20).await;
        assert_eq!(world.replicas("web-00"), 10, "{refusal:?}");
        assert_eq!(world.scalings().len(), OBJECTS + 1, "{refusal:?}");
    }
}

/// Objects as large as the API server takes them are late for nobody.
#[tokio::test(start_paused = true)]
async fn objects_of_a_megabyte_are_scaled_like_all_others() {
    let world = World::at("2026-11-23T08:59:00Z");
    for index in 0..5 {
        let name = format!("web-{index:02}");
        let env: Vec<_> =
            (0..1_000).map(|number| json!({ "name": format!("V{number}"), "value": "x".repeat(1_000) })).collect();
        let template = json!({ "spec": { "containers": [{ "name": "main", "env": env }] } });
        let deployment = json!({
            "metadata": { "namespace": "shop", "name": name },
            "spec": { "replicas": 2, "template": template },
        });
        world.server.create(Kind::Deployment, "kubectl", &deployment).unwrap();
        let scaler = json!({
            "metadata": { "namespace": "shop", "name": name, "annotations": { "note": "x".repeat(250_000) } },
            "spec": office(&name),
        });
        world.server.create(Kind::TimeWindowScaler, "kubectl", &scaler).unwrap();
    }
    let _controller = world.controller();
    world.until("2026-11-23T09:00:01Z").await;
    assert_eq!((world.scalings().len(), world.replicas("web-04")), (5, 10));
    assert_eq!(world.events("web-04"), ["ScaledUp"]);
}

/// A namespace that goes takes nothing with it, and is asked for nothing any more.
#[tokio::test(start_paused = true)]
async fn a_namespace_that_is_deleted_leaves_the_others_alone_and_can_come_back() {
    let world = many();
    world.deploy_in("other", "web", 2);
    world.scaler_in("other", "web", office("web"));
    let _controller = world.controller_of(None, "wide");
    world.until("2026-11-23T08:59:30Z").await;
    // Some of it is held by a finalizer for a while.
    let held = json!({ "metadata": { "finalizers": ["example.com/hold"] } });
    world.server.edit(Kind::TimeWindowScaler, "shop", "web-00", "kubectl", &held).unwrap();
    world.server.delete(Kind::Namespace, "", "shop").unwrap();
    world.pass(5).await;
    world.server.clear_requests();
    world.until("2026-11-23T09:10:00Z").await;
    assert_eq!(world.replicas_in("other", "web"), 10);
    assert_eq!(world.server.count(&Filter::writes().namespace("shop")), 0);
    let freed = json!({ "metadata": { "finalizers": null } });
    world.server.edit(Kind::TimeWindowScaler, "shop", "web-00", "kubectl", &freed).unwrap();
    world.server.finish_namespace("shop");
    world.server.create_namespace("shop");
    world.deploy("web-00", 2);
    world.scaler("web-00", office("web-00"));
    world.pass(2).await;
    assert_eq!(world.replicas("web-00"), 10);
}
