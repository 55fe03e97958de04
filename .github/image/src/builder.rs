//! Runs the Dockerfile with Buildah, for all platforms, into an OCI layout.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use clap::Args;
use kyklos_registry::verify::PLATFORMS;
use kyklos_registry::version::check_checked_out;

use crate::annotate::annotate;
use crate::run::{in_words, output, run};

/// The platforms that an index holds only when it is asked for them, and what the Dockerfile calls each. In the end they come into
/// the list of those that it always holds.
pub const PLANNED: [(&str, &str); 3] =
    [("linux/arm/v7", "arm"), ("linux/riscv64", "riscv64"), ("linux/ppc64le", "ppc64le")];
/// Which Buildah builds what is published, by its version: another writes the same image differently. Outside of what the image is built from.
const RECORDED: &str = ".github/buildah.txt";

/// What Buildah calls it.
const NAME: &str = "localhost/kyklos:built";

/// What takes the place of the images that the Dockerfile starts from, for a machine that reaches no image registry.
#[derive(Clone, Debug)]
pub struct Instead {
    /// For CONTAINERS_REGISTRIES_CONF.
    pub registries: PathBuf,
    /// Arguments of the Dockerfile.
    pub arguments: Vec<(String, String)>,
    /// Files that the build sees, and where.
    pub files: Vec<(PathBuf, String)>,
}

/// What is built, and as what. The defaults are those of a build by hand: the commit that is checked out.
#[derive(Clone, Debug, Args)]
pub struct Build {
    /// Where the base images come from, if not from where the Dockerfile says
    #[arg(skip)]
    pub instead: Option<Instead>,
    /// A platform that the index is to have, of those that are planned as well; repeated, all of them [default: linux/amd64
    /// and linux/arm64]
    #[arg(long = "platform", value_name = "PLATFORM")]
    pub platforms: Vec<String>,
    /// Build by no other Buildah than the one that `.github/buildah.txt` has, as what is published is: another writes the same
    /// image differently
    #[arg(long)]
    pub recorded: bool,
    /// Build on nothing at all instead of on distroless/static
    #[arg(long)]
    pub scratch: bool,
    /// The version in the labels, or the tag of its release: that of Cargo.toml, or nothing is built [default: the
    /// Dockerfile's, for what is no release]
    #[arg(long)]
    pub version: Option<String>,
    /// The commit in the labels [default: the one that is checked out, if nothing is changed]
    #[arg(long)]
    pub revision: Option<String>,
    /// The seconds since 1970 in the labels [default: the commit's time]
    #[arg(long, env = "SOURCE_DATE_EPOCH")]
    pub epoch: Option<i64>,
    /// Build all of it again, whatever was built before
    #[arg(long)]
    pub no_cache: bool,
    /// The folder of the OCI layout
    #[arg(long, value_name = "FOLDER", default_value = "target/image/layout")]
    pub out: PathBuf,
    /// Compile the code again as this round: the result must not differ
    #[arg(long, hide = true, default_value_t = 1)]
    pub round: u32,
}

impl Build {
    /// Builds, and returns the digest of the index.
    pub fn run(&self, root: &Path) -> Result<String> {
        if let Some(version) = &self.version {
            check_checked_out(version).context("--version")?;
        }
        let out = root.join(&self.out);
        let work = out.parent().context("the layout needs a folder")?;
        fs::create_dir_all(work).with_context(|| format!("making {}", work.display()))?;
        // Another version may write the same image differently.
        let version = output(Command::new("buildah").arg("--version"))?;
        println!("{}", version.trim());
        if self.recorded {
            check_recorded(root, &version)?;
        }
        let platforms = self.platforms()?;
        // What an earlier build left; there may be nothing.
        let _ = output(Command::new("buildah").args(["manifest", "rm", NAME]));
        // One after the other, so that the index has them in this order, whichever takes longer.
        for platform in &platforms {
            run(self.bud(root, platform)?.arg("."))?;
        }
        if out.exists() {
            fs::remove_dir_all(&out).with_context(|| format!("removing {}", out.display()))?;
        }
        run(Command::new("buildah")
            .args(["manifest", "push", "--all", "--quiet", "--rm", "--format", "oci"])
            .args([NAME, &format!("oci:{}:kyklos", out.display())]))?;
        Ok(annotate(&out)?.to_string())
    }

