//! The program as it is shipped, as a process of its own.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};

use crate::tools;

const POLL: Duration = Duration::from_millis(5);
/// Between two looks at its memory.
const SAMPLE: Duration = Duration::from_millis(20);
/// Longer than it may take: what is wrong stays wrong.
const TO_BE_READY: Duration = Duration::from_secs(600);
const TO_STOP: Duration = Duration::from_secs(60);

/// A program that was built.
pub(crate) struct Program {
    pub(crate) path: PathBuf,
    /// The profile and the platform.
    pub(crate) how: String,
}

impl Program {
    /// Takes one that is there, or builds it as the image's is, statically where the target for that is installed.
    pub(crate) fn get(given: Option<PathBuf>) -> Result<Self> {
        if let Some(path) = given {
            let path = path.canonicalize().with_context(|| format!("{} isn't there", path.display()))?;
            return Ok(Self { path, how: "as given with --program".to_owned() });
        }
        let target = format!("{}-unknown-linux-musl", std::env::consts::ARCH);
        let mut command = tools::cargo(&tools::root(), ["build", "--locked", "--profile", "image", "-p", "kyklos"]);
        let (folder, how) = if is_installed(&target)? {
            let upper = target.to_uppercase().replace('-', "_");
            command.args(["--target", &target]);
            command.env(format!("CARGO_TARGET_{upper}_LINKER"), "rust-lld");
            command.env(format!("CC_{}", target.replace('-', "_")), "gcc");
            (tools::target().join(&target), format!("profile image, {target}"))
        } else {
            let how = format!("profile image, but not static as the image's: the target {target} isn't installed");
            (tools::target(), how)
        };
        eprintln!("building kyklos, {how}");
        ensure!(command.status().context("running cargo")?.success(), "kyklos can't be built");
        Ok(Self { path: folder.join("image/kyklos"), how })
    }
}

fn is_installed(target: &str) -> Result<bool> {
    let folder = tools::output(Command::new("rustc").args(["--print", "target-libdir", "--target", target]))?;
    Ok(Path::new(folder.trim()).is_dir())
}

/// A running controller. Dropping it kills it.
pub(crate) struct Replica {
    child: Child,
    port: u16,
    log: PathBuf,
    pub(crate) started: Instant,
}

impl Replica {
    /// Starts `kyklos controller` with more arguments, as a Pod called `host` would.
    pub(crate) fn start(program: &Program, kubeconfig: &Path, host: &str, arguments: &[String]) -> Result<Self> {
        // Free now; whoever takes it in between is told of by the controller's log.
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let log = kubeconfig.with_file_name(format!("{host}-{port}.log"));
        let child = Command::new(&program.path)
            .args(["controller", "--probe-address", &format!("127.0.0.1:{port}")])
            .args(arguments)
            .env("KUBECONFIG", kubeconfig)
            .env("HOSTNAME", host)
            .env_remove("RUST_LOG")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log)?)
            .spawn()
            .with_context(|| format!("running {}", program.path.display()))?;
        Ok(Self { child, port, log, started: Instant::now() })
    }

    /// Waits until it says that it is ready, and tells how long after its start that was.
    pub(crate) fn ready(&mut self) -> Result<Duration> {
        while !self.asks_ready() {
            self.check()?;
            ensure!(self.started.elapsed() < TO_BE_READY, "the controller doesn't get ready: {}", self.log_tail());
            thread::sleep(POLL);
        }
        Ok(self.started.elapsed())
    }

    fn asks_ready(&self) -> bool {
        let ask = || -> Result<bool> {
            let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
            stream.set_read_timeout(Some(Duration::from_secs(5)))?;
            stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: probes\r\nConnection: close\r\n\r\n")?;
            let mut answer = [0; 12];
            stream.read_exact(&mut answer)?;
            Ok(&answer == b"HTTP/1.1 200")
        };
        ask().unwrap_or(false)
    }

    /// An error when it has ended by itself.
    pub(crate) fn check(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => bail!("the controller ended with {status}: {}", self.log_tail()),
        }
    }

    /// The last that it logged.
    fn log_tail(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<_> = text.lines().collect();
        lines.get(lines.len().saturating_sub(10)..).unwrap_or_default().join("\n")
    }

    /// The processor time that it has had, its own and the kernel's for it.
    pub(crate) fn processor_time(&self) -> Result<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The name in brackets may hold anything; `utime` and `stime` are fields 14 and 15, the first after it is 3.
        let fields = stat.rsplit_once(')').context("/proc/PID/stat")?.1;
        let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<u64>).sum::<Result<u64, _>>()?;
        Ok(Duration::from_secs_f64(ticks as f64 / rustix::param::clock_ticks_per_second() as f64))
    }

    /// Its memory that no file backs, in bytes.
    pub(crate) fn anonymous(&self) -> Result<u64> {
        memory(self.child.id(), "RssAnon:")
    }

    /// Lets `VmHWM` begin anew.
    pub(crate) fn forget_peak(&self) -> Result<()> {
        std::fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5").context("forgetting the peak of memory")
    }

    /// The kernel's own peak of all memory, less what is backed by files now.
    pub(crate) fn peak_of_kernel(&self) -> Result<u64> {
        Ok(memory(self.child.id(), "VmHWM:")?.saturating_sub(memory(self.child.id(), "RssFile:")?))
    }

    pub(crate) fn sampler(&self) -> Sampler {
        Sampler::start(self.child.id())
    }

    pub(crate) fn signal(&self, signal: Signal) -> Result<()> {
        // Not waited for, so the number is still its own.
        Ok(kill_process(Pid::from_child(&self.child), signal)?)
    }

    /// Waits until it has ended after a signal.
    pub(crate) fn ended(&mut self) -> Result<()> {
        let begin = Instant::now();
        while self.child.try_wait()?.is_none() {
            ensure!(begin.elapsed() < TO_STOP, "the controller doesn't stop: {}", self.log_tail());
            thread::sleep(POLL);
        }
        Ok(())
    }

    pub(crate) fn stop(mut self) -> Result<()> {
        self.signal(Signal::TERM)?;
        self.ended()
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn memory(pid: u32, what: &str) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(what)).with_context(|| format!("no {what}"))?;
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kilobytes * 1024)
}

/// Looks at the memory of a process all the time.
pub(crate) struct Sampler {
    peak: Arc<AtomicU64>,
    done: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Sampler {
    fn start(pid: u32) -> Self {
        let (peak, done) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let (peaks, ends) = (Arc::clone(&peak), Arc::clone(&done));
        let thread = thread::spawn(move || {
            while !ends.load(Ordering::Relaxed) {
                if let Ok(bytes) = memory(pid, "RssAnon:") {
                    peaks.fetch_max(bytes, Ordering::Relaxed);
                }
                thread::sleep(SAMPLE);
            }
        });
        Self { peak, done, thread: Some(thread) }
    }

    /// The most that it had.
    pub(crate) fn peak(mut self) -> u64 {
        self.done.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        self.peak.load(Ordering::Relaxed)
    }
}

impl Drop for Sampler {
    fn drop(&mut self) {
        self.done.store(true, Ordering::Relaxed);
    }
}
