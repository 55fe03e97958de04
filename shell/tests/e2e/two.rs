//! Two processes for one namespace, on the real clock: one acts, whatever becomes of the other.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use futures::future::join_all;

use crate::audit::{Request, scalings};
use crate::boundaries::{from_then_on, next_minute};
use crate::controller::Controller;
use crate::stage::Stage;

/// Objects with one boundary, and two processes for them, the first of which acts.
async fn furnished(name: &str, count: usize, boundary: DateTime<Utc>) -> (Stage, Controller, Controller) {
    let stage = Stage::new(name).await;
    let names: Vec<_> = (0..count).map(|number| format!("web-{number:03}")).collect();
    let make = async |name: &String| {
        stage.deploy(name, 1).await;
        stage.scaler(name, from_then_on(name, boundary)).await;
    };
    for some in names.chunks(20) {
        join_all(some.iter().map(&make)).await;
    }
    let first = stage.real_controller("first");
    stage.many(count, "first looks", |status| status["nextReplicas"] == 5).await;
    let second = stage.real_controller("second");
    second.until_ready("[+] lease: held by first_");
    assert!(Utc::now() < boundary, "it took too long for this to say anything");
    (stage, first, second)
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

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_asked_to_stop_in_a_storm_hands_it_over() {
    const OBJECTS: usize = 200;
    let boundary = next_minute(30);
    let (stage, first, second) = furnished("storm", OBJECTS, boundary).await;
    let begun = |request: &Request| request.resource == "deployments/scale";
    crate::audit::answered(&stage, 1, "writes of the storm", begun).await;
    let asked = Utc::now();
    assert!(first.stop().success());
    let took = Utc::now() - asked;
    let writes = each_once(&stage, OBJECTS).await;
    let last = writes.iter().map(|write| write.answered).max().unwrap();
    println!("stopped within {took}; the last of {OBJECTS} writes came {} after the boundary", last - boundary);
    assert!(took < TimeDelta::seconds(4), "it took {took} to stop");
    // The lease was given back: otherwise it would take eight seconds.
    assert!(last - asked < TimeDelta::seconds(7), "{} after the first was asked to stop", last - asked);
    for number in [0, OBJECTS / 2, OBJECTS - 1] {
        stage.event(&format!("web-{number:03}"), "ScaledUp", 1).await;
    }
    assert!(second.stop().success());
}
