//! Nobody hurts another: a namespace that misbehaves beside one that doesn't.

use std::time::Duration;

use chrono::TimeDelta;
use kyklos_testserver::{Fault, Filter};
use serde_json::json;

use crate::world::{World, at, office};

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

#[tokio::test(start_paused = true)]
async fn a_namespace_whose_admission_hangs_keeps_no_other_waiting() {
    let alone = lateness(|_| {}).await;
    let beside = lateness(|world| {
        for index in 0..300 {
            let name = format!("web-{index:03}");
            world.deploy(&name, 2);
            world.scaler(&name, office(&name));
        }
        world.server.fault(Filter::scale_writes().namespace("shop"), None, Fault::Delay(Duration::from_secs(10)));
    })
    .await;
    assert!(beside <= alone * 2 + TimeDelta::milliseconds(100), "{beside} instead of {alone}");
}

#[tokio::test(start_paused = true)]
async fn eight_hundred_objects_on_one_target_keep_no_other_waiting() {
    let alone = lateness(|_| {}).await;
    let beside = lateness(|world| {
        world.deploy("web", 2);
        for index in 0..800 {
            world.scaler(&format!("web-{index:03}"), office("web"));
        }
    })
    .await;
    assert!(beside <= alone * 2 + TimeDelta::milliseconds(100), "{beside} instead of {alone}");
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
}

/// C07: one malformed object stops them all.
#[tokio::test(start_paused = true)]
async fn malformed_objects_stop_nobody_and_act_once_they_are_mended() {
    let world = World::at("2026-11-23T12:00:00Z");
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
    for name in &broken {
        assert!(!world.reason(name, "Stalled").is_empty(), "{name}");
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
}
