//! What can be wrong with a document, and where.

use core::fmt::{self, Write};

use super::scan::{MAX_NESTING, Scan, Step};
use super::text::{Piece, Text};
use crate::Reason;

/// One thing that is wrong with a JSON document: its `Display` is `field (byte offset): what is wrong, and what would
/// be right`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JsonProblem<'a> {
    /// The field.
    pub path: JsonPath<'a>,
    /// The byte of the document, counted from 0, at which the value, the key or the fault begins. A field that is
    /// missing is missing in the object that begins there.
    pub offset: usize,
    /// What.
    pub reason: JsonReason<'a>,
}

impl fmt::Display for JsonProblem<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (byte {}): {}", self.path, self.offset, self.reason)
    }
}

impl core::error::Error for JsonProblem<'_> {}

/// As a derived one, but for the path: in that one each of its texts would have quotes around it.
#[cfg(feature = "defmt")]
impl defmt::Format for JsonProblem<'_> {
    fn format(&self, f: defmt::Formatter<'_>) {
        let Self { path, offset, reason } = self;
        defmt::write!(f, "JsonProblem {{ path: {}, offset: {=usize}, reason: {:?} }}", path, offset, reason);
    }
}

/// A field of a document. Its `Display` is the path from the root, such as `windows[2].start`, as
/// [`Field`](crate::Field) has it, or `document` for the root itself.
///
/// It is found when it is displayed, by reading the document again up to there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct JsonPath<'a> {
    pub(super) json: &'a str,
    pub(super) offset: usize,
    /// A field that isn't there.
    pub(super) missing: Option<&'static str>,
}

impl fmt::Display for JsonPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut root = true;
        for step in Scan::trail(self.json, self.offset).steps() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) => {
                    let Some(text) = Text::at(self.json, key) else { break };
                    if !root {
                        f.write_char('.')?;
                    }
                    // The document is a stranger's: its control characters stay out of a log.
                    for piece in text.pieces() {
                        match piece {
                            Piece::Plain(text) => text.chars().try_for_each(|character| escaped(f, character))?,
                            Piece::Escaped(character) => escaped(f, character)?,
                        }
                    }
                }
            }
            root = false;
        }
        match self.missing {
            Some(name) if root => f.write_str(name),
            Some(name) => write!(f, ".{name}"),
            None if root => f.write_str("document"),
            None => Ok(()),
        }
    }
}

fn escaped(f: &mut fmt::Formatter<'_>, character: char) -> fmt::Result {
    character.escape_debug().try_for_each(|character| f.write_char(character))
}

impl fmt::Debug for JsonPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JsonPath({self})")
    }
}

/// As its `Display`, without what that brings into a program.
#[cfg(feature = "defmt")]
impl defmt::Format for JsonPath<'_> {
    fn format(&self, f: defmt::Formatter<'_>) {
        use defmt::write;
        let mut root = true;
        for step in Scan::trail(self.json, self.offset).steps() {
            match step {
                Step::Index(index) => write!(f, "[{=usize}]", index),
                Step::Key(key) => {
                    let Some(text) = Text::at(self.json, key) else { break };
                    if !root {
                        write!(f, ".");
                    }
                    for piece in text.pieces() {
                        match piece {
                            Piece::Plain(text) => write!(f, "{=str}", text),
                            Piece::Escaped(character) if character.is_ascii_control() => {
                                write!(f, "\\u{{{=u32:x}}}", u32::from(character));
                            }
                            Piece::Escaped(character) => write!(f, "{=char}", character),
                        }
                    }
                }
            }
            root = false;
        }
        match self.missing {
            Some(name) if root => write!(f, "{=str}", name),
            Some(name) => write!(f, ".{=str}", name),
            None if root => write!(f, "document"),
            None => {}
        }
    }
}

