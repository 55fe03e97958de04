//! How large the versions were that the registry keeps: a table, and a chart of what each platform is to pull.

use std::fmt::Write as _;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::inspect::{Platform, find};
use crate::registry::Registry;
use crate::tag::Tag;
use crate::verify::{Part, Size, megabytes};
use crate::version::Version;

/// The most versions that a chart shows, the newest: more can't be read.
const CHARTED: usize = 20;

/// The sizes of one version.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// `v0.1.0`
    pub version: String,
    /// Of each part, for each platform.
    pub sizes: Vec<Size>,
}

impl Row {
    fn bytes(&self, platform: &str, part: Part) -> Option<u64> {
        self.sizes.iter().find(|size| size.platform == platform && size.part == part).map(|size| size.bytes)
    }

    /// Each once, in the order of the index.
    fn platforms(&self) -> impl Iterator<Item = &str> {
        self.sizes.iter().filter(|size| size.part == Part::Pulled).map(|size| size.platform.as_str())
    }
}

/// Reads all versions that there are, stable or not, the lowest first. One that has gone since it was listed is left out: the
/// cleanup takes pre-releases, and a release shows this.
pub fn read(registry: &Registry) -> Result<Vec<Row>> {
    let versions = Tag::releases(&registry.tags()?);
    let row = |version: &Version| {
        let version = version.to_string();
        let found = find(registry, &version).with_context(|| registry.repository().with(&version))?;
        let sizes = |platforms: Vec<Platform>| platforms.into_iter().flat_map(|one| one.sizes).collect();
        Ok(found.map(|found| Row { version, sizes: sizes(found.platforms) }))
    };
    versions.iter().filter_map(|version| row(version).transpose()).collect()
}

/// For people: Markdown, as the summary of a run and the notes of a release show it.
pub fn markdown(rows: &[Row]) -> String {
    if rows.is_empty() {
        return "There is no version yet.\n".to_owned();
    }
    let mut text = "| version | platform | binary | base | unpacked | as pulled | than before |\n".to_owned();
    text.push_str("|---|---|---:|---:|---:|---:|---:|\n");
    for (row, before) in rows.iter().zip(std::iter::once(None).chain(rows.iter().map(Some))) {
        for platform in row.platforms() {
            let [binary, base, unpacked] = [Part::Binary, Part::Base, Part::Unpacked]
                .map(|part| row.bytes(platform, part).map(megabytes).unwrap_or_default());
            let pulled = row.bytes(platform, Part::Pulled).unwrap_or_default();
            let than = before.and_then(|before| before.bytes(platform, Part::Pulled));
            let (version, pulled_text) = (&row.version, megabytes(pulled));
            let than = than.map_or_else(|| "new".to_owned(), |than| change(than, pulled));
            let _ = writeln!(
                text,
                "| `{version}` | `{platform}` | {binary} | {base} | {unpacked} | {pulled_text} | {than} |"
            );
        }
    }
    text + &chart(rows)
}

/// `+0.12 MB`, or `same`.
fn change(before: u64, now: u64) -> String {
    match now.checked_sub(before) {
        Some(0) => "same".to_owned(),
        Some(more) => format!("+{}", megabytes(more)),
        None => format!("-{}", megabytes(before - now)),
    }
}

