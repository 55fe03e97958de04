//! `cargo image`: builds the image with Buildah, measures it, writes its SBOMs, signs it; and `cargo image check` tries
//! all of that on one machine.

mod advisories;
mod builder;
mod check;
mod cosign;
mod documented;
mod figures;
mod layout;
mod registry;
mod release;
mod run;
mod sbom;
mod sign;
mod stand_in;
mod start;
#[cfg(test)]
mod usage;
mod vulnerabilities;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

use builder::{Bases, Build};
use figures::Figures;
use layout::Built;
use release::Release;
use sign::Signing;
use vulnerabilities::Scanner;

/// Builds and checks the image.
#[derive(Debug, Parser)]
#[command(name = "cargo image", bin_name = "cargo image", version, disable_help_subcommand = true)]
struct Cli {
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
        /// Also start the controller out of the image against a real API server
        #[arg(long)]
        start: bool,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Write the SBOM of each platform, in CycloneDX, from what its binary says it is made of
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
    /// Check the crates in the image for known vulnerabilities, and for licences and sources that we don't want
    Vulnerabilities {
        /// The folder with the image
        #[arg(default_value = "target/image/layout")]
        layout: PathBuf,
    },
    /// Say what the changelog has for a release; fail where it has nothing
    Changes {
        /// The Git tag, `v0.1.0`
        #[arg(long)]
        tag: String,
    },
    /// Write what a release consists of besides the image: notes, manifests to install, SBOMs
    Release(Release),
    /// Sign a published image, and attach SBOMs and provenance
    Sign {
        #[command(flatten)]
        signing: Signing,
        /// The folder with the SBOMs
        #[arg(long, value_name = "FOLDER", default_value = "target/image/sbom")]
        sboms: PathBuf,
        /// Who has built it, for the provenance
        #[arg(long, value_name = "URI")]
        builder: String,
    },
    /// Check who has signed a published image, its SBOMs and its provenance
    CheckSignatures(Signing),
    /// Check a release by the commands of cosign that the documents tell everybody
    CheckDocumented {
        #[command(flatten)]
        signing: Signing,
        /// The release, `v0.1.0`
        #[arg(long)]
        tag: String,
    },
    /// Try all of this on this machine, against a registry on loopback
    Check {
        /// Where the base images come from
        #[arg(long, value_enum, default_value = "auto")]
        bases: Bases,
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
            Action::Build(build) => println!("{}", build.run(&root)?),
            Action::Figures { layout, start, json } => {
                let built = Built::read(&root.join(layout))?;
                let figures = Figures::of(&built, if start { starts(&built, &work)? } else { Vec::new() });
                println!("{}", if json { format!("{:#}", figures.json()) } else { figures.table() });
                figures.check()?;
            }
            Action::Sbom { layout, out } => {
                sbom::write(&Built::read(&root.join(layout))?, &root.join(out))?;
            }
            Action::Extract { layout, out } => {
                let files = Built::read(&root.join(layout))?.extract(&root.join(out))?;
                files.iter().for_each(|file| println!("{}", file.display()));
            }
            Action::Digest { layout } => println!("{}", Built::read(&root.join(layout))?.image.index.digest),
            Action::Vulnerabilities { layout } => {
                let binaries = Built::read(&root.join(layout))?.extract(&work.join("bin"))?;
                Scanner::installed(&root)?.check(&root, &binaries)?;
            }
            Action::Changes { tag } => println!("{}", release::changes(&root, &tag)?),
            Action::Release(release) => release.write(&root)?,
            Action::Sign { signing, sboms, builder } => signing.sign(&root.join(sboms), &builder, &work)?,
            Action::CheckSignatures(signing) => signing.check()?,
            Action::CheckDocumented { signing, tag } => documented::check(&root, &work, &signing, &tag)?,
            Action::Check { bases } => check::all(&root, bases)?,
        }
        Ok(())
    }
}

fn starts(built: &Built, work: &Path) -> Result<Vec<start::Start>> {
    let files = built.extract(&work.join("bin"))?;
    let programs = built.programs.iter().zip(&files);
    let programs: Vec<_> = programs.map(|(program, file)| (program.platform.clone(), file.as_path())).collect();
    start::measure(&programs, work)
}

/// The top folder of the repository; this package is two below it.
fn root() -> Result<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    folder.ancestors().nth(2).map(Path::to_path_buf).context("this package is not inside the repository")
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
