//! The figures of the controller, as OpenMetrics.
//!
//! What is counted is kept; what is said of single objects is made of rows at the moment when somebody asks, and kept
//! nowhere.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeGaugeValue, text};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::exemplar::Exemplar;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use crate::policy::{Attempt, WriteCause};
use crate::target::Size;

/// Of a look, in seconds: it has no wait, so from what deciding takes to what would keep others waiting.
const LOOKS: [f64; 10] = [0.000_01, 0.000_05, 0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5];
/// Of a boundary's lag, in seconds: from what a timer needs to what a take-over by another replica or an outage takes.
const LAGS: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0];

/// The label of an operation's direction.
type Direction = [(&'static str, &'static str); 1];

const UP: Direction = [("direction", "up")];
const DOWN: Direction = [("direction", "down")];

/// What is said of one object.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its namespace.
    pub namespace: Arc<str>,
    /// Its name.
    pub name: Box<str>,
    /// The count that its target is to have, where it is valid and says one.
    pub effective: Option<u32>,
    /// What its target was last seen to have.
    pub observed: Option<i32>,
    /// Seconds since 1970 of its next boundary.
    pub next_boundary: Option<i64>,
    /// Seconds since its target was scaled last, or since that was due and couldn't be done, as long as fewer Pods are ready than are
    /// wanted, else 0; none where its status doesn't say.
    pub unready: Option<f64>,
    /// Replica-seconds that it has saved against the schedule's largest count since this process began.
    pub saved: f64,
    /// Whether a grace period is under way.
    pub grace: bool,
    /// Whether its condition `Degraded` is true.
    pub degraded: bool,
    /// Whether it is paused.
    pub paused: bool,
}

/// What is counted. One for the process.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    per_object: bool,
    looks: Histogram,
    lags: Histogram,
    errors: Counter,
    scalings: Family<Direction, Counter>,
    failures: Counter,
    transitions: Counter,
    holidays: Counter,
    drifts: Counter,
}

impl Metrics {
    /// All at nought. `per_object` is whether there are series of single objects.
    pub fn new(per_object: bool) -> Self {
        let mut registry = Registry::with_prefix("kyklos");
        let metrics = Self {
            per_object,
            looks: Histogram::new(LOOKS),
            lags: Histogram::new(LAGS),
            errors: Counter::default(),
            scalings: Family::default(),
            failures: Counter::default(),
            transitions: Counter::default(),
            holidays: Counter::default(),
            drifts: Counter::default(),
            registry: Registry::default(),
        };
        // A rate needs a nought to begin from.
        for direction in [UP, DOWN] {
            drop(metrics.scalings.get_or_create(&direction));
        }
        // The unit in their names alone: OpenMetrics lets a histogram have a line of its own for that, and some readers don't.
        let looks = "How long a look at an object took, without its requests";
        registry.register("reconcile_duration_seconds", looks, metrics.looks.clone());
        let lags = "From the instant at which a write was due to its acceptance";
        registry.register("boundary_lag_seconds", lags, metrics.lags.clone());
        registry.register(
            "reconcile_errors",
            "Requests that failed, and scalings of which something else was made",
            metrics.errors.clone(),
        );
        registry.register("scale_operations", "Scalings that were accepted", metrics.scalings.clone());
        registry.register("scale_failures", "Scalings that were refused or not answered", metrics.failures.clone());
        registry.register("window_transitions", "Changes of what applies to an object", metrics.transitions.clone());
        registry.register("holiday_overrides", "Changes to a holiday", metrics.holidays.clone());
        registry.register("manual_drift_corrections", "Counts that were put back", metrics.drifts.clone());
        let release = [("release", kyklos_core::TimeZone::RELEASE)];
        registry.register("tzdb", "The time zones that are gone by", Info::new(release));
        Self { registry, ..metrics }
    }

    /// A look took so long.
    pub fn looked(&self, took: Duration) {
        self.looks.observe(took.as_secs_f64());
    }

    /// A request failed, or something else was made of it.
    pub fn failed(&self) {
        self.errors.inc();
    }

    /// A target has another size by us.
    pub fn scaled(&self, from: Size, to: Size) {
        self.scalings.get_or_create(if to.is_more_than(from) { &UP } else { &DOWN }).inc();
    }

