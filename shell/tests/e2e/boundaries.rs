//! Boundaries on the real clock: the write comes after them, never before, and soon. And on a clock that stood still meanwhile.

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use futures::future::join_all;
use serde_json::{Value, json};

use crate::audit::scalings;
use crate::stage::Stage;
use crate::waits::reason;

/// The first full minute that is at least so many seconds away.
pub(crate) fn next_minute(seconds: i64) -> DateTime<Utc> {
    let minute = TimeDelta::minutes(1);
    (Utc::now() + TimeDelta::seconds(seconds)).duration_trunc(minute).unwrap() + minute
}

/// One replica, and five for an hour from an instant on.
pub(crate) fn from_then_on(target: &str, at: DateTime<Utc>) -> Value {
    let local = |at: DateTime<Utc>| at.format("%Y-%m-%dT%H:%M").to_string();
    json!({
        "targetRef": { "name": target }, "timezone": "UTC", "gracePeriodSeconds": 0,
        "exceptions": [{ "name": "rush", "start": local(at), "end": local(at + TimeDelta::hours(1)), "replicas": 5 }],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn on_the_real_clock_a_boundary_is_met_and_never_before_it() {
    let stage = Stage::new("boundary").await;
    let boundary = next_minute(10);
    stage.deploy("web", 1).await;
    stage.scaler("web", from_then_on("web", boundary)).await;
    let controller = stage.real_controller("one");
    let status = stage.status_when("web", "a first look", |status| reason(status, "Ready") == "Reconciled").await;
    assert_eq!(status["nextReplicas"], 5);
    assert_eq!(status.get("clock"), None, "it is the real one");
    assert!(Utc::now() < boundary, "it looked too late for this to say anything");
    let status = stage.status_when("web", "the rush", |status| status["currentWindow"] == "rush").await;
    assert_eq!(reason(&status, "Reconciling"), "Stable", "accepted, so there is nothing under way");
    stage.event("web", "ScaledUp", 1).await;
    let write = scalings(&stage, 1).await.remove(0);
    assert!(write.received >= boundary, "{} is before {boundary}", write.received);
    let late = write.answered - boundary;
    println!("accepted {late} after the boundary");
    assert!(late < TimeDelta::seconds(5), "accepted {late} after the boundary");
    assert!(write.agent.starts_with("kyklos/") && write.agent.ends_with(" (write)"), "{}", write.agent);
    let told: DateTime<Utc> = status["lastScaleTime"].as_str().unwrap().parse().unwrap();
    assert!(told >= boundary && told - boundary < TimeDelta::seconds(5), "{told}");
    assert!(controller.stop().success());
}

/// A process that gets no time over its boundary misses nothing for that.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_frozen_over_a_boundary_makes_up_for_it_at_once() {
    const OBJECTS: usize = 50;
    let stage = Stage::new("frozen").await;
    let names: Vec<_> = (0..OBJECTS).map(|number| format!("web-{number:03}")).collect();
    let make = async |name: &String| {
        stage.deploy(name, 0).await;
        let day = json!([{ "start": "08:10", "end": "20:00", "replicas": 1 }]);
        let spec = json!({
            "targetRef": { "name": name }, "timezone": "UTC", "defaultReplicas": 0, "gracePeriodSeconds": 0, "windows": day,
        });
        stage.scaler(name, spec).await;
    };
    join_all(names.iter().map(make)).await;
    // A minute a second, and early enough for the first looks.
    let controller = stage.controller("2026-11-23T07:40:00Z", 60);
    stage.many(OBJECTS, "first looks", |status| status["nextReplicas"] == 1).await;
    controller.until("2026-11-23T08:09:30Z").await;
    controller.signal("STOP");
    assert!(Utc::now() < controller.real("2026-11-23T08:10:00Z"), "it was stopped too late for this to say anything");
    controller.until("2026-11-23T08:13:00Z").await;
    scalings(&stage, 0).await;
    let thaw = Utc::now();
    controller.signal("CONT");
    let on = |status: &Value| status["effectiveReplicas"] == 1 && status["nextBoundary"] == "2026-11-23T20:00:00Z";
    stage.many(OBJECTS, "the day", on).await;
    let writes = scalings(&stage, OBJECTS).await;
    let written: std::collections::BTreeSet<_> = writes.iter().map(|write| write.name.as_str()).collect();
    assert_eq!(written.len(), OBJECTS, "each once");
    let last = writes.iter().map(|write| write.answered).max().unwrap() - thaw;
    assert!(last < TimeDelta::seconds(10), "{last} after it was thawed");
    for name in &names {
        stage.event(name, "ScaledUp", 1).await;
    }
    // Late since the boundary, not since the thaw: three minutes of its clock.
    let (code, metrics) = controller.probe("/metrics");
    let figure = |name: &str| {
        let line = metrics.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("{metrics}"));
        line.trim().parse::<f64>().unwrap()
    };
    assert_eq!((code, figure("kyklos_boundary_lag_seconds_count ")), (200, 50.0));
    let mean = figure("kyklos_boundary_lag_seconds_sum ") / 50.0;
    assert!(mean >= 180.0, "{mean}");
    assert!(controller.stop().success());
}
