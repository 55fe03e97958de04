//! Gives the index of an image its annotations. Buildah can from 1.36 on, and older ones, such as those of Debian and of
//! GitHub's runners, can't; so the index is written once more, with what the labels of its platforms say.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use kyklos_registry::annotations::agreed;
use kyklos_registry::digest::Digest;
use kyklos_registry::layout::Layout;
use kyklos_registry::source::Source;
use serde_json::{Value, json};

/// Annotates the index in a folder of the OCI image layout, and returns its digest then.
pub(crate) fn annotate(folder: &Path) -> Result<Digest> {
    let layout = Layout::open(folder)?;
    let image = layout.image(None)?;
    let labels = image.platforms.iter().map(|child| {
        let configuration: Value = serde_json::from_slice(&layout.blob(child.content.config())?)
            .with_context(|| format!("the configuration of {}", child.platform))?;
        let labels = configuration.pointer("/config/Labels").cloned().unwrap_or_else(|| json!({}));
        serde_json::from_value(labels).with_context(|| format!("the labels of {}", child.platform))
    });
    let annotations = agreed(labels.collect::<Result<Vec<_>>>()?);
    let (before, mut index) = (&image.index.digest, parsed(&image.index.bytes, "the index")?);
    index.insert("annotations".to_owned(), json!(annotations));
    let bytes = serde_json::to_vec(&index).context("writing the index")?;
    let digest = Digest::of(&bytes);
    let blobs = folder.join("blobs/sha256");
    write(&blobs.join(digest.hex()), &bytes)?;
    refer(&folder.join("index.json"), before, &digest, bytes.len())?;
    if digest != *before {
        let old = blobs.join(before.hex());
        fs::remove_file(&old).with_context(|| format!("removing {}", old.display()))?;
    }
    Ok(digest)
}

/// Has the folder's own list lead to it.
fn refer(file: &Path, before: &Digest, digest: &Digest, size: usize) -> Result<()> {
    let text = fs::read(file).with_context(|| format!("reading {}", file.display()))?;
    let mut list = parsed(&text, "index.json")?;
    let entries = list.get_mut("manifests").and_then(Value::as_array_mut).context("index.json lists nothing")?;
    let own = |entry: &&mut Value| entry["digest"] == before.to_string();
    let entry = entries.iter_mut().find(own).with_context(|| format!("index.json doesn't list {before}"))?;
    (entry["digest"], entry["size"]) = (json!(digest), json!(size));
    write(file, &serde_json::to_vec(&list).context("writing index.json")?)
}

fn parsed(bytes: &[u8], what: &str) -> Result<serde_json::Map<String, Value>> {
    serde_json::from_slice(bytes).with_context(|| format!("{what} isn't what it should be"))
}

fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(file, bytes).with_context(|| format!("writing {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blob(folder: &Path, kind: &str, content: &Value) -> Value {
        let bytes = content.to_string().into_bytes();
        write(&folder.join("blobs/sha256").join(Digest::of(&bytes).hex()), &bytes).unwrap();
        json!({"mediaType": format!("application/vnd.oci.image.{kind}+json"), "digest": Digest::of(&bytes), "size": bytes.len()})
    }

    /// As Buildah writes it: without annotations, and without labels on which all agree in any other place.
    fn built() -> tempfile::TempDir {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path();
        fs::create_dir_all(folder.join("blobs/sha256")).unwrap();
        let platforms = ["amd64", "arm64"].map(|architecture| {
            let labels = json!({"org.opencontainers.image.description": "It does", "org.opencontainers.image.ref.name": architecture, "other": "x"});
            let configuration = json!({"os": "linux", "architecture": architecture, "config": {"Labels": labels}});
            let config = blob(folder, "config.v1", &configuration);
            let mut entry = blob(folder, "manifest.v1", &json!({"schemaVersion": 2, "config": config, "layers": []}));
            entry["platform"] = json!({"os": "linux", "architecture": architecture});
            entry
        });
        let index =
            json!({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": platforms});
        let mut entry = blob(folder, "index.v1", &index);
        entry["annotations"] = json!({"org.opencontainers.image.ref.name": "kyklos"});
        write(&folder.join("oci-layout"), br#"{"imageLayoutVersion":"1.0.0"}"#).unwrap();
        let list = json!({"schemaVersion": 2, "manifests": [entry]});
        write(&folder.join("index.json"), list.to_string().as_bytes()).unwrap();
        temporary
    }

    #[test]
    fn the_index_says_what_its_platforms_agree_on() {
        let folder = built();
        let before = Layout::open(folder.path()).unwrap().image(None).unwrap();
        let digest = annotate(folder.path()).unwrap();
        let layout = Layout::open(folder.path()).unwrap();
        // By its name, which stays.
        let image = layout.image(Some("kyklos")).unwrap();
        assert_eq!(image.index.digest, digest);
        let index: Value = serde_json::from_slice(&image.index.bytes).unwrap();
        assert_eq!(index["annotations"], json!({"org.opencontainers.image.description": "It does"}));
        assert!(layout.manifest(&before.index.digest).unwrap().is_none(), "one index is enough");
        let digests = |image: &kyklos_registry::source::Image| -> Vec<_> {
            image.platforms.iter().map(|child| child.manifest.digest.clone()).collect()
        };
        assert_eq!(digests(&image), digests(&before), "the platforms are the same");
        // Again: the same.
        assert_eq!(annotate(folder.path()).unwrap(), digest);
        Layout::open(folder.path()).unwrap().image(None).unwrap();
    }
}
