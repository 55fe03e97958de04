//! `cargo image`: the command line of the library.

use std::process::ExitCode;

use clap::Parser;
use kyklos_image::cli::Cli;

fn main() -> ExitCode {
    Cli::parse().run()
}
