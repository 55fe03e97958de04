//! Aligned columns of text.

use comfy_table::{CellAlignment, Table, presets};

/// A table without lines, as kubectl's: a heading and rows. The columns of `numbers` are aligned to the right.
pub(super) fn columns<R: IntoIterator<Item = String>>(
    heading: &[&str],
    numbers: &[usize],
    rows: impl IntoIterator<Item = R>,
) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(heading.iter().copied());
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
