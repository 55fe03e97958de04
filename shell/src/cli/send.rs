//! `kyklos send`: a pack to a board, over its serial line.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail};
use chrono::Utc;
use clap::Args;
use kyklos_core::pack::Pack;
use rustix::fs::OFlags;
use rustix::termios::{OptionalActions, SpecialCodeIndex, tcgetattr, tcsetattr};

use super::Failure;

/// Send a pack to a board over a serial line, with the time, and print what applies there
#[derive(Debug, Args)]
pub(super) struct Send {
    /// The serial line, such as /dev/ttyACM0
    port: PathBuf,
    /// A file that `kyklos pack` has made
    pack: PathBuf,
    /// Bits a second
    #[arg(long, default_value_t = 115_200)]
    baud: u32,
    /// Leave the board's clock as it is
    #[arg(long)]
    no_time: bool,
}

/// A board that erases flash takes less than this, and one that has nobody to listen never answers.
const PATIENCE: Duration = Duration::from_secs(5);
/// A board gives up after two seconds what was begun and isn't over, and says so: then it is asked anew.
const GIVEN_UP: Duration = Duration::from_secs(5);
const TRIES: u32 = 5;
/// Reading comes back after a tenth of a second.
const TENTHS: u8 = 1;

impl Send {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let file = self.pack.display();
        let bytes =
            fs::read(&self.pack).map_err(|error| Failure::Input(vec![format!("{file}: can't be read: {error}")]))?;
        if let Err(problem) = Pack::open(&bytes) {
            return Err(Failure::Input(vec![format!("{file}: {problem}")]));
        }
        let shown = self.talk(&bytes).with_context(|| self.port.display().to_string())?;
        Ok(writeln!(io::stdout().lock(), "{shown}")?)
    }

    fn talk(&self, pack: &[u8]) -> anyhow::Result<String> {
        let mut board = Board::open(&self.port, self.baud)?;
        board.wake()?;
        if !self.no_time {
            board.ask(format!("time {}\n", Utc::now().timestamp()).as_bytes(), "the time")?;
        }
        board.ask(format!("pack {}\n", pack.len()).as_bytes(), "a pack of this length")?;
        board.ask(pack, "the pack")?;
        board.ask(b"show\n", "what applies")
    }
}

/// The other end of a serial line.
struct Board {
    line: File,
    /// What has come and isn't a line yet.
    come: Vec<u8>,
}

/// What a board says.
enum Answer {
    /// `ok`, and the line before it.
    Ok(String),
    /// `error`, and the rest.
    Error(String),
    /// Nothing in time.
    Nothing,
}

impl Board {
    fn open(port: &PathBuf, baud: u32) -> anyhow::Result<Self> {
        let mut options = OpenOptions::new();
        // Not this program's terminal, and no wait for a modem's carrier.
        let flags = OFlags::NOCTTY | OFlags::NONBLOCK;
        let line = options.read(true).write(true).custom_flags(flags.bits().cast_signed()).open(port)?;
        let mut settings = tcgetattr(&line).context("no serial line")?;
        settings.make_raw();
        settings.set_speed(baud).with_context(|| format!("{baud} bits a second"))?;
        settings.special_codes[SpecialCodeIndex::VMIN] = 0;
        settings.special_codes[SpecialCodeIndex::VTIME] = TENTHS;
        tcsetattr(&line, OptionalActions::Flush, &settings).context("setting the line up")?;
        // From here on reading may wait, for a tenth of a second.
        rustix::fs::fcntl_setfl(&line, OFlags::empty()).context("setting the line up")?;
        Ok(Self { line, come: Vec::new() })
    }

    /// Ends whatever was begun before: afterwards the board answers what it is asked, and nothing else.
    fn wake(&mut self) -> anyhow::Result<()> {
        for _ in 0..TRIES {
            // No command, whose answer is known.
            self.line.write_all(b"\n?\n")?;
            loop {
                match self.answer(GIVEN_UP)? {
                    Answer::Error(what) if what == "unknown line 0" => {
                        // What else was answered belongs to what was there before.
                        while self.hear()? > 0 {}
                        self.come.clear();
                        return Ok(());
                    }
                    // It was taken for a part of what was begun, which is over now.
                    Answer::Error(what) if what.starts_with("cut ") => break,
                    Answer::Nothing => break,
                    Answer::Ok(_) | Answer::Error(_) => {}
                }
            }
        }
        bail!("no answer: is a board there that runs one of Kyklos' programs?")
    }

    /// Sends bytes and waits for `ok`; the line that came before it.
    fn ask(&mut self, bytes: &[u8], what: &str) -> anyhow::Result<String> {
        self.line.write_all(bytes)?;
        match self.answer(PATIENCE)? {
            Answer::Ok(line) => Ok(line),
            Answer::Error(why) => Err(anyhow!("the board refuses {what}: {why}")),
            Answer::Nothing => Err(anyhow!("no answer to {what} within {} seconds", PATIENCE.as_secs())),
        }
    }

    fn answer(&mut self, patience: Duration) -> anyhow::Result<Answer> {
        let begin = Instant::now();
        let mut said = String::new();
        while begin.elapsed() < patience {
            while let Some(end) = self.come.iter().position(|&byte| byte == b'\n') {
                let line: Vec<u8> = self.come.drain(..=end).collect();
                let line = String::from_utf8_lossy(&line).trim().to_owned();
                match line.strip_prefix("error ") {
                    Some(why) => return Ok(Answer::Error(why.to_owned())),
                    None if line == "ok" => return Ok(Answer::Ok(said)),
                    None => said = line,
                }
            }
            self.hear()?;
        }
        Ok(Answer::Nothing)
    }

    /// Reads what has come: how many bytes, none after a tenth of a second without any.
    fn hear(&mut self) -> anyhow::Result<usize> {
        let mut bytes = [0; 256];
        let count = self.line.read(&mut bytes)?;
        self.come.extend(bytes.get(..count).unwrap_or_default());
        Ok(count)
    }
}
