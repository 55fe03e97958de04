//! Puts the linker script of the target where the linker looks for it.

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let target = env::var("TARGET").unwrap_or_default();
    let processor = target.split('-').next().unwrap_or_default();
    // AArch64 has no runtime crate with a script of its own, so its script is the whole; elsewhere it says where memory is.
    let name = if processor == "aarch64" { "link.x" } else { "memory.x" };
    let script = Path::new("../link").join(processor).with_extension("x");
    let folder = env::var("OUT_DIR").unwrap_or_default();
    fs::copy(&script, Path::new(&folder).join(name))
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", script.display())))?;
    println!("cargo::rustc-link-search={folder}");
    println!("cargo::rerun-if-changed=../link");
    Ok(())
}
