//! Moves the rolling tags until what the registry says is right.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};
use oci_spec::image::{ANNOTATION_VERSION, ImageConfiguration};

use crate::digest::Digest;
use crate::plan::{astray, releases};
use crate::registry::{Gone, Registry};
use crate::source::Source as _;
use crate::tag::{Rolling, Tag};
use crate::version::Version;

/// What the registry says: the rolling tags, and the releases that they belong to.
pub type State = BTreeMap<Tag, Digest>;

/// How often the tags are read. Each round but the last ends with other jobs having moved them meanwhile, or with a
/// registry that is slow to tell.
const ROUNDS: u32 = 20;

/// Reads these rolling tags, and the highest releases that they may point to.
///
/// A list of tags may be older than the tags, so it isn't all that counts: `own`, which the caller knows of, does as well if
/// the registry has it; and so does the release that a rolling tag points to, by that image's own word and its tag.
pub fn read(registry: &Registry, rolling: &[Rolling], own: Option<&Version>) -> Result<State> {
    let known: Vec<Tag> = registry.tags()?.iter().filter_map(|tag| Tag::parse(tag)).collect();
    let mut versions = releases(&known);
    versions.extend(own.cloned());
    beside(registry, rolling, versions)
}

/// The same, where the list has been read already and has these.
pub fn beside(registry: &Registry, rolling: &[Rolling], mut versions: BTreeSet<Version>) -> Result<State> {
    let mut state = State::new();
    for &tag in rolling {
        highest(registry, tag, &mut versions, &mut state)?;
        let Some(digest) = registry.digest_of(&tag.to_string())? else { continue };
        if !state.values().any(|known| *known == digest)
            && let Some(version) = unlisted(registry, tag, &digest)?
        {
            versions.insert(version.clone());
            state.insert(Tag::Release(version), digest.clone());
        }
        state.insert(Tag::Rolling(tag), digest);
    }
    Ok(state)
}

/// Reads the highest release of a rolling tag's range. One that is listed and isn't there any more is none.
fn highest(registry: &Registry, tag: Rolling, versions: &mut BTreeSet<Version>, state: &mut State) -> Result<()> {
    while let Some(version) = tag.highest(versions.iter()).cloned() {
        let name = Tag::Release(version.clone());
        if state.contains_key(&name) {
            break;
        }
        if let Some(digest) = registry.digest_of(&version.to_string())? {
            state.insert(name, digest);
            break;
        }
        versions.remove(&version);
    }
    Ok(())
}

/// The release that an image says it is, if its tag says so, too: one that the list of tags doesn't have yet.
fn unlisted(registry: &Registry, tag: Rolling, digest: &Digest) -> Result<Option<Version>> {
    // Whatever else it points to, or half of it, is no release, and the tag is astray. But what can't be read just now is an
    // error: the tag might go back for it.
    let Some(index) = registry.manifest(digest)? else { return Ok(None) };
    let Ok(index) = index.as_index() else { return Ok(None) };
    let Some(first) = index.manifests().first() else { return Ok(None) };
    let Some(manifest) = registry.manifest(&Digest::try_from(first.digest())?)? else { return Ok(None) };
    let Ok(manifest) = manifest.as_image() else { return Ok(None) };
    if !registry.has_blob(&Digest::try_from(manifest.config().digest())?)? {
        return Ok(None);
    }
    let configuration = registry.blob(manifest.config())?;
    let Ok(configuration) = serde_json::from_slice::<ImageConfiguration>(&configuration) else { return Ok(None) };
    let label = configuration.labels_of_config().and_then(|labels| labels.get(ANNOTATION_VERSION));
    let Some(Ok(version)) = label.map(|label| format!("v{label}").parse::<Version>()) else { return Ok(None) };
    let is_it = tag.covers(&version) && registry.digest_of(&version.to_string())?.as_ref() == Some(digest);
    Ok(is_it.then_some(version))
}

/// The release that a rolling tag belongs to.
pub fn target(tag: Rolling, state: &State) -> Option<Version> {
    tag.highest(&releases(state.keys())).cloned()
}

/// Moves them where they belong, and returns what the registry says then.
///
/// Registries have no conditional write, so another job may write between our reading and our writing. Whoever writes
/// last reads afterwards, and so puts right what the two have done.
pub fn settle(registry: &Registry, rolling: &[Rolling], own: &Version) -> Result<State> {
    for round in 0..ROUNDS {
        let state = read(registry, rolling, Some(own))?;
        let moves = astray(rolling, &state);
        if moves.is_empty() {
            return Ok(state);
        }
        // Not at once the second time: the one that we race with is given a chance to finish.
        thread::sleep(Duration::from_millis(50) * round);
        for step in moves {
            let manifest = registry
                .manifest_at(&step.digest.to_string())?
                .ok_or_else(|| Gone(format!("{}@{}, which was {}", registry.repository(), step.digest, step.to)))?;
            registry.put_manifest(&step.tag.to_string(), &manifest)?;
        }
    }
    let names: Vec<_> = rolling.iter().map(ToString::to_string).collect();
    bail!(
        "{} of {} don't settle after {ROUNDS} readings; start this again once no other job releases",
        names.join(", "),
        registry.repository()
    )
}
