use chrono::TimeDelta;
use openmetrics_parser::openmetrics::parse_openmetrics;
use openmetrics_parser::{MetricFamily, MetricNumber, MetricsExposition, OpenMetricsType, OpenMetricsValue};

use super::*;
use crate::api::Value;
use crate::policy::Outcome;

type Family = MetricFamily<OpenMetricsType, OpenMetricsValue>;
type Page = MetricsExposition<OpenMetricsType, OpenMetricsValue>;

fn row(name: &str) -> Row {
    Row {
        namespace: "shop".into(),
        name: name.into(),
        effective: Some(2),
        observed: Some(10),
        next_boundary: Some(1_795_000_000),
        unready: Some(2.5),
        saved: 1.5,
        grace: true,
        degraded: false,
        paused: true,
    }
}

fn parse(page: &str) -> Page {
    parse_openmetrics(page).unwrap_or_else(|error| panic!("{error:?}:\n{page}"))
}

fn family<'a>(page: &'a Page, name: &str) -> &'a Family {
    page.families.get(name).unwrap_or_else(|| panic!("no {name} in {:?}", page.families.keys()))
}

/// The values of a family by their labels.
fn values(family: &Family) -> Vec<(Vec<String>, f64)> {
    let number = |value: &MetricNumber| match value {
        MetricNumber::Float(value) => *value,
        MetricNumber::Int(value) => *value as f64,
    };
    let mut values: Vec<_> = family
        .iter_samples()
        .map(|sample| {
            let labels: Vec<_> =
                sample.get_labelset().unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect();
            let value = match &sample.value {
                OpenMetricsValue::Gauge(value) => number(value),
                OpenMetricsValue::Counter(counter) => number(&counter.value),
                OpenMetricsValue::Histogram(histogram) => histogram.count.unwrap_or(0) as f64,
                OpenMetricsValue::Info => 1.0,
                other => panic!("{other:?}"),
            };
            (labels, value)
        })
        .collect();
    values.sort_by(|a, b| a.0.cmp(&b.0));
    values
}

