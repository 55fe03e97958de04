//! The program `kyklos-registry`: the command line of the library.

use std::process::ExitCode;

use clap::Parser;
use kyklos_registry::cli::Cli;

fn main() -> ExitCode {
    Cli::parse().run()
}
