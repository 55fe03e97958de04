//! What stands below the picture: its signs, and its clock changes in words.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use unicode_width::UnicodeWidthStr;

use super::days::{ClockChange, Day};
use super::look::{Look, Scale, Shade};
use super::spans::Span;

/// Between two entries.
const GAP: &str = "   ";

/// The values, each with what gives them.
pub(super) fn legend(spans: &[Span], look: Look, width: usize) -> String {
    let scale = Scale::of(spans);
    let mut labels = BTreeMap::<Shade, BTreeSet<&str>>::new();
    for span in spans {
        labels.entry(Shade::of(span.value)).or_default().insert(&span.label);
    }
    let head = "replicas";
    let (mut text, mut column) = (head.to_owned(), head.len());
    for (shade, labels) in labels {
        let words = format!("{} {}", shade.value(), labels.into_iter().collect::<Vec<_>>().join(", "));
        // The sign before them is two cells and a blank.
        let wide = GAP.len() + 3 + words.width();
        if column + wide > width && column > head.len() {
            text.push_str(&format!("\n{:1$}", "", head.len()));
            column = head.len();
        }
        text.push_str(&format!("{GAP}{} {words}", look.swatch(shade, &scale)));
        column += wide;
    }
    text
}

/// The clock changes of the days, a line each.
pub(super) fn notes(days: &[Day], look: Look) -> Vec<String> {
    days.iter().flat_map(|day| day.changes.iter().map(move |change| note(day, change, look))).collect()
}

fn note(day: &Day, change: &ClockChange, look: Look) -> String {
    let ClockChange { at, before, after } = change;
    let (left, right) = (at.with_timezone(before), at.with_timezone(after));
    let date = look.strong(&day.date.format("%a %m-%d").to_string());
    let (left, right) = (left.format("%H:%M"), right.format("%H:%M"));
    if change.back() > TimeDelta::zero() {
        format!("{date}  clock back from {left} to {right}, {before} to {after} (again: {right}-{left})")
    } else {
        format!("{date}  clock forward from {left} to {right}, {before} to {after} ({} is skipped)", look.skipped())
    }
}
