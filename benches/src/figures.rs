//! The figures that the core is held to.

use serde::{Deserialize, Serialize};

use crate::report::Report;

/// A figure with a budget.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Figure {
    pub(crate) name: String,
    pub(crate) unit: String,
    /// At most this, or at least where the unit is a number of times that others take longer.
    pub(crate) budget: f64,
    /// Absent where it wasn't measured.
    pub(crate) measured: Option<f64>,
    pub(crate) met: Option<bool>,
}

impl Figure {
    /// Which side of the budget is right.
    pub(crate) fn bound(&self) -> &'static str {
        if self.unit == FASTER { "at least" } else { "at most" }
    }
}

const FASTER: &str = "times faster";
/// Instructions by processor: stateless, and a cursor's hit.
const INSTRUCTIONS: [(&str, f64, f64); 4] =
    [("x86-64", 100.0, 10.0), ("aarch64", 130.0, 20.0), ("Cortex-M4", 180.0, 30.0), ("ARMv6-M", 350.0, 35.0)];
/// Bytes of flash that a part may add.
const FLASH: [(&str, u64); 4] = [
    ("evaluator with one zone", 2_048),
    ("building and validating from Rust values", 6_144),
    ("parsing from JSON", 10_240),
    ("all zones by name", 10_240),
];
/// A schedule's bytes, and those of the stack of any function.
const MEMORY: u64 = 1_024;
/// Sixteen windows instead of two.
const GROWTH: f64 = 1.5;

/// The budget of a number of bytes, by its name in the report.
pub(crate) fn budget_of_bytes(name: &str) -> Option<u64> {
    let flash = FLASH.iter().find(|(part, _)| name == format!("flash of {part}")).map(|(_, budget)| *budget);
    flash.or((name.starts_with("stack of ") || name.starts_with("size of Schedule")).then_some(MEMORY))
}

/// The budget of a call's instructions.
pub(crate) fn budget_of_instructions(machine: &str, call: &str) -> Option<f64> {
    let &(_, stateless, hit) = INSTRUCTIONS.iter().find(|(name, ..)| *name == machine)?;
    match call {
        "evaluate" => Some(stateless),
        "cursor hit" => Some(hit),
        _ => None,
    }
}

/// All of them, in the order of the report.
pub(crate) fn figures(report: &Report) -> Vec<Figure> {
    let mut all = Vec::new();
    for call in ["evaluate", "cursor hit"] {
        for (machine, ..) in INSTRUCTIONS {
            let measured = report.instructions(machine, call);
            if let Some(budget) = budget_of_instructions(machine, call) {
                all.push(at_most(format!("{call} on {machine}"), "instructions", budget, measured));
            }
        }
    }
    for (machine, ..) in INSTRUCTIONS {
        let many = report.instructions(machine, "evaluate 16 windows");
        let growth = many.zip(report.instructions(machine, "evaluate")).map(|(many, two)| many / two);
        all.push(at_most(format!("sixteen windows instead of two on {machine}"), "times", GROWTH, growth));
    }
    let engines = report.engines.iter().flat_map(|engines| &engines.engines).filter(|engine| !engine.is_core());
    let right = engines.clone().filter(|engine| engine.wrong_answers == 0 && engine.is_general());
    let fastest = right.map(|engine| engine.times_of_first).min_by(f64::total_cmp);
    let croner = engines.clone().find(|engine| engine.name == "croner").map(|engine| engine.times_of_first);
    all.push(at_least("faster than the fastest engine that is always right, for any windows", 15.0, fastest));
    all.push(at_least("faster than croner", 100.0, croner));
    for (part, budget) in FLASH {
        let name = format!("flash of {part}");
        let measured = report.bytes(&name);
        all.push(at_most(name, "bytes", budget as f64, measured.map(|bytes| bytes as f64)));
    }
    for (name, bytes) in report.memory.iter().flatten().filter(|(name, _)| budget_of_bytes(name).is_some()) {
        all.push(at_most(name.clone(), "bytes", MEMORY as f64, Some(*bytes as f64)));
    }
    all
}

fn at_most(name: String, unit: &str, budget: f64, measured: Option<f64>) -> Figure {
    Figure { name, unit: unit.to_owned(), budget, measured, met: measured.map(|measured| measured <= budget) }
}

fn at_least(name: &str, budget: f64, measured: Option<f64>) -> Figure {
    let met = measured.map(|measured| measured >= budget);
    Figure { name: name.to_owned(), unit: FASTER.to_owned(), budget, measured, met }
}
