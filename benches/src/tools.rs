//! Runs the tools that measure, and says how to come by those that aren't there.

use std::ffi::OsStr;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};

/// The slowest thing that is run here takes seconds; a processor that has lost its way never ends.
const LIMIT: Duration = Duration::from_secs(300);
/// What is built may be the engines with all that they stand on, on a machine that does something else as well.
const LIMIT_OF_BUILDING: Duration = Duration::from_secs(3_600);
const POLL: Duration = Duration::from_millis(5);

/// A program of a Debian package.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Program {
    pub(crate) name: &'static str,
    pub(crate) package: &'static str,
}

pub(crate) const VALGRIND: Program = Program { name: "valgrind", package: "valgrind" };

impl Program {
    /// Its version, and an error with the command that installs it where it isn't there.
    pub(crate) fn version(&self) -> Result<String> {
        match Command::new(self.name).arg("--version").output() {
            Ok(output) => Ok(String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().to_owned()),
            Err(error) if error.kind() == ErrorKind::NotFound => bail!(
                "there is no `{}` on the PATH; on Debian and Ubuntu: sudo apt-get install --no-install-recommends {}",
                self.name,
                self.package
            ),
            Err(error) => Err(error).with_context(|| format!("running {}", self.name)),
        }
    }
}

/// The top folder of the repository.
pub(crate) fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).to_path_buf()
}

/// Where cargo builds the workspace.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// Where the rigs are built, which is where the verification builds them and the boards as well.
pub(crate) fn firmware_target() -> PathBuf {
    target().join("firmware")
}

/// The folder of a rig, which has its targets and runners in a file that cargo looks for there.
pub(crate) fn rig(name: &str) -> PathBuf {
    root().join("benches/rigs").join(name)
}

/// What a rig prints on an emulator before it ends, with a level of optimisation.
pub(crate) fn run_rig(name: &str, target: &str, optimised: &str) -> Result<String> {
    let command = |what| {
        let mut command =
            cargo(&rig(name), [what, "--quiet", "--release", "--locked", "--target", target, "--target-dir"]);
        command.arg(firmware_target()).env("CARGO_PROFILE_RELEASE_OPT_LEVEL", optimised);
        command
    };
    build(&mut command("build"))?;
    output(&mut command("run"))
}

/// `cargo` in a folder, without what would make the same source another program.
pub(crate) fn cargo<S: AsRef<OsStr>>(folder: &Path, arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(folder).args(arguments);
    let changes = |name: &str| {
        ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET", "CARGO_BUILD_RUSTFLAGS"].contains(&name)
            || name.starts_with("CARGO_PROFILE_")
            || name.starts_with("CARGO_TARGET_") && name != "CARGO_TARGET_DIR"
    };
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(changes)) {
        command.env_remove(name);
    }
    command
}

/// The optimised program of a package of the workspace.
pub(crate) fn release(package: &str) -> Result<PathBuf> {
    eprintln!("building {package}");
    build(&mut cargo(&root(), ["build", "--quiet", "--release", "--locked", "--package", package]))?;
    Ok(target().join("release").join(package))
}

pub(crate) fn run(command: &mut Command) -> Result<()> {
    output(command).map(drop)
}

pub(crate) fn build(command: &mut Command) -> Result<()> {
    output_within(LIMIT_OF_BUILDING, command).map(drop)
}

/// What a command prints. What it says on standard error is shown at once.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    output_within(LIMIT, command)
}

fn output_within(limit: Duration, command: &mut Command) -> Result<String> {
    let words = format!("{command:?}");
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().with_context(|| format!("running {words}"))?;
    let mut stdout = child.stdout.take().context("the output of a command")?;
    let reader = thread::spawn(move || {
        let mut text = String::new();
        stdout.read_to_string(&mut text).map(|_| text)
    });
    let begin = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if begin.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            bail!("{words} was still running after {} s", limit.as_secs());
        }
        thread::sleep(POLL);
    };
    let text = reader.join().ok().context("the output of a command")??;
    ensure!(status.success(), "{words} ended with {status}: {text}");
    Ok(text)
}

/// What the processor calls itself, the numbers that tell it from others of that name, and its frequency.
pub(crate) fn processor() -> String {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| {
        let mut fields = cpu.lines().filter_map(|line| line.split_once(':'));
        fields.find(|(key, _)| key.trim() == name).map(|(_, value)| value.trim())
    };
    let Some(name) = field("model name") else { return std::env::consts::ARCH.to_owned() };
    let number = |(key, word)| field(key).map(|number| format!(", {word} {number}"));
    let numbers =
        [("cpu family", "family"), ("model", "model"), ("stepping", "stepping")].into_iter().filter_map(number);
    let megahertz = field("cpu MHz").and_then(|number| number.parse::<f64>().ok());
    let frequency = megahertz.map(|megahertz| format!(", {megahertz:.0} MHz"));
    std::iter::once(name.to_owned()).chain(numbers).chain(frequency).collect()
}
