//! Whether two images are the same: one that was built again, and the one that is published.
//!
//! By the same builder they are, to the digest. Another one writes the same content in other words: it compresses otherwise, orders
//! its JSON otherwise, and keeps another history; so then the layers as they unpack, the configurations and the binaries count.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::digest::Digest;
use crate::source::{Image, PlatformImage, Source};
use crate::verify::Finding;
use crate::verify::content::Content;

/// What a builder tells of its own steps in a configuration: words, and nothing that runs.
const OF_THE_BUILDER: [&str; 1] = ["history"];
/// The most places that a message names.
const NAMED: usize = 5;

/// How much has to be equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Every byte, so that the index has the same digest: by the same builder.
    Digest,
    /// What is in it: layers as they unpack, configurations, binaries; by any builder.
    Content,
}

/// Looks at each platform of both, and says of each thing whether it is equal.
pub fn compare(
    (built, ours): (&dyn Source, &Image),
    (published, theirs): (&dyn Source, &Image),
    extent: Extent,
) -> Result<Vec<Finding>> {
    let mut findings = vec![platforms(ours, theirs)];
    for child in &theirs.platforms {
        let Some(own) = ours.platforms.iter().find(|own| own.platform == child.platform) else { continue };
        let read = |source: &dyn Source, image: &PlatformImage| {
            Content::read(source, image).with_context(|| format!("{} in {}", image.platform, source.place()))
        };
        let (own_content, content) = (read(built, own)?, read(published, child)?);
        findings.push(layers(&child.platform, &own_content, &content));
        let [own_config, config] = [&own_content, &content].map(|content| {
            let parsed = serde_json::from_slice(&content.config_bytes);
            parsed.with_context(|| format!("the configuration of {}", child.platform))
        });
        findings.push(configuration(&child.platform, own_config?, config?));
        findings.push(binary(&child.platform, own_content.binary.as_deref(), content.binary.as_deref()));
    }
    if extent == Extent::Digest {
        let same = findings.iter().all(|finding| finding.right);
        findings.push(digest(&ours.index.digest, &theirs.index.digest, same));
    }
    Ok(findings)
}

fn finding(of: &str, check: &'static str, found: Result<String, String>) -> Finding {
    let right = found.is_ok();
    let (Ok(text) | Err(text)) = found;
    Finding { of: of.to_owned(), check, right, text }
}

fn platforms(ours: &Image, theirs: &Image) -> Finding {
    let of = |image: &Image| image.platforms.iter().map(|child| child.platform.clone()).collect::<BTreeSet<_>>();
    let (ours, theirs) = (of(ours), of(theirs));
    let listed = |set: BTreeSet<String>| set.into_iter().collect::<Vec<_>>().join(", ");
    let found = if ours == theirs {
        Ok(listed(ours))
    } else {
        Err(format!("built were {}, and published is {}", listed(ours), listed(theirs)))
    };
    finding("index", "platforms", found)
}

fn layers(platform: &str, own: &Content, published: &Content) -> Finding {
    let (own, published) = (own.config.rootfs().diff_ids(), published.config.rootfs().diff_ids());
    let found = match own.iter().zip(published).position(|(own, published)| own != published) {
        _ if own.len() != published.len() => {
            Err(format!("{} layers were built, and {} are published", own.len(), published.len()))
        }
        Some(at) => Err(format!(
            "layer {} of {} unpacks to {}, and the published one to {}",
            at + 1,
            own.len(),
            own.get(at).map_or("", String::as_str),
            published.get(at).map_or("", String::as_str)
        )),
        None => Ok(format!("{} layers unpack to the same", own.len())),
    };
    finding(platform, "diff IDs", found)
}

fn configuration(platform: &str, mut own: Value, mut published: Value) -> Finding {
    for value in [&mut own, &mut published] {
        if let Some(fields) = value.as_object_mut() {
            fields.retain(|name, _| !OF_THE_BUILDER.contains(&name.as_str()));
        }
    }
    let mut places = Vec::new();
    differences(&own, &published, String::new(), &mut places);
    let found = match places.as_slice() {
        [] => Ok("the same, but for the history that a builder tells".to_owned()),
        places => Err(format!("it differs at {}", places.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", "))),
    };
    finding(platform, "configuration", found)
}

/// The places where two documents differ, each with what is there.
fn differences(own: &Value, published: &Value, place: String, places: &mut Vec<String>) {
    match (own, published) {
        (Value::Object(own), Value::Object(published)) => {
            let names: BTreeSet<&String> = own.keys().chain(published.keys()).collect();
            for name in names {
                let at = |fields: &serde_json::Map<String, Value>| fields.get(name).cloned().unwrap_or_default();
                differences(&at(own), &at(published), format!("{place}/{name}"), places);
            }
        }
        (own, published) if own != published => places.push(format!("`{place}` ({own}, published {published})")),
        _ => {}
    }
}

fn binary(platform: &str, own: Option<&[u8]>, published: Option<&[u8]>) -> Finding {
    let found = match (own, published) {
        (Some(own), Some(published)) if own == published => Ok(format!("the same {} bytes", own.len())),
        (Some(own), Some(published)) => {
            let at = own.iter().zip(published).position(|(own, published)| own != published);
            let at = at.unwrap_or_else(|| own.len().min(published.len()));
            Err(format!(
                "{} bytes were built, {}, and {} are published, {}; they differ from byte {at} on",
                own.len(),
                Digest::of(own),
                published.len(),
                Digest::of(published)
            ))
        }
        _ => Err("there is no file that the image starts".to_owned()),
    };
    finding(platform, "binary", found)
}

fn digest(own: &Digest, published: &Digest, same: bool) -> Finding {
    let found = match (own == published, same) {
        (true, _) => Ok(own.to_string()),
        (false, true) => Err(format!(
            "the index is {own}, and published is {published}; what is in it is the same, so another builder has written it"
        )),
        (false, false) => Err(format!("the index is {own}, and published is {published}")),
    };
    finding("index", "digest", found)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_configuration_is_compared_but_for_its_history() {
        let one = json!({"os": "linux", "config": {"User": "65532", "Labels": {"a": "1"}}, "history": [1]});
        let mut other = one.clone();
        other["history"] = json!([2, 3]);
        assert!(configuration("linux/amd64", one.clone(), other.clone()).right);
        other["config"]["Labels"]["a"] = json!("2");
        other["config"]["Env"] = json!(["X=y"]);
        let found = configuration("linux/amd64", one, other);
        assert_eq!(
            found.text,
            r#"it differs at `/config/Env` (null, published ["X=y"]), `/config/Labels/a` ("1", published "2")"#
        );
        assert!(!found.right);
    }

    #[test]
    fn a_binary_is_told_where_it_differs() {
        assert!(binary("linux/amd64", Some(b"abc"), Some(b"abc")).right);
        for (own, at) in [(&b"abd"[..], 2), (b"ab", 2), (b"xbc", 0), (b"abcd", 3)] {
            let found = binary("linux/amd64", Some(own), Some(b"abc"));
            assert!(!found.right && found.text.ends_with(&format!("from byte {at} on")), "{}", found.text);
        }
        assert!(!binary("linux/amd64", None, None).right);
    }
}
