//! The gate: instructions and bytes, which are the same on every run, against a committed baseline. Never time.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::baseline::{self, Baseline};
use crate::counts::MACHINES;
use crate::figures::{GROWTH, GROWTHS, budget_of_bytes, budget_of_instructions};
use crate::{counts, sizes, tools};

/// The part by which a figure may grow before it counts as worse, and fall before it counts as better.
const TOLERANCE: f64 = 0.03;
/// The processors that the gate holds.
const HELD: [&str; 6] = ["x86-64", "aarch64", "Cortex-M4", "Cortex-M4, opt s", "ARMv6-M", "riscv32"];

/// One figure beside the one it is held to.
#[derive(Debug, Clone, PartialEq)]
struct Line {
    name: String,
    budget: Option<f64>,
    baseline: Option<f64>,
    /// None where it was expected and is gone.
    now: Option<f64>,
    /// How many times one figure another one is: it grows where the other one gets better, which is no loss, so a budget that is
    /// kept is all that it is held to.
    times: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Same,
    Better,
    Worse,
    /// A figure without a baseline, or a baseline without a figure.
    Unknown,
}

impl Line {
    /// The most it may be: the baseline and a little more. A budget that is kept is a wall before that; one that isn't
    /// kept yet changes nothing.
    fn limit(&self) -> Option<f64> {
        let grown = self.baseline? * (1.0 + TOLERANCE);
        Some(match self.budget {
            Some(budget) if self.baseline? <= budget => {
                if self.times {
                    budget
                } else {
                    grown.min(budget)
                }
            }
            _ => grown,
        })
    }

    fn verdict(&self) -> Verdict {
        match (self.baseline, self.limit(), self.now) {
            (Some(_), Some(limit), Some(now)) if now > limit => Verdict::Worse,
            (Some(baseline), _, Some(now)) if now < baseline * (1.0 - TOLERANCE) && !self.times => Verdict::Better,
            (Some(_), _, Some(_)) => Verdict::Same,
            _ => Verdict::Unknown,
        }
    }
}

/// Measures and compares; whether nothing has become worse.
pub(crate) fn check(accept: bool) -> Result<bool> {
    let now = measure()?;
    if accept {
        baseline::write(&now)?;
        println!("This is the baseline now: benches/baseline.json");
        return Ok(true);
    }
    let holds = tell(&lines(&baseline::read()?, &now));
    match baseline::of_last_release(&tools::root())? {
        Some((tag, released)) => {
            println!("\nsince {tag}");
            since_release(&lines(&released, &now)).iter().for_each(|line| println!("{line}"));
        }
        None if baseline::is_shallow(&tools::root())? => {
            println!(
                "\nOf a part of the history it can't be said what has changed since a release: git fetch --unshallow --tags"
            );
        }
        None => println!("\nThere has been no release yet, so nothing is said about the change since one."),
    }
    Ok(holds)
}

/// What moved since a release, by however many accepted baselines.
fn since_release(lines: &[Line]) -> Vec<String> {
    let moved = |line: &Line| {
        let (before, now) = line.baseline.zip(line.now)?;
        let change = now / before - 1.0;
        let told = || format!("{:<52} {before:>9} {now:>9} {:>+8.1} %", line.name, change * 100.0);
        (change.abs() > TOLERANCE).then(told)
    };
    lines.iter().filter_map(moved).collect()
}

fn measure() -> Result<Baseline> {
    let mut now = Baseline::default();
    for machine in MACHINES.iter().filter(|machine| HELD.contains(&machine.name)) {
        if machine.is_here() {
            now.instructions.insert(machine.name.to_owned(), instructions(&machine.count()?));
        } else {
            println!("{} can't be counted on this machine: nothing is said about it", machine.name);
        }
    }
    // The first is the program around the others.
    let flash = sizes::flash()?.into_iter().skip(1).map(|flash| (format!("flash of {}", flash.part), flash.bytes));
    now.bytes = flash.chain(sizes::memory()?).collect();
    Ok(now)
}

