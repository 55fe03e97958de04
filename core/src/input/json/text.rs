//! A text as a document writes it, between its quotes, with escapes.

use heapless::Vec;

/// Room for a text without its escapes. No text that a schedule accepts is longer (the longest zone has 32 bytes), names
/// apart, whose letters are only counted.
pub(super) type Room = Vec<u8, 40, u8>;

/// A text that may have escapes in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text<'a> {
    raw: &'a str,
}

/// A part of a text.
pub(super) enum Piece<'a> {
    /// Without escapes.
    Plain(&'a str),
    /// What an escape says.
    Escaped(char),
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

    /// Its parts in their order.
    pub(super) fn pieces(self) -> impl Iterator<Item = Piece<'a>> {
        Pieces { raw: self.raw }
    }

    /// Whether it is this, which is no longer than a [`Room`].
    pub(super) fn is(self, text: &str) -> bool {
        self.unescape(&mut Room::new()) == text
    }

    /// Without escapes; in `room` where there were any. A text that is too long for it stays as it is written, and
    /// its backslashes keep it from being taken for anything that a schedule accepts.
    #[inline(never)]
    pub(super) fn unescape<'t>(self, room: &'t mut Room) -> &'t str
    where
        'a: 't,
    {
        for piece in self.pieces() {
            let mut bytes = [0; 4];
            let text = match piece {
                Piece::Plain(text) if text.len() == self.raw.len() => return text,
                Piece::Plain(text) => text,
                Piece::Escaped(character) => character.encode_utf8(&mut bytes),
            };
            for &byte in text.as_bytes() {
                if room.push(byte).is_err() {
                    return self.raw;
                }
            }
        }
        core::str::from_utf8(room).unwrap_or(self.raw)
    }
}

struct Pieces<'a> {
    raw: &'a str,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    #[inline(never)]
    fn next(&mut self) -> Option<Piece<'a>> {
        let (escaped, length) = match *self.raw.as_bytes() {
            [] => return None,
            [b'\\', b'u', ..] => self.code_point()?,
            [b'\\', letter, ..] => (
                match letter {
                    b'b' => 0x8,
                    b'f' => 0xc,
                    b'n' => 0xa,
                    b'r' => 0xd,
                    b't' => 0x9,
                    other => u32::from(other),
                },
                2,
            ),
            ref bytes => {
                let length = bytes.iter().position(|&byte| byte == b'\\').unwrap_or(bytes.len());
                let (plain, rest) = self.raw.split_at_checked(length)?;
                self.raw = rest;
                return Some(Piece::Plain(plain));
            }
        };
        self.raw = self.raw.get(length..)?;
        char::from_u32(escaped).map(Piece::Escaped)
    }
}

impl Pieces<'_> {
    /// What `\uXXXX`, or two of them, at the beginning say, and how long they are.
    fn code_point(&self) -> Option<(u32, usize)> {
        let high = self.unit(2)?;
        if !matches!(high, 0xd800..=0xdbff) {
            return Some((high, 6));
        }
        let low = self.unit(8)?;
        Some((0x1_0000 + ((high & 0x3ff) << 10 | low & 0x3ff), 12))
    }

    #[inline(never)]
    fn unit(&self, from: usize) -> Option<u32> {
        let mut unit = 0;
        for &digit in self.raw.as_bytes().get(from..from + 4)? {
            unit = unit << 4 | char::from(digit).to_digit(16)?;
        }
        Some(unit)
    }
}
