//! The coming transitions as a table.

use chrono::{DateTime, FixedOffset, Utc};
use kyklos_core::TimeZone;

use super::spans::Span;
use crate::api::{Value, instants, times};
use crate::cli::tables::columns;

/// The state at `from` and every transition after it.
pub(super) fn table(spans: &[Span], from: DateTime<Utc>, zone: &TimeZone) -> String {
    let first = spans.partition_point(|span| span.end <= from);
    let mut before = None;
    let rows: Vec<_> = spans
        .iter()
        .skip(first)
        .map(|span| {
            let at = span.start.max(from);
            let row = [
                local(times::local(zone, at)),
                instants::write(at),
                span.label.clone(),
                span.value.to_string(),
                before.map_or_else(String::new, |before| change(before, span.value)),
            ];
            before = Some(span.value);
            row
        })
        .collect();
    columns(&["LOCAL", "UTC", "APPLIES", "REPLICAS", "CHANGE"], &[3, 4], rows)
}

/// By how much it changes, which only counts can tell.
fn change(before: Value, after: Value) -> String {
    match (before.count(), after.count()) {
        _ if before == after => "=".to_owned(),
        (Some(before), Some(after)) => format!("{:+}", i64::from(after) - i64::from(before)),
        _ => "?".to_owned(),
    }
}

/// To the minute, for nearly all transitions are; the year stands beside it.
fn local(at: DateTime<FixedOffset>) -> String {
    let seconds = if at.timestamp().rem_euclid(60) == 0 { "" } else { ":%S" };
    at.format(&format!("%a %m-%d %H:%M{seconds} %:z")).to_string()
}
