//! What is in the image of one platform: its configuration and the files of its layers.

use std::io::Read;

use anyhow::{Context, Result, bail, ensure};
use flate2::read::MultiGzDecoder;
use oci_spec::image::{Descriptor, ImageConfiguration, MediaType};

use crate::digest::Digest;
use crate::source::{PlatformImage, Source};

/// The content of one platform's image.
pub(crate) struct Content {
    pub(crate) config: ImageConfiguration,
    pub(crate) layers: Vec<Layer>,
    /// The path of the program, as the configuration has it.
    pub(crate) entrypoint: Option<String>,
    /// The program that the image starts.
    pub(crate) binary: Option<Vec<u8>>,
    /// The configuration as it is stored, which is pulled besides the layers.
    pub(crate) config_bytes: Vec<u8>,
}

/// A layer, unpacked.
pub(crate) struct Layer {
    /// Bytes as they are pulled.
    pub(crate) pulled: u64,
    /// Bytes of the files in it.
    pub(crate) unpacked: u64,
    /// The paths in it but for folders, without a slash in front.
    pub(crate) paths: Vec<String>,
    /// The files in it that run as their owner or group, whoever starts them.
    pub(crate) privileged: Vec<String>,
    /// Whether the program is in it.
    pub(crate) has_binary: bool,
}

/// The bits of a file's mode that make it run as its owner or its group.
const SET_ID: u32 = 0o6000;

/// The most that a layer may unpack to; one that goes on is not one of ours.
const MOST: u64 = 512 << 20;

impl Content {
    /// Reads and unpacks it.
    pub(crate) fn read(source: &dyn Source, image: &PlatformImage) -> Result<Self> {
        let descriptor = image.content.config();
        let config_bytes = source.blob(descriptor)?;
        let config: ImageConfiguration = serde_json::from_slice(&config_bytes)
            .with_context(|| format!("{} is no OCI image configuration", descriptor.digest()))?;
        let start = config.config().as_ref().and_then(|config| config.entrypoint().as_ref()?.first().cloned());
        let path = start.as_deref().map(plain);
        let diffs = config.rootfs().diff_ids();
        let layers = image.content.layers();
        ensure!(
            diffs.len() == layers.len(),
            "the manifest has {} layers and its configuration {}",
            layers.len(),
            diffs.len()
        );
        let mut content =
            Self { layers: Vec::new(), entrypoint: start.clone(), binary: None, config_bytes, config: config.clone() };
        for (layer, diff) in layers.iter().zip(diffs) {
            let bytes = decompress(layer, source.blob(layer)?).with_context(|| format!("layer {}", layer.digest()))?;
            let digest = Digest::of(&bytes);
            ensure!(digest.to_string() == *diff, "layer {} unpacks to {digest}, not to {diff}", layer.digest());
            let (layer, binary) = unpack(layer, &bytes, path).with_context(|| format!("layer {}", layer.digest()))?;
            content.layers.push(layer);
            content.binary = binary.or(content.binary);
        }
        Ok(content)
    }
}

fn decompress(layer: &Descriptor, bytes: Vec<u8>) -> Result<Vec<u8>> {
    match layer.media_type() {
        MediaType::ImageLayer => Ok(bytes),
        MediaType::ImageLayerGzip => {
            let mut unpacked = Vec::new();
            MultiGzDecoder::new(bytes.as_slice()).take(MOST + 1).read_to_end(&mut unpacked).context("it is no gzip")?;
            ensure!(unpacked.len() as u64 <= MOST, "it unpacks to more than {MOST} bytes");
            Ok(unpacked)
        }
        other => bail!("its type is `{other}`; `{}` would be right", MediaType::ImageLayerGzip),
    }
}

fn unpack(layer: &Descriptor, bytes: &[u8], binary: Option<&str>) -> Result<(Layer, Option<Vec<u8>>)> {
    let pulled = layer.size();
    let mut unpacked = Layer { pulled, unpacked: 0, paths: Vec::new(), privileged: Vec::new(), has_binary: false };
    let mut found = None;
    for entry in tar::Archive::new(bytes).entries()? {
        let mut entry = entry?;
        let path = entry.path()?.to_string_lossy().into_owned();
        let path = plain(&path).to_owned();
        if entry.header().entry_type().is_file() {
            unpacked.unpacked += entry.size();
            if entry.header().mode()? & SET_ID != 0 {
                unpacked.privileged.push(path.clone());
            }
            if binary == Some(path.as_str()) {
                let mut content = Vec::new();
                entry.read_to_end(&mut content)?;
                found = Some(content);
                unpacked.has_binary = true;
            }
        }
        // Distroless keeps a list of its packages in a folder that is called `dpkg`, which is no package manager.
        if !entry.header().entry_type().is_dir() {
            unpacked.paths.push(path);
        }
    }
    Ok((unpacked, found))
}

/// `/kyklos`, `./kyklos` and `kyklos` are the same file of an image.
fn plain(path: &str) -> &str {
    path.trim_start_matches("./").trim_start_matches('/').trim_end_matches('/')
}
