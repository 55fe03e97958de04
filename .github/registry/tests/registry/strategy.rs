//! What STRATEGY.md tells: its tables are those of the code, and its commands are run.

mod commands;
mod tables;

use std::fs;
use std::path::PathBuf;

/// Writes the document anew where it differs, if this is set to `write`.
const WRITE: &str = "KYKLOS_STRATEGY";

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("STRATEGY.md")
}

fn text() -> String {
    fs::read_to_string(file()).unwrap()
}

/// What is between the markers of a name, without them.
fn between<'a>(text: &'a str, name: &str) -> (&'a str, &'a str, &'a str) {
    let begin = text.find(&format!("<!-- {name}: begin")).unwrap_or_else(|| panic!("no beginning of {name}"));
    let begin = begin + text[begin..].find('\n').unwrap() + 1;
    let end = text.find(&format!("<!-- {name}: end")).unwrap_or_else(|| panic!("no end of {name}"));
    (&text[..begin], &text[begin..end], &text[end..])
}

#[test]
fn the_tables_are_those_of_the_code() {
    let mut right = text();
    for (name, table) in tables::all() {
        let (before, _, after) = between(&right, name);
        right = format!("{before}{table}{after}");
    }
    if std::env::var(WRITE).is_ok_and(|value| value == "write") {
        fs::write(file(), &right).unwrap();
    }
    for (found, right) in text().lines().zip(right.lines()) {
        assert_eq!(found, right, "STRATEGY.md differs; {WRITE}=write writes what is right");
    }
    assert_eq!(text(), right);
}
