//! Two processes for one namespace, on the real clock: one acts, whatever becomes of the other.

use std::collections::BTreeSet;
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use futures::future::join_all;
use futures::{StreamExt as _, TryStreamExt as _};
use k8s_openapi::api::coordination::v1::Lease;
use kube::ResourceExt as _;
use kube::api::{Api, WatchEvent, WatchParams};
use kyklos::cluster::lease::NAME;

use crate::audit::{Request, requests, scalings};
use crate::boundaries::{from_then_on, next_minute};
use crate::controller::Controller;
use crate::relay::Relay;
use crate::stage::Stage;
use crate::waits::PATIENCE;

/// Objects with one boundary, and two processes for them, the first of which acts.
async fn furnished(name: &str, count: usize, boundary: DateTime<Utc>) -> (Stage, Controller, Controller) {
    let stage = Stage::new(name).await;
    let first = stage.account.kubeconfig.clone();
    let (first, second) = furnish(&stage, count, boundary, &first).await;
    (stage, first, second)
}

/// The first goes by a kubeconfig of its own.
async fn furnish(stage: &Stage, count: usize, boundary: DateTime<Utc>, kubeconfig: &Path) -> (Controller, Controller) {
    let names: Vec<_> = (0..count).map(|number| format!("web-{number:03}")).collect();
    let make = async |name: &String| {
        stage.deploy(name, 1).await;
        stage.scaler(name, from_then_on(name, boundary)).await;
    };
    for some in names.chunks(20) {
        join_all(some.iter().map(&make)).await;
    }
    let first = stage.real_controller_by("first", kubeconfig);
    stage.many(count, "first looks", |status| status["nextReplicas"] == 5).await;
    let second = stage.real_controller("second");
    second.until_ready("[+] lease: held by first_");
    assert!(Utc::now() < boundary, "it took too long for this to say anything");
    (first, second)
}

/// Whose the lease was from a version of it on, until the second process has it.
async fn holders_since(leases: &Api<Lease>, version: &str) -> Vec<String> {
    let one = WatchParams::default().fields(&format!("metadata.name={NAME}"));
    let mut changes = leases.watch(&one, version).await.unwrap().boxed();
    let mut holders = Vec::new();
    while !holders.last().is_some_and(|holder: &String| holder.starts_with("second_")) {
        let change = tokio::time::timeout(PATIENCE, changes.try_next()).await.unwrap().unwrap();
        let Some(WatchEvent::Modified(lease)) = change else { panic!("{change:?} after {holders:?}") };
        holders.push(lease.spec.unwrap().holder_identity.unwrap_or_default());
    }
    holders
}

async fn each_once(stage: &Stage, count: usize) -> Vec<Request> {
    stage.many(count, "the rush", |status| status["currentWindow"] == "rush").await;
    let writes = scalings(stage, count).await;
    let names: BTreeSet<_> = writes.iter().map(|write| write.name.as_str()).collect();
    assert_eq!(names.len(), count, "each once");
    writes
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_frozen_past_its_lease_decides_nothing_when_it_thaws() {
    const OBJECTS: usize = 30;
    let boundary = next_minute(25);
    let (stage, first, second) = furnished("thawed", OBJECTS, boundary).await;
    first.signal("STOP");
    second.until_ready("[+] lease: held by this process\n");
    assert!(Utc::now() < boundary, "it was taken over too late for this to say anything");
    let writes = each_once(&stage, OBJECTS).await;
    assert!(writes.iter().all(|write| write.received >= boundary), "{writes:#?}");
    first.signal("CONT");
    // It has the boundary ahead that the other one has met, and learns who leads.
    first.until_ready("[+] lease: held by second_");
    stage.scale_by_hand("web-000", 2);
    stage.scaled("web-000", 5).await;
    stage.event("web-000", "DriftCorrected", 1).await;
    scalings(&stage, OBJECTS + 1).await;
    assert!(!first.log().contains("DriftCorrected"), "{}", first.log());
    assert!(first.log().contains("no longer acts") && !second.log().contains("no longer acts"));
    // Whoever stands by stops as well as whoever leads.
    assert!(first.stop().success() && second.stop().success());
}

/// Frozen in the middle of its writes, of which those that were sent and not received yet arrive once the other is done.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_in_flight_when_it_froze_is_refused_once_the_other_has_written() {
    const OBJECTS: usize = 100;
    let boundary = next_minute(25);
    let stage = Stage::new("in-flight").await;
    let relay = Relay::new(&stage);
    let (first, second) = furnish(&stage, OBJECTS, boundary, &relay.kubeconfig).await;
    let until = async |at: DateTime<Utc>| tokio::time::sleep((at - Utc::now()).to_std().unwrap_or_default()).await;
    until(boundary - TimeDelta::milliseconds(200)).await;
    relay.hold();
    until(boundary + TimeDelta::milliseconds(500)).await;
    first.signal("STOP");
    second.until_ready("[+] lease: held by this process\n");
    each_once(&stage, OBJECTS).await;
    relay.release();
    let is_late = |request: &Request| request.resource == "deployments/scale" && request.code != 200;
    crate::audit::answered(&stage, 1, "late writes", is_late).await;
    first.signal("CONT");
    first.until_ready("[+] lease: held by second_");
    scalings(&stage, OBJECTS).await;
    let late: Vec<_> = requests(&stage).into_iter().filter(is_late).collect();
    println!("{} writes arrived late", late.len());
    // 504 is for whoever has given up meanwhile, which the API server sees before it has looked at the version.
    assert!(late.iter().all(|request| matches!(request.code, 409 | 504)), "{late:#?}");
    assert!(late.iter().any(|request| request.code == 409), "{late:#?}");
    for number in [0, OBJECTS / 2, OBJECTS - 1] {
        assert_eq!(stage.replicas(&format!("web-{number:03}")).await, Some(5));
        stage.event(&format!("web-{number:03}"), "ScaledUp", 1).await;
    }
    assert!(first.stop().success() && second.stop().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_asked_to_stop_in_a_storm_hands_it_over() {
    const OBJECTS: usize = 200;
    let boundary = next_minute(30);
    let (stage, first, second) = furnished("storm", OBJECTS, boundary).await;
    let begun = |request: &Request| request.resource == "deployments/scale";
    crate::audit::answered(&stage, 1, "writes of the storm", begun).await;
    let leases = Api::<Lease>::namespaced(stage.client.clone(), &stage.namespace);
    let before = leases.get(NAME).await.unwrap().resource_version().unwrap();
    let asked = Utc::now();
    assert!(first.stop().success());
    let took = Utc::now() - asked;
    let writes = each_once(&stage, OBJECTS).await;
    let last = writes.iter().map(|write| write.answered).max().unwrap();
    println!("stopped within {took}; the last of {OBJECTS} writes came {} after the boundary", last - boundary);
    // Two seconds, a request's limit of fifteen, and two to give the lease back; its Pod has thirty.
    assert!(took < TimeDelta::seconds(19), "it took {took} to stop");
    // The lease was given back, and didn't run out, however long all of this took.
    let holders = holders_since(&leases, &before).await;
    let [.., given_back, taken] = holders.as_slice() else { panic!("{holders:?}") };
    assert!(given_back.is_empty() && taken.starts_with("second_"), "{holders:?}");
    for number in [0, OBJECTS / 2, OBJECTS - 1] {
        stage.event(&format!("web-{number:03}"), "ScaledUp", 1).await;
    }
    assert!(second.stop().success());
}
