//! Runs the real program in a folder of its own.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test whose program doesn't start is a test that fails")]

use std::io::Write;
use std::process::{Command, Stdio};

/// How a run ended.
#[allow(dead_code, reason = "each test program uses its own part")]
#[derive(Debug)]
pub(crate) struct Run {
    /// The exit status.
    pub(crate) status: i32,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

/// Runs `kyklos` with these arguments, split at blanks, among these files.
#[allow(dead_code, reason = "each test program uses its own part")]
pub(crate) fn kyklos(files: &[(&str, &[u8])], args: &str, stdin: &str) -> Run {
    let (status, out, err) = kyklos_bytes(files, args, stdin);
    Run { status, out: String::from_utf8(out).unwrap(), err }
}

#[allow(dead_code, reason = "each test program uses its own part")]
impl Run {
    /// The words of the first line of the output in which this stands.
    pub(crate) fn row(&self, part: &str) -> Vec<String> {
        let line = self.out.lines().find(|line| line.contains(part));
        let line = line.unwrap_or_else(|| panic!("{}{}", self.out, self.err));
        line.split_whitespace().map(str::to_owned).collect()
    }
}

/// The one that was built for this machine; or what `KYKLOS_PROGRAM` says, an emulator and a program for another say.
fn program() -> Command {
    let given = std::env::var("KYKLOS_PROGRAM").unwrap_or_default();
    let mut words = given.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or(env!("CARGO_BIN_EXE_kyklos")));
    command.args(words);
    command
}

/// The same for an answer that is no text.
pub(crate) fn kyklos_bytes(files: &[(&str, &[u8])], args: &str, stdin: &str) -> (i32, Vec<u8>, String) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let mut child = program()
        .args(args.split_whitespace())
        .current_dir(folder.path())
        .env_remove("RUST_LOG")
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR")
        .env_remove("CLICOLOR_FORCE")
        .env("COLORTERM", "truecolor")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that has found its arguments wrong doesn't read this.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    let output = child.wait_with_output().unwrap();
    (output.status.code().unwrap(), output.stdout, String::from_utf8(output.stderr).unwrap())
}
