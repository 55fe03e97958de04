//! What the tests share. Each test binary compiles it for itself and uses a part.
#![allow(dead_code, clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use kyklos_devcluster::{DevCluster, Options, Tools, progress_on_stderr};
use rustix::process::{Pid, test_kill_process};

/// The binary of this crate.
pub(crate) fn binary() -> Command {
    Command::new(env!("CARGO_BIN_EXE_kyklos-devcluster"))
}

pub(crate) fn start() -> DevCluster {
    let tools = Tools::ensure(&mut progress_on_stderr).unwrap();
    DevCluster::start(&tools, Options::default()).unwrap()
}

/// Runs a command that must succeed, and gives its output.
pub(crate) fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", stderr(&output));
    String::from_utf8(output.stdout).unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Waits until `condition` gives something.
#[track_caller]
pub(crate) fn wait_for<T>(what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
    let begin = Instant::now();
    loop {
        if let Some(value) = condition() {
            return value;
        }
        assert!(begin.elapsed() < Duration::from_secs(60), "waited a minute for: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The processes of the cluster in `folder`.
pub(crate) fn processes(folder: &Path) -> Vec<i32> {
    let notes = fs::read_dir(folder.join("pids")).unwrap();
    notes.map(|note| fs::read_to_string(note.unwrap().path()).unwrap().trim().parse().unwrap()).collect()
}

pub(crate) fn is_alive(process: i32) -> bool {
    // A zombie is dead, though its number is taken until its parent asks.
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let is_zombie = stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('Z'));
    test_kill_process(Pid::from_raw(process).unwrap()).is_ok() && !is_zombie
}
