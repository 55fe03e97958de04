//! What a release consists of besides the image: notes, manifests to install, SBOMs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use kyklos_registry::digest::Digest;

use crate::layout::Built;
use crate::run::output;
use crate::sbom;

const CHANGELOG: &str = ".github/CHANGELOG.md";
const README: &str = "README.md";
/// What the README says before the first release.
const DENIAL: &str = "no published image yet";
/// The asset that has the SHA-256 of each other, as `sha256sum --check` reads it.
const CHECKSUMS: &str = "SHA256SUMS";
/// How its sections begin.
const HEADING: &str = "## ";
/// The section of what isn't released yet, which a pre-release shows.
const UNRELEASED: &str = "Unreleased";

/// Who may have signed a release: the workflow of this project, for a tag that is a version.
pub const IDENTITY: &str = r"^https://github\.com/kyklos/kyklos/\.github/workflows/release\.yml@refs/tags/v[0-9]+\.[0-9]+\.[0-9]+(-(alpha|beta|rc)(\.[0-9A-Za-z-]+)*)?$";
/// And who vouches for that identity.
pub const ISSUER: &str = "https://token.actions.githubusercontent.com";
/// Whose provenance GitHub keeps.
const PROJECT: &str = "kyklos/kyklos";
/// And what has made it.
const WORKFLOW: &str = "kyklos/kyklos/.github/workflows/release.yml";

/// Where its parts are.
#[derive(Clone, Debug, Args)]
pub struct Release {
    /// The Git tag, `v0.1.0`
    #[arg(long)]
    pub tag: String,
    /// The table of digests that `cargo registry verify --notes` writes
    #[arg(long, value_name = "FILE")]
    pub digests: PathBuf,
    /// The folder with the image
    #[arg(long, value_name = "FOLDER", default_value = "target/image/layout")]
    pub layout: PathBuf,
    /// The folder with the SBOMs, those that were attached to the image
    #[arg(long, value_name = "FOLDER", default_value = "target/image/sbom")]
    pub sboms: PathBuf,
    /// The table of the versions' sizes that `cargo registry sizes` writes, for the notes
    #[arg(long, value_name = "FILE")]
    pub sizes: Option<PathBuf>,
    /// A folder with what `cargo image-check start --figures` has measured, for the assets
    #[arg(long, value_name = "FOLDER")]
    pub figures: Option<PathBuf>,
    /// The repository that it is published in
    #[arg(long, value_name = "REPOSITORY", default_value = "ghcr.io/kyklos/kyklos")]
    pub repository: String,
    /// Where to: NOTES.md, and assets
    #[arg(long, value_name = "FOLDER", default_value = "target/image/release")]
    pub out: PathBuf,
    /// Where the changelog has no section for the version yet, take what isn't released: it is a try
    #[arg(skip)]
    pub is_a_try: bool,
}

impl Release {
    /// Writes all of it.
    pub fn write(&self, root: &Path) -> Result<()> {
        let changelog = read_changelog(root)?;
        let changes = section(&changelog, &self.tag, self.is_a_try)?;
        let (out, built) = (root.join(&self.out), Built::read(&root.join(&self.layout))?);
        let assets = out.join("assets");
        if out.exists() {
            fs::remove_dir_all(&out).with_context(|| format!("removing {}", out.display()))?;
        }
        fs::create_dir_all(&assets).with_context(|| format!("making {}", assets.display()))?;
        for program in &built.programs {
            let from = sbom::file(&root.join(&self.sboms), &program.architecture());
            let copied = fs::copy(&from, sbom::file(&assets, &program.architecture()));
            copied.with_context(|| format!("copying {}", from.display()))?;
        }
        if let Some(figures) = &self.figures {
            copy_all(&root.join(figures), &assets)?;
        }
        let image = format!("{}:{}@{}", self.repository, self.tag, built.image.index.digest);
        write(&assets.join("install.yaml"), &manifests(&built, &out.join("bin"), &image)?)?;
        fs::remove_dir_all(out.join("bin")).context("removing the binaries")?;
        write(&assets.join(CHECKSUMS), &checksums(&assets)?)?;
        let digests = root.join(&self.digests);
        let digests = fs::read_to_string(&digests).with_context(|| format!("reading {}", digests.display()))?;
        let index = built.image.index.digest.to_string();
        ensure!(digests.contains(&index), "the table of digests is of another image than {index}");
        let sizes = self.sizes.as_ref().map(|file| root.join(file));
        let sizes = sizes.map(|file| fs::read_to_string(&file).with_context(|| format!("reading {}", file.display())));
        let sizes = sizes.transpose()?.map(|table| format!("\n## Sizes\n\n{table}")).unwrap_or_default();
        write(&out.join("NOTES.md"), &(notes(changes, &digests, &self.repository, &index) + &sizes))
    }
}

