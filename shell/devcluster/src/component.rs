//! One process, of the control plane or beside it.

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::Error;

/// Kubernetes's commands wait up to a minute for open watches after the first SIGTERM, and end at once on the second.
const GRACE: Duration = Duration::from_millis(500);
/// A component that is still there then is killed.
const LIMIT: Duration = Duration::from_secs(10);
pub(crate) const POLL: Duration = Duration::from_millis(20);

/// A running process in a [`Folder`](crate::Folder); dropping it ends it.
#[derive(Debug)]
pub struct Component {
    name: &'static str,
    child: Child,
    log: PathBuf,
    note: PathBuf,
    /// Set once it was waited for: from then on its number may belong to another process.
    ended: Option<ExitStatus>,
}

/// Makes what [`Component::start`] needs in the cluster's folder.
pub(crate) fn prepare(folder: &Path) -> Result<(), Error> {
    let pids = folder.join("pids");
    fs::create_dir(&pids).map_err(Error::file("making", &pids))
}

impl Component {
    /// Starts `program`, with its output in `<name>.log` in `folder`. Its environment and its folder are ours, until `set`
    /// says otherwise.
    pub(crate) fn start(
        name: &'static str,
        program: &Path,
        arguments: &[String],
        folder: &Path,
        set: impl FnOnce(&mut Command) -> &mut Command,
    ) -> Result<Component, Error> {
        let log = folder.join(format!("{name}.log"));
        let open = || File::options().create(true).append(true).open(&log).map_err(Error::file("opening", &log));
        let note = folder.join("pids").join(name);
        // The shell notes its own number and becomes the program. When the janitor has taken the folder of notes away,
        // it can't, and the program never runs: so there is no moment at which a component may be missed.
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "echo $$ >\"$0\" && exec \"$@\""]).arg(&note).arg(program).args(arguments);
        let child = set(&mut command)
            // Ctrl-C is for us: we end the components in order.
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(open()?)
            .stderr(open()?)
            .spawn()
            .map_err(Error::io(format!("starting {name}")))?;
        Ok(Component { name, child, log, note, ended: None })
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// Everything that it wrote.
    pub fn log(&self) -> String {
        read(&self.log)
    }

    /// The last lines that it wrote.
    pub(crate) fn log_tail(&self) -> String {
        tail(&self.log)
    }

    /// An error when it has ended by itself.
    pub fn check(&mut self) -> Result<(), Error> {
        match self.poll() {
            None => Ok(()),
            Some(status) => {
                Err(Error::Ended { component: self.name, status: status.to_string(), log: self.log_tail() })
            }
        }
    }

    /// Stops its clock (SIGSTOP): connections stay open and nothing answers.
    pub(crate) fn pause(&mut self) -> Result<(), Error> {
        self.signal(Signal::STOP)
    }

    /// Lets it run again after [`Component::pause`].
    pub(crate) fn resume(&mut self) -> Result<(), Error> {
        self.signal(Signal::CONT)
    }

    /// Ends it: SIGTERM, again after half a second, and SIGKILL if it is there after ten.
    pub fn stop(&mut self) {
        // A paused process doesn't see SIGTERM.
        let _ = self.signal(Signal::CONT).and_then(|()| self.signal(Signal::TERM));
        let begin = Instant::now();
        let mut asked_twice = false;
        while self.poll().is_none() {
            if begin.elapsed() >= LIMIT {
                let _ = self.child.kill();
                self.ended = self.child.wait().ok();
                break;
            }
            if !asked_twice && begin.elapsed() >= GRACE {
                let _ = self.signal(Signal::TERM);
                asked_twice = true;
            }
            thread::sleep(POLL);
        }
        let _ = fs::remove_file(&self.note);
    }

    fn poll(&mut self) -> Option<ExitStatus> {
        if self.ended.is_none() {
            self.ended = self.child.try_wait().ok().flatten();
        }
        self.ended
    }

    fn signal(&mut self, signal: Signal) -> Result<(), Error> {
        self.check()?;
        // Not waited for, so the number is still its own, be it alive or not.
        kill_process(Pid::from_child(&self.child), signal).map_err(Error::io(format!("signalling {}", self.name)))
    }
}

impl Drop for Component {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The last lines of a log, which is where the reason is.
pub(crate) fn tail(log: &Path) -> String {
    const LINES: usize = 20;
    let text = read(log);
    let lines: Vec<&str> = text.lines().collect();
    lines.get(lines.len().saturating_sub(LINES)..).unwrap_or_default().join("\n")
}

fn read(log: &Path) -> String {
    fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}
