//! Where the tools come from. A script stands in for Go: what the real one builds is what all other tests run.

// clippy.toml allows this in test functions, and these have helpers, too.
#![allow(clippy::unwrap_used)]

mod common;

use std::fs::{self, File, Permissions};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::{binary, run, stderr, wait_for};
use kyklos_devcluster::{Tools, progress_on_stderr};
use tempfile::TempDir;

/// A `go` that notes each build in a file and takes as long as there is a file `slow` next to it.
const GO: &str = r#"#!/bin/sh
here=$(dirname "$0")
[ "$1" = env ] && echo "$GO_VERSION" && exit
echo "$@" >>"$here/builds"
while [ -e "$here/slow" ]; do sleep 0.05; done
while [ "$1" != -o ]; do shift; done
echo built >"$2"
"#;

/// A cache of its own, and a folder with the stand-in.
struct Machine {
    cache: TempDir,
    programs: TempDir,
}

impl Machine {
    fn new() -> Machine {
        let machine = Machine { cache: TempDir::new().unwrap(), programs: TempDir::new().unwrap() };
        let go = machine.programs.path().join("go");
        fs::write(&go, GO).unwrap();
        fs::set_permissions(&go, Permissions::from_mode(0o755)).unwrap();
        machine
    }

    fn command(&self, argument: &str) -> Command {
        let mut command = binary();
        let path = format!("{}:/usr/bin:/bin", self.programs.path().display());
        command.arg(argument).env("KYKLOS_CACHE", self.cache.path()).env_remove("KUBEBUILDER_ASSETS");
        command.env("PATH", path).env("GO_VERSION", "go1.26.3").stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn builds(&self) -> Vec<String> {
        let builds = fs::read_to_string(self.programs.path().join("builds")).unwrap_or_default();
        builds.lines().map(String::from).collect()
    }
}

#[test]
fn without_go_it_says_what_to_install() {
    let machine = Machine::new();
    for command in ["up", "build"] {
        let output = machine.command(command).env("PATH", "").output().unwrap();
        assert!(!output.status.success());
        let words = stderr(&output);
        for word in ["Go 1.26 or newer", "no `go` on the PATH", "https://go.dev/dl", "KUBEBUILDER_ASSETS"] {
            assert!(words.contains(word), "{word} in: {words}");
        }
    }
}

#[test]
fn an_old_go_is_named() {
    let machine = Machine::new();
    let output = machine.command("build").env("GO_VERSION", "go1.25.1").output().unwrap();
    let words = stderr(&output);
    assert!(!output.status.success() && words.contains("go1.25.1") && words.contains("Go 1.26 or newer"), "{words}");
    assert_eq!(machine.builds(), Vec::<String>::new());
}

#[test]
fn a_build_happens_once_and_is_silent_afterwards() {
    let machine = Machine::new();
    let folder = PathBuf::from(run(&mut machine.command("path")).trim());
    assert!(folder.starts_with(machine.cache.path()) && !folder.exists());
    // What a killed build left.
    fs::create_dir_all(folder.join(".build-killed")).unwrap();

    let output = machine.command("build").output().unwrap();
    let words = stderr(&output);
    assert!(output.status.success(), "{words}");
    assert!(words.contains("about 8 minutes") && words.contains(&*folder.to_string_lossy()), "{words}");
    let mut names: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, [".lock", "etcd", "kube-apiserver", "kube-controller-manager", "kubectl"]);
    let builds = machine.builds();
    assert_eq!(builds.len(), 4);
    assert!(builds.iter().all(|build| build.contains("-trimpath") && build.contains("gitMajor=1 ")), "{builds:?}");

    let output = machine.command("build").env("PATH", "").output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{}", stderr(&output));
}

#[test]
fn of_two_that_want_to_build_one_waits_and_says_so() {
    let machine = Machine::new();
    let slow = machine.programs.path().join("slow");
    File::create(&slow).unwrap();
    let mut first = machine.command("build").stderr(Stdio::null()).spawn().unwrap();
    wait_for("the first build", || (!machine.builds().is_empty()).then_some(()));

    let mut second = machine.command("build").spawn().unwrap();
    let mut line = String::new();
    BufReader::new(second.stderr.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.contains("waiting for another process"), "{line}");
    fs::remove_file(&slow).unwrap();

    assert!(first.wait().unwrap().success());
    assert!(second.wait().unwrap().success());
    assert_eq!(machine.builds().len(), 4);
}

#[test]
fn kubebuilder_assets_are_taken_as_they_are() {
    let machine = Machine::new();
    let assets = TempDir::new().unwrap();
    let with_assets =
        |argument: &str| machine.command(argument).env("KUBEBUILDER_ASSETS", assets.path()).output().unwrap();

    let words = stderr(&with_assets("build"));
    assert!(words.contains("there is no etcd in it") && words.contains("Unset the variable"), "{words}");

    let tools = Tools::ensure(&mut progress_on_stderr).unwrap();
    let link = |tool: &Path| symlink(tool, assets.path().join(tool.file_name().unwrap())).unwrap();
    [tools.etcd(), tools.kube_apiserver(), tools.kubectl()].into_iter().for_each(link);
    assert!(with_assets("build").status.success());

    // As in the archive of setup-envtest.
    let words = stderr(&with_assets("up"));
    assert!(words.contains("no kube-controller-manager") && words.contains("Unset the variable"), "{words}");
    assert_eq!(machine.builds(), Vec::<String>::new());
}
