//! Runs the Dockerfile with Buildah, for all platforms, into an OCI layout.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use clap::Args;
use kyklos_registry::version::check_checked_out;

use crate::annotate::annotate;
use crate::run::{in_words, output, run};

/// What an index holds. More come when the end-to-end tests pass for them.
pub const PLATFORMS: [&str; 2] = ["linux/amd64", "linux/arm64"];

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
        run(Command::new("buildah").arg("--version"))?;
        // What an earlier build left; there may be nothing.
        let _ = output(Command::new("buildah").args(["manifest", "rm", NAME]));
        // One after the other, so that the index has them in this order, whichever takes longer.
        for platform in PLATFORMS {
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
