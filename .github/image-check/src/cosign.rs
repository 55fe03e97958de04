//! cosign, where the machine has none: Debian's, unpacked into a folder and not installed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use kyklos_image::run::{exists, output, run};

/// The release of Debian that has a cosign without known faults.
const SUITE: &str = "forky";
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// The program: that of the PATH, or one in `work`, which apt gets and checks. One that takes a forged entry of the public
/// log for an image's (GHSA-whqx-f9j3-ch6m) is refused.
pub(crate) fn ensure(work: &Path) -> Result<PathBuf> {
    let (program, version) = if exists("cosign") {
        let program = PathBuf::from("cosign");
        let version = version(&program)?;
        (program, version)
    } else {
        of_debian(work)?
    };
    ensure!(is_sound(&version), "this is cosign {version}; right would be 2.6.2 and newer, or 3.0.4 and newer");
    println!("cosign is {version}");
    Ok(program)
}

/// What it says; or Debian, whose own says that it is one of a developer.
fn version(program: &Path) -> Result<String> {
    let said = output(Command::new(program).args(["version", "--json"]))?;
    let said: serde_json::Value = serde_json::from_str(&said).context("what `cosign version --json` says")?;
    let version = said.get("gitVersion").and_then(serde_json::Value::as_str).unwrap_or_default();
    if version == "devel" {
        return output(Command::new("dpkg-query").args(["--show", "--showformat", "${Version}", "cosign"]));
    }
    Ok(version.to_owned())
}

/// Whether a version has the fault mended.
fn is_sound(version: &str) -> bool {
    let numbers: Vec<u32> =
        version.trim_start_matches('v').split(['.', '-', '+', '~']).map_while(|part| part.parse().ok()).collect();
    match numbers.as_slice() {
        [2, rest @ ..] => rest >= &[6, 2][..],
        numbers => numbers >= &[3, 0, 4][..],
    }
}

fn of_debian(work: &Path) -> Result<(PathBuf, String)> {
    let folder = work.join(format!("cosign-{SUITE}"));
    let (program, version) = (folder.join("usr/bin/cosign"), folder.join("version"));
    if let (true, Ok(known)) = (program.is_file(), fs::read_to_string(&version)) {
        return Ok((program, known));
    }
    if !(exists("apt-get") && exists("dpkg-deb") && Path::new(KEYRING).is_file()) {
        bail!(
            "there is no `cosign` on the PATH, and this is no Debian that could get it: see https://docs.sigstore.dev"
        );
    }
    println!("Getting cosign from Debian {SUITE}");
    let apt = Apt::prepare(work)?;
    run(&mut apt.get(&["--quiet", "update"]))?;
    run(&mut apt.get(&["--quiet", "download", "cosign"]))?;
    let package = apt.downloaded()?;
    run(Command::new("dpkg-deb").arg("--extract").arg(&package).arg(&folder))?;
    ensure!(program.is_file(), "Debian's package has no {}", program.display());
    let known = output(Command::new("dpkg-deb").arg("--field").arg(&package).arg("Version"))?.trim().to_owned();
    fs::write(&version, &known).with_context(|| format!("writing {}", version.display()))?;
    Ok((program, known))
}

/// An apt with folders of its own, so that the machine's isn't touched.
struct Apt {
    folder: PathBuf,
}

impl Apt {
    fn prepare(work: &Path) -> Result<Apt> {
        let apt = Apt { folder: work.join("apt") };
        for folder in ["lists/partial", "cache/archives/partial"] {
            fs::create_dir_all(apt.folder.join(folder)).context("making apt's folders")?;
        }
        let source = format!("deb [signed-by={KEYRING}] http://deb.debian.org/debian {SUITE} main\n");
        fs::write(apt.folder.join("sources.list"), source).context("writing apt's sources")?;
        let at = |name: &str| apt.folder.join(name).display().to_string();
        let configuration = format!(
            "Dir::State::lists \"{}\";\nDir::Cache \"{}\";\nDir::Etc::sourcelist \"{}\";\nDir::Etc::sourceparts \"/dev/null\";\n\
             APT::Sandbox::User \"root\";\n",
            at("lists"),
            at("cache"),
            at("sources.list")
        );
        fs::write(apt.folder.join("apt.conf"), configuration).context("writing apt's configuration")?;
        Ok(apt)
    }

    fn get(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("apt-get");
        command.current_dir(&self.folder).env("APT_CONFIG", self.folder.join("apt.conf")).args(arguments);
        command
    }

    fn downloaded(&self) -> Result<PathBuf> {
        let entries = fs::read_dir(&self.folder).context("reading apt's folder")?;
        let mut files = entries.filter_map(|entry| Some(entry.ok()?.path()));
        files.find(|file| file.extension().is_some_and(|end| end == "deb")).context("apt has downloaded nothing")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_with_the_known_fault_are_told_from_others() {
        for sound in ["v2.6.2", "v2.10.0", "v3.0.4", "v3.1.1-2", "3.1.1", "v4.0.0"] {
            assert!(is_sound(sound), "{sound}");
        }
        for faulty in ["v2.5.3", "v2.6.1", "v3.0.3", "v3.0.0-rc1", "", "devel", "unknown"] {
            assert!(!is_sound(faulty), "{faulty}");
        }
    }

    /// The workflows' is told to the action that installs it.
    #[test]
    fn the_workflows_install_one_that_is_sound() {
        let folder = kyklos_image::root().unwrap().join(".github/workflows");
        let mut seen = 0;
        for entry in fs::read_dir(folder).unwrap() {
            let text = fs::read_to_string(entry.unwrap().path()).unwrap();
            let installed = text.matches("uses: sigstore/cosign-installer@").count();
            let versions: Vec<_> =
                text.lines().filter_map(|line| line.trim().strip_prefix("cosign-release: ")).collect();
            assert_eq!(versions.len(), installed);
            assert!(versions.iter().all(|version| is_sound(version)), "{versions:?}");
            seen += installed;
        }
        assert!(seen > 0);
    }
}
