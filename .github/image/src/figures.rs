//! The image's figures: what each part takes, against what it may.
//!
//! What may be published at all is for `cargo registry verify` to say, by the budgets. Here it fails above what has been reached,
//! which is the goals, but for the binary and what it is a part of: what we build may not grow back.

use std::time::Duration;

use anyhow::{Result, bail};
use comfy_table::{CellAlignment, Table, presets};
use kyklos_registry::verify::{self, Part, Report, Size, Wanted, megabytes};
use serde_json::{Value, json};

use crate::layout::Built;

/// How long the controller may take until it is ready, with no objects: many times what it takes, since it is a time; and
/// the fastest of some starts is what counts.
const START_LIMIT: Duration = Duration::from_millis(500);
/// How much memory it may hold then, the pages of the binary that it has used among it: of the rest there is 1 MB.
const MEMORY_LIMIT: u64 = 10_500_000;
/// So much more than the goal the binary takes since it knows more kinds than Deployments, remembers what they had and takes many for
/// one schedule, of a namespace or of the cluster: 9.72 MB on linux/amd64. The tables for unwinding are 0.8 MB of that, which no flag of
/// the compiler takes away; regular expressions, for log filters and for what kube reads of a kubeconfig, 0.6 MB; and a watch of each
/// kind 0.1 MB.
const ABOVE_GOAL: u64 = 1_900_000;
/// What that comes to compressed: 5.19 MB are pulled.
const PULLED_ABOVE_GOAL: u64 = 300_000;

/// Above this it fails. The base is somebody else's, and as large as it is: of that the budget.
fn limit(size: &Size) -> u64 {
    match size.part {
        Part::Base => size.budget,
        Part::Binary | Part::Unpacked => size.goal + ABOVE_GOAL,
        Part::Pulled => size.goal + PULLED_ABOVE_GOAL,
    }
}

/// A start of the controller that was measured.
pub struct Start {
    /// Of which binary.
    pub platform: String,
    /// Whether QEMU ran it: its times and memory are no measure then.
    pub emulated: bool,
    /// From the program's start to the first 200 of `/readyz`.
    pub ready: Duration,
    /// The memory that it holds then, in bytes.
    pub resident: u64,
}

/// What was measured.
pub struct Figures {
    digest: String,
    platforms: Vec<String>,
    sizes: Vec<Size>,
    /// Of the platforms that were run.
    starts: Vec<Start>,
}

impl Figures {
    /// Of an image, with the starts that were measured.
    pub fn of(built: &Built, starts: Vec<Start>) -> Figures {
        let Report { sizes, .. } = verify::image(&*built.source, &built.image, &Wanted::default());
        let platforms = built.programs.iter().map(|program| program.platform.clone()).collect();
        Figures { digest: built.image.index.digest.to_string(), platforms, sizes, starts }
    }

    /// For people, and for the summary of a run: Markdown.
    pub fn table(&self) -> String {
        let mut table = Table::new();
        table.load_style(presets::ASCII_MARKDOWN);
        let words = |first: [&str; 2]| first.map(str::to_owned).into_iter();
        table.set_header(words(["", "fails above"]).chain(self.platforms.iter().cloned()));
        let first = self.platforms.first();
        for size in self.sizes.iter().filter(|size| Some(&size.platform) == first) {
            let same = |platform| self.sizes.iter().find(|one| one.part == size.part && &one.platform == platform);
            let found = self.platforms.iter().map(|platform| same(platform).map_or(0, |size| size.bytes));
            table.add_row(words([size.part.name(), &megabytes(limit(size))]).chain(found.map(megabytes)));
        }
        if !self.starts.is_empty() {
            let time = self.of_starts(|start| in_milliseconds(start.ready));
            table.add_row(words(["start to /readyz", &in_milliseconds(START_LIMIT)]).chain(time));
            let memory = self.of_starts(|start| megabytes(start.resident));
            table.add_row(words(["memory then", &megabytes(MEMORY_LIMIT)]).chain(memory));
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
    pub fn json(&self) -> Value {
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

    /// Fails where something is above its limit, and names each.
    pub fn check(&self) -> Result<()> {
        let mut over = Vec::new();
        let mut expect = |platform: &str, what: &str, right: bool, found: String, limit: String| {
            if !right {
                over.push(format!("{platform}: {what}: {found} of at most {limit}"));
            }
        };
        for size in &self.sizes {
            let limit = limit(size);
            let (found, most) = (megabytes(size.bytes), megabytes(limit));
            expect(&size.platform, size.part.name(), size.bytes <= limit, found, most);
        }
        for start in self.starts.iter().filter(|start| !start.emulated) {
            let (found, most) = (in_milliseconds(start.ready), in_milliseconds(START_LIMIT));
            expect(&start.platform, "start to /readyz", start.ready <= START_LIMIT, found, most);
            let (found, most) = (megabytes(start.resident), megabytes(MEMORY_LIMIT));
            expect(&start.platform, "memory", start.resident <= MEMORY_LIMIT, found, most);
        }
        if over.is_empty() { Ok(()) } else { bail!("over the limit: {}", over.join("; ")) }
    }
}

fn in_milliseconds(time: Duration) -> String {
    format!("{} ms", time.as_millis())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(resident: u64, milliseconds: u64, emulated: bool) -> Figures {
        let ready = Duration::from_millis(milliseconds);
        let start = Start { platform: "linux/amd64".into(), emulated, ready, resident };
        Figures { digest: String::new(), platforms: vec!["linux/amd64".into()], sizes: Vec::new(), starts: vec![start] }
    }

    fn size(part: Part, bytes: u64) -> Figures {
        let (budget, goal) = (16_000_000, 10_000_000);
        let size = Size { platform: "linux/amd64".into(), part, bytes, budget, goal };
        Figures { sizes: vec![size], starts: Vec::new(), ..figures(0, 0, false) }
    }

    fn wrong(figures: &Figures) -> String {
        figures.check().unwrap_err().to_string()
    }

    #[test]
    fn what_is_over_its_limit_fails_and_is_named() {
        let error = wrong(&figures(10_500_001, 500, false));
        assert_eq!(error, "over the limit: linux/amd64: memory: 10.50 MB of at most 10.50 MB");
        let error = wrong(&figures(10_500_000, 501, false));
        assert_eq!(error, "over the limit: linux/amd64: start to /readyz: 501 ms of at most 500 ms");
        figures(10_500_000, 500, false).check().unwrap();
    }

    #[test]
    fn a_size_fails_above_what_was_reached_and_that_of_the_base_above_its_budget() {
        let reached = [(Part::Binary, ABOVE_GOAL), (Part::Unpacked, ABOVE_GOAL), (Part::Pulled, PULLED_ABOVE_GOAL)];
        for (part, above) in reached {
            let most = 10_000_000 + above;
            size(part, most).check().unwrap();
            let (found, limit) = (megabytes(most + 10_000), megabytes(most));
            let error = wrong(&size(part, most + 10_000));
            assert_eq!(error, format!("over the limit: linux/amd64: {}: {found} of at most {limit}", part.name()));
            assert!(size(part, 1).table().contains(&format!("{limit} |")), "{}", size(part, 1).table());
        }
        size(Part::Base, 16_000_000).check().unwrap();
        assert!(wrong(&size(Part::Base, 16_010_000)).contains("16.01 MB of at most 16.00 MB"));
    }

    #[test]
    fn what_an_emulator_takes_is_no_measure() {
        figures(80_000_000, 5_000, true).check().unwrap();
        assert!(figures(80_000_000, 5_000, true).table().contains("80.00 MB (emulated)"));
    }
}
