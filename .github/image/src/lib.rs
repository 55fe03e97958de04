//! What the image of a release is made by: built with Buildah, measured, its crates looked up, its SBOMs and all else that a
//! release consists of written. What only tries this out is another crate, `kyklos-image-check`.

mod annotate;
pub mod builder;
pub mod cli;
pub mod exceptions;
pub mod figures;
mod grype;
pub mod layout;
pub mod release;
pub mod run;
pub mod sbom;
pub mod tools;
pub mod vulnerabilities;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The top folder of the repository; this package is two below it.
pub fn root() -> Result<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    folder.ancestors().nth(2).map(Path::to_path_buf).context("this package is not inside the repository")
}
