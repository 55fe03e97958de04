//! The commands by which anybody verifies a release, taken from the documents and run: in the release itself as they are,
//! so that what can't be verified by them isn't announced; and on one machine with a CA of the test's own, identities and all.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use kyklos_image::release::{IDENTITY, ISSUER};
use kyklos_image::run::output;
use kyklos_registry::digest::Digest;
use kyklos_registry::registry::{Reference, Registry};
use kyklos_registry::source::Image;
use serde_json::Value;

/// The documents, and how many commands of cosign and of `gh attestation` each has.
const DOCUMENTS: [(&str, usize, usize); 3] =
    [("shell/deploy/README.md", 2, 1), (".github/RELEASING.md", 2, 1), (".github/registry/STRATEGY.md", 2, 0)];
/// How the documents call the repository.
pub(crate) const REPOSITORY: &str = "ghcr.io/kyklos/kyklos";
const COSIGN: &str = "cosign ";
const GH: &str = "gh attestation verify ";

/// What is verified, and by what.
pub(crate) struct Published {
    /// The index by its digest.
    pub(crate) image: Reference,
    /// cosign itself.
    pub(crate) cosign: PathBuf,
    /// The roots of the test's own CA; without them, the world's.
    pub(crate) authority: Option<PathBuf>,
}

impl Published {
    /// What is there.
    fn read(&self) -> Result<Image> {
        let digest = self.image.digest.as_ref().context("say the image by its digest: a tag may move meanwhile")?;
        Image::read(&Registry::open(self.image.repository.clone())?, &digest.parse()?)
    }
}

/// Runs every command in the documents against the release of this tag.
pub(crate) fn check(root: &Path, work: &Path, published: &Published, tag: &str) -> Result<()> {
    DOCUMENTS
        .iter()
        .try_for_each(|(document, cosign, gh)| check_one(&root.join(document), (*cosign, *gh), work, published, tag))
}

/// Runs those of one document, of which there have to be so many, for each digest that a reader may take: the index and every
/// platform's. Each has to succeed, and to show an SBOM where it promises one. What asks GitHub's own store is run where GitHub has something to say: in the release.
pub(crate) fn check_one(
    document: &Path,
    (cosign, gh): (usize, usize),
    work: &Path,
    published: &Published,
    tag: &str,
) -> Result<()> {
    let folder = tempfile::Builder::new().prefix("documented-").tempdir_in(work).context("making a folder")?;
    let name = document.display();
    let text = fs::read_to_string(document).with_context(|| format!("reading {name}"))?;
    let counts = [(COSIGN, cosign), (GH, gh)].map(|(beginning, count)| (commands(&text, beginning), beginning, count));
    for (found, beginning, count) in &counts {
        let found = found.len();
        ensure!(found == *count, "{name} has {found} commands `{beginning}`, and should have {count}");
    }
    let [cosign, gh] = counts.map(|(found, ..)| found);
    let (real, image) = (published.authority.is_none(), published.read()?);
    for command in cosign.iter().chain(gh.iter().filter(|_| real)) {
        for chosen in choices(command, &image) {
            let shown = shell(command, folder.path(), published, tag, &chosen)
                .with_context(|| format!("a command of {name}: {command}"))?;
            if command.contains("cyclonedx") {
                is_sbom(folder.path(), command, &shown).with_context(|| format!("{name}: {command}"))?;
            }
        }
    }
    println!("What {name} tells to type into cosign works: {}", cosign.len());
    if !real {
        println!("Not tried here: `{GH}..`, since GitHub alone makes and keeps the provenance of a release");
    }
    Ok(())
}

/// Tries the commands that verify a signature or an SBOM, each of which has to fail for whom the certificate names. Returns how
/// many of either there were.
pub(crate) fn refuse(documents: &[PathBuf], work: &Path, published: &Published, tag: &str) -> Result<[usize; 2]> {
    let folder = tempfile::Builder::new().prefix("documented-").tempdir_in(work).context("making a folder")?;
    let image = published.read()?;
    let chosen = Chosen::of(&image, &image.index.digest);
    let mut seen = [0; 2];
    for document in documents {
        let text = fs::read_to_string(document).with_context(|| format!("reading {}", document.display()))?;
        for (ways, beginning) in seen.iter_mut().zip(["cosign verify ", "cosign verify-attestation "]) {
            for command in commands(&text, beginning) {
                let Err(error) = shell(&command, folder.path(), published, tag, &chosen) else {
                    bail!("{}: a wrong identity was accepted by {command}", document.display());
                };
                let said = format!("{error:#}");
                ensure!(
                    said.contains("none of the expected identities matched"),
                    "it fails for another reason: {said}"
                );
                *ways += 1;
            }
        }
    }
    Ok(seen)
}

