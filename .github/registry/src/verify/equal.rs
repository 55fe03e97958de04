//! The tags that should be equal, by digest, against the registry: the image's own, and those that its release moves.

use anyhow::Result;

use super::Report;
use crate::digest::Digest;
use crate::event::Event;
use crate::publish::rolling;
use crate::registry::Registry;
use crate::tag::Tag;

/// Whether the tag is the image: a digest that was asked for beside it may be another. And whether a rolling tag, or each
/// that a release concerns, is where it belongs; other tags have none.
pub(super) fn check(registry: &Registry, tag: &str, image: &Digest, report: &mut Report) -> Result<()> {
    let found = match registry.digest_of(tag)? {
        Some(found) if found == *image => Ok(format!("`{tag}` is this image")),
        Some(found) => Err(format!("`{tag}` is {found}; right would be {image}, as was asked for")),
        None => Err(format!("`{tag}` is missing; right would be {image}, as was asked for")),
    };
    report.add("index", "equal tags", found);
    let concerned = match Tag::parse(tag) {
        Some(Tag::Release(version)) => Event::Release(version).rolling(),
        Some(Tag::Rolling(rolling)) => vec![rolling],
        _ => Vec::new(),
    };
    if concerned.is_empty() {
        return Ok(());
    }
    let own = match Tag::parse(tag) {
        Some(Tag::Release(version)) => Some(version),
        _ => None,
    };
    let state = rolling::read(registry, &concerned, own.as_ref())?;
    let astray = crate::plan::astray(&concerned, &state);
    for tag in concerned {
        let found = match astray.iter().find(|step| step.tag == tag) {
            Some(step) => {
                let found = state.get(&Tag::Rolling(tag)).map_or_else(|| "missing".to_owned(), ToString::to_string);
                Err(format!("`{tag}` is {found}; right would be {}, as `{}` has it", step.digest, step.to))
            }
            None => match rolling::target(tag, &state) {
                Some(version) => Ok(format!("`{tag}` is `{version}`")),
                None => Err(format!("`{tag}` is missing, as is every release that it could be")),
            },
        };
        report.add("index", "equal tags", found);
    }
    Ok(())
}
