//! `kyklos eval`: what applies at given instants.

use std::io::{self, BufWriter, Read, Write};

use chrono::{DateTime, Utc};
use clap::{Args, ValueEnum};
use serde::Serialize;

use super::Failure;
use super::failure::say;
use super::input::Input;
use super::subject::Subject;
use super::tables::columns;
use crate::api::instants;
use crate::api::manifest::{STANDARD_INPUT, printable};
use crate::api::{Kind, Value};

/// Print what applies at given instants, and until when
#[derive(Debug, Args)]
pub(super) struct Eval {
    #[command(flatten)]
    input: Input,
    /// An instant (RFC 3339 with any offset); now where neither this nor --at-stdin is given
    #[arg(long, value_name = "INSTANT", value_parser = instants::read)]
    at: Vec<DateTime<Utc>>,
    /// Read instants from standard input as well, one a line
    #[arg(long)]
    at_stdin: bool,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Output {
    /// A table
    Text,
    /// One JSON object a line
    Json,
}

/// A line of the answer, its fields in the contract's order.
#[derive(Serialize)]
struct Line<'l> {
    name: &'l str,
    at: String,
    kind: Kind,
    index: Option<u16>,
    label: String,
    replicas: Value,
    until: Option<String>,
}

impl Eval {
    pub(super) fn run(&self) -> Result<(), Failure> {
        if self.at_stdin && self.input.times_standard_input() > 0 {
            let complaint = "standard input: asked for as a file and for the instants: it can be only one of the two";
            return Err(Failure::Input(vec![complaint.to_owned()]));
        }
        let mut loaded = self.input.load();
        let instants = self.instants(&mut loaded.complaints);
        let subjects: Vec<_> = loaded.all()?.into_iter().map(|subject| (subject.name(), subject)).collect();
        let lines = answers(&subjects, &instants);
        let mut out = BufWriter::new(io::stdout().lock());
        match self.output {
            Output::Json => {
                for line in lines {
                    serde_json::to_writer(&mut out, &line).map_err(io::Error::from)?;
                    out.write_all(b"\n")?;
                }
            }
            Output::Text => {
                let heading = ["NAME", "AT", "KIND", "LABEL", "REPLICAS", "UNTIL"];
                out.write_all(columns(&heading, &[4], lines.map(row)).as_bytes())?;
            }
        }
        Ok(out.flush()?)
    }

    fn instants(&self, complaints: &mut Vec<String>) -> Vec<DateTime<Utc>> {
        let mut instants = self.at.clone();
        if self.at_stdin {
            read_instants(&mut instants, complaints);
            if instants.is_empty() && complaints.is_empty() {
                say("warning: standard input: no instants came, so nothing is answered: write one a line");
            }
        } else if instants.is_empty() {
            instants.push(Utc::now());
        }
        instants
    }
}

fn read_instants(instants: &mut Vec<DateTime<Utc>>, complaints: &mut Vec<String>) {
    let mut bytes = Vec::new();
    if let Err(error) = io::stdin().lock().read_to_end(&mut bytes) {
        complaints.push(format!("{STANDARD_INPUT}: can't be read: {error}"));
    }
    // Text that isn't UTF-8 is no instant, and is said to be none.
    for (number, line) in (1..).zip(String::from_utf8_lossy(&bytes).lines()) {
        match line.trim() {
            "" => {}
            line => match instants::read(line) {
                Ok(at) => instants.push(at),
                Err(message) => complaints.push(format!("{STANDARD_INPUT}: line {number}: {message}")),
            },
        }
    }
}

/// The answers: for each object the instants.
fn answers<'s>(
    subjects: &'s [(String, Subject)],
    instants: &'s [DateTime<Utc>],
) -> impl Iterator<Item = Line<'s>> + use<'s> {
    let each = |(name, subject): &'s (String, Subject)| {
        instants.iter().map(move |&at| {
            let answer = subject.answer_at(at);
            Line {
                name,
                at: instants::write(at),
                kind: answer.label.kind,
                index: answer.label.index,
                label: answer.label.text,
                replicas: answer.value,
                until: answer.until.map(instants::write),
            }
        })
    };
    subjects.iter().flat_map(each)
}

fn row(line: Line<'_>) -> [String; 6] {
    [
        printable(line.name),
        line.at,
        line.kind.to_string(),
        printable(&line.label),
        line.replicas.to_string(),
        line.until.unwrap_or_else(|| "forever".to_owned()),
    ]
}
