//! Runs the tools, with their output left alone.

use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// `cargo` in a folder.
pub(crate) fn cargo(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(folder).args(arguments);
    command
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
    fn a_program_that_is_not_there_is_none() {
        assert_eq!(output(&mut Command::new("kyklos-no-such-program")).unwrap(), None);
    }
}