/// The documents that say how to verify.
pub(crate) fn documents(root: &Path) -> Vec<PathBuf> {
    DOCUMENTS.iter().map(|(document, ..)| root.join(document)).collect()
}

/// The digests that a reader has put into a command.
#[derive(Debug, PartialEq, Eq)]
struct Chosen {
    image: String,
    platform: String,
}

impl Chosen {
    /// This one in both places, but for the platform that an index can't stand for.
    fn of(image: &Image, digest: &Digest) -> Self {
        let platform = image.platforms.iter().map(|child| &child.manifest.digest).find(|child| *child == digest);
        let first = image.platforms.first().map(|child| &child.manifest.digest);
        let platform = platform.or(first).unwrap_or(digest);
        Self { image: digest.to_string(), platform: platform.to_string() }
    }
}

/// What a command is to be run for: each platform where it asks for one, the index as well where it asks for either, and
/// once where it has a digest of its own.
fn choices(command: &str, image: &Image) -> Vec<Chosen> {
    let has = |names: [&str; 2]| names.iter().any(|name| command.contains(name));
    let platforms = image.platforms.iter().map(|child| &child.manifest.digest);
    let index = std::iter::once(&image.index.digest);
    let of = |digest| Chosen::of(image, digest);
    if has(["$PLATFORM", "$platform"]) {
        platforms.map(of).collect()
    } else if has(["$DIGEST", "$image"]) {
        index.chain(platforms).map(of).collect()
    } else {
        index.map(of).collect()
    }
}

/// Runs a command as a reader's shell does, and returns what it shows.
fn shell(command: &str, folder: &Path, published: &Published, tag: &str, chosen: &Chosen) -> Result<String> {
    let line = match &published.authority {
        Some(roots) => with_authority(command, roots)?,
        None => command.to_owned(),
    };
    let line = line.replace(REPOSITORY, &published.image.repository.to_string());
    eprintln!("$ {line}");
    // With `pipefail`, so that what cosign refuses isn't lost in a pipe.
    let mut shell = Command::new("bash");
    shell.current_dir(folder).args(["-e", "-o", "pipefail", "-c", &line]).envs(variables(published, tag, chosen)?);
    output(&mut shell)
}

/// What a reader has set who did what the documents say; and the PATH, with a cosign in front that isn't installed.
fn variables(published: &Published, tag: &str, chosen: &Chosen) -> Result<Vec<(&'static str, String)>> {
    let place = |digest: &str| format!("{}@{digest}", published.image.repository);
    let path = std::env::var("PATH").context("the PATH")?;
    let own = published.cosign.parent().filter(|folder| !folder.as_os_str().is_empty());
    Ok(vec![
        ("VERSION", tag.to_owned()),
        ("image", place(&chosen.image)),
        ("platform", place(&chosen.platform)),
        ("DIGEST", chosen.image.clone()),
        ("PLATFORM", chosen.platform.clone()),
        ("identity", IDENTITY.to_owned()),
        ("issuer", ISSUER.to_owned()),
        ("PATH", own.map_or(path.clone(), |folder| format!("{}:{path}", folder.display()))),
    ])
}

/// The commands in the shell blocks of a document that begin so, each with its pipe; lines that go on are joined.
fn commands(document: &str, beginning: &str) -> Vec<String> {
    let blocks = document.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    let joined = blocks.map(|block| block.replace("\\\n", " ")).collect::<Vec<_>>().join("\n");
    joined.lines().filter(|line| line.starts_with(beginning)).map(str::to_owned).collect()
}

/// The same command for who trusts the test's own CA. The identity stays as it is, and has to be there.
fn with_authority(command: &str, roots: &Path) -> Result<String> {
    ensure!(command.contains(ISSUER) || command.contains("\"$issuer\""), "it doesn't say who vouches: {command}");
    ensure!(command.contains("--certificate-identity"), "it doesn't say whose signature it is to be: {command}");
    let (verb, rest) = command.trim_start_matches(COSIGN).split_once(' ').context("cosign has a verb")?;
    let ours = "--insecure-ignore-sct --insecure-ignore-tlog=true --allow-http-registry --allow-insecure-registry";
    Ok(format!("cosign {verb} --ca-roots '{}' {ours} {rest}", roots.display()))
}

