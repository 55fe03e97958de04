//! Everything about the image that can be tried on one machine, as the workflows do it: build, measure, publish, sign,
//! verify, copy; and that what should fail does.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use kyklos_image::builder::Build;
use kyklos_image::figures::Figures;
use kyklos_image::layout::Built;
use kyklos_image::release::Release;
use kyklos_image::run::{in_words, output, run};
use kyklos_image::sbom;
use kyklos_registry::source::Image;
use kyklos_registry::version::CHECKED_OUT;

use crate::documented::Published;
use crate::identity::{Authority, Claims};
use crate::registry::LocalRegistry;
use crate::stand_in::{self, Bases, StandIns};
use crate::{admission, advisories, cosign, documented, sign};

/// For a checkout without history: a commit's name and time have to be in the labels.
const NO_COMMIT: &str = "0000000000000000000000000000000000000000";
const NO_TIME: i64 = 1_767_225_600;

/// What all parts of the check share.
struct Check<'a> {
    root: &'a Path,
    work: PathBuf,
    stand_ins: Option<StandIns>,
    /// That of the release which this checkout would be.
    tag: String,
    /// Where `kyklos-image` and `kyklos-registry` are, as they are handed over to a workflow's jobs.
    programs: PathBuf,
}

/// Runs all of it, the cheapest first.
pub(crate) fn all(root: &Path, bases: Bases, twice: bool, sbom: bool) -> Result<()> {
    let work = root.join("target/image");
    fs::create_dir_all(&work).with_context(|| format!("making {}", work.display()))?;
    let stand_ins = stand_in::of(bases, root, &work)?;
    let check = Check { root, work, stand_ins, tag: format!("v{CHECKED_OUT}"), programs: programs(root)? };
    check.of_this_checkout()?;
    let build = check.build("layout");
    let digest = build.run(root)?;
    println!("The index is {digest}");
    let built = Built::read(&check.work.join("layout"))?;
    check.labelled(&build)?;
    if twice {
        check.same_again(&build, &built)?;
    }
    check.on_scratch(&build)?;
    let binaries = check.figures(&built)?;
    advisories::try_out(root, &check.work, &binaries)?;
    admission::here()?;
    check.sboms(&built, sbom)?;
    check.published(&built)
}

/// Builds the programs that are tried, beside this one. All three at once, so that cargo gives what they share the features
/// that it has compiled already, and not once more those of each.
fn programs(root: &Path) -> Result<PathBuf> {
    let build = ["build", "--quiet", "--locked", "--package", env!("CARGO_PKG_NAME")];
    let others = ["--package", "kyklos-image", "--package", "kyklos-registry"];
    let mut cargo = Command::new("cargo");
    cargo.current_dir(root).args(build).args(others);
    // Build scripts watch what the cargo that runs us says of this package, and would run again.
    let of_a_package = |name: &str| name.starts_with("CARGO_MANIFEST_") || name.starts_with("CARGO_PKG_");
    std::env::vars_os().filter(|(name, _)| of_a_package(&name.to_string_lossy())).for_each(|(name, _)| {
        cargo.env_remove(name);
    });
    run(&mut cargo)?;
    let own = std::env::current_exe().context("looking for this program")?;
    own.parent().map(Path::to_path_buf).context("this program is in no folder")
}

