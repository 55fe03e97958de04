//! What an image is, said and not judged: platforms, digests, sizes and in which part, labels.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde::Serialize;

use crate::digest::Digest;
use crate::registry::Registry;
use crate::source::{INDEX, Image, MANIFEST, Manifest, PlatformImage, Source};
use crate::verify::content::Content;
use crate::verify::{Size, labels_of, measure};

/// The most tags that a message names.
const NAMED: usize = 8;

/// What there is.
#[derive(Debug, Clone, Serialize)]
pub struct Inspected {
    /// Of the index, or of the one manifest that was asked for.
    pub digest: Digest,
    /// Whether it is an index, for every platform; or the manifest of one.
    pub index: bool,
    /// In the order of the index.
    pub platforms: Vec<Platform>,
}

/// The image of one platform.
#[derive(Debug, Clone, Serialize)]
pub struct Platform {
    /// `linux/amd64`
    pub platform: String,
    /// Of its manifest.
    pub digest: Digest,
    /// Of its parts, against their budgets.
    pub sizes: Vec<Size>,
    /// In their order.
    pub layers: Vec<Layer>,
    /// Of its configuration.
    pub labels: BTreeMap<String, String>,
}

/// One layer.
#[derive(Debug, Clone, Serialize)]
pub struct Layer {
    /// As it is pulled.
    pub digest: Digest,
    /// `binary` where the program is in it, else `base`.
    pub part: &'static str,
    /// Bytes as they go over the network.
    pub pulled: u64,
    /// Bytes of the files in it.
    pub unpacked: u64,
}

/// Looks at what a tag or a digest leads to; where there is no such thing, the error says what there is.
pub fn inspect(registry: &Registry, point: &str) -> Result<Inspected> {
    match find(registry, point)? {
        Some(found) => Ok(found),
        None => bail!(missing(registry, point)?),
    }
}

/// The same; `None` where there is no such thing.
pub(crate) fn find(registry: &Registry, point: &str) -> Result<Option<Inspected>> {
    let Some(manifest) = registry.manifest_at(point)? else { return Ok(None) };
    let digest = manifest.digest.clone();
    let (index, platforms) = match manifest.media_type.as_str() {
        MANIFEST => (false, vec![alone(registry, manifest)?]),
        INDEX => {
            let all = Image::of_index(registry, manifest)?.platforms;
            (true, all.iter().map(|image| platform(registry, image)).collect::<Result<_>>()?)
        }
        other => bail!("{} is `{other}`; an image for containers is `{INDEX}`", registry.repository().with(point)),
    };
    Ok(Some(Inspected { digest, index, platforms }))
}

/// Asked for by the digest of one platform, whose name only its configuration has.
fn alone(registry: &Registry, manifest: Manifest) -> Result<Platform> {
    let content = manifest.as_image()?;
    let named = PlatformImage { platform: String::new(), manifest, content };
    let read = Content::read(registry, &named).with_context(|| format!("{} is no image", named.manifest.digest))?;
    let platform = format!("{}/{}", read.config.os(), read.config.architecture());
    described(&PlatformImage { platform, ..named }, &read)
}

fn platform(source: &dyn Source, image: &PlatformImage) -> Result<Platform> {
    described(image, &Content::read(source, image).with_context(|| image.platform.clone())?)
}

fn described(image: &PlatformImage, content: &Content) -> Result<Platform> {
    let layer = |(descriptor, layer): (&oci_spec::image::Descriptor, &crate::verify::content::Layer)| {
        let part = if layer.has_binary { "binary" } else { "base" };
        let digest = Digest::try_from(descriptor.digest())?;
        Ok(Layer { digest, part, pulled: layer.pulled, unpacked: layer.unpacked })
    };
    let layers = image.content.layers().iter().zip(&content.layers).map(layer).collect::<Result<_>>()?;
    let (digest, sizes) = (image.manifest.digest.clone(), measure(&image.platform, content));
    Ok(Platform { platform: image.platform.clone(), digest, sizes, layers, labels: labels_of(content) })
}

/// That there is no such thing, and what there is instead.
fn missing(registry: &Registry, point: &str) -> Result<String> {
    let tags = registry.tags()?;
    let mut tags: Vec<_> = tags.iter().filter(|tag| !tag.starts_with("sha256-")).map(String::as_str).collect();
    tags.sort_unstable();
    let place = registry.repository();
    let there = match tags.as_slice() {
        [] => format!("{place} has no tag at all: there is no such repository, or it isn't shown to who asks"),
        named if named.len() <= NAMED => format!("{place} has {}", named.join(", ")),
        named => {
            let newest: Vec<_> = named.iter().rev().take(NAMED).copied().collect();
            format!("{place} has {} tags, {} among them", named.len(), newest.join(", "))
        }
    };
    Ok(format!("there is no {}; {there}", place.with(point)))
}