    /// What the index is to have.
    fn platforms(&self) -> Result<Vec<String>> {
        if self.platforms.is_empty() {
            return Ok(PLATFORMS.map(str::to_owned).to_vec());
        }
        let known: Vec<_> = PLATFORMS.into_iter().chain(PLANNED.map(|(name, _)| name)).collect();
        for asked in &self.platforms {
            let once = self.platforms.iter().filter(|other| *other == asked).count() == 1;
            ensure!(once, "--platform {asked} is said twice; once would be right");
            ensure!(
                known.contains(&asked.as_str()),
                "--platform `{asked}` can't be built; right would be of {}",
                known.join(", ")
            );
        }
        Ok(self.platforms.clone())
    }

    /// Buildah for one platform, which comes last in the list of the image.
    fn bud(&self, root: &Path, platform: &str) -> Result<Command> {
        let mut command = Command::new("buildah");
        command.current_dir(root).args(["bud", "--isolation", "chroot", "--format", "oci", "--identity-label=false"]);
        command.args(["--platform", platform, "--manifest", NAME]);
        // Stages that need nothing of each other side by side: one compiles a tool while another gets compilers.
        command.args(["--jobs", "3"]);
        command.arg(if self.no_cache { "--no-cache" } else { "--layers" });
        // Newer versions take it from the environment beside the next option, and find the two ambiguous.
        command.env_remove("SOURCE_DATE_EPOCH");
        // Always the same: a layer that an earlier commit made has the time of that commit's, a new one this commit's.
        command.args(["--timestamp", "0"]);
        // Said although it is the default: Buildah 1.28 finds a stage by a name with an argument in it only so.
        let base = if self.scratch { "scratch" } else { "distroless" };
        let own = [("BUILDPLATFORM", build_platform()?), ("ROUND", self.round.to_string()), ("BASE", base.to_owned())];
        let mut arguments: Vec<_> = own.map(|(name, value)| (name.to_owned(), value)).to_vec();
        // Not said where there are none, so that what was built before they could be asked for is still known.
        let planned = PLANNED.iter().filter(|(name, _)| self.platforms.iter().any(|asked| asked == name));
        let planned: Vec<_> = planned.map(|(_, name)| *name).collect();
        if !planned.is_empty() {
            arguments.push(("PLANNED".to_owned(), planned.join(" ")));
        }
        if let Some(instead) = &self.instead {
            command.env("CONTAINERS_REGISTRIES_CONF", &instead.registries);
            arguments.extend(instead.arguments.iter().cloned());
            for (file, place) in &instead.files {
                command.arg("--volume").arg(format!("{}:{place}:ro", file.display()));
            }
        }
        for (name, value) in arguments {
            command.args(["--build-arg", &format!("{name}={value}")]);
        }
        for (name, value) in self.labels(root)? {
            command.args(["--label", &format!("org.opencontainers.image.{name}={value}")]);
        }
        Ok(command)
    }

    /// Not by the Dockerfile's arguments: Buildah 1.28 takes a LABEL with another value in its arguments for one that it
    /// has made before, and the image would name another commit.
    fn labels(&self, root: &Path) -> Result<Vec<(&'static str, String)>> {
        let epoch = jiff::Timestamp::from_second(self.epoch(root)?).context("the epoch is no time")?;
        let mut labels = vec![("created", epoch.to_string()), ("revision", self.revision(root))];
        let version = self.version.as_deref().map(|version| version.strip_prefix('v').unwrap_or(version));
        labels.extend(version.map(|version| ("version", version.to_owned())));
        Ok(labels)
    }

