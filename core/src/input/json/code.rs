//! A short word for each thing that can be wrong with a document.

use super::{JsonReason, Syntax};

impl JsonReason<'_> {
    /// A short word for it that stays, such as `unknown`; of the grammar it is [`Syntax`]'s and of a schedule
    /// [`Reason`](crate::Reason)'s.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Syntax(syntax) => syntax.code(),
            Self::Type { .. } => "type",
            Self::Unknown { .. } => "unknown",
            Self::Duplicate => "duplicate",
            Self::Missing { .. } => "missing",
            Self::NumberTooLarge => "number-too-large",
            Self::NotAMode(_) => "not-a-mode",
            Self::Schedule(reason) => reason.code(),
        }
    }
}

impl Syntax {
    /// A short word for it that stays, such as `ended`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotUtf8 => "not-utf8",
            Self::Ended => "ended",
            Self::Value => "value",
            Self::Key => "key",
            Self::Colon => "colon",
            Self::CommaOrBrace => "comma-or-brace",
            Self::CommaOrBracket => "comma-or-bracket",
            Self::Number => "number",
            Self::Escape => "escape",
            Self::LoneSurrogate => "lone-surrogate",
            Self::ControlCharacter => "control-character",
            Self::TooDeep => "too-deep",
            Self::Trailing => "trailing",
        }
    }
}
