//! Starts a board on QEMU, and prints what it logs by defmt as text: the runner of a board that logs.
//!
//! The arguments are QEMU's command, with the program that the board runs at its end. The texts of a log are in that program's
//! file, and what the board writes are frames that name them.

use std::io::{self, Read, Write};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use defmt_decoder::{DecodeError, Table};

/// A board logs a page within a second; a processor that has lost its way never ends.
const LIMIT: Duration = Duration::from_secs(30);

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let command: Vec<_> = std::env::args_os().skip(1).collect();
    let (Some((emulator, arguments)), Some(program)) = (command.split_first(), command.last()) else {
        bail!("the arguments have to be QEMU's command, with the board's program at its end");
    };
    let elf = std::fs::read(program).with_context(|| format!("reading {}", program.display()))?;
    let table = Table::parse(&elf).with_context(|| format!("the texts of {}", program.display()))?;
    let table = table.with_context(|| format!("{} logs nothing by defmt", program.display()))?;
    let mut start = Command::new(emulator);
    let mut board = start
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("starting {}", emulator.display()))?;
    let written = output(&mut board)?;
    let status = board.wait().context("waiting for QEMU")?;
    let printed = print(&table, &written);
    // What is no frame is the text of a panic.
    ensure!(status.success(), "QEMU ended with {status}, after {}", String::from_utf8_lossy(&written));
    printed
}

/// All that the board writes until it ends.
fn output(board: &mut Child) -> Result<Vec<u8>> {
    let mut pipe = board.stdout.take().context("QEMU has no output")?;
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        let mut written = Vec::new();
        let read = pipe.read_to_end(&mut written).map(|_| written);
        // Nobody listens any more once the time is over.
        let _ = send.send(read);
    });
    match receive.recv_timeout(LIMIT) {
        Ok(read) => read.context("reading what QEMU writes"),
        Err(RecvTimeoutError::Timeout) => {
            board.kill().context("ending QEMU")?;
            board.wait().context("ending QEMU")?;
            bail!("the board was still running after {} s", LIMIT.as_secs())
        }
        Err(RecvTimeoutError::Disconnected) => bail!("nobody read what QEMU writes"),
    }
}

/// A line for each frame.
fn print(table: &Table, written: &[u8]) -> Result<()> {
    let mut decoder = table.new_stream_decoder();
    decoder.received(written);
    let mut output = io::stdout().lock();
    for number in 1.. {
        match decoder.decode() {
            Ok(frame) => writeln!(output, "{}", frame.display_message()).context("printing")?,
            Err(DecodeError::UnexpectedEof) => break,
            Err(DecodeError::Malformed) => bail!("frame {number} is none of defmt's"),
        }
    }
    Ok(())
}
