//! `compare`: whether what was built again is what is published.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;

use super::Outcome;
use super::output::{Format, columns};
use crate::compare::{Extent, compare};
use crate::layout::Layout;
use crate::registry::Reference;
use crate::source::Image;

/// Compares an image that was built again, in a folder, with the one that is published
///
/// By the same Buildah, from the same commit, every digest is the same. By another one the layers unpack to the same, and
/// configurations and binaries are the same: `--content` asks for no more than that.
#[derive(Debug, Args)]
pub(super) struct Compare {
    /// The published image, `registry/namespace/repository:tag` or `..@digest`
    image: Reference,
    /// The folder in the OCI image layout that was built
    #[arg(long, value_name = "FOLDER", default_value = "target/image/layout")]
    layout: PathBuf,
    /// Another Buildah has built it: compares what is in it, not how that is written
    #[arg(long)]
    content: bool,
    /// Asks without a login, as anybody does who pulls it
    #[arg(long)]
    as_anybody: bool,
}

impl Compare {
    pub(super) fn run(&self, format: Format) -> Result<Outcome> {
        let reference = &self.image;
        let point = reference.point()?;
        let registry = super::asks(&reference.repository, self.as_anybody)?;
        let full = reference.repository.with(point);
        let index = registry.manifest_at(point)?.with_context(|| format!("there is no {full}"))?;
        let (published, layout) = (Image::of_index(&registry, index)?, Layout::open(&self.layout)?);
        let extent = if self.content { Extent::Content } else { Extent::Digest };
        let findings = compare((&layout, &layout.image(None)?), (&registry, &published), extent)?;
        format.print(&findings, || {
            let rows = findings.iter().map(|finding| {
                let mark = if finding.right { "equal" } else { "DIFFERS" };
                [finding.of.clone(), finding.check.to_owned(), mark.to_owned(), finding.text.clone()]
            });
            columns(["OF", "CHECK", "IS", "FOUND"], &[], rows)
        })?;
        let equal = findings.iter().all(|finding| finding.right);
        Ok(if equal { Outcome::Right } else { Outcome::Wrong })
    }
}
