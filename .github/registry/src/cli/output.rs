//! Tables for people, JSON for programs.

use std::io::{self, Write};

use anyhow::{Context, Result};
use clap::ValueEnum;
use comfy_table::{CellAlignment, Table, presets};
use serde::Serialize;

/// How a command answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// A table.
    Text,
    /// One JSON document.
    Json,
}

impl Format {
    /// Writes an answer to standard output: the value, or the text that is made of it.
    pub(super) fn print<T: Serialize>(self, value: &T, text: impl FnOnce() -> String) -> Result<()> {
        let answer = match self {
            Self::Json => format!("{}\n", serde_json::to_string_pretty(value)?),
            Self::Text => text(),
        };
        match io::stdout().lock().write_all(answer.as_bytes()) {
            // Whoever reads the answer has seen enough of it.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            written => written.context("standard output"),
        }
    }
}

/// A table without lines: a heading and rows. The columns of `numbers` are aligned to the right.
pub(super) fn columns<const N: usize>(
    heading: [&str; N],
    numbers: &[usize],
    rows: impl IntoIterator<Item = [String; N]>,
) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(heading);
    for row in rows {
        table.add_row(row);
    }
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        if numbers.contains(&index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut text = table.trim_fmt();
    text.push('\n');
    text
}