    fn revision(&self, root: &Path) -> String {
        self.revision.clone().unwrap_or_else(|| {
            let clean = git(root, &["status", "--porcelain"]).is_some_and(|changes| changes.is_empty());
            git(root, &["rev-parse", "HEAD"]).filter(|_| clean).unwrap_or_else(|| "unknown".to_owned())
        })
    }

    fn epoch(&self, root: &Path) -> Result<i64> {
        match (self.epoch, git(root, &["log", "-1", "--format=%ct"])) {
            (Some(epoch), _) => Ok(epoch),
            (None, Some(time)) => time.parse().with_context(|| format!("git says `{time}` for the commit's time")),
            (None, None) => Ok(0),
        }
    }
}

/// Whether `buildah --version` says the version that this checkout records.
fn check_recorded(root: &Path, said: &str) -> Result<()> {
    let recorded = fs::read_to_string(root.join(RECORDED)).with_context(|| format!("reading {RECORDED}"))?;
    let (found, recorded) = (said.split_whitespace().nth(2).unwrap_or_default(), recorded.trim());
    ensure!(
        found == recorded,
        "this is Buildah {found}, and {RECORDED} has {recorded}: what it builds would have another digest. To build what is \
         published, use that one; to publish by this one from now on, write {found} there"
    );
    Ok(())
}

/// The default of an `ARG`.
pub fn default_of<'a>(dockerfile: &'a str, argument: &str) -> Option<&'a str> {
    let start = format!("ARG {argument}=");
    dockerfile.lines().find_map(|line| line.strip_prefix(start.as_str()))
}

/// A checkout without git's history, such as an archive, is no error.
fn git(root: &Path, arguments: &[&str]) -> Option<String> {
    output(Command::new("git").current_dir(root).args(arguments)).ok().map(|text| text.trim().to_owned())
}

/// The platform of this machine.
fn build_platform() -> Result<String> {
    let mut command = Command::new("uname");
    command.arg("-m");
    let machine = output(&mut command)?;
    match machine.trim() {
        "x86_64" => Ok("linux/amd64".to_owned()),
        "aarch64" => Ok("linux/arm64".to_owned()),
        other => anyhow::bail!("`{}` says {other}; the compiler's image is for x86_64 and aarch64", in_words(&command)),
    }
}

#[cfg(test)]
mod tests {
    use kyklos_registry::version::CHECKED_OUT;

    use super::*;

    fn build(platforms: &[&str]) -> Build {
        Build {
            instead: None,
            platforms: platforms.iter().map(|name| (*name).to_owned()).collect(),
            recorded: false,
            scratch: false,
            version: None,
            revision: None,
            epoch: None,
            no_cache: false,
            out: PathBuf::from("target/image/layout"),
            round: 1,
        }
    }

