//! `kyklos plan`: what is to come, as a table and as a picture.

mod days;
mod legend;
mod look;
mod picture;
mod shown;
mod spans;
mod transitions;
mod workloads;

use std::io::{self, BufWriter, IsTerminal, Write};
use std::sync::Arc;

use anstream::AutoStream;
use chrono::{DateTime, NaiveDate, Utc};
use clap::{Args, ColorChoice};
use kyklos_core::{Date, LocalMinute, TimeOfDay, TimeZone};

use self::days::Day;
use self::look::Look;
use self::shown::Shown;
use self::spans::{Begin, spans};
use super::Failure;
use super::assigned::Assigned;
use super::input::{Input, note, warn};
use super::subject::Subject;
use crate::api::overrides::Override;
use crate::api::times::from_seconds;

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
        note(&assigned.notes());
        let look = self.look();
        let width = self.width.or_else(terminal_width).unwrap_or(WIDTH);
        let mut out = BufWriter::new(io::stdout().lock());
        for (index, subject) in subjects.iter().enumerate() {
            if index > 0 {
                writeln!(out)?;
            }
            self.show(subject, from, (look, usize::from(width)), &mut out)?;
        }
        if !workloads.is_empty() {
            writeln!(out, "\n{}\n", look.strong("Workloads of the files, to begin with"))?;
            write!(out, "{}", workloads::table(assigned.rows(), from))?;
        }
        Ok(out.flush()?)
    }

    /// Shows what is to come of a schedule, and then of it in each namespace for whose targets alone it is overridden in these days.
    fn show<W: Write>(
        &self,
        subject: &Subject,
        from: Begin,
        (look, width): (Look, usize),
        out: &mut W,
    ) -> Result<(), Failure> {
        let zone = subject.schedule.zone();
        let days = self.local_days(zone, from, &subject.name())?;
        let (Some(first), Some(last)) = (days.first(), days.last()) else { return Ok(()) };
        let from = from.in_zone(zone).unwrap_or(first.start).max(first.start);
        let stretch = first.start..last.end;
        let shown = |name: &str, overrides: &[Arc<Override>], out: &mut W| {
            let spans = spans(subject, overrides, &stretch);
            Shown { name, subject, days: &days, spans: &spans, from }.write(look, width, out)
        };
        shown(&subject.name(), &subject.overrides, out)?;
        for namespace in subject.overridden_in(&stretch) {
            writeln!(out)?;
            shown(&format!("{} in {namespace}", subject.name()), &subject.overrides_in(namespace), out)?;
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

fn terminal_width() -> Option<u16> {
    terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| width.0)
}

/// The first instant of a local date; `None` beyond the years 0 to 9999.
fn first_instant(zone: &TimeZone, date: NaiveDate) -> Option<DateTime<Utc>> {
    let midnight = LocalMinute::new(Date::try_from(date).ok()?, TimeOfDay::MIDNIGHT)?;
    Some(from_seconds(zone.first_instant_at(midnight)))
}
