//! A folder in the OCI image layout, as buildah, skopeo and buildx write it.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use oci_spec::image::{ANNOTATION_REF_NAME, Descriptor, ImageIndex, OciLayout};

use crate::digest::Digest;
use crate::source::{self, Image, Manifest, Source};

/// The folder.
#[derive(Debug)]
pub struct Layout {
    folder: PathBuf,
    index: ImageIndex,
}

impl Layout {
    /// Opens a folder, after a look at whether it is one of this layout.
    pub fn open(folder: &Path) -> Result<Self> {
        let read = |name: &str| {
            fs::read(folder.join(name)).with_context(|| {
                format!(
                    "{} is no folder in the OCI image layout, as `oci:{0}` makes it: reading {name}",
                    folder.display()
                )
            })
        };
        let layout: OciLayout = serde_json::from_slice(&read("oci-layout")?)
            .with_context(|| format!("{} is no `oci-layout`", folder.join("oci-layout").display()))?;
        if layout.image_layout_version() != "1.0.0" {
            bail!("{} has layout version {}; 1.0.0 is known", folder.display(), layout.image_layout_version());
        }
        let index = serde_json::from_slice(&read("index.json")?)
            .with_context(|| format!("{} is no OCI index", folder.join("index.json").display()))?;
        Ok(Self { folder: folder.to_owned(), index })
    }

    /// The one image index in it, or the one of this name where there are several.
    pub fn image(&self, name: Option<&str>) -> Result<Image> {
        let named = |entry: &&Descriptor| name.is_none() || name == name_of(entry);
        let found: Vec<_> = self.index.manifests().iter().filter(named).collect();
        let place = self.place();
        let [only] = found.as_slice() else {
            let names: Vec<_> = self.index.manifests().iter().filter_map(name_of).collect();
            match (name, found.is_empty()) {
                (Some(name), true) => bail!("{place} has no image `{name}`, only {names:?}"),
                (None, true) => bail!("{place} is empty"),
                _ => bail!("{place} has {} images; say which with --name, one of {names:?}", found.len()),
            }
        };
        Image::read(self, &Digest::try_from(only.digest())?)
    }

    fn read(&self, digest: &Digest) -> Result<Option<Vec<u8>>> {
        let file = self.folder.join("blobs/sha256").join(digest.hex());
        match fs::read(&file) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("reading {}", file.display())),
        }
    }
}

fn name_of(entry: &Descriptor) -> Option<&str> {
    entry.annotations().as_ref()?.get(ANNOTATION_REF_NAME).map(String::as_str)
}

impl Source for Layout {
    fn place(&self) -> String {
        self.folder.display().to_string()
    }

    fn manifest(&self, digest: &Digest) -> Result<Option<Manifest>> {
        let Some(bytes) = self.read(digest)? else { return Ok(None) };
        let manifest = Manifest::new(bytes, None);
        if manifest.digest != *digest {
            bail!("{digest} in {} is damaged: its bytes have the digest {}", self.place(), manifest.digest);
        }
        Ok(Some(manifest))
    }

    fn blob(&self, descriptor: &Descriptor) -> Result<Vec<u8>> {
        let digest = Digest::try_from(descriptor.digest())?;
        let bytes = self.read(&digest)?.with_context(|| format!("{} has no blob {digest}", self.place()))?;
        source::checked(bytes, descriptor, &self.place())
    }
}