/// What the changelog says of a release, long before it is needed: where there is nothing, there is no release. Nor is there
/// one as long as the README denies it.
pub fn changes(root: &Path, tag: &str) -> Result<String> {
    let changes = section(&read_changelog(root)?, tag, false).map(str::to_owned)?;
    let readme = fs::read_to_string(root.join(README)).with_context(|| format!("reading {README}"))?;
    not_denied(&readme, tag)?;
    Ok(changes)
}

fn not_denied(readme: &str, tag: &str) -> Result<()> {
    ensure!(!readme.contains(DENIAL), "{README} says `{DENIAL}`, and {tag} will be one; take that out first");
    Ok(())
}

fn read_changelog(root: &Path) -> Result<String> {
    let file = root.join(CHANGELOG);
    fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))
}

/// Printed by the very binary that is released, or by the one of this machine's platform.
fn manifests(built: &Built, folder: &Path, image: &str) -> Result<String> {
    let architecture = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => bail!("the image has no binary for {other}"),
    };
    let binaries = built.extract(folder)?;
    let ours = binaries.iter().find(|file| file.ends_with(format!("kyklos-{architecture}")));
    let mut program = Command::new(ours.context("no binary runs here")?);
    program.args(["manifests", "--image", image]);
    // A node of another platform couldn't pull it.
    for one in &built.programs {
        program.args(["--platform", &one.platform]);
    }
    let manifests = output(&mut program)?;
    ensure!(manifests.contains(image), "the manifests don't name {image}");
    Ok(manifests)
}

/// What the changelog has for a tag: the section of the version, or for a pre-release that of what comes next.
fn section<'a>(changelog: &'a str, tag: &str, is_a_try: bool) -> Result<&'a str> {
    let version = tag.strip_prefix('v').with_context(|| format!("`{tag}` is no version with a leading `v`"))?;
    let name = if version.contains('-') { UNRELEASED } else { version };
    let heading = format!("\n{HEADING}");
    let below = |name: &str| {
        let mut parts = changelog.split(heading.as_str()).skip(1).filter_map(|part| part.split_once('\n'));
        let found = parts.find(|(heading, _)| heading.split_whitespace().next() == Some(name));
        found.map(|(_, text)| text.trim()).filter(|text| !text.is_empty())
    };
    let text = below(name).or_else(|| below(UNRELEASED).filter(|_| is_a_try));
    text.with_context(|| format!("{CHANGELOG} says nothing below `{HEADING}{name}`; write there what {tag} changes"))
}

fn notes(changes: &str, digests: &str, repository: &str, index: &str) -> String {
    format!(
        "{changes}\n\n## Image\n\n{}\n\nWho has signed it is verified by [cosign](https://docs.sigstore.dev) 2.6.2, 3.0.4 or \
         newer, and how it was built by GitHub's `gh`, both with the identity of the release workflow:\n\n```sh\ncosign verify \
         {repository}@{index} \\\n  --certificate-identity-regexp '{IDENTITY}' \\\n  --certificate-oidc-issuer {ISSUER}\n\
         gh attestation verify oci://{repository}@{index} --repo {PROJECT} \\\n  --signer-workflow {WORKFLOW}\n```\n\n\
         `install.yaml` installs exactly this image: `kubectl apply --server-side -f install.yaml`. `{CHECKSUMS}` has the \
         SHA-256 of the other files.\n",
        digests.trim(),
    )
}

