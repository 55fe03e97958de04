//! The boards' application on emulated processors: all vectors, and `kyklos send` to each over a pseudo-terminal.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::board_table;
use crate::boards::{self, POLL};
use crate::command::{cargo, in_words, run, target_folder};

/// The crate of both programs.
pub(crate) const CRATE: &str = "boards/emulated";
/// What the boards are built with, as a resource and as a pack.
const RESOURCE: &str = "boards/home.yaml";
const PACK: &str = "boards/home.pack";
/// Each target and the machine that has such a processor.
const MACHINES: [(&str, &str, &[&str]); 3] = [
    ("thumbv7em-none-eabihf", "qemu-system-arm", &["-machine", "mps2-an386"]),
    ("thumbv6m-none-eabi", "qemu-system-arm", &["-machine", "microbit"]),
    ("riscv32imc-unknown-none-elf", "qemu-system-riscv32", &["-machine", "virt", "-cpu", "rv32", "-bios", "none"]),
];
/// QEMU says within this where its serial line is.
const LIMIT: Duration = Duration::from_secs(20);
/// Monday, 2027-01-04, half past six in Zurich: the home's value becomes 210.
const BOUNDARY: u64 = 1_799_040_600;
/// So long before it the board's clock is set to; it comes a second later at most, and QEMU needs a while.
const BEFORE: u64 = 2;
/// A byte of noise so often: less than what makes a board give a line up.
const NOISY: Duration = Duration::from_millis(200);
/// What may come over a line that somebody else used before: no command is whole.
const NOISE: &[u8] = b"\0\xff\x1b[2J pack 99\rAT+RST\r\npack 40\nKYKP";

/// Both of them, on every machine.
pub(crate) fn check(root: &Path) -> Result<()> {
    let target = boards::built(root);
    let folder = root.join(CRATE);
    for (triple, ..) in MACHINES {
        println!("{triple}:");
        boards::compare(&folder, &target, &["--bin", "vectors", "--target", triple])?;
    }
    count_look(&folder, &target)?;
    run(&mut cargo(root, &["build", "--quiet", "--locked", "--package", "kyklos"]))?;
    let kyklos = target_folder(root).join("debug/kyklos");
    let made = target.join("home.pack");
    let mut pack = Command::new(&kyklos);
    pack.current_dir(root).args(["pack", "-f", RESOURCE, "--from", "2026-11-26", "--years", "10", "--output"]);
    run(pack.arg(&made))?;
    ensure!(
        fs::read(&made)? == fs::read(root.join(PACK))?,
        "{PACK} isn't what {RESOURCE} says: cp {} {PACK}",
        made.display()
    );
    for (triple, qemu, machine) in MACHINES {
        let program = target.join(triple).join("release/device");
        let mut board = Board::start(qemu, machine, &program, &target.join("serial.txt"))?;
        send(root, &kyklos, &board.port, &made)?;
        // What is on the line before is ended and passed over.
        let mut line = OpenOptions::new().write(true).open(&board.port).context("opening the line")?;
        line.write_all(NOISE).context("writing noise")?;
        send(root, &kyklos, &board.port, &made)?;
        board.boundary_in_noise(&mut line)?;
        board.end()?;
        println!("{triple}: a pack was sent, then noise, then a pack; and a boundary came on time while noise did");
    }
    Ok(())
}

/// Counts what a board computes when it wakes: the charge a day in the boards' README is worked out with it.
fn count_look(folder: &Path, target: &Path) -> Result<()> {
    let (triple, qemu, machine) = MACHINES[0];
    let arguments = ["build", "--release", "--locked", "--features", "count", "--bin", "look", "--target", triple];
    run(cargo(folder, &arguments).arg("--target-dir").arg(target))?;
    let mut command = Command::new(qemu);
    command.args(machine).args(["-icount", "shift=10", "-display", "none", "-monitor", "none", "-serial", "none"]);
    command.args(["-semihosting-config", "enable=on,target=native", "-kernel"]);
    let said = output(command.arg(target.join(triple).join("release/look")))?;
    let count = said.lines().find_map(|line| line.strip_prefix("look: ")?.strip_suffix(" instructions")?.parse().ok());
    let count: f64 = count.with_context(|| format!("no count in {said}"))?;
    let expected = board_table::LOOK;
    ensure!(
        (count - expected).abs() <= expected * 0.03,
        "a look takes {count} instructions: say so in board_table::LOOK"
    );
    Ok(())
}

