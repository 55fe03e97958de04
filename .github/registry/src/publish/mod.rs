//! Publishes an image under the tags of an event, so that it may be done twice, by two, or again after a crash at any
//! step: nothing is tagged before all of it is there, and what is there is not written again. Afterwards it looks whether
//! all of it still is.

pub mod rolling;
pub(crate) mod whole;

use anyhow::{Error, Result, bail};
use serde::Serialize;

use crate::digest::Digest;
use crate::event::Event;
use crate::registry::{Gone, Registry};
use crate::source::{Image, Source};
use crate::tag::{Rolling, Tag};

/// A step, and whether there was anything to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What it is about.
    pub what: What,
    /// A digest or a tag.
    pub name: String,
    /// What was done, or would be.
    pub done: Done,
}

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// A configuration or a layer.
    Blob,
    /// The manifest of a platform.
    Manifest,
    /// The index.
    Index,
    /// A tag.
    Tag,
    /// What hangs on an image: a signature, an SBOM, an attestation.
    Attached,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Done {
    /// It was written, or would be.
    Written,
    /// It was there already.
    AlreadyThere,
    /// It points to this, or will; for rolling tags, which another release may have a right to.
    PointsTo(String),
}

/// Which tags an image gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tags {
    /// Those of its event.
    Given,
    /// None yet: it is there by its digest, to be signed before a tag leads anybody to it.
    Withheld,
}

/// Refuses to touch an immutable tag that is something else.
pub fn check_immutable(registry: &Registry, tag: &Tag, digest: &Digest) -> Result<Option<Digest>> {
    let found = registry.digest_of(&tag.to_string())?;
    if let Some(found) = found.as_ref().filter(|found| tag.is_immutable() && *found != digest) {
        bail!(
            "{}:{tag} is {found} already and never changes, so {digest} can't become it; no tag was given. Right would be a \
             new version or commit, or the build that made the first: the same commit gives the same digest",
            registry.repository()
        );
    }
    Ok(found)
}

/// Publishes an image; with `dry_run`, says what that would write.
pub fn publish(
    source: &dyn Source,
    image: &Image,
    registry: &Registry,
    event: &Event,
    tags: Tags,
    dry_run: bool,
) -> Result<Vec<Step>> {
    let own = event.own_tag();
    check_immutable(registry, &own, &image.index.digest)?;
    let round = || {
        let mut steps = push(source, image, registry, dry_run)?;
        if tags == Tags::Given {
            steps.extend(tag(image, registry, event, dry_run)?);
        }
        Ok(steps)
    };
    if dry_run {
        round()
    } else {
        whole::until_whole(registry, image, Some(&own).filter(|_| tags == Tags::Given), round)
    }
}

/// Gives the tags of an event to an image that has been pushed: its own, and then the rolling ones.
pub fn tag(image: &Image, registry: &Registry, event: &Event, dry_run: bool) -> Result<Vec<Step>> {
    let mut steps = vec![give(registry, image, &event.own_tag(), dry_run)?];
    steps.extend(roll(image, registry, event, dry_run)?);
    Ok(steps)
}

/// Pushes everything but tags: what is referred to before what refers to it.
pub fn push(source: &dyn Source, image: &Image, registry: &Registry, dry_run: bool) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    let mut step = |what, name: &Digest, there| {
        let done = if there { Done::AlreadyThere } else { Done::Written };
        steps.push(Step { what, name: name.to_string(), done });
    };
    for blob in image.blobs() {
        let digest = Digest::try_from(blob.digest())?;
        let there = registry.has_blob(&digest)?;
        if !there && !dry_run {
            registry.push_blob(&digest, &source.blob(blob)?)?;
        }
        step(What::Blob, &digest, there);
    }
    let children = image.platforms.iter().map(|child| (What::Manifest, &child.manifest));
    for (what, manifest) in children.chain([(What::Index, &image.index)]) {
        let reference = manifest.digest.to_string();
        let there = registry.digest_of(&reference)?.is_some();
        if !there && !dry_run {
            registry.put_manifest(&reference, manifest)?;
        }
        step(what, &manifest.digest, there);
    }
    Ok(steps)
}

/// Gives the event's own tag, and looks whether it was given.
fn give(registry: &Registry, image: &Image, tag: &Tag, dry_run: bool) -> Result<Step> {
    let (name, digest) = (tag.to_string(), &image.index.digest);
    // Once more: another job may have come in between, and the first that is there stays.
    let there = check_immutable(registry, tag, digest)?.as_ref() == Some(digest);
    if !there && !dry_run {
        registry.put_manifest(&name, &image.index)?;
        let found = registry.digest_of(&name)?;
        let place = registry.repository();
        match found {
            None => return Err(Error::new(Gone(format!("{place}:{name}, which was just made {digest}")))),
            Some(found) if tag.is_immutable() && found != *digest => {
                bail!("{place}:{name} was just made {digest}, and is {found}: another job has the same tag")
            }
            Some(_) => {}
        }
    }
    Ok(Step { what: What::Tag, name, done: if there { Done::AlreadyThere } else { Done::Written } })
}

/// Moves the rolling tags, last of all.
fn roll(image: &Image, registry: &Registry, event: &Event, dry_run: bool) -> Result<Vec<Step>> {
    let concerned = event.rolling();
    let Event::Release(version) = event else { return Ok(Vec::new()) };
    if concerned.is_empty() {
        return Ok(Vec::new());
    }
    let state = if dry_run {
        let mut state = rolling::read(registry, &concerned, None)?;
        state.insert(Tag::Release(version.clone()), image.index.digest.clone());
        state
    } else {
        rolling::settle(registry, &concerned, version)?
    };
    let step = |tag: Rolling| {
        let to = rolling::target(tag, &state).map(|version| version.to_string()).unwrap_or_default();
        Step { what: What::Tag, name: tag.to_string(), done: Done::PointsTo(to) }
    };
    Ok(concerned.into_iter().map(step).collect())
}