/// Each file of a folder, of which there has to be one at least.
fn copy_all(from: &Path, to: &Path) -> Result<()> {
    let entries = fs::read_dir(from).with_context(|| format!("reading {}", from.display()))?;
    let mut count = 0;
    for entry in entries {
        let file = entry.with_context(|| format!("reading {}", from.display()))?.path();
        let place = to.join(file.file_name().unwrap_or_default());
        ensure!(!place.exists(), "{} is there already", place.display());
        fs::copy(&file, &place).with_context(|| format!("copying {}", file.display()))?;
        count += 1;
    }
    ensure!(count > 0, "{} is empty", from.display());
    Ok(())
}

fn checksums(folder: &Path) -> Result<String> {
    let entries = fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    let mut lines = Vec::new();
    for entry in entries {
        let file = entry.with_context(|| format!("reading {}", folder.display()))?.path();
        let bytes = fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
        let name = file.file_name().unwrap_or_default().display();
        lines.push(format!("{}  {name}\n", Digest::of(&bytes).hex()));
    }
    lines.sort_by_key(|line| line.split("  ").nth(1).map(str::to_owned));
    Ok(lines.concat())
}

fn write(file: &Path, content: &str) -> Result<()> {
    fs::write(file, content).with_context(|| format!("writing {}", file.display()))
}

#[cfg(test)]
mod tests {
    use kyklos_registry::version::CHECKED_OUT;

    use super::*;

    const CHANGELOG: &str =
        "# Changelog\n\n## Unreleased\n\n- Next.\n\n## 0.2.0 (2027-01-01)\n\n- Two.\n\n## 0.1.0\n\n";

    #[test]
    fn a_version_has_its_section() {
        assert_eq!(section(CHANGELOG, "v0.2.0", false).unwrap(), "- Two.");
        assert_eq!(section(CHANGELOG, "v0.3.0-rc.1", false).unwrap(), "- Next.");
        assert_eq!(section(CHANGELOG, "v0.2.0", true).unwrap(), "- Two.");
        assert_eq!(section(CHANGELOG, "v0.3.0", true).unwrap(), "- Next.");
    }

    #[test]
    fn a_version_without_a_word_is_no_release() {
        for tag in ["v0.1.0", "v0.3.0"] {
            let error = section(CHANGELOG, tag, false).unwrap_err().to_string();
            assert!(error.contains(&format!("says nothing below `## {}`", tag.trim_start_matches('v'))), "{error}");
        }
        assert!(section(CHANGELOG, "0.2.0", false).unwrap_err().to_string().contains("no version with a leading `v`"));
    }

    #[test]
    fn a_readme_that_denies_it_is_found() {
        let error = not_denied("- There is no published image yet; build it.", "v0.1.0").unwrap_err().to_string();
        assert_eq!(error, "README.md says `no published image yet`, and v0.1.0 will be one; take that out first");
        not_denied("- The image is `ghcr.io/kyklos/kyklos`.", "v0.1.0").unwrap();
    }

    #[test]
    fn our_changelog_can_be_released() {
        let changelog = fs::read_to_string(crate::root().unwrap().join(super::CHANGELOG)).unwrap();
        section(&changelog, &format!("v{CHECKED_OUT}"), true).unwrap();
    }

    #[test]
    fn the_notes_say_how_to_verify() {
        let notes = notes("- Two.", "| a |", "ghcr.io/kyklos/kyklos", "sha256:00");
        for command in ["cosign verify", "gh attestation verify oci://"] {
            let separator = if command.ends_with('/') { "" } else { " " };
            assert!(notes.contains(&format!("{command}{separator}ghcr.io/kyklos/kyklos@sha256:00")), "{notes}");
        }
    }

    #[test]
    fn checksums_are_as_sha256sum_reads_them() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("b"), "b").unwrap();
        fs::write(folder.path().join("a"), "a").unwrap();
        let sums = checksums(folder.path()).unwrap();
        fs::write(folder.path().join(CHECKSUMS), &sums).unwrap();
        output(Command::new("sha256sum").current_dir(folder.path()).args(["--check", "--strict", CHECKSUMS])).unwrap();
        assert_eq!(sums.lines().map(|line| line.split("  ").nth(1).unwrap()).collect::<Vec<_>>(), ["a", "b"]);
    }
}
