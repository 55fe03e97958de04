//! Where images are read from: a folder in the OCI image layout, or a registry. And what is read: an index, and a
//! manifest for each platform.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};
use oci_spec::image::{Descriptor, ImageIndex, ImageManifest, Platform};
use serde::Deserialize;

use crate::digest::Digest;

/// The media type of an index.
pub const INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// The media type of a manifest.
pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// Something that images can be read from.
pub trait Source {
    /// What it is called in messages.
    fn place(&self) -> String;

    /// The index or manifest of this digest, its bytes compared with it; `None` where there is none.
    fn manifest(&self, digest: &Digest) -> Result<Option<Manifest>>;

    /// A configuration or a layer, its bytes compared with size and digest.
    fn blob(&self, descriptor: &Descriptor) -> Result<Vec<u8>>;
}

/// An index or a manifest, as the bytes that its digest is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// What it is called by.
    pub digest: Digest,
    /// What it says that it is.
    pub media_type: String,
    /// Exactly as they were read: written again from a parsed form, they would have another digest.
    pub bytes: Vec<u8>,
}

impl Manifest {
    /// From bytes, and from what the sender says they are, which counts where they don't say it themselves.
    pub fn new(bytes: Vec<u8>, content_type: Option<&str>) -> Self {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Typed {
            media_type: Option<String>,
            manifests: Option<serde::de::IgnoredAny>,
        }
        let typed: Option<Typed> = serde_json::from_slice(&bytes).ok();
        let own = typed.as_ref().and_then(|typed| typed.media_type.clone());
        let guess = || if typed.is_some_and(|typed| typed.manifests.is_some()) { INDEX } else { MANIFEST };
        let media_type = own.or_else(|| content_type.map(str::to_owned)).unwrap_or_else(|| guess().to_owned());
        Self { digest: Digest::of(&bytes), media_type, bytes }
    }

    /// Its content as an index.
    pub fn as_index(&self) -> Result<ImageIndex> {
        serde_json::from_slice(&self.bytes).with_context(|| format!("{} is no OCI image index", self.digest))
    }

    /// Its content as the manifest of one platform.
    pub fn as_image(&self) -> Result<ImageManifest> {
        serde_json::from_slice(&self.bytes).with_context(|| format!("{} is no OCI image manifest", self.digest))
    }
}

/// An index, with all that it refers to except the blobs.
#[derive(Debug, Clone)]
pub struct Image {
    /// The index itself.
    pub index: Manifest,
    /// In the order of the index.
    pub platforms: Vec<PlatformImage>,
}

/// The image of one platform.
#[derive(Debug, Clone)]
pub struct PlatformImage {
    /// `linux/amd64`, `linux/arm/v7`.
    pub platform: String,
    /// The manifest itself.
    pub manifest: Manifest,
    /// And what it says.
    pub content: ImageManifest,
}

impl Image {
    /// Reads an index and the manifests that it lists.
    pub fn read(source: &dyn Source, digest: &Digest) -> Result<Self> {
        let place = source.place();
        let index = source.manifest(digest)?.with_context(|| format!("{place} has no {digest}"))?;
        Self::of_index(source, index)
    }

    /// Reads the manifests that an index lists.
    pub fn of_index(source: &dyn Source, index: Manifest) -> Result<Self> {
        let place = source.place();
        if index.media_type != INDEX {
            bail!(
                "{} in {place} is `{}` and not an index, `{INDEX}`; build for every platform under one name, in the OCI \
                 format (buildah: `--manifest NAME --format oci`, pushed with `manifest push --all --format oci`)",
                index.digest,
                index.media_type
            );
        }
        let mut platforms = Vec::new();
        for child in index.as_index()?.manifests() {
            let digest = Digest::try_from(child.digest())?;
            let manifest = source.manifest(&digest)?.with_context(|| {
                format!(
                    "{place} has no {digest}, which its index {} lists; it was copied or deleted in part",
                    index.digest
                )
            })?;
            let content = manifest.as_image()?;
            let platform = child.platform().as_ref().map_or_else(|| "unknown".to_owned(), platform_name);
            platforms.push(PlatformImage { platform, manifest, content });
        }
        Ok(Self { index, platforms })
    }

    /// Every configuration and layer once, in the order of their first coming.
    pub fn blobs(&self) -> Vec<&Descriptor> {
        let mut seen = BTreeMap::new();
        let all = self.platforms.iter().flat_map(|image| blobs_of(&image.content));
        all.filter(|blob| seen.insert(blob.digest().to_string(), ()).is_none()).collect()
    }
}

/// The configuration and the layers of one manifest.
pub fn blobs_of(manifest: &ImageManifest) -> impl Iterator<Item = &Descriptor> {
    std::iter::once(manifest.config()).chain(manifest.layers())
}

fn platform_name(platform: &Platform) -> String {
    let name = format!("{}/{}", platform.os(), platform.architecture());
    match platform.variant() {
        // The only variant that 64-bit ARM has in practice, and left out as often as not.
        Some(variant) if !(name == "linux/arm64" && variant == "v8") => format!("{name}/{variant}"),
        _ => name,
    }
}

/// The bytes of a blob, if they are those that its descriptor describes.
pub(crate) fn checked(bytes: Vec<u8>, descriptor: &Descriptor, place: &str) -> Result<Vec<u8>> {
    let (wanted, found) = (Digest::try_from(descriptor.digest())?, bytes.len() as u64);
    ensure!(
        found == descriptor.size() && Digest::of(&bytes) == wanted,
        "the blob {wanted} in {place} is damaged: {found} bytes with the digest {}, where {} bytes are wanted",
        Digest::of(&bytes),
        descriptor.size()
    );
    Ok(bytes)
}
