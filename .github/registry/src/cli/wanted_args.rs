//! What an image is expected to be.

use anyhow::{Result, bail};
use clap::Args;

use crate::tag::Tag;
use crate::verify::{Labels, Wanted, without_v};

/// Besides what every image has to be.
#[derive(Debug, Args)]
#[command(next_help_heading = "Expected")]
pub(super) struct WantedArgs {
    /// A platform that the index has to have; repeated, all of them [default: linux/amd64 and linux/arm64]
    #[arg(long = "platform", value_name = "PLATFORM")]
    platforms: Vec<String>,
    /// The version that the label has to have, with or without a leading `v` [default: that of the release's tag]
    #[arg(long)]
    version: Option<String>,
    /// The commit that the label has to have, or what it begins with [default: that of the push's tag]
    #[arg(long, value_name = "SHA")]
    revision: Option<String>,
}

impl WantedArgs {
    /// The whole of it, for an image that has this tag or is to get it: a label that denies the tag is wrong, whatever else
    /// is asked for.
    pub(super) fn wanted(&self, tag: Option<&Tag>) -> Result<Wanted> {
        let by_tag = tag.map(Labels::of).unwrap_or_default();
        let labels = Labels {
            version: agreed("--version", &self.version, by_tag.version, |given, own| {
                without_v(given) == without_v(own)
            })?,
            revision: agreed("--revision", &self.revision, by_tag.revision, |given, own| given.starts_with(own))?,
        };
        let wanted = Wanted { labels, ..Wanted::default() };
        Ok(if self.platforms.is_empty() { wanted } else { Wanted { platforms: self.platforms.clone(), ..wanted } })
    }
}

/// What is asked for, or else what the tag says; refused where the two can't both be.
fn agreed(
    flag: &str,
    given: &Option<String>,
    by_tag: Option<String>,
    agree: fn(&str, &str) -> bool,
) -> Result<Option<String>> {
    if let (Some(given), Some(own)) = (given, &by_tag)
        && !agree(given, own)
    {
        bail!("{flag} is `{given}`, and the tag is of `{own}`; leave {flag} out, or say what the tag does");
    }
    Ok(given.clone().or(by_tag))
}
