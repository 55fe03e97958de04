//! One object for all: boundaries of many targets in many namespaces beside a plain client that makes the same writes, the requests
//! that they take, and the memory.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use jiff::{SignedDuration, Timestamp};

use super::Asked;
use super::audit::{Audit, Request, by_kind};
use super::lag::whole_minute_after;
use super::many::{Edge, Many, Values};
use super::outcome::{Line, Outcome, median};
use super::plain;
use super::replica::{Program, Replica};
use super::stage::{Place, Stage};

const PAIRS: usize = 3;
const MEGABYTE: f64 = 1e6;
/// What is to be reached is said of this number of targets; with fewer memory is enough for anything.
const JUDGED: usize = 10_000;
/// While targets are on their way nothing is told of all together, but for no longer than this.
const TOLD_AFTER: Duration = Duration::from_secs(10);

/// A boundary that is measured.
#[derive(Debug, PartialEq)]
struct Storm {
    /// What its figures are called by.
    name: &'static str,
    values: Values,
    edge: Edge,
}

/// In the order in which they come, those of the same values by turns.
const STORMS: [Storm; 3] = [
    Storm { name: "held, with what they had remembered", values: Values::Originals, edge: Edge::Evening },
    Storm { name: "given back what they had", values: Values::Originals, edge: Edge::Morning },
    Storm { name: "counts, of which nothing is remembered", values: Values::Counts, edge: Edge::Evening },
];

/// What a boundary cost.
struct Boundary {
    last_target: Duration,
    processor: Duration,
    statuses: usize,
    /// The most of one namespace.
    events: usize,
    /// The most of one namespace, for each record that its targets take.
    records: f64,
    kinds: BTreeMap<String, usize>,
}

/// A boundary, and what the same writes took a plain client.
struct Pair {
    storm: &'static Storm,
    boundary: Boundary,
    plain: Duration,
}

#[derive(Default)]
struct Memory {
    held: u64,
    peak: u64,
}

pub(crate) async fn measure(asked: &Asked, program: &Program) -> Result<Outcome> {
    let stage = Stage::new(program).await?;
    let many = Many::make(&stage, asked.largest(), Values::Originals.by_day()).await?;
    let (mut audit, mut plain_audit) = (stage.audit_of_controller(), stage.audit_of_plain());
    let counts = [Values::Originals.by_night(), Values::Originals.by_day()];
    let in_flight = plain::best_in_flight(&stage, &mut plain_audit, Place::Everywhere, counts).await?;
    let (mut pairs, mut memory) = (Vec::new(), Memory::default());
    for values in [Values::Originals, Values::Counts] {
        let storms: Vec<_> = STORMS.iter().filter(|storm| storm.values == values).collect();
        if values == Values::Counts {
            plain::write(&stage, &mut plain_audit, Place::Everywhere, values.by_day(), in_flight).await?;
        }
        for _ in 0..PAIRS {
            // The window of the round before may be open still.
            many.schedule(values, Edge::Evening, whole_minute_after(Duration::from_secs(3_600))?).await?;
            let mut replica = Replica::start(program, &stage.kubeconfig, "kyklos-many", &[])?;
            replica.ready()?;
            stage.calm(&mut audit, &mut replica, |_| true).await?;
            let mut boundaries = Vec::new();
            for &storm in &storms {
                boundaries.push((storm, boundary(&many, &mut audit, &mut replica, storm).await?));
                if values.are_remembered() && storm.edge == Edge::Evening {
                    tokio::time::sleep(asked.settle).await;
                    memory = Memory { held: replica.anonymous()?, peak: replica.peak_of_kernel()? };
                }
            }
            replica.stop()?;
            // The client does the same; what has one boundary is turned back by it.
            let back = [values.by_day()];
            let turns = [values.by_night(), values.by_day()];
            let turns = if storms.len() > 1 { turns.as_slice() } else { back.as_slice() };
            for ((storm, boundary), to) in boundaries.into_iter().zip(turns) {
                let took = plain::write(&stage, &mut plain_audit, Place::Everywhere, *to, in_flight).await?;
                let (count, last) = (many.count, boundary.last_target.as_secs_f64());
                eprintln!("{count} {}: Kyklos {last:.2} s, plain client {:.2} s", storm.name, took.as_secs_f64());
                pairs.push(Pair { storm, boundary, plain: took });
            }
        }
    }
    let mut outcome = Outcome::new("selected");
    tell(&many, &pairs, &memory, &mut outcome);
    outcome.note(format!("the plain client is at its best with {in_flight} in flight; it writes no records"));
    Ok(outcome)
}

