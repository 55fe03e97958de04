//! The image's figures: what each part takes, against what it may.

use anyhow::{Result, bail};
use comfy_table::{CellAlignment, Table, presets};
use kyklos_registry::verify::{self, Report, Size, Wanted, megabytes};
use serde_json::{Value, json};

use crate::layout::Built;
use crate::start::Start;

/// How long the controller may take until it is ready, with no objects.
const START_GOAL_MS: u128 = 500;
/// How much memory it may hold then.
const MEMORY_BUDGET: u64 = 8_000_000;

/// What was measured.
pub(crate) struct Figures {
    digest: String,
    platforms: Vec<String>,
    sizes: Vec<Size>,
    /// Of the platforms that were run.
    starts: Vec<Start>,
}

impl Figures {
    pub(crate) fn of(built: &Built, starts: Vec<Start>) -> Figures {
        let Report { sizes, .. } = verify::image(&built.layout, &built.image, &Wanted::default());
        let platforms = built.programs.iter().map(|program| program.platform.clone()).collect();
        Figures { digest: built.image.index.digest.to_string(), platforms, sizes, starts }
    }

    /// For people, and for the summary of a run: Markdown.
    pub(crate) fn table(&self) -> String {
        let mut table = Table::new();
        table.load_style(presets::ASCII_MARKDOWN);
        let words = |first: [&str; 3]| first.map(str::to_owned).into_iter();
        table.set_header(words(["", "goal", "fails above"]).chain(self.platforms.iter().cloned()));
        let first = self.platforms.first();
        for size in self.sizes.iter().filter(|size| Some(&size.platform) == first) {
            let same = |platform| self.sizes.iter().find(|one| one.part == size.part && &one.platform == platform);
            let found = self.platforms.iter().map(|platform| same(platform).map_or(0, |size| size.bytes));
            let bounds = [size.part.name().to_owned(), megabytes(size.goal), megabytes(size.budget)];
            table.add_row(bounds.into_iter().chain(found.map(megabytes)));
        }
        if !self.starts.is_empty() {
            let time = self.of_starts(|start| format!("{} ms", start.ready.as_millis()));
            table.add_row(words(["start to /readyz", &format!("{START_GOAL_MS} ms"), ""]).chain(time));
            let budget = megabytes(MEMORY_BUDGET);
            let memory = self.of_starts(|start| megabytes(start.resident));
            table.add_row(words(["memory then", &budget, &budget]).chain(memory));
        }
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        table.to_string()
    }

    fn of_starts(&self, say: impl Fn(&Start) -> String) -> Vec<String> {
        let said = |platform: &String| match self.starts.iter().find(|start| &start.platform == platform) {
            Some(start) if start.emulated => format!("{} (emulated)", say(start)),
            Some(start) => say(start),
            None => "not run".to_owned(),
        };
        self.platforms.iter().map(said).collect()
    }

    /// For programs.
    pub(crate) fn json(&self) -> Value {
        let start = |start: &Start| {
            json!({
                "platform": start.platform,
                "emulated": start.emulated,
                "readyMilliseconds": u64::try_from(start.ready.as_millis()).unwrap_or(u64::MAX),
                "residentBytes": start.resident,
            })
        };
        let starts: Vec<_> = self.starts.iter().map(start).collect();
        json!({ "digest": self.digest, "sizes": self.sizes, "starts": starts })
    }

    /// Fails where a size or the memory is above its budget, and names each. Time is only said: it depends on the machine
    /// and on what else that does.
    pub(crate) fn check(&self) -> Result<()> {
        let sizes = self.sizes.iter().map(|size| (&size.platform, size.part.name(), size.bytes, size.budget));
        let real = self.starts.iter().filter(|start| !start.emulated);
        let memory = real.map(|start| (&start.platform, "memory", start.resident, MEMORY_BUDGET));
        let over: Vec<_> = sizes
            .chain(memory)
            .filter(|(.., found, budget)| found > budget)
            .map(|(platform, what, found, budget)| {
                format!("{platform}: {what}: {} of at most {}", megabytes(found), megabytes(budget))
            })
            .collect();
        if over.is_empty() { Ok(()) } else { bail!("over budget: {}", over.join("; ")) }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn figures(resident: u64, emulated: bool) -> Figures {
        let start = Start { platform: "linux/amd64".into(), emulated, ready: Duration::from_millis(40), resident };
        Figures { digest: String::new(), platforms: vec!["linux/amd64".into()], sizes: Vec::new(), starts: vec![start] }
    }

    #[test]
    fn memory_over_its_budget_fails_and_is_named() {
        let error = figures(8_000_001, false).check().unwrap_err().to_string();
        assert_eq!(error, "over budget: linux/amd64: memory: 8.00 MB of at most 8.00 MB");
        figures(8_000_000, false).check().unwrap();
    }

    #[test]
    fn what_an_emulator_takes_is_no_measure() {
        figures(80_000_000, true).check().unwrap();
        assert!(figures(80_000_000, true).table().contains("80.00 MB (emulated)"));
    }
}
