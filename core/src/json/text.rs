//! A text as a document writes it, between its quotes, with escapes.

use core::str::Chars;

/// No text that a schedule accepts is longer, names apart, whose letters are only counted.
pub(super) const ROOM: usize = 40;

/// A text that may have escapes in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text<'a> {
    raw: &'a str,
}

impl<'a> Text<'a> {
    /// The text whose opening quote is at this offset, in a document with nothing wrong up to the closing one.
    pub(super) fn at(json: &'a str, offset: usize) -> Option<Self> {
        let rest = json.get(offset..)?.strip_prefix('"')?;
        let mut escaped = false;
        let end = rest.bytes().position(|byte| {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends
        })?;
        Some(Self { raw: rest.get(..end)? })
    }

    /// Its characters, without escapes.
    pub(super) fn chars(self) -> impl Iterator<Item = char> {
        Unescaped { raw: self.raw.chars() }
    }

    /// Whether it is this.
    pub(super) fn is(self, text: &str) -> bool {
        self.chars().eq(text.chars())
    }

    /// Without escapes; in `room` where there were any. A text that is too long for it stays as it is written, and
    /// its backslashes keep it from being taken for anything that a schedule accepts.
    pub(super) fn unescape<'t>(self, room: &'t mut [u8; ROOM]) -> &'t str
    where
        'a: 't,
    {
        if self.raw.bytes().all(|byte| byte != b'\\') {
            return self.raw;
        }
        let mut length = 0;
        for character in self.chars() {
            let mut bytes = [0; 4];
            for &byte in character.encode_utf8(&mut bytes).as_bytes() {
                let Some(place) = room.get_mut(length) else { return self.raw };
                *place = byte;
                length += 1;
            }
        }
        room.get(..length).and_then(|bytes| core::str::from_utf8(bytes).ok()).unwrap_or(self.raw)
    }
}

struct Unescaped<'a> {
    raw: Chars<'a>,
}

impl Iterator for Unescaped<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        match self.raw.next()? {
            '\\' => {}
            other => return Some(other),
        }
        Some(match self.raw.next()? {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let high = self.unit()?;
                let code = if matches!(high, 0xd800..=0xdbff) {
                    self.raw.next(); // The backslash,
                    self.raw.next(); // and the u of the second half.
                    let low = self.unit()?;
                    0x1_0000 + ((high & 0x3ff) << 10 | low & 0x3ff)
                } else {
                    high
                };
                char::from_u32(code)?
            }
            other => other,
        })
    }
}

impl Unescaped<'_> {
    fn unit(&mut self) -> Option<u32> {
        let mut unit = 0;
        for _ in 0..4 {
            unit = unit << 4 | self.raw.next()?.to_digit(16)?;
        }
        Some(unit)
    }
}
