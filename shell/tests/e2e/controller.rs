//! Controllers to start and stop, and the clocks that they go by.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};

use crate::account::Scope;
use crate::stage::Stage;
use crate::waits::PATIENCE;

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

impl Stage {
    /// Starts a controller on a clock that reads `from` now.
    pub(crate) fn controller(&self, from: &str, speed: u32) -> Controller {
        let clock = TestClock { from: at(from), speed, anchor: Utc::now() };
        let mut command = self.command("kyklos");
        command.args(["--rehearse-from", &clock.from.to_rfc3339(), "--rehearse-speed", &clock.speed.to_string()]);
        command.args(["--rehearse-anchor", &clock.anchor.to_rfc3339()]);
        self.start(command, clock)
    }

    /// Starts a controller on the real clock, under a name for its Pod.
    pub(crate) fn real_controller(&self, instance: &str) -> Controller {
        let now = Utc::now();
        self.start(self.command(instance), TestClock { from: now, speed: 1, anchor: now })
    }

    /// The same by another way to the API server.
    pub(crate) fn real_controller_by(&self, instance: &str, kubeconfig: &Path) -> Controller {
        let now = Utc::now();
        let mut command = self.command(instance);
        command.env("KUBECONFIG", kubeconfig);
        self.start(command, TestClock { from: now, speed: 1, anchor: now })
    }

    fn command(&self, instance: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kyklos"));
        command.args(["controller", "--probe-address", "127.0.0.1:0"]);
        if self.account.scope == Scope::Namespace {
            command.args(["--namespace", &self.namespace]);
        }
        command.env("KUBECONFIG", &self.account.kubeconfig).env("HOSTNAME", instance);
        command.env("RUST_LOG", "info,kyklos=debug,kube_runtime=warn");
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command
    }

    fn start(&self, mut command: Command, clock: TestClock) -> Controller {
        static LOGS: AtomicUsize = AtomicUsize::new(0);
        let log = self.folder.path().join(format!("{}.log", LOGS.fetch_add(1, Ordering::SeqCst)));
        let child = command.stderr(File::create(&log).unwrap()).spawn().unwrap();
        Controller { child, log, clock }
    }
}

/// A schedule's clock; the real one is one that starts now.
#[derive(Clone, Copy)]
pub(crate) struct TestClock {
    pub(crate) from: DateTime<Utc>,
    pub(crate) speed: u32,
    pub(crate) anchor: DateTime<Utc>,
}

impl TestClock {
    /// The real instant at which it reads `rehearsed`.
    pub(crate) fn real(&self, rehearsed: &str) -> DateTime<Utc> {
        let micros = (at(rehearsed) - self.from).num_microseconds().unwrap();
        self.anchor + TimeDelta::microseconds(micros / i64::from(self.speed))
    }

    /// Waits until it reads `rehearsed`.
    pub(crate) async fn until(&self, rehearsed: &str) {
        let left = (self.real(rehearsed) - Utc::now()).to_std().unwrap_or_default();
        tokio::time::sleep(left).await;
    }
}

/// A running controller and its clock.
pub(crate) struct Controller {
    child: Child,
    log: PathBuf,
    pub(crate) clock: TestClock,
}

impl Controller {
    /// The real instant at which its clock reads `rehearsed`.
    pub(crate) fn real(&self, rehearsed: &str) -> DateTime<Utc> {
        self.clock.real(rehearsed)
    }

    /// Waits until its clock reads `rehearsed`.
    pub(crate) async fn until(&self, rehearsed: &str) {
        self.clock.until(rehearsed).await;
    }

    /// What it has logged.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Where it answers probes, once it does.
    pub(crate) fn probes(&self) -> SocketAddr {
        let begin = Instant::now();
        loop {
            let address = |log: String| log.split("address=").nth(1)?.split_whitespace().next()?.parse().ok();
            if let Some(address) = address(self.log()) {
                return address;
            }
            assert!(begin.elapsed() < PATIENCE, "it answers no probes: {}", self.log());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Asks as a kubelet does. The status and the body.
    pub(crate) fn probe(&self, path: &str) -> (u16, String) {
        self.ask("GET", path)
    }

    /// The status and the body of an answer.
    pub(crate) fn ask(&self, method: &str, path: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(self.probes()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        // At once: whoever asks nonsense is answered at the first line of it.
        let question = format!("{method} {path} HTTP/1.1\r\nHost: probes\r\n\r\n");
        stream.write_all(question.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    /// Waits until `/readyz` says this, whether it is ready or not.
    pub(crate) fn until_ready(&self, words: &str) {
        let begin = Instant::now();
        loop {
            let (_, body) = self.probe("/readyz");
            if body.contains(words) {
                return;
            }
            assert!(begin.elapsed() < PATIENCE, "waited for {words:?}: {body}");
            std::thread::sleep(Duration::from_millis(25));
        }
    }

    /// Its anonymous memory in KiB: what counts against a limit and isn't the program itself.
    pub(crate) fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
        line.split_whitespace().next().unwrap().parse().unwrap()
    }

    /// Sends it a signal, such as `STOP`.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &pid]).status().unwrap().success());
    }

    /// Asks it to stop and waits until it has.
    pub(crate) fn stop(mut self) -> ExitStatus {
        self.signal("TERM");
        let begin = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(begin.elapsed() < PATIENCE, "the controller doesn't stop");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Controller {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let log = std::fs::read_to_string(&self.log).unwrap_or_default();
            let lines: Vec<_> = log.lines().collect();
            let tail = &lines[lines.len().saturating_sub(40)..];
            eprintln!("--- the end of the controller's log\n{}", tail.join("\n"));
        }
    }
}