/// What is wrong at a place of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum JsonReason<'a> {
    /// It is no JSON; what comes after it has not been looked at.
    Syntax(Syntax),
    /// A value of another type.
    Type {
        /// What has to be there.
        expected: JsonType,
        /// What is there.
        found: JsonType,
    },
    /// A field that no schedule has.
    Unknown {
        /// The fields that this object may have.
        known: &'static [&'static str],
    },
    /// A field that was there before.
    Duplicate,
    /// A field that has to be there.
    Missing {
        /// What is to be written.
        like: &'static str,
    },
    /// A whole number of more than 64 bits.
    NumberTooLarge,
    /// A text that names no [`HolidayMode`](crate::HolidayMode).
    NotAMode(&'a str),
    /// What the validation of a schedule says, from whatever source it comes.
    Schedule(Reason<'a>),
}

impl fmt::Display for JsonReason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Syntax(syntax) => syntax.fmt(f),
            Self::Type { expected, found } => write!(f, "{found} where {expected} is expected"),
            Self::Unknown { known } => {
                f.write_str("unknown field: known here are ")?;
                for (index, name) in known.iter().enumerate() {
                    write!(f, "{}{name}", if index == 0 { "" } else { ", " })?;
                }
                Ok(())
            }
            Self::Duplicate => f.write_str("the field is there twice: write it once"),
            Self::Missing { like } => write!(f, "missing: write {like}"),
            Self::NumberTooLarge => f.write_str("the number is too large: write a smaller one"),
            Self::NotAMode(text) => {
                write!(f, "{text:?} is no holiday mode: write ignore, treat-as-closed or treat-as-open")
            }
            Self::Schedule(reason) => reason.fmt(f),
        }
    }
}

impl core::error::Error for JsonReason<'_> {}

/// The types of JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[expect(missing_docs, reason = "each is JSON's own")]
#[non_exhaustive]
pub enum JsonType {
    Null,
    Boolean,
    /// Any number.
    Number,
    /// A number without fraction and exponent.
    WholeNumber,
    Text,
    List,
    Object,
}

impl fmt::Display for JsonType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Boolean => "true or false",
            Self::Number => "a number with a fraction, an exponent or a minus before 0",
            Self::WholeNumber => "a whole number",
            Self::Text => "a text in quotes",
            Self::List => "a list",
            Self::Object => "an object",
        })
    }
}

/// Where a document leaves the grammar of JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Syntax {
    /// Bytes that are no UTF-8.
    NotUtf8,
    /// The document ends too early.
    Ended,
    /// No value where one has to be.
    Value,
    /// No key where one has to be.
    Key,
    /// No colon after a key.
    Colon,
    /// Neither a comma nor the end of an object after a member.
    CommaOrBrace,
    /// Neither a comma nor the end of a list after an entry.
    CommaOrBracket,
    /// A number that JSON doesn't write like this.
    Number,
    /// A backslash before anything but what JSON escapes.
    Escape,
    /// Half of a character beyond U+FFFF.
    LoneSurrogate,
    /// A line break, tab or the like within a text.
    ControlCharacter,
    /// Lists and objects within each other, more than eight.
    TooDeep,
    /// Something after the end of the document.
    Trailing,
}

impl fmt::Display for Syntax {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotUtf8 => "these bytes are no text: write UTF-8",
            Self::Ended => "the document ends too early: write it to its end",
            Self::Value => "no value: write a text in quotes, a number, a list, an object, true, false or null",
            Self::Key => "no field: write its name in quotes",
            Self::Colon => "no colon after the field's name: write one",
            Self::CommaOrBrace => "the object doesn't go on: write a comma and a field, or }",
            Self::CommaOrBracket => "the list doesn't go on: write a comma and a value, or ]",
            Self::Number => "no number: write digits, without a zero in front of others",
            Self::Escape => "no escape: write \\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\u and four hexadecimal digits",
            Self::LoneSurrogate => "half a character: write both surrogates, high before low",
            Self::ControlCharacter => "a control character: write it as an escape, such as \\n",
            Self::TooDeep => return write!(f, "too many levels: write at most {MAX_NESTING} within each other"),
            Self::Trailing => "more after the end of the document: write one object only",
        })
    }
}
