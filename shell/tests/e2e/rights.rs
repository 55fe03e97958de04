//! The rights that `kyklos manifests` prints: all of them are used, and nothing else is asked for.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use futures::future::join_all;
use serde_json::{Value, json};

use crate::account::Right;
use crate::stage::{MACHINE, Stage};
use crate::waits::{PATIENCE, message, reason};

/// An object whose life takes everything that the controller does.
fn spec() -> Value {
    json!({
        "targetRef": { "name": "web" }, "timezone": "UTC", "gracePeriodSeconds": 0,
        "holidayMode": "treat-as-closed", "holidayConfigMap": "days",
        "windows": [{ "name": "always", "start": "00:00", "end": "24:00", "replicas": 4 }],
    })
}

async fn furnished(name: &str) -> Stage {
    let stage = Stage::new(name).await;
    stage.deploy("web", 1).await;
    stage.holidays("days", &[("2026-12-25", "Christmas")]).await;
    stage.scaler("web", spec()).await;
    stage
}

/// What the audit log has of a stage's controllers.
fn asked(stage: &Stage) -> Vec<Value> {
    let text = std::fs::read_to_string(&stage.audit_log).unwrap();
    // The last line may be half written.
    let entries = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    entries.filter(|entry| entry["user"]["username"] == stage.account.user.as_str()).collect()
}

/// What a request takes; `None` for one that concerns no resource.
fn right(entry: &Value) -> Option<Right> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let object = entry.get("objectRef")?;
    let mut resource = text(&object["resource"]);
    if let Some(subresource) = object["subresource"].as_str() {
        resource = format!("{resource}/{subresource}");
    }
    let verb = text(&entry["verb"]);
    // The only ones that are allowed by name; what isn't made yet has none.
    let name = (resource == "leases" && verb != "create").then(|| text(&object["name"]));
    Some(Right { group: text(&object["apiGroup"]), resource, verb, name })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_printed_rights_are_exactly_those_that_are_used() {
    let _shared = MACHINE.read().await;
    let stage = furnished("rights").await;
    let granted: BTreeSet<_> = stage.account.rights().await.into_iter().collect();
    let controller = stage.controller("2026-11-23T12:00:00Z", 1);
    stage.scaled("web", 4).await;
    stage.event("web", "ScaledUp", 1).await;
    stage.status_when("web", "a status", |status| reason(status, "Ready") == "Reconciled").await;
    // The watches tell of changes.
    stage.scale_by_hand("web", 7);
    stage.scaled("web", 4).await;
    stage.holidays("days", &[("2026-11-23", "today")]).await;
    stage.scaled("web", 1).await;
    stage.edit("web", json!({ "holidayMode": "ignore" })).await;
    stage.scaled("web", 4).await;
    assert!(controller.stop().success());

    let begin = Instant::now();
    let used = loop {
        let used: BTreeSet<_> = asked(&stage).iter().filter_map(right).collect();
        if used.len() >= granted.len() || begin.elapsed() > PATIENCE {
            break used;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert_eq!(used, granted);
    let rest: Vec<_> = asked(&stage).into_iter().filter(|entry| right(entry).is_none()).collect();
    assert!(!rest.is_empty(), "the clock was never compared");
    for entry in rest {
        assert_eq!((&entry["verb"], &entry["requestURI"]), (&json!("get"), &json!("/version")));
        assert_eq!(entry["responseStatus"]["code"], 200, "everybody may see the version");
    }
}

/// Where the lack of a right shows.
#[derive(Debug, Clone, Copy)]
enum Sign {
    /// The controller isn't ready, and says why.
    Unready,
    /// The object's condition `Degraded` has this reason, and a message that says why.
    Degraded(&'static str),
    /// The log says why.
    Log,
}

fn sign(right: &Right) -> Sign {
    match (right.resource.as_str(), right.verb.as_str()) {
        ("timewindowscalers" | "deployments", "list" | "watch") => Sign::Unready,
        ("deployments/scale", "patch") => Sign::Degraded("TargetUpdateFailed"),
        ("configmaps", "list") => Sign::Degraded("HolidaySourceMissing"),
        ("configmaps", "watch") | ("timewindowscalers/status", "patch") | ("events", "create") => Sign::Log,
        other => panic!("{other:?} is a right of which this test doesn't know what it is for"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_any_one_of_the_rights_something_fails_and_is_told_about() {
    let _shared = MACHINE.read().await;
    let all = Stage::new("rights-all").await.account.rights().await;
    assert!(all.len() >= 9, "{all:?}");
    join_all(all.into_iter().enumerate().map(|(number, taken)| async move {
        let stage = furnished(&format!("rights-{number}")).await;
        let mut rights = stage.account.rights().await;
        rights.retain(|right| *right != taken);
        stage.account.allow(&rights).await;
        let controller = stage.controller("2026-11-23T12:00:00Z", 1);
        let words = taken.refusal();
        let begin = Instant::now();
        loop {
            let told = match sign(&taken) {
                Sign::Unready => {
                    let (code, body) = controller.probe("/readyz");
                    let line = format!("[-] {}: ", taken.resource);
                    code == 503 && body.lines().any(|found| found.starts_with(&line) && found.contains(&words))
                }
                Sign::Degraded(wanted) => {
                    let status = stage.status("web").await;
                    reason(&status, "Degraded") == wanted && message(&status, "Degraded").contains(&words)
                }
                // Some of the texts in a line of the log have their quotes escaped.
                Sign::Log => controller.log().replace('\\', "").contains(&words),
            };
            if told {
                break;
            }
            assert!(begin.elapsed() < PATIENCE, "{taken:?}: nobody says {words}: {}", controller.log());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert_eq!(controller.probe("/healthz").0, 200, "to start again would give no right");
        assert!(controller.stop().success());
    }))
    .await;
}
