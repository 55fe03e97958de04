//! The days as a picture: a row a day, the hours across.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use unicode_width::UnicodeWidthChar;

use super::days::Day;
use super::look::{Cell, Half, Look, Scale};
use super::spans::Span;

/// The columns left of the hours.
const MARGIN: usize = 10;
/// The columns right of them: ` 24.5h holiday`.
const NOTES: usize = 14;

/// Draws the days, with the hours above them.
pub(super) fn picture(
    days: &[Day],
    spans: &[Span],
    holidays: &BTreeSet<NaiveDate>,
    look: Look,
    width: usize,
) -> String {
    let scale = Scale::of(spans);
    let per_hour = [4, 2].into_iter().find(|cells| MARGIN + 24 * cells + NOTES <= width).unwrap_or(1);
    let mut text = format!("{:MARGIN$}{}\n", "", look.faint(&hours(per_hour)));
    for day in days {
        let row = cells(day, spans, per_hour, false, look);
        let row = look.paint(&row, &words(&row, spans, look), spans, &scale);
        let (label, notes) = (day.date.format("%a %m-%d").to_string(), notes(day, holidays));
        let label = if notes.is_empty() { label } else { look.strong(&label) };
        text.push_str(format!("{label} {row} {}", look.strong(&notes)).trim_end());
        text.push('\n');
        if day.repeats() {
            let row = cells(day, spans, per_hour, true, look);
            let row = look.paint(&row, &words(&row, spans, look), spans, &scale);
            text.push_str(format!("{:>9} {row}", "again").trim_end());
            text.push('\n');
        }
    }
    text
}

/// The hours of the clock, every third one.
fn hours(per_hour: usize) -> String {
    let mut line: String =
        (0..24).step_by(3).map(|hour| format!("{hour:<02$}{:1$}", "", 3 * per_hour - 2, 2)).collect();
    line.push_str("24");
    line
}

/// A day's cells; `again` for the readings that come for the second time.
fn cells(day: &Day, spans: &[Span], per_hour: usize, again: bool, look: Look) -> Vec<Cell> {
    let seconds = 3_600 / per_hour as i64;
    let half = |from, to| match day.span_of(spans, from, to, again) {
        Some(index) => Half::Span(index),
        None if again => Half::Nothing,
        None => Half::Skipped,
    };
    (0..24 * per_hour as i64)
        .map(|cell| cell * seconds)
        .map(|from| {
            if look.has_half_cells() {
                let middle = from + seconds / 2;
                Cell { left: half(from, middle), right: half(middle, from + seconds) }
            } else {
                let whole = half(from, from + seconds);
                Cell { left: whole, right: whole }
            }
        })
        .collect()
}

/// What is written into the cells: at the start of every run its replicas and, where there is room, its label.
fn words(cells: &[Cell], spans: &[Span], look: Look) -> Vec<Option<char>> {
    let mut written = Vec::with_capacity(cells.len());
    for run in cells.chunk_by(|a, b| a.whole().is_some() && a.whole() == b.whole()) {
        let span = run.first().and_then(Cell::whole).and_then(|index| spans.get(index));
        let word = span.map(|span| word(span, run.len(), look)).unwrap_or_default();
        written.extend((0..run.len()).zip(word.chars().map(Some).chain(std::iter::repeat(None))).map(|(_, c)| c));
    }
    written
}

/// The longest of the things to say that fits.
fn word(span: &Span, room: usize, look: Look) -> String {
    let number = span.value.to_string();
    if !look.has_half_cells() {
        // The filling has to be seen behind it.
        return if number.len() < room { number } else { String::new() };
    }
    // A wide character would push the cells behind it out of their column.
    let narrow = span.label.chars().all(|c| c.width() == Some(1));
    // The blank in front keeps it apart from what is written into the run before.
    let (full, short) = (format!(" {number} {}", span.label), format!(" {number}"));
    let fits = |word: &String| word.chars().count() <= room;
    Some(full).filter(|word| narrow && fits(word)).or(Some(short).filter(fits)).unwrap_or_default()
}

/// What is special about a day.
fn notes(day: &Day, holidays: &BTreeSet<NaiveDate>) -> String {
    let mut notes = Vec::new();
    let minutes = day.length().num_minutes();
    if minutes != 24 * 60 {
        let tenths = if minutes % 60 == 0 { String::new() } else { format!(".{}", minutes % 60 / 6) };
        notes.push(format!("{}{tenths}h", minutes / 60));
    }
    if holidays.contains(&day.date) {
        notes.push("holiday".to_owned());
    }
    notes.join(" ")
}
