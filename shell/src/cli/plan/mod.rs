//! `kyklos plan`: what is to come, as a table and as a picture.

mod days;
mod legend;
mod look;
mod picture;
mod spans;
mod transitions;
mod workloads;

use std::io::{self, BufWriter, IsTerminal, Write};

use anstream::AutoStream;
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use clap::{Args, ColorChoice};
use kyklos_core::{Date, LocalMinute, TimeOfDay, TimeZone};

use self::days::Day;
use self::look::Look;
use self::spans::{Begin, spans};
use super::Failure;
use super::assigned::Assigned;
use super::input::{Input, warn};
use super::subject::Subject;
use crate::api::Pause;
use crate::api::manifest::printable;
use crate::api::times::{from_seconds, local};

/// The width where nothing tells another.
const WIDTH: u16 = 80;

/// Show what is to come, as a table and as a picture of the days
///
/// Where workloads stand in the files as well, it says what each gets, by which schedule, and who else has a hand in it.
#[derive(Debug, Args)]
pub(super) struct Plan {
    #[command(flatten)]
    input: Input,
    /// Where it begins: an instant (RFC 3339) or a date in the object's own zone (YYYY-MM-DD); now by default
    #[arg(long, value_name = "INSTANT|DATE", value_parser = Begin::read)]
    from: Option<Begin>,
    /// How many local days are shown, 1 to 366
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..=366))]
    days: u16,
    /// Whether the picture is in colour
    #[arg(long, value_enum, default_value_t = ColorChoice::Auto)]
    color: ColorChoice,
    /// The columns to fit the picture into; by default those of the terminal
    #[arg(long, value_name = "COLUMNS")]
    width: Option<u16>,
}

impl Plan {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let mut loaded = self.input.load();
        let (workloads, places) = (std::mem::take(&mut loaded.workloads), std::mem::take(&mut loaded.places));
        let subjects = loaded.all()?;
        let from = self.from.unwrap_or_else(|| Begin::Instant(Utc::now()));
        let begin = |subject: &Subject| from.in_zone(subject.schedule.zone()).unwrap_or_default();
        let assigned = Assigned::at(&subjects, &workloads, &places, begin);
        warn(&assigned.warnings());
        let look = self.look();
        let width = self.width.or_else(terminal_width).unwrap_or(WIDTH);
        let mut out = BufWriter::new(io::stdout().lock());
        for (index, subject) in subjects.iter().enumerate() {
            if index > 0 {
                writeln!(out)?;
            }
            self.show(subject, from, look, usize::from(width), &mut out)?;
        }
        if !workloads.is_empty() {
            writeln!(out, "\n{}\n", look.strong("Workloads of the files, to begin with"))?;
            write!(out, "{}", workloads::table(assigned.rows(), from))?;
        }
        Ok(out.flush()?)
    }

    fn show(
        &self,
        subject: &Subject,
        from: Begin,
        look: Look,
        width: usize,
        out: &mut impl Write,
    ) -> Result<(), Failure> {
        let zone = subject.schedule.zone();
        let days = self.local_days(zone, from, &subject.name())?;
        let (Some(first), Some(last)) = (days.first(), days.last()) else { return Ok(()) };
        let from = from.in_zone(zone).unwrap_or(first.start).max(first.start);
        let spans = spans(subject, first.start, last.end);
        let is_holiday = |date: &NaiveDate| Date::try_from(*date).is_ok_and(|date| subject.is_holiday(date));
        let holidays = days.iter().map(|day| day.date).filter(is_holiday).collect();
        let name = look.strong(&printable(&subject.name()));
        writeln!(
            out,
            "{name}  {}  {} to {}",
            zone.name(),
            first.date.format("%a %Y-%m-%d"),
            last.date.format("%a %Y-%m-%d")
        )?;
        if let Some(note) = paused(subject, from) {
            writeln!(out, "{note}")?;
        }
        writeln!(out)?;
        writeln!(out, "{}", transitions::table(&spans, from, zone))?;
        write!(out, "{}", picture::picture(&days, &spans, &holidays, look, width))?;
        writeln!(out, "\n{}", legend::legend(&spans, look, width))?;
        let notes = legend::notes(&days, look);
        if !notes.is_empty() {
            writeln!(out)?;
        }
        for note in notes {
            writeln!(out, "{note}")?;
        }
        Ok(())
    }

    /// The local days from the one that holds the beginning on.
    fn local_days(&self, zone: &TimeZone, from: Begin, name: &str) -> Result<Vec<Day>, Failure> {
        let first = from.date(zone);
        let days: Option<Vec<_>> = first
            .map(|first| first.iter_days().take(usize::from(self.days)).filter_map(|d| Day::of(zone, d)).collect());
        days.filter(|days| days.len() == usize::from(self.days)).ok_or_else(|| {
            Failure::Input(vec![format!(
                "--from: {name}: the days go beyond the years 0000 to 9999: write another one"
            )])
        })
    }

    fn look(&self) -> Look {
        let choice = match self.color {
            ColorChoice::Auto => AutoStream::choice(&io::stdout()),
            ColorChoice::Always => anstream::ColorChoice::Always,
            ColorChoice::Never => anstream::ColorChoice::Never,
        };
        match choice {
            anstream::ColorChoice::Never if io::stdout().is_terminal() => Look::Shades,
            anstream::ColorChoice::Never => Look::Ascii,
            _ if anstyle_query::truecolor() => Look::TrueColor,
            _ => Look::Ansi256,
        }
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

fn terminal_width() -> Option<u16> {
    terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| width.0)
}

/// The first instant of a local date; `None` beyond the years 0 to 9999.
fn first_instant(zone: &TimeZone, date: NaiveDate) -> Option<DateTime<Utc>> {
    let midnight = LocalMinute::new(Date::try_from(date).ok()?, TimeOfDay::MIDNIGHT)?;
    Some(from_seconds(zone.first_instant_at(midnight)))
}
