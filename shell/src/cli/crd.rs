//! `kyklos crd`: the CustomResourceDefinitions.

use std::io::{self, Write};

use anyhow::Context;
use clap::{Args, ValueEnum};
use serde_json::json;

use super::Failure;
use crate::api;

/// Print the CustomResourceDefinitions, for kubectl apply -f -
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
        let crds = api::crds().context("the CRDs")?;
        let text = match self.output {
            Output::Yaml => {
                let mut text = "# Generated from the Rust types by `kyklos crd`.\n".to_owned();
                for (index, crd) in crds.iter().enumerate() {
                    text.push_str(if index == 0 { "" } else { "---\n" });
                    text.push_str(&serde_saphyr::to_string(crd).context("the CRDs as YAML")?);
                }
                text
            }
            Output::Json => format!("{:#}\n", json!({ "apiVersion": "v1", "kind": "List", "items": crds })),
        };
        Ok(io::stdout().lock().write_all(text.as_bytes())?)
    }
}
