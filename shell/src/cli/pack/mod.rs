//! `kyklos pack`: a schedule for a device.

mod source;
mod typed;

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::str::FromStr;

use anyhow::{Context, anyhow};
use chrono::{DateTime, Datelike as _, Months, NaiveDate, Utc};
use clap::{Args, ValueEnum};
use kyklos_core::pack::{Pack as Opened, encode};
use kyklos_core::{TimeZone, Values};

use super::Failure;
use super::input::Input;
use super::subject::Subject;
use typed::Typed;

/// Make a schedule into a pack of bytes, which a board takes from its flash or by `kyklos send`
#[derive(Debug, Args)]
pub(super) struct Pack {
    #[command(flatten)]
    input: Input,
    /// The room that the device has: windows, exceptions, holidays, and single changes of its zone (16 where they are left out)
    #[arg(long, value_name = "W,E,H[,C]", default_value = "16,8,32")]
    capacity: Capacity,
    /// For so many years the pack says what the zone's clocks do; 1 to 70
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=70))]
    years: u32,
    /// The date from which on it does, from 2020 to 2099 as all dates of a schedule; today where it is left out
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = first_date)]
    from: Option<NaiveDate>,
    /// The form of the answer
    #[arg(long, value_enum, default_value_t = Format::Pack)]
    format: Format,
    /// The file that it is written to; standard output where it is left out
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The bytes
    Pack,
    /// A static of Rust, by the zones of kyklos-core
    Rust,
    /// The bytes as an array of C
    C,
}

/// What a device has room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Capacity {
    windows: usize,
    exceptions: usize,
    holidays: usize,
    changes: usize,
}

impl std::fmt::Display for Capacity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{},{},{}", self.windows, self.exceptions, self.holidays)
    }
}

impl FromStr for Capacity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers: Option<Vec<usize>> = text.split(',').map(|number| number.parse().ok()).collect();
        let (windows, exceptions, holidays, changes) = match numbers.as_deref() {
            Some(&[windows, exceptions, holidays]) => (windows, exceptions, holidays, 16),
            Some(&[windows, exceptions, holidays, changes]) => (windows, exceptions, holidays, changes),
            _ => return Err("write three or four whole numbers, such as 16,8,32".to_owned()),
        };
        if windows > 254 || exceptions.max(holidays).max(changes) > 65_535 {
            return Err("write at most 254 windows, and 65535 of the others".to_owned());
        }
        Ok(Self { windows, exceptions, holidays, changes })
    }
}

/// A date that a schedule can be asked about.
fn first_date(text: &str) -> Result<NaiveDate, String> {
    let date = text.parse().ok().filter(|date: &NaiveDate| (2020..=2099).contains(&date.year()));
    date.ok_or_else(|| "write a date from 2020-01-01 to 2099-12-31".to_owned())
}

impl Pack {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let subjects = self.input.load().all()?;
        let [subject] = subjects.as_slice() else {
            let complaint = format!("{} objects in the input: a pack has one schedule, so give one", subjects.len());
            return Err(Failure::Input(vec![complaint]));
        };
        if let Some(field) = subject.object.spec.no_count() {
            let message = "a device knows counts alone: write a whole number from 0 to 2147483647";
            return Err(Failure::Input(vec![subject.origin.complain(&field, message).to_string()]));
        }
        let typed = Typed::of(subject).context("a schedule that was checked")?;
        let pack = self.bytes(subject, &typed)?;
        let text = match self.format {
            Format::Pack => {
                if self.output.is_none() && io::stdout().is_terminal() {
                    return Err(Failure::Input(vec!["a pack is no text: give a file with --output".to_owned()]));
                }
                pack
            }
            Format::Rust => source::rust(&subject.name(), &typed, self.capacity).into_bytes(),
            Format::C => source::c(&subject.name(), &pack).into_bytes(),
        };
        match &self.output {
            Some(file) => Ok(fs::write(file, text).with_context(|| format!("{}: can't be written", file.display()))?),
            None => Ok(io::stdout().lock().write_all(&text)?),
        }
    }

    /// The pack, if there is room for all of it.
    fn bytes(&self, subject: &Subject, typed: &Typed) -> Result<Vec<u8>, Failure> {
        let zone = TimeZone::get(&typed.timezone).context("a zone that was checked")?;
        let values = typed.values();
        let from = self.from.unwrap_or_else(|| Utc::now().date_naive());
        let until = from.checked_add_months(Months::new(12 * self.years)).ok_or_else(|| anyhow!("a date too late"))?;
        let instant = |date: NaiveDate| date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp();
        let mut pack = Vec::new();
        encode(zone, instant(from)..instant(until), &values, &mut pack).context("a schedule that was checked")?;
        let opened = Opened::open(&pack).context("a pack that was made")?;
        let complaints = self.beyond(subject, &values, usize::from(opened.zone_changes()));
        if !complaints.is_empty() {
            return Err(Failure::Input(complaints));
        }
        if opened.zone_known_until() < instant(NaiveDate::from_ymd_opt(2100, 1, 1).unwrap_or(until)) {
            let until = DateTime::from_timestamp(opened.zone_known_until(), 0).map(|until| until.date_naive());
            let until = until.map_or_else(String::new, |until| until.to_string());
            super::failure::say(format_args!(
                "note: {}: the pack says what the clocks of {} do up to {until}; make a new one before",
                subject.name(),
                typed.timezone
            ));
        }
        Ok(pack)
    }

    /// What there is no room for, with its number.
    fn beyond(&self, subject: &Subject, values: &Values<'_>, changes: usize) -> Vec<String> {
        let Capacity { windows, exceptions, holidays, .. } = self.capacity;
        [
            ("spec.windows", "windows", values.windows.len(), windows),
            ("spec.exceptions", "exceptions", values.exceptions.len(), exceptions),
            ("spec.holidayConfigMap", "holidays, dates in a row counted once,", values.holidays.len(), holidays),
            ("spec.timezone", "single changes of the zone's clocks", changes, self.capacity.changes),
        ]
        .into_iter()
        .filter(|(.., found, most)| found > most)
        .map(|(field, what, found, most)| {
            let message = format!("{found} {what} and room for {most}: write fewer, or give a larger --capacity");
            subject.origin.complain(field, message).to_string()
        })
        .collect()
    }
}
