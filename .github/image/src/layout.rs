//! The image that was built or published, and the binaries inside.

use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use flate2::read::MultiGzDecoder;
use kyklos_registry::digest::Digest;
use kyklos_registry::layout::Layout;
use kyklos_registry::registry::Registry;
use kyklos_registry::source::{Image, PlatformImage, Source};
use serde_json::Value;

/// What is run, in the image's root.
const BINARY: &str = "kyklos";

/// An image in a folder of the OCI image layout, or in a registry.
pub struct Built {
    /// The folder, or the registry.
    pub source: Box<dyn Source>,
    /// The index in it, and its manifests.
    pub image: Image,
    /// The binaries, in the order of the index.
    pub programs: Vec<Program>,
}

/// The binary of one platform.
pub struct Program {
    /// Such as `linux/arm64`.
    pub platform: String,
    /// The digest of its manifest.
    pub digest: Digest,
    /// Its bytes.
    pub content: Vec<u8>,
    /// What the image's label says of its version; empty where it says nothing.
    pub version: String,
}

impl Program {
    /// `arm64`, of `linux/arm64`.
    pub fn architecture(&self) -> String {
        self.platform.trim_start_matches("linux/").replace('/', "-")
    }
}

impl Built {
    /// Reads a folder.
    pub fn read(folder: &Path) -> Result<Built> {
        let layout = Layout::open(folder)?;
        let image = layout.image(None)?;
        Self::of(Box::new(layout), image)
    }

    /// Reads what a registry has under the digest of an index.
    pub fn pulled(registry: Registry, index: &Digest) -> Result<Built> {
        let image = Image::read(&registry, index)?;
        Self::of(Box::new(registry), image)
    }

    fn of(source: Box<dyn Source>, image: Image) -> Result<Built> {
        let programs = image.platforms.iter().map(|child| program(&*source, child)).collect::<Result<_>>()?;
        Ok(Built { source, image, programs })
    }

    /// Writes the binaries into a folder, as `kyklos-<architecture>`, to be run.
    pub fn extract(&self, folder: &Path) -> Result<Vec<PathBuf>> {
        fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        let write = |program: &Program| {
            let file = folder.join(format!("{BINARY}-{}", program.architecture()));
            // A program that runs can't be written, but another can take its name.
            let _ = fs::remove_file(&file);
            fs::write(&file, &program.content).with_context(|| format!("writing {}", file.display()))?;
            let executable = fs::Permissions::from_mode(0o755);
            fs::set_permissions(&file, executable).with_context(|| format!("making {} executable", file.display()))?;
            Ok(file)
        };
        self.programs.iter().map(write).collect()
    }
}

fn program(source: &dyn Source, child: &PlatformImage) -> Result<Program> {
    let (platform, digest) = (child.platform.clone(), child.manifest.digest.clone());
    let configuration: Value = serde_json::from_slice(&source.blob(child.content.config())?)
        .with_context(|| format!("the configuration of {platform}"))?;
    let version = configuration.pointer("/config/Labels/org.opencontainers.image.version").and_then(Value::as_str);
    let version = version.unwrap_or_default().to_owned();
    // Of several, the last layer's is what runs.
    for descriptor in child.content.layers().iter().rev() {
        let of = || format!("layer {} of {}", descriptor.digest(), child.platform);
        let bytes = source.blob(descriptor).with_context(of)?;
        if let Some(content) = find(MultiGzDecoder::new(bytes.as_slice())).with_context(of)? {
            return Ok(Program { platform, digest, content, version });
        }
    }
    anyhow::bail!("the image of {} has no /{BINARY}", child.platform)
}

fn find(layer: impl Read) -> Result<Option<Vec<u8>>> {
    for entry in tar::Archive::new(layer).entries()? {
        let mut entry = entry?;
        if entry.path()?.as_ref() == Path::new(BINARY) {
            let mut content = Vec::new();
            entry.read_to_end(&mut content)?;
            return Ok(Some(content));
        }
    }
    Ok(None)
}
