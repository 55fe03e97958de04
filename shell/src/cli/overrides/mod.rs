//! `kyklos override`: another value for some time, by a person.

mod create;
mod end;
mod list;

use clap::{Args, Subcommand};

use super::Failure;

/// Give a schedule another value for some time: make an override, list them, end one
///
/// It takes the rights of the role kyklos-override, and none to edit a schedule.
#[derive(Debug, Args)]
pub(super) struct Overrides {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Create(create::Create),
    List(list::List),
    End(end::End),
}

impl Overrides {
    pub(super) async fn run(self) -> Result<(), Failure> {
        match self.verb {
            Verb::Create(create) => create.run().await,
            Verb::List(list) => list.run().await,
            Verb::End(end) => end.run().await,
        }
    }
}