fn tell(many: &Many<'_>, pairs: &[Pair], memory: &Memory, outcome: &mut Outcome) {
    let count = many.count;
    for storm in &STORMS {
        let (name, here) = (storm.name, || pairs.iter().filter(|pair| pair.storm == storm));
        let of = |value: &dyn Fn(&Pair) -> f64| median(&mut here().map(value).collect::<Vec<_>>());
        let rate = of(&|pair| pair.plain.as_secs_f64() / pair.boundary.last_target.as_secs_f64() * 100.0);
        outcome.line(Line::at_least(
            &format!("{name}: rate up to the last target, of a plain client's"),
            count,
            "%",
            rate,
            80.0,
        ));
        let told = |what: &str, unit, value: f64| Line::told(&format!("{name}: {what}"), count, unit, value);
        outcome.line(told("until the last target, Kyklos", "s", of(&|pair| pair.boundary.last_target.as_secs_f64())));
        outcome.line(told("until the last target, plain client", "s", of(&|pair| pair.plain.as_secs_f64())));
        let processor = of(&|pair| pair.boundary.processor.as_secs_f64() * 1e3 / count as f64);
        outcome.line(told("processor time a target, reports included", "ms", processor));
        if let Some(last) = here().next_back() {
            let kinds: Vec<_> = last.boundary.kinds.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
            outcome.note(format!("{name}, requests of the last boundary: {}", kinds.join(", ")));
        }
    }
    let most = |value: &dyn Fn(&Boundary) -> f64| {
        pairs.iter().map(|pair| value(&pair.boundary)).reduce(f64::max).unwrap_or(f64::NAN)
    };
    let records = most(&|boundary| boundary.records);
    outcome.line(Line::at_most(
        "record writes for 500 targets of a namespace and boundary, the most",
        count,
        "",
        records,
        1.0,
    ));
    let statuses = most(&|boundary| boundary.statuses as f64);
    outcome.line(Line::at_most("statuses a boundary, the most", count, "", statuses, 1.0));
    let events = most(&|boundary| boundary.events as f64);
    outcome.line(Line::at_most("events a namespace and boundary, the most", count, "", events, 1.0));
    let bound = (count == JUDGED).then_some(40.0);
    let held = Line::told("anonymous memory at rest, all held", count, "MB", memory.held as f64 / MEGABYTE);
    outcome.line(Line { at_most: bound, ..held });
    let peak = memory.peak as f64 / MEGABYTE;
    outcome.line(Line::told("its peak from the start on, the boundary included", count, "MB", peak));
    outcome.note(format!("{count} targets of one ClusterTimeWindowScaler, in {} namespaces", many.namespaces.len()));
    outcome.note(
        "each target was written exactly once at each boundary, and each record before the first target of its namespace in the \
         evening, and after the last in the morning"
            .to_owned(),
    );
}

