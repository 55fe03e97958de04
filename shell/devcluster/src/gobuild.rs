//! Builds the pinned tools with Go, one process at a time, and says how far it is.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::tools::VERSION;
use crate::{Error, cache, component};

/// The oldest Go that builds this Kubernetes, as in `tools/go.mod`.
pub(crate) const GO: (u32, u32) = (1, 26);

/// A program and the Go package it is built from.
pub(crate) struct Tool {
    pub(crate) name: &'static str,
    package: &'static str,
}

pub(crate) const ETCD: Tool = Tool { name: "etcd", package: "go.etcd.io/etcd/server/v3" };
pub(crate) const KUBE_APISERVER: Tool =
    Tool { name: "kube-apiserver", package: "k8s.io/kubernetes/cmd/kube-apiserver" };
pub(crate) const KUBE_CONTROLLER_MANAGER: Tool =
    Tool { name: "kube-controller-manager", package: "k8s.io/kubernetes/cmd/kube-controller-manager" };
pub(crate) const KUBECTL: Tool = Tool { name: "kubectl", package: "k8s.io/kubernetes/cmd/kubectl" };

const TOOLS: [Tool; 4] = [ETCD, KUBE_APISERVER, KUBE_CONTROLLER_MANAGER, KUBECTL];

// In the library itself, so that it works without the source folder.
const GO_MOD: &str = include_str!("../tools/go.mod");
const GO_SUM: &str = include_str!("../tools/go.sum");

const POLL: Duration = Duration::from_millis(100);
const REPORT: Duration = Duration::from_secs(5);

/// Names the result of a build: what is pinned, and how it is linked.
pub(crate) fn key() -> String {
    cache::key(&[GO_MOD, GO_SUM, &linker_flags()])
}

/// Whether `folder` has every tool. They appear there complete, so being there is enough.
pub(crate) fn all_there(folder: &Path) -> bool {
    TOOLS.iter().all(|tool| folder.join(tool.name).is_file())
}

/// Builds what `folder` lacks.
pub(crate) fn build(folder: &Path, progress: &mut dyn FnMut(&str)) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(Error::file("making", folder))?;
    // Released when it goes out of scope, and by the system when the process is killed.
    let _lock = lock(folder, progress)?;
    if all_there(folder) {
        return Ok(());
    }
    remove_remains(folder);

    let scratch =
        tempfile::Builder::new().prefix(".build-").tempdir_in(folder).map_err(Error::file("using", folder))?;
    for (name, content) in [("go.mod", GO_MOD), ("go.sum", GO_SUM)] {
        let path = scratch.path().join(name);
        fs::write(&path, content).map_err(Error::file("writing", &path))?;
    }
    check_go(scratch.path())?;

    progress(&format!(
        "building etcd and Kubernetes {VERSION} with Go: about 8 minutes the first time, cached in {}",
        folder.display()
    ));
    let begin = Instant::now();
    for tool in TOOLS.iter().filter(|tool| !folder.join(tool.name).is_file()) {
        build_one(tool, scratch.path(), progress)?;
        let (from, to) = (scratch.path().join(tool.name), folder.join(tool.name));
        // In one step, so that nobody ever sees half a program.
        fs::rename(&from, &to).map_err(Error::file("making", &to))?;
    }
    progress(&format!("built in {} s", begin.elapsed().as_secs()));
    Ok(())
}

/// The right to build into `folder`; waits while another process has it.
fn lock(folder: &Path, progress: &mut dyn FnMut(&str)) -> Result<File, Error> {
    let path = folder.join(".lock");
    let file = File::create(&path).map_err(Error::file("making", &path))?;
    let begin = Instant::now();
    let mut reported: Option<Instant> = None;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(Error::file("locking", &path)(error)),
        }
        if reported.is_none_or(|at| at.elapsed() >= REPORT) {
            progress(&format!("waiting for another process that builds the tools: {} s", begin.elapsed().as_secs()));
            reported = Some(Instant::now());
        }
        thread::sleep(POLL);
    }
}

