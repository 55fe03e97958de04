//! The right answers, the slow and plain way: every occurrence of every window as two instants, by jiff.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, ToSpan};

use crate::question::{WEEKDAYS, Window};

/// What can apply; a later one outranks an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    /// The window of this place in the list, from 0.
    Window(usize),
    /// A holiday, all of which is closed.
    Holiday,
}

/// What applies from when on.
pub(crate) struct Timeline {
    /// Ascending Unix seconds, and what applies from there: each differs from the one before.
    changes: Vec<(i64, Option<Layer>)>,
}

/// The start or the end of a holiday or of one occurrence of a window.
struct Edge {
    at: i64,
    layer: Layer,
    /// At a start, when it ends.
    ends: Option<i64>,
}

impl Timeline {
    /// The years 2026 to 2030 and some weeks on both sides.
    pub(crate) fn new(zone: &str, windows: &[Window], holidays: &[Date]) -> Result<Self> {
        let zone = TimeZone::get(zone)?;
        let (from, to) = (Date::new(2025, 12, 1)?, Date::new(2031, 2, 1)?);
        let mut edges = Vec::new();
        for (index, window) in windows.iter().enumerate() {
            let (start, end) = (window.start.parse::<Time>()?, window.end.parse::<Time>()?);
            for date in from.series(1.day()).take_while(|date| *date < to) {
                let weekday = WEEKDAYS.get(usize::try_from(date.weekday().to_monday_zero_offset())?);
                if !weekday.is_some_and(|name| window.days.contains(name)) {
                    continue;
                }
                let end_date = if end > start { date } else { date.tomorrow()? };
                let span = (first_at(&zone, date.to_datetime(start))?, last_before(&zone, end_date.to_datetime(end))?);
                edges.extend(span_edges(span, Layer::Window(index)).into_iter().flatten());
            }
        }
        for date in holidays {
            let midnight = |date: Date| first_at(&zone, date.to_datetime(Time::midnight()));
            let span = (midnight(*date)?, midnight(date.tomorrow()?)?);
            edges.extend(span_edges(span, Layer::Holiday).into_iter().flatten());
        }
        edges.sort_unstable_by_key(|edge| edge.at);
        Ok(Self { changes: changes(&edges) })
    }

    /// What applies at an instant, and when that changes.
    pub(crate) fn at(&self, t: i64) -> Option<(Option<Layer>, i64)> {
        let later = self.changes.partition_point(|change| change.0 <= t);
        Some((self.changes.get(later.checked_sub(1)?)?.1, self.changes.get(later)?.0))
    }
}

/// None for an occurrence that a clock change leaves empty.
fn span_edges((from, to): (i64, i64), layer: Layer) -> Option<[Edge; 2]> {
    (from < to).then_some([Edge { at: from, layer, ends: Some(to) }, Edge { at: to, layer, ends: None }])
}

/// Walks over the edges with a set of what is under way: the layer, and its end.
fn changes(edges: &[Edge]) -> Vec<(i64, Option<Layer>)> {
    let mut active = BTreeSet::new();
    let mut changes: Vec<(i64, Option<Layer>)> = Vec::new();
    for edges in edges.chunk_by(|a, b| a.at == b.at) {
        for edge in edges {
            match edge.ends {
                Some(end) => active.insert((edge.layer, end)),
                None => active.remove(&(edge.layer, edge.at)),
            };
        }
        let layer = active.last().map(|&(layer, _)| layer);
        if changes.last().is_none_or(|last| last.1 != layer) {
            changes.extend(edges.first().map(|edge| (edge.at, layer)));
        }
    }
    changes
}

/// The first instant at which the wall clock reads `local` or later.
fn first_at(zone: &TimeZone, local: DateTime) -> Result<i64> {
    match zone.to_ambiguous_timestamp(local).offset() {
        AmbiguousOffset::Unambiguous { offset } | AmbiguousOffset::Fold { before: offset, .. } => {
            Ok(offset.to_timestamp(local)?.as_second())
        }
        AmbiguousOffset::Gap { before, .. } => change_until(zone, before.to_timestamp(local)?),
    }
}

/// The instant from which the wall clock never again reads earlier than `local`.
fn last_before(zone: &TimeZone, local: DateTime) -> Result<i64> {
    match zone.to_ambiguous_timestamp(local).offset() {
        AmbiguousOffset::Unambiguous { offset } | AmbiguousOffset::Fold { after: offset, .. } => {
            Ok(offset.to_timestamp(local)?.as_second())
        }
        AmbiguousOffset::Gap { before, .. } => change_until(zone, before.to_timestamp(local)?),
    }
}

/// The last clock change up to an instant: the one that skipped the time which would have been then.
fn change_until(zone: &TimeZone, at: Timestamp) -> Result<i64> {
    let change = zone.preceding(at + 1.second()).next().context("no clock change")?;
    Ok(change.timestamp().as_second())
}
