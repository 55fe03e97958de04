//! The program `kyklos`: the command line of the library.

use std::process::ExitCode;

use clap::Parser;
use kyklos::cli::Cli;

fn main() -> ExitCode {
    Cli::parse().run()
}
