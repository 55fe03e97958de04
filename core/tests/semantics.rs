//! The contract and the code name each other: each rule has tests that exist, and what is cited is a rule, or a part of one.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that panics is a test that fails")]
// It reads files, which Miri doesn't let it.
#![cfg(not(miri))]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn core() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn contract() -> String {
    read(&core().join("SEMANTICS.md"))
}

/// All files under a folder of the core whose names end so.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
    found
}

/// The rules of the contract and the tests that each one names. A rule begins with its id, as a heading or in bold; a heading's tests are
/// those of its parts as well.
fn rules(contract: &str) -> BTreeMap<String, Vec<String>> {
    let mut rules: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut open: Vec<String> = Vec::new();
    for line in contract.lines() {
        if let Some(id) = line.strip_prefix("## ").and_then(|rest| rest.split_once(": ")).map(|(id, _)| id) {
            open = vec![id.to_owned()];
        } else if let Some(id) = line.strip_prefix("**R").and_then(|rest| rest.split_once(".**")).map(|(id, _)| id) {
            let heading = open.first().unwrap_or_else(|| panic!("R{id} is under no heading")).clone();
            assert!(id.starts_with(&heading[1..]), "R{id} is under {heading}");
            open = vec![heading, format!("R{id}")];
        } else if let Some(tests) = line.strip_prefix("> ") {
            let named = tests.split('`').skip(1).step_by(2).map(str::to_owned);
            let named: Vec<_> = named.collect();
            assert!(!named.is_empty(), "no test in: {line}");
            for id in &open {
                rules.get_mut(id).expect("an open rule").extend(named.iter().cloned());
            }
            continue;
        } else {
            continue;
        }
        let id = open.last().expect("one was just opened");
        assert!(is_rule(id), "{id} is no id of a rule");
        assert!(rules.insert(id.clone(), Vec::new()).is_none(), "{id} is there twice");
    }
    rules
}

/// `R1`, `R1a`.
fn is_rule(word: &str) -> bool {
    let Some(rest) = word.strip_prefix('R') else { return false };
    let digits = rest.trim_end_matches(|letter: char| letter.is_ascii_lowercase());
    !digits.is_empty()
        && digits.len() <= 2
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && rest.len() <= digits.len() + 1
}

/// The tests of the core by their paths, as cargo runs them: a program for each file in `tests` and for each folder with a `main.rs`.
fn tests() -> BTreeSet<String> {
    let folder = core().join("tests");
    let mut found = BTreeSet::new();
    for path in files(&folder, "rs") {
        let relative = path.strip_prefix(&folder).expect("a file in it").with_extension("");
        let parts: Vec<_> = relative.iter().map(|part| part.to_str().expect("a name of letters")).collect();
        let module = match *parts.as_slice() {
            [program] | [program, "main"] => program.to_owned(),
            [program, module] if program != "common" => {
                let main = read(&folder.join(program).join("main.rs"));
                assert!(main.lines().any(|line| line == format!("mod {module};")), "{program} is without {module}");
                format!("{program}::{module}")
            }
            _ => continue,
        };
        let text = read(&path);
        let mut is_test = false;
        for line in text.lines() {
            if line == "#[test]" {
                is_test = true;
            } else if line.starts_with("#[ignore") {
                // A test that isn't run proves nothing.
                is_test = false;
            } else if let Some(name) =
                line.strip_prefix("fn ").and_then(|rest| rest.split_once('(')).map(|(name, _)| name)
            {
                if is_test {
                    found.insert(format!("{module}::{name}"));
                }
                is_test = false;
            }
        }
    }
    found
}

#[test]
fn every_rule_has_tests_that_exist() {
    let (rules, tests) = (rules(&contract()), tests());
    for rule in ["R1", "R2", "R3", "R4", "R5", "R6", "R7"] {
        assert!(rules.contains_key(rule), "{rule} is missing");
    }
    for (rule, named) in &rules {
        assert!(!named.is_empty(), "{rule} has no test");
        for test in named {
            assert!(tests.contains(test), "{rule} names {test}, which doesn't exist");
        }
    }
}

