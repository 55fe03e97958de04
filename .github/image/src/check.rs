//! Everything about the image that can be tried on one machine, as the workflows do it: build, measure, publish, sign,
//! verify, copy; and that what should fail does.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use kyklos_registry::source::Image;
use kyklos_registry::version::CHECKED_OUT;
use tempfile::TempDir;

use crate::builder::{Bases, Build, PLATFORMS, build_platform};
use crate::figures::Figures;
use crate::layout::Built;
use crate::registry::LocalRegistry;
use crate::release::Release;
use crate::run::{in_words, output, run};
use crate::sign::Signing;
use crate::{advisories, cosign, documented, sbom, start};

/// For a checkout without history: a commit's name and time have to be in the labels.
const NO_COMMIT: &str = "0000000000000000000000000000000000000000";
const NO_TIME: i64 = 1_767_225_600;

/// What all parts of the check share.
struct Check<'a> {
    root: &'a Path,
    work: PathBuf,
    bases: Bases,
    /// That of the release which this checkout would be.
    tag: String,
}

/// Runs all of it, the cheapest first.
pub(crate) fn all(root: &Path, bases: Bases) -> Result<()> {
    let check = Check { root, work: root.join("target/image"), bases, tag: format!("v{CHECKED_OUT}") };
    check.of_this_checkout()?;
    let build = check.build("layout");
    let digest = build.run(root)?;
    println!("The index is {digest}");
    let built = Built::read(&check.work.join("layout"))?;
    check.labelled(&build)?;
    check.same_again(&build, &built)?;
    check.on_scratch(&build)?;
    let binaries = check.figures(&built)?;
    advisories::try_out(root, &check.work, &binaries)?;
    let sboms = check.work.join("sbom");
    sbom::write(&built, &sboms)?;
    check.published(&built, &sboms)
}

