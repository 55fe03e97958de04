//! The crates below `boards`: each is a workspace of its own, built in its folder, where its target is configured.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::command::{cargo, in_words, run};

/// What a board on QEMU has to print.
const EXPECTED: &str = "expected.txt";
/// They print a page within a second; a processor that has lost its way never ends.
const LIMIT: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(20);

/// Builds all boards and runs those that have an expected output.
pub(crate) fn check(root: &Path) -> Result<()> {
    each(root, |board| {
        let target = target_folder(root);
        run(cargo(board, &["build", "--release", "--locked", "--target-dir"]).arg(&target))?;
        if board.join(EXPECTED).is_file() { compare(board, &target) } else { Ok(()) }
    })
}

/// Does something in the folder of each board.
pub(crate) fn each(root: &Path, mut act: impl FnMut(&Path) -> Result<()>) -> Result<()> {
    let folder = root.join("boards");
    let entries = fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))?;
    let mut boards = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    boards.retain(|board| board.join("Cargo.toml").is_file());
    ensure!(!boards.is_empty(), "{} has no board", folder.display());
    boards.sort();
    for board in boards {
        println!("{}:", board.strip_prefix(root).unwrap_or(&board).display());
        act(&board)?;
    }
    Ok(())
}

/// One for all boards, so that they share their dependencies, and apart from the workspace's, which they would lock.
pub(crate) fn target_folder(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| root.join(folder)).join("boards")
}

fn compare(board: &Path, target: &Path) -> Result<()> {
    let file = target.join("output.txt");
    let output = File::create(&file).with_context(|| format!("making {}", file.display()))?;
    let mut command = cargo(board, &["run", "--release", "--locked", "--quiet", "--target-dir"]);
    command.arg(target).stdout(output);
    println!("$ {}", in_words(&command));
    let child = command.spawn().with_context(|| format!("running `{}`", in_words(&command)))?;
    let status = wait(child)?;
    let found = fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
    print!("{found}");
    ensure!(status.success(), "the program ended with {status}");
    let file = board.join(EXPECTED);
    let expected = fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
    if let Some(difference) = difference(&found, &expected) {
        bail!("not as in {}: {difference}", file.display());
    }
    println!("as in {EXPECTED}");
    Ok(())
}

/// cargo becomes the program that it runs, so ending it ends QEMU.
fn wait(mut child: Child) -> Result<ExitStatus> {
    let begin = Instant::now();
    loop {
        if let Some(status) = child.try_wait().context("waiting for the board")? {
            return Ok(status);
        }
        if begin.elapsed() > LIMIT {
            child.kill().context("ending the board")?;
            child.wait().context("ending the board")?;
            bail!("the board was still running after {} s", LIMIT.as_secs());
        }
        thread::sleep(POLL);
    }
}

/// The first line in which two texts differ.
fn difference(found: &str, expected: &str) -> Option<String> {
    let (mut found, mut expected) = (found.lines(), expected.lines());
    let mut number = 0;
    loop {
        number += 1;
        match (found.next(), expected.next()) {
            (None, None) => return None,
            (found, expected) if found == expected => {}
            (found, expected) => {
                let said = |line: Option<&str>| line.map_or_else(|| "nothing".to_owned(), |line| format!("`{line}`"));
                return Some(format!("line {number} is {}, and should be {}", said(found), said(expected)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn the_first_different_line_is_named() {
        assert_eq!(difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(difference("a\nx\n", "a\nb\n").unwrap(), "line 2 is `x`, and should be `b`");
        assert_eq!(difference("a\n", "a\nb\n").unwrap(), "line 2 is nothing, and should be `b`");
    }
}
