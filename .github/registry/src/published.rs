//! What is published, as far as somebody runs it who does what the documents say: what the rolling tags lead to and the newest
//! pre-release; and before the first release the newest commit of `main`.

use anyhow::{Context, Result};
use jiff::Timestamp;
use serde::Serialize;

use crate::annotations::OCI;
use crate::digest::Digest;
use crate::registry::Registry;
use crate::source::Manifest;
use crate::tag::{Branch, Rolling, Tag};
use crate::version::Version;

/// An image that is there for others to run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Published {
    /// Of its index.
    pub digest: Digest,
    /// By which it was found.
    pub tags: Vec<String>,
    /// The tag of its release, `v0.1.0`; a commit of a branch has none.
    pub release: Option<String>,
    /// The commit that it is built from, by its whole name.
    pub revision: String,
    /// When that was made.
    pub created: Timestamp,
}

/// All of them: that of `latest` first, the higher of two versions before the lower.
pub fn read(registry: &Registry) -> Result<Vec<Published>> {
    let tags = registry.tags()?;
    let mut found: Vec<Published> = Vec::new();
    for tag in in_use(&Tag::releases(&tags)) {
        // A tag that is gone by now was of no use to anybody.
        let Some(index) = registry.manifest_at(&tag)? else { continue };
        let one = describe(&index, &tag).with_context(|| registry.repository().with(&tag))?;
        match found.iter_mut().find(|known| known.digest == one.digest) {
            Some(known) => known.tags.push(tag),
            None => found.push(one),
        }
    }
    if found.is_empty() {
        found.extend(newest_of_main_among(&tags, registry)?);
    }
    Ok(found)
}

/// The newest commit of `main` that there is an image of. No release has signed it.
pub fn newest_of_main(registry: &Registry) -> Result<Option<Published>> {
    newest_of_main_among(&registry.tags()?, registry)
}

fn newest_of_main_among(tags: &[String], registry: &Registry) -> Result<Option<Published>> {
    let mut newest: Option<Published> = None;
    for tag in tags {
        if !matches!(Tag::parse(tag), Some(Tag::Commit(Branch::Main, _))) {
            continue;
        }
        let Some(index) = registry.manifest_at(tag)? else { continue };
        let one = describe(&index, tag).with_context(|| registry.repository().with(tag))?;
        if newest.as_ref().is_none_or(|newest| newest.created < one.created) {
            newest = Some(Published { release: None, ..one });
        }
    }
    Ok(newest)
}

/// The rolling tags that there are to be with these versions, the lowest of which comes first; and a pre-release that is newer than all.
fn in_use(versions: &[Version]) -> Vec<String> {
    let mut rolling: Vec<Rolling> = Vec::new();
    for version in versions.iter().rev().filter(|version| version.is_stable()) {
        let [minor, major, latest] = Rolling::of(version);
        for one in [latest, major, minor] {
            if !rolling.contains(&one) {
                rolling.push(one);
            }
        }
    }
    let pre = versions.last().filter(|version| !version.is_stable()).map(ToString::to_string);
    rolling.iter().map(ToString::to_string).chain(pre).collect()
}

/// What an index says of itself, as `cargo image build` writes it and `verify` wants it.
fn describe(index: &Manifest, tag: &str) -> Result<Published> {
    let parsed = index.as_index()?;
    let said = |name: &str| -> Result<&str> {
        let value = parsed.annotations().as_ref().and_then(|all| all.get(&format!("{OCI}{name}")));
        value.map(String::as_str).with_context(|| format!("its index doesn't say its `{name}`"))
    };
    let created = said("created")?;
    let version: Option<Version> = format!("v{}", said("version")?).parse().ok();
    Ok(Published {
        digest: index.digest.clone(),
        tags: vec![tag.to_owned()],
        release: version.map(|version| version.to_string()),
        revision: said("revision")?.to_owned(),
        created: created
            .parse()
            .with_context(|| format!("`{created}`, where it says when it was created, is no time"))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rolling_tags_and_a_newer_pre_release_are_in_use() {
        let of = |versions: &[&str]| {
            let mut versions: Vec<Version> = versions.iter().map(|text| text.parse().unwrap()).collect();
            versions.sort();
            in_use(&versions)
        };
        assert_eq!(of(&["v0.1.0", "v0.2.0", "v0.1.1"]), ["latest", "v0", "v0.2", "v0.1"]);
        assert_eq!(of(&["v0.1.0", "v1.0.0-rc.1"]), ["latest", "v0", "v0.1", "v1.0.0-rc.1"]);
        // One that its release has come after is nobody's any more.
        assert_eq!(of(&["v1.0.0-rc.1", "v1.0.0"]), ["latest", "v1", "v1.0"]);
        assert_eq!(of(&["v1.0.0-rc.1"]), ["v1.0.0-rc.1"]);
        assert_eq!(of(&[]), Vec::<String>::new());
    }
}
