//! Whoever reads a README and types what it says.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use kyklos_devcluster::DevCluster;

use crate::waits::PATIENCE;

/// The top folder of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The fenced blocks of a language.
pub(crate) fn blocks(text: &'static str, language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    text.split(fence.as_str()).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

/// A reader's shell: a folder with the README's files, and the programs on the path.
pub(crate) struct Reader {
    pub(crate) folder: tempfile::TempDir,
    path: String,
    kubeconfig: PathBuf,
    kubectl_cache: PathBuf,
}

impl Reader {
    /// A reader in this folder, and an administrator of this cluster.
    pub(crate) fn new(cluster: &DevCluster, folder: tempfile::TempDir) -> Self {
        // What the README installs comes first, then the binary under test.
        let kubectl = Path::new(cluster.kubectl().get_program()).parent().unwrap().to_owned();
        let binary = Path::new(env!("CARGO_BIN_EXE_kyklos")).parent().unwrap().to_owned();
        let path = [folder.path().join("bin"), kubectl, binary].map(|entry| entry.display().to_string());
        Self {
            path: format!("{}:{}", path.join(":"), std::env::var("PATH").unwrap()),
            kubeconfig: cluster.kubeconfig().to_owned(),
            kubectl_cache: folder.path().join("kubectl"),
            folder,
        }
    }

    pub(crate) fn shell(&self, line: &str) -> Command {
        let mut command = Command::new("sh");
        command.arg("-c").arg(line).current_dir(self.folder.path()).env("PATH", &self.path);
        command.env("KUBECONFIG", &self.kubeconfig).env("KUBECACHEDIR", &self.kubectl_cache).env_remove("RUST_LOG");
        // Several of these tests may run on a machine at the same time, and the port that a controller answers probes at by
        // itself is one.
        command.env("KYKLOS_PROBE_ADDRESS", "127.0.0.1:0");
        command
    }

    /// Runs a line that has to succeed, and gives what it prints.
    pub(crate) fn run(&self, line: &str) -> String {
        let output = self.shell(line).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{line}: {error}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Starts a line that doesn't end by itself; `exec` makes the shell become it.
    pub(crate) fn start(&self, line: &str) -> Running {
        Running(self.shell(&format!("exec {line}")).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }

    /// Waits until a line prints a text.
    pub(crate) fn wait_for(&self, line: &str, text: &str) {
        let begin = Instant::now();
        loop {
            let found = self.run(line);
            if found.contains(text) {
                return;
            }
            assert!(begin.elapsed() < PATIENCE, "{line}: waited for {text}: {found}");
            std::thread::sleep(Duration::from_millis(200));
        }
    }
}

/// A controller that ends with this value.
pub(crate) struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Not by force, so that it gives its lease back and the next one doesn't have to wait.
        let _ = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status();
        let _ = self.0.wait();
    }
}
