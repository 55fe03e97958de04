//! `verify`: whether an image is what the contract promises.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;

use super::Outcome;
use super::output::{Format, columns};
use super::wanted_args::WantedArgs;
use crate::layout::Layout;
use crate::registry::Reference;
use crate::source::Image;
use crate::tag::Tag;
use crate::verify::{self, Report, Wanted, megabytes};

/// Verifies an image, in a folder or in a registry
///
/// In both: the platforms of the index, the binary against each, labels, user, what else is in it, and the sizes against
/// their budgets. In a registry also that tags are equal that should be, and that signatures and SBOMs are there. Who has
/// signed is for `cosign verify` to say, and where it comes from for `gh attestation verify`.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The image, `registry/namespace/repository:tag` or `..@digest`
    #[arg(required_unless_present = "layout", conflicts_with = "layout")]
    image: Option<Reference>,
    /// A folder in the OCI image layout
    #[arg(long, value_name = "FOLDER")]
    layout: Option<PathBuf>,
    /// The name of the image in the folder, where it has several
    #[arg(long, requires = "layout")]
    name: Option<String>,
    /// The image isn't signed yet, as those of `main` and of pull requests: asks for no signature and no SBOM
    #[arg(long)]
    unsigned: bool,
    /// Asks without a login, as anybody does who pulls it: fails where that isn't allowed
    #[arg(long, conflicts_with = "layout")]
    as_anybody: bool,
    /// Writes the table of digests for the release notes, in Markdown, to this file
    #[arg(long, value_name = "FILE", conflicts_with = "layout")]
    notes: Option<PathBuf>,
    // Last: its heading in the help holds for all that follows.
    #[command(flatten)]
    wanted: WantedArgs,
}

impl Verify {
    pub(super) fn run(&self, format: Format, dry_run: bool) -> Result<Outcome> {
        let tag = self.image.as_ref().and_then(|reference| Tag::parse(reference.tag.as_deref()?));
        let wanted = self.wanted.wanted(tag.as_ref())?;
        let report = match (&self.image, &self.layout) {
            (Some(reference), _) => self.in_registry(reference, &wanted, dry_run)?,
            (None, Some(folder)) => {
                let layout = Layout::open(folder)?;
                verify::image(&layout, &layout.image(self.name.as_deref())?, &wanted)
            }
            (None, None) => bail!("say an image, or a folder with --layout"),
        };
        format.print(&report, || table(&report))?;
        Ok(if report.is_right() { Outcome::Right } else { Outcome::Wrong })
    }

    fn in_registry(&self, reference: &Reference, wanted: &Wanted, dry_run: bool) -> Result<Report> {
        let registry = super::asks(&reference.repository, self.as_anybody)?;
        let (tag, point) = (reference.tag.as_deref(), reference.point()?);
        let full = reference.repository.with(point);
        let index = registry.manifest_at(point)?.with_context(|| format!("there is no {full}"))?;
        let image = Image::of_index(&registry, index)?;
        let mut report = verify::image(&registry, &image, wanted);
        verify::surroundings(&registry, &image, tag, !self.unsigned, &mut report)?;
        if let Some(file) = self.notes.as_ref().filter(|_| !dry_run) {
            let table = verify::digest_table(&reference.repository, tag, &report);
            fs::write(file, table).with_context(|| format!("writing {}", file.display()))?;
        }
        Ok(report)
    }
}

fn table(report: &Report) -> String {
    let findings = report.findings.iter().map(|finding| {
        let mark = if finding.right { "right" } else { "WRONG" };
        [finding.of.clone(), finding.check.to_owned(), mark.to_owned(), finding.text.clone()]
    });
    let sizes = report.sizes.iter().map(|size| {
        let [bytes, budget, goal] = [size.bytes, size.budget, size.goal].map(megabytes);
        [size.platform.clone(), size.part.name().to_owned(), bytes, budget, goal]
    });
    let digests = report.digests.iter().map(|named| [named.of.clone(), named.digest.to_string()]);
    [
        columns(["OF", "CHECK", "IS", "FOUND"], &[], findings),
        columns(["PLATFORM", "PART", "SIZE", "BUDGET", "GOAL"], &[2, 3, 4], sizes),
        columns(["OF", "DIGEST"], &[], digests),
    ]
    .join("\n")
}
