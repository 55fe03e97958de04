//! Signs an image that was published, says what is in it and where it comes from, and checks all three, by cosign.
//!
//! Keyless in the release workflow, whose identity the certificates name; with a key of its own in a test.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use clap::Args;
use kyklos_registry::digest::Digest;
use kyklos_registry::registry::{Reference, Registry};
use kyklos_registry::source::{Image, Source};
use serde_json::{Value, json};

use crate::run::{output, run};
use crate::sbom;

/// Who may have signed a release.
pub(crate) const IDENTITY: &str = r"^https://github\.com/kyklos/kyklos/\.github/workflows/release\.yml@refs/tags/v";
/// And who vouches for that identity.
pub(crate) const ISSUER: &str = "https://token.actions.githubusercontent.com";

/// Which image, and how its signature is made or trusted.
#[derive(Clone, Debug, Args)]
pub(crate) struct Signing {
    /// The index, `registry/namespace/repository@sha256:..`
    pub(crate) image: Reference,
    /// A key of cosign's instead of the workflow's identity: the private one to sign, the public one to check
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    /// cosign itself
    #[arg(long, value_name = "PROGRAM", default_value = "cosign")]
    pub(crate) cosign: PathBuf,
}

/// What is signed: the index first, then each platform's manifest.
struct Subjects {
    index: Digest,
    platforms: Vec<(String, Digest)>,
}

impl Signing {
    /// Signs index and manifests, and attaches to each manifest its SBOM and to the index its provenance.
    pub(crate) fn sign(&self, sboms: &Path, builder: &str, work: &Path) -> Result<()> {
        let subjects = self.subjects()?;
        let mut sign = self.cosign("sign");
        self.with_private_key(&mut sign);
        run(sign.args(["--yes", "--recursive", &self.of(&subjects.index)]))?;
        for (platform, digest) in &subjects.platforms {
            let file = sbom::file(sboms, platform);
            ensure!(file.is_file(), "there is no SBOM of {platform} at {}", file.display());
            self.attest("cyclonedx", &file, digest)?;
        }
        let file = work.join("provenance.json");
        fs::write(&file, self.provenance(builder)?.to_string())
            .with_context(|| format!("writing {}", file.display()))?;
        self.attest("slsaprovenance1", &file, &subjects.index)
    }

    /// Checks what `sign` makes: as anybody can, with cosign and these very commands.
    pub(crate) fn check(&self) -> Result<()> {
        let subjects = self.subjects()?;
        let digests = std::iter::once(&subjects.index).chain(subjects.platforms.iter().map(|(_, digest)| digest));
        for digest in digests {
            let mut verify = self.cosign("verify");
            self.with_trust(&mut verify);
            self.quiet(verify.arg(self.of(digest)))?;
        }
        for (_, digest) in &subjects.platforms {
            self.check_attestation("cyclonedx", digest)?;
        }
        self.check_attestation("slsaprovenance1", &subjects.index)
    }

    fn subjects(&self) -> Result<Subjects> {
        let image = self.image()?;
        let platforms = image.platforms.into_iter().map(|child| {
            let architecture = child.platform.trim_start_matches("linux/").replace('/', "-");
            (architecture, child.manifest.digest)
        });
        Ok(Subjects { index: image.index.digest, platforms: platforms.collect() })
    }

    fn attest(&self, kind: &str, predicate: &Path, digest: &Digest) -> Result<()> {
        let mut attest = self.cosign("attest");
        self.with_private_key(&mut attest);
        // Another of its kind takes the place of this one, so that a job may run twice.
        run(attest.args(["--yes", "--replace", "--type", kind, "--predicate"]).arg(predicate).arg(self.of(digest)))
    }

    fn check_attestation(&self, kind: &str, digest: &Digest) -> Result<()> {
        let mut verify = self.cosign("verify-attestation");
        self.with_trust(&mut verify);
        self.quiet(verify.args(["--type", kind, &self.of(digest)]))
    }

    /// cosign prints all that it has verified, which is the SBOM as a line of base64.
    fn quiet(&self, command: &mut Command) -> Result<()> {
        eprintln!("$ {}", crate::run::in_words(command));
        output(command).map(drop)
    }

    fn cosign(&self, verb: &str) -> Command {
        let mut command = Command::new(&self.cosign);
        command.arg(verb);
        if self.is_local() {
            command.args(["--allow-http-registry", "--allow-insecure-registry"]);
        }
        command
    }

    fn with_private_key(&self, command: &mut Command) {
        if let Some(key) = &self.key {
            // A key of a test is nothing for the public log.
            command.arg("--key").arg(key).arg("--tlog-upload=false");
            // Without one in the environment cosign asks the terminal.
            if std::env::var_os("COSIGN_PASSWORD").is_none() {
                command.env("COSIGN_PASSWORD", "");
            }
        }
    }

    fn with_trust(&self, command: &mut Command) {
        match &self.key {
            Some(key) => command.arg("--key").arg(key).arg("--insecure-ignore-tlog=true"),
            None => command.args(["--certificate-identity-regexp", IDENTITY, "--certificate-oidc-issuer", ISSUER]),
        };
    }

    fn of(&self, digest: &Digest) -> String {
        format!("{}@{digest}", self.image.repository)
    }

    fn is_local(&self) -> bool {
        self.image.repository.to_string().starts_with("127.0.0.1:")
    }

    /// Where the image comes from, as SLSA 1.0 says it: what was built, and by whom. That it is true is for the signature
    /// around it to say.
    fn provenance(&self, builder: &str) -> Result<Value> {
        let labels = self.labels()?;
        let label = |name: &str| labels.get(format!("org.opencontainers.image.{name}")).and_then(Value::as_str);
        let required = |name| label(name).with_context(|| format!("the image has no label {name}"));
        let source = format!("git+{}@{}", required("source")?, required("revision")?);
        let base = required("base.name")?;
        let mut materials = vec![json!({ "uri": source, "digest": { "gitCommit": required("revision")? } })];
        if let Some(digest) = label("base.digest") {
            materials.push(json!({
                "uri": format!("docker://{base}"),
                "digest": { "sha256": digest.trim_start_matches("sha256:") },
            }));
        }
        Ok(json!({
            "buildDefinition": {
                "buildType": "https://github.com/kyklos/kyklos/blob/main/Dockerfile",
                "externalParameters": { "version": required("version")?, "created": required("created")? },
                "internalParameters": {},
                "resolvedDependencies": materials,
            },
            "runDetails": { "builder": { "id": builder } },
        }))
    }

    /// The image in the registry.
    pub(crate) fn image(&self) -> Result<Image> {
        self.read().map(|(_, image)| image)
    }

    fn read(&self) -> Result<(Registry, Image)> {
        let digest = self.image.digest.as_ref().context("say the image by its digest: a tag may move meanwhile")?;
        let registry = Registry::open(self.image.repository.clone())?;
        let image = Image::read(&registry, &digest.parse()?)?;
        Ok((registry, image))
    }

    fn labels(&self) -> Result<Value> {
        let (registry, image) = self.read()?;
        let first = image.platforms.first().context("the index is empty")?;
        let bytes = registry.blob(first.content.config())?;
        let configuration: Value = serde_json::from_slice(&bytes).context("the image's configuration")?;
        configuration.pointer("/config/Labels").cloned().context("the image has no labels")
    }
}