impl Check<'_> {
    fn build(&self, out: &str) -> Build {
        let git = |arguments: &[&str]| output(Command::new("git").current_dir(self.root).args(arguments)).ok();
        let revision = git(&["rev-parse", "HEAD"]).map(|text| text.trim().to_owned());
        Build {
            bases: self.bases,
            scratch: false,
            version: Some(self.tag.clone()),
            // Also where something is changed: this image goes nowhere.
            revision: Some(revision.clone().unwrap_or_else(|| NO_COMMIT.to_owned())),
            epoch: if revision.is_some() { None } else { Some(NO_TIME) },
            no_cache: false,
            out: self.work.join(out),
            round: 1,
            platforms: PLATFORMS.map(str::to_owned).to_vec(),
        }
    }

    /// A tag that isn't this checkout's version ends a release before anything is built.
    fn of_this_checkout(&self) -> Result<()> {
        self.registry(&["tags", "--checked-out"], &["--tag", &self.tag])?;
        let wrong = ["--version", "v999.0.0"];
        let because = "is not the version of this checkout";
        self.refused(because, &self.cargo("image", &["build"], &wrong))?;
        self.refused(because, &self.cargo("registry", &["tags", "--checked-out"], &["--tag", "v999.0.0"]))
    }

    /// The labels are this build's, whatever a builder remembers of another.
    fn labelled(&self, build: &Build) -> Result<()> {
        let layout = build.out.display().to_string();
        let revision = build.revision.as_deref().unwrap_or(NO_COMMIT);
        self.registry(&["verify", "--layout", &layout], &["--revision", revision, "--version", &self.tag])
    }

    /// Compiles the code a second time, for the platform of this machine, and compares what comes out. A minute or two, so
    /// once for each digest.
    fn same_again(&self, build: &Build, built: &Built) -> Result<()> {
        let (proven, index) = (self.work.join("proven"), built.image.index.digest.to_string());
        if fs::read_to_string(&proven).is_ok_and(|known| known == index) {
            println!("It was built twice before, with this digest");
            return Ok(());
        }
        let (platform, out) = (build_platform()?, self.work.join("again"));
        Build { round: 2, platforms: vec![platform.clone()], out: out.clone(), ..build.clone() }.run(self.root)?;
        let of = |built: &Built| {
            let program = built.programs.iter().find(|program| program.platform == platform);
            program.map(|program| program.digest.clone()).with_context(|| format!("the index has no {platform}"))
        };
        let (first, second) = (of(built)?, of(&Built::read(&out)?)?);
        ensure!(first == second, "built again from the same sources {platform} is {second}, and was {first}");
        println!("Compiled again, {platform} is {first} as before");
        fs::write(&proven, index).with_context(|| format!("writing {}", proven.display()))
    }

    /// The other base: nothing.
    fn on_scratch(&self, build: &Build) -> Result<()> {
        let out = self.work.join("scratch");
        let scratch = Build { scratch: true, out: out.clone(), ..build.clone() };
        scratch.run(self.root)?;
        self.registry(&["verify", "--layout"], &[&out.display().to_string()])?;
        let built = Built::read(&out)?;
        for child in &built.image.platforms {
            let layers = child.content.layers().len();
            ensure!(layers == 1, "{} on scratch has {layers} layers, and should have the binary's", child.platform);
        }
        Ok(())
    }

    /// Measures, and returns the binaries.
    fn figures(&self, built: &Built) -> Result<Vec<PathBuf>> {
        let files = built.extract(&self.work.join("bin"))?;
        let programs = built.programs.iter().zip(&files);
        let programs: Vec<_> = programs.map(|(program, file)| (program.platform.clone(), file.as_path())).collect();
        let figures = Figures::of(built, start::measure(&programs, &self.work)?);
        println!("\n{}\n", figures.table());
        figures.check()?;
        Ok(files)
    }

    /// The way of a release, on a real registry of this machine: there by its digest, signed, verified, and only then
    /// under its tags.
    fn published(&self, built: &Built, sboms: &Path) -> Result<()> {
        let registry = LocalRegistry::start(&self.work)?;
        let repository = registry.repository("kyklos/kyklos");
        let digest = built.image.index.digest.to_string();
        let (image, tagged) = (format!("{repository}@{digest}"), format!("{repository}:{}", self.tag));
        let layout = self.work.join("layout").display().to_string();
        let publish = ["publish", "--layout", &layout, "--to", &repository];
        self.refused("right would be `999.0.0`", &self.cargo("registry", &publish, &["--tag", "v999.0.0"]))?;
        self.registry(&publish, &["--tag", &self.tag, "--without-tags"])?;
        self.refused("there is no", &self.cargo("registry", &["verify", "--unsigned"], &[&tagged]))?;
        self.registry(&["verify", "--unsigned"], &[&image])?;
        self.refused("none speaks of", &self.cargo("registry", &["verify"], &[&image]))?;
        let (signing, _keys) = self.signed(&built.image, &repository, sboms)?;
        self.registry(&["verify", &image], &["--version", &self.tag])?;
        self.registry(&publish, &["--tag", &self.tag])?;
        let digests = self.work.join("digests.md");
        self.registry(&["verify", &tagged], &["--notes", &digests.display().to_string()])?;
        self.release(digests, &repository)?;
        documented::check_one(&self.work.join("release/NOTES.md"), 1, &self.work, &signing, &self.tag)?;
        self.copied(&registry, &repository, &digest)
    }

    /// Signs, and verifies by our own commands and by those of the documents. Returns what others verify with, and where
    /// that is as long as the folder is held.
    fn signed(&self, image: &Image, repository: &str, sboms: &Path) -> Result<(Signing, TempDir)> {
        let program = cosign::ensure(&self.work)?;
        let keys = tempfile::Builder::new().prefix("keys-").tempdir_in(&self.work).context("making a folder")?;
        let reference = format!("{repository}@{}", image.index.digest);
        let signing = |key: &Path| -> Result<Signing> {
            Ok(Signing { image: reference.parse()?, key: Some(key.to_path_buf()), cosign: program.clone() })
        };
        let (private, public) = key_pair(&program, keys.path(), "ours")?;
        let (_, another) = key_pair(&program, keys.path(), "another")?;
        let builder = "https://github.com/kyklos/kyklos/tree/main/.github/image";
        signing(&private)?.sign(sboms, builder, &self.work)?;
        signing(&public)?.check()?;
        println!("Signatures, SBOMs and provenance are those of the key");
        let error = signing(&another)?.check().err().context("another key's signature was accepted")?;
        println!("As it should, it fails for another key: {}", last_line(&format!("{error:#}")));
        let public = signing(&public)?;
        documented::check(self.root, &self.work, &public, &self.tag)?;
        let error = documented::check(self.root, &self.work, &signing(&another)?, &self.tag).err();
        error.map(drop).context("by the commands of the documents another key's signature was accepted")?;
        Ok((public, keys))
    }

    fn release(&self, digests: PathBuf, repository: &str) -> Result<()> {
        let release = Release {
            tag: self.tag.clone(),
            digests,
            layout: self.work.join("layout"),
            repository: repository.to_owned(),
            out: self.work.join("release"),
            is_a_try: true,
        };
        release.write(self.root)
    }

    /// A copy to another repository has the same digest: ours, which takes the signatures along, and that of a tool which
    /// isn't ours.
    fn copied(&self, registry: &LocalRegistry, repository: &str, digest: &str) -> Result<()> {
        let second = registry.repository("second/kyklos");
        self.registry(&["copy", &self.tag], &["--from", repository, "--to", &second])?;
        self.registry(&["verify"], &[&format!("{second}:{}", self.tag)])?;
        let copy = format!("{}:{}", registry.repository("third/kyklos"), self.tag);
        let plain = ["--src-tls-verify=false", "--dest-tls-verify=false"];
        let (from, to) = (format!("docker://{repository}@{digest}"), format!("docker://{copy}"));
        run(Command::new("skopeo")
            .args(["copy", "--quiet", "--all", "--preserve-digests"])
            .args(plain)
            .args([from, to]))?;
        let inspect = ["inspect", "--tls-verify=false", "--format", "{{.Digest}}", "--override-os", "linux"];
        let found = output(Command::new("skopeo").args(inspect).arg(format!("docker://{copy}")))?;
        ensure!(found.trim() == digest, "skopeo's copy is {}, and should be {digest}", found.trim());
        println!("Copied by skopeo, it has the same digest");
        Ok(())
    }

    /// A command that must fail, and say why.
    fn refused(&self, because: &str, command: &Command) -> Result<()> {
        let mut command = copy_of(command);
        let found = command.output().with_context(|| format!("running `{}`", in_words(&command)))?;
        let said = String::from_utf8_lossy(&found.stdout).into_owned() + &String::from_utf8_lossy(&found.stderr);
        ensure!(!found.status.success(), "`{}` should fail, and say: {because}", in_words(&command));
        ensure!(said.contains(because), "`{}` fails for another reason:\n{said}", in_words(&command));
        println!("As it should, `{}` fails: {because}", in_words(&command));
        Ok(())
    }

    fn registry(&self, first: &[&str], rest: &[&str]) -> Result<()> {
        run(&mut self.cargo("registry", first, rest))
    }

    fn cargo(&self, alias: &str, first: &[&str], rest: &[&str]) -> Command {
        let mut command = Command::new("cargo");
        command.current_dir(self.root).arg(alias).args(first).args(rest);
        command
    }
}

fn key_pair(cosign: &Path, folder: &Path, name: &str) -> Result<(PathBuf, PathBuf)> {
    let mut command = Command::new(cosign);
    command.current_dir(folder).env("COSIGN_PASSWORD", "");
    run(command.args(["generate-key-pair", "--output-key-prefix", name]))?;
    Ok((folder.join(format!("{name}.key")), folder.join(format!("{name}.pub"))))
}

fn copy_of(command: &Command) -> Command {
    let mut copy = Command::new(command.get_program());
    copy.args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        copy.current_dir(folder);
    }
    copy
}

fn last_line(text: &str) -> &str {
    text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default()
}
