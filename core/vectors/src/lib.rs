//! The vectors, and a runner for any program of the core's, one on a board among them: it allocates nothing and reads no file.
//!
//! What the files consist of is in the README beside this.
#![no_std]

mod answers;
mod clocks;
mod packs;
mod refusals;

use core::fmt;

/// The most bytes of a line of an answer.
const LINE: usize = 256;

/// A file of vectors.
#[derive(Debug, Clone, Copy)]
pub struct File {
    /// What its vectors are about.
    pub name: &'static str,
    /// All of it.
    pub text: &'static str,
    run: fn(&'static str, &mut Judge<'_>),
}

/// All files.
pub const FILES: [File; 4] = [
    File { name: "answers", text: include_str!("../answers.txt"), run: answers::run },
    File { name: "refusals", text: include_str!("../refusals.txt"), run: refusals::run },
    File { name: "clocks", text: include_str!("../clocks.txt"), run: clocks::run },
    File { name: "packs", text: include_str!("../packs.txt"), run: packs::run },
];

impl File {
    /// The same questions with other answers, to see that a runner tells.
    #[must_use]
    pub const fn with(self, text: &'static str) -> Self {
        Self { text, ..self }
    }

    /// Asks everything; calls `wrong` with what is wrong, and returns how much was right.
    pub fn run(&self, wrong: &mut dyn FnMut(fmt::Arguments<'_>)) -> Result<u32, u32> {
        let mut judge = Judge { file: self.name, line: 0, right: 0, wrong: 0, report: wrong };
        (self.run)(self.text, &mut judge);
        if judge.wrong == 0 { Ok(judge.right) } else { Err(judge.wrong) }
    }
}

/// Compares, and counts.
struct Judge<'r> {
    file: &'static str,
    line: usize,
    right: u32,
    wrong: u32,
    report: &'r mut dyn FnMut(fmt::Arguments<'_>),
}

impl Judge<'_> {
    /// The lines that mean something, each with its number kept for what is wrong.
    fn lines(text: &'static str) -> impl Iterator<Item = (usize, &'static str)> {
        (1..).zip(text.lines()).filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
    }

    fn judge(&mut self, right: bool, found: fmt::Arguments<'_>) {
        if right {
            self.right += 1;
        } else {
            self.wrong += 1;
            (self.report)(format_args!("{}.txt, line {}: found {found}", self.file, self.line));
        }
    }
}

/// Text in a place of its own, for what is compared with a line. What has no room is cut off, and then isn't equal.
struct Written {
    bytes: [u8; LINE],
    length: usize,
}

impl Written {
    fn new(text: fmt::Arguments<'_>) -> Self {
        let mut written = Self { bytes: [0; LINE], length: 0 };
        let _ = fmt::write(&mut written, text);
        written
    }

    fn text(&self) -> &str {
        self.bytes.get(..self.length).and_then(|bytes| str::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

impl fmt::Write for Written {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.length + text.len();
        self.bytes.get_mut(self.length..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}
