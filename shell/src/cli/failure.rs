//! How a command fails, and with which exit status.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

/// Why a command came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// What was given is wrong; one line each. Exit status 2.
    #[error("{}", .0.join("\n"))]
    Input(Vec<String>),
    /// The answer could not be written.
    #[error("standard output: {0}")]
    Output(#[from] io::Error),
    /// Anything else.
    #[error("{0:#}")]
    Other(#[from] anyhow::Error),
}

impl Failure {
    /// Says it on standard error; the exit status that goes with it.
    pub(super) fn report(&self) -> ExitCode {
        match self {
            // Whoever reads the answer has seen enough of it.
            Self::Output(error) if error.kind() == ErrorKind::BrokenPipe => return ExitCode::SUCCESS,
            Self::Input(_) => say(self),
            Self::Output(_) | Self::Other(_) => say(format_args!("error: {self}")),
        }
        ExitCode::from(if matches!(self, Self::Input(_)) { 2 } else { 1 })
    }
}

/// A line on standard error. Where nobody reads that, nobody misses it.
pub(super) fn say(line: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}
