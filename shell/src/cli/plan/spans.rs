//! The states of some days, one after the other.

use std::ops::Range;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use kyklos_core::{Date, TimeZone};

use super::first_instant;
use crate::api::Value;
use crate::api::instants;
use crate::api::manifest::printable;
use crate::api::overrides::Override;
use crate::api::times::{from_seconds, offset_at};
use crate::cli::subject::Subject;
use crate::policy::Answer;

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
        if let Ok(date) = text.parse::<Date>() {
            return Ok(Self::Date(date.into()));
        }
        instants::read(text).map(Self::Instant).map_err(|message| format!("{message}, or a date such as 2026-12-01"))
    }

    /// The instant that it means in a zone.
    pub(super) fn in_zone(self, zone: &TimeZone) -> Option<DateTime<Utc>> {
        match self {
            Self::Instant(at) => Some(at),
            Self::Date(date) => first_instant(zone, date),
        }
    }

    /// The date on which it lies in a zone.
    pub(super) fn date(self, zone: &TimeZone) -> Option<NaiveDate> {
        match self {
            Self::Instant(at) => Some(at.naive_utc().checked_add_offset(offset_at(zone, at))?.date()),
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
    pub(super) value: Value,
}

/// The states of a stretch of time with these overrides, without a gap.
pub(super) fn spans(subject: &Subject, overrides: &[Arc<Override>], stretch: &Range<DateTime<Utc>>) -> Vec<Span> {
    let layers = subject.layers(overrides);
    let span = |(span, answer): (Range<i64>, Answer)| Span {
        start: from_seconds(span.start),
        end: from_seconds(span.end),
        label: printable(&layers.label(&subject.labels, answer.part).text),
        value: answer.value,
    };
    layers.spans(stretch.start.timestamp()..stretch.end.timestamp()).map(span).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn begins_at_an_instant_or_a_date() {
        let zone = &TimeZone::get("Asia/Tokyo").unwrap();
        let date = Begin::read("2026-03-08").unwrap();
        assert_eq!(instants::write(date.in_zone(zone).unwrap()), "2026-03-07T15:00:00Z");
        let instant = Begin::read("2026-03-08T15:00:00Z").unwrap();
        assert_eq!(instant.date(zone).unwrap().to_string(), "2026-03-09");
        assert!(Begin::read("tomorrow").unwrap_err().ends_with("or a date such as 2026-12-01"));
    }
}
