//! Room for an answer, until it is sent.

use core::fmt;

/// The longest answer, a line of JSON and `ok`, has fewer bytes.
const ROOM: usize = 256;

/// An answer of a command.
#[derive(Debug)]
pub struct Text {
    bytes: [u8; ROOM],
    length: usize,
}

impl Default for Text {
    fn default() -> Self {
        Self::new()
    }
}

impl Text {
    /// Nothing yet.
    pub const fn new() -> Self {
        Self { bytes: [0; ROOM], length: 0 }
    }

    /// What was written.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

impl fmt::Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.length + text.len();
        self.bytes.get_mut(self.length..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}