/// Sends a pack, and compares what the board then says with what `kyklos eval` does.
fn send(root: &Path, kyklos: &Path, port: &str, pack: &Path) -> Result<()> {
    let said = output(Command::new(kyklos).arg("send").arg(port).arg(pack))?;
    let field = |line: &str, name: &str| {
        let rest = line.split_once(&format!("\"{name}\":")).map(|(_, rest)| rest.to_owned());
        let value = rest.and_then(|rest| rest.split([',', '}']).next().map(str::to_owned));
        value.with_context(|| format!("no {name} in {line}"))
    };
    let at = field(&said, "at")?;
    let mut eval = Command::new(kyklos);
    eval.current_dir(root).args(["eval", "-f", RESOURCE, "-o", "json", "--at"]);
    let expected = output(eval.arg(at.trim_matches('"')))?;
    for name in ["kind", "index", "replicas", "until"] {
        let (found, expected) = (field(&said, name)?, field(&expected, name)?);
        ensure!(found == expected, "{name} is {found} on the board, and should be {expected}: {said}");
    }
    Ok(())
}

fn output(command: &mut Command) -> Result<String> {
    println!("$ {}", in_words(command));
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("running `{}`", in_words(command)))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    print!("{}{}", text(&output.stderr), text(&output.stdout));
    ensure!(output.status.success(), "`{}` ended with {}", in_words(command), output.status);
    Ok(text(&output.stdout))
}

/// An emulated board whose serial line is a pseudo-terminal. It is ended with its value.
struct Board {
    qemu: Child,
    port: String,
    /// What QEMU and the program print.
    said: PathBuf,
}

impl Board {
    fn start(qemu: &str, machine: &[&str], program: &Path, said: &Path) -> Result<Self> {
        let file = File::create(said).with_context(|| format!("making {}", said.display()))?;
        let mut command = Command::new(qemu);
        command.args(machine).args(["-display", "none", "-monitor", "none", "-serial", "pty", "-semihosting-config"]);
        command.arg("enable=on,target=native").arg("-kernel").arg(program);
        println!("$ {}", in_words(&command));
        command.stdin(Stdio::null()).stderr(file.try_clone()?).stdout(file);
        let child = command.spawn().with_context(|| format!("running {qemu}"))?;
        let mut board = Self { qemu: child, port: String::new(), said: said.to_owned() };
        let begin = Instant::now();
        while begin.elapsed() < LIMIT {
            let text = fs::read_to_string(said).unwrap_or_default();
            let rest = text.split_once("redirected to ").and_then(|(_, rest)| rest.split_once(' '));
            if let Some((port, _)) = rest {
                board.port = port.to_owned();
                return Ok(board);
            }
            if let Some(status) = board.qemu.try_wait()? {
                bail!("{qemu} ended with {status}: {text}");
            }
            thread::sleep(POLL);
        }
        bail!("{qemu} doesn't say where its serial line is")
    }

    /// Lets a boundary come while there is no end of a line, which would hold back a board that waits anew for each byte.
    fn boundary_in_noise(&mut self, line: &mut File) -> Result<()> {
        let before = fs::read_to_string(&self.said)?.len();
        line.write_all(format!("\ntime {}\n", BOUNDARY - BEFORE).as_bytes()).context("setting the clock")?;
        let begin = Instant::now();
        while begin.elapsed() < LIMIT {
            thread::sleep(NOISY);
            line.write_all(b"~").context("writing noise")?;
            let said = fs::read_to_string(&self.said)?;
            if said.get(before..).is_some_and(|said| said.ends_with("put out 210\n")) {
                return Ok(());
            }
            self.end()?;
        }
        bail!("no boundary within {} s", LIMIT.as_secs())
    }

    /// A board never ends by itself: where it has, it has panicked.
    fn end(&mut self) -> Result<()> {
        let status = self.qemu.try_wait()?;
        ensure!(status.is_none(), "the board ended by itself: {status:?}");
        Ok(())
    }
}

impl Drop for Board {
    fn drop(&mut self) {
        let _ = self.qemu.kill();
        let _ = self.qemu.wait();
    }
}
