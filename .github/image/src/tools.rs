//! Programs of others that Go builds, from the versions that `tools/go.sum` pins.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use kyklos_registry::digest::Digest;

use crate::run::run;

const PINS: &str = ".github/image/tools";

/// Syft or Grype: three minutes on two processors, once for each version that is pinned.
pub fn built(root: &Path, name: &str) -> Result<PathBuf> {
    let pins = root.join(PINS);
    let read = |file: &str| fs::read(pins.join(file)).with_context(|| format!("reading {PINS}/{file}"));
    let fingerprint = Digest::of(&[read("go.mod")?, read("go.sum")?].concat());
    let folder = root.join("target/tools").join(format!("{name}-{}", fingerprint.short()));
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    // Another process may be building it, too.
    let lock = File::create(folder.join("lock")).context("making a lock")?;
    lock.lock().context("waiting for a lock")?;
    let program = folder.join(name);
    if !program.is_file() {
        println!("Building {name}, once for each version of it: minutes");
        let mut go = Command::new("go");
        go.current_dir(&pins).env("CGO_ENABLED", "0").args(["build", "-trimpath", "-mod=readonly", "-ldflags=-s -w"]);
        run(go.arg("-o").arg(&program).arg(format!("github.com/anchore/{name}/cmd/{name}")))?;
    }
    Ok(program)
}