    /// A scaling was accepted, which is known at `now` on the schedule's clock.
    pub fn accepted(&self, write: &Attempt, now: DateTime<Utc>) {
        self.scaled(write.from, write.to);
        match write.cause {
            WriteCause::Drift => drop(self.drifts.inc()),
            WriteCause::Boundary | WriteCause::GraceOver => {
                self.lags.observe((now - write.due).as_seconds_f64().max(0.0));
            }
            _ => {}
        }
    }

    /// A scaling was refused, or there was no answer.
    pub fn scaling_failed(&self) {
        self.failures.inc();
    }

    /// Something else applies to an object; to a holiday, maybe.
    pub fn changed(&self, to_holiday: bool) {
        self.transitions.inc();
        if to_holiday {
            self.holidays.inc();
        }
    }

    /// All of it. `rows` has every object where this process is the leader, and is none where it isn't.
    ///
    /// # Errors
    ///
    /// None that can happen: a text takes whatever is written to it.
    pub fn encode(&self, rows: Option<Vec<Row>>) -> Result<String, fmt::Error> {
        let mut now = Registry::with_prefix("kyklos");
        now.register_collector(Box::new(Now { rows, per_object: self.per_object }));
        let mut page = String::new();
        text::encode_registry(&mut page, &self.registry)?;
        text::encode_registry(&mut page, &now)?;
        text::encode_eof(&mut page)?;
        Ok(page)
    }
}

/// What is so at this moment.
#[derive(Debug)]
struct Now {
    rows: Option<Vec<Row>>,
    per_object: bool,
}

impl Collector for Now {
    fn encode(&self, mut encoder: DescriptorEncoder) -> fmt::Result {
        let mut number = |name: &str, help: &str, value: usize| {
            encoder
                .encode_descriptor(name, help, None, MetricType::Gauge)?
                .encode_gauge(&i64::try_from(value).unwrap_or(i64::MAX))
        };
        number("leader", "Whether this process is the one that acts", usize::from(self.rows.is_some()))?;
        let Some(rows) = &self.rows else { return Ok(()) };
        let count = |is: fn(&Row) -> bool| rows.iter().filter(|row| is(row)).count();
        number("tws_total", "Objects", rows.len())?;
        number("degraded_tws_total", "Objects whose condition Degraded is true", count(|row| row.degraded))?;
        number("paused_tws_total", "Objects that are paused", count(|row| row.paused))?;
        number("grace_periods_active", "Objects with a grace period under way", count(|row| row.grace))?;
        // A family of nothing is none.
        if !self.per_object || rows.is_empty() {
            return Ok(());
        }
        let seconds = Some(&Unit::Seconds);
        gauges(&mut encoder, rows, "effective_replicas", "What the target is to have", None, |row| {
            row.effective.map(i64::from)
        })?;
        gauges(&mut encoder, rows, "target_observed_replicas", "What the target was last seen to have", None, |row| {
            row.observed.map(i64::from)
        })?;
        gauges(&mut encoder, rows, "next_boundary_timestamp", "The next boundary", seconds, |row| row.next_boundary)?;
        let help = "Since the target was scaled, or should have been, as long as fewer of it are ready than are wanted";
        gauges(&mut encoder, rows, "target_unready", help, seconds, |row| row.unready)?;
        let help =
            "Replica-seconds saved since the process began: against the original count, else the schedule's largest";
        let mut saved = encoder.encode_descriptor("saved_replica", help, seconds, MetricType::Counter)?;
        rows.iter().try_for_each(|row| {
            saved.encode_family(&labels(row))?.encode_counter(&row.saved, None::<&Exemplar<Direction, f64>>)
        })
    }
}

fn labels(row: &Row) -> [(&'static str, &str); 2] {
    [("namespace", &row.namespace), ("name", &row.name)]
}

/// One series for each object that has a value.
fn gauges<Value: EncodeGaugeValue>(
    encoder: &mut DescriptorEncoder,
    rows: &[Row],
    name: &str,
    help: &str,
    unit: Option<&Unit>,
    value: impl Fn(&Row) -> Option<Value>,
) -> fmt::Result {
    let mut known = rows.iter().filter_map(|row| Some((row, value(row)?))).peekable();
    if known.peek().is_none() {
        return Ok(());
    }
    let mut metric = encoder.encode_descriptor(name, help, unit, MetricType::Gauge)?;
    known.try_for_each(|(row, value)| metric.encode_family(&labels(row))?.encode_gauge(&value))
}

#[cfg(test)]
mod tests;