/// A boundary that comes when nothing is on its way any more.
async fn boundary(
    many: &Many<'_>,
    audit: &mut Audit,
    replica: &mut Replica,
    &Storm { values, edge, .. }: &Storm,
) -> Result<Boundary> {
    let (count, stage) = (many.count, many.stage);
    let (from, to) = match edge {
        Edge::Evening => (values.by_day(), values.by_night()),
        Edge::Morning => (values.by_night(), values.by_day()),
    };
    let at = whole_minute_after(Duration::from_secs(10) + Duration::from_millis(2 * count as u64))?;
    let edited = Timestamp::now();
    many.schedule(values, edge, at).await?;
    stage.calm(audit, replica, |audit| many.is_reported(audit, edited)).await?;
    many.all_have(from).await?;
    let before = replica.processor_time()?;
    let left = at.duration_since(Timestamp::now());
    ensure!(left.is_positive(), "the boundary came while all was looked at");
    tokio::time::sleep(left.unsigned_abs()).await;
    stage.calm(audit, replica, |audit| audit.since(at).filter(|r| r.scales()).count() >= count).await?;
    let processor = replica.processor_time()?.saturating_sub(before);
    audit.catch_up(&stage.admin).await?;
    many.all_have(to).await?;
    many.remembered(values.are_remembered() && edge == Edge::Evening).await?;

    let early = audit.since(at - SignedDuration::from_secs(1)).filter(|r| r.received < at && r.scales()).count();
    ensure!(early == 0, "{early} targets were written before the boundary");
    let writes: Vec<_> = audit.since(at).filter(|request| request.scales()).collect();
    let names: BTreeSet<_> = writes.iter().map(|write| (&write.namespace, &write.name)).collect();
    ensure!(
        names.len() == count && writes.len() == count,
        "{} of {count} targets were written, by {} writes",
        names.len(),
        writes.len()
    );
    let last = writes.iter().map(|request| request.answered).max().context("no write")?;
    let last_target = last.duration_since(at).unsigned_abs();
    // Each is allowed once more for each time that not all were waited for; that it was is told.
    let most = 1 + (last_target.as_secs() / TOLD_AFTER.as_secs()) as usize;
    let records = if values.are_remembered() {
        recorded(many, audit, at, (edge, most))?
    } else {
        let records = audit.since(at).filter(|request| request.remembers()).count();
        ensure!(records == 0, "{records} records were written, and nothing is to be remembered");
        0.0
    };
    let statuses = audit.since(at).filter(|request| request.reports()).count();
    ensure!(statuses <= most, "{statuses} statuses were written, and {most} are enough");
    let events = most_in_one(audit.since(at).filter(|request| request.tells()));
    ensure!(events <= most, "{events} events came into one namespace, and {most} are enough");
    let known = audit.since(at).filter(|request| {
        !request.is_of_lease() && !matches!(request.verb.as_str(), "watch" | "list") && request.resource != "/version"
    });
    Ok(Boundary { last_target, processor, statuses, events, records, kinds: by_kind(known) })
}

/// How many of these are in one namespace at the most.
fn most_in_one<'r>(requests: impl Iterator<Item = &'r Request>) -> usize {
    let mut all: BTreeMap<&str, usize> = BTreeMap::new();
    requests.for_each(|request| *all.entry(request.namespace.as_str()).or_default() += 1);
    all.into_values().max().unwrap_or_default()
}

/// How often the records of a namespace were written at the most, for each of them. Fails unless they were before the first of its
/// targets is taken, or after the last is given back.
fn recorded(many: &Many<'_>, audit: &Audit, at: Timestamp, (edge, most): (Edge, usize)) -> Result<f64> {
    let mut often = 0.0_f64;
    for (namespace, wanted) in many.records() {
        let here = || audit.since(at).filter(|request| request.namespace == namespace);
        let records: Vec<_> = here().filter(|request| request.remembers()).collect();
        // What is taken is written down before anything is waited for.
        let most = if edge == Edge::Evening { wanted } else { wanted * most };
        ensure!(
            (wanted..=most).contains(&records.len()),
            "{edge:?}: {} records were written in {namespace}, and {most} are enough: {:?}",
            records.len(),
            by_kind(records.iter().copied())
        );
        let scales = || here().filter(|request| request.scales());
        let in_order = match edge {
            Edge::Evening => records.iter().map(|r| r.answered).max() <= scales().map(|r| r.received).min(),
            Edge::Morning => records.iter().map(|r| r.received).max() >= scales().map(|r| r.answered).max(),
        };
        ensure!(in_order, "{edge:?}: records and targets of {namespace} were written in another order");
        often = often.max(records.len() as f64 / wanted as f64);
    }
    Ok(often)
}
