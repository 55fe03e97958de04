//! However a cluster ends, its processes and its folder go with it.

// clippy.toml allows this in test functions, and these have helpers, too.
#![allow(clippy::unwrap_used)]

mod common;

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use common::{binary, is_alive, processes, start, wait_for};
use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;

#[test]
fn after_stop_nothing_is_left() {
    let cluster = start();
    let folder = cluster.folder().to_owned();
    let processes = processes(&folder);
    assert_eq!(processes.len(), 3);
    assert!(processes.iter().copied().all(is_alive));
    cluster.stop().unwrap();
    assert!(!processes.iter().copied().any(is_alive));
    assert!(!folder.exists());
}

#[test]
fn after_a_panic_nothing_is_left() {
    let (send, receive) = std::sync::mpsc::channel();
    let ended = std::thread::spawn(move || {
        let cluster = start();
        send.send((cluster.folder().to_owned(), processes(cluster.folder()))).unwrap();
        panic!("as a failing test does");
    });
    assert!(ended.join().is_err());
    let (folder, processes) = receive.recv().unwrap();
    assert!(!processes.into_iter().any(is_alive) && !folder.exists());
}

/// `kyklos-devcluster up` with a folder for its temporary folder, so that a test sees all that it leaves.
struct Up {
    child: Child,
    temporary: TempDir,
}

impl Up {
    fn spawn() -> Up {
        // So that none of them builds the tools, which the tests of this file don't wait for.
        kyklos_devcluster::Tools::ensure(&mut kyklos_devcluster::progress_on_stderr).unwrap();
        let temporary = TempDir::new().unwrap();
        let child = binary()
            .arg("up")
            .env("TMPDIR", temporary.path())
            .process_group(0)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Up { child, temporary }
    }

    /// Waits until the cluster is there; gives its folder.
    fn ready(&mut self) -> PathBuf {
        let mut line = String::new();
        BufReader::new(self.child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let kubeconfig = Path::new(line.trim().strip_prefix("export KUBECONFIG=").unwrap());
        kubeconfig.parent().unwrap().to_owned()
    }

    fn left(&self) -> Vec<PathBuf> {
        fs::read_dir(self.temporary.path()).unwrap().map(|entry| entry.unwrap().path()).collect()
    }

    fn signal_group(&self, signal: Signal) {
        kill_process_group(Pid::from_child(&self.child), signal).unwrap();
    }
}

#[test]
fn after_sigkill_of_the_holder_nothing_is_left() {
    let mut up = Up::spawn();
    let folder = up.ready();
    let processes = processes(&folder);
    assert!(processes.iter().copied().all(is_alive));
    // The whole group, as `timeout -s KILL` does.
    up.signal_group(Signal::KILL);
    up.child.wait().unwrap();
    wait_for("the processes to end", || (!processes.iter().copied().any(is_alive)).then_some(()));
    wait_for("the folder to go", || up.left().is_empty().then_some(()));
}

#[test]
fn after_sigkill_in_the_middle_of_the_start_nothing_is_left() {
    let mut up = Up::spawn();
    let note = |folder: &Path| fs::read_to_string(folder.join("pids/kube-apiserver")).ok()?.trim().parse::<i32>().ok();
    let process = wait_for("the API server to be started", || up.left().first().and_then(|folder| note(folder)));
    up.child.kill().unwrap();
    up.child.wait().unwrap();
    wait_for("the API server to end", || (!is_alive(process)).then_some(()));
    wait_for("the folder to go", || up.left().is_empty().then_some(()));
}

#[test]
fn after_ctrl_c_nothing_is_left() {
    let mut up = Up::spawn();
    let processes = processes(&up.ready());
    // What the terminal does.
    up.signal_group(Signal::INT);
    assert!(up.child.wait().unwrap().success());
    assert!(!processes.into_iter().any(is_alive));
    assert_eq!(up.left(), Vec::<PathBuf>::new());
}
