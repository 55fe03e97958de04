//! Puts the linker script with the memory of the target's machine where the linker looks for it.

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let target = env::var("TARGET").unwrap_or_default();
    let processor = target.split('-').next().unwrap_or_default();
    let script = Path::new("memory").join(processor).with_extension("x");
    let folder = env::var("OUT_DIR").unwrap_or_default();
    fs::copy(&script, Path::new(&folder).join("memory.x"))
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", script.display())))?;
    println!("cargo::rustc-link-search={folder}");
    println!("cargo::rerun-if-changed=memory");
    Ok(())
}
