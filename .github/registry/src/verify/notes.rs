//! The digests for the notes of a release.

use std::fmt::Write as _;

use super::Report;
use crate::registry::Repository;

/// A table in Markdown, with what to pull above it.
pub fn digest_table(repository: &Repository, tag: Option<&str>, report: &Report) -> String {
    let mut text = String::new();
    if let Some(index) = report.digests.first() {
        let tag = tag.map(|tag| format!(":{tag}")).unwrap_or_default();
        let _ = writeln!(text, "```\n{repository}{tag}@{}\n```\n", index.digest);
    }
    text.push_str("| platform | digest |\n|---|---|\n");
    for named in &report.digests {
        let of = if named.of == "index" { "every platform (index)" } else { &named.of };
        let _ = writeln!(text, "| {of} | `{}` |", named.digest);
    }
    text
}
