//! The tags that should be equal, by digest, against the registry.

use anyhow::Result;

use super::Report;
use crate::event::Event;
use crate::publish::rolling;
use crate::registry::Registry;
use crate::tag::{Rolling, Tag};

/// Whether a rolling tag, or each that a release concerns, is where it belongs. Other tags have none.
pub(super) fn check(registry: &Registry, tag: &str, report: &mut Report) -> Result<()> {
    let concerned = match Tag::parse(tag) {
        Some(Tag::Release(version)) => Event::Release(version).rolling(),
        Some(Tag::Rolling(rolling)) => vec![rolling],
        _ => Vec::new(),
    };
    if concerned.is_empty() {
        return Ok(());
    }
    let state = rolling::read(registry, &concerned)?;
    let astray = crate::plan::astray(&concerned, &state);
    for tag in concerned {
        let found = match astray.iter().find(|step| step.tag == tag) {
            Some(step) => {
                let found = state.get(&Tag::Rolling(tag)).map_or_else(|| "missing".to_owned(), ToString::to_string);
                Err(format!("`{tag}` is {found}; right would be {}, as `{}` has it", step.digest, step.to))
            }
            None => Ok(format!("`{tag}` is `{}`", target(tag, &state))),
        };
        report.add("index", "equal tags", found);
    }
    Ok(())
}

fn target(tag: Rolling, state: &rolling::State) -> String {
    let versions = crate::plan::releases(state.keys());
    tag.highest(&versions).map_or_else(|| "missing".to_owned(), ToString::to_string)
}
