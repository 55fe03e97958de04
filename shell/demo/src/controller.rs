//! The controller as a process.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use anyhow::Context as _;
use kyklos::controller::Clock;
use tokio::process::{Child, Command};

use crate::place::Place;

/// A running controller; it ends with this value.
pub(crate) struct Running {
    child: Child,
    log: tempfile::NamedTempFile,
}

impl Running {
    pub(crate) fn start(binary: &std::path::Path, place: &Place, clock: Clock) -> anyhow::Result<Self> {
        let log = tempfile::NamedTempFile::new()?;
        let mut command = Command::new(binary);
        command.args(["controller", "--namespace", place.namespace(), "--probe-address", "off"]);
        if let Clock::Rehearsed { from, speed, anchor } = clock {
            command.args(["--rehearse-from", &from.to_rfc3339(), "--rehearse-speed", &speed.to_string()]);
            command.args(["--rehearse-anchor", &anchor.to_rfc3339()]);
        }
        if let Some(kubeconfig) = place.kubeconfig() {
            command.env("KUBECONFIG", kubeconfig);
        }
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log.reopen()?)
            .kill_on_drop(true)
            .spawn()
            .context("can't start the controller")?;
        Ok(Self { child, log })
    }

    /// How it ended, if it has.
    pub(crate) fn ended(&mut self) -> anyhow::Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// What it has logged.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.log.path()).unwrap_or_default()
    }

    /// Asks it to stop, as Kubernetes does.
    pub(crate) async fn stop(mut self) -> anyhow::Result<()> {
        if let Some(pid) = self.child.id() {
            let asked = std::process::Command::new("kill").args(["-TERM", &pid.to_string()]).status();
            let waited = tokio::time::timeout(Duration::from_secs(10), self.child.wait()).await;
            if asked.is_err() || waited.is_err() {
                self.child.kill().await?;
            }
        }
        Ok(())
    }
}
