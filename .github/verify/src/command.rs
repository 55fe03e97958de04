//! Runs the tools, with their output left alone.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// `cargo` in a folder, without what the cargo that runs us says of this package: build scripts watch that, and with ours
/// in it, those that a build by hand has run would run again, and all that depends on them be compiled again.
pub(crate) fn cargo(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(folder).args(arguments);
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

/// `rustup` in the repository, for what another Rust than the workspace's does.
pub(crate) fn rustup(root: &Path) -> Command {
    let mut command = Command::new("rustup");
    command.current_dir(root);
    command
}

/// Where cargo builds, for what has a folder of its own in there.
pub(crate) fn target_folder(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| root.join(folder))
}

/// Says what to type to do the same by hand, and does it.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    println!("$ {}", in_words(command));
    let status = command.status().with_context(|| format!("running `{}`", in_words(command)))?;
    if !status.success() {
        bail!("`{}` ended with {status}", in_words(command));
    }
    Ok(())
}

/// What a program prints, or `None` where there is no such program.
pub(crate) fn output(command: &mut Command) -> Result<Option<String>> {
    let output = match command.stdin(Stdio::null()).output() {
        Ok(output) => output,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("running `{}`", in_words(command))),
    };
    if !output.status.success() {
        bail!("`{}`: {}", in_words(command), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(Some(String::from_utf8_lossy(&output.stdout).into_owned()))
}

/// The command as it is typed in its folder.
pub(crate) fn in_words(command: &Command) -> String {
    let set = command.get_envs().filter_map(|(name, value)| Some((name, value?)));
    let variables = set.map(|(name, value)| format!("{}={}", name.display(), value.display()));
    let program = std::iter::once(command.get_program()).chain(command.get_args());
    variables.chain(program.map(|word| word.display().to_string())).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_said_as_it_is_typed() {
        let mut command = cargo(Path::new("."), &["doc", "--no-deps"]);
        command.env("RUSTDOCFLAGS", "-Dwarnings").env_remove("RUSTFLAGS");
        assert_eq!(in_words(&command), "RUSTDOCFLAGS=-Dwarnings cargo doc --no-deps");
    }

    #[test]
    fn the_inner_cargo_hears_nothing_of_this_package() {
        // cargo runs this test with what it says of the package.
        let told = |name: &OsStr| name.to_string_lossy().starts_with("CARGO_PKG_") || name == "CARGO_MANIFEST_DIR";
        let told: Vec<_> = std::env::vars_os().map(|(name, _)| name).filter(|name| told(name)).collect();
        assert!(told.len() > 2, "{told:?}");
        let command = cargo(Path::new("."), &["build"]);
        for name in told {
            assert!(command.get_envs().any(|(changed, value)| changed == name && value.is_none()), "{name:?}");
        }
        for kept in ["CARGO", "CARGO_HOME", "CARGO_TARGET_DIR", "CARGO_NET_OFFLINE"] {
            assert!(!is_of_a_package(OsStr::new(kept)), "{kept}");
        }
    }

    #[test]
    fn a_program_that_is_not_there_is_none() {
        assert_eq!(output(&mut Command::new("kyklos-no-such-program")).unwrap(), None);
    }
}
