//! A real registry on loopback: Debian's docker-registry, for as long as a check runs.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

use crate::start::free_address;

const LIMIT: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(20);

/// It ends and forgets everything when it is dropped.
pub(crate) struct LocalRegistry {
    process: Child,
    address: SocketAddr,
    _folder: TempDir,
}

impl LocalRegistry {
    pub(crate) fn start(work: &Path) -> Result<LocalRegistry> {
        let folder = tempfile::Builder::new().prefix("registry-").tempdir_in(work).context("making a folder")?;
        let address = free_address()?;
        let configuration = format!(
            "version: 0.1\nlog:\n  level: warn\n  accesslog:\n    disabled: true\nstorage:\n  filesystem:\n    rootdirectory: \
             {}\nhttp:\n  addr: {address}\n",
            folder.path().join("data").display()
        );
        let file = folder.path().join("registry.yml");
        fs::write(&file, configuration).with_context(|| format!("writing {}", file.display()))?;
        let log = File::create(work.join("registry.log")).context("making the registry's log")?;
        let mut command = Command::new("docker-registry");
        command.arg("serve").arg(&file).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let process = command.spawn().context("starting docker-registry; Debian has it under that name")?;
        let mut registry = LocalRegistry { process, address, _folder: folder };
        let begin = Instant::now();
        while TcpStream::connect(address).is_err() {
            if let Some(status) = registry.process.try_wait()? {
                bail!("docker-registry ended with {status}; {} has its log", work.join("registry.log").display());
            }
            ensure!(begin.elapsed() < LIMIT, "docker-registry doesn't listen on {address} after {LIMIT:?}");
            thread::sleep(POLL);
        }
        Ok(registry)
    }

    /// A repository in it.
    pub(crate) fn repository(&self, name: &str) -> String {
        format!("{}/{name}", self.address)
    }
}

impl Drop for LocalRegistry {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