fn instructions(counts: &counts::Counts) -> BTreeMap<String, f64> {
    counts.iter().map(|(call, count)| (call.clone(), count.instructions)).collect()
}

/// Every figure of either, the instructions first.
fn lines(baseline: &Baseline, now: &Baseline) -> Vec<Line> {
    let mut lines = Vec::new();
    let none = BTreeMap::new();
    // A processor that can't be counted here is no figure that has gone.
    for (machine, counts) in &now.instructions {
        let before = baseline.instructions.get(machine).unwrap_or(&none);
        for call in union(before, counts) {
            lines.push(Line {
                name: format!("{machine}: {call}"),
                budget: budget_of_instructions(machine, call),
                baseline: before.get(call).copied(),
                now: counts.get(call).copied(),
                times: false,
            });
        }
        for growth in GROWTHS.iter().filter(|growth| growth.machines.contains(&machine.as_str())) {
            let times = |counts: &BTreeMap<String, f64>| {
                Some((growth.of(|call| counts.get(call).copied())? * 1_000.0).round() / 1_000.0)
            };
            let (baseline, now) = (times(before), times(counts));
            if baseline.or(now).is_some() {
                let name = format!("{machine}: {}", growth.name);
                lines.push(Line { name, budget: Some(GROWTH), baseline, now, times: true });
            }
        }
    }
    let bytes = |bytes: Option<&u64>| bytes.map(|bytes| *bytes as f64);
    lines.extend(union(&baseline.bytes, &now.bytes).into_iter().map(|name| Line {
        name: name.clone(),
        budget: bytes(budget_of_bytes(name).as_ref()),
        baseline: bytes(baseline.bytes.get(name)),
        now: bytes(now.bytes.get(name)),
        times: false,
    }));
    lines
}

fn union<'a, V>(a: &'a BTreeMap<String, V>, b: &'a BTreeMap<String, V>) -> Vec<&'a String> {
    a.keys().chain(b.keys().filter(|key| !a.contains_key(*key))).collect()
}

