//! Builds the binary that users run.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};

/// Builds the binary and says where it is.
pub(crate) fn build() -> anyhow::Result<PathBuf> {
    let output = cargo()
        // Together with this program, so that both share what is compiled: alone, the binary's dependencies have other
        // features and are compiled once more.
        .args(["build", "--package", "kyklos", "--package", "kyklos-demo", "--bin", "kyklos"])
        .arg("--message-format=json-render-diagnostics")
        .arg("--manifest-path")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.toml"))
        .stderr(Stdio::inherit())
        .output()
        .context("can't run cargo")?;
    ensure!(output.status.success(), "the build failed");
    let text = String::from_utf8(output.stdout)?;
    text.lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter_map(|message| message.get("executable")?.as_str().map(PathBuf::from))
        .next_back()
        .context("cargo built no binary")
}

/// The cargo that runs us, without what it says of this package: build scripts watch that, and with ours in it, those
/// that a build by hand has run would run again, and all that depends on them be compiled again.
fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    std::env::vars_os().map(|(name, _)| name).filter(|name| is_of_a_package(name)).for_each(|name| {
        command.env_remove(name);
    });
    command
}

fn is_of_a_package(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    ["CARGO_MANIFEST_", "CARGO_PKG_"].iter().any(|start| name.starts_with(start))
        || ["CARGO_BIN_NAME", "CARGO_CRATE_NAME", "CARGO_PRIMARY_PACKAGE"].contains(&name.as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inner_cargo_hears_nothing_of_this_package() {
        // cargo runs this test with what it says of the package.
        let told = |name: &OsStr| name.to_string_lossy().starts_with("CARGO_PKG_") || name == "CARGO_MANIFEST_DIR";
        let told: Vec<_> = std::env::vars_os().map(|(name, _)| name).filter(|name| told(name)).collect();
        assert!(told.len() > 2, "{told:?}");
        let command = cargo();
        for name in told {
            assert!(command.get_envs().any(|(changed, value)| changed == name && value.is_none()), "{name:?}");
        }
        for kept in ["CARGO", "CARGO_HOME", "CARGO_TARGET_DIR", "CARGO_NET_OFFLINE"] {
            assert!(!is_of_a_package(OsStr::new(kept)), "{kept}");
        }
    }
}
