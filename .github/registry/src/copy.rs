//! Copies a release to another registry, digest for digest: the bytes are the same, so signatures hold there, too.

use anyhow::{Context, Result, bail};

use crate::digest::Digest;
use crate::event::Event;
use crate::publish::whole::until_whole;
use crate::publish::{self, Done, Step, What};
use crate::registry::Registry;
use crate::source::{INDEX, Image, Manifest, Source, blobs_of};
use crate::tag::{Attachment, Tag};
use crate::verify::attached;

/// Copies the image of a stable release with all that hangs on it, and gives it the tags that the releases **there** call for.
pub fn copy(from: &Registry, to: &Registry, tag: &str, dry_run: bool) -> Result<Vec<Step>> {
    let Some(Tag::Release(version)) = Tag::parse(tag) else {
        bail!("`{tag}` is no release, and only releases are copied; right would be `v1.2.3`");
    };
    if !version.is_stable() {
        bail!(
            "{tag} is a pre-release, and what is copied is kept for ever, so only stable releases are; right would be `v1.2.3`"
        );
    }
    let event = Event::Release(version);
    let index = from.manifest_at(tag)?.with_context(|| format!("there is no {}", from.repository().with(tag)))?;
    let image = Image::of_index(from, index)?;
    let own = event.own_tag();
    publish::check_immutable(to, &own, &image.index.digest)?;
    let round = || {
        let mut steps = publish::push(from, &image, to, dry_run)?;
        // Before the tags, so that whoever pulls by tag finds the signature.
        let digests = image.platforms.iter().map(|child| &child.manifest.digest).chain([&image.index.digest]);
        for digest in digests {
            attachments(from, to, digest, dry_run, &mut steps)?;
        }
        steps.extend(publish::tag(&image, to, &event, dry_run)?);
        Ok(steps)
    };
    if dry_run { round() } else { until_whole(to, &image, Some(&own), round) }
}

/// Copies what hangs on a digest: what is under tags, and if no signature is, what the registry lists as referrers.
fn attachments(from: &Registry, to: &Registry, digest: &Digest, dry_run: bool, steps: &mut Vec<Step>) -> Result<()> {
    for kind in Attachment::ALL {
        let tag = Tag::Attached(digest.clone(), kind).to_string();
        if let Some(manifest) = from.manifest_at(&tag)? {
            whole(from, to, &manifest, dry_run)?;
            steps.push(put(to, &tag, &manifest, dry_run)?);
        }
    }
    if attached::is_signed_under_tags(from, digest)? {
        return Ok(());
    }
    let mut listed = from.referrers(digest).unwrap_or_default();
    // Registries list in any order, and the same list is to have the same digest.
    listed.sort_by_key(|entry| entry.digest().to_string());
    for entry in &listed {
        let referrer = Digest::try_from(entry.digest())?;
        let manifest = from.manifest(&referrer)?.with_context(|| format!("{} has no {referrer}", from.place()))?;
        whole(from, to, &manifest, dry_run)?;
        steps.push(put(to, &referrer.to_string(), &manifest, dry_run)?);
    }
    // A registry that keeps no list of its own wants it under a tag, as the OCI's specification says.
    if !listed.is_empty() && to.referrers(digest).is_err() {
        let index = serde_json::json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": listed });
        let manifest = Manifest::new(index.to_string().into_bytes(), Some(INDEX));
        let tag = Tag::Attached(digest.clone(), Attachment::Referrers).to_string();
        steps.push(put(to, &tag, &manifest, dry_run)?);
    }
    Ok(())
}

/// Copies what a manifest refers to, whether it is an index or not.
fn whole(from: &Registry, to: &Registry, manifest: &Manifest, dry_run: bool) -> Result<()> {
    if let Ok(index) = manifest.as_index() {
        for child in index.manifests() {
            let digest = Digest::try_from(child.digest())?;
            let child = from.manifest(&digest)?.with_context(|| format!("{} has no {digest}", from.place()))?;
            whole(from, to, &child, dry_run)?;
            put(to, &digest.to_string(), &child, dry_run)?;
        }
        return Ok(());
    }
    for blob in blobs_of(&manifest.as_image()?) {
        let digest = Digest::try_from(blob.digest())?;
        if !dry_run && !to.has_blob(&digest)? {
            to.push_blob(&digest, &from.blob(blob)?)?;
        }
    }
    Ok(())
}

fn put(to: &Registry, reference: &str, manifest: &Manifest, dry_run: bool) -> Result<Step> {
    let there = to.digest_of(reference)?.as_ref() == Some(&manifest.digest);
    if !there && !dry_run {
        to.put_manifest(reference, manifest)?;
    }
    let done = if there { Done::AlreadyThere } else { Done::Written };
    Ok(Step { what: What::Attached, name: reference.to_owned(), done })
}
