//! The states of some days, one after the other.

use chrono::{DateTime, NaiveDate, Utc};
use kyklos_core::Zone;

use super::first_instant;
use crate::cli::subject::Subject;
use crate::instants;
use crate::manifest::printable;

/// Where a plan begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begin {
    /// At an instant.
    Instant(DateTime<Utc>),
    /// With the first instant of a date, which is another one in every zone.
    Date(NaiveDate),
}

impl Begin {
    pub(super) fn read(text: &str) -> Result<Self, String> {
        if let Some(date) = kyklos_core::parse_date(text) {
            return Ok(Self::Date(date));
        }
        instants::read(text).map(Self::Instant).map_err(|message| format!("{message}, or a date such as 2026-12-01"))
    }

    /// The instant that it means in a zone.
    pub(super) fn in_zone(self, zone: Zone) -> Option<DateTime<Utc>> {
        match self {
            Self::Instant(at) => Some(at),
            Self::Date(date) => first_instant(zone, date),
        }
    }

    /// The date on which it lies in a zone.
    pub(super) fn date(self, zone: Zone) -> Option<NaiveDate> {
        match self {
            Self::Instant(at) => Some(at.naive_utc().checked_add_offset(zone.offset_at(at))?.date()),
            Self::Date(date) => Some(date),
        }
    }
}

/// A stretch of time with one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: DateTime<Utc>,
    pub(super) end: DateTime<Utc>,
    pub(super) label: String,
    pub(super) replicas: u32,
}

/// The states from `start` to `end`, without a gap.
pub(super) fn spans(subject: &Subject, start: DateTime<Utc>, end: DateTime<Utc>) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut at = start;
    while at < end {
        let answer = subject.answer_at(at);
        let until = answer.until.unwrap_or(end).min(end);
        spans.push(Span { start: at, end: until, label: printable(&answer.label.text), replicas: answer.replicas });
        at = until;
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn begins_at_an_instant_or_a_date() {
        let zone = Zone::get("Asia/Tokyo").unwrap();
        let date = Begin::read("2026-03-08").unwrap();
        assert_eq!(instants::write(date.in_zone(zone).unwrap()), "2026-03-07T15:00:00Z");
        let instant = Begin::read("2026-03-08T15:00:00Z").unwrap();
        assert_eq!(instant.date(zone).unwrap().to_string(), "2026-03-09");
        assert!(Begin::read("tomorrow").unwrap_err().ends_with("or a date such as 2026-12-01"));
    }
}
