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
/// Instructions by processor: stateless with holidays and without, and a cursor's hit.
const INSTRUCTIONS: [(&str, f64, f64, f64); 4] = [
    ("x86-64", 100.0, 62.0, 10.0),
    ("aarch64", 130.0, 66.0, 20.0),
    ("Cortex-M4", 180.0, 105.0, 30.0),
    ("ARMv6-M", 350.0, 140.0, 35.0),
];
/// Calls that have a budget on one processor alone.
const CALLS: [(&str, &str, f64); 10] = [
    ("x86-64", "evaluate in 2026 with its holidays", 80.0),
    ("x86-64", "evaluate in five years with their 55 holidays", 100.0),
    ("x86-64", "a step of transitions in 2026", 40.0),
    ("x86-64", "evaluate_at, 1,000 schedules of a zone", 45.0),
    ("Cortex-M4", "worst of <16, 8, 32>", 6_000.0),
    ("Cortex-M4", "worst step of <16, 8, 32>", 6_000.0),
    ("Cortex-M4", "worst since of <16, 8, 32>", 6_000.0),
    ("Cortex-M4", "worst of <64, 64, 1000>", 25_000.0),
    ("Cortex-M4", "worst step of <64, 64, 1000>", 25_000.0),
    ("Cortex-M4", "worst since of <64, 64, 1000>", 25_000.0),
];
/// Bytes of flash that a part may add.
const FLASH: [(&str, u64); 5] = [
    ("evaluator with one zone", 2_048),
    ("building and validating from Rust values", 6_144),
    ("parsing from JSON", 10_240),
    ("all zones by name", 10_240),
    ("a static Schedule<2, 1, 12> in use, with its data and zone", 2_560),
];
/// A schedule's bytes: of 32 bits.
const SIZES: [(&str, u64); 2] = [("size of Schedule<16, 8, 32>", 1_024), ("size of Schedule<4, 2, 16>", 352)];
/// The stack of the functions that a device calls again and again, and of any other.
const STACK: u64 = 768;
const STACK_OF: [&str; 6] = [
    "stack of Schedule::evaluate",
    "stack of Schedule::set",
    "stack of Schedule::set_json",
    "stack of Schedule::set with all zones",
    "stack of Schedule::set_json with all zones",
    "stack of a step of Schedule::transitions",
];
const ANY_STACK: u64 = 1_024;

/// A call beside the same one with two windows: how many times as many instructions it takes.
pub(crate) struct Growth {
    pub(crate) name: &'static str,
    many: &'static str,
    two: &'static str,
    pub(crate) machines: &'static [&'static str],
}

pub(crate) const GROWTHS: [Growth; 2] = [
    Growth {
        name: "sixteen windows instead of two",
        many: "evaluate 16 windows",
        two: "evaluate",
        machines: &["x86-64", "aarch64", "Cortex-M4", "ARMv6-M"],
    },
    Growth {
        name: "64 disjoint windows instead of two",
        many: "evaluate 64 disjoint windows",
        two: "evaluate without holidays",
        machines: &["x86-64", "Cortex-M4"],
    },
];
/// The most that more windows may take, in times.
pub(crate) const GROWTH: f64 = 1.5;
/// How many times as many instructions the best peer takes.
const FEWER: f64 = 20.0;

/// The budget of a number of bytes, by its name in the report.
pub(crate) fn budget_of_bytes(name: &str) -> Option<u64> {
    let flash = FLASH.iter().find(|(part, _)| name == format!("flash of {part}")).map(|(_, budget)| *budget);
    let size = SIZES.iter().find(|(of, _)| name == *of).map(|(_, budget)| *budget);
    let stack = || if STACK_OF.contains(&name) { STACK } else { ANY_STACK };
    flash.or(size).or_else(|| name.starts_with("stack of ").then(stack))
}

/// The budget of a call's instructions.
pub(crate) fn budget_of_instructions(machine: &str, call: &str) -> Option<f64> {
    if let Some((_, _, budget)) = CALLS.iter().find(|(on, name, _)| *on == machine && *name == call) {
        return Some(*budget);
    }
    let &(_, stateless, plain, hit) = INSTRUCTIONS.iter().find(|(name, ..)| *name == machine)?;
    match call {
        "evaluate" => Some(stateless),
        "evaluate without holidays" => Some(plain),
        "cursor hit" => Some(hit),
        _ => None,
    }
}

impl Growth {
    /// By the instructions of a processor's calls.
    pub(crate) fn of(&self, instructions: impl Fn(&str) -> Option<f64>) -> Option<f64> {
        instructions(self.many).zip(instructions(self.two)).map(|(many, two)| many / two)
    }

    fn figures(&self, report: &Report) -> impl Iterator<Item = Figure> {
        self.machines.iter().map(|machine| {
            let measured = self.of(|call| report.instructions(machine, call));
            at_most(format!("{} on {machine}", self.name), "times", GROWTH, measured)
        })
    }
}

/// All of them, in the order of the report.
pub(crate) fn figures(report: &Report) -> Vec<Figure> {
    let mut all = Vec::new();
    for call in ["evaluate", "evaluate without holidays", "cursor hit"] {
        for (machine, ..) in INSTRUCTIONS {
            let measured = report.instructions(machine, call);
            if let Some(budget) = budget_of_instructions(machine, call) {
                all.push(at_most(format!("{call} on {machine}"), "instructions", budget, measured));
            }
        }
    }
    let [sixteen, disjoint] = GROWTHS;
    all.extend(sixteen.figures(report));
    for (machine, call, budget) in CALLS {
        all.push(at_most(format!("{call} on {machine}"), "instructions", budget, report.instructions(machine, call)));
    }
    all.extend(disjoint.figures(report));
    let engines = report.engines.iter().flat_map(|engines| &engines.engines).filter(|engine| !engine.is_core());
    let right = engines.clone().filter(|engine| engine.wrong_answers == 0 && engine.is_general());
    let fastest = right.clone().map(|engine| engine.times_of_first).min_by(f64::total_cmp);
    let fewest = right.filter_map(|engine| engine.instructions).min_by(f64::total_cmp);
    let core = report.engines.iter().flat_map(|engines| &engines.engines).find(|engine| engine.is_core_alike());
    let fewer = fewest.zip(core.and_then(|core| core.instructions)).map(|(peer, core)| peer / core);
    all.push(at_least(
        "fewer instructions than the best engine that is always right, for any windows, without holidays",
        FEWER,
        fewer,
    ));
    let croner = engines.clone().find(|engine| engine.name == "croner").map(|engine| engine.times_of_first);
    all.push(at_least("faster than the fastest engine that is always right, for any windows", 15.0, fastest));
    all.push(at_least("faster than croner", 100.0, croner));
    for (part, budget) in FLASH {
        let name = format!("flash of {part}");
        let measured = report.bytes(&name);
        all.push(at_most(name, "bytes", budget as f64, measured.map(|bytes| bytes as f64)));
    }
    for (name, bytes) in report.memory.iter().flatten().filter(|(name, _)| budget_of_bytes(name).is_some()) {
        let budget = budget_of_bytes(name).unwrap_or(ANY_STACK);
        all.push(at_most(name.clone(), "bytes", budget as f64, Some(*bytes as f64)));
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