fn tell(lines: &[Line]) -> bool {
    let text = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value}"));
    println!("\n{:<52} {:>9} {:>9} {:>9}", "instructions of a call, and bytes", "budget", "baseline", "now");
    for line in lines {
        let told = match line.verdict() {
            Verdict::Same => "",
            Verdict::Better => "  better",
            Verdict::Worse => "  WORSE",
            Verdict::Unknown => "  NOT IN BOTH",
        };
        let missed = line.budget.zip(line.now).is_some_and(|(budget, now)| now > budget);
        let missed = if missed { "  (over the budget)" } else { "" };
        let (budget, baseline, now) = (text(line.budget), text(line.baseline), text(line.now));
        println!("{:<52} {budget:>9} {baseline:>9} {now:>9}{told}{missed}", line.name);
    }
    let count = |verdict| lines.iter().filter(|line| line.verdict() == verdict).count();
    let (better, worse, unknown) = (count(Verdict::Better), count(Verdict::Worse), count(Verdict::Unknown));
    println!("\n{} figures: {worse} worse, {better} better, {unknown} not in both", lines.len());
    if worse + unknown > 0 {
        println!("Where that is meant: cargo run -p kyklos-bench -- gate --accept, and commit benches/baseline.json");
    } else if better > 0 {
        println!(
            "To hold what is better: cargo run -p kyklos-bench -- gate --accept, and commit benches/baseline.json"
        );
    }
    worse + unknown == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(budget: Option<f64>, baseline: Option<f64>, now: Option<f64>) -> Verdict {
        Line { name: String::new(), budget, baseline, now, times: false }.verdict()
    }

    #[test]
    fn more_windows_are_held_to_their_budget() {
        let of = |plain: f64, disjoint: f64| {
            let calls = [("evaluate without holidays", plain), ("evaluate 64 disjoint windows", disjoint)];
            let calls = calls.map(|(call, count)| (call.to_owned(), count));
            Baseline { instructions: BTreeMap::from([("x86-64".to_owned(), calls.into())]), ..Baseline::default() }
        };
        let verdict = |baseline: &Baseline, now: &Baseline| {
            let lines = lines(baseline, now);
            let is_it = |line: &&Line| line.name == "x86-64: 64 disjoint windows instead of two";
            lines.iter().find(is_it).map(|line| (line.verdict(), line.now))
        };
        // Two windows got quicker: no loss, as long as the budget is kept.
        assert_eq!(verdict(&of(60.0, 84.0), &of(57.0, 84.0)), Some((Verdict::Same, Some(1.474))));
        assert_eq!(verdict(&of(60.0, 84.0), &of(55.0, 84.0)), Some((Verdict::Worse, Some(1.527))));
        assert_eq!(verdict(&of(50.0, 84.0), &of(50.0, 84.0)), Some((Verdict::Same, Some(1.68))));
        assert_eq!(verdict(&of(50.0, 84.0), &of(50.0, 87.0)), Some((Verdict::Worse, Some(1.74))));
    }

    #[test]
    fn a_figure_may_grow_by_three_percent() {
        assert_eq!(verdict(None, Some(100.0), Some(103.0)), Verdict::Same);
        assert_eq!(verdict(None, Some(100.0), Some(103.1)), Verdict::Worse);
        assert_eq!(verdict(None, Some(100.0), Some(97.0)), Verdict::Same);
        assert_eq!(verdict(None, Some(100.0), Some(96.9)), Verdict::Better);
    }

    #[test]
    fn a_budget_that_is_kept_stays_kept() {
        assert_eq!(verdict(Some(101.0), Some(100.0), Some(102.0)), Verdict::Worse);
        assert_eq!(verdict(Some(101.0), Some(100.0), Some(101.0)), Verdict::Same);
        assert_eq!(verdict(Some(50.0), Some(100.0), Some(102.0)), Verdict::Same);
    }

    #[test]
    fn a_figure_that_comes_or_goes_is_told() {
        assert_eq!(verdict(None, None, Some(1.0)), Verdict::Unknown);
        assert_eq!(verdict(None, Some(1.0), None), Verdict::Unknown);
        let baseline = Baseline { bytes: BTreeMap::from([("gone".to_owned(), 1)]), ..Baseline::default() };
        let now = Baseline { bytes: BTreeMap::from([("new".to_owned(), 1)]), ..Baseline::default() };
        let found = lines(&baseline, &now);
        assert_eq!(found.len(), 2);
        assert!(!tell(&found));
    }

    #[test]
    fn what_crept_since_a_release_is_told() {
        let of = |evaluate: f64, flash| {
            let calls = BTreeMap::from([("evaluate".to_owned(), evaluate), ("hit".to_owned(), 10.0)]);
            let bytes = BTreeMap::from([("flash".to_owned(), flash)]);
            Baseline { instructions: BTreeMap::from([("x86-64".to_owned(), calls)]), bytes }
        };
        // Each of two baselines that were accepted one after the other was within three percent.
        let told = since_release(&lines(&of(100.0, 1_000), &of(105.0, 900)));
        let words: Vec<Vec<&str>> = told.iter().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(
            words,
            [vec!["x86-64:", "evaluate", "100", "105", "+5.0", "%"], vec!["flash", "1000", "900", "-10.0", "%"]]
        );
        assert!(since_release(&lines(&of(100.0, 1_000), &of(102.0, 1_000))).is_empty());
    }

    #[test]
    fn a_processor_that_is_not_here_is_not_missed() {
        let calls = BTreeMap::from([("evaluate".to_owned(), 10.0)]);
        let baseline = Baseline { instructions: BTreeMap::from([("x86-64".to_owned(), calls)]), ..Baseline::default() };
        assert_eq!(lines(&baseline, &Baseline::default()), []);
    }
}
