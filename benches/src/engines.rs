//! The core beside other engines: times, instructions and wrong answers.

use std::process::Command;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use crate::counts::collected;
use crate::tools::{self, VALGRIND};

/// What is added to the number of an engine to get the loop around it alone.
const LOOP: usize = 1_000;

/// As `kyklos-peers` prints it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Engines {
    pub(crate) engines: Vec<Engine>,
    /// The core's other calls.
    pub(crate) series: Vec<Series>,
    /// How often each was measured; the times are medians.
    pub(crate) rounds: usize,
    /// The questions of a pass.
    pub(crate) instants: usize,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Engine {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) note: String,
    /// Questions for the count of wrong answers: those of a pass, and those around clock changes.
    pub(crate) asked: usize,
    pub(crate) wrong_states: usize,
    pub(crate) wrong_boundaries: usize,
    pub(crate) wrong_answers: usize,
    pub(crate) nanoseconds: f64,
    /// How many times the core's time, the median over the rounds.
    pub(crate) times_of_first: f64,
    /// A quarter of the rounds had less than the first, and one more than the second.
    pub(crate) times_quartiles: [f64; 2],
    /// By callgrind, without the loop and the comparison. Not measured where it is absent.
    #[serde(default)]
    pub(crate) instructions: Option<f64>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Series {
    pub(crate) name: String,
    pub(crate) windows: Option<usize>,
    pub(crate) nanoseconds: f64,
    /// Of the rounds, or of the calls where each was measured by itself.
    #[serde(default)]
    pub(crate) quartiles: [f64; 2],
}

impl Engine {
    pub(crate) fn is_core(&self) -> bool {
        self.name.starts_with("Kyklos")
    }

    /// Whether it is the core, asked what the others are asked.
    pub(crate) fn is_core_alike(&self) -> bool {
        self.name == "Kyklos, no holidays"
    }

    /// Whether it answers for any windows: a program with two of them written into it doesn't.
    pub(crate) fn is_general(&self) -> bool {
        !self.name.ends_with("hard-coded")
    }
}

/// Asks all of them; with the instructions, too, where wanted.
pub(crate) fn measure(instructions: bool) -> Result<Engines> {
    let program = tools::release("kyklos-peers")?;
    let text = tools::output(&mut Command::new(&program)).context("asking the engines")?;
    let mut engines: Engines = serde_json::from_str(&text).context("the output of kyklos-peers")?;
    if instructions {
        VALGRIND.version()?;
        for (index, engine) in engines.engines.iter_mut().enumerate() {
            eprintln!("instructions of {}", engine.name);
            let call = collected(&program, index)?.saturating_sub(collected(&program, index + LOOP)?);
            engine.instructions = Some((call as f64 / engines.instants as f64 * 10.0).round() / 10.0);
        }
    }
    Ok(engines)
}

impl Engines {
    /// The fastest first.
    pub(crate) fn by_time(&self) -> Vec<&Engine> {
        let mut engines: Vec<_> = self.engines.iter().collect();
        engines.sort_by(|a, b| a.times_of_first.total_cmp(&b.times_of_first));
        engines
    }
}
