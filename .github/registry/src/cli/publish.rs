//! `publish`: pushes an image under the tags of an event.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;
use serde::Serialize;

use super::event_args::EventArgs;
use super::output::{Format, columns};
use super::wanted_args::WantedArgs;
use crate::digest::Digest;
use crate::layout::Layout;
use crate::publish::{self, Done, Step, Tags, What};
use crate::registry::{Registry, Repository};
use crate::verify;

/// Pushes an image under exactly the tags of an event
///
/// First the image is verified, and the immutable tag looked at: nothing is pushed where either is wrong. Then come
/// blobs, manifests and the index; then the immutable tag; the rolling tags last. What somebody deletes meanwhile is
/// pushed again. It may be repeated at any time.
#[derive(Debug, Args)]
pub(super) struct Publish {
    /// A folder in the OCI image layout (`cargo image build --out FOLDER`)
    #[arg(long, value_name = "FOLDER")]
    layout: PathBuf,
    /// The name of the image in the folder, where it has several
    #[arg(long)]
    name: Option<String>,
    /// Where to
    #[arg(long, value_name = "REPOSITORY", default_value = super::REPOSITORY)]
    to: Repository,
    /// Give no tag yet: push it by its digest alone, to be signed before a tag leads to it; the same again without this
    /// gives the tags
    #[arg(long)]
    without_tags: bool,
    #[command(flatten)]
    event: EventArgs,
    #[command(flatten)]
    wanted: WantedArgs,
}

#[derive(Serialize)]
struct Answer<'a> {
    event: String,
    repository: String,
    digest: &'a Digest,
    dry_run: bool,
    steps: &'a [Step],
}

impl Publish {
    pub(super) fn run(&self, format: Format, dry_run: bool) -> Result<()> {
        let event = self.event.event()?;
        let wanted = self.wanted.wanted(Some(&event.own_tag()))?;
        let tags = if self.without_tags { Tags::Withheld } else { Tags::Given };
        let layout = Layout::open(&self.layout)?;
        let image = layout.image(self.name.as_deref())?;
        let report = verify::image(&layout, &image, &wanted);
        if !report.is_right() {
            bail!("{} is not published:\n{}", self.layout.display(), report.problems().join("\n"));
        }
        let registry = Registry::open(self.to.clone())?;
        let registry = if dry_run { registry } else { registry.to_write() };
        let steps = publish::publish(&layout, &image, &registry, &event, tags, dry_run)?;
        let answer = Answer {
            event: event.to_string(),
            repository: self.to.to_string(),
            digest: &image.index.digest,
            dry_run,
            steps: &steps,
        };
        format.print(&answer, || table(&answer))
    }
}

fn table(answer: &Answer<'_>) -> String {
    let intent = if answer.dry_run { "would be " } else { "" };
    let head = format!("{}: {} {intent}published as {}\n\n", answer.repository, answer.event, answer.digest);
    head + &columns(["WHAT", "NAME", "DONE"], &[], answer.steps.iter().map(|step| row(step, answer.dry_run)))
}

/// A step as a row of a table.
pub(super) fn row(step: &Step, dry_run: bool) -> [String; 3] {
    let what = match step.what {
        What::Blob => "blob",
        What::Manifest => "manifest",
        What::Index => "index",
        What::Tag => "tag",
        What::Attached => "attached",
    };
    let done = match &step.done {
        Done::Written if dry_run => "would be written".to_owned(),
        Done::Written => "written".to_owned(),
        Done::AlreadyThere => "there already".to_owned(),
        Done::PointsTo(version) => format!("{} {version}", if dry_run { "would be" } else { "is" }),
    };
    [what.to_owned(), step.name.clone(), done]
}