/// What was shown, or written to the file that the command names, is an SBOM.
fn is_sbom(folder: &Path, command: &str, shown: &str) -> Result<()> {
    let written = command.rsplit_once('>').map(|(_, file)| folder.join(file.trim()));
    let text = match &written {
        Some(file) => fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?,
        None => shown.to_owned(),
    };
    let sbom: Value = serde_json::from_str(&text).context("what it shows is no JSON")?;
    ensure!(sbom.get("bomFormat").and_then(Value::as_str) == Some("CycloneDX"), "it shows no SBOM");
    Ok(())
}

#[cfg(test)]
mod tests {
    use kyklos_registry::source::{INDEX, MANIFEST, Manifest, PlatformImage};

    use super::*;

    #[test]
    fn commands_are_found_and_keep_their_identity() {
        let found = commands(
            "# x\n```sh\na=b\ncosign verify --type x \\\n  --y \"$image\"\n```\n`cosign no`\n```yaml\ncosign no\n```\n",
            COSIGN,
        );
        assert_eq!(found, ["cosign verify --type x    --y \"$image\""]);
        let command =
            format!("cosign verify --certificate-identity \"a/$B\" --certificate-oidc-issuer {ISSUER} \"$image\"");
        let ours = with_authority(&command, Path::new("roots.pem")).unwrap();
        assert!(ours.starts_with("cosign verify --ca-roots 'roots.pem' --insecure-ignore-sct "), "{ours}");
        assert!(ours.ends_with(command.trim_start_matches("cosign verify ")), "{ours}");
        let error = with_authority("cosign verify --certificate-identity me \"$image\"", Path::new("k")).unwrap_err();
        assert!(error.to_string().contains("who vouches"));
        assert!(
            with_authority(&format!("cosign verify --certificate-oidc-issuer {ISSUER} x"), Path::new("k")).is_err()
        );
    }

    #[test]
    fn a_command_is_run_for_all_that_it_may_be_typed_for() {
        let config = format!(r#"{{"mediaType":"x","digest":"{}","size":1}}"#, Digest::of(b"config"));
        let platforms = ["linux/amd64", "linux/arm64"].map(|platform| {
            let text =
                format!(r#"{{"schemaVersion":2,"config":{config},"layers":[],"annotations":{{"of":"{platform}"}}}}"#);
            let manifest = Manifest::new(text.into_bytes(), Some(MANIFEST));
            PlatformImage { platform: platform.to_owned(), content: manifest.as_image().unwrap(), manifest }
        });
        let index = Manifest::new(b"{}".to_vec(), Some(INDEX));
        let image = Image { index, platforms: platforms.to_vec() };
        let digest = |of: usize| image.platforms.get(of).map_or(&image.index.digest, |child| &child.manifest.digest);
        let (amd64, arm64, index) = (digest(0).to_string(), digest(1).to_string(), digest(2).to_string());
        let chosen = |image: &String, platform: &String| Chosen { image: image.clone(), platform: platform.clone() };
        let all = [chosen(&index, &amd64), chosen(&amd64, &amd64), chosen(&arm64, &arm64)];
        assert_eq!(choices("cosign verify \"$image\"", &image), all);
        assert_eq!(choices("gh attestation verify \"oci://x@$DIGEST\"", &image), all);
        assert_eq!(choices("cosign verify-attestation \"x@$PLATFORM\"", &image), all[1..]);
        assert_eq!(choices("cosign verify x@sha256:00", &image), all[..1]);
    }

    #[test]
    fn every_document_is_there() {
        let root = kyklos_image::root().unwrap();
        let read = |document: &str| fs::read_to_string(root.join(document)).unwrap();
        // What stands in for the reader's own setting of these.
        let set = read(".github/RELEASING.md");
        assert!(set.contains(&format!("identity='{IDENTITY}'\n")) && set.contains(&format!("issuer={ISSUER}\n")));
        for (document, cosign, gh) in DOCUMENTS {
            let found = commands(&read(document), COSIGN);
            assert_eq!(found.len(), cosign, "{document}: {found:#?}");
            found.iter().for_each(|command| drop(with_authority(command, Path::new("k")).unwrap()));
            let found = commands(&read(document), GH);
            assert_eq!(found.len(), gh, "{document}: {found:#?}");
            assert!(found.iter().all(|command| command.contains("oci://")
                && command.contains("--signer-workflow kyklos/kyklos/.github/workflows/release.yml")));
        }
    }
}
