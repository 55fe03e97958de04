//! Nobody hurts another: a namespace that misbehaves beside one that doesn't.

use std::time::Duration;

use chrono::TimeDelta;
use futures::StreamExt as _;
use k8s_openapi::api::apps::v1::Deployment;
use kube::Api;
use kube::runtime::watcher::{Config, Event, watcher};
use kyklos::cli::controller::Options;
use kyklos_testserver::{Fault, Filter, Kind, Refusal};
use serde_json::json;

use crate::world::{World, at, office, options};

/// The latest write in the namespace that behaves, after its boundary.
async fn lateness(hostile: impl FnOnce(&World)) -> TimeDelta {
    let world = World::at("2026-11-23T08:58:00Z");
    for index in 0..50 {
        let name = format!("web-{index:02}");
        world.deploy_in("other", &name, 2);
        world.scaler_in("other", &name, office(&name));
    }
    world.server.fault(Filter::scale_writes().namespace("other"), None, Fault::AnswerLate(Duration::from_millis(20)));
    hostile(&world);
    let _controller = world.controller_of(None, "wide");
    world.until("2026-11-23T09:05:00Z").await;
    let writes = world.server.requests(&Filter::scale_writes().namespace("other"));
    assert_eq!(writes.len(), 50);
    writes.iter().map(|write| write.wall).max().unwrap() - at("2026-11-23T09:00:00Z")
}

/// At most twice as late beside something hostile as alone.
async fn behaves_beside(what: &str, hostile: impl FnOnce(&World)) {
    let alone = lateness(|_| {}).await;
    let beside = lateness(hostile).await;
    println!("{what}: {beside} instead of {alone}");
    assert!(beside <= alone * 2, "{what}: {beside} instead of {alone}");
}

