//! The harness: see `README.md`.

use anyhow::Result;

fn main() -> Result<()> {
    std::fs::write(kyklos_bench::answers::committed_file(), kyklos_bench::answers::generate()?)?;
    Ok(())
}
