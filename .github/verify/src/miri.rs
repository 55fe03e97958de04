//! The core's tests under Miri, the interpreter that finds undefined behaviour.
//!
//! It is a hundred times slower than a processor, so the tests try fewer zones, cases and instants there, and for each change
//! it gets only what indexes by hand and doesn't take long: [`quick`]. [`all`] is for the night. Left out of both are the
//! oracle, which walks by the minute, the few that say so themselves, and the examples in the documentation.

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use anyhow::{Result, bail};

use crate::command::{in_words, output, run, rustup};

/// The core's unit tests, as if they were a program of `core/tests`.
const LIB: &str = "lib";
/// A program and the parts of it that are run, as libtest selects them: all tests whose names have one of these in them.
type Part = (&'static str, &'static [&'static str]);
/// Those that the tests want: cargo refuses one that is named without the features it requires.
const FEATURES: [&str; 3] = ["json", "pack", "serde"];

/// What every change has the time for, the longest last.
const QUICK: [Part; 4] = [
    ("contract", &["exceptions::two_in_a_row", "holidays::two_holidays_in_a_row", "order::the_last_matching_window"]),
    ("validation", &["names", "the_room_is_the_types"]),
    (
        LIB,
        &[
            "civil::",
            "days::",
            "local_minute::",
            "in_order::",
            "guard::",
            "holiday::",
            "exceptions::",
            "paint::",
            "table::tests::the_highest",
            "time_of_day::",
            "zone::",
        ],
    ),
    ("json", &["all_fields", "capacities_are_named", "escapes", "grammar", "types"]),
];
/// Everything, the longest last.
const ALL: [Part; 13] = [
    ("find", &[]),
    ("pack", &[]),
    ("line", &[]),
    ("serde", &[]),
    ("json", &[]),
    ("zone_rules", &[]),
    ("ways", &[]),
    (LIB, &[]),
    ("validation", &[]),
    ("chain", &[]),
    ("offsets", &[]),
    ("seconds", &[]),
    ("contract", &[]),
];

/// What indexes by hand, in a minute or two.
pub(crate) fn quick(root: &Path) -> Result<()> {
    interpret(root, &QUICK, "2")
}

/// All tests, with more cases of those that draw them.
pub(crate) fn all(root: &Path) -> Result<()> {
    interpret(root, &ALL, "8")
}

fn interpret(root: &Path, parts: &[Part], cases: &str) -> Result<()> {
    let components = output(rustup(root).args(["component", "list", "--toolchain", "nightly", "--installed"]));
    if !matches!(components, Ok(Some(components)) if components.contains("miri")) {
        println!("Installing Rust's nightly with Miri");
        let install = ["toolchain", "install", "nightly", "--profile", "minimal", "--component", "miri,rust-src"];
        run(rustup(root).args(install))?;
    }
    run(test(root, cases).args(parts.iter().flat_map(|&(name, _)| program(name))).arg("--no-run"))?;
    // Miri keeps one processor busy, so there are as many at a time as there are of these. The last begin.
    let left = Mutex::new(parts.to_vec());
    let next = || left.lock().ok().and_then(|mut left| left.pop());
    let one = |(name, tests): Part| {
        let mut command = test(root, cases);
        command.args(program(name));
        said_at_its_end(if tests.is_empty() { &mut command } else { command.arg("--").args(tests) })
    };
    let work = || std::iter::from_fn(next).try_for_each(one);
    std::thread::scope(|scope| {
        let workers = std::thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| match worker.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        })
    })
}

/// How cargo is told of it.
fn program(name: &'static str) -> impl Iterator<Item = &'static str> {
    let words = if name == LIB { &["--lib"][..] } else { &["--test"] };
    words.iter().copied().chain((name != LIB).then_some(name))
}

fn test(root: &Path, cases: &str) -> Command {
    let mut command = rustup(root);
    command.args(["run", "nightly", "cargo", "miri", "test", "--locked", "--package", "kyklos-core", "--features"]);
    command.arg(FEATURES.join(","));
    // proptest keeps the cases that fail in a file, and looks at the clock.
    command.env("MIRIFLAGS", "-Zmiri-disable-isolation").env("PROPTEST_CASES", cases);
    command
}

/// Runs one of several, whose lines would be mixed otherwise.
fn said_at_its_end(command: &mut Command) -> Result<()> {
    println!("$ {}", in_words(command));
    let output = command.output()?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    println!("$ {}\n{}{}", in_words(command), text(&output.stderr), text(&output.stdout));
    if !output.status.success() {
        bail!("`{}` ended with {}", in_words(command), output.status);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;

    fn core() -> PathBuf {
        crate::root().unwrap().join("core")
    }

    /// The name of a file or folder without its ending.
    fn stem(path: &Path) -> String {
        path.file_stem().unwrap().to_string_lossy().into_owned()
    }

    /// The names of the tests in a file or below a folder, as libtest has them but for `tests`, the innermost module.
    fn tests_in(path: &Path, module: &str) -> Vec<String> {
        if path.is_dir() {
            let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
            let below = |path: PathBuf| match stem(&path).as_str() {
                "lib" | "main" | "mod" => tests_in(&path, module),
                name => tests_in(&path, &format!("{module}{name}::")),
            };
            return entries.flat_map(below).collect();
        }
        let text = fs::read_to_string(path).unwrap();
        let after = text.split("#[test]").skip(1).filter_map(|rest| rest.split_once("fn ")?.1.split_once('('));
        let inner = if text.contains("\nmod tests {") || text.contains(" mod tests {") { "tests::" } else { "" };
        after.map(|(name, _)| format!("{module}{inner}{name}")).collect()
    }

    fn tests_of(program: &str) -> Vec<String> {
        let alone = core().join(format!("tests/{program}.rs"));
        match program {
            LIB => tests_in(&core().join("src"), ""),
            _ if alone.is_file() => tests_in(&alone, ""),
            folder => tests_in(&core().join("tests").join(folder), ""),
        }
    }

    #[test]
    fn no_test_of_the_core_is_forgotten() {
        for entry in fs::read_dir(core().join("tests")).unwrap() {
            let name = stem(&entry.unwrap().path());
            let left_out = ["answers", "common", "dates", "oracle", "readme", "semantics"].contains(&name.as_str());
            assert!(left_out || ALL.iter().any(|(program, _)| *program == name), "{name} isn't run");
        }
        assert!(ALL.iter().all(|(program, tests)| tests.is_empty() && !tests_of(program).is_empty()));
    }

    #[test]
    fn every_test_has_the_features_that_it_requires() {
        let manifest = fs::read_to_string(core().join("Cargo.toml")).unwrap();
        let lists: Vec<_> = manifest.lines().filter_map(|line| line.strip_prefix("required-features = [")).collect();
        assert!(!lists.is_empty());
        for feature in lists.iter().flat_map(|list| list.trim_end_matches(']').split(", ")) {
            let feature = feature.trim_matches('"');
            // The zones come by default.
            assert!(feature == "tzdb" || FEATURES.contains(&feature), "Miri runs without {feature}");
        }
    }

    /// libtest is content when nothing has the name.
    #[test]
    fn what_is_selected_is_there() {
        for (program, selected) in QUICK {
            let tests = tests_of(program);
            for part in selected {
                assert!(tests.iter().any(|name| name.contains(part)), "no test of {program} is `{part}`: {tests:?}");
            }
        }
    }
}
