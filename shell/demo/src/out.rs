//! Writes to standard output. When the terminal is gone or nobody reads any more, what was made still has to be taken
//! away: so no failure here ends the program, as that of `println!` does.

use std::fmt::Display;
use std::io::Write as _;

/// A line.
pub(crate) fn say(line: impl Display) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

/// Text that has its line ends, or needs none.
pub(crate) fn put(text: impl Display) {
    let mut out = std::io::stdout().lock();
    let _ = write!(out, "{text}").and_then(|()| out.flush());
}