    #[test]
    fn a_planned_platform_is_built_only_when_it_is_asked_for() {
        let root = crate::root().unwrap();
        assert_eq!(build(&[]).platforms().unwrap(), PLATFORMS);
        let words = |build: &Build, platform: &str| in_words(&build.bud(&root, platform).unwrap());
        assert!(!words(&build(&[]), "linux/amd64").contains("PLANNED"));
        let more = build(&["linux/amd64", "linux/riscv64", "linux/arm/v7"]);
        assert_eq!(more.platforms().unwrap(), ["linux/amd64", "linux/riscv64", "linux/arm/v7"]);
        // For each the same, so that what is compiled once serves all.
        for platform in ["linux/amd64", "linux/riscv64"] {
            assert!(words(&more, platform).contains("--build-arg PLANNED=arm riscv64"), "{}", words(&more, platform));
        }
        let error = build(&["linux/amd64", "linux/s390x"]).platforms().unwrap_err().to_string();
        assert!(
            error.starts_with("--platform `linux/s390x` can't be built; right would be of linux/amd64, "),
            "{error}"
        );
        let error = build(&["linux/arm64", "linux/arm64"]).platforms().unwrap_err().to_string();
        assert_eq!(error, "--platform linux/arm64 is said twice; once would be right");
        let dockerfile = fs::read_to_string(root.join("Dockerfile")).unwrap();
        for (platform, name) in PLANNED {
            assert!(dockerfile.contains(&format!(" {name}) triple=")), "the Dockerfile doesn't know {platform}");
        }
        // The strategy says which are in the index, and which aren't.
        let strategy = fs::read_to_string(root.join(".github/registry/STRATEGY.md")).unwrap();
        for (platforms, in_it) in [(PLATFORMS.to_vec(), "yes"), (PLANNED.map(|(name, _)| name).to_vec(), "no")] {
            for platform in platforms {
                let row =
                    strategy.lines().find(|line| line.starts_with('|') && line.contains(&format!("`{platform}`")));
                let cell = row.and_then(|row| row.split('|').nth(2)).map(str::trim);
                assert_eq!(cell, Some(in_it), "{platform}");
            }
        }
        // The manifests that somebody prints are for the nodes of the same.
        let manifests = fs::read_to_string(root.join("shell/src/install/platform.rs")).unwrap();
        let printed = manifests.lines().find(|line| line.contains("OF_A_RELEASE: ")).unwrap();
        let architecture =
            |name: &&str| printed.contains(&format!("{{ architecture: \"{}\" }}", name.trim_start_matches("linux/")));
        assert!(
            PLATFORMS.iter().all(architecture) && printed.contains(&format!("[Self; {}]", PLATFORMS.len())),
            "{printed}"
        );
    }

    #[test]
    fn another_buildah_than_the_recorded_one_is_told() {
        let root = crate::root().unwrap();
        let recorded = fs::read_to_string(root.join(RECORDED)).unwrap();
        let said = |version: &str| format!("buildah version {version} (image-spec 1.1.0, runtime-spec 1.1.0)\n");
        check_recorded(&root, &said(recorded.trim())).unwrap();
        let error = check_recorded(&root, &said("0.0.1")).unwrap_err().to_string();
        assert!(error.starts_with("this is Buildah 0.0.1, and .github/buildah.txt has "), "{error}");
        // It is no part of what the image is built from, so that it may change without one.
        let ignored = fs::read_to_string(root.join(".dockerignore")).unwrap();
        assert!(ignored.lines().any(|line| line == ".github/*.*"), "{ignored}");
    }

    #[test]
    fn the_dockerfile_says_what_it_starts_from_by_digest() {
        let dockerfile = fs::read_to_string(crate::root().unwrap().join("Dockerfile")).unwrap();
        let rust = default_of(&dockerfile, "RUST").unwrap();
        assert!(rust.starts_with("docker.io/library/rust:") && rust.contains("@sha256:"), "{rust}");
        assert_eq!(default_of(&dockerfile, "BASE_NAME").unwrap(), "gcr.io/distroless/static:nonroot");
        let digest = default_of(&dockerfile, "BASE_DIGEST").unwrap();
        assert_eq!(digest.len(), "sha256:".len() + 64, "{digest}");
        assert_eq!(default_of(&dockerfile, "NO_SUCH"), None);
        // BuildKit up to 0.16 takes an argument without a value, before the first FROM, for an empty one.
        let before = dockerfile.split("\nFROM ").next().unwrap();
        let arguments: Vec<_> = before.lines().filter(|line| line.starts_with("ARG ")).collect();
        assert!(arguments.len() > 4 && arguments.iter().all(|line| line.contains('=')), "{arguments:?}");
        // What Dependabot reads, which asks for newer ones.
        let bases = fs::read_to_string(crate::root().unwrap().join(".github/bases/Dockerfile")).unwrap();
        let from: Vec<_> = bases.lines().filter_map(|line| line.strip_prefix("FROM ")).collect();
        assert_eq!(from, [rust, &format!("gcr.io/distroless/static:nonroot@{digest}")]);
        // What is built without a word of its version is on the way to the one in Cargo.toml.
        assert_eq!(default_of(&dockerfile, "VERSION").unwrap(), format!("{CHECKED_OUT}-dev"));
    }
}
