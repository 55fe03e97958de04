//! What there is in a repository, and who refers to whom.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use jiff::Timestamp;
use oci_spec::image::{ANNOTATION_CREATED, Descriptor, ImageConfiguration, MediaType};
use serde::Deserialize;

use crate::digest::Digest;
use crate::registry::Registry;
use crate::source::{Manifest, Source};
use crate::tag::Tag;

/// Every digest that is known of.
#[derive(Debug, Default, Clone)]
pub struct Inventory(BTreeMap<Digest, Entry>);

/// What is known of a digest.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its tags.
    pub tags: BTreeSet<String>,
    /// What it lists, if it is an index.
    pub refers_to: BTreeSet<Digest>,
    /// What it says that it speaks of: its `subject`.
    pub about: Option<Digest>,
    /// How old it is.
    pub date: Option<Timestamp>,
}

impl Inventory {
    /// Every digest in the order of the digits.
    pub fn entries(&self) -> impl Iterator<Item = (&Digest, &Entry)> {
        self.0.iter()
    }

    /// What is known of a digest.
    pub fn get(&self, digest: &Digest) -> Option<&Entry> {
        self.0.get(digest)
    }

    /// The same, with the digest that the inventory itself holds.
    pub fn entry(&self, digest: &Digest) -> Option<(&Digest, &Entry)> {
        self.0.get_key_value(digest)
    }

    /// Adds what is known of a digest, or replaces it.
    pub fn insert(&mut self, digest: Digest, entry: Entry) {
        self.0.insert(digest, entry);
    }

    /// Takes in a digest that no tag leads to; `None` where there is none.
    pub(crate) fn look_for(&mut self, registry: &Registry, digest: &Digest) -> Result<Option<()>> {
        let Some(manifest) = registry.manifest(digest)? else { return Ok(None) };
        look_at(registry, &manifest, self)?;
        Ok(Some(()))
    }

    /// Every tag.
    pub fn tags(&self) -> BTreeSet<&str> {
        self.0.values().flat_map(|entry| &entry.tags).map(String::as_str).collect()
    }

    /// What a digest is called in messages: by a tag if it has one.
    pub fn name(&self, digest: &Digest) -> String {
        let tag = self.get(digest).and_then(|entry| entry.tags.first());
        tag.map_or_else(|| digest.short().to_owned(), |tag| format!("`{tag}`"))
    }
}

/// What a manifest or an index refers to, as far as this matters here; of whatever kind it is.
#[derive(Debug, Default, Deserialize)]
pub(super) struct References {
    #[serde(default)]
    manifests: Vec<Descriptor>,
    subject: Option<Descriptor>,
    config: Option<Descriptor>,
    #[serde(default)]
    annotations: Option<BTreeMap<String, String>>,
}

impl References {
    pub(super) fn of(manifest: &Manifest) -> Result<Self> {
        serde_json::from_slice(&manifest.bytes)
            .with_context(|| format!("{} is neither an index nor a manifest", manifest.digest))
    }

    /// Of what it lists, what refers to nothing in its turn: the manifests of platforms.
    pub(super) fn leaves(&self) -> impl Iterator<Item = Digest> {
        let leaves = self.manifests.iter().filter(|child| *child.media_type() == MediaType::ImageManifest);
        leaves.filter(|child| child.platform().is_some()).filter_map(|child| Digest::try_from(child.digest()).ok())
    }

    pub(super) fn children(&self) -> Result<BTreeSet<Digest>> {
        self.manifests.iter().map(|child| Digest::try_from(child.digest())).collect()
    }

    pub(super) fn about(&self) -> Option<Digest> {
        self.subject.as_ref().and_then(|subject| Digest::try_from(subject.digest()).ok())
    }
}

/// Looks at all that a registry lets itself be asked about: tags and what they lead to. It lists nothing else, so what
/// has no tag is found only through what refers to it or speaks of it; the rest is for the registry's own garbage
/// collection.
///
/// It keeps no dates either, so an image is as old as it says itself: by the annotation or label `created`, or by its
/// configuration.
pub fn of_registry(registry: &Registry) -> Result<Inventory> {
    let mut inventory = Inventory::default();
    for tag in registry.tags()? {
        // A tag may go while others are read.
        let Some(manifest) = registry.manifest_at(&tag)? else { continue };
        let digest = manifest.digest.clone();
        if inventory.get(&digest).is_none() {
            look_at(registry, &manifest, &mut inventory)?;
        }
        inventory.0.entry(digest).or_default().tags.insert(tag);
    }
    // What is spoken of may have lost its tag, or its index.
    let spoken_of: BTreeSet<Digest> = inventory.tags().into_iter().filter_map(subject_of).collect();
    for subject in spoken_of {
        if inventory.get(&subject).is_none()
            && let Some(manifest) = registry.manifest(&subject)?
        {
            look_at(registry, &manifest, &mut inventory)?;
        }
    }
    Ok(inventory)
}

fn subject_of(tag: &str) -> Option<Digest> {
    match Tag::parse(tag)? {
        Tag::Attached(subject, _) => Some(subject),
        _ => None,
    }
}

/// Takes in a manifest and what it lists, and returns how old it is: as its youngest part.
fn look_at(registry: &Registry, manifest: &Manifest, inventory: &mut Inventory) -> Result<Option<Timestamp>> {
    let references = References::of(manifest)?;
    let mut date =
        references.annotations.as_ref().and_then(|all| all.get(ANNOTATION_CREATED)).and_then(|text| date_of(text));
    let refers_to = references.children()?;
    for child in &refers_to {
        // An index may list what isn't there; that is for `verify` to say.
        if let Some(manifest) = registry.manifest(child)? {
            date = date.max(look_at(registry, &manifest, inventory)?);
        }
    }
    if date.is_none()
        && let Some(config) = &references.config
    {
        date = created(registry, config)?;
    }
    let tags = inventory.get(&manifest.digest).map(|entry| entry.tags.clone()).unwrap_or_default();
    let about = references.about();
    inventory.insert(manifest.digest.clone(), Entry { tags, refers_to, about, date });
    Ok(date)
}

/// When an image says that it was made; configurations of other kinds say nothing.
fn created(registry: &Registry, config: &Descriptor) -> Result<Option<Timestamp>> {
    let Ok(config) = serde_json::from_slice::<ImageConfiguration>(&registry.blob(config)?) else { return Ok(None) };
    let label =
        config.labels_of_config().and_then(|labels| labels.get(ANNOTATION_CREATED)).and_then(|text| date_of(text));
    Ok(label.max(config.created().as_deref().and_then(date_of)))
}

/// A date that somebody has set: builders write the year 1970 where nobody has, and cosign the year 1.
fn date_of(text: &str) -> Option<Timestamp> {
    let time: Timestamp = text.parse().ok()?;
    (time.as_second() > 366 * 24 * 3600).then_some(time)
}
