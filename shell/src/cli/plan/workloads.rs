//! What the workloads of the files get, to begin with.

use chrono::{DateTime, Utc};

use super::spans::Begin;
use crate::api::manifest::printable;
use crate::api::{Pause, Value};
use crate::cli::assigned::{Beside, Row};
use crate::cli::subject::Subject;
use crate::cli::tables::columns;

/// What stands where there is nothing.
const NOTHING: &str = "-";

/// A table of all of them.
pub(super) fn table<'r>(rows: impl Iterator<Item = Row<'r>>, from: Begin) -> String {
    let rows = rows.map(|row| {
        let has = row.workload.replicas.map_or_else(|| NOTHING.to_owned(), |count| count.to_string());
        let (by, applies, gets, mut notes) = match row.by {
            Some(subject) => given(&row, subject, from),
            None => (NOTHING.to_owned(), NOTHING.to_owned(), NOTHING.to_owned(), Vec::new()),
        };
        notes.extend(row.others.iter().cloned());
        notes.extend(row.left.iter().cloned());
        [
            printable(&row.workload.called()),
            has,
            printable(&by),
            printable(&applies),
            gets,
            printable(&notes.join("; ")),
        ]
    });
    columns(&["WORKLOAD", "HAS", "BY", "APPLIES", "GETS", "NOTE"], &[1, 4], rows)
}

/// Which schedule gives a workload what, and why it may not.
fn given(row: &Row<'_>, subject: &Subject, from: Begin) -> (String, String, String, Vec<String>) {
    let zone = subject.schedule.zone();
    let at = from.in_zone(zone).unwrap_or_default();
    let answer = subject.answer_in(&row.workload.namespace, at);
    let present = row.workload.present;
    let original = row.workload.original.or_else(|| u32::try_from(present).ok());
    let count = answer.value.of(present, original).filter(|_| row.workload.has_count());
    let left = left(row, subject, (present, count), at);
    let gets = match count {
        _ if left.is_some() => NOTHING.to_owned(),
        Some(count) => count.to_string(),
        None => answer.value.to_string(),
    };
    let share = count.filter(|_| left.is_none()).and_then(|_| share(answer.value, original));
    let through = through(row).filter(|_| left.is_none());
    (subject.name(), answer.label.text, gets, left.into_iter().chain(share).chain(through).collect())
}

/// Who decides instead, where the schedule doesn't.
fn left(row: &Row<'_>, subject: &Subject, (present, count): (i32, Option<i32>), at: DateTime<Utc>) -> Option<String> {
    let is_paused = match Pause::of(&subject.object.spec) {
        Pause::Always => true,
        Pause::Until(end) => at < end,
        Pause::Never => false,
    };
    if is_paused {
        return Some("paused".to_owned());
    }
    // At 0 an autoscaler stands still, and what comes after it is the schedule's.
    let is_still = count == Some(0) || present == 0;
    match row.beside? {
        Beside::Autoscaler(_) if is_still => None,
        Beside::Through(scaler) if count == Some(0) && !scaler.is_scaled_object() => None,
        Beside::Autoscaler(scaler) | Beside::ScaledObject(scaler) | Beside::Through(scaler) => {
            Some(format!("left to {}", scaler.called_here()))
        }
        Beside::Owner(owner) => Some(format!("left to {owner}")),
    }
}

/// By which autoscaler it is written to a workload: at 0, by one that stands still there.
fn through(row: &Row<'_>) -> Option<String> {
    match row.beside? {
        Beside::Through(scaler) => Some(format!("for {}, which stands still at 0", scaler.called_here())),
        Beside::Autoscaler(_) | Beside::ScaledObject(_) | Beside::Owner(_) => None,
    }
}

/// What a value that depends on the original count is a share of.
fn share(value: Value, original: Option<u32>) -> Option<String> {
    match value {
        Value::PerCent(_) => Some(format!("{value} of {}", original?)),
        Value::Original => Some("the original".to_owned()),
        Value::Count(_) | Value::Bounds { .. } => None,
    }
}
