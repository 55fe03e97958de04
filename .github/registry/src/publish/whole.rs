//! Looks whether all of an image is there once it is published, and publishes again what somebody has deleted meanwhile: a
//! part that is found there isn't pushed, and a cleanup that runs beside may be just about to delete it.

use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};

use super::{Done, Step};
use crate::digest::Digest;
use crate::registry::{Gone, Registry};
use crate::source::Image;
use crate::tag::Tag;

/// How often it is published. A cleanup looks at each digest once, so one that takes something five times isn't one of ours.
const ROUNDS: u32 = 5;

/// Publishes until everything is there, with this tag if one was given, and returns what all rounds together have done.
pub(crate) fn until_whole(
    registry: &Registry,
    image: &Image,
    tag: Option<&Tag>,
    mut publish: impl FnMut() -> Result<Vec<Step>>,
) -> Result<Vec<Step>> {
    let mut all = Vec::new();
    let mut lost = Vec::new();
    for round in 0..ROUNDS {
        thread::sleep(Duration::from_millis(200) * round);
        lost = match publish() {
            Ok(steps) => {
                add(&mut all, steps);
                missing(registry, image, tag)?
            }
            Err(error) if error.downcast_ref::<Gone>().is_some() => vec![format!("{error:#}")],
            Err(error) => return Err(error),
        };
        if lost.is_empty() {
            return Ok(all);
        }
        eprintln!("gone as soon as it was there, so it is published again: {}", lost.join(", "));
    }
    bail!(
        "{} was published {ROUNDS} times, and of {} something is gone each time, now {}; start this again once nothing \
         deletes from there",
        image.index.digest,
        registry.repository(),
        lost.join(", ")
    )
}

/// What of an image isn't there. A tag that has moved on, as that of a pull request may, is.
fn missing(registry: &Registry, image: &Image, tag: Option<&Tag>) -> Result<Vec<String>> {
    let mut missing = Vec::new();
    for blob in image.blobs() {
        let digest = Digest::try_from(blob.digest())?;
        if !registry.has_blob(&digest)? {
            missing.push(digest.to_string());
        }
    }
    let manifests = image.platforms.iter().map(|child| &child.manifest).chain([&image.index]);
    let names = manifests.map(|manifest| manifest.digest.to_string()).chain(tag.map(ToString::to_string));
    for name in names {
        if registry.digest_of(&name)?.is_none() {
            missing.push(name);
        }
    }
    Ok(missing)
}

/// Adds the steps of a round: what it has written counts as written, whatever the next one finds.
fn add(all: &mut Vec<Step>, steps: Vec<Step>) {
    for step in steps {
        match all.iter_mut().find(|known| (known.what, &known.name) == (step.what, &step.name)) {
            Some(known) if step.done != Done::AlreadyThere => *known = step,
            Some(_) => {}
            None => all.push(step),
        }
    }
}
