//! Small images in the OCI image layout, with ELF files of a few bytes that say for which machine they are.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use kyklos_registry::digest::Digest;
use serde_json::{Value, json};
use tempfile::TempDir;

/// What an image is made of. The defaults are right; a test makes one thing wrong.
#[derive(Clone)]
pub struct Recipe {
    /// What makes it different from others.
    pub seed: String,
    /// Each platform, and the ELF machine of its binary.
    pub platforms: Vec<(&'static str, u16)>,
    /// Files besides the binary, in a layer of their own: path and size.
    pub base: Vec<(String, usize)>,
    /// Files beside the binary in its layer.
    pub beside: Vec<(String, usize)>,
    /// The size of the binary.
    pub binary: usize,
    /// Whether the binary wants a loader.
    pub dynamic: bool,
    pub labels: BTreeMap<&'static str, String>,
    /// Of the index, where they aren't as the labels.
    pub annotations: BTreeMap<&'static str, String>,
    pub user: &'static str,
    /// How much effort the layers' compression takes: another builder's is another.
    pub effort: u32,
}

pub const INDEX: &str = "application/vnd.oci.image.index.v1+json";

pub const X86_64: u16 = 62;
pub const AARCH64: u16 = 183;

/// An image on disk.
pub struct Built {
    folder: TempDir,
    /// The digest of the index.
    pub digest: String,
    /// Those of the platforms.
    pub children: Vec<String>,
}

impl Built {
    pub fn folder(&self) -> &str {
        self.folder.path().to_str().unwrap()
    }

    /// The bytes of the index.
    pub fn index(&self) -> Vec<u8> {
        fs::read(self.path(&self.digest)).unwrap()
    }

