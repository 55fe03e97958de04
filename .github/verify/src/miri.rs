//! The core's tests under Miri, the interpreter that finds undefined behaviour.
//!
//! It is a hundred times slower than a processor, so the tests try fewer zones, cases and instants there. Left out are the
//! oracle, which walks by the minute, the few that say so themselves, and the examples in the documentation.

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use anyhow::{Result, bail};

use crate::command::{in_words, output, run};

/// The programs of `core/tests`, the longest last.
const TESTS: [&str; 7] = ["json", "validation", "ways", "chain", "offsets", "seconds", "contract"];

pub(crate) fn miri(root: &Path) -> Result<()> {
    let components = output(rustup(root).args(["component", "list", "--toolchain", "nightly", "--installed"]));
    if !matches!(components, Ok(Some(components)) if components.contains("miri")) {
        println!("Installing Rust's nightly with Miri");
        let install = ["toolchain", "install", "nightly", "--profile", "minimal", "--component", "miri,rust-src"];
        run(rustup(root).args(install))?;
    }
    run(test(root).args(["--lib", "--tests", "--no-run"]))?;
    // Miri keeps one processor busy, so there are as many at a time as there are of these. The last begin.
    let tests = TESTS.map(|name| vec!["--test", name]);
    let left = Mutex::new(std::iter::once(vec!["--lib"]).chain(tests).collect::<Vec<_>>());
    let next = || left.lock().ok().and_then(|mut left| left.pop());
    let work = || std::iter::from_fn(next).try_for_each(|program| said_at_its_end(test(root).args(program)));
    std::thread::scope(|scope| {
        let workers = std::thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| match worker.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        })
    })
}

fn rustup(root: &Path) -> Command {
    let mut command = Command::new("rustup");
    command.current_dir(root);
    command
}

fn test(root: &Path) -> Command {
    let mut command = rustup(root);
    command.args([
        "run",
        "nightly",
        "cargo",
        "miri",
        "test",
        "--locked",
        "--package",
        "kyklos-core",
        "--features",
        "json",
    ]);
    // proptest keeps the cases that fail in a file, and looks at the clock.
    command.env("MIRIFLAGS", "-Zmiri-disable-isolation").env("PROPTEST_CASES", "2");
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
    use super::*;

    #[test]
    fn no_test_of_the_core_is_forgotten() {
        for entry in std::fs::read_dir(crate::root().unwrap().join("core/tests")).unwrap() {
            let name = entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned();
            let left_out = ["common", "oracle", "answers", "dates", "semantics"].contains(&name.as_str());
            assert!(left_out || TESTS.contains(&name.as_str()), "{name} isn't run");
        }
    }
}
