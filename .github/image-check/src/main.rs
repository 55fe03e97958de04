//! `cargo image-check`: tries on one machine what the workflows do with the image: it is built, measured, started, published,
//! signed by the release's own commands, verified by those of the documents, copied; and what should fail does.

mod admission;
mod advisories;
mod check;
mod cosign;
mod documented;
mod identity;
mod registry;
mod sign;
mod stand_in;
mod start;
#[cfg(test)]
mod usage;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use kyklos_image::figures::{Figures, Start};
use kyklos_image::layout::Built;
use kyklos_image::root;
use kyklos_registry::registry::Reference;

use admission::Engine;
use documented::Published;
use stand_in::Bases;

/// Tries on this machine what the workflows do with the image.
#[derive(Debug, Parser)]
#[command(name = "cargo image-check", bin_name = "cargo image-check", version, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Try all of it, against a registry on loopback
    All {
        /// Where the base images come from
        #[arg(long, value_enum, default_value = "auto")]
        bases: Bases,
        /// Also compile the code a second time, and compare what comes out: minutes
        #[arg(long)]
        twice: bool,
        /// Also have Syft write the SBOMs, as a release does, which Go builds the first time: minutes
        #[arg(long)]
        sbom: bool,
    },
    /// Start the controller out of an image against a real API server, and say what it takes; fail where that is too much
    Start {
        /// The folder with the image
        #[arg(default_value = "target/image/layout")]
        layout: PathBuf,
        /// Write what was measured to this file as well, in JSON
        #[arg(long, value_name = "FILE")]
        figures: Option<PathBuf>,
    },
    /// Try an admission policy of `shell/deploy` with what is published, on the cluster of kubectl, which has its engine
    Admission {
        /// The engine
        #[arg(long, value_enum, default_value = "kyverno", conflicts_with = "here")]
        engine: Engine,
        /// Instead try whether this sees what a policy forgets, on an API server of this machine
        #[arg(long)]
        here: bool,
    },
    /// Check a release by the commands that the documents tell everybody
    Documented {
        /// The index, `registry/namespace/repository@sha256:..`
        image: Reference,
        /// The release, `v0.1.0`
        #[arg(long)]
        tag: String,
    },
}

fn main() -> ExitCode {
    match Cli::parse().execute() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

impl Cli {
    fn execute(self) -> Result<()> {
        let root = root()?;
        let work = root.join("target/image");
        match self.command {
            Action::All { bases, twice, sbom } => check::all(&root, bases, twice, sbom)?,
            Action::Start { layout, figures: file } => {
                let built = Built::read(&root.join(layout))?;
                let figures = Figures::of(&built, starts(&built, &work)?);
                println!("{}", figures.table());
                if let Some(file) = file {
                    std::fs::write(&file, format!("{:#}\n", figures.json()))
                        .with_context(|| format!("writing {}", file.display()))?;
                }
                figures.check()?;
            }
            Action::Admission { here: true, .. } => admission::here()?,
            Action::Admission { here: false, engine } => admission::on_the_cluster(&root, engine)?,
            Action::Documented { image, tag } => {
                std::fs::create_dir_all(&work)?;
                documented::check(
                    &root,
                    &work,
                    &Published { image, cosign: PathBuf::from("cosign"), authority: None },
                    &tag,
                )?;
            }
        }
        Ok(())
    }
}

/// Starts each binary that this machine can run.
fn starts(built: &Built, work: &Path) -> Result<Vec<Start>> {
    let files = built.extract(&work.join("bin"))?;
    let programs = built.programs.iter().zip(&files);
    let programs: Vec<_> = programs.map(|(program, file)| (program.platform.clone(), file.as_path())).collect();
    start::measure(&programs, work)
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