    pub fn path(&self, digest: &str) -> PathBuf {
        self.folder.path().join("blobs/sha256").join(digest.trim_start_matches("sha256:"))
    }
}

impl Recipe {
    pub fn new(seed: &str) -> Self {
        let labels = [
            ("title", "Kyklos"),
            ("description", "Scales Kubernetes workloads by time windows"),
            ("source", "https://github.com/kyklos/kyklos"),
            ("revision", "0123456789abcdef0123456789abcdef01234567"),
            ("version", "0.1.0"),
            ("created", "2026-11-25T12:00:00Z"),
            ("licenses", "Apache-2.0"),
            ("base.name", "gcr.io/distroless/static:nonroot"),
            ("base.digest", "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ];
        Self {
            seed: seed.to_owned(),
            platforms: vec![("linux/amd64", X86_64), ("linux/arm64", AARCH64)],
            base: vec![("etc/passwd".to_owned(), 100)],
            beside: Vec::new(),
            binary: 1000,
            dynamic: false,
            labels: labels.into_iter().map(|(key, value)| (key, value.to_owned())).collect(),
            annotations: BTreeMap::new(),
            user: "65532:65532",
            effort: 1,
        }
    }

    /// With a label of another value.
    pub fn label(mut self, key: &'static str, value: &str) -> Self {
        self.labels.insert(key, value.to_owned());
        self
    }

    /// As one for this event says of itself: `--tag v0.2.0`, or `--branch main --sha aaaaaaa`.
    pub fn of(self, event: &str) -> Self {
        match event.split_once("--tag v").or(event.split_once("--sha ")) {
            Some(("", version)) => self.label("version", version),
            Some((_, sha)) => self.label("revision", &format!("{sha:0<40}")),
            None => self,
        }
    }

    /// Writes it to a folder.
    pub fn build(&self) -> Built {
        let folder = tempfile::tempdir().unwrap();
        let blobs = folder.path().join("blobs/sha256");
        fs::create_dir_all(&blobs).unwrap();
        let manifests: Vec<_> =
            self.platforms.iter().map(|(platform, machine)| self.platform(&blobs, platform, *machine)).collect();
        let children = manifests.iter().map(|child| child["digest"].as_str().unwrap().to_owned()).collect();
        // What is empty is left out.
        let annotations: serde_json::Map<_, _> = named(&self.labels).chain(named(&self.annotations)).collect();
        let annotations: serde_json::Map<_, _> = annotations.into_iter().filter(|(_, value)| value != "").collect();
        let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests, "annotations": annotations});
        let entry = store(&blobs, INDEX, index.to_string().as_bytes());
        let digest = entry["digest"].as_str().unwrap().to_owned();
        fs::write(folder.path().join("oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#).unwrap();
        fs::write(folder.path().join("index.json"), json!({"schemaVersion": 2, "manifests": [entry]}).to_string())
            .unwrap();
        Built { folder, digest, children }
    }

    fn platform(&self, blobs: &Path, platform: &str, machine: u16) -> Value {
        let mut parts = platform.split('/');
        let (os, architecture) = (parts.next().unwrap(), parts.next().unwrap());
        let binary = elf(machine, self.binary, self.dynamic, &self.seed);
        let base = layer(self.base.iter().map(|(path, size)| (path.as_str(), noise(*size, path))));
        let own = [("kyklos", binary)].into_iter();
        let top = layer(own.chain(self.beside.iter().map(|(path, size)| (path.as_str(), noise(*size, path)))));
        let labels: serde_json::Map<_, _> = named(&self.labels).collect();
        let config = json!({
            "os": os, "architecture": architecture, "created": self.labels.get("created"),
            "config": {"Entrypoint": ["/kyklos"], "User": self.user, "Labels": labels},
            "rootfs": {"type": "layers", "diff_ids": [Digest::of(&base), Digest::of(&top)]},
        });
        let gzip = "application/vnd.oci.image.layer.v1.tar+gzip";
        let manifest = json!({
            "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": store(blobs, "application/vnd.oci.image.config.v1+json", config.to_string().as_bytes()),
            "layers": [store(blobs, gzip, &compress(&base, self.effort)), store(blobs, gzip, &compress(&top, self.effort))],
        });
        let mut entry = store(blobs, "application/vnd.oci.image.manifest.v1+json", manifest.to_string().as_bytes());
        entry["platform"] = json!({"os": os, "architecture": architecture});
        entry
    }
}

/// By their whole names.
fn named(values: &BTreeMap<&'static str, String>) -> impl Iterator<Item = (String, Value)> {
    values.iter().map(|(key, value)| (format!("org.opencontainers.image.{key}"), json!(value)))
}

fn store(blobs: &Path, media_type: &str, bytes: &[u8]) -> Value {
    let digest = Digest::of(bytes);
    fs::write(blobs.join(digest.hex()), bytes).unwrap();
    json!({"mediaType": media_type, "digest": digest, "size": bytes.len()})
}

fn layer<'a>(files: impl Iterator<Item = (&'a str, Vec<u8>)>) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (path, content) in files {
        let mut header = tar::Header::new_gnu();
        // A name that ends with a slash is a folder's.
        if path.ends_with('/') {
            header.set_entry_type(tar::EntryType::Directory);
            header.set_mode(0o755);
            header.set_size(0);
            archive.append_data(&mut header, path, &[][..]).unwrap();
            continue;
        }
        header.set_size(content.len() as u64);
        header.set_mode(if path.starts_with("setuid/") { 0o4755 } else { 0o755 });
        archive.append_data(&mut header, path, content.as_slice()).unwrap();
    }
    archive.into_inner().unwrap()
}

fn compress(bytes: &[u8], effort: u32) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(effort));
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Bytes that don't compress, and the same each time.
fn noise(size: usize, seed: &str) -> Vec<u8> {
    let mut state = seed
        .bytes()
        .fold(0x9e37_79b9_7f4a_7c15u64, |state, byte| (state ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    };
    (0..size).map(|_| next()).collect()
}

/// A 64-bit, little-endian executable: a header, where wanted the segment that names a loader, and bytes to fill it.
fn elf(machine: u16, size: usize, dynamic: bool, seed: &str) -> Vec<u8> {
    let loader = b"/lib64/ld-linux-x86-64.so.2\0";
    let segments: u16 = dynamic.into();
    let mut file = vec![0x7f, b'E', b'L', b'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    file.extend(2u16.to_le_bytes());
    file.extend(machine.to_le_bytes());
    file.extend(1u32.to_le_bytes());
    for word in [0u64, 64 * u64::from(segments), 0] {
        file.extend(word.to_le_bytes());
    }
    file.extend(0u32.to_le_bytes());
    for half in [64u16, 56, segments, 64, 0, 0] {
        file.extend(half.to_le_bytes());
    }
    if dynamic {
        file.extend(3u32.to_le_bytes());
        file.extend(4u32.to_le_bytes());
        for word in [120u64, 0, 0, loader.len() as u64, loader.len() as u64, 1] {
            file.extend(word.to_le_bytes());
        }
        file.extend(loader);
    }
    let rest = size.saturating_sub(file.len());
    file.extend(noise(rest, seed));
    file
}
