//! The live table: a line for each change, and on a terminal the present moment below.

use std::io::IsTerminal as _;

use anyhow::ensure;
use chrono::{DateTime, Utc};
use kyklos::api::times::{local, to_instant};
use kyklos::api::{TimeWindowScaler, Value};
use kyklos_core::TimeZone;

use crate::out::{put, say};

/// What is shown of a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    window: String,
    wanted: Value,
    observed: i64,
    next: Option<DateTime<Utc>>,
    reason: String,
}

impl Row {
    /// From the objects; `None` before the rehearsal has looked. What goes by the real clock is somebody else's word.
    pub(crate) fn of(scaler: &TimeWindowScaler, replicas: i32) -> Option<Self> {
        let status = scaler.status.as_ref().filter(|status| status.clock.is_some())?;
        let ready = status.conditions.iter().find(|condition| condition.type_ == "Ready")?;
        Some(Self {
            window: status.current_window.clone()?,
            wanted: status.effective_replicas?,
            observed: replicas.into(),
            next: status.next_boundary.as_ref().map(to_instant),
            reason: ready.reason.clone(),
        })
    }
}

/// The table so far.
pub(crate) struct Table {
    zone: TimeZone,
    live: bool,
    rows: Vec<Row>,
    /// What was seen last, and shown when it is seen again: between the write of the target and that of the status, the
    /// two don't belong together yet.
    fresh: Option<Row>,
}

impl Table {
    pub(crate) fn new(zone: TimeZone) -> Self {
        Self { zone, live: std::io::stdout().is_terminal(), rows: Vec::new(), fresh: None }
    }

    pub(crate) fn head(&self) {
        say(format_args!(
            "   {:<23} {:<9} {:>6} {:>8}  {:<23} state",
            "local time", "window", "wanted", "observed", "next boundary"
        ));
    }

    /// Shows a moment: as a new line when anything but the time has changed.
    pub(crate) fn show(&mut self, now: DateTime<Utc>, row: Row) {
        let line = self.line(now, &row);
        if self.fresh.replace(row.clone()).as_ref() != Some(&row) {
            return;
        }
        if self.rows.last() != Some(&row) {
            let start = if self.live { "\r\x1b[K" } else { "" };
            say(format_args!("{start}   {line}"));
            self.rows.push(row);
        } else if self.live {
            put(format_args!("\r\x1b[K > {line}"));
        }
    }

    /// Shows something else of a moment.
    pub(crate) fn aside(&self, now: DateTime<Utc>, what: &str, text: &str) {
        let start = if self.live { "\r\x1b[K" } else { "" };
        say(format_args!("{start}   {:<23} {what}: {text}", self.local(now)));
    }

    /// Leaves the line of the present moment.
    pub(crate) fn end(&self) {
        if self.live {
            put("\r\x1b[K");
        }
    }

    fn line(&self, now: DateTime<Utc>, row: &Row) -> String {
        let next = row.next.map(|next| self.local(next)).unwrap_or_default();
        let Row { window, observed, reason, .. } = row;
        let wanted = row.wanted.to_string();
        format!("{:<23} {window:<9} {wanted:>6} {observed:>8}  {next:<23} {reason}", self.local(now))
    }

    fn local(&self, at: DateTime<Utc>) -> String {
        local(&self.zone, at).format("%a %d %b %H:%M %:z").to_string()
    }

    /// Whether the day showed these windows, each with these replicas wanted and observed.
    pub(crate) fn check(&self, expected: &[(&str, i64)]) -> anyhow::Result<()> {
        let mut shown: Vec<(&str, i64)> = Vec::new();
        let as_wanted = |row: &&Row| row.wanted.count().map(i64::from) == Some(row.observed);
        for row in self.rows.iter().filter(as_wanted).filter(|row| row.reason == "Reconciled") {
            if shown.last() != Some(&(row.window.as_str(), row.observed)) {
                shown.push((&row.window, row.observed));
            }
        }
        ensure!(shown == expected, "the day should have shown {expected:?} and showed {shown:?}");
        say(format_args!("\n   All {} stretches of the day had the replicas that the schedule gives.", expected.len()));
        Ok(())
    }
}