impl Check<'_> {
    fn build(&self, out: &str) -> Build {
        let git = |arguments: &[&str]| output(Command::new("git").current_dir(self.root).args(arguments)).ok();
        let revision = git(&["rev-parse", "HEAD"]).map(|text| text.trim().to_owned());
        Build {
            instead: self.stand_ins.as_ref().map(|made| made.instead.clone()),
            platforms: Vec::new(),
            recorded: false,
            scratch: false,
            version: Some(self.tag.clone()),
            // Also where something is changed: this image goes nowhere.
            revision: Some(revision.clone().unwrap_or_else(|| NO_COMMIT.to_owned())),
            epoch: if revision.is_some() { None } else { Some(NO_TIME) },
            no_cache: false,
            out: self.work.join(out),
            round: 1,
        }
    }

    /// A tag that isn't this checkout's version ends a release before anything is built.
    fn of_this_checkout(&self) -> Result<()> {
        self.registry(&["tags", "--checked-out"], &["--tag", &self.tag])?;
        let wrong = ["--version", "v999.0.0"];
        let because = "is not the version of this checkout";
        self.refused(because, &self.program("kyklos-image", &["build"], &wrong))?;
        self.refused(because, &self.program("kyklos-registry", &["tags", "--checked-out"], &["--tag", "v999.0.0"]))
    }

    /// The labels are this build's, whatever a builder remembers of another.
    fn labelled(&self, build: &Build) -> Result<()> {
        let layout = build.out.display().to_string();
        let revision = build.revision.as_deref().unwrap_or(NO_COMMIT);
        self.registry(&["verify", "--layout", &layout], &["--revision", revision, "--version", &self.tag])
    }

    /// Compiles the code a second time, for all platforms, and compares what comes out.
    fn same_again(&self, build: &Build, built: &Built) -> Result<()> {
        let again = Build { round: 2, out: self.work.join("again"), ..build.clone() };
        let (first, second) = (built.image.index.digest.to_string(), again.run(self.root)?);
        ensure!(first == second, "built again from the same sources the index is {second}, and was {first}");
        println!("Compiled again, the index is {first} as before");
        Ok(())
    }

    /// Syft's, or a document in its place that says no more than what it is, for cosign to attest.
    fn sboms(&self, built: &Built, by_syft: bool) -> Result<()> {
        let folder = self.work.join("sbom");
        if by_syft {
            return sbom::write(self.root, &self.work.join("layout"), &folder).map(drop);
        }
        fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
        for program in &built.programs {
            let file = sbom::file(&folder, &program.architecture());
            let text = "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"version\":1,\"components\":[]}\n";
            fs::write(&file, text).with_context(|| format!("writing {}", file.display()))?;
        }
        println!("Not tried here: Syft, which `--sbom` has write the SBOMs, as a release does");
        Ok(())
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
        let figures = Figures::of(built, crate::starts(built, &self.work)?);
        println!("\n{}\n", figures.table());
        figures.check()?;
        Ok(files)
    }

    /// The way of a release, on a real registry of this machine: there by its digest, signed, verified, and only then
    /// under its tags.
    fn published(&self, built: &Built) -> Result<()> {
        let registry = LocalRegistry::start(&self.work)?;
        let repository = registry.repository("kyklos/kyklos");
        let digest = built.image.index.digest.to_string();
        let (image, tagged) = (format!("{repository}@{digest}"), format!("{repository}:{}", self.tag));
        let layout = self.work.join("layout").display().to_string();
        let publish = ["publish", "--layout", &layout, "--to", &repository];
        self.refused("right would be `999.0.0`", &self.program("kyklos-registry", &publish, &["--tag", "v999.0.0"]))?;
        self.registry(&publish, &["--tag", &self.tag, "--without-tags"])?;
        self.refused("there is no", &self.program("kyklos-registry", &["verify", "--unsigned"], &[&tagged]))?;
        self.registry(&["verify", "--unsigned"], &[&image])?;
        self.refused("none speaks of", &self.program("kyklos-registry", &["verify"], &[&image]))?;
        let published = self.signed(&built.image, &repository)?;
        self.registry(&["verify", &image], &["--version", &self.tag])?;
        self.registry(&publish, &["--tag", &self.tag])?;
        let digests = self.work.join("digests.md");
        self.registry(&["verify", &tagged], &["--as-anybody", "--notes", &digests.display().to_string()])?;
        self.release(digests)?;
        documented::check_one(&self.notes(), (1, 1), &self.work, &published, &self.tag)?;
        self.others_are_refused(&registry, (&repository, &built.image), &published)?;
        self.copied(&registry, &repository, &digest)
    }

    fn notes(&self) -> PathBuf {
        self.work.join("release/NOTES.md")
    }

    /// Signs by the commands of the release, as the release workflow of this version, and verifies by those of the documents.
    fn signed(&self, image: &Image, repository: &str) -> Result<Published> {
        let cosign = cosign::ensure(&self.work)?;
        let authority = Authority::new(&self.work.join("authority"))?;
        let signer = authority.signer(&cosign, "release", &Claims::of_release(&self.tag))?;
        sign::run(self.root, &self.work, &cosign, (repository, image), &signer)?;
        let reference = format!("{repository}@{}", image.index.digest).parse()?;
        let published = Published { image: reference, cosign, authority: Some(authority.roots()) };
        documented::check(self.root, &self.work, &published, &self.tag)?;
        // Trusted by nobody: another CA, with the same claims.
        let another = Authority::new(&self.work.join("another-authority"))?.roots();
        let error = documented::check(
            self.root,
            &self.work,
            &Published { authority: Some(another), image: published.image.clone(), cosign: published.cosign.clone() },
            &self.tag,
        );
        let error = error.err().context("a certificate of another CA was accepted")?;
        println!("As it should, it fails for another CA: {}", last_line(&format!("{error:#}")));
        Ok(published)
    }

    /// Signed by anybody else, by every way that the documents tell it is refused.
    fn others_are_refused(
        &self,
        registry: &LocalRegistry,
        (repository, image): (&str, &Image),
        published: &Published,
    ) -> Result<()> {
        let authority = Authority::new(&self.work.join("others-authority"))?;
        let documents = [documented::documents(self.root), vec![self.notes()]].concat();
        for (number, (who, claims)) in Claims::of_others(&self.tag).into_iter().enumerate() {
            let place = registry.repository(&format!("others/{number}"));
            let digest = &image.index.digest;
            skopeo_copy(&format!("{repository}@{digest}"), &format!("{place}:copy"))?;
            let signer = authority.signer(&published.cosign, &format!("other-{number}"), &claims)?;
            sign::run(self.root, &self.work, &published.cosign, (&place, image), &signer)?;
            let image = format!("{place}@{digest}").parse()?;
            let other = Published { image, cosign: published.cosign.clone(), authority: Some(authority.roots()) };
            let [signatures, sboms] = documented::refuse(&documents, &self.work, &other, &self.tag)?;
            ensure!(signatures > 0 && sboms > 0, "no document says how to verify a signature, or an SBOM");
            println!("As it should, {signatures} ways to verify a signature and {sboms} for an SBOM refuse {who}");
        }
        Ok(())
    }

    /// As it would be announced, with the names that a release has.
    fn release(&self, digests: PathBuf) -> Result<()> {
        let release = Release {
            tag: self.tag.clone(),
            digests,
            layout: self.work.join("layout"),
            sboms: self.work.join("sbom"),
            sizes: None,
            figures: None,
            repository: documented::REPOSITORY.to_owned(),
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
        skopeo_copy(&format!("{repository}@{digest}"), &copy)?;
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
        run(&mut self.program("kyklos-registry", first, rest))
    }

    fn program(&self, name: &str, first: &[&str], rest: &[&str]) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command.current_dir(self.root).args(first).args(rest);
        command
    }
}

fn skopeo_copy(from: &str, to: &str) -> Result<()> {
    let plain = ["--src-tls-verify=false", "--dest-tls-verify=false"];
    let (from, to) = (format!("docker://{from}"), format!("docker://{to}"));
    run(Command::new("skopeo").args(["copy", "--quiet", "--all", "--preserve-digests"]).args(plain).args([from, to]))
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
