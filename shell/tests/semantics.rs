//! The contract and the tests name each other: every rule has tests, and every test that it names exists.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that panics is a test that fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn shell() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The rules and the tests under each.
fn rules(contract: &str) -> BTreeMap<String, Vec<String>> {
    let mut rules: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut open = None;
    for line in contract.lines() {
        if let Some((id, _)) = line.strip_prefix("**").and_then(|rest| rest.split_once(".**")) {
            assert!(rules.insert(id.to_owned(), Vec::new()).is_none(), "{id} is there twice");
            open = Some(id.to_owned());
        } else if let Some(tests) = line.strip_prefix("> ") {
            let id = open.as_ref().unwrap_or_else(|| panic!("tests of no rule: {line}"));
            let named: Vec<_> = tests.split('`').skip(1).step_by(2).map(str::to_owned).collect();
            assert!(!named.is_empty(), "no test in: {line}");
            rules.entry(id.clone()).or_default().extend(named);
        } else if line.starts_with("## ") {
            open = None;
        }
    }
    rules
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// Those of the library and of all test programs.
fn all_tests() -> BTreeSet<String> {
    let mut tests = tests_in(&shell().join("src"));
    tests.extend(tests_in(&shell().join("tests")));
    tests
}

/// The tests of a folder by their paths, as cargo names them; those of `tests` begin with the name of their program.
fn tests_in(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for path in files(folder) {
        let relative = path.strip_prefix(folder).unwrap().with_extension("");
        let mut parts: Vec<_> = relative.iter().map(|part| part.to_str().unwrap()).collect();
        if matches!(parts.last(), Some(&("mod" | "main" | "lib"))) {
            parts.pop();
        }
        let text = read(&path);
        let has_room = text.lines().any(|line| line == "mod tests {");
        let mut is_test = false;
        for line in text.lines() {
            let code = line.trim_start();
            let function = code.strip_prefix("async ").unwrap_or(code).strip_prefix("fn ");
            if code.starts_with("#[test]") || code.starts_with("#[tokio::test") {
                is_test = true;
            } else if code.starts_with("#[ignore") {
                // A test that isn't run every time proves nothing here: it counts as none.
                is_test = false;
            } else if let Some((name, _)) = function.and_then(|rest| rest.split_once('(')) {
                if is_test {
                    let inner = (has_room && line.starts_with(' ')).then_some("tests");
                    let path: Vec<_> = parts.iter().copied().chain(inner).chain([name]).collect();
                    found.insert(path.join("::"));
                }
                is_test = false;
            }
        }
    }
    found
}

#[test]
fn every_rule_has_tests_that_exist() {
    let rules = rules(&read(&shell().join("SEMANTICS.md")));
    let tests = all_tests();
    assert!(rules.len() > 20, "only {} rules were found", rules.len());
    for (rule, named) in &rules {
        assert!(!named.is_empty(), "{rule} has no test");
        for test in named {
            assert!(tests.contains(test), "{rule} names {test}, which doesn't exist");
        }
    }
}

/// So does the list of faults.
#[test]
fn every_fault_that_was_found_has_a_test_that_exists() {
    let tests = all_tests();
    let list = read(&shell().join("tests/README.md"));
    let mut rows = 0;
    let is_row = |line: &&str| line.starts_with("| ") && !line.ends_with("test |");
    for row in list.lines().filter(is_row) {
        let named: Vec<_> = row.split('`').skip(1).step_by(2).filter(|name| name.contains("::")).collect();
        assert!(!named.is_empty(), "no test in: {row}");
        for test in named {
            assert!(tests.contains(test), "{test} doesn't exist");
        }
        rows += 1;
    }
    assert!(rows > 60, "only {rows} rows were found");
}

/// Each example of a decision proves a rule.
#[test]
fn every_test_of_a_decision_is_named() {
    let named: BTreeSet<_> = rules(&read(&shell().join("SEMANTICS.md"))).into_values().flatten().collect();
    // Of the engine's interest alone.
    let others = ["policy::tests::day::it_wakes_at_the_boundary_and_at_the_end_of_the_grace"];
    for test in tests_in(&shell().join("src")).into_iter().filter(|test| test.starts_with("policy::tests::")) {
        assert!(named.contains(&test) || others.contains(&test.as_str()), "{test} proves no rule of SEMANTICS.md");
    }
}