#[tokio::test(start_paused = true)]
async fn a_namespace_whose_admission_hangs_keeps_no_other_waiting() {
    behaves_beside("an admission that hangs", |world| {
        for index in 0..300 {
            let name = format!("web-{index:03}");
            world.deploy(&name, 2);
            world.scaler(&name, office(&name));
        }
        world.server.fault(Filter::scale_writes().namespace("shop"), None, Fault::Delay(Duration::from_secs(10)));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn eight_hundred_objects_on_one_target_keep_no_other_waiting() {
    behaves_beside("many on one target", |world| {
        world.deploy("web", 2);
        for index in 0..800 {
            world.scaler(&format!("web-{index:03}"), office("web"));
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_is_in_kube_namespaces_is_left_alone() {
    let world = World::at("2026-11-23T12:00:00Z");
    world.deploy_in("kube-system", "dns", 2);
    world.scaler_in("kube-system", "dns", office("dns"));
    let _controller = world.controller_of(None, "wide");
    world.pass(60).await;
    assert_eq!(world.replicas_in("kube-system", "dns"), 2);
    assert_eq!(world.server.count(&Filter::writes().namespace("kube-system")), 0);
    // Unless it is asked for: by an option of one for the whole cluster, or by its name.
    for (namespace, kube_namespaces) in [(None, true), (Some("kube-system"), false)] {
        let world = World::at("2026-11-23T12:00:00Z");
        world.deploy_in("kube-system", "dns", 2);
        world.scaler_in("kube-system", "dns", office("dns"));
        let _controller = world.start(Options { kube_namespaces, ..options(namespace, "asked") });
        world.pass(60).await;
        assert_eq!(world.replicas_in("kube-system", "dns"), 10, "{namespace:?}");
    }
}

/// C07: one malformed object stops them all.
#[tokio::test(start_paused = true)]
async fn malformed_objects_stop_nobody_and_act_once_they_are_mended() {
    let world = World::at("2026-11-23T16:50:00Z");
    for index in 0..20 {
        let name = format!("web-{index:02}");
        world.deploy(&name, 2);
        world.scaler(&name, office(&name));
    }
    let mut broken = Vec::new();
    let with = |field: &str, value: serde_json::Value| {
        let mut spec = office("none");
        spec[field] = value;
        spec
    };
    for (index, spec) in [
        with("timezone", json!("CEST")),
        with("windows", json!([{ "days": [1, 5], "start": "09:00", "end": "17:00", "replicas": 1 }])),
        with("windows", json!([{ "start": "24:00", "end": "17:00", "replicas": 1 }])),
        json!(null),
        json!([1]),
        with("windows", json!({})),
        with("windows", json!([{ "start": "09:00", "end": "17:00", "replicas": "3" }])),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("broken-{index}");
        world.scaler(&name, spec);
        broken.push(name);
    }
    let first = world.controller();
    world.pass(10).await;
    for index in 0..20 {
        assert_eq!(world.replicas(&format!("web-{index:02}")), 10);
    }
    let fields = ["timezone", "windows[0].days", "windows[0].start", "spec", "spec", "windows", "windows[0].replicas"];
    for (name, field) in broken.iter().zip(fields) {
        assert_eq!(world.reason(name, "Ready"), "ConfigurationInvalid", "{name}");
        assert!(world.message(name, "Ready").contains(field), "{name}: {}", world.message(name, "Ready"));
        assert_eq!(world.events(name), ["InvalidSchedule"], "{name}");
    }
    first.stop().await;
    let _second = world.controller_of(Some("shop"), "pod-2");
    world.pass(30).await;
    for name in &broken {
        assert_eq!(world.events(name), ["InvalidSchedule"], "{name}: once, whoever tells");
        world.deploy(name, 1);
        world.edit(name, office(name));
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(world.replicas(name), 10, "{name}");
    }
    world.until("2026-11-23T17:00:01Z").await;
    for index in 0..20 {
        assert_eq!(world.replicas(&format!("web-{index:02}")), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn four_namespaces_whose_admission_hangs_keep_no_other_waiting() {
    let beside = lateness(|world| {
        for namespace in ["a", "b", "c", "d"] {
            for index in 0..100 {
                let name = format!("web-{index:03}");
                world.deploy_in(namespace, &name, 2);
                world.scaler_in(namespace, &name, office(&name));
            }
            let refused = Refusal::internal("failed calling webhook: context deadline exceeded");
            for fault in [Fault::Delay(Duration::from_secs(10)), Fault::Refuse(refused)] {
                world.server.fault(Filter::scale_writes().namespace(namespace), None, fault);
            }
        }
    })
    .await;
    // Each gets as much as is left, so a fifth of the turns: a hang would be ten seconds.
    assert!(beside <= TimeDelta::milliseconds(500), "{beside}");
}

/// More than enough to hold all turns. Until it is known that they hang they keep another waiting for a quarter of a second.
#[tokio::test(start_paused = true)]
async fn twelve_namespaces_whose_admission_hangs_keep_no_other_waiting() {
    let alone = lateness(|_| {}).await;
    let beside = lateness(|world| {
        for space in 0..12 {
            let namespace = format!("hostile-{space:02}");
            for index in 0..20 {
                let name = format!("web-{index:03}");
                world.deploy_in(&namespace, &name, 2);
                world.scaler_in(&namespace, &name, office(&name));
            }
            world.server.fault(
                Filter::scale_writes().namespace(&namespace),
                None,
                Fault::Delay(Duration::from_secs(10)),
            );
        }
    })
    .await;
    assert!(beside <= alone * 2 + TimeDelta::milliseconds(250), "{beside} instead of {alone}");
}

/// Their statuses, too: those of a namespace that hangs wait for it and not for a turn.
#[tokio::test(start_paused = true)]
async fn what_hangs_in_one_namespace_keeps_no_status_of_another_waiting() {
    let world = World::at("2026-11-23T08:58:00Z");
    for index in 0..100 {
        let name = format!("web-{index:03}");
        for namespace in ["shop", "other"] {
            world.deploy_in(namespace, &name, 2);
            world.scaler_in(namespace, &name, office(&name));
        }
    }
    let _controller = world.controller_of(None, "wide");
    world.until("2026-11-23T08:59:30Z").await;
    world.server.fault(Filter::writes().namespace("shop"), None, Fault::Hang);
    for slow in [Filter::status_writes(), Filter::writes().kind(Kind::Event), Filter::scale_writes()] {
        world.server.fault(slow.namespace("other"), None, Fault::AnswerLate(Duration::from_millis(50)));
    }
    world.until("2026-11-23T09:05:00Z").await;
    let statuses = world.server.requests(&Filter::status_writes().namespace("other"));
    let late: Vec<_> = statuses.iter().filter(|write| write.wall > at("2026-11-23T09:00:20Z")).collect();
    assert!(late.is_empty(), "{} of {} statuses", late.len(), statuses.len());
    let right = |name: &str| {
        world.server.get(Kind::TimeWindowScaler, "other", name).unwrap()["status"]["effectiveReplicas"] == 10
    };
    assert!((0..100).all(|index| right(&format!("web-{index:03}"))));
}

#[tokio::test(start_paused = true)]
async fn three_hundred_names_of_config_maps_are_sixteen_watches() {
    let watches = std::cell::Cell::new(None);
    behaves_beside("ConfigMaps", |world| {
        for index in 0..300 {
            let name = format!("web-{index:03}");
            let mut spec = office(&name);
            spec["holidayMode"] = json!("treat-as-closed");
            spec["holidayConfigMap"] = json!(format!("days-{index:03}"));
            world.deploy(&name, 2);
            world.scaler(&name, spec);
        }
        watches.set(Some(world.server.clone()));
    })
    .await;
    let server = watches.take().unwrap();
    let opened = server.requests(&Filter::all().kind(Kind::ConfigMap));
    let names: std::collections::BTreeSet<_> = opened.iter().map(|seen| seen.call.name.clone()).collect();
    assert_eq!(names.len(), 16, "{names:?}");
    let said = server.get(Kind::TimeWindowScaler, "shop", "web-299").unwrap()["status"].to_string();
    assert!(said.contains("more than 16 ConfigMaps"), "{said}");
}

#[tokio::test(start_paused = true)]
async fn a_config_map_of_sixty_thousand_bad_keys_is_ten_problems_and_a_count() {
    let server = std::cell::Cell::new(None);
    behaves_beside("bad keys", |world| {
        let data: serde_json::Map<_, _> = (0..60_000).map(|key| (format!("no-date-{key}"), json!(""))).collect();
        let days = json!({ "metadata": { "namespace": "shop", "name": "days" }, "data": data });
        world.server.create(Kind::ConfigMap, "kubectl", &days).unwrap();
        for index in 0..50 {
            let name = format!("web-{index:03}");
            let mut spec = office(&name);
            spec["holidayMode"] = json!("treat-as-closed");
            spec["holidayConfigMap"] = json!("days");
            world.deploy(&name, 2);
            world.scaler(&name, spec);
        }
        server.set(Some(world.server.clone()));
    })
    .await;
    let status = server.take().unwrap().get(Kind::TimeWindowScaler, "shop", "web-049").unwrap()["status"].clone();
    assert_eq!(status["effectiveReplicas"], 10, "the schedule is followed");
    let said = status.to_string();
    assert!(said.len() < 8_192 && said.contains("and 59990 more"), "{} bytes: {said}", said.len());
}

/// As under a CRD without its bounds: what is too long is said in short, and the rest isn't kept.
#[tokio::test(start_paused = true)]
async fn lists_and_texts_of_megabytes_are_said_in_short() {
    let server = std::cell::Cell::new(None);
    behaves_beside("megabytes", |world| {
        let mut days = office("web");
        days["windows"][0]["days"] = json!(vec!["Monday"; 200_000]);
        world.scaler("days", days);
        let mut zone = office("web");
        zone["timezone"] = json!("x".repeat(1_000_000));
        world.scaler("zone", zone);
        for index in 0..20 {
            let name = format!("web-{index:03}");
            let annotations = json!({ "note": "x".repeat(250_000), "kyklos.io/override": "x".repeat(10_000) });
            let metadata = json!({ "namespace": "shop", "name": name, "annotations": annotations });
            let deployment = json!({ "metadata": metadata, "spec": { "replicas": 2 } });
            world.server.create(Kind::Deployment, "kubectl", &deployment).unwrap();
            let scaler = json!({ "metadata": metadata, "spec": office(&name) });
            world.server.create(Kind::TimeWindowScaler, "kubectl", &scaler).unwrap();
        }
        server.set(Some(world.server.clone()));
    })
    .await;
    let server = server.take().unwrap();
    for (name, words) in [
        ("days", "200000 entries are too many: write at most 14"),
        ("zone", "more characters"),
        ("web-019", "override"),
    ] {
        let said = server.get(Kind::TimeWindowScaler, "shop", name).unwrap()["status"].to_string();
        assert!(said.len() < 8_192 && said.contains(words), "{name}: {} bytes", said.len());
    }
    assert_eq!(server.requests(&Filter::scale_writes().namespace("shop")).len(), 20);
}

/// Loops that scale back, on so many targets that most of them are back before the look that follows our write: they cost
/// nobody else anything and etcd little.
#[tokio::test(start_paused = true)]
async fn loops_that_scale_back_keep_no_other_waiting() {
    const LOOPS: usize = 60;
    let server = std::cell::Cell::new(None);
    behaves_beside("loops", |world| {
        for index in 0..LOOPS {
            let name = format!("web-{index:03}");
            world.deploy(&name, 10);
            let mut spec = office(&name);
            spec["windows"] = json!([]);
            world.scaler(&name, spec);
        }
        world.server.fault(
            Filter::scale_writes().namespace("shop"),
            None,
            Fault::AnswerLate(Duration::from_millis(20)),
        );
        let rival = world.server.clone();
        tokio::spawn(async move {
            let api = Api::<Deployment>::namespaced(rival.client("loop"), "shop");
            let mut changes = std::pin::pin!(watcher(api, Config::default().streaming_lists()));
            while let Some(change) = changes.next().await {
                let (Event::Apply(object) | Event::InitApply(object)) = change.unwrap() else { continue };
                if object.spec.unwrap().replicas == Some(2) {
                    let (rival, name) = (rival.clone(), object.metadata.name.unwrap());
                    tokio::spawn(async move {
                        tokio::time::sleep(Duration::from_millis(5)).await;
                        rival.scale(Kind::Deployment, "shop", &name, "loop", 10).unwrap();
                    });
                }
            }
        });
        server.set(Some(world.server.clone()));
    })
    .await;
    let server = server.take().unwrap();
    let writes = server.requests(&Filter::scale_writes().namespace("shop")).len();
    let others = server.requests(&Filter::writes().namespace("shop")).len() - writes;
    // Seven minutes: the first, five answers, then after 1, 2 and 4 minutes. More would be no fight, fewer no test.
    assert!((LOOPS * 7..=LOOPS * 10).contains(&writes), "{writes} writes");
    assert!(others <= LOOPS * 30, "{others} statuses and events");
}

/// An elder that is valid and invalid in turn changes what all the others have to say, each time.
#[tokio::test(start_paused = true)]
async fn an_elder_that_comes_and_goes_makes_no_storm_of_statuses() {
    let server = std::cell::Cell::new(None);
    behaves_beside("an elder that flips", |world| {
        world.deploy("web", 2);
        world.scaler("elder", office("web"));
        for index in 0..30 {
            world.scaler(&format!("young-{index:03}"), office("web"));
        }
        let rival = world.server.clone();
        tokio::spawn(async move {
            for round in 0..240 {
                let zone = if round % 2 == 0 { "CEST" } else { "UTC" };
                let patch = json!({ "spec": { "timezone": zone } });
                rival.edit(Kind::TimeWindowScaler, "shop", "elder", "loop", &patch).unwrap();
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
        });
        server.set(Some(world.server.clone()));
    })
    .await;
    let statuses = server.take().unwrap().requests(&Filter::status_writes().namespace("shop")).len();
    // Two minutes of thirty objects, and its own: not the 7,200 that they have to say.
    assert!(statuses <= 31 * (32 + 24) + 50, "{statuses} statuses");
}
