//! All that was found, as a table and as JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::Command;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use super::outcome::{Line, Outcome};
use super::replica::Program;
use crate::tools;

/// A run.
#[derive(Serialize, Deserialize)]
pub(crate) struct Report {
    parts: Vec<Outcome>,
}

impl Report {
    pub(crate) fn new(program: &Program, mut parts: Vec<Outcome>) -> Result<Self> {
        let rustc = tools::output(Command::new("rustc").arg("--version").current_dir(tools::root()))?;
        let cores = std::thread::available_parallelism()?;
        let made_with = [
            ("compiler", rustc.trim().to_owned()),
            ("cores, shared with API server and etcd", cores.to_string()),
            ("processor", tools::processor()),
            ("program", program.how.clone()),
        ];
        let made_with = BTreeMap::from(made_with.map(|(what, value)| (what.to_owned(), value)));
        parts.iter_mut().for_each(|part| part.made_with.clone_from(&made_with));
        Ok(Self { parts })
    }

    /// This run with those parts of an earlier one, in JSON, that it didn't measure.
    pub(crate) fn beside(self, earlier: Option<&str>) -> Result<Self> {
        let Some(earlier) = earlier else { return Ok(self) };
        let mut kept: Self = serde_json::from_str(earlier).context("the figures that are kept")?;
        kept.parts.retain(|part| self.parts.iter().all(|new| new.part != part.part));
        kept.parts.extend(self.parts);
        Ok(kept)
    }

    pub(crate) fn outcomes(&self) -> &[Outcome] {
        &self.parts
    }

    /// How many parts couldn't be measured, or did what is wrong.
    pub(crate) fn failures(&self) -> usize {
        self.parts.iter().filter(|part| part.failed.is_some()).count()
    }

    pub(crate) fn json(&self) -> Result<String> {
        Ok(format!("{}\n", serde_json::to_string_pretty(self)?))
    }

    /// In Markdown, what isn't reached as well as what is.
    pub(crate) fn table(&self) -> String {
        let judged = || self.parts.iter().flat_map(|part| &part.lines).filter_map(Line::is_met);
        let mut page = format!(
            "# The controller: {} of {} figures reached\n\n| part | figure | objects | measured | to reach | |\n\
             |---|---|---:|---:|---:|---|\n",
            judged().filter(|met| *met).count(),
            judged().count()
        );
        for part in &self.parts {
            for line in &part.lines {
                row(&mut page, &part.part, line);
            }
            if part.failed.is_some() {
                let _ = writeln!(page, "| {} | | | not measured | | **failed** |", part.part);
            }
        }
        page.push('\n');
        for part in &self.parts {
            for note in &part.notes {
                let _ = writeln!(page, "- {}: {note}", part.part);
            }
            if let Some(why) = &part.failed {
                let _ = writeln!(page, "- {} **failed**: {}", part.part, why.lines().next().unwrap_or_default());
            }
        }
        let mut with: BTreeMap<_, Vec<&str>> = BTreeMap::new();
        self.parts.iter().for_each(|part| with.entry(&part.made_with).or_default().push(&part.part));
        for (made_with, parts) in with {
            let _ = writeln!(page, "\nMade with ({})\n", parts.join(", "));
            for (what, value) in made_with {
                let _ = writeln!(page, "- {what}: {value}");
            }
        }
        page
    }
}

fn row(page: &mut String, part: &str, line: &Line) {
    let bound = match (line.at_most, line.at_least) {
        (Some(most), _) => format!("≤ {}", number(most)),
        (_, Some(least)) => format!("≥ {}", number(least)),
        _ => String::new(),
    };
    let met = match line.is_met() {
        Some(true) => "met",
        Some(false) => "**missed**",
        None => "",
    };
    let (what, objects, measured, unit) = (&line.what, line.objects, number(line.measured), &line.unit);
    let measured = format!("{measured} {unit}");
    let _ = writeln!(page, "| {part} | {what} | {objects} | {} | {bound} | {met} |", measured.trim_end());
}

/// With three digits that count, or all before the point.
fn number(value: f64) -> String {
    let decimals = match value.abs() {
        size if size >= 100.0 || value.fract() == 0.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        _ => 3,
    };
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::{BTreeMap, Outcome, Report};

    fn run(rustc: &str, parts: &[(&str, &str)]) -> Report {
        let made_with = BTreeMap::from([("compiler".to_owned(), rustc.to_owned())]);
        let outcome = |(part, note): &(&str, &str)| Outcome {
            notes: vec![(*note).to_owned()],
            made_with: made_with.clone(),
            ..Outcome::new(part)
        };
        Report { parts: parts.iter().map(outcome).collect() }
    }

    #[test]
    fn a_part_that_is_measured_again_takes_the_place_of_its_earlier_figures() {
        let earlier = run("1", &[("lag", "old"), ("storm", "old"), ("rest", "old")]).json().unwrap();
        let kept = run("2", &[("storm", "new")]).beside(Some(&earlier)).unwrap();
        let notes: Vec<_> = kept.outcomes().iter().map(|part| (part.part.as_str(), part.notes[0].as_str())).collect();
        assert_eq!(notes, [("lag", "old"), ("rest", "old"), ("storm", "new")]);
        assert_eq!(run("1", &[("lag", "first")]).beside(None).unwrap().outcomes().len(), 1);
    }

    #[test]
    fn each_part_says_what_it_was_made_with() {
        let earlier = run("1", &[("lag", "old"), ("storm", "old"), ("rest", "old")]).json().unwrap();
        let page = run("2", &[("storm", "new")]).beside(Some(&earlier)).unwrap().table();
        let made_with = page.split_once("\nMade with").unwrap().1;
        assert_eq!(made_with, " (lag, rest)\n\n- compiler: 1\n\nMade with (storm)\n\n- compiler: 2\n");
    }
}
