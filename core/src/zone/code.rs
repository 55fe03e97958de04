//! A short word for each thing that can be wrong with a zone that came as data.

use super::ZoneFault;

impl ZoneFault {
    /// A short word for it that stays, such as `rule-disagrees`: the name of the variant in small letters.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NameEmpty => "name-empty",
            Self::NameTooLong { .. } => "name-too-long",
            Self::NameCharacter { .. } => "name-character",
            Self::OffsetNotQuarter { .. } => "offset-not-quarter",
            Self::OffsetTooLarge { .. } => "offset-too-large",
            Self::TooManyOffsets { .. } => "too-many-offsets",
            Self::ChangeNotMinute { .. } => "change-not-minute",
            Self::ChangeOutOfRange { .. } => "change-out-of-range",
            Self::ChangeTooClose { .. } => "change-too-close",
            Self::PutBackTooFar { .. } => "put-back-too-far",
            Self::TooManyChanges { .. } => "too-many-changes",
            Self::RuleDisagrees { .. } => "rule-disagrees",
            Self::RuleTooSoon => "rule-too-soon",
            Self::RuleText { .. } => "rule-text",
            Self::RuleDate { .. } => "rule-date",
            Self::RuleTooEarly => "rule-too-early",
            Self::RuleTooLate => "rule-too-late",
            Self::RuleTooClose => "rule-too-close",
            Self::RuleOrder => "rule-order",
            Self::RuleStep => "rule-step",
        }
    }
}
