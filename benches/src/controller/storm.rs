//! One boundary for all, beside a plain client that makes the same writes.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use serde_json::json;

use super::Asked;
use super::audit::{Audit, by_kind};
use super::outcome::{Line, Outcome, median, percentile};
use super::plain;
use super::replica::{Program, Replica};
use super::stage::{Place, Stage, name, reported};

const NAMESPACE: &str = "storm";
const PLACE: Place<'static> = Place::Namespace(NAMESPACE);
const PAIRS: usize = 3;
/// So often a storm may be tried again with more time for the first looks.
const TRIES: u32 = 4;
/// The rehearsed clock's first day; each storm has the next one, so that no status is of a later time.
const FIRST_DAY: &str = "2026-11-23T09:00:00Z";

pub(crate) const LAST_TARGET: &str = "until the last target, Kyklos";
pub(crate) const ALL_REPORTS: &str = "until all reports";
pub(crate) const LAST_PLAIN: &str = "until the last target, plain client";
const REPORTS_PLAIN: &str = "until all reports, plain client";
pub(crate) const PROCESSOR: &str = "processor time an object, reports included";

/// What one storm cost.
struct Storm {
    last_target: Duration,
    all_reports: Duration,
    processor: Duration,
    out_of_order: f64,
    kinds: BTreeMap<String, usize>,
}

/// What the same writes cost a plain client.
struct Plain {
    last_target: Duration,
    all_reports: Duration,
}

pub(crate) async fn measure(asked: &Asked, program: &Program) -> Result<Outcome> {
    let mut outcome = Outcome::new("storm");
    for &count in &asked.objects {
        of(count, program, &mut outcome).await.with_context(|| format!("a storm of {count}"))?;
    }
    Ok(outcome)
}

async fn of(count: usize, program: &Program, outcome: &mut Outcome) -> Result<()> {
    let stage = Stage::new(program).await?;
    let spec = json!({
        "timezone": "Etc/UTC", "defaultReplicas": 1, "gracePeriodSeconds": 0,
        "windows": [
            { "start": "09:00", "end": "17:00", "replicas": 3 },
            { "start": "22:00", "end": "23:00", "replicas": 2 },
        ],
    });
    stage.make(NAMESPACE, count, 1, |_| spec.clone()).await?;
    let (mut audit, mut plain_audit) = (stage.audit_of_controller(), stage.audit_of_plain());
    let in_flight = plain::best_in_flight(&stage, &mut plain_audit, PLACE, [3, 1]).await?;
    let mut day: Timestamp = FIRST_DAY.parse()?;
    let mut lead = Duration::from_secs(8) + Duration::from_millis(10 * count as u64);
    let (mut storms, mut plains) = (Vec::new(), Vec::new());
    for _ in 0..PAIRS {
        let storm = storm(&stage, program, &mut audit, count, &mut day, &mut lead).await?;
        let took = plain::write(&stage, &mut plain_audit, PLACE, 1, in_flight).await?;
        let reported = took + plain::report(&stage, &mut plain_audit, NAMESPACE, in_flight).await?;
        eprintln!(
            "{count}: Kyklos {:.2} s, reports {:.2} s; plain client {:.2} s, reports {:.2} s",
            storm.last_target.as_secs_f64(),
            storm.all_reports.as_secs_f64(),
            took.as_secs_f64(),
            reported.as_secs_f64()
        );
        storms.push(storm);
        plains.push(Plain { last_target: took, all_reports: reported });
    }
    tell(count, &storms, &plains, in_flight, outcome);
    Ok(())
}

fn tell(count: usize, storms: &[Storm], plains: &[Plain], in_flight: usize, outcome: &mut Outcome) {
    let of = |value: &dyn Fn(&Storm) -> f64| median(&mut storms.iter().map(value).collect::<Vec<_>>());
    let ratio = |of_plain: &dyn Fn(&Plain) -> Duration, of_storm: &dyn Fn(&Storm) -> Duration| {
        let pairs = storms.iter().zip(plains);
        let ratios = pairs.map(|(storm, plain)| of_plain(plain).as_secs_f64() / of_storm(storm).as_secs_f64() * 100.0);
        median(&mut ratios.collect::<Vec<_>>())
    };
    let rate = ratio(&|plain| plain.last_target, &|storm| storm.last_target);
    outcome.line(Line::at_least("rate up to the last target, of a plain client's", count, "%", rate, 80.0));
    let rate = ratio(&|plain| plain.all_reports, &|storm| storm.all_reports);
    outcome.line(Line::told("rate up to all reports, of a plain client's", count, "%", rate));
    let late = of(&|storm| storm.all_reports.as_secs_f64() / storm.last_target.as_secs_f64());
    outcome.line(Line::at_most("all reports, times the last target", count, "", late, 2.0));
    let processor = of(&|storm| storm.processor.as_secs_f64() * 1e3 / count as f64);
    outcome.line(Line::at_most(PROCESSOR, count, "ms", processor, 2.0));
    let per_object = |wanted: &dyn Fn(&str) -> bool| {
        of(&|storm| {
            let all = storm.kinds.iter().filter(|(kind, _)| wanted(kind)).map(|(_, count)| *count).sum::<usize>();
            all as f64 / count as f64
        })
    };
    let is_event = |kind: &str| kind.ends_with(" events");
    outcome.line(Line::at_most(
        "requests an object, without events",
        count,
        "",
        per_object(&|kind| !is_event(kind)),
        2.0,
    ));
    outcome.line(Line::at_most("events an object", count, "", per_object(&is_event), 1.0));
    outcome.line(Line::told(LAST_TARGET, count, "s", of(&|storm| storm.last_target.as_secs_f64())));
    outcome.line(Line::told(ALL_REPORTS, count, "s", of(&|storm| storm.all_reports.as_secs_f64())));
    let plain = |of_plain: &dyn Fn(&Plain) -> Duration| {
        median(&mut plains.iter().map(|plain| of_plain(plain).as_secs_f64()).collect::<Vec<_>>())
    };
    outcome.line(Line::told(LAST_PLAIN, count, "s", plain(&|plain| plain.last_target)));
    outcome.line(Line::told(REPORTS_PLAIN, count, "s", plain(&|plain| plain.all_reports)));
    outcome.line(Line::told("places out of the order of names, p99", count, "", of(&|storm| storm.out_of_order)));
    let last = storms.last().map(|storm| &storm.kinds);
    let kinds: Vec<_> = last.into_iter().flatten().map(|(kind, count)| format!("{kind} {count}")).collect();
    outcome.note(format!("{count} objects, requests of the last storm: {}", kinds.join(", ")));
    outcome.note(format!("{count} objects: the plain client is at its best with {in_flight} in flight"));
}

