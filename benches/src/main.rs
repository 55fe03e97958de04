//! The harness: everything that is measured, and the gate that holds it. See `README.md`.

mod baseline;
mod compare;
mod controller;
mod counts;
mod engines;
mod figures;
mod gate;
mod markdown;
mod plots;
mod reasons;
mod report;
mod sizes;
mod svg;
mod tools;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use kyklos_bench::answers;
use report::Part;

/// Measures the core, beside other engines and on other processors, and the controller on a real control plane.
#[derive(Parser)]
#[command(name = "kyklos-bench")]
struct Arguments {
    #[command(subcommand)]
    command: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Measures everything and writes a report: Markdown, JSON and plots.
    Report {
        /// The folder to write into; `target/report` when absent.
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
        /// Leaves a part out, which the report then calls "not measured". May come several times.
        #[arg(long, value_name = "PART")]
        skip: Vec<Part>,
        /// A file to append the tables to, as a workflow's summary.
        #[arg(long, value_name = "FILE")]
        summary: Option<PathBuf>,
    },
    /// Fails where instructions or bytes have grown beyond the baseline.
    Gate {
        /// Makes what is measured now the baseline.
        #[arg(long)]
        accept: bool,
    },
    /// Writes the core's COMPARE page from a report.
    Compare {
        /// The report; `target/report/report.json` when absent.
        #[arg(value_name = "FILE")]
        report: Option<PathBuf>,
    },
    /// Measures the controller on a real control plane of its own: a table, JSON and plots.
    Controller(controller::ControllerArgs),
    /// Writes the questions and answers of the counted calls.
    Answers,
}

fn main() -> ExitCode {
    match act(Arguments::parse().command) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("kyklos-bench: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Whether all is well.
fn act(action: Action) -> Result<bool> {
    let folder = tools::target().join("report");
    match action {
        Action::Report { out, skip, summary } => {
            let report = report::write(&out.unwrap_or(folder), &skip)?;
            summary.map_or(Ok(()), |file| report::append(&file, &report))?;
        }
        Action::Gate { accept } => return gate::check(accept),
        Action::Controller(arguments) => return controller::run(arguments),
        Action::Compare { report } => compare::write(&report.unwrap_or_else(|| folder.join("report.json")))?,
        Action::Answers => std::fs::write(answers::committed_file(), answers::generate()?)?,
    }
    Ok(true)
}
