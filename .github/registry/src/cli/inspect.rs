//! `inspect`: what an image is.

use std::collections::BTreeMap;

use anyhow::Result;
use clap::Args;
use serde::Serialize;

use super::output::{Format, columns};
use crate::annotations::OCI;
use crate::inspect::{Inspected, Platform, inspect};
use crate::registry::Reference;
use crate::verify::megabytes;

/// Says whether an image exists, and what it is: platforms, digests, sizes and in which part, labels
///
/// It judges nothing: that is for `verify`. By the digest of one platform's manifest it shows that one.
#[derive(Debug, Args)]
pub(super) struct Inspect {
    /// The image, `registry/namespace/repository:tag` or `..@digest`
    image: Reference,
    /// Asks without a login, as anybody does who pulls it
    #[arg(long)]
    as_anybody: bool,
}

#[derive(Serialize)]
struct Answer<'a> {
    image: String,
    #[serde(flatten)]
    inspected: &'a Inspected,
}

impl Inspect {
    pub(super) fn run(&self, format: Format) -> Result<()> {
        let reference = &self.image;
        let point = reference.point()?;
        let registry = super::asks(&reference.repository, self.as_anybody)?;
        let inspected = inspect(&registry, point)?;
        let answer = Answer { image: reference.repository.with(point), inspected: &inspected };
        format.print(&answer, || table(&answer))
    }
}

fn table(answer: &Answer<'_>) -> String {
    let Inspected { digest, index, platforms } = answer.inspected;
    let kind = if *index { "an index" } else { "the manifest of one platform" };
    let heads = platforms.iter().map(|one| [one.platform.clone(), one.digest.to_string()]);
    let sizes = platforms.iter().flat_map(|one| &one.sizes).map(|size| {
        let [bytes, budget] = [size.bytes, size.budget].map(megabytes);
        [size.platform.clone(), size.part.name().to_owned(), bytes, budget]
    });
    let layers = platforms.iter().flat_map(|one| one.layers.iter().map(move |layer| (one, layer)));
    let layers = layers.map(|(one, layer)| {
        let [pulled, unpacked] = [layer.pulled, layer.unpacked].map(megabytes);
        [one.platform.clone(), layer.digest.short().to_owned(), layer.part.to_owned(), pulled, unpacked]
    });
    [
        format!("{} is {kind}, {digest}\n", answer.image),
        columns(["PLATFORM", "DIGEST"], &[], heads),
        columns(["PLATFORM", "PART", "SIZE", "BUDGET"], &[2, 3], sizes),
        columns(["PLATFORM", "LAYER", "HAS THE", "AS PULLED", "UNPACKED"], &[3, 4], layers),
        columns(["LABEL", "OF", "VALUE"], &[], labels(platforms)),
    ]
    .join("\n")
}

/// Each label once where all platforms agree, as they do in an image of ours.
fn labels(platforms: &[Platform]) -> Vec<[String; 3]> {
    let mut all: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for one in platforms {
        for (name, value) in &one.labels {
            let short = name.strip_prefix(OCI).unwrap_or(name);
            all.entry((short, value)).or_default().push(&one.platform);
        }
    }
    let of = |owners: Vec<&str>| if owners.len() == platforms.len() { "all".to_owned() } else { owners.join(", ") };
    all.into_iter().map(|((name, value), owners)| [name.to_owned(), of(owners), value.to_owned()]).collect()
}
