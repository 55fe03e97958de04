//! What an image is expected to be.

use clap::Args;

use crate::verify::{Labels, Wanted};

/// Besides what every image has to be.
#[derive(Debug, Args)]
#[command(next_help_heading = "Expected")]
pub(super) struct WantedArgs {
    /// A platform that the index has to have; repeated, all of them [default: linux/amd64 and linux/arm64]
    #[arg(long = "platform", value_name = "PLATFORM")]
    platforms: Vec<String>,
    /// The version that the label has to have, with or without a leading `v`
    #[arg(long)]
    version: Option<String>,
    /// The commit that the label has to have
    #[arg(long, value_name = "SHA")]
    revision: Option<String>,
}

impl WantedArgs {
    /// The whole of it.
    pub(super) fn wanted(&self) -> Wanted {
        let labels = Labels { version: self.version.clone(), revision: self.revision.clone() };
        let wanted = Wanted { labels, ..Wanted::default() };
        if self.platforms.is_empty() { wanted } else { Wanted { platforms: self.platforms.clone(), ..wanted } }
    }
}
