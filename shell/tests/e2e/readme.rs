//! Every command of the README, in its order, as a reader types them.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use kyklos_devcluster::Options;

use crate::stage::{install, start};

const README: &str = include_str!("../../../README.md");

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The fenced blocks of a language.
fn blocks(language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    README.split(fence.as_str()).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

/// A reader's shell: a folder with the README's files, and the programs on the path.
struct Reader {
    folder: tempfile::TempDir,
    path: String,
    kubeconfig: PathBuf,
    kubectl_cache: PathBuf,
}

impl Reader {
    fn shell(&self, line: &str) -> Command {
        let mut command = Command::new("sh");
        command.arg("-c").arg(line).current_dir(self.folder.path()).env("PATH", &self.path);
        command.env("KUBECONFIG", &self.kubeconfig).env("KUBECACHEDIR", &self.kubectl_cache).env_remove("RUST_LOG");
        command
    }

    /// Runs a line that has to succeed, and gives what it prints.
    fn run(&self, line: &str) -> String {
        let output = self.shell(line).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{line}: {error}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Starts a line that doesn't end by itself; `exec` makes the shell become it.
    fn start(&self, line: &str) -> Running {
        Running(self.shell(&format!("exec {line}")).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }

    /// Waits until a line prints a text.
    fn wait_for(&self, line: &str, text: &str) {
        let begin = Instant::now();
        loop {
            let found = self.run(line);
            if found.contains(text) {
                return;
            }
            assert!(begin.elapsed() < Duration::from_secs(40), "{line}: waited for {text}: {found}");
            std::thread::sleep(Duration::from_millis(200));
        }
    }
}

/// A controller that ends with this value.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What is typed in the repository itself. `cargo verify` is what runs this test.
fn in_the_repository(line: &str, folder: &Path) {
    if line == "cargo verify" {
        assert!(std::fs::read_to_string(root().join(".ci/run")).unwrap().contains(line));
        return;
    }
    let mut command = Command::new("sh");
    command.arg("-c").arg(line).current_dir(root()).env("CARGO_INSTALL_ROOT", folder);
    let output = command.output().unwrap();
    let (out, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{line}: {out}{error}");
}

#[test]
fn every_command_of_the_readme_works() {
    let cluster = start(Options::default());
    let folder = tempfile::tempdir().unwrap();
    for block in blocks("yaml") {
        let name = block.lines().next().unwrap().strip_prefix("# ").unwrap();
        std::fs::write(folder.path().join(name), block).unwrap();
    }
    // Until the README installs the binary, and for all that follows: first its own, then the one under test.
    let kubectl = Path::new(cluster.kubectl().get_program()).parent().unwrap().to_owned();
    let binary = Path::new(env!("CARGO_BIN_EXE_kyklos")).parent().unwrap().to_owned();
    let path = [folder.path().join("bin"), kubectl, binary].map(|entry| entry.display().to_string());
    let reader = Reader {
        path: format!("{}:{}", path.join(":"), std::env::var("PATH").unwrap()),
        kubeconfig: cluster.kubeconfig().to_owned(),
        kubectl_cache: folder.path().join("kubectl"),
        folder,
    };

    for block in blocks("text") {
        let (line, expected) = block.split_once('\n').unwrap();
        assert_eq!(reader.run(line.strip_prefix("$ ").unwrap()), expected, "{line}");
    }
    let mut controller = None;
    let mut seen = 0;
    for line in blocks("sh").into_iter().flat_map(str::lines) {
        seen += 1;
        println!("{line}");
        if line.starts_with("cargo ") {
            in_the_repository(line, reader.folder.path());
        } else if line.starts_with("kyklos controller ") {
            // One at a time, as the README says.
            drop(controller.take());
            controller = Some(reader.start(line));
            let rehearsed = line.contains("--rehearse-from");
            let message = "kubectl get tws shop -o jsonpath='{.status.conditions[?(@.type==\"Ready\")].message}'";
            reader.wait_for(message, if rehearsed { "Rehearsal" } else { " until " });
            let wanted = reader.run("kubectl get tws shop -o jsonpath='{.status.effectiveReplicas}'");
            reader.wait_for("kubectl get deployment shop -o jsonpath='{.spec.replicas}'", &wanted);
        } else if line.contains("eval") {
            assert_eq!(reader.run(line), blocks("json").concat(), "{line}");
        } else {
            let shown = reader.run(line);
            assert!(!shown.is_empty(), "{line} shows nothing");
        }
    }
    assert!(seen >= 10, "only {seen} commands were found in the README");
}

#[test]
fn the_table_of_clock_changes_is_what_eval_says() {
    // A look at both ends of each row, by the binary.
    let rows = [
        ("2026-03-08T06:59:59Z", "02:00", "03:00", false),
        ("2026-03-08T07:00:00Z", "02:00", "03:00", false),
        ("2026-03-08T06:59:59Z", "02:30", "03:30", false),
        ("2026-03-08T07:00:00Z", "02:30", "03:30", true),
        ("2026-03-08T07:29:59Z", "02:30", "03:30", true),
        ("2026-03-08T07:30:00Z", "02:30", "03:30", false),
        ("2026-03-08T06:30:00Z", "01:30", "02:30", true),
        ("2026-03-08T07:00:00Z", "01:30", "02:30", false),
        ("2026-11-01T05:00:00Z", "01:00", "01:30", true),
        ("2026-11-01T06:29:59Z", "01:00", "01:30", true),
        ("2026-11-01T06:30:00Z", "01:00", "01:30", false),
        ("2026-11-01T02:00:00Z", "22:00", "01:30", true),
        ("2026-11-01T06:29:59Z", "22:00", "01:30", true),
        ("2026-11-01T06:30:00Z", "22:00", "01:30", false),
        ("2026-11-01T05:30:00Z", "01:30", "02:30", true),
        ("2026-11-01T07:29:59Z", "01:30", "02:30", true),
        ("2026-11-01T07:30:00Z", "01:30", "02:30", false),
    ];
    for (at, start, end, active) in rows {
        let manifest = format!(
            "{{apiVersion: kyklos.io/v1alpha1, kind: TimeWindowScaler, metadata: {{name: w}}, spec: {{targetRef: {{name: w}}, \
             timezone: America/New_York, windows: [{{start: \"{start}\", end: \"{end}\", replicas: 7}}]}}}}"
        );
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), manifest).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_kyklos"))
            .args(["eval", "-o", "json", "--at", at, "-f"])
            .arg(file.path())
            .output()
            .unwrap();
        let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(answer["kind"] == "window", active, "{start}-{end} at {at}: {answer}");
    }
}

#[test]
fn the_crd_in_the_repository_is_the_one_that_is_printed() {
    let cluster = start(Options { controller_manager: false, ..Options::default() });
    install(&cluster, &std::fs::read(root().join("shell/deploy/crd.yaml")).unwrap());
}
