//! `cargo verify`: everything that has to be right before a change goes in, on a laptop and in CI alike.
//!
//! The steps are in [`steps::STEPS`], and those of the night in [`steps::NIGHTLY`]. The first that fails ends the run, with the command that repeats it alone.

mod api;
mod board_table;
mod boards;
mod command;
mod emulated;
mod miri;
mod msrv;
mod no_panic;
mod platforms;
#[cfg(test)]
mod policies;
mod selection;
mod steps;
mod tools;
mod workflows;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use selection::{Request, USAGE};
use steps::{NIGHTLY, STEPS, Step};

fn main() -> ExitCode {
    let request = match selection::parse(std::env::args().skip(1)) {
        Ok(request) => request,
        Err(error) => {
            eprintln!("cargo verify: {error}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match request {
        Request::Help => println!("{USAGE}"),
        Request::List => {
            STEPS.iter().for_each(|step| println!("{:<11} {}", step.name, step.what));
            NIGHTLY.iter().for_each(|step| println!("{:<11} nightly, with --only alone: {}", step.name, step.what));
        }
        Request::Packages => tools::packages().iter().for_each(|package| println!("{package}")),
        Request::PackagesAtNight => platforms::packages().iter().for_each(|package| println!("{package}")),
        Request::Run { steps, times } => {
            for round in 1..=times {
                if times > 1 {
                    println!("\n==> round {round} of {times}");
                }
                if !verify(&steps) {
                    return ExitCode::FAILURE;
                }
            }
        }
    }
    ExitCode::SUCCESS
}

/// Whether all of them pass.
fn verify(steps: &[&Step]) -> bool {
    let begin = Instant::now();
    let mut passed = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        println!("\n==> {}/{} {}: {}", index + 1, steps.len(), step.name, step.what);
        let start = Instant::now();
        let result = root().and_then(|root| (step.run)(&root));
        let took = start.elapsed();
        if let Err(error) = result {
            println!("\n==> {} failed after {}: {error:#}", step.name, in_words(took));
            summary(steps, &passed, Some(took));
            println!("\nTo run it alone: cargo verify --only {}", step.name);
            return false;
        }
        println!("==> {} passed in {}", step.name, in_words(took));
        passed.push(took);
    }
    summary(steps, &passed, None);
    println!("\nAll is right, after {}.", in_words(begin.elapsed()));
    true
}

/// A line per step: those that passed, the one that failed, and those that weren't run any more.
fn summary(steps: &[&Step], passed: &[Duration], failed: Option<Duration>) {
    println!();
    let passed = passed.iter().map(|&took| ("passed", in_words(took)));
    let ended = passed.chain(failed.map(|took| ("FAILED", in_words(took))));
    let results = ended.chain(std::iter::repeat(("not run", String::new())));
    for (step, (result, took)) in steps.iter().zip(results) {
        println!("{}", format!("{:<11} {result:<8} {took:>12}", step.name).trim_end());
    }
}

/// The top folder of the repository; this package is two below it.
fn root() -> Result<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    folder.ancestors().nth(2).map(Path::to_path_buf).context("this package is not inside the repository")
}

fn in_words(time: Duration) -> String {
    match time.as_secs() {
        0..60 => format!("{:.1} s", time.as_secs_f32()),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_a_reader_says_them() {
        assert_eq!(in_words(Duration::from_millis(1_240)), "1.2 s");
        assert_eq!(in_words(Duration::from_millis(59_900)), "59.9 s");
        assert_eq!(in_words(Duration::from_secs(545)), "9 min 05 s");
    }

    #[test]
    fn the_root_is_the_workspaces() {
        let manifest = std::fs::read_to_string(root().unwrap().join("Cargo.toml")).unwrap();
        assert!(manifest.starts_with("[workspace]"));
    }
}
