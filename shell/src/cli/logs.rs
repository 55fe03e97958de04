//! Logs, on standard error.

use std::io::{self, IsTerminal};

use anyhow::Context;
use clap::{Args, ValueEnum};
use tracing_subscriber::EnvFilter;

use super::Failure;

#[derive(Debug, Args)]
#[command(next_help_heading = "Logs")]
pub(super) struct Logs {
    /// How log lines look
    #[arg(long, value_enum, default_value_t = Format::Text)]
    log_format: Format,
    /// What is logged: a level, or filters such as info,kyklos=debug
    // What kube warns of comes from here, too, and so does each request that fails, with what it was for.
    #[arg(
        long,
        env = "RUST_LOG",
        default_value = "info,kube_client::client=off,kube_runtime=error",
        value_name = "FILTER"
    )]
    log_level: String,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
}

impl Logs {
    /// From here on, what the program logs is written.
    pub(super) fn start(&self) -> Result<(), Failure> {
        let filter = EnvFilter::builder().parse(&self.log_level).map_err(|error| {
            Failure::Input(vec![format!(
                "--log-level (or RUST_LOG): {:?} is no filter ({error}): write error, warn, info, debug or trace",
                self.log_level
            )])
        })?;
        let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
        let started = match self.log_format {
            Format::Text => lines.with_ansi(io::stderr().is_terminal()).try_init(),
            Format::Json => lines.json().flatten_event(true).try_init(),
        };
        Ok(started.map_err(anyhow::Error::from_boxed).context("logs")?)
    }
}
