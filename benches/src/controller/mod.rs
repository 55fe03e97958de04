//! What the controller costs and how late it is, on a real control plane. See the README beside this folder.

mod audit;
mod drawn;
mod lag;
mod many;
mod memory;
mod outcome;
mod page;
mod plain;
mod replica;
mod rest;
mod selected;
mod stage;
mod start;
mod storm;
mod takeover;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum, value_parser};

use crate::tools;
use outcome::Outcome;
use replica::Program;

/// What can be measured by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// How late writes are on the real clock.
    Lag,
    /// One boundary for all objects, beside a plain client.
    Storm,
    /// The same for many targets of one object.
    Selected,
    /// The memory with and without objects.
    Memory,
    /// What is done while nothing is to do.
    Rest,
    /// How soon it is ready.
    Start,
    /// Two replicas, and the end of one of them.
    Takeover,
}

/// What `controller` is asked for.
#[derive(Debug, Args)]
pub(crate) struct ControllerArgs {
    /// The parts to measure; all when none is named.
    #[arg(value_name = "PART")]
    parts: Vec<Part>,
    /// Numbers of objects.
    #[arg(long, value_name = "N,..", value_delimiter = ',', default_values_t = [1_000, 3_000, 10_000],
        value_parser = value_parser!(u32).range(1..=100_000))]
    objects: Vec<u32>,
    /// Objects of `lag`, one due a second, and of `takeover`.
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = value_parser!(u16).range(1..=3_000))]
    due: u16,
    /// Minutes of `rest`.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = value_parser!(u16).range(1..=1_440))]
    minutes: u16,
    /// Seconds after the last list, or the last write, at which `memory` and `selected` look.
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = value_parser!(u16).range(1..=3_600))]
    settle: u16,
    /// A program to measure instead of building the image's.
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
    /// The folder to write into; `target/report` when absent.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Keeps the figures of the parts that were measured as theirs in `benches/controller.json`, in the sizes that they are about.
    #[arg(long, conflicts_with_all = ["objects", "due", "minutes", "settle", "program"])]
    accept: bool,
}

/// The sizes and times of a run.
pub(crate) struct Asked {
    objects: Vec<usize>,
    due: usize,
    rest: Duration,
    settle: Duration,
}

impl Asked {
    fn largest(&self) -> usize {
        self.objects.iter().copied().max().unwrap_or_default()
    }
}

/// Measures, prints a table and writes JSON and plots. Whether every part could be measured and did what is right; a figure
/// that isn't reached is shown as such, and fails nothing.
pub(crate) fn run(arguments: ControllerArgs) -> Result<bool> {
    let mut objects: Vec<_> = arguments.objects.iter().map(|count| *count as usize).collect();
    objects.sort_unstable();
    objects.dedup();
    let asked = Asked {
        objects,
        due: usize::from(arguments.due),
        rest: Duration::from_secs(60 * u64::from(arguments.minutes)),
        settle: Duration::from_secs(u64::from(arguments.settle)),
    };
    let program = Program::get(arguments.program)?;
    let parts = if arguments.parts.is_empty() { Part::value_variants().to_vec() } else { arguments.parts };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcomes: Vec<_> = parts.iter().map(|part| runtime.block_on(measure(*part, &asked, &program))).collect();
    let out = arguments.out.unwrap_or_else(|| tools::target().join("report"));
    let report = page::Report::new(&program, outcomes)?;
    print!("{}", report.table());
    write(&out, &report)?;
    let all = report.failures() == 0;
    if arguments.accept && all {
        let file = tools::root().join("benches/controller.json");
        let kept = report.beside(fs::read_to_string(&file).ok().as_deref())?;
        save(&file, &kept.json()?)?;
    }
    Ok(all)
}

/// A part that fails doesn't keep the others from being measured.
async fn measure(part: Part, asked: &Asked, program: &Program) -> Outcome {
    let name = part.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
    eprintln!("measuring {name}");
    let measured = match part {
        Part::Lag => lag::measure(asked, program).await,
        Part::Storm => storm::measure(asked, program).await,
        Part::Selected => selected::measure(asked, program).await,
        Part::Memory => memory::measure(asked, program).await,
        Part::Rest => rest::measure(asked, program).await,
        Part::Start => start::measure(asked, program).await,
        Part::Takeover => takeover::measure(asked, program).await,
    };
    measured.unwrap_or_else(|error| {
        eprintln!("{name}: {error:#}");
        Outcome { failed: Some(format!("{error:#}")), ..Outcome::new(&name) }
    })
}

fn write(out: &Path, report: &page::Report) -> Result<()> {
    fs::create_dir_all(out).with_context(|| format!("making {}", out.display()))?;
    save(&out.join("controller.json"), &report.json()?)?;
    save(&out.join("controller.md"), &report.table())?;
    for (name, plot) in drawn::PLOTS {
        match plot(report.outcomes()) {
            Some(text) => save(&out.join(name), &text)?,
            None => eprintln!("no {name}: it was not measured"),
        }
    }
    Ok(())
}

fn save(file: &Path, text: &str) -> Result<()> {
    fs::write(file, text).with_context(|| format!("writing {}", file.display()))?;
    eprintln!("wrote {}", file.display());
    Ok(())
}
