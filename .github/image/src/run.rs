//! Runs the tools, and says what to type to do the same by hand.

use std::io::ErrorKind;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Says the command, and does it with its output left alone.
pub fn run(command: &mut Command) -> Result<()> {
    eprintln!("$ {}", in_words(command));
    let status = command.status().map_err(|error| not_run(command, error))?;
    if !status.success() {
        bail!("`{}` ended with {status}", in_words(command));
    }
    Ok(())
}

/// Does it, and returns what it prints. What it says on standard error comes with a failure alone.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| not_run(command, error))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("`{}` ended with {}: {}", in_words(command), output.status, said.trim());
    }
    String::from_utf8(output.stdout).with_context(|| format!("the output of `{}`", in_words(command)))
}

/// Whether there is such a program on the PATH.
pub fn exists(program: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).any(|folder| folder.join(program).is_file())
}

/// The command as it is typed.
pub fn in_words(command: &Command) -> String {
    let set = command.get_envs().filter_map(|(name, value)| Some((name, value?)));
    let variables = set.map(|(name, value)| format!("{}={}", name.display(), value.display()));
    let program = std::iter::once(command.get_program()).chain(command.get_args());
    variables.chain(program.map(|word| word.display().to_string())).collect::<Vec<_>>().join(" ")
}

fn not_run(command: &Command, error: std::io::Error) -> anyhow::Error {
    let program = command.get_program().display();
    match error.kind() {
        ErrorKind::NotFound => anyhow::anyhow!(
            "there is no `{program}` on the PATH; on Debian `cargo verify --only tools` installs what is missing"
        ),
        _ => anyhow::Error::new(error).context(format!("running `{}`", in_words(command))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_says_what_was_run_and_what_it_said() {
        let error = output(Command::new("ls").arg("/no-such-folder")).unwrap_err().to_string();
        assert!(error.starts_with("`ls /no-such-folder` ended with exit status: 2: "), "{error}");
    }

    #[test]
    fn a_program_that_is_not_there_is_said_with_advice() {
        let error = run(&mut Command::new("kyklos-no-such-program")).unwrap_err().to_string();
        assert!(error.contains("no `kyklos-no-such-program` on the PATH; on Debian `cargo verify"), "{error}");
        assert!(exists("ls") && !exists("kyklos-no-such-program"));
    }
}