fn only(page: &Page, name: &str) -> f64 {
    match values(family(page, name)).as_slice() {
        [(labels, value)] if labels.is_empty() => *value,
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn what_was_counted_is_told_in_words_that_a_strict_parser_reads() {
    let metrics = Metrics::new(true);
    metrics.looked(Duration::from_millis(3));
    let due = DateTime::UNIX_EPOCH;
    let written = |from: i32, to: i32, cause, late: TimeDelta| {
        let (from, to) = (Size::from(from), Size::from(to));
        let outcome = Outcome::Accepted { size: to };
        let value = Value::Count(u32::try_from(to.replicas).unwrap());
        let prepares = false;
        let write =
            Attempt { from, to, prepares, value, cause, due, at: due, outcome, waits: false, told_to_wait: false };
        metrics.accepted(&write, due + late);
    };
    written(2, 10, WriteCause::Boundary, TimeDelta::milliseconds(7));
    written(10, 2, WriteCause::GraceOver, TimeDelta::seconds(400));
    written(10, 2, WriteCause::Drift, TimeDelta::seconds(1));
    metrics.failed();
    metrics.scaling_failed();
    metrics.changed(true);
    metrics.changed(false);
    let page = parse(&metrics.encode(Some(vec![row("web"), row("api")])).unwrap());
    let direction = |direction: &str, value: f64| (vec![format!("direction={direction}")], value);
    assert_eq!(values(family(&page, "kyklos_scale_operations")), [direction("down", 2.0), direction("up", 1.0)]);
    for (name, value) in [
        ("kyklos_reconcile_duration_seconds", 1.0),
        ("kyklos_boundary_lag_seconds", 2.0),
        ("kyklos_reconcile_errors", 1.0),
        ("kyklos_scale_failures", 1.0),
        ("kyklos_window_transitions", 2.0),
        ("kyklos_holiday_overrides", 1.0),
        ("kyklos_manual_drift_corrections", 1.0),
        ("kyklos_leader", 1.0),
        ("kyklos_tws_total", 2.0),
        ("kyklos_degraded_tws_total", 0.0),
        ("kyklos_paused_tws_total", 2.0),
        ("kyklos_grace_periods_active", 2.0),
    ] {
        assert_eq!(only(&page, name), value, "{name}");
    }
    let release = format!("release={}", kyklos_core::TimeZone::RELEASE);
    assert_eq!(values(family(&page, "kyklos_tzdb")), [(vec![release], 1.0)]);
    for (name, value) in [
        ("kyklos_effective_replicas", 2.0),
        ("kyklos_target_observed_replicas", 10.0),
        ("kyklos_next_boundary_timestamp_seconds", 1_795_000_000.0),
        ("kyklos_target_unready_seconds", 2.5),
        ("kyklos_saved_replica_seconds", 1.5),
    ] {
        let object = |name: &str| (vec![format!("name={name}"), "namespace=shop".to_owned()], value);
        assert_eq!(values(family(&page, name)), [object("api"), object("web")], "{name}");
    }
}

#[test]
fn every_name_is_the_contracts() {
    let page = Metrics::new(true).encode(Some(vec![row("web")])).unwrap();
    for sample in [
        "kyklos_reconcile_duration_seconds_bucket{le=\"+Inf\"} 0",
        "kyklos_reconcile_errors_total 0",
        "kyklos_scale_operations_total{direction=\"up\"} 0",
        "kyklos_scale_operations_total{direction=\"down\"} 0",
        "kyklos_scale_failures_total 0",
        "kyklos_effective_replicas{namespace=\"shop\",name=\"web\"} 2",
        "kyklos_target_observed_replicas{namespace=\"shop\",name=\"web\"} 10",
        "kyklos_window_transitions_total 0",
        "kyklos_grace_periods_active 1",
        "kyklos_holiday_overrides_total 0",
        "kyklos_manual_drift_corrections_total 0",
        "kyklos_tws_total 1",
        "kyklos_degraded_tws_total 0",
        "kyklos_paused_tws_total 1",
        "kyklos_next_boundary_timestamp_seconds{namespace=\"shop\",name=\"web\"} 1795000000",
        "kyklos_target_unready_seconds{namespace=\"shop\",name=\"web\"} 2.5",
        "kyklos_saved_replica_seconds_total{namespace=\"shop\",name=\"web\"} 1.5",
        "kyklos_tzdb_info{release=\"2026f\"} 1",
        "kyklos_leader 1",
        "kyklos_boundary_lag_seconds_bucket{le=\"+Inf\"} 0",
    ] {
        let sample = sample.replace("2026f", kyklos_core::TimeZone::RELEASE);
        assert!(page.lines().any(|line| line == sample), "no {sample} in\n{page}");
    }
    assert!(page.ends_with("# EOF\n"));
    // And each is explained to those who look at it.
    let guide = include_str!("../../../deploy/README.md");
    let families = page.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next());
    let unsaid: Vec<_> = families.filter(|family| !guide.contains(&format!("`{family}"))).collect();
    assert!(unsaid.is_empty(), "the guide says nothing of {unsaid:?}");
}

#[test]
fn whoever_does_not_lead_tells_of_no_object() {
    let page = parse(&Metrics::new(true).encode(None).unwrap());
    assert_eq!(only(&page, "kyklos_leader"), 0.0);
    assert!(
        !page.families.contains_key("kyklos_tws_total") && !page.families.contains_key("kyklos_effective_replicas")
    );
}

#[test]
fn series_of_single_objects_can_be_switched_off_and_miss_what_is_not_known() {
    let page = parse(&Metrics::new(false).encode(Some(vec![row("web")])).unwrap());
    assert_eq!(only(&page, "kyklos_tws_total"), 1.0);
    assert!(!page.families.contains_key("kyklos_effective_replicas"));
    let unknown = Row { effective: None, observed: None, next_boundary: None, unready: None, ..row("new") };
    let text = Metrics::new(true).encode(Some(vec![row("web"), unknown])).unwrap();
    let page = parse(&text);
    assert_eq!(values(family(&page, "kyklos_effective_replicas")).len(), 1);
    assert_eq!(values(family(&page, "kyklos_saved_replica_seconds")).len(), 2);
}

#[test]
fn a_page_of_nothing_is_one_too() {
    let unknown = Row { effective: None, observed: None, next_boundary: None, ..row("new") };
    for rows in [vec![], vec![unknown]] {
        let page = parse(&Metrics::new(true).encode(Some(rows)).unwrap());
        assert!(!page.families.contains_key("kyklos_effective_replicas"));
    }
}
