//! Every command of the README, in its order, as a reader types them.

use std::path::Path;
use std::process::Command;

use kyklos_devcluster::Options;

use crate::clusters::{install, start};
use crate::reader::{Reader, root};

const README: &str = include_str!("../../../README.md");

fn blocks(language: &str) -> Vec<&'static str> {
    crate::reader::blocks(README, language)
}

/// What is typed in the repository itself. `cargo verify` is what runs this test.
pub(crate) fn in_the_repository(line: &str, environment: &[(&str, &Path)]) {
    if line == "cargo verify" {
        assert!(std::fs::read_to_string(root().join(".ci/run")).unwrap().contains(line));
        return;
    }
    let mut command = Command::new("sh");
    // What is installed is tried, not measured: minutes of optimising would show nothing more, and what the tests are made of
    // is compiled already.
    let line = &if line.starts_with("cargo install ") { format!("{line} --debug") } else { line.to_owned() };
    command.arg("-c").arg(line).current_dir(root()).envs(environment.iter().copied());
    // As typed in a terminal: what cargo says of the package under test would have build scripts run again.
    let of_a_package = |name: &str| name.starts_with("CARGO_MANIFEST_") || name.starts_with("CARGO_PKG_");
    for (name, _) in std::env::vars().filter(|(name, _)| of_a_package(name)) {
        command.env_remove(name);
    }
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
    let reader = Reader::new(&cluster, folder);

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
            in_the_repository(line, &[("CARGO_INSTALL_ROOT", reader.folder.path())]);
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
