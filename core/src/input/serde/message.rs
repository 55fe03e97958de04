//! What is said of a value that is refused.

use core::fmt::{self, Write};

use serde::de::Error;

/// The error of a format with this message.
///
/// serde-json-core 0.7 writes a message with `{:.64}` into 64 bytes and panics where it has more, which is where its `Display` takes no
/// notice of that or has letters of several bytes. This one is cut to so many bytes.
pub(super) fn refused<E: Error>(message: impl fmt::Display) -> E {
    E::custom(Message(message))
}

struct Message<D>(D);

impl<D: fmt::Display> fmt::Display for Message<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let room = f.precision().unwrap_or(usize::MAX);
        write!(Cut { f, room }, "{}", self.0)
    }
}

/// What has no room any more is left out.
struct Cut<'c, 'f> {
    f: &'c mut fmt::Formatter<'f>,
    room: usize,
}

impl Write for Cut<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut end = text.len().min(self.room);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        // Nothing may follow what has been cut.
        self.room = if end < text.len() { 0 } else { self.room - end };
        self.f.write_str(text.get(..end).unwrap_or_default())
    }
}
