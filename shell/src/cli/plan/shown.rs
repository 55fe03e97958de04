//! What is to come of a schedule, written down: its transitions, the days as a picture, and what their signs mean.

use std::io::{self, Write};

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use kyklos_core::Date;

use super::days::Day;
use super::look::Look;
use super::spans::Span;
use super::{legend, picture, transitions};
use crate::api::Pause;
use crate::api::manifest::printable;
use crate::api::times::local;
use crate::cli::subject::Subject;

/// A schedule in some days.
pub(super) struct Shown<'s> {
    /// What it is called, and where it is so.
    pub(super) name: &'s str,
    pub(super) subject: &'s Subject,
    pub(super) days: &'s [Day],
    /// What applies in these days.
    pub(super) spans: &'s [Span],
    /// From when on its transitions are listed.
    pub(super) from: DateTime<Utc>,
}

impl Shown<'_> {
    /// Writes it, with a picture that is so wide.
    pub(super) fn write(&self, look: Look, width: usize, out: &mut impl Write) -> io::Result<()> {
        let Self { name, subject, days, spans, from } = self;
        let zone = subject.schedule.zone();
        let (Some(first), Some(last)) = (days.first(), days.last()) else { return Ok(()) };
        let is_holiday = |date: &NaiveDate| Date::try_from(*date).is_ok_and(|date| subject.is_holiday(date));
        let holidays = days.iter().map(|day| day.date).filter(is_holiday).collect();
        let name = look.strong(&printable(name));
        let (first, last) = (first.date.format("%a %Y-%m-%d"), last.date.format("%a %Y-%m-%d"));
        writeln!(out, "{name}  {}  {first} to {last}", zone.name())?;
        if let Some(note) = paused(subject, *from) {
            writeln!(out, "{note}")?;
        }
        writeln!(out)?;
        writeln!(out, "{}", transitions::table(spans, *from, zone))?;
        write!(out, "{}", picture::picture(days, spans, &holidays, look, width))?;
        writeln!(out, "\n{}", legend::legend(spans, look, width))?;
        let notes = legend::notes(days, look);
        if !notes.is_empty() {
            writeln!(out)?;
        }
        for note in notes {
            writeln!(out, "{note}")?;
        }
        Ok(())
    }
}

/// What applies isn't written all the time.
fn paused(subject: &Subject, from: DateTime<Utc>) -> Option<String> {
    match Pause::of(&subject.object.spec) {
        Pause::Always => Some("paused: nothing of this is written until somebody edits it".to_owned()),
        Pause::Until(end) if end > from => {
            let end = local(subject.schedule.zone(), end).to_rfc3339_opts(SecondsFormat::Secs, false);
            Some(format!("paused until {end}: nothing of this is written before"))
        }
        Pause::Never | Pause::Until(_) => None,
    }
}
