//! cosign, where the machine has none: Debian's, unpacked into a folder and not installed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::run::{exists, run};

/// The release of Debian that has the cosign whose signatures every verifier knows (2.x).
const SUITE: &str = "trixie";
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// The program: that of the PATH, or one in `work`, which apt gets and checks.
pub(crate) fn ensure(work: &Path) -> Result<PathBuf> {
    if exists("cosign") {
        return Ok(PathBuf::from("cosign"));
    }
    let folder = work.join(format!("cosign-{SUITE}"));
    let program = folder.join("usr/bin/cosign");
    if program.is_file() {
        return Ok(program);
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
    run(Command::new("dpkg-deb").arg("--extract").arg(package).arg(&folder))?;
    ensure!(program.is_file(), "Debian's package has no {}", program.display());
    Ok(program)
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