/// One boundary. Before it all has to be looked at and calm, or it is tried again with twice the time.
async fn storm(
    stage: &Stage,
    program: &Program,
    audit: &mut Audit,
    count: usize,
    day: &mut Timestamp,
    lead: &mut Duration,
) -> Result<Storm> {
    for _ in 0..TRIES {
        let from = *day - SignedDuration::try_from(*lead)?;
        *day += 24.hours();
        let anchor = Timestamp::now();
        let boundary = anchor + SignedDuration::try_from(*lead)?;
        let options =
            ["--rehearse-from".to_owned(), from.to_string(), "--rehearse-anchor".to_owned(), anchor.to_string()];
        let arguments: Vec<_> = ["--namespace".to_owned(), NAMESPACE.to_owned()].into_iter().chain(options).collect();
        let mut replica = Replica::start(program, &stage.kubeconfig, "kyklos-storm", &arguments)?;
        replica.ready()?;
        stage.calm(audit, &mut replica, |audit| reported(audit, NAMESPACE, anchor) == count).await?;
        if Timestamp::now() + SignedDuration::from_secs(1) < boundary {
            let storm = weather(stage, audit, &mut replica, count, boundary).await?;
            replica.stop()?;
            return Ok(storm);
        }
        eprintln!("the first looks took longer than {} s; once more with twice the time", lead.as_secs());
        *lead *= 2;
        replica.stop()?;
        plain::write(stage, &mut stage.audit_of_plain(), PLACE, 1, 16).await?;
    }
    bail!("the first looks take longer than {} s", lead.as_secs() / 2)
}

async fn weather(
    stage: &Stage,
    audit: &mut Audit,
    replica: &mut Replica,
    count: usize,
    boundary: Timestamp,
) -> Result<Storm> {
    stage.all_have(NAMESPACE, count, 1).await?;
    let before = replica.processor_time()?;
    let left = boundary.duration_since(Timestamp::now());
    ensure!(left.is_positive(), "the boundary came while all was looked at");
    tokio::time::sleep(left.unsigned_abs()).await;
    stage.calm(audit, replica, |audit| audit.since(boundary).filter(|r| r.scales()).count() >= count).await?;
    let processor = replica.processor_time()?.saturating_sub(before);
    audit.catch_up(&stage.admin).await?;
    stage.all_have(NAMESPACE, count, 3).await?;

    let early = audit.since(boundary - SignedDuration::from_secs(1)).filter(|r| r.received < boundary && r.scales());
    ensure!(early.count() == 0, "targets were written before the boundary");
    let writes: Vec<_> = audit.since(boundary).filter(|request| request.scales()).collect();
    let mut places = BTreeMap::new();
    for (place, write) in writes.iter().enumerate() {
        ensure!(places.insert(write.name.as_str(), place).is_none(), "{} was written twice", write.name);
    }
    ensure!(places.len() == count, "{} of {count} targets were written", places.len());
    // The log has them in the order of their answers, and arrivals count.
    let mut arrived = writes.clone();
    arrived.sort_by_key(|request| request.received);
    let mut off: Vec<_> = (0..count)
        .zip(&arrived)
        .filter_map(|(place, request)| Some(place.abs_diff(number(&request.name)?) as f64))
        .collect();
    let last_target = writes.iter().map(|request| request.answered).max().context("no write")?;
    let all_reports = audit.since(boundary).filter(|request| request.reports()).map(|r| r.answered).max();
    let all_reports = all_reports.context("no report")?;
    let known = audit.since(boundary).filter(|request| {
        !request.is_of_lease() && !matches!(request.verb.as_str(), "watch" | "list") && request.resource != "/version"
    });
    Ok(Storm {
        last_target: last_target.duration_since(boundary).unsigned_abs(),
        all_reports: all_reports.duration_since(boundary).unsigned_abs(),
        processor,
        out_of_order: percentile(&mut off, 0.99),
        kinds: by_kind(known),
    })
}

/// The number that a name was made of.
fn number(text: &str) -> Option<usize> {
    let number = text.rsplit('-').next()?.parse().ok()?;
    (name(number) == text).then_some(number)
}
