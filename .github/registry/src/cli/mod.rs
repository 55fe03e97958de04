//! The command line.

mod compare;
mod copy;
mod delete;
mod event_args;
mod inspect;
mod keeper;
mod output;
mod prune;
mod publish;
mod published;
mod setting;
mod sizes;
mod tags;
mod verify;
mod wanted_args;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::registry::{Registry, Repository};
use output::Format;

/// The project's repository.
const REPOSITORY: &str = "ghcr.io/kyklos/kyklos";

/// Decides which tags an image gets; publishes, verifies, prunes and copies it.
#[derive(Debug, Parser)]
#[command(name = "cargo registry", bin_name = "cargo registry", version, disable_help_subcommand = true)]
pub struct Cli {
    /// How to answer
    #[arg(short, long, global = true, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    output: Format,
    /// Write nothing anywhere; say what would be written
    #[arg(long, global = true)]
    dry_run: bool,
    #[command(subcommand)]
    command: Command,
}

/// What is to be done. Each command is a file of its own.
#[derive(Debug, Subcommand)]
enum Command {
    Tags(tags::Tags),
    Publish(publish::Publish),
    Inspect(inspect::Inspect),
    Verify(verify::Verify),
    Prune(prune::Prune),
    Delete(delete::Delete),
    Copy(copy::Copy),
    Sizes(sizes::Sizes),
    Published(published::Published),
    Compare(compare::Compare),
}

/// How a command ends that could do its work.
enum Outcome {
    Right,
    /// What was looked at isn't what it should be; the answer says why.
    Wrong,
}

/// A client that asks as anybody may, or by the login that there is.
fn asks(repository: &Repository, as_anybody: bool) -> Result<Registry> {
    let repository = repository.clone();
    if as_anybody { Ok(Registry::as_anybody(repository)) } else { Registry::open(repository) }
}

impl Cli {
    /// Does it, says on standard error what went wrong, and returns the exit status.
    pub fn run(self) -> ExitCode {
        match self.execute() {
            Ok(Outcome::Right) => ExitCode::SUCCESS,
            Ok(Outcome::Wrong) => ExitCode::FAILURE,
            Err(error) => {
                eprintln!("error: {error:#}");
                ExitCode::FAILURE
            }
        }
    }

    fn execute(self) -> Result<Outcome> {
        let (format, dry_run) = (self.output, self.dry_run);
        match self.command {
            // Changes nothing anyway.
            Command::Tags(tags) => tags.run(format)?,
            Command::Inspect(inspect) => inspect.run(format)?,
            Command::Sizes(sizes) => sizes.run(format)?,
            Command::Published(published) => published.run(format)?,
            Command::Publish(publish) => publish.run(format, dry_run)?,
            Command::Prune(prune) => prune.run(format, dry_run)?,
            Command::Delete(delete) => delete.run(format, dry_run)?,
            Command::Copy(copy) => copy.run(format, dry_run)?,
            Command::Verify(verify) => return verify.run(format, dry_run),
            Command::Compare(compare) => return compare.run(format),
        }
        Ok(Outcome::Right)
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }
}
