//! Instructions for each call, on the processor that builds this and on emulated ones.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde::{Deserialize, Serialize};

use crate::tools::{self, Program, VALGRIND};
use Optimised::{ForSize, ForSpeed};

/// A processor and how its instructions are counted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Machine {
    pub(crate) name: &'static str,
    pub(crate) how: How,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum How {
    /// On this processor.
    Callgrind,
    /// The rig for this target, by this emulator, and how it is optimised.
    Emulated(&'static str, Program, Optimised),
}

const QEMU_ARM: Program = Program { name: "qemu-system-arm", package: "qemu-system-arm" };
const QEMU_AARCH64: Program = Program { name: "qemu-system-aarch64", package: "qemu-system-arm" };
const QEMU_RISCV: Program = Program { name: "qemu-system-riscv32", package: "qemu-system-misc" };

/// What the compiler is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Optimised {
    ForSpeed,
    /// As boards are shipped.
    ForSize,
}

/// In the order of the tables.
pub(crate) const MACHINES: [Machine; 6] = [
    Machine { name: "x86-64", how: How::Callgrind },
    Machine { name: "aarch64", how: How::Emulated("aarch64-unknown-none", QEMU_AARCH64, ForSpeed) },
    Machine { name: "Cortex-M4", how: How::Emulated("thumbv7em-none-eabihf", QEMU_ARM, ForSpeed) },
    Machine { name: "Cortex-M4, opt s", how: How::Emulated("thumbv7em-none-eabihf", QEMU_ARM, ForSize) },
    Machine { name: "ARMv6-M", how: How::Emulated("thumbv6m-none-eabi", QEMU_ARM, ForSpeed) },
    Machine { name: "riscv32", how: How::Emulated("riscv32imc-unknown-none-elf", QEMU_RISCV, ForSpeed) },
];

/// What one call takes.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Count {
    /// Without the harness.
    pub(crate) instructions: f64,
    /// The loop and the comparison with the right answer.
    pub(crate) harness: f64,
}

/// By the names of the calls.
pub(crate) type Counts = BTreeMap<String, Count>;

impl Machine {
    /// Whether it can be counted here.
    pub(crate) fn is_here(&self) -> bool {
        matches!(self.how, How::Emulated(..)) || cfg!(all(target_arch = "x86_64", target_os = "linux"))
    }

    /// Builds the calls for it, runs and counts them.
    pub(crate) fn count(&self) -> Result<Counts> {
        eprintln!("instructions on {}", self.name);
        match self.how {
            How::Callgrind => callgrind(),
            How::Emulated(target, emulator, optimised) => emulated(target, emulator, optimised),
        }
        .with_context(|| format!("counting on {}", self.name))
    }
}

/// A run of each part and one of none: the difference is the part.
fn callgrind() -> Result<Counts> {
    VALGRIND.version()?;
    let program = tools::release("kyklos-counted")?;
    let parts = tools::output(&mut Command::new(&program))?;
    let parts: Vec<_> = parts.lines().map(name_and_calls).collect::<Result<_>>()?;
    let nothing = collected(&program, parts.len() * 2)?;
    let mut totals = Totals::new();
    for (index, (name, calls)) in parts.into_iter().enumerate() {
        let work = collected(&program, index * 2)?.saturating_sub(nothing);
        let harness = collected(&program, index * 2 + 1)?.saturating_sub(nothing);
        add(&mut totals, name, [calls, work, harness]);
    }
    Ok(of_one_call(totals))
}

/// The instructions of a run from its beginning to its end.
pub(crate) fn collected(program: &Path, part: usize) -> Result<u64> {
    let file = tools::target().join("callgrind.out");
    let mut command = Command::new(VALGRIND.name);
    command.args(["--quiet", "--tool=callgrind"]).arg(format!("--callgrind-out-file={}", file.display()));
    // With the same number of digits and without an environment, so that every run begins alike.
    let path = std::env::var_os("PATH").unwrap_or_default();
    command.arg(program).arg(format!("{part:04}")).env_clear().env("PATH", path);
    tools::run(&mut command)?;
    let text = std::fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
    let total = text.lines().find_map(|line| line.strip_prefix("summary: ").or(line.strip_prefix("totals: ")));
    total.and_then(|total| total.trim().parse().ok()).with_context(|| format!("{} has no total", file.display()))
}

/// The calls of each name, and the instructions of the work and of the harness: a name may come several times. What it took is added up,
/// but of those for the worst, which are one call each, the one that took the most is kept.
type Totals = BTreeMap<String, [u64; 3]>;

fn add(totals: &mut Totals, name: String, numbers: [u64; 3]) {
    let worst = name.starts_with("worst ");
    let totals = totals.entry(name).or_default();
    if worst {
        *totals = std::cmp::max_by_key(numbers, *totals, |[_, work, harness]| work.saturating_sub(*harness));
    } else {
        totals.iter_mut().zip(numbers).for_each(|(total, number)| *total += number);
    }
}

fn of_one_call(totals: Totals) -> Counts {
    totals.into_iter().map(|(name, [calls, work, harness])| (name, count(work, harness, calls))).collect()
}

/// The rig prints lines: a name, the calls, and the instructions of the work and of the harness. Those of one name
/// belong together.
fn emulated(target: &str, emulator: Program, optimised: Optimised) -> Result<Counts> {
    of_rig("count", target, emulator, optimised)
}

/// What a programmer would write for a Cortex-M4 without the core.
pub(crate) fn by_hand() -> Result<Counts> {
    eprintln!("instructions of what is written by hand on Cortex-M4");
    of_rig("peers", "thumbv7em-none-eabihf", QEMU_ARM, ForSpeed).context("counting what is written by hand")
}

fn of_rig(rig: &str, target: &str, emulator: Program, optimised: Optimised) -> Result<Counts> {
    emulator.version()?;
    let optimised = match optimised {
        ForSpeed => "3",
        ForSize => "s",
    };
    let mut totals = Totals::new();
    for line in tools::run_rig(rig, target, optimised)?.lines() {
        let (name, numbers) = line.split_once('\t').with_context(|| format!("`{line}` has no tab"))?;
        let numbers: Vec<u64> =
            numbers.split('\t').map(str::parse).collect::<Result<_, _>>().with_context(|| line.to_owned())?;
        let numbers: [u64; 3] = numbers.try_into().ok().with_context(|| format!("`{line}` has not three numbers"))?;
        add(&mut totals, name.to_owned(), numbers);
    }
    ensure!(!totals.is_empty(), "the rig has counted nothing on {target}");
    Ok(of_one_call(totals))
}

fn name_and_calls(line: &str) -> Result<(String, u64)> {
    let (name, calls) = line.split_once('\t').with_context(|| format!("`{line}` has no tab"))?;
    Ok((name.to_owned(), calls.parse().with_context(|| format!("the calls of `{line}`"))?))
}

fn count(work: u64, harness: u64, calls: u64) -> Count {
    let of_one = |total: f64| (total / calls as f64 * 10.0).round() / 10.0;
    Count { instructions: of_one(work as f64 - harness as f64), harness: of_one(harness as f64) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_comes_again_is_added_up_but_for_the_worst() {
        let mut totals = Totals::new();
        for numbers in [[1, 50, 10], [1, 90, 20], [1, 60, 1]] {
            add(&mut totals, "evaluate".to_owned(), numbers);
            add(&mut totals, "worst of <16, 8, 32>".to_owned(), numbers);
        }
        assert_eq!(totals["evaluate"], [3, 200, 31]);
        assert_eq!(totals["worst of <16, 8, 32>"], [1, 90, 20]);
    }
}
