//! Sees to it that nothing outlives us, even when we are killed by SIGKILL and no destructor runs.
//!
//! A shell waits at the other end of a pipe. The system closes our end however we end, and the shell then kills the
//! components and removes the folder. (`PR_SET_PDEATHSIG` would look simpler, but it fires when the *thread* that started
//! the child ends: a test harness ends the thread of the first test while others still use the cluster.)

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::Error;

/// The waiting shell.
#[derive(Debug)]
pub(crate) struct Janitor {
    shell: Child,
}

impl Janitor {
    /// Starts one for `folder`; must come before the first component.
    pub(crate) fn start(folder: &Path) -> Result<Janitor, Error> {
        let shell = Command::new("/bin/sh")
            .args(["-c", include_str!("janitor.sh"), "kyklos-janitor"])
            .arg(folder)
            .current_dir("/")
            // What is sent to our group (Ctrl-C, `timeout -s KILL`) must not reach the one that cleans up after it.
            .process_group(0)
            .stdin(Stdio::piped())
            // Whoever waits for the end of our output must not wait for the shell, too.
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(Error::io("running /bin/sh"))?;
        Ok(Janitor { shell })
    }
}

impl Drop for Janitor {
    fn drop(&mut self) {
        // `wait` closes the pipe first: the shell does what is left to do, which is nothing after an orderly end.
        let _ = self.shell.wait();
    }
}