/// Takes away what a killed build left. Only the holder of the lock builds, so all of it is old.
fn remove_remains(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(".build-") {
            // Rubbish that stays is no reason not to build.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Whether there is a Go that can build this, asked where `go.mod` is: a Go that may download the toolchain it needs does.
fn check_go(folder: &Path) -> Result<(), Error> {
    let output = match go(folder).args(["env", "GOVERSION"]).output() {
        Ok(output) => output,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(Error::NoGo),
        Err(error) => return Err(Error::io("running go")(error)),
    };
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if !output.status.success() {
        return Err(Error::OldGo { found: said(&output.stderr) });
    }
    let found = said(&output.stdout);
    if is_old(&found) { Err(Error::OldGo { found }) } else { Ok(()) }
}

/// Whether this is a release before [`GO`]. Versions that aren't numbers are development builds, and new.
fn is_old(version: &str) -> bool {
    let mut numbers = version.trim_start_matches("go").split('.').map(str::parse::<u32>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => (major, minor) < GO,
        _ => false,
    }
}

/// `go` in `folder`, whatever the user's settings for their own projects are.
fn go(folder: &Path) -> Command {
    let mut command = Command::new("go");
    command.current_dir(folder).stdin(Stdio::null());
    command.env("CGO_ENABLED", "0").env("GOWORK", "off").env_remove("GOOS").env_remove("GOARCH");
    command
}

/// The version to tell: component-base has the server's, client-go the one in the user agent of clients.
fn linker_flags() -> String {
    let (base, client) = ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version");
    let mut numbers = VERSION.trim_start_matches('v').split('.');
    let (major, minor) = (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default());
    format!(
        "-s -w -X {base}.gitVersion={VERSION} -X {base}.gitMajor={major} -X {base}.gitMinor={minor} \
         -X {client}.gitVersion={VERSION}"
    )
}

fn build_one(tool: &Tool, folder: &Path, progress: &mut dyn FnMut(&str)) -> Result<(), Error> {
    let log = folder.join("log");
    let output = File::create(&log).map_err(Error::file("making", &log))?;
    let mut child = go(folder)
        .args(["build", "-trimpath", "-mod=readonly", "-buildvcs=false", "-ldflags", &linker_flags()])
        .args(["-o", tool.name, tool.package])
        .stdout(Stdio::null())
        .stderr(output)
        .spawn()
        .map_err(Error::io("running go"))?;
    let begin = Instant::now();
    let mut reported = begin;
    progress(&format!("building {}", tool.name));
    loop {
        if let Some(status) = child.try_wait().map_err(Error::io("waiting for go"))? {
            return if status.success() {
                Ok(())
            } else {
                Err(Error::Build { tool: tool.name, output: component::tail(&log) })
            };
        }
        if reported.elapsed() >= REPORT {
            progress(&format!("building {}: {} s", tool.name, begin.elapsed().as_secs()));
            reported = Instant::now();
        }
        thread::sleep(POLL);
    }
}

#[cfg(test)]
mod tests {
    use super::{GO, GO_MOD, is_old};
    use crate::tools::VERSION;

    #[test]
    fn versions_of_go() {
        assert!(is_old("go1.25.9") && is_old("go1.4"));
        assert!(!is_old("go1.26.0") && !is_old("go1.27rc1") && !is_old("go2.0") && !is_old("devel +abc"));
    }

    #[test]
    fn the_constants_say_what_go_mod_pins() {
        assert!(GO_MOD.contains(&format!("\ngo {}.{}.", GO.0, GO.1)));
        assert!(GO_MOD.contains(&format!("k8s.io/kubernetes {VERSION} ")));
        let staging = VERSION.replacen("v1.", "v0.", 1);
        assert_eq!(GO_MOD.matches(&format!(" {staging} //")).count(), 33, "all staging modules at {staging}");
    }
}