/// A line for each platform that the newest version has, from where all of these are there.
fn chart(rows: &[Row]) -> String {
    let rows = rows.get(rows.len().saturating_sub(CHARTED)..).unwrap_or_default();
    let Some(newest) = rows.last().filter(|_| rows.len() > 1) else { return String::new() };
    let all = |row: &&Row| newest.platforms().all(|platform| row.bytes(platform, Part::Pulled).is_some());
    let rows: Vec<_> = rows.iter().filter(all).collect();
    let names: Vec<_> = rows.iter().map(|row| format!("\"{}\"", row.version)).collect();
    // Up to the budget, above which nothing is published.
    let budgets = newest.sizes.iter().filter(|size| size.part == Part::Pulled).map(|size| size.budget);
    let most = budgets.max().unwrap_or_default().div_ceil(1_000_000);
    let mut text = format!(
        "\n```mermaid\nxychart-beta\n  title \"Megabytes as pulled: {}\"\n  x-axis [{}]\n  y-axis \"MB\" 0 --> {most}\n",
        newest.platforms().collect::<Vec<_>>().join(", "),
        names.join(", ")
    );
    for platform in newest.platforms() {
        let sizes = rows.iter().filter_map(|row| row.bytes(platform, Part::Pulled));
        let sizes: Vec<_> = sizes.map(|bytes| megabytes(bytes).trim_end_matches(" MB").to_owned()).collect();
        let _ = writeln!(text, "  line [{}]", sizes.join(", "));
    }
    text + "```\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(version: &str, pulled: &[(&str, u64)]) -> Row {
        let size = |(platform, kilobytes): &(&str, u64), part, more| Size {
            platform: (*platform).to_owned(),
            part,
            bytes: kilobytes * 1000 + more,
            budget: 8_000_000,
            goal: 1,
        };
        let sizes = pulled.iter().flat_map(|one| {
            [(Part::Binary, 1_000_000), (Part::Base, 0), (Part::Unpacked, 2_000_000), (Part::Pulled, 0)]
                .map(|(part, more)| size(one, part, more))
        });
        Row { version: version.to_owned(), sizes: sizes.collect() }
    }

    #[test]
    fn a_table_says_what_each_version_added() {
        let rows = [
            row("v0.1.0", &[("linux/amd64", 4_000), ("linux/arm64", 3_900)]),
            row("v0.1.1", &[("linux/amd64", 4_250), ("linux/arm64", 3_900)]),
            row("v0.2.0", &[("linux/amd64", 4_000), ("linux/arm64", 3_900)]),
        ];
        let text = markdown(&rows);
        for line in [
            "| `v0.1.0` | `linux/amd64` | 5.00 MB | 4.00 MB | 6.00 MB | 4.00 MB | new |",
            "| `v0.1.1` | `linux/amd64` | 5.25 MB | 4.25 MB | 6.25 MB | 4.25 MB | +0.25 MB |",
            "| `v0.1.1` | `linux/arm64` | 4.90 MB | 3.90 MB | 5.90 MB | 3.90 MB | same |",
            "| `v0.2.0` | `linux/amd64` | 5.00 MB | 4.00 MB | 6.00 MB | 4.00 MB | -0.25 MB |",
            "  x-axis [\"v0.1.0\", \"v0.1.1\", \"v0.2.0\"]",
            "  y-axis \"MB\" 0 --> 8",
            "  line [4.00, 4.25, 4.00]",
            "  line [3.90, 3.90, 3.90]",
        ] {
            assert!(text.lines().any(|found| found == line), "no {line} in\n{text}");
        }
    }

    #[test]
    fn a_platform_that_came_later_has_no_line_before() {
        let first = row("v0.1.0", &[("linux/amd64", 4_000)]);
        let both = |version: &str| row(version, &[("linux/amd64", 4_000), ("linux/arm64", 3_900)]);
        let text = markdown(&[first.clone(), both("v0.2.0"), both("v0.3.0")]);
        assert!(text.contains("| `v0.2.0` | `linux/arm64` | 4.90 MB | 3.90 MB | 5.90 MB | 3.90 MB | new |"), "{text}");
        assert!(text.contains("x-axis [\"v0.2.0\", \"v0.3.0\"]"), "{text}");
        // One alone is no history, and none is said to be none.
        assert!(!markdown(&[first]).contains("mermaid"));
        assert_eq!(markdown(&[]), "There is no version yet.\n");
        let many: Vec<_> = (0..30).map(|patch| both(&format!("v0.1.{patch}"))).collect();
        assert!(markdown(&many).contains("x-axis [\"v0.1.10\""), "{}", markdown(&many));
    }
}
