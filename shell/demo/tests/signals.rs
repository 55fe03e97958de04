//! However the demo is ended in the middle, nothing of it is left: no process, no file, and in somebody's cluster no
//! namespace and no CRD.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that panics has failed, which is what is wanted of it")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use kyklos_devcluster::{DevCluster, Options, Tools, progress_on_stderr};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// The demo with a temporary folder of its own, so that a test sees all that it leaves.
struct Demo {
    child: Child,
    temporary: TempDir,
}

impl Demo {
    /// Starts it and waits until its controller runs.
    fn under_way(arguments: &[&str], kubeconfig: Option<&Path>) -> Self {
        let temporary = TempDir::new().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_kyklos-demo"));
        command.args(arguments).env("TMPDIR", temporary.path()).envs(kubeconfig.map(|file| ("KUBECONFIG", file)));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        // The first stretch of the day: the controller has written a status. Then nobody reads any more, as when the
        // terminal is gone.
        assert!(lines.any(|line| line.contains("Reconciled")), "the demo ended before its day began");
        drop(lines);
        Self { child, temporary }
    }

    /// The processes that have a file in its temporary folder open, or run in it.
    fn processes(&self) -> Vec<String> {
        let inside = |link: PathBuf| fs::read_link(link).is_ok_and(|path| path.starts_with(self.temporary.path()));
        let open = |process: &Path| {
            let files = fs::read_dir(process.join("fd")).into_iter().flatten().flatten();
            inside(process.join("cwd")) || files.map(|file| file.path()).any(inside)
        };
        let all = fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().path());
        let ours = all.filter(|path| path.join("cmdline").exists() && open(path));
        ours.map(|path| fs::read_to_string(path.join("cmdline")).unwrap_or_default().replace('\0', " ")).collect()
    }

    fn files(&self) -> Vec<PathBuf> {
        fs::read_dir(self.temporary.path()).unwrap().map(|entry| entry.unwrap().path()).collect()
    }

    /// Sends a signal to it alone, and waits for its end.
    fn end(&mut self, signal: Signal) {
        assert!(self.processes().iter().any(|process| process.contains("kyklos controller")), "{:?}", self.processes());
        assert!(!self.files().is_empty());
        kill_process(Pid::from_child(&self.child), signal).unwrap();
        let status = self.child.wait().unwrap();
        assert!(!status.success(), "the day was not over: {status}");
    }
}

fn tools() -> Tools {
    Tools::ensure(&mut progress_on_stderr).unwrap()
}

#[test]
fn of_a_control_plane_of_its_own_nothing_is_left_by_any_signal() {
    tools();
    for signal in [Signal::TERM, Signal::HUP, Signal::INT] {
        let mut demo = Demo::under_way(&[], None);
        demo.end(signal);
        assert_eq!((demo.processes(), demo.files()), (vec![], vec![]), "after {signal:?}");
    }
    let mut demo = Demo::under_way(&[], None);
    demo.end(Signal::KILL);
    // What was killed can't wait: a process that outlives it cleans up.
    let begin = Instant::now();
    while !(demo.processes().is_empty() && demo.files().is_empty()) {
        let left = (demo.processes(), demo.files());
        assert!(begin.elapsed() < Duration::from_secs(60), "a minute after SIGKILL: {left:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn in_a_cluster_of_somebodys_nothing_is_left_by_any_signal() {
    let cluster = DevCluster::start(&tools(), Options::default()).unwrap();
    let names = |kind: &str| {
        let output = cluster.kubectl().args(["get", kind, "-o", "name"]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let before = (names("namespaces"), names("crds"));
    // One after the other: each finds the place as it was.
    for signal in [Signal::TERM, Signal::HUP, Signal::INT] {
        let mut demo = Demo::under_way(&["--cluster", "current"], Some(cluster.kubeconfig()));
        assert!(names("namespaces").contains("kyklos-demo") && names("crds").contains("kyklos.io"));
        demo.end(signal);
        assert_eq!((names("namespaces"), names("crds")), before, "after {signal:?}");
        assert_eq!((demo.processes(), demo.files()), (vec![], vec![]), "after {signal:?}");
    }
}

/// Another controller that has the namespace's lease, as one that somebody runs in a namespace of the demo's name.
fn hold_the_lease(cluster: &DevCluster, until: &AtomicBool) {
    for renewal in 0.. {
        if until.load(Ordering::SeqCst) {
            return;
        }
        let lease = format!(
            r#"{{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{{"namespace":"kyklos-demo","name":"kyklos"}},
            "spec":{{"holderIdentity":"somebody-else","leaseDurationSeconds":8,"leaseTransitions":{renewal}}}}}"#
        );
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), lease).unwrap();
        // Until there is such a namespace it is refused, and once it is on its way out again.
        let apply = ["apply", "--server-side", "--force-conflicts", "-f"];
        let _ = cluster.kubectl().args(apply).arg(file.path()).output().unwrap();
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn where_another_leads_it_says_who() {
    let cluster = DevCluster::start(&tools(), Options::default()).unwrap();
    let done = AtomicBool::new(false);
    let output = std::thread::scope(|scope| {
        scope.spawn(|| hold_the_lease(&cluster, &done));
        let mut command = Command::new(env!("CARGO_BIN_EXE_kyklos-demo"));
        let output = command.args(["--cluster", "current"]).env("KUBECONFIG", cluster.kubeconfig()).output();
        done.store(true, Ordering::SeqCst);
        output.unwrap()
    });
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    assert!(!output.status.success(), "{said}");
    // Whichever of the two was first: a lease that was the controller's before also says since when it isn't.
    assert!(said.contains("the namespace is held by somebody-else"), "{said}");
    assert!(said.contains(", by its lease kyklos: stop that controller first"), "{said}");
    let left = cluster.kubectl().args(["get", "namespaces,crds", "-o", "name"]).output().unwrap();
    let left = String::from_utf8(left.stdout).unwrap();
    assert!(!left.contains("kyklos"), "{left}");
}
