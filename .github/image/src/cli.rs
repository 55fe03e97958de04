//! The command line.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use kyklos_registry::registry::Repository;

use crate::builder::Build;
use crate::figures::Figures;
use crate::layout::Built;
use crate::release::{self, Release};
use crate::{root, sbom, vulnerabilities};

/// Builds the image, and writes what a release consists of.
#[derive(Debug, Parser)]
#[command(name = "cargo image", bin_name = "cargo image", version, disable_help_subcommand = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Build the image for all platforms, by the Dockerfile, into a folder in the OCI image layout
    Build(Build),
    /// Say what the image takes; fail where that is over its budget
    Figures {
        /// The folder with the image
        #[arg(default_value = "target/image/layout")]
        layout: PathBuf,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Have Syft write the SBOM of each platform, in CycloneDX: of the binary's crates, and of the base's packages
    Sbom {
        /// The folder with the image
        #[arg(default_value = "target/image/layout")]
        layout: PathBuf,
        /// Where to
        #[arg(long, value_name = "FOLDER", default_value = "target/image/sbom")]
        out: PathBuf,
    },
    /// Take the binaries out of the image, as `kyklos-` and the architecture
    Extract {
        /// The folder with the image
        #[arg(default_value = "target/image/layout")]
        layout: PathBuf,
        /// Where to
        #[arg(long, value_name = "FOLDER", default_value = "target/image/bin")]
        out: PathBuf,
    },
    /// Say the digest of the image in a folder
    Digest {
        /// The folder with the image
        #[arg(default_value = "target/image/layout")]
        layout: PathBuf,
    },
    /// Check an image for known vulnerabilities, its base included, and its crates for licences and sources that we don't want
    ///
    /// What doesn't affect Kyklos is an exception in `.github/vex.json`, with an end.
    Vulnerabilities {
        /// The folder with the image
        #[arg(default_value = "target/image/layout")]
        layout: PathBuf,
        /// Instead, what is published: what the rolling tags lead to, as anybody pulls it
        #[arg(long, conflicts_with = "layout")]
        published: bool,
        /// Where it is published
        #[arg(long, value_name = "REPOSITORY", default_value = "ghcr.io/kyklos/kyklos", requires = "published")]
        repository: Repository,
    },
    /// Say what the changelog has for a release; fail where it has nothing
    Changes {
        /// The Git tag, `v0.1.0`
        #[arg(long)]
        tag: String,
    },
    /// Write what a release consists of besides the image: notes, manifests to install, SBOMs, checksums
    Release(Release),
}

impl Cli {
    /// Does it, and says on standard error what went wrong.
    pub fn run(self) -> ExitCode {
        match self.execute() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("error: {error:#}");
                ExitCode::FAILURE
            }
        }
    }

    fn execute(self) -> Result<()> {
        let root = root()?;
        match self.command {
            Action::Build(build) => println!("{}", build.run(&root)?),
            Action::Figures { layout, json } => {
                let figures = Figures::of(&Built::read(&root.join(layout))?, Vec::new());
                println!("{}", if json { format!("{:#}", figures.json()) } else { figures.table() });
                figures.check()?;
            }
            Action::Sbom { layout, out } => {
                sbom::write(&root, &root.join(layout), &root.join(out))?;
            }
            Action::Extract { layout, out } => {
                let files = Built::read(&root.join(layout))?.extract(&root.join(out))?;
                files.iter().for_each(|file| println!("{}", file.display()));
            }
            Action::Digest { layout } => println!("{}", Built::read(&root.join(layout))?.image.index.digest),
            Action::Vulnerabilities { published: true, repository, .. } => {
                vulnerabilities::of_what_is_published(&root, &repository)?;
            }
            Action::Vulnerabilities { layout, .. } => vulnerabilities::of_a_release(&root, &root.join(layout))?,
            Action::Changes { tag } => println!("{}", release::changes(&root, &tag)?),
            Action::Release(release) => release.write(&root)?,
        }
        Ok(())
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
