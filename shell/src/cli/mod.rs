//! The command line.

mod assigned;
mod claims;
pub mod controller;
mod crd;
mod doubled;
mod eval;
mod failure;
mod file_kinds;
mod gitops;
mod holiday_files;
mod input;
mod logs;
mod manifests;
mod override_files;
mod overrides;
mod pack;
mod plan;
mod raised_bounds;
mod scaler_files;
mod selection_warnings;
mod send;
mod subject;
mod tables;
mod validate;
mod warnings;
mod workload_files;

use std::process::ExitCode;
use std::sync::LazyLock;

use clap::{Parser, Subcommand};

use self::controller::ControllerArgs;

pub use failure::Failure;

/// What a report of a fault needs: the version, whose time zones it goes by, and what it was built for.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    format!("{}\ntime zones {}\n{os} {arch}", env!("CARGO_PKG_VERSION"), kyklos_core::TimeZone::RELEASE)
});

/// Scales Kubernetes workloads by time windows.
#[derive(Debug, Parser)]
#[command(name = "kyklos", version, long_version = VERSION.as_str(), propagate_version = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// What is to be done. Each command is a file of its own.
#[derive(Debug, Subcommand)]
enum Command {
    Eval(eval::Eval),
    Validate(validate::Validate),
    Plan(plan::Plan),
    Pack(pack::Pack),
    Send(send::Send),
    Crd(crd::Crd),
    Manifests(manifests::Manifests),
    Gitops(gitops::Gitops),
    Override(overrides::Overrides),
    Claims(claims::Claims),
    Controller(ControllerArgs),
}

impl Cli {
    /// Does it, says on standard error what went wrong, and returns the exit status.
    pub fn run(self) -> ExitCode {
        let done = match self.command {
            Command::Eval(eval) => eval.run(),
            Command::Validate(validate) => validate.run(),
            Command::Plan(plan) => plan.run(),
            Command::Pack(pack) => pack.run(),
            Command::Send(send) => send.run(),
            Command::Crd(crd) => crd.run(),
            Command::Manifests(manifests) => manifests.run(),
            Command::Gitops(gitops) => gitops.run(),
            Command::Override(overrides) => wait_for(overrides.run()),
            Command::Claims(claims) => wait_for(claims.run()),
            Command::Controller(arguments) => {
                arguments.start_logs().and_then(|()| wait_for(async { Ok(arguments.run().await?) }))
            }
        };
        match done {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => failure.report(),
        }
    }
}

/// Runs a command that waits for things, such as the controller, on a runtime of several threads.
fn wait_for(command: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(anyhow::Error::from)?.block_on(command)
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
