//! Whether an image is what the contract promises: before it is published, from a folder, and afterwards, from the
//! registry.

pub(crate) mod attached;
pub(crate) mod content;
mod elf;
mod equal;
mod notes;
mod rules;
mod sizes;

use std::collections::BTreeSet;

use anyhow::Result;
use serde::Serialize;

use crate::digest::Digest;
use crate::registry::Registry;
use crate::source::{Image, PlatformImage, Source};
use content::Content;

pub use notes::digest_table;
pub use rules::Labels;
pub(crate) use rules::{labels_of, without_v};
pub(crate) use sizes::measure;
pub use sizes::{Part, Size, megabytes};

/// The platforms of the index, unless others are asked for.
pub const PLATFORMS: [&str; 2] = ["linux/amd64", "linux/arm64"];

/// What is expected of an image.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Exactly these platforms.
    pub platforms: Vec<String>,
    /// These labels, besides those that every image has.
    pub labels: Labels,
}

impl Default for Wanted {
    fn default() -> Self {
        Self { platforms: PLATFORMS.map(str::to_owned).to_vec(), labels: Labels::default() }
    }
}

/// What was found out.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Each thing that was looked at.
    pub findings: Vec<Finding>,
    /// The sizes of each platform's image.
    pub sizes: Vec<Size>,
    /// The digests, of the index first.
    pub digests: Vec<Named>,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// `index`, or a platform.
    pub of: String,
    /// What was looked at.
    pub check: &'static str,
    /// Whether it is right.
    pub right: bool,
    /// What was found; and what would be right, where it isn't.
    pub text: String,
}

/// A digest and what it is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// `index`, or a platform.
    pub of: String,
    /// Its digest.
    pub digest: Digest,
}

impl Report {
    /// Whether everything is right.
    pub fn is_right(&self) -> bool {
        self.findings.iter().all(|finding| finding.right)
    }

    /// What isn't, a line each.
    pub fn problems(&self) -> Vec<String> {
        let wrong = self.findings.iter().filter(|finding| !finding.right);
        wrong.map(|finding| format!("{}: {}: {}", finding.of, finding.check, finding.text)).collect()
    }

    fn add(&mut self, of: &str, check: &'static str, found: Result<String, String>) {
        let (right, text) = match found {
            Ok(text) => (true, text),
            Err(text) => (false, text),
        };
        self.findings.push(Finding { of: of.to_owned(), check, right, text });
    }
}

/// Looks at all that the image itself has.
pub fn image(source: &dyn Source, image: &Image, wanted: &Wanted) -> Report {
    let named = |of: &str, digest: &Digest| Named { of: of.to_owned(), digest: digest.clone() };
    let children = image.platforms.iter().map(|child| named(&child.platform, &child.manifest.digest));
    let digests = std::iter::once(named("index", &image.index.digest)).chain(children).collect();
    let mut report = Report { findings: Vec::new(), sizes: Vec::new(), digests };
    report.add("index", "platforms", platforms(image, &wanted.platforms));
    let contents: Vec<_> =
        image.platforms.iter().filter_map(|child| platform(source, child, wanted, &mut report)).collect();
    // What can't be read has said so already.
    if contents.len() == image.platforms.len() {
        report.add("index", "annotations", rules::annotations(&image.index, &contents));
    }
    report
}

/// Looks at what the registry has beside the image: tags that should be equal, signatures and SBOMs.
pub fn surroundings(
    registry: &Registry,
    image: &Image,
    tag: Option<&str>,
    signed: bool,
    report: &mut Report,
) -> Result<()> {
    if let Some(tag) = tag {
        equal::check(registry, tag, &image.index.digest, report)?;
    }
    if signed {
        attached::check(registry, image, report)?;
    }
    Ok(())
}

fn platforms(image: &Image, wanted: &[String]) -> Result<String, String> {
    let found: BTreeSet<&str> = image.platforms.iter().map(|child| child.platform.as_str()).collect();
    let wanted: BTreeSet<&str> = wanted.iter().map(String::as_str).collect();
    let listed = |set: &BTreeSet<&str>| set.iter().copied().collect::<Vec<_>>().join(", ");
    if found == wanted && image.platforms.len() == wanted.len() {
        return Ok(listed(&found));
    }
    let all: Vec<_> = image.platforms.iter().map(|child| child.platform.as_str()).collect();
    let hint = if all.iter().any(|platform| platform.starts_with("unknown")) {
        "; what is unknown may be an attestation, which buildx leaves out with --provenance=false --sbom=false"
    } else {
        ""
    };
    Err(format!("the index has {}; exactly {} would be right{hint}", all.join(", "), listed(&wanted)))
}

/// Looks at the image of one platform, and returns its content where it can be read.
fn platform(source: &dyn Source, child: &PlatformImage, wanted: &Wanted, report: &mut Report) -> Option<Content> {
    let of = child.platform.as_str();
    let content = match Content::read(source, child) {
        Ok(content) => content,
        Err(error) => {
            report.add(of, "content", Err(format!("{error:#}")));
            return None;
        }
    };
    report.add(of, "configuration", configured_for(of, &content));
    let start = content.entrypoint.as_deref().unwrap_or_default();
    let binary = content.binary.as_deref().ok_or_else(|| match start {
        "" => "the configuration has no entrypoint; right would be the path of the binary, `[\"/kyklos\"]`".to_owned(),
        _ => format!("the entrypoint `{start}` is no file of the image"),
    });
    report.add(of, "architecture", binary.and_then(|binary| elf::check(of, binary)));
    report.add(of, "labels", rules::labels(&content, &wanted.labels));
    report.add(of, "user", rules::user(&content));
    report.add(of, "nothing else", rules::nothing_else(&content));
    let sizes = sizes::measure(of, &content);
    report.add(of, "size", sizes::check(&sizes));
    report.sizes.extend(sizes);
    Some(content)
}

/// The platform stands in the index and in the configuration, and runtimes go by either.
fn configured_for(platform: &str, content: &Content) -> Result<String, String> {
    let own = format!("{}/{}", content.config.os(), content.config.architecture());
    let same = platform == own || platform.strip_prefix(&own).is_some_and(|variant| variant.starts_with('/'));
    if same { Ok(own) } else { Err(format!("the index says {platform}, and the configuration {own}")) }
}
