//! `kyklos plan`: what is to come, as a table and as a picture.

use clap::Args;

use super::Failure;
use super::input::Input;

/// Show what is to come, as a table and as a picture of the days
#[derive(Debug, Args)]
pub(super) struct Plan {
    #[command(flatten)]
    input: Input,
}

impl Plan {
    pub(super) fn run(&self) -> Result<(), Failure> {
        self.input.load().all().map(drop)
    }
}
