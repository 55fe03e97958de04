//! `cargo fuzzing`: runs the fuzz targets for a while, one after the other, each on the inputs that are kept for it.
//!
//! New inputs go to a folder below `target`; with `--keep` those that reach code which no other one does are added to
//! the committed ones.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail, ensure};

const USAGE: &str = "\
Usage: cargo fuzzing [--minutes N] [--only TARGET] [--keep]

Runs each fuzz target for N minutes (1 without it) on one processor and ends with the first finding. Wants cargo-fuzz:
cargo install --locked cargo-fuzz";

/// The longest input; a schedule with all that the checks look at has fewer bytes.
const LONGEST: &str = "-max_len=1024";

struct Request {
    seconds: u64,
    targets: Vec<&'static str>,
    keep: bool,
}

fn main() -> ExitCode {
    let request = match parse(env::args().skip(1)) {
        Ok(Some(request)) => request,
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("cargo fuzzing: {error}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    if let Err(error) = fuzz(&request) {
        eprintln!("cargo fuzzing: {error:#}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Option<Request>> {
    let all = kyklos_fuzz::TARGETS.map(|(name, _)| name);
    let mut request = Request { seconds: 60, targets: all.to_vec(), keep: false };
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().with_context(|| format!("`{argument}` wants a value"));
        match argument.as_str() {
            "--help" | "-h" => return Ok(None),
            "--keep" => request.keep = true,
            "--minutes" => {
                let minutes: u64 = value()?.parse().context("`--minutes` wants a whole number")?;
                // To libFuzzer, 0 seconds are for ever.
                ensure!(minutes > 0, "`--minutes` wants at least 1");
                request.seconds = minutes.saturating_mul(60);
            }
            "--only" => {
                let name = value()?;
                request.targets.retain(|target| *target == name);
                ensure!(!request.targets.is_empty(), "there is no target `{name}`; there are {}", all.join(", "));
            }
            _ => bail!("there is no option `{argument}`"),
        }
    }
    Ok(Some(request))
}

fn fuzz(request: &Request) -> Result<()> {
    let found = Command::new("cargo").args(["fuzz", "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    ensure!(
        found.is_ok_and(|status| status.success()),
        "there is no cargo-fuzz; install it: cargo install --locked cargo-fuzz"
    );
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in &request.targets {
        let kept = folder.join("corpus").join(name);
        let grown = folder.join("targets/target/corpus").join(name);
        fs::create_dir_all(&grown).with_context(|| format!("making {}", grown.display()))?;
        let time = format!("-max_total_time={}", request.seconds);
        run(folder, name, &[&grown, &kept], &[&time, "-print_final_stats=1"])?;
        if request.keep {
            // By the code they reach, not by how often: a few, and no folder of thousands.
            run(folder, name, &[&kept, &grown], &["-set_cover_merge=1", "-use_counters=0"])?;
        }
    }
    Ok(())
}

/// A sanitizer would look for what only unsafe code can do wrong, and there is none.
fn run(folder: &Path, name: &str, corpora: &[&PathBuf], options: &[&str]) -> Result<()> {
    let mut command = Command::new("cargo");
    command.current_dir(folder.join("targets"));
    command.args(["fuzz", "run", "--fuzz-dir", ".", "--sanitizer", "none", name]).args(corpora);
    command.args(["--", LONGEST]).args(options);
    if name == "json" {
        command.arg(format!("-dict={}", folder.join("json.dict").display()));
    }
    let status = command.status().context("running cargo-fuzz")?;
    ensure!(
        status.success(),
        "{name}: a finding; its input is in {}. Put it into {} with the fix, so that it stays found",
        folder.join("targets/artifacts").join(name).display(),
        folder.join("corpus").join(name).display()
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Result<Option<Request>> {
        parse(arguments.iter().map(|argument| argument.to_string()))
    }

    #[test]
    fn options() {
        let request = parsed(&["--minutes", "10", "--only", "json"]).unwrap().unwrap();
        assert_eq!((request.seconds, request.targets, request.keep), (600, vec!["json"], false));
        assert_eq!(parsed(&[]).unwrap().unwrap().targets.len(), kyklos_fuzz::TARGETS.len());
        assert!(parsed(&["--help"]).unwrap().is_none());
    }

    #[test]
    fn nonsense_is_refused() {
        for arguments in
            [&["--minutes"][..], &["--minutes", "0"], &["--minutes", "x"], &["--only", "yaml"], &["--fast"]]
        {
            assert!(parsed(arguments).is_err(), "{arguments:?}");
        }
    }
}
