//! How late a write is on the real clock, one object due a second.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use serde_json::json;

use super::Asked;
use super::outcome::{Line, Outcome, percentile};
use super::replica::{Program, Replica};
use super::stage::{Stage, name, reported};

const NAMESPACE: &str = "lag";
/// The boundary comes so much later than the objects are made and looked at, at the least.
const LEAD: Duration = Duration::from_secs(10);

/// All objects have one boundary and a grace period of 1, 2, 3 .. seconds. When a write came and when it was accepted are
/// the API server's own words: a watch would add what it takes to tell us. The lag is that of the acceptance, the later
/// of the two, and too early is what *came* before it was due.
pub(crate) async fn measure(asked: &Asked, program: &Program) -> Result<Outcome> {
    let count = asked.due;
    let stage = Stage::new(program).await?;
    let boundary = whole_minute_after(LEAD + Duration::from_millis(40 * count as u64))?;
    let (from, end) = (minute(boundary - 1.hour()), minute(boundary));
    let spec = |number: usize| {
        json!({
            "timezone": "Etc/UTC", "defaultReplicas": 1, "gracePeriodSeconds": number + 1,
            "exceptions": [{ "start": from, "end": end, "replicas": 2 }],
        })
    };
    stage.make(NAMESPACE, count, 2, spec).await?;
    let mut audit = stage.audit_of_controller();
    let arguments = ["--namespace".to_owned(), NAMESPACE.to_owned()];
    let mut replica = Replica::start(program, &stage.kubeconfig, "kyklos-lag", &arguments)?;
    replica.ready()?;
    stage.calm(&mut audit, &mut replica, |audit| reported(audit, NAMESPACE, Timestamp::MIN) == count).await?;
    stage.all_have(NAMESPACE, count, 2).await?;
    ensure!(Timestamp::now() < boundary, "the first looks took too long: the boundary has passed");

    let last = boundary + SignedDuration::from_secs(count as i64);
    tokio::time::sleep(last.duration_since(Timestamp::now()).try_into().unwrap_or_default()).await;
    stage.calm(&mut audit, &mut replica, |audit| audit.since(boundary).filter(|r| r.scales()).count() >= count).await?;
    audit.catch_up(&stage.admin).await?;
    stage.all_have(NAMESPACE, count, 1).await?;
    replica.stop()?;

    let writes: BTreeMap<_, _> =
        audit.since(Timestamp::MIN).filter(|request| request.scales()).map(|r| (r.name.clone(), r)).collect();
    let many = audit.since(Timestamp::MIN).filter(|request| request.scales()).count();
    ensure!(many == count && writes.len() == count, "{many} accepted writes of {} of {count} objects", writes.len());
    let (mut lags, mut came) = (Vec::new(), Vec::new());
    for number in 0..count {
        let write = writes.get(&name(number)).with_context(|| format!("{} was never written", name(number)))?;
        let due = boundary + SignedDuration::from_secs(number as i64 + 1);
        lags.push(write.answered.duration_since(due).as_secs_f64() * 1e3);
        came.push(write.received.duration_since(due).as_secs_f64() * 1e3);
    }
    let early = came.iter().filter(|came| **came < 0.0).count();
    let mut outcome = Outcome::new("lag");
    outcome.line(Line::at_most("lag, p99", count, "ms", percentile(&mut lags, 0.99), 50.0));
    outcome.line(Line::told("lag, p50", count, "ms", percentile(&mut lags, 0.5)));
    outcome.line(Line::told("lag, the most", count, "ms", percentile(&mut lags, 1.0)));
    outcome.line(Line::told("until the request came, p99", count, "ms", percentile(&mut came, 0.99)));
    outcome.line(Line::told("until the request came, the least", count, "ms", percentile(&mut came, 0.0)));
    outcome.line(Line::at_most("writes before they were due", count, "", early as f64, 0.0));
    Ok(outcome)
}

/// The first whole minute that is so far away at the least: exceptions begin and end at whole minutes.
pub(crate) fn whole_minute_after(lead: Duration) -> Result<Timestamp> {
    let earliest = Timestamp::now() + SignedDuration::try_from(lead)?;
    Ok(Timestamp::from_second((earliest.as_second() / 60 + 1) * 60)?)
}

/// As exceptions write it, in UTC.
pub(crate) fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M").to_string()
}
