//! All that a tenant can pile up at once, on a control plane with the memory for it: what it costs the process, and the namespace
//! beside it.

use std::sync::OnceLock;
use std::time::Instant;

use chrono::{TimeDelta, Utc};
use futures::future::join_all;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Api, Patch, PatchParams, PostParams};
use kyklos_devcluster::{DevCluster, Options};
use serde_json::{Value, json};

use crate::audit::{Request, answered};
use crate::clusters::{install, start};
use crate::hostile::{LIMIT, peak};
use crate::invalid::crds_without_rules;
use crate::stage::Stage;
use crate::waits::{message, reason};

/// Go's own limit for the API server, which has to hold all of it several times.
const MEMORY_MIB: u32 = 2_048;
/// Targets of the namespace that behaves.
const GOOD: usize = 8;
/// On a real machine what takes less than this is no longer for anything but chance.
const CHANCE: TimeDelta = TimeDelta::milliseconds(100);

/// A control plane that holds all of it, and lets it in.
fn large() -> &'static DevCluster {
    static CLUSTER: OnceLock<DevCluster> = OnceLock::new();
    CLUSTER.get_or_init(|| {
        let options = Options { controller_manager: false, apiserver_memory_mib: MEMORY_MIB, ..Options::default() };
        let cluster = start(options);
        install(&cluster, crds_without_rules().as_bytes());
        cluster
    })
}

/// The latest of what is put back, twice for each target: five times would be a fight.
async fn latest(good: &Stage, rounds: std::ops::Range<usize>) -> TimeDelta {
    let mut latest = TimeDelta::zero();
    for round in rounds {
        for number in 0..GOOD {
            let name = format!("web-{number}");
            let seven = Patch::Merge(json!({ "spec": { "replicas": 7 } }));
            good.deployments().patch_scale(&name, &PatchParams::default(), &seven).await.unwrap();
            let changed = Utc::now();
            let is_it = |request: &Request| {
                let of = (request.resource.as_str(), request.namespace.as_str(), request.name.as_str());
                of == ("deployments/scale", "good", &name) && request.code == 200
            };
            // The first was that of the first look.
            let writes = answered(good, round + 2, "writes of a good one", is_it).await;
            latest = latest.max(writes.last().unwrap().answered - changed);
        }
    }
    latest
}

fn spec(target: &str) -> Value {
    json!({ "targetRef": { "name": target }, "timezone": "UTC", "defaultReplicas": 3, "gracePeriodSeconds": 0 })
}

/// What the hostile namespace has: by name, the specs of its objects.
fn pile() -> Vec<(String, Value)> {
    let names = (0..300).map(|number| {
        let mut spec = spec(&format!("none-{number}"));
        (spec["holidayMode"], spec["holidayConfigMap"]) = (json!("treat-as-closed"), json!(format!("days-{number}")));
        (format!("name-{number}"), spec)
    });
    let claims = (0..800).map(|number| (format!("claim-{number}"), spec("shared")));
    let lists = (0..3).map(|number| {
        let mut spec = spec("shared");
        let days = vec!["Mon"; 200_000];
        spec["windows"] = json!([{ "days": days, "start": "09:00", "end": "17:00", "replicas": 5 }]);
        (format!("list-{number}"), spec)
    });
    names.chain(claims).chain(lists).collect()
}

/// Three hundred names of ConfigMaps, one of them with sixty thousand keys that are no dates, eight hundred claims on one target and
/// lists of two hundred thousand days, beside a namespace whose counts somebody changes, while one controller has the whole cluster.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes a control plane with two gigabytes: nightly"]
async fn what_piles_up_in_one_namespace_costs_no_memory_and_another_namespace_no_time() {
    let begin = Instant::now();
    let good = Stage::whole(large(), "good").await;
    let hostile = Stage::on(large(), "piled").await;
    for number in 0..GOOD {
        let name = format!("web-{number}");
        good.deploy(&name, 1).await;
        good.scaler(&name, spec(&name)).await;
    }
    hostile.deploy("shared", 1).await;
    let controller = good.real_controller("wide");
    for number in 0..GOOD {
        good.scaled(&format!("web-{number}"), 3).await;
    }
    let alone = latest(&good, 0..2).await;

    let piling = async {
        let data: serde_json::Map<_, _> = (0..60_000).map(|key| (format!("no-{key}"), json!(""))).collect();
        let days = json!({ "metadata": { "name": "days-0" }, "data": data });
        let days: ConfigMap = serde_json::from_value(days).unwrap();
        Api::namespaced(hostile.client.clone(), "piled").create(&PostParams::default(), &days).await.unwrap();
        let all = pile();
        for some in all.chunks(20) {
            join_all(some.iter().map(|(name, spec)| hostile.scaler(name, spec.clone()))).await;
        }
        for (name, _) in all {
            let status = hostile.status_when(&name, "a first look", |status| reason(status, "Ready") != "-").await;
            let is_invalid = reason(&status, "Stalled") == "ConfigurationInvalid";
            assert_eq!(is_invalid, name.starts_with("list-"), "{name}: {}", message(&status, "Ready"));
            assert!(status.to_string().len() < 16_384, "{name}: {}", status.to_string().len());
        }
    };
    let highest = peak(|| controller.memory(), piling).await;
    let beside = latest(&good, 2..4).await;
    let took = begin.elapsed().as_secs();
    println!(
        "{highest} KiB at the most, {} KiB in the end; put back {alone} late at the most alone, {beside} beside; {took} s",
        controller.memory()
    );
    assert!(highest < LIMIT, "{highest} KiB");
    assert!(beside <= (alone * 2).max(CHANCE), "{beside} instead of {alone}");
    assert_eq!(hostile.replicas("shared").await, Some(3), "the eldest has it");
    assert!(controller.stop().success());
}
