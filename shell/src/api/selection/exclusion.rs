//! What a workload says of itself: that no selection is to take it, for good or for a while.

use chrono::{DateTime, Utc};

use crate::api::instants;

/// The annotation that keeps a workload out of every selection: `"true"`.
pub const EXCLUDE_ANNOTATION: &str = "kyklos.io/exclude";
/// The annotation that keeps it out before an instant.
pub const EXCLUDE_UNTIL_ANNOTATION: &str = "kyklos.io/exclude-until";

/// Whether a workload is to be left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Exclusion {
    /// It isn't.
    #[default]
    None,
    /// It is.
    Always,
    /// It is before this instant.
    Until(DateTime<Utc>),
    /// It says something that nobody understands. That counts as yes: who has written it wanted it to be left alone.
    Unreadable(Annotation),
}

/// Which annotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Annotation {
    /// [`EXCLUDE_ANNOTATION`].
    Exclude,
    /// [`EXCLUDE_UNTIL_ANNOTATION`].
    Until,
}

impl Annotation {
    /// What is wrong with it, and what would be right.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Exclude => "its annotation kyklos.io/exclude is neither \"true\" nor \"false\": write one of the two",
            Self::Until => {
                "its annotation kyklos.io/exclude-until is no instant: write RFC 3339 with an offset, such as 2026-12-01T18:00:00Z"
            }
        }
    }
}

impl Exclusion {
    /// What the two annotations say.
    pub fn of(exclude: Option<&str>, until: Option<&str>) -> Self {
        match exclude {
            Some("true") => return Self::Always,
            None | Some("false") => {}
            Some(_) => return Self::Unreadable(Annotation::Exclude),
        }
        match until.map(instants::read) {
            None => Self::None,
            Some(Ok(until)) => Self::Until(until),
            Some(Err(_)) => Self::Unreadable(Annotation::Until),
        }
    }

    /// Whether it keeps the workload out at an instant.
    pub fn holds_at(self, at: DateTime<Utc>) -> bool {
        match self {
            Self::None => false,
            Self::Always | Self::Unreadable(_) => true,
            Self::Until(until) => at < until,
        }
    }

    /// When it ends by itself.
    pub fn end(self) -> Option<DateTime<Utc>> {
        match self {
            Self::Until(until) => Some(until),
            Self::None | Self::Always | Self::Unreadable(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_ends_at_its_instant_and_what_nobody_understands_counts() {
        let at = |text: &str| instants::read(text).unwrap();
        let until = Exclusion::of(None, Some("2026-12-01T19:00:00+01:00"));
        assert_eq!(until, Exclusion::Until(at("2026-12-01T18:00:00Z")));
        assert!(until.holds_at(at("2026-12-01T17:59:59Z")) && !until.holds_at(at("2026-12-01T18:00:00Z")));
        assert_eq!(until.end(), Some(at("2026-12-01T18:00:00Z")));
        let now = at("2026-12-01T18:00:00Z");
        for (exclude, until, left_out) in [
            (None, None, false),
            (Some("false"), None, false),
            (Some("true"), None, true),
            (Some("true"), Some("2020-01-01T00:00:00Z"), true),
            (Some("yes"), None, true),
            (None, Some("tomorrow"), true),
            (Some("false"), Some("2020-01-01T00:00:00Z"), false),
        ] {
            assert_eq!(Exclusion::of(exclude, until).holds_at(now), left_out, "{exclude:?} {until:?}");
        }
        assert_eq!(Exclusion::of(Some(""), None), Exclusion::Unreadable(Annotation::Exclude));
    }
}
