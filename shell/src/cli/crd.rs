//! `kyklos crd`: the CustomResourceDefinition.

use std::io::{self, Write};

use anyhow::Context;
use clap::{Args, ValueEnum};

use super::Failure;
use crate::api;

/// Print the CustomResourceDefinition, for kubectl apply -f -
#[derive(Debug, Args)]
pub(super) struct Crd {
    /// The form of the answer
    #[arg(short, long, value_enum, default_value_t = Output::Yaml)]
    output: Output,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Output {
    Yaml,
    Json,
}

impl Crd {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let crd = api::crd().context("the CRD")?;
        let text = match self.output {
            Output::Yaml => {
                let yaml = serde_saphyr::to_string(&crd).context("the CRD as YAML")?;
                format!("# Generated from the Rust types by `kyklos crd`.\n{yaml}")
            }
            Output::Json => format!("{crd:#}\n"),
        };
        Ok(io::stdout().lock().write_all(text.as_bytes())?)
    }
}