/// Each example of the contract is there to prove a rule.
#[test]
fn every_test_of_the_contract_is_named() {
    let named: BTreeSet<_> = rules(&contract()).into_values().flatten().collect();
    // How a mode is written, and what follows from several rules together.
    let others = ["contract::holidays::modes_by_name", "contract::occurrences::a_weekend_over_a_change"];
    for test in tests().into_iter().filter(|test| test.starts_with("contract::")) {
        assert!(named.contains(&test) || others.contains(&test.as_str()), "{test} proves no rule of SEMANTICS.md");
    }
}

/// The rules that a text cites: `rule 3`, `Rules 2, 3 and 5`, `R3a`.
fn cited(text: &str) -> Vec<String> {
    let mut cited = Vec::new();
    let mut in_list = false;
    let mut in_field = false;
    let words = text.split_inclusive(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    for word in words {
        let (has_comma, ends_list) = (word.ends_with(','), word.ends_with(['.', ')', ':', ';', '`', '"']));
        // `zone.rule 25` is a field and a byte.
        let names_a_field = std::mem::replace(&mut in_field, word.ends_with('.'));
        let word = word.trim_end_matches(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
        let number = !word.is_empty() && is_rule(&format!("R{word}"));
        if is_rule(word) {
            cited.push(word.to_owned());
        } else if in_list && number {
            cited.push(format!("R{word}"));
        }
        in_list = match word {
            "rule" | "rules" | "Rule" | "Rules" => !has_comma && !names_a_field,
            // A comment may go on in the next line, and a list with a comma or a word.
            "" | "and" | "or" | "to" => in_list,
            _ => in_list && number,
        } && !ends_list;
    }
    cited
}

#[test]
fn citations_are_found() {
    assert_eq!(cited("by rule 3 of it, and Rules 2, 3 and 5a: 7"), ["R3", "R2", "R3", "R5a"]);
    assert_eq!(cited("as rule\n    /// 9 says (R3a), R12x9, Rx, MAXR1, `R4`"), ["R9", "R3a", "R4"]);
    assert_eq!(cited("a rule. 8 zones have 3 rules, 28 years; the zone's rule goes on for 28 years"), [""; 0]);
    assert_eq!(cited("meaningless zone.rule 25"), [""; 0]);
}

#[test]
fn what_is_cited_is_a_rule() {
    let rules = rules(&contract());
    let mut count = 0;
    let texts = ["README.md", "DESIGN.md", "COMPARE.md", "SEMANTICS.md"].map(|name| core().join(name));
    // What cites rules that aren't there, to be found.
    let own = Path::new("tests").join("semantics.rs");
    let code = ["src", "tests", "fuzz/src"].iter().flat_map(|folder| files(&core().join(folder), "rs"));
    for path in code.chain(texts).filter(|path| !path.ends_with(&own)) {
        for rule in cited(&read(&path)) {
            assert!(rules.contains_key(&rule), "{} cites {rule}, which SEMANTICS.md doesn't have", path.display());
            count += 1;
        }
    }
    assert!(count > 20, "only {count} citations were found");
}

/// Letters alone, so that neither line breaks nor emphasis matter.
fn plain(text: &str) -> String {
    let comment = text.lines().map(|line| line.trim_start().trim_start_matches(['/', '!', '>']).trim());
    let text = comment.collect::<Vec<_>>().join(" ").replace(['*', '`'], "").to_lowercase();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a test of the contract or the oracle quotes is what the contract says.
#[test]
fn what_is_quoted_is_in_the_contract() {
    let contract = plain(&contract());
    let mut count = 0;
    for folder in ["tests/contract", "tests/oracle", "tests/validation.rs", "fuzz/src/oracle.rs"] {
        let path = core().join(folder);
        for path in if path.is_dir() { files(&path, "rs") } else { vec![path] } {
            let text = read(&path);
            let is_comment = |line: &&str| line.trim_start().starts_with("///") || line.trim_start().starts_with("//!");
            let comments: Vec<_> = text.lines().filter(is_comment).collect();
            for quote in plain(&comments.join("\n")).split('"').skip(1).step_by(2) {
                let quote = quote.trim_end_matches('.');
                assert!(contract.contains(quote), "{} quotes what SEMANTICS.md doesn't say: {quote}", path.display());
                count += 1;
            }
        }
    }
    assert!(count > 10, "only {count} quotations were found");
}
